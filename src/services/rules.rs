//! Rules that look at more than one value: the ones of the law that a form can check.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fields::Answers;
use crate::platform::field_error::FieldError;
use crate::platform::indonesian::long_date;

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

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Weekday};
    use serde_json::json;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn weekday(day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn broken(rule: &Rule, answers: &serde_json::Value) -> Option<(String, &'static str)> {
        let answers = Answers::from_map(answers.as_object().unwrap().clone());
        rule.check(&answers, date("2026-11-24"), &weekday)
            .map(|e| (e.field, e.code))
    }

    #[test]
    fn today_itself_is_neither_after_nor_before_today() {
        let past = Rule::NotAfterToday { field: "d".into() };
        let coming = Rule::NotBeforeToday { field: "d".into() };
        assert_eq!(broken(&past, &json!({ "d": "2026-11-24" })), None);
        assert_eq!(
            broken(&past, &json!({ "d": "2026-11-25" })),
            Some(("fields.d".into(), "not_after_today"))
        );
        assert_eq!(broken(&coming, &json!({ "d": "2026-11-24" })), None);
        assert_eq!(
            broken(&coming, &json!({ "d": "2026-11-23" })),
            Some(("fields.d".into(), "not_before_today"))
        );
        assert_eq!(broken(&past, &json!({})), None, "a missing date is the field's error");
    }

    #[test]
    fn age_is_counted_in_whole_years_on_the_given_day() {
        let rule = Rule::AgeAtLeast {
            field: "born".into(),
            on: "on".into(),
            years: 19,
            message: "m".into(),
            source: "s".into(),
        };
        let on = |born: &str| broken(&rule, &json!({ "born": born, "on": "2026-12-01" }));
        assert_eq!(on("2007-12-01"), None, "the birthday itself");
        assert_eq!(on("2007-12-02"), Some(("fields.born".into(), "age_at_least")));
        assert_eq!(
            on("2030-01-01"),
            Some(("fields.born".into(), "age_at_least")),
            "born after that day"
        );
        // Born on 29 February: of age on 1 March of a common year.
        let leap = |on: &str| broken(&rule, &json!({ "born": "2008-02-29", "on": on }));
        assert!(leap("2027-02-28").is_some() && leap("2027-03-01").is_none());
    }

    #[test]
    fn ten_working_days_are_not_less_than_ten() {
        let rule = Rule::WorkingDaysBetweenLessThan {
            from: "a".into(),
            to: "b".into(),
            days: 10,
            message: "m".into(),
            source: "s".into(),
        };
        // From a Tuesday: the tenth working day is the Tuesday two weeks later.
        let until = |to: &str| broken(&rule, &json!({ "a": "2026-11-24", "b": to }));
        assert_eq!(until("2026-12-07"), None, "nine");
        assert_eq!(
            until("2026-12-08"),
            Some(("fields.b".into(), "working_days_between_less_than"))
        );
        assert_eq!(until("2026-11-24"), None, "the same day");
        assert_eq!(until("2026-11-23"), Some(("fields.b".into(), "before_start")));
        assert!(until("2100-12-31").is_some());
    }

    #[test]
    fn the_law_is_cited() {
        let rule = Rule::AgeAtLeast {
            field: "a".into(),
            on: "b".into(),
            years: 19,
            message: "Di pengadilan.".into(),
            source: "UU 16/2019".into(),
        };
        let answers = json!({ "a": "2026-01-01", "b": "2026-01-02" });
        let answers = Answers::from_map(answers.as_object().unwrap().clone());
        let error = rule.check(&answers, date("2026-11-24"), &weekday).unwrap();
        assert_eq!(error.message, "Di pengadilan. (UU 16/2019)");
    }
}
