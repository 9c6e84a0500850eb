//! One published version of a calendar, and the holidays that the first one starts with.

use super::hours::{DayHours, Span, Week};
use crate::text_enum;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

text_enum! {
    /// Why an office is closed on a day. All of them stop the clock; reports tell them apart.
    pub enum ClosureKind {
        NationalHoliday => "libur_nasional",
        JointLeave => "cuti_bersama",
        Local => "lokal",
    }
}

/// A day that does not follow the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    Closed {
        name: String,
        kind: ClosureKind,
    },
    /// Other hours, such as a half day.
    Hours {
        name: String,
        hours: DayHours,
    },
}

/// Hours and exceptions with the dates for which they hold. Never edited once published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarVersion {
    pub version: i32,
    pub published_at: DateTime<Utc>,
    pub effective_from: NaiveDate,
    /// The last day for which it holds, such as the end of Ramadan; `None` = until further notice.
    pub effective_until: Option<NaiveDate>,
    pub week: Week,
    pub exceptions: BTreeMap<NaiveDate, Exception>,
}

impl CalendarVersion {
    /// Default hours with the national holidays and cuti bersama: what a new kecamatan starts with. To hold on the
    /// day it is made it must be published before that day began.
    ///
    /// # Errors
    /// When the embedded list of holidays cannot be read; a test reads it.
    pub fn initial(published_at: DateTime<Utc>, effective_from: NaiveDate) -> Result<Self, csv::Error> {
        Ok(Self {
            version: 1,
            published_at,
            effective_from,
            effective_until: None,
            week: Week::default_hours(),
            exceptions: national_holidays()?,
        })
    }

    /// Whether its effective dates, both included, cover a day.
    #[must_use]
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.effective_from <= date && self.effective_until.is_none_or(|until| date <= until)
    }

    /// The open spans of a day by this version.
    #[must_use]
    pub fn spans_on(&self, date: NaiveDate) -> &[Span] {
        match self.exceptions.get(&date) {
            Some(Exception::Closed { .. }) => &[],
            Some(Exception::Hours { hours, .. }) => hours.spans(),
            None => self.week.on(date.weekday()).spans(),
        }
    }
}

/// National holidays and cuti bersama 2023-2027; the file names its source.
///
/// # Errors
/// When the embedded file cannot be read; a test reads it.
pub fn national_holidays() -> Result<BTreeMap<NaiveDate, Exception>, csv::Error> {
    #[derive(Deserialize)]
    struct Row {
        date: NaiveDate,
        name: String,
        #[serde(rename = "type")]
        kind: ClosureKind,
    }
    let file = include_bytes!("holidays.csv");
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(file.as_slice())
        .deserialize()
        .map(|row| row.map(|Row { date, name, kind }| (date, Exception::Closed { name, kind })))
        .collect()
}
