//! Every letter's form: rendered from its sample, read back from the page's own controls.

use askama::Template;

use super::*;
use crate::areas::{Areas, seed as area_seed};
use crate::services::catalogue::applicant_fields;
use crate::services::fields::Answers;
use crate::shell::FormErrors;

#[derive(Template)]
#[template(
    source = r#"{% import "services/form.html" as form -%}
{% for f in fields %}{% call form::control(f) %}{% endcall %}{% endfor -%}
{% for f in files %}{% call form::upload(f) %}{% endcall %}{% endfor %}"#,
    ext = "html"
)]
struct Controls {
    fields: Vec<FieldView>,
    files: Vec<FileView>,
}

fn areas() -> Areas {
    Areas::from_seed(&area_seed().unwrap())
}

fn rendered(service: &ServiceDefinition, values: &FormValues, errors: &FormErrors) -> String {
    let areas = areas();
    let form = FormContext {
        values,
        errors,
        areas: &areas,
        only_kelurahan: None,
        grow: "",
    };
    let mut fields = fields_view("applicant", applicant_fields(), &form);
    fields.extend(fields_view("fields", &service.fields, &form));
    Controls {
        fields,
        files: files_view(&service.attachments, &form),
    }
    .render()
    .unwrap()
}

fn stored(value: &Value) -> Answers {
    Answers::from_map(value.as_object().unwrap().clone())
}

/// What a browser would send of the rendered page.
fn sent(html: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(unescape(&tag[start..start + tag[start..].find('"')?]))
    };
    let mut pairs = Vec::new();
    let mut select = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let end = rest.find('>').unwrap() + 1;
        let tag = &rest[..end];
        let kind = attribute(tag, "type").unwrap_or_default();
        let name = attribute(tag, "name").unwrap_or_default();
        let value = attribute(tag, "value").unwrap_or_default();
        match tag.split([' ', '>']).next().unwrap() {
            "<input" if kind == "file" || kind == "submit" => {}
            "<input" if matches!(kind.as_str(), "radio" | "checkbox") && !tag.contains(" checked") => {}
            "<input" => pairs.push((name, value)),
            "<select" => select = name,
            "<option" if tag.contains(" selected") => pairs.push((select.clone(), value)),
            "<textarea" => {
                let text = rest[end..].split("</textarea>").next().unwrap();
                pairs.push((
                    name,
                    unescape(text.strip_prefix('\n').unwrap_or(text)).replace('\n', "\r\n"),
                ));
            }
            _ => {}
        }
        rest = &rest[end..];
    }
    pairs
}

fn unescape(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

fn from_sample(code: &str) -> FormValues {
    let (service, sample) = (service(code), seed_of(code).sample(today()).unwrap());
    let mut values = FormValues::default();
    values.put_answers(
        "applicant",
        applicant_fields(),
        &stored(&sample.applicant),
        Tz::Asia__Jakarta,
    );
    values.put_answers("fields", &service.fields, &stored(&sample.fields), Tz::Asia__Jakarta);
    for (n, kind) in sample.attachments.iter().enumerate() {
        values.put(
            format!("attachments.{kind}"),
            Uuid::from_u128(u128::try_from(n).unwrap() + 1).to_string(),
        );
    }
    values
}

#[test]
fn a_form_filled_from_its_sample_is_read_back_as_the_sample() {
    for seed in ALL {
        let service = seed.definition().unwrap();
        let html = rendered(&service, &from_sample(seed.code), &FormErrors::default());
        let mut pairs = sent(&html);
        let lingkungan = pairs
            .iter()
            .find(|(name, _)| name == "applicant.lingkungan")
            .unwrap()
            .1
            .clone();
        pairs.push(("applicant.kelurahan_code".into(), lingkungan[..13].to_owned()));
        let form =
            read_from(Origin::Form, &service, &from_form(&pairs)).unwrap_or_else(|e| panic!("{}: {e:?}", seed.code));
        let json = read(&service, &raw(seed.code)).unwrap();
        assert_eq!(form.applicant.to_value(), json.applicant.to_value(), "{}", seed.code);
        assert_eq!(form.fields.to_value(), json.fields.to_value(), "{}", seed.code);
        assert_eq!(form.attachments.len(), json.attachments.len(), "{}", seed.code);
    }
}

#[test]
fn every_control_has_a_label_and_every_name_stands_once() {
    for seed in ALL {
        let html = rendered(
            &seed.definition().unwrap(),
            &FormValues::default(),
            &FormErrors::default(),
        );
        let ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let unique: HashSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{}", seed.code);
        for tag in html
            .split('<')
            .filter(|t| ["input", "select", "textarea"].iter().any(|k| t.starts_with(k)))
        {
            let id = tag.split(" id=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(html.contains(&format!("<label for=\"{id}\">")), "{} {id}", seed.code);
        }
    }
}

