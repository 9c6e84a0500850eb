use super::*;

fn raw() -> RawRegistration {
    RawRegistration {
        nik: "1209205505900001".into(),
        no_kk: "1209201505900002".into(),
        nama: "  Siti  Aminah ".into(),
        tgl_lahir: "1990-05-15".into(),
        jk: "P".into(),
        email: "Siti@contoh.id".into(),
        hp: "0812 3456 7890".into(),
        area: "12.09.20.1001".into(),
        password: "hujan di Kisaran".into(),
    }
}

fn codes(raw: &RawRegistration) -> Vec<(String, &'static str)> {
    let today = "2026-11-24".parse().unwrap();
    match raw.parse(today) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
    }
}

#[test]
fn a_complete_registration_is_read() {
    let (read, _) = raw().parse("2026-11-24".parse().unwrap()).unwrap();
    assert_eq!(
        (read.email.expose(), read.phone.expose()),
        ("siti@contoh.id", "+6281234567890")
    );
    assert!(read.warnings().is_empty());
}

#[test]
fn an_empty_one_names_every_field_at_once() {
    let fields: Vec<String> = codes(&RawRegistration::default())
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(
        fields,
        [
            "nik",
            "no_kk",
            "nama",
            "tgl_lahir",
            "jk",
            "email",
            "hp",
            "area",
            "password"
        ]
    );
}

#[test]
fn the_nik_must_say_the_same_birth_date_and_sex_but_any_region() {
    let wrong = RawRegistration {
        tgl_lahir: "1990-05-16".into(),
        jk: "L".into(),
        ..raw()
    };
    assert_eq!(
        codes(&wrong),
        [
            ("tgl_lahir".into(), "birth_date_differs_from_nik"),
            ("jk".into(), "sex_differs_from_nik")
        ]
    );
    let elsewhere = RawRegistration {
        nik: "9909205505900001".into(),
        ..raw()
    };
    let (read, _) = elsewhere.parse("2026-11-24".parse().unwrap()).unwrap();
    assert_eq!(
        read.warnings().first().map(|warning| warning.code),
        Some("region_unknown")
    );
}

#[test]
fn a_name_carries_no_link() {
    assert_eq!(
        person_name("H. Muhammad Nur'aini-Siregar, S.H.").unwrap(),
        "H. Muhammad Nur'aini-Siregar, S.H."
    );
    for name in [
        "",
        "Menang hadiah http://x.id",
        "a@b.id",
        "Budi 2",
        "<b>Budi",
        "Bu\u{202e}di",
    ] {
        assert!(person_name(name).is_err(), "{name}");
    }
}

#[test]
fn a_guessable_password_and_a_date_to_come_are_refused() {
    for (password, code) in [
        ("short", "too_short"),
        ("1234567890", "too_common"),
        ("siti@contoh.id", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
    ] {
        let raw = RawRegistration {
            password: password.into(),
            ..raw()
        };
        assert_eq!(codes(&raw), [("password".to_owned(), code)]);
    }
    let tomorrow = RawRegistration {
        tgl_lahir: "2090-05-15".into(),
        ..raw()
    };
    assert_eq!(codes(&tomorrow), [("tgl_lahir".to_owned(), "date_impossible")]);
}
