use super::*;
use std::fmt::Write as _;

fn mail(words: &Mail, note: Option<&str>) -> Progress {
    let facts = Facts {
        service: "Surat Keterangan Tidak Mampu",
        kelurahan: "Mutiara".into(),
        due: "26 November 2026 pukul 10.00".into(),
        step_due: "8 Desember 2026 pukul 09.00".into(),
        code: "KKT-7F3K-Q2ZM-8HWT-5",
        link: "https://sepakat.example/permohonan/1".into(),
    };
    compose(words, &facts, "Siti Aminah", note.map(str::to_owned))
}

#[test]
fn every_turn_is_told_in_plain_words() {
    let mut told = String::new();
    let turns = Action::ALL
        .iter()
        .filter_map(|action| Some((action.as_str(), messages::mail(*action)?)));
    let others = [
        ("reminder", messages::REMINDER),
        ("objection, to the superior", messages::OBJECTION),
    ];
    for (turn, words) in turns.chain(others) {
        let mail = mail(&words, None);
        writeln!(told, "== {turn}: {}\n{}\n", mail.subject, Text(&mail).render().unwrap()).unwrap();
        assert!(!told.contains('{'), "{turn}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_was_written_is_text_between_why_and_what_now() {
    let words = messages::mail(Action::Return).unwrap();
    let mail = mail(&words, Some("Foto KTP <buram>.\nUnggah lagi."));
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        Text(&mail).render().unwrap(),
        Html(&mail).render().unwrap()
    ));
}
