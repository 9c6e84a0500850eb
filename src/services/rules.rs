//! Rules that look at more than one value: the ones of the law that a form can check.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fields::{Answers, long_date};
use crate::platform::field_error::FieldError;

/// A cross-field rule of the catalogue. `message` and `source` come from the data, because they cite the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    NotAfterToday {
        field: String,
    },
    NotBeforeToday {
        field: String,
    },
    /// Whole years on the date `on`.
    AgeAtLeast {
        field: String,
        on: String,
        years: u32,
        message: String,
        source: String,
    },
    /// Working days after `from` up to and including `to`. Ten of them are not less than ten.
    WorkingDaysBetweenLessThan {
        from: String,
        to: String,
        days: u32,
        message: String,
        source: String,
    },
}

impl Rule {
    /// Keys of the date fields that the rule reads.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::NotAfterToday { field } | Self::NotBeforeToday { field } => vec![field],
            Self::AgeAtLeast { field, on, .. } => vec![field, on],
            Self::WorkingDaysBetweenLessThan { from, to, .. } => vec![from, to],
        }
    }

    /// What the answers break, if anything. A date that is missing or wrong has been reported already.
    #[must_use]
    pub fn check(
        &self,
        answers: &Answers,
        today: NaiveDate,
        is_working_day: &dyn Fn(NaiveDate) -> bool,
    ) -> Option<FieldError> {
        match self {
            Self::NotAfterToday { field } => {
                let late = answers.date(field)? > today;
                let message = format!("Tanggal tidak boleh sesudah hari ini ({}).", long_date(today));
                late.then(|| error(field, "not_after_today", message))
            }
            Self::NotBeforeToday { field } => {
                let early = answers.date(field)? < today;
                let message = format!("Tanggal tidak boleh sebelum hari ini ({}).", long_date(today));
                early.then(|| error(field, "not_before_today", message))
            }
            Self::AgeAtLeast {
                field,
                on,
                years,
                message,
                source,
            } => {
                // None: born after that day, so certainly too young.
                let age = answers.date(on)?.years_since(answers.date(field)?).unwrap_or(0);
                (age < *years).then(|| error(field, "age_at_least", format!("{message} ({source})")))
            }
            Self::WorkingDaysBetweenLessThan {
                from,
                to,
                days,
                message,
                source,
            } => {
                let (start, end) = (answers.date(from)?, answers.date(to)?);
                if end < start {
                    return Some(error(
                        to,
                        "before_start",
                        "Tanggal ini mendahului tanggal awalnya.".to_owned(),
                    ));
                }
                let enough = has_working_days(start, end, *days, is_working_day);
                enough.then(|| error(to, "working_days_between_less_than", format!("{message} ({source})")))
            }
        }
    }
}

/// Whether at least `days` working days lie after `start` up to `end`. Stops as soon as it knows.
fn has_working_days(start: NaiveDate, end: NaiveDate, days: u32, is_working_day: &dyn Fn(NaiveDate) -> bool) -> bool {
    let wanted = usize::try_from(days).unwrap_or(usize::MAX);
    let working = start
        .iter_days()
        .skip(1)
        .take_while(|day| *day <= end)
        .filter(|day| is_working_day(*day));
    working.take(wanted).count() == wanted
}

fn error(key: &str, code: &'static str, message: String) -> FieldError {
    FieldError::new(format!("fields.{key}"), code, message)
}
