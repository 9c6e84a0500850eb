//! Real pages: what they say, that they are readable by other people's tools, that values stay values.

mod catalogue;

use super::*;
use chrono::{DateTime, Utc};
use rand_core::OsRng;
use sepakat::letters::{
    LetterData, LocalSigner, SealMarks, SealNames, SignatureInfo, make_keys, qr, sign_pdf, template_for,
};
use std::path::Path;
use std::process::Command;

const SKD: &str = include_str!("../letters/samples/skd.json");
const SKAW: &str = include_str!("../letters/samples/skaw.json");

fn letter(json: &str) -> LetterData {
    serde_json::from_str(json).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-24T07:30:00Z".parse().unwrap()
}

fn token() -> String {
    "Ab_9".repeat(48)
}

fn pdf(data: &LetterData) -> Vec<u8> {
    let qr = qr::draw(&format!("{}#{}", data.url, token())).unwrap();
    let timestamp = now();
    let template = template_for(&data.service);
    typeset(&TypesetInput {
        template,
        data,
        qr: &qr,
        ident: &data.code,
        timestamp,
    })
    .unwrap()
}

/// Output of a tool that reads PDFs; none when the machine does not have it.
fn run(tool: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(tool).args(args).output().ok()?;
    assert!(
        output.status.success(),
        "{tool}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (dir, path)
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// All text of the PDF without blanks, so that line breaks do not matter.
fn text_of(pdf: &[u8]) -> Option<String> {
    let (_dir, path) = written("letter.pdf", pdf);
    run("pdftotext", &["-layout", &path, "-"]).map(|text| squeezed(&text))
}

fn keep(name: &str, bytes: &[u8]) {
    if let Some(dir) = option_env!("SEPAKAT_KEEP_LETTERS") {
        std::fs::write(Path::new(dir).join(name), bytes).unwrap();
    }
}

#[test]
fn a_domicile_letter_says_all_its_values_and_no_key() {
    let data = letter(SKD);
    let pdf = pdf(&data);
    keep("skd.pdf", &pdf);
    let Some(text) = text_of(&pdf) else { return };
    let values = data.identity.iter().chain(&data.fields).map(|row| &row.value);
    for value in values
        .chain(&data.body)
        .chain([&data.number, &data.signer.name, &data.url, &data.opening, &data.code])
    {
        assert!(text.contains(&squeezed(value)), "{value} is not in {text}");
    }
    for key in data
        .identity
        .iter()
        .chain(&data.fields)
        .map(|row| &row.key)
        .filter(|key| key.contains('_'))
    {
        assert!(!text.contains(key.as_str()), "{key} is printed");
    }
}

#[test]
fn a_letter_of_two_levels_has_both_numbers_and_its_table() {
    let data = letter(SKAW);
    let pdf = pdf(&data);
    keep("skaw.pdf", &pdf);
    let Some(text) = text_of(&pdf) else { return };
    let lower = data.lower.as_ref().unwrap();
    for value in [&data.number, &lower.number, &data.signer.name, &lower.signer.name] {
        assert!(text.contains(&squeezed(value)), "{value} is not in {text}");
    }
    for cell in data.tables.iter().flat_map(|table| table.rows.iter().flatten()) {
        assert!(text.contains(&squeezed(cell)), "{cell} is not in {text}");
    }
    assert!(text.contains("Mengetahui"));
}

#[test]
fn the_same_letter_has_the_same_bytes() {
    let data = letter(SKD);
    let first = pdf(&data);
    comemo::evict(0);
    assert!(first == pdf(&data));
}

#[test]
fn other_peoples_tools_accept_the_file() {
    let (_dir, path) = written("letter.pdf", &pdf(&letter(SKAW)));
    run("qpdf", &["--check", &path]);
    let bytes = std::fs::read(&path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("pdfaid:part") && text.contains("pdfuaid:part"));
}

#[test]
fn a_phone_reads_the_qr_code_from_paper() {
    let data = letter(SKD);
    let (dir, path) = written("letter.pdf", &pdf(&data));
    let picture = dir.path().join("page").to_str().unwrap().to_owned();
    if run("pdftoppm", &["-r", "110", "-png", "-singlefile", &path, &picture]).is_none() {
        return;
    }
    if let Some(read) = run("zbarimg", &["-q", "--raw", &format!("{picture}.png")]) {
        assert_eq!(read.trim(), format!("{}#{}", data.url, token()));
    }
}

#[test]
fn markup_in_a_value_is_printed_and_not_obeyed() {
    let hostile = [
        "#read(\"/etc/passwd\")",
        "*bold* _it_ $x^2$ `raw`",
        "= Judul",
        "@ref <lbl> \\u{41} // tidak hilang",
        "#panic() #eval(\"1\")",
        "\"; #import \"/data.json\" ]) ~ -- ---",
        "https://example.org/a b",
    ];
    for service in ["SKD", "SKU"] {
        let mut data = letter(SKD);
        data.service = service.into();
        data.identity
            .iter_mut()
            .zip(hostile)
            .for_each(|(row, text)| row.value = text.into());
        data.body = hostile.iter().map(|text| (*text).to_owned()).collect();
        data.signer.name = hostile[1].into();
        data.title = hostile[0].into();
        let Some(text) = text_of(&pdf(&data)) else { return };
        for value in hostile {
            assert!(text.matches(&squeezed(value)).count() >= 2, "{value} is not in {text}");
        }
    }
}

#[test]
fn every_character_that_parsing_accepts_can_be_printed() {
    let mut data = letter(SKD);
    let all: Vec<char> = font::printable().filter(|letter| !letter.is_whitespace()).collect();
    data.body = all
        .chunks(200)
        .map(|some| some.iter().flat_map(|letter| [*letter, ' ']).collect())
        .collect();
    pdf(&data);
}

#[test]
fn words_longer_than_a_line_are_broken_and_not_cut() {
    let mut data = letter(SKD);
    let long: String = ('a'..='z').cycle().take(200).collect();
    data.identity[0].value.clone_from(&long);
    data.body = vec![long.clone()];
    let pdf = pdf(&data);
    keep("long.pdf", &pdf);
    let Some(text) = text_of(&pdf) else { return };
    assert!(text.matches(&long).count() >= 2, "{text}");
}

#[test]
fn a_long_table_goes_on_and_the_signature_stays_whole() {
    let mut data = letter(SKAW);
    let rows = data.tables[0].rows.clone();
    data.tables[0].rows = (0..30).flat_map(|_| rows.first().cloned()).collect();
    let pdf = pdf(&data);
    keep("pages.pdf", &pdf);
    let (_dir, path) = written("letter.pdf", &pdf);
    let Some(text) = run("pdftotext", &["-layout", &path, "-"]) else {
        return;
    };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), 2);
    assert!(pages[0].contains("Halaman 1 dari 2") && !pages[0].contains("Mengetahui"));
    for part in ["Demikian surat ini", "Mengetahui", "Rahmad Hidayat", "Halaman 2 dari 2"] {
        assert!(pages[1].contains(part), "{part}");
    }
}

