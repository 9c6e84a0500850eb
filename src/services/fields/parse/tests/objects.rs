//! Whole objects: tables, unknown keys, corrections, and the numbers that are sealed.

use super::*;
use crate::services::fields::{identifier_paths, map_identifiers, merge};

fn heirs() -> Vec<Field> {
    let fields = json!([
        { "key": "nik", "label": "NIK", "type": "nik", "required": false },
        { "key": "ahli_waris", "label": "Ahli waris", "type": "table", "required": true, "max_rows": 3, "columns": [
            { "key": "nama", "label": "Nama", "type": "text", "required": true },
            { "key": "nik", "label": "NIK", "type": "nik", "required": false },
        ] },
    ]);
    serde_json::from_value(fields).unwrap()
}

fn errors_of(origin: Origin, raw: &Value) -> Vec<(String, &'static str)> {
    let mut errors = Vec::new();
    parse_all(&heirs(), raw, "fields", &context(origin), &mut errors);
    errors.into_iter().map(|e| (e.field, e.code)).collect()
}

#[test]
fn all_errors_come_at_once_each_with_its_place() {
    let raw = json!({ "nik": "1", "ahli_waris": [{ "nama": "A" }, { "nik": "2", "umur": 3 }, 7], "hobi": "x" });
    let expected = [
        ("fields.nik", "not_sixteen_digits"),
        ("fields.ahli_waris.1.nama", "required"),
        ("fields.ahli_waris.1.nik", "not_sixteen_digits"),
        ("fields.ahli_waris.1.umur", "unknown_key"),
        ("fields.ahli_waris.2", "wrong_type"),
        ("fields.hobi", "unknown_key"),
    ];
    assert_eq!(
        errors_of(Origin::Json, &raw),
        expected.map(|(field, code)| (field.to_owned(), code))
    );
}

#[test]
fn a_table_has_its_limits() {
    assert_eq!(
        errors_of(Origin::Json, &json!({})),
        [("fields.ahli_waris".into(), "required")]
    );
    assert_eq!(
        errors_of(Origin::Json, &json!({ "ahli_waris": [] })),
        [("fields.ahli_waris".into(), "required")]
    );
    let many: Vec<Value> = (0..200_000).map(|_| Value::Null).collect();
    assert_eq!(
        errors_of(Origin::Json, &json!({ "ahli_waris": many })),
        [("fields.ahli_waris".into(), "too_many_rows")]
    );
    assert_eq!(
        errors_of(Origin::Json, &json!({ "ahli_waris": "A" })),
        [("fields.ahli_waris".into(), "wrong_type")]
    );
    assert_eq!(
        errors_of(Origin::Json, &json!({ "ahli_waris": [{}] })),
        [("fields.ahli_waris.0.nama".into(), "required")]
    );
}

#[test]
fn rows_and_groups_left_blank_in_a_form_are_absent() {
    let blank = json!({ "ahli_waris": [{ "nama": "", "nik": "" }] });
    assert_eq!(
        errors_of(Origin::Form, &blank),
        [("fields.ahli_waris".into(), "required")]
    );
    let raw = json!({ "ahli_waris": [{ "nama": "A", "nik": "" }, { "nama": "", "nik": " " }] });
    let mut errors = Vec::new();
    let answers = parse_all(&heirs(), &raw, "fields", &context(Origin::Form), &mut errors);
    assert_eq!(answers.to_value(), json!({ "ahli_waris": [{ "nama": "A" }] }));
    assert_eq!(errors, []);
}

#[test]
fn a_body_that_is_no_object_is_one_error() {
    for raw in [json!([]), json!("x"), json!(1), json!(true)] {
        assert_eq!(errors_of(Origin::Json, &raw), [("fields".into(), "wrong_type")]);
    }
}

#[test]
fn unknown_keys_are_neither_repeated_when_strange_nor_listed_without_end() {
    let raw = json!({ "1209201505900001": 1, "a\0b": 2, "ahli_waris": [{ "nama": "A" }] });
    assert_eq!(
        errors_of(Origin::Json, &raw),
        [("fields".into(), "unknown_key"), ("fields".into(), "unknown_key")]
    );
    let flood: Map<String, Value> = (0..50_000).map(|n| (format!("k{n}"), Value::Null)).collect();
    assert_eq!(errors_of(Origin::Json, &Value::Object(flood)).len(), MAX_ERRORS);
}

#[test]
fn identifiers_are_found_sealed_and_unsealed_at_any_depth() {
    let mut value = json!({ "nik": "1", "ahli_waris": [{ "nama": "A", "nik": "2" }, { "nama": "B" }, { "nik": "3" }] });
    let before = value.clone();
    assert_eq!(
        identifier_paths(&heirs(), &value),
        ["nik", "ahli_waris.0.nik", "ahli_waris.2.nik"]
    );
    map_identifiers(&heirs(), &mut value, &mut |_, v| Ok::<_, ()>(json!({ "sealed": v }))).unwrap();
    assert_eq!(value["ahli_waris"][2]["nik"], json!({ "sealed": "3" }));
    assert_eq!(value["ahli_waris"][0]["nama"], "A");
    map_identifiers(&heirs(), &mut value, &mut |_, v| Ok::<_, ()>(v["sealed"].clone())).unwrap();
    assert_eq!(value, before);
}

#[test]
fn drafts_of_any_shape_can_be_sealed() {
    for mut value in [
        json!(null),
        json!("x"),
        json!({ "ahli_waris": "x" }),
        json!({ "ahli_waris": [1, null, []] }),
    ] {
        map_identifiers(&heirs(), &mut value, &mut |_, v| Ok::<_, ()>(v.clone())).unwrap();
        assert!(identifier_paths(&heirs(), &value).is_empty());
    }
    assert_eq!(
        identifier_paths(&heirs(), &json!({ "nik": 1209 })),
        ["nik"],
        "a number is one as well"
    );
}

#[test]
fn a_correction_replaces_by_key_and_null_clears() {
    let stored = Answers::from_map(json!({ "a": 1, "b": 2, "c": 3 }).as_object().unwrap().clone());
    assert_eq!(
        merge(&stored, &json!({ "b": null, "c": 4, "d": 5 })),
        json!({ "a": 1, "c": 4, "d": 5 })
    );
    assert_eq!(merge(&stored, &Value::Null), stored.to_value());
    assert_eq!(
        merge(&stored, &json!("x")),
        json!("x"),
        "left for the reading to refuse"
    );
}
