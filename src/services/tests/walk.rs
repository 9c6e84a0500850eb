//! One walk over all letters of the catalogue.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::*;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::{FieldKind, PrintContext, Printed};

#[test]
fn every_sample_is_a_valid_submission_and_stays_the_same_when_read_again() {
    for seed in ALL {
        let service = seed.definition().unwrap();
        let submission = read(&service, &raw(seed.code)).unwrap_or_else(|e| panic!("{}: {e:?}", seed.code));
        let again = RawSubmission {
            applicant: submission.applicant.to_value(),
            fields: submission.fields.to_value(),
            ..raw(seed.code)
        };
        let again = read(&service, &again).unwrap();
        assert!(
            again.applicant == submission.applicant && again.fields == submission.fields,
            "{}",
            seed.code
        );
        let strange: Vec<&str> = submission.warnings.iter().map(|w| w.field.as_str()).collect();
        assert_eq!(
            strange,
            if seed.code == "SP-DATANG" {
                vec!["applicant.nik"]
            } else {
                vec![]
            },
            "{}",
            seed.code
        );
        // Only the register knows who exists: samples are recognised by serials that no day reaches.
        assert!(submission.nik.expose()[12..].starts_with("99"), "{}", seed.code);
    }
}

#[test]
fn every_sample_answers_every_field() {
    for seed in ALL {
        let (service, sample) = (seed.definition().unwrap(), seed.sample(today()).unwrap());
        for field in &service.fields {
            assert!(sample.fields.get(&field.key).is_some(), "{} {}", seed.code, field.key);
        }
    }
}

#[test]
fn every_sample_in_print() {
    let names: BTreeMap<AreaCode, String> = seed().unwrap().into_iter().map(|a| (a.code, a.name)).collect();
    let context = PrintContext {
        zone: Tz::Asia__Jakarta,
        area_name: &|code| names.get(code).cloned(),
    };
    let mut page = String::new();
    for seed in ALL {
        let service = seed.definition().unwrap();
        let submission = read(&service, &raw(seed.code)).unwrap();
        writeln!(page, "# {} {}", service.code, service.name).unwrap();
        let applicant = submission.applicant.printed(applicant_fields(), &context);
        for (field, printed) in applicant
            .into_iter()
            .chain(submission.fields.printed(&service.fields, &context))
        {
            match printed {
                Printed::Text(text) => {
                    assert!(!text.is_empty(), "{} {}", seed.code, field.key);
                    writeln!(page, "{}: {text:?}", field.label).unwrap();
                }
                Printed::Table { columns, rows } => {
                    writeln!(page, "{}: {columns:?}", field.label).unwrap();
                    rows.iter().for_each(|row| writeln!(page, "    {row:?}").unwrap());
                }
            }
        }
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_catalogue_that_cannot_work_is_refused() {
    let faulty = |change: fn(&mut ServiceDefinition)| {
        let mut service = service("SKAW");
        change(&mut service);
        service.check().unwrap_err().to_string()
    };
    assert!(faulty(|s| s.steps[0].share_percent = 11).contains("101"));
    assert!(faulty(|s| s.steps[3].off = true).contains("sign"));
    assert!(faulty(|s| s.steps[0].level = crate::areas::AreaLevel::Kecamatan).contains("kepling"));
    assert!(faulty(|s| s.steps[7].name = StepName::Initial).contains("last step"));
    assert!(faulty(|s| s.target_working_days = 0).contains("target"));
    assert!(faulty(|s| s.fields[1].key = "nama_pewaris".into()).contains("twice"));
    assert!(faulty(|s| s.attachments[1].key = "Ktp".into()).contains("plain word"));
    assert!(faulty(|s| s.fields[2].key = "wafat".into()).contains("tgl_wafat"));
    assert!(
        faulty(|s| s.fields[3].kind = FieldKind::Table {
            columns: vec![],
            max_rows: 3
        })
        .contains("empty table")
    );
    let mut service = service("SKAW");
    service.steps[2].off = true;
    assert!(service.check().is_ok(), "a paraf can be switched off");
}
