//! The samples of the catalogue as submissions, to read as they are and after a change.

mod forms;
mod hostile;
mod submissions;
mod walk;

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;
use serde_json::{Value, json};
use uuid::Uuid;

use super::catalogue::{ALL, Seed};
use super::fields::{Origin, ParseContext};
use super::*;
use crate::areas::{AreaCode, seed};
use crate::platform::field_error::FieldError;

fn today() -> NaiveDate {
    "2026-11-24".parse().unwrap()
}

fn service(code: &str) -> ServiceDefinition {
    seed_of(code).definition().unwrap()
}

fn seed_of(code: &str) -> &'static Seed {
    ALL.iter().find(|s| s.code == code).unwrap()
}

fn raw(code: &str) -> RawSubmission {
    let mut next = 0_u128;
    seed_of(code).sample(today()).unwrap().submission(|_| {
        next += 1;
        Uuid::from_u128(next)
    })
}

fn read(service: &ServiceDefinition, raw: &RawSubmission) -> Result<Submission, Vec<FieldError>> {
    read_from(Origin::Json, service, raw)
}

fn read_from(origin: Origin, service: &ServiceDefinition, raw: &RawSubmission) -> Result<Submission, Vec<FieldError>> {
    static AREAS: LazyLock<HashSet<AreaCode>> = LazyLock::new(|| seed().unwrap().into_iter().map(|a| a.code).collect());
    let ours = AreaCode::parse("12.09.20").unwrap();
    parse_submission(
        service,
        raw,
        &SubmissionContext {
            parse: ParseContext {
                origin,
                zone: Tz::Asia__Jakarta,
                printable: |_| None,
            },
            today: today(),
            serves: &|area| ours.contains(area) && AREAS.contains(area),
            knows_region: &|area| AREAS.contains(area),
            is_working_day: &|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        },
    )
}