#[test]
fn a_letter_of_the_camat_for_pen_and_stamp_has_room_and_no_seal() {
    let mut data = letter(SKD);
    data.service = "SKUMUM".into();
    data.letterhead.village = None;
    data.seal_note = None;
    data.signer.office = vec!["a.n. Camat Kota Kisaran Timur".into(), "Sekretaris Camat".into()];
    data.signer.rank = None;
    data.signer.nip = None;
    let pdf = pdf(&data);
    keep("camat.pdf", &pdf);
    let Some(text) = text_of(&pdf) else { return };
    assert!(!text.contains("elektronik") && !text.contains("NIP.") && !text.contains("KELURAHANMUTIARA"));
    assert!(text.contains("Keasliansuratini"));
}

#[test]
fn a_sealed_letter_is_still_an_archive_file_and_readers_find_the_seal_valid() {
    let names = SealNames {
        organization: "Kecamatan Kota Kisaran Timur".into(),
        authority: "Akar Segel Elektronik (uji)".into(),
        seal: "Segel Elektronik Kecamatan Kota Kisaran Timur".into(),
    };
    let until = "2046-11-24T00:00:00Z".parse().unwrap();
    let files = make_keys(b"rahasia", &names, now(), until, &mut OsRng).unwrap();
    let signer = LocalSigner::open(&files, b"rahasia").unwrap();
    let info = SignatureInfo {
        reason: "Penerbitan surat",
        location: "Kisaran",
        name: "Lurah Mutiara",
        at: now(),
    };
    let plain = pdf(&letter(SKD));
    let sealed = sign_pdf(&plain, &signer, info).unwrap();
    keep("sealed.pdf", &sealed);
    keep("root.pem", files.root_certificate.as_bytes());
    keep("key.pem", files.key.as_bytes());
    assert!(sealed.starts_with(&plain));
    let marks = SealMarks::of(signer.certificates());
    assert!(marks.are_in(&sealed) && !marks.are_in(&plain));
    let (_dir, path) = written("sealed.pdf", &sealed);
    run("qpdf", &["--check", &path]);
    let Some(said) = run("pdfsig", &["-nocert", &path]) else {
        return;
    };
    assert!(
        said.contains("Signature is Valid") && said.contains("Total document signed"),
        "{said}"
    );
}
