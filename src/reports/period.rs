//! The days that a report covers.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::calendar::Calendar;
use crate::platform::field_error::FieldError;
use crate::platform::time::parse_date;

/// Days from..=to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// Reads two dates. Without any it is the current month; without `to` it ends with the current month, or with that
    /// of `from` when it begins later; without `from` it is the month of `to` until then.
    ///
    /// # Errors
    /// Each date that is none, or `to` before `from`.
    pub fn parse(from: Option<&str>, to: Option<&str>, today: NaiveDate) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let from = from.and_then(|text| date("from", text, &mut errors));
        let to = to.and_then(|text| date("to", text, &mut errors));
        if !errors.is_empty() {
            return Err(errors);
        }
        let to = to.unwrap_or_else(|| last_of_month(from.map_or(today, |from| from.max(today))));
        let from = from.unwrap_or_else(|| to.with_day(1).unwrap_or(to));
        if to < from {
            let message = "Tanggal akhir mendahului tanggal awal.";
            return Err(vec![FieldError::new("to", "date_out_of_range", message)]);
        }
        Ok(Self { from, to })
    }

    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// The moments it covers in a time zone: from the first one to before the second. `None` only at the ends of time.
    #[must_use]
    pub fn moments(&self, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let days = Calendar {
            zone,
            versions: Vec::new(),
        };
        Some((days.day_begins(self.from)?, days.day_begins(self.to.succ_opt()?)?))
    }
}

fn date(field: &str, text: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let date = parse_date(text);
    if date.is_none() {
        let message = "Tanggal ditulis TTTT-BB-HH, misalnya 2026-11-24.";
        errors.push(FieldError::new(field, "date_invalid", message));
    }
    date
}

fn last_of_month(date: NaiveDate) -> NaiveDate {
    let next = date
        .with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|next| next.pred_opt()).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: Option<&str>, to: Option<&str>) -> (String, String) {
        let period = Period::parse(from, to, day("2026-11-24")).unwrap();
        (period.from.to_string(), period.to.to_string())
    }

    #[test]
    fn without_dates_it_is_the_current_month() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(period(None, None), pair("2026-11-01", "2026-11-30"));
        assert_eq!(period(Some("2026-01-15"), None), pair("2026-01-15", "2026-11-30"));
        assert_eq!(period(Some("2027-02-10"), None), pair("2027-02-10", "2027-02-28"));
        assert_eq!(period(None, Some("2026-02-10")), pair("2026-02-01", "2026-02-10"));
        assert_eq!(
            period(Some("2026-02-10"), Some("2026-02-10")),
            pair("2026-02-10", "2026-02-10")
        );
    }

    #[test]
    fn what_is_no_date_or_ends_before_it_begins_is_refused_at_its_field() {
        let codes = |from, to| {
            let errors = Period::parse(Some(from), Some(to), day("2026-11-24")).unwrap_err();
            errors
                .iter()
                .map(|e| format!("{} {}", e.field, e.code))
                .collect::<Vec<_>>()
        };
        assert_eq!(codes("2026-11-02", "2026-11-01"), ["to date_out_of_range"]);
        for wrong in [
            "2026-02-30",
            "2026-1-1",
            "24-11-2026",
            "+12026-01-1",
            "",
            "today",
            "2026-11-01T00:00:00Z",
            "２０26",
        ] {
            assert_eq!(codes(wrong, "2026-11-01"), ["from date_invalid"], "{wrong}");
        }
        assert_eq!(codes("x", "y"), ["from date_invalid", "to date_invalid"]);
    }

    #[test]
    fn both_days_are_whole_in_the_zone_of_the_cell() {
        let period = Period::parse(Some("2026-11-30"), Some("2026-12-01"), day("2026-11-24")).unwrap();
        let (from, before) = period.moments(chrono_tz::Asia::Jakarta).unwrap();
        assert_eq!(from.to_rfc3339(), "2026-11-29T17:00:00+00:00");
        assert_eq!(before.to_rfc3339(), "2026-12-01T17:00:00+00:00");
        assert_eq!(period.days(), 2);
        let ages = Period::parse(Some("0000-01-01"), Some("9999-12-31"), day("2026-11-24")).unwrap();
        assert!(ages.moments(chrono_tz::Asia::Jakarta).is_some());
    }
}
