//! Each kind with what it takes and what it refuses, from JSON and from a form.

mod numbers;
mod objects;

use serde_json::json;

use super::*;
use crate::services::fields::Options;

fn context(origin: Origin) -> ParseContext {
    ParseContext {
        origin,
        zone: Tz::Asia__Jakarta,
        printable: |text| text.chars().find(|c| *c == '漢'),
    }
}

fn read(origin: Origin, kind: &FieldKind, raw: &Value) -> Result<Value, &'static str> {
    let mut errors = Vec::new();
    let value = kind.parse(raw, "fields.x", &context(origin), &mut errors);
    match (value, errors.first()) {
        (Some(value), None) => Ok(value),
        (_, Some(error)) => Err(error.code),
        (None, None) => panic!("neither value nor error"),
    }
}

/// (raw, canonical or error code): read from JSON.
fn json_table(kind: &FieldKind, cases: &[(Value, Result<Value, &'static str>)]) {
    for (raw, expected) in cases {
        let got = read(Origin::Json, kind, raw);
        assert_eq!(&got, expected, "{kind:?} from {raw}");
        if let Ok(value) = got {
            assert_eq!(read(Origin::Json, kind, &value), Ok(value), "{kind:?} again");
        }
    }
}

fn form_table(kind: &FieldKind, cases: &[(&str, Result<Value, &'static str>)]) {
    for (raw, expected) in cases {
        let got = read(Origin::Form, kind, &(*raw).into());
        assert_eq!(&got, expected, "{kind:?} from form {raw}");
        if let Ok(value) = got {
            assert_eq!(read(Origin::Form, kind, &value), Ok(value), "{kind:?} again");
        }
    }
}

#[test]
fn text() {
    json_table(
        &FieldKind::Text,
        &[
            (json!(" Budi "), Ok(json!("Budi"))),
            (json!("e\u{301}"), Ok(json!("é"))),
            (json!("a".repeat(200)), Ok(json!("a".repeat(200)))),
            (json!("a".repeat(201)), Err("too_long")),
            (json!("a".repeat(200_000)), Err("too_long")),
            (json!("a\nb"), Err("not_one_line")),
            (json!("a\0b"), Err("forbidden_character")),
            (json!("a\u{202e}b"), Err("forbidden_character")),
            (json!("a漢"), Err("unprintable_character")),
            (json!(7), Err("wrong_type")),
            (json!(["a"]), Err("wrong_type")),
            (json!({ "a": 1 }), Err("wrong_type")),
            (json!(true), Err("wrong_type")),
        ],
    );
    json_table(
        &FieldKind::Textarea,
        &[
            (json!("a\r\nb"), Ok(json!("a\nb"))),
            (json!("a".repeat(1_000)), Ok(json!("a".repeat(1_000)))),
            (json!("a".repeat(1_001)), Err("too_long")),
            (json!("a\u{200b}b"), Err("forbidden_character")),
            (json!(1.5), Err("wrong_type")),
        ],
    );
}

#[test]
fn dates_and_times() {
    json_table(
        &FieldKind::Date,
        &[
            (json!("2024-02-29"), Ok(json!("2024-02-29"))),
            (json!("2023-02-29"), Err("date_invalid")),
            (json!("2024-2-9"), Err("date_invalid")),
            (json!("+2024-02-29"), Err("date_invalid")),
            (json!("29-02-2024"), Err("date_invalid")),
            (json!("2024-02-29T00:00:00Z"), Err("date_invalid")),
            (json!("1899-12-31"), Err("date_out_of_range")),
            (json!("2101-01-01"), Err("date_out_of_range")),
            (json!("2".repeat(200_000)), Err("date_invalid")),
            (json!("2024-02-2\0"), Err("date_invalid")),
            (json!(20_240_229), Err("wrong_type")),
        ],
    );
    json_table(
        &FieldKind::Time,
        &[
            (json!("00:00"), Ok(json!("00:00"))),
            (json!("14:30:05"), Ok(json!("14:30"))),
            (json!("24:00"), Err("time_invalid")),
            (json!("2:30"), Err("time_invalid")),
            (json!("14.30"), Err("time_invalid")),
            (json!(14), Err("wrong_type")),
        ],
    );
    json_table(
        &FieldKind::Datetime,
        &[
            (
                json!("2026-12-05T08:00:00+07:00"),
                Ok(json!("2026-12-05T08:00:00+07:00")),
            ),
            (json!("2026-12-05T01:00:00Z"), Ok(json!("2026-12-05T01:00:00+00:00"))),
            (json!("2026-12-05T08:00"), Err("datetime_invalid")),
            (json!("2026-13-05T08:00:00Z"), Err("datetime_invalid")),
            (json!("9999-12-05T08:00:00Z"), Err("date_out_of_range")),
            (json!(null), Err("wrong_type")),
        ],
    );
    form_table(
        &FieldKind::Datetime,
        &[
            ("2026-12-05T08:00", Ok(json!("2026-12-05T08:00:00+07:00"))),
            ("2026-12-05", Err("datetime_invalid")),
        ],
    );
}

#[test]
fn choices() {
    json_table(
        &FieldKind::Bool,
        &[
            (json!(true), Ok(json!(true))),
            (json!(false), Ok(json!(false))),
            (json!("true"), Err("wrong_type")),
            (json!(1), Err("wrong_type")),
        ],
    );
    form_table(
        &FieldKind::Bool,
        &[
            ("on", Ok(json!(true))),
            ("tidak", Ok(json!(false))),
            ("false", Ok(json!(false))),
            ("mungkin", Err("bool_invalid")),
        ],
    );
    let sexes = FieldKind::Select(Options::Listed {
        options: vec!["L".into(), "P".into()],
    });
    json_table(
        &sexes,
        &[
            (json!("P"), Ok(json!("P"))),
            (json!("p"), Err("not_an_option")),
            (json!("L\0"), Err("not_an_option")),
            (json!(0), Err("wrong_type")),
        ],
    );
    let areas: FieldKind = serde_json::from_value(json!({ "type": "select", "options_from": "areas" })).unwrap();
    json_table(
        &areas,
        &[
            (json!("12.09.20.1001.03"), Ok(json!("12.09.20.1001.03"))),
            (json!("Lingkungan III"), Err("area_unknown")),
            (json!(12.09), Err("wrong_type")),
        ],
    );
}

#[test]
fn numbers_of_persons_and_contacts() {
    json_table(
        &FieldKind::Nik,
        &[
            (json!("1209 2015 0590 0001"), Ok(json!("1209201505900001"))),
            (json!("1209203105900000"), Err("serial_invalid")),
            (json!("1209203202900001"), Err("date_invalid")),
            (json!("123"), Err("not_sixteen_digits")),
            (json!(1_209_201_505_900_001_i64), Err("wrong_type")),
        ],
    );
    json_table(
        &FieldKind::Kk,
        &[
            (json!("1209200101150001"), Ok(json!("1209200101150001"))),
            (json!("0009200101150001"), Err("region_invalid")),
            (json!({}), Err("wrong_type")),
        ],
    );
    json_table(
        &FieldKind::Phone,
        &[
            (json!("0812-0000-9901"), Ok(json!("+6281200009901"))),
            (json!("112"), Err("phone_invalid")),
            (json!(["08"]), Err("wrong_type")),
        ],
    );
    json_table(
        &FieldKind::Email,
        &[
            (json!("Warga@Contoh.ID"), Ok(json!("warga@contoh.id"))),
            (json!("warga"), Err("email_invalid")),
            (json!(false), Err("wrong_type")),
        ],
    );
}
