//! Submissions from forms, from the hostile and from chance.

use proptest::prelude::*;

use super::*;

#[test]
fn a_form_gives_the_same_submission_as_the_api() {
    for seed in ALL {
        let (service, api) = (seed.definition().unwrap(), raw(seed.code));
        let mut pairs = Vec::new();
        flatten("applicant", &api.applicant, &mut pairs);
        flatten("fields", &api.fields, &mut pairs);
        for file in api.attachments.as_array().unwrap() {
            let kind = file["kind"].as_str().unwrap();
            pairs.push((format!("attachments.{kind}"), file["id"].as_str().unwrap().to_owned()));
        }
        let from_form = read_from(Origin::Form, &service, &from_form(&pairs)).unwrap();
        let from_api = read(&service, &api).unwrap();
        assert_eq!(from_form.fields.to_value(), from_api.fields.to_value(), "{}", seed.code);
        assert_eq!(
            from_form.applicant.to_value(),
            from_api.applicant.to_value(),
            "{}",
            seed.code
        );
        assert_eq!(from_form.attachments, from_api.attachments, "{}", seed.code);
    }
}

fn flatten(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(k, v)| flatten(&format!("{name}.{k}"), v, pairs)),
        Value::Array(rows) => rows
            .iter()
            .enumerate()
            .for_each(|(n, v)| flatten(&format!("{name}.{n}"), v, pairs)),
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        other => pairs.push((name.to_owned(), other.to_string())),
    }
}

/// Places of all values in a JSON document, as JSON pointers.
fn pointers(at: &str, value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(k, v)| pointers(&format!("{at}/{k}"), v, all)),
        Value::Array(rows) => rows
            .iter()
            .enumerate()
            .for_each(|(n, v)| pointers(&format!("{at}/{n}"), v, all)),
        _ => all.push(at.to_owned()),
    }
}

#[test]
fn a_hostile_value_anywhere_is_an_error_at_its_place_that_repeats_nothing() {
    let hostile = ["a\0b", "\u{202e}abc", "x\u{200b}y", &"Z".repeat(200_000)];
    let mut values: Vec<Value> = hostile.iter().map(|text| json!(text)).collect();
    values.extend([json!({ "x": 1 }), json!([[1]]), json!(-1), json!(1e300)]);
    for seed in ALL {
        let (service, clean) = (seed.definition().unwrap(), raw(seed.code));
        for part in ["applicant", "fields"] {
            let object = if part == "applicant" {
                &clean.applicant
            } else {
                &clean.fields
            };
            let mut places = Vec::new();
            pointers("", object, &mut places);
            for (place, value) in places.iter().flat_map(|p| values.iter().map(move |v| (p, v))) {
                let mut raw = clean.clone();
                let object = if part == "applicant" {
                    &mut raw.applicant
                } else {
                    &mut raw.fields
                };
                *object.pointer_mut(place).unwrap() = value.clone();
                // A coordinate of -1 degrees is one.
                if *value == json!(-1) && place.starts_with("/koordinat") {
                    continue;
                }
                let errors = read(&service, &raw).expect_err(place);
                let at = format!("{part}{}", place.replace('/', "."));
                assert!(
                    errors.iter().any(|e| at.starts_with(&e.field)),
                    "{} {at} {errors:?}",
                    seed.code
                );
                let said = serde_json::to_string(&errors).unwrap();
                assert!(
                    said.len() < 2_000 && !said.contains("\\u") && !said.contains("ZZZ"),
                    "{said}"
                );
                assert!(!said.contains(raw.applicant["nik"].as_str().unwrap_or("?")), "{at}");
            }
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[0-9.,: +-]{0,20}".prop_map(Value::from),
        "(12\\.09\\.20\\.100[0-9](\\.0[0-9])?|2026-1[0-9]-[0-3][0-9]|L|P|ktp|kk)".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("(nik|nama|kind|id|lat|lon|pengikut|[a-z_]{1,8}|.{0,5})", inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_makes_reading_panic(
        which in 0..ALL.len(), form in any::<bool>(),
        area in any_json(), applicant in any_json(), fields in any_json(), attachments in any_json(),
        relation in any_json(),
    ) {
        let raw = RawSubmission { area, applicant, fields, attachments, relation };
        let origin = if form { Origin::Form } else { Origin::Json };
        let errors = read_from(origin, &ALL[which].definition().unwrap(), &raw).expect_err("chance makes no letter");
        prop_assert!(!errors.is_empty() && errors.len() <= 100);
    }

    #[test]
    fn one_strange_value_in_a_good_submission_is_refused_or_reads_the_same_again(
        which in 0..ALL.len(), form in any::<bool>(), place in any::<prop::sample::Index>(), value in any_json(),
    ) {
        let service = ALL[which].definition().unwrap();
        let mut raw = raw(ALL[which].code);
        let mut tree = json!({ "applicant": raw.applicant, "fields": raw.fields, "attachments": raw.attachments });
        let mut places = Vec::new();
        pointers("", &tree, &mut places);
        let at: &String = place.get(&places);
        *tree.pointer_mut(at).unwrap() = value;
        raw.applicant = tree["applicant"].take();
        raw.fields = tree["fields"].take();
        raw.attachments = tree["attachments"].take();
        let origin = if form { Origin::Form } else { Origin::Json };
        if let Ok(submission) = read_from(origin, &service, &raw) {
            raw.applicant = submission.applicant.to_value();
            raw.fields = submission.fields.to_value();
            let again = read(&service, &raw).unwrap();
            prop_assert_eq!(again.fields.to_value(), submission.fields.to_value());
            prop_assert_eq!(again.applicant.to_value(), submission.applicant.to_value());
        }
    }
}
