//! What can be wrong with a submission, and the rules that the software must not get wrong.

use super::*;

/// Reads the sample of a letter after a change; what is wrong with it, as `(field, code)`.
fn errors_after(code: &str, change: impl FnOnce(&mut RawSubmission)) -> Vec<(String, &'static str)> {
    let mut raw = raw(code);
    change(&mut raw);
    let errors = read(&service(code), &raw).err().unwrap_or_default();
    errors.into_iter().map(|e| (e.field, e.code)).collect()
}

fn one(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn nothing_at_all_lists_everything_that_is_required() {
    let errors = read(&service("SKD"), &RawSubmission::default()).unwrap_err();
    let fields: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(errors.len(), 1 + 14 + 4 + 2, "{fields:?}");
    assert!(errors.iter().all(|e| e.code == "required"));
    for field in [
        "area",
        "applicant.nik",
        "fields.keperluan",
        "attachments.ktp",
        "attachments.kk",
    ] {
        assert!(fields.contains(&field), "{field}");
    }
}

#[test]
fn a_nik_must_agree_with_birth_date_and_sex() {
    assert_eq!(
        errors_after("SKD", |r| r.applicant["tgl_lahir"] = json!("1990-05-16")),
        one("applicant.nik", "nik_birth_mismatch")
    );
    assert_eq!(
        errors_after("SKD", |r| r.applicant["jk"] = json!("P")),
        one("applicant.nik", "nik_sex_mismatch")
    );
    let unborn = errors_after("SKD", |r| {
        r.applicant["nik"] = json!("1209202511269901");
        r.applicant["tgl_lahir"] = json!("2026-11-25");
    });
    assert_eq!(unborn, one("applicant.tgl_lahir", "not_after_today"));
}

#[test]
fn a_nik_of_another_or_unknown_region_is_a_warning_only() {
    let mut raw = raw("SKD");
    raw.applicant["nik"] = json!("9999991505909901");
    let submission = read(&service("SKD"), &raw).unwrap();
    assert_eq!(
        submission.warnings.iter().map(|w| w.code).collect::<Vec<_>>(),
        ["region_unknown"]
    );
}

#[test]
fn the_area_is_the_applicants_kelurahan_and_the_lingkungan_lies_in_it() {
    let elsewhere = |code: &str| {
        let code = json!(code);
        errors_after("SKD", move |r| r.area = code)
    };
    assert_eq!(
        elsewhere("12.09.20.1001"),
        one("applicant.kelurahan_code", "area_mismatch")
    );
    for code in ["12.09.20", "12.09.20.1099", "12.09.20.1006.01", "12.09.19", "x", ""] {
        assert_eq!(elsewhere(code), one("area", "area_unknown"), "{code}");
    }
    assert_eq!(
        errors_after("SKD", |r| r.applicant["lingkungan"] = json!("12.09.20.1001.01")),
        one("applicant.lingkungan", "lingkungan_mismatch")
    );
    for code in ["12.09.20.1006", "12.09.20.1006.04"] {
        let errors = errors_after("SKD", |r| r.applicant["lingkungan"] = json!(code));
        assert_eq!(errors, one("applicant.lingkungan", "area_unknown"), "{code}");
    }
}

#[test]
fn attachments_are_of_the_kinds_and_numbers_that_the_service_asks() {
    let with = |files: Value| errors_after("SKD", move |r| r.attachments = files);
    let file = |kind: &str, n: u128| json!({ "kind": kind, "id": Uuid::from_u128(n) });
    assert_eq!(with(json!([file("ktp", 1)])), one("attachments.kk", "required"));
    assert_eq!(
        with(json!([file("ktp", 1), file("kk", 1)])),
        one("attachments.kk", "duplicate_file")
    );
    assert_eq!(
        with(json!([file("ktp", 1), file("kk", 2), file("sim", 3)])),
        one("attachments", "unknown_attachment")
    );
    assert_eq!(
        with(json!([file("ktp", 1), { "kind": "kk", "id": "x" }])),
        one("attachments.kk", "file_unknown")
    );
    assert_eq!(
        with(json!([file("ktp", 1), { "kind": "kk" }])),
        one("attachments.kk", "wrong_type")
    );
    let mut six: Vec<Value> = (1..=6).map(|n| file("ktp", n)).collect();
    six.push(file("kk", 7));
    assert_eq!(with(six.into()), one("attachments.ktp", "too_many_files"));
    for strange in [json!("x"), json!({}), json!(1)] {
        assert_eq!(
            with(strange).first().unwrap(),
            &("attachments".to_owned(), "wrong_type")
        );
    }
}

#[test]
fn pengantar_is_optional_and_noticed() {
    let mut raw = raw("SKD");
    assert!(!read(&service("SKD"), &raw).unwrap().has_pengantar());
    raw.attachments
        .as_array_mut()
        .unwrap()
        .push(json!({ "kind": "pengantar", "id": Uuid::from_u128(9) }));
    assert!(read(&service("SKD"), &raw).unwrap().has_pengantar());
}

#[test]
fn the_relation_is_optional_and_kuasa_may_bring_its_paper() {
    let paper = json!({ "kind": "kuasa", "id": Uuid::from_u128(9) });
    let with_paper = |relation: &str| {
        let (relation, paper) = (json!(relation), paper.clone());
        errors_after("SKD", move |r| {
            r.relation = relation;
            r.attachments.as_array_mut().unwrap().push(paper);
        })
    };
    assert_eq!(with_paper("kuasa"), []);
    assert_eq!(with_paper("self"), one("attachments", "unknown_attachment"));
    assert_eq!(
        errors_after("SKD", |r| r.relation = json!("teman")),
        one("relation", "not_an_option")
    );
    assert_eq!(
        errors_after("SKD", |r| r.relation = json!(1)),
        one("relation", "wrong_type")
    );
}

#[test]
fn marriage_dispensation_is_for_less_than_ten_working_days_and_never_for_age() {
    let on = |registered: &str, wedding: &str, born: &str| {
        let (registered, wedding, born) = (json!(registered), json!(wedding), json!(born));
        let mut raw = raw("DISP-NIKAH");
        raw.fields["tgl_daftar"] = registered;
        raw.fields["tgl_akad"] = wedding;
        raw.fields["tgl_lahir_istri"] = born;
        read(&service("DISP-NIKAH"), &raw).err().unwrap_or_default()
    };
    assert_eq!(on("2026-11-24", "2026-12-07", "2000-01-01"), []);
    let late = on("2026-11-24", "2026-12-08", "2000-01-01");
    assert_eq!(
        (late[0].field.as_str(), late[0].code),
        ("fields.tgl_akad", "working_days_between_less_than")
    );
    assert!(late[0].message.contains("PMA 19/2018"));
    let young = on("2026-11-24", "2026-12-01", "2007-12-02");
    assert_eq!(
        (young[0].field.as_str(), young[0].code),
        ("fields.tgl_lahir_istri", "age_at_least")
    );
    assert!(young[0].message.contains("pengadilan") && young[0].message.contains("UU 16/2019"));
}

#[test]
fn what_the_register_office_took_over_is_off() {
    for code in ["SP-PINDAH", "SP-DATANG", "SP-KTP", "SP-KK"] {
        assert!(!service(code).active, "{code}: Perpres 96/2018");
    }
}
