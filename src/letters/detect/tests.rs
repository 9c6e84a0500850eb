use super::*;
use crate::letters::{SignatureInfo, sample, sign_pdf};
use proptest::prelude::*;
use std::time::Instant;

fn sealed() -> (Vec<u8>, SealMarks) {
    let signer = sample::signer();
    let info = SignatureInfo {
        reason: "Penerbitan surat",
        location: "Kisaran",
        name: "Lurah",
        at: sample::now(),
    };
    (
        sign_pdf(&sample::pdf(), signer, info).unwrap(),
        SealMarks::of(signer.certificates()),
    )
}

#[test]
fn a_letter_with_any_one_byte_changed_is_still_known_as_ours() {
    let (letter, marks) = sealed();
    assert!(marks.are_in(&letter));
    // Every seventh: all bytes would only be slower, marks are longer.
    for at in (0..letter.len()).step_by(7) {
        let mut changed = letter.clone();
        changed[at] ^= 0x01;
        assert!(marks.are_in(&changed), "byte {at}");
    }
}

#[test]
fn a_letter_saved_anew_is_still_known_as_ours() {
    let (letter, marks) = sealed();
    assert!(marks.are_in(&letter.to_ascii_uppercase()));
    assert!(marks.are_in(&[letter.as_slice(), b"\nmore"].concat()));
    let text = String::from_utf8_lossy(&letter);
    let hexadecimal = text.split("/Contents<").nth(1).unwrap().split('>').next().unwrap();
    assert!(marks.are_in(&hex::decode(hexadecimal).unwrap()));
}

#[test]
fn other_files_are_not_ours() {
    let (letter, marks) = sealed();
    let other = SealMarks::of(sample::another_signer().certificates());
    assert!(!other.are_in(&letter));
    assert!(!marks.are_in(&sample::pdf()));
    assert!(!marks.are_in(&[]));
    assert!(!SealMarks::of([]).are_in(&letter));
}

#[test]
fn a_letter_cut_short_is_ours_while_a_mark_is_left() {
    let (letter, marks) = sealed();
    let found: Vec<bool> = (0..letter.len())
        .step_by(37)
        .map(|end| marks.are_in(&letter[..end]))
        .collect();
    assert!(
        found.windows(2).all(|pair| pair[0] <= pair[1]),
        "more bytes never hide a mark"
    );
    assert!(found.contains(&true) && !marks.are_in(&letter[..sample::pdf().len()]));
}

#[test]
fn a_file_made_of_beginnings_of_marks_costs_no_more_than_another() {
    let (_, marks) = sealed();
    // The last byte is none of hexadecimal: else the next beginning completes the mark of one seal in sixteen.
    let mut almost = marks.marks[0].clone();
    *almost.last_mut().unwrap() = b'-';
    let started = Instant::now();
    assert!(!marks.are_in(&almost.repeat(4_000_000 / almost.len())));
    assert!(started.elapsed().as_secs() < 120);
}

proptest! {
    #[test]
    fn random_bytes_are_not_ours(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let marks = SealMarks { marks: vec![b"0123456789abcdef0123456789abcdef".to_vec()] };
        prop_assert!(!marks.are_in(&bytes));
    }
}