#[test]
fn a_blank_form_has_an_error_at_each_required_control_and_says_whose_it_is() {
    for seed in ALL {
        let service = seed.definition().unwrap();
        let pairs = sent(&rendered(&service, &FormValues::default(), &FormErrors::default()));
        let errors = FormErrors(fold_place_errors(
            read_from(Origin::Form, &service, &from_form(&pairs)).unwrap_err(),
        ));
        let html = rendered(&service, &FormValues::typed(pairs), &errors);
        for error in &errors.0 {
            assert!(
                html.contains(&format!(" id=\"{}\"", error.field)),
                "{} {}",
                seed.code,
                error.field
            );
            assert!(
                html.contains(&format!(" id=\"{}-error\"", error.field)),
                "{} {}",
                seed.code,
                error.field
            );
        }
        let areas = areas();
        let form = FormContext {
            values: &FormValues::default(),
            errors: &errors,
            areas: &areas,
            only_kelurahan: None,
            grow: "",
        };
        let mut fields = fields_view("applicant", applicant_fields(), &form);
        fields.extend(fields_view("fields", &service.fields, &form));
        let listed = labelled(&errors, &fields, &files_view(&service.attachments, &form));
        let order: Vec<usize> = listed
            .0
            .iter()
            .filter_map(|error| html.find(&format!(" id=\"{}\"", error.field)))
            .collect();
        assert!(order.is_sorted(), "{}: the summary follows the form", seed.code);
        assert!(
            listed.0.iter().all(|error| error.message.contains(": ")),
            "{}: {listed:?}",
            seed.code
        );
    }
}

#[test]
fn what_was_typed_is_kept_and_escaped() {
    let values = FormValues::typed(vec![
        ("fields.keperluan".into(), "\"><script>".into()),
        ("fields.alamat_domisili".into(), "</textarea>x".into()),
        ("attachments.ktp".into(), "\"><b>".into()),
    ]);
    let html = rendered(&service("SKD"), &values, &FormErrors::default());
    assert!(!html.contains("<script>") && !html.contains("</textarea>x") && !html.contains("<b>"));
    let again = sent(&html);
    assert!(again.contains(&("fields.keperluan".into(), "\"><script>".into())));
}

#[test]
fn a_table_shows_what_is_there_and_grows_by_request() {
    let rows = |values: &FormValues, grow: &str| {
        let (service, areas) = (service("SKAW"), areas());
        let form = FormContext {
            values,
            errors: &FormErrors::default(),
            areas: &areas,
            only_kelurahan: None,
            grow,
        };
        let view = fields_view("fields", &service.fields, &form)
            .into_iter()
            .find(|f| f.name == "fields.ahli_waris")
            .unwrap();
        let Widget::Table { rows, can_grow } = view.widget else {
            panic!("a table")
        };
        (rows.len(), can_grow)
    };
    let typed = |row: usize| FormValues::typed(vec![(format!("fields.ahli_waris.{row}.nama"), "x".into())]);
    assert_eq!(rows(&FormValues::default(), ""), (3, true));
    assert_eq!(rows(&typed(4), ""), (5, true));
    assert_eq!(rows(&typed(4), "fields.ahli_waris"), (8, true));
    assert_eq!(rows(&typed(28), "fields.ahli_waris"), (30, false));
    assert_eq!(rows(&typed(usize::MAX), "fields.ahli_waris"), (30, false));
}

#[test]
fn the_form_of_a_letter() {
    insta::assert_snapshot!(
        "form_of_skd",
        rendered(&service("SKD"), &from_sample("SKD"), &FormErrors::default())
    );
    insta::assert_snapshot!(
        "form_of_skaw",
        rendered(&service("SKAW"), &FormValues::default(), &FormErrors::default())
    );
}
