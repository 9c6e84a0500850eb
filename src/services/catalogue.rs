//! All letters of the catalogue as the program brings them. The office's versions (times, wording, on or off) live in
//! the database; a new letter is a folder here and one line in `ALL`.

use std::sync::LazyLock;

use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fields::Field;
use super::{DefinitionError, RawSubmission, ServiceDefinition};

/// What a new cell is seeded with.
pub struct Seed {
    pub code: &'static str,
    /// `service.json`: the first published version.
    pub service: &'static str,
    /// `sample.json`: a complete submission for tests and the demo.
    pub sample: &'static str,
}

macro_rules! seed {
    ($code:literal) => {
        Seed {
            code: $code,
            service: include_str!(concat!("catalogue/", $code, "/service.json")),
            sample: include_str!(concat!("catalogue/", $code, "/sample.json")),
        }
    };
}

/// Every letter, in the order that residents see.
pub const ALL: &[Seed] = &[
    seed!("SKD"),
    seed!("SKDU"),
    seed!("SKU"),
    seed!("SKK-KUR"),
    seed!("SKTM"),
    seed!("SKTM-DIK"),
    seed!("SKTM-KES"),
    seed!("SP-DTSEN"),
    seed!("SKBM"),
    seed!("SP-NIKAH"),
    seed!("SKJD"),
    seed!("SKSI"),
    seed!("SKL"),
    seed!("SKMT"),
    seed!("SKAW"),
    seed!("SP-SKCK"),
    seed!("SKH"),
    seed!("SKPH"),
    seed!("SKBN"),
    seed!("SP-PINDAH"),
    seed!("SP-DATANG"),
    seed!("SP-KTP"),
    seed!("SP-KK"),
    seed!("SKWALI"),
    seed!("SKTANAH"),
    seed!("SKGR"),
    seed!("SKTS"),
    seed!("REK-KERAMAIAN"),
    seed!("DISP-NIKAH"),
    seed!("REK-PBG"),
    seed!("REK-PROPOSAL"),
    seed!("REK-ORMAS"),
    seed!("REK-PENELITIAN"),
    seed!("REK-PUB"),
    seed!("LEGALISASI"),
    seed!("SKPERGI"),
    seed!("SKMAKAM"),
    seed!("SKUMUM"),
];

impl Seed {
    /// The service of this seed, read and checked.
    pub fn definition(&self) -> Result<ServiceDefinition, DefinitionError> {
        ServiceDefinition::from_json(self.service)
    }
}

/// A complete submission as an example: everything but the ids of uploaded files.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    pub area: String,
    pub applicant: Value,
    pub fields: Value,
    /// Kinds of paper that an upload must stand for.
    pub attachments: Vec<String>,
}

impl Sample {
    /// The submission, with a file for each kind of paper.
    pub fn submission(&self, mut file_for: impl FnMut(&str) -> Uuid) -> RawSubmission {
        let files = self
            .attachments
            .iter()
            .map(|kind| json!({ "kind": kind, "id": file_for(kind) }));
        RawSubmission {
            area: self.area.clone().into(),
            applicant: self.applicant.clone(),
            fields: self.fields.clone(),
            attachments: files.collect(),
            relation: Value::Null,
        }
    }
}

impl Seed {
    /// The example of this letter for a day: `today+45` and the like become dates, so that "not before today" holds
    /// whenever it is used.
    pub fn sample(&self, today: NaiveDate) -> Result<Sample, serde_json::Error> {
        let mut sample: Sample = serde_json::from_str(self.sample)?;
        for value in sample.fields.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if let Some(date) = value.as_str().and_then(|text| relative_date(text, today)) {
                *value = date.into();
            }
        }
        Ok(sample)
    }
}

/// `today+20T08:00:00+07:00` -> `2026-12-14T08:00:00+07:00`.
fn relative_date(text: &str, today: NaiveDate) -> Option<String> {
    let offset = text.strip_prefix("today")?;
    let (days, rest) = offset.find('T').map_or((offset, ""), |at| offset.split_at(at));
    let date = today.checked_add_signed(TimeDelta::try_days(days.parse().ok()?)?)?;
    Some(format!("{date}{rest}"))
}

/// Every service, read and checked.
pub fn definitions() -> Result<Vec<ServiceDefinition>, DefinitionError> {
    ALL.iter().map(Seed::definition).collect()
}

/// What every form asks about the applicant. The file is part of the program and a test reads it.
#[must_use]
pub fn applicant_fields() -> &'static [Field] {
    static FIELDS: LazyLock<Vec<Field>> =
        LazyLock::new(|| serde_json::from_str(include_str!("applicant_fields.json")).unwrap_or_default());
    &FIELDS
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn there_are_38_letters_of_which_33_are_offered() {
        let all = definitions().unwrap();
        let codes: HashSet<&str> = all.iter().map(|s| s.code.as_str()).collect();
        assert_eq!((all.len(), codes.len()), (38, 38));
        assert_eq!(all.iter().filter(|s| s.active).count(), 33);
        assert!(ALL.iter().zip(&all).all(|(seed, service)| seed.code == service.code));
        assert!(
            all.iter().all(|s| s.fee_rupiah == 0),
            "every standard found says free of charge"
        );
    }

    #[test]
    fn a_service_is_sent_in_the_shape_of_its_file() {
        for seed in ALL {
            let file: Value = serde_json::from_str(seed.service).unwrap();
            assert_eq!(
                serde_json::to_value(seed.definition().unwrap()).unwrap(),
                file,
                "{}",
                seed.code
            );
        }
        let file: Value = serde_json::from_str(include_str!("applicant_fields.json")).unwrap();
        assert_eq!(serde_json::to_value(applicant_fields()).unwrap(), file);
        assert_eq!(applicant_fields().len(), 15);
    }
}
