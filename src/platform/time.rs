//! The machine's clock, asked in one place, and a clock that tests and the demo's history set themselves.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, NaiveDate, SecondsFormat, TimeDelta, Utc};

/// Where "now" comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's time.
    #[default]
    System,
    /// A given moment, moved by hand.
    Given(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands still at `at` until it is set.
    #[must_use]
    pub fn given(at: DateTime<Utc>) -> Self {
        Self::Given(Arc::new(Mutex::new(at)))
    }

    /// The present moment in whole microseconds, as Postgres keeps it: what is hashed before it is
    /// stored must read back the same.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Self::System => Utc::now(),
            Self::Given(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// Sets a given clock; does nothing to the machine's.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Given(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}

/// A moment in the cell's zone, sent as RFC 3339 with its offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct LocalTime(chrono::DateTime<chrono::FixedOffset>);

impl LocalTime {
    /// Tells a moment in a zone.
    #[must_use]
    pub fn new(at: DateTime<Utc>, zone: chrono_tz::Tz) -> Self {
        Self(at.with_timezone(&zone).fixed_offset())
    }

    /// The moment itself.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.0.to_utc()
    }
}

/// A moment to the microsecond, as Postgres keeps it: for a column that is sent inside a document.
#[must_use]
pub fn exact(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A date as the API writes it: YYYY-MM-DD and nothing else. chrono alone also takes `2026-1-1` and longer years.
#[must_use]
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    date.filter(|_| text.len() == 10)
}
