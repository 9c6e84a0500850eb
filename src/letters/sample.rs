//! Letters for tests.

use super::LetterData;
use chrono::{DateTime, Utc};

pub fn skd() -> LetterData {
    serde_json::from_str(include_str!("samples/skd.json")).unwrap()
}

pub fn skaw() -> LetterData {
    serde_json::from_str(include_str!("samples/skaw.json")).unwrap()
}

pub fn now() -> DateTime<Utc> {
    "2026-11-24T07:30:00Z".parse().unwrap()
}
