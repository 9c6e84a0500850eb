//! Working hours of one kecamatan: when its offices are open, and how much working time lies between two moments.
//!
//! Pure: no clock, no database. A calendar is the list of all versions that were ever published; a version is never
//! edited. Each day follows the newest version published before that day began whose effective dates cover it, so
//! a change published today says nothing new about today or the past (design section 4).

pub mod hours;
mod store;
pub mod version;

pub use hours::{BadHours, DayHours, Span, Week};
pub use store::{load, load_all, publish, seed};
pub use version::{CalendarVersion, ClosureKind, Exception, national_holidays};

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// How far ahead an opening is looked for. A calendar without any opening in five years has none.
const HORIZON_DAYS: usize = 5 * 366;

/// All published versions of a kecamatan's calendar and the time zone of the cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub zone: Tz,
    pub versions: Vec<CalendarVersion>,
}

impl Calendar {
    /// The exact working time in `[from, to)`; nothing when `to` is not after `from`.
    ///
    /// Additive to the last microsecond: time(a, c) = time(a, b) + time(b, c). Minutes are cut only when shown.
    /// Costs one step per day between the two.
    #[must_use]
    pub fn working_time(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        if to <= from {
            return TimeDelta::zero();
        }
        let last = self.today(to);
        self.today(from)
            .iter_days()
            .take_while(|date| *date <= last)
            .flat_map(|date| self.openings(date))
            .map(|(opens, closes)| (closes.min(to) - opens.max(from)).max(TimeDelta::zero()))
            .sum()
    }

    /// Whole working minutes in `[from, to)`: the exact time, cut downwards once.
    #[must_use]
    pub fn working_minutes(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.working_time(from, to).num_minutes()
    }

    /// The moment the last of `minutes` working minutes from `start` ends: the earliest moment with that much
    /// working time since `start`. An amount that ends with a span ends at closing, not at the next opening.
    /// `None` when the calendar has not that many minutes in the next five years.
    #[must_use]
    pub fn add_working(&self, start: DateTime<Utc>, minutes: i64) -> Option<DateTime<Utc>> {
        self.add_working_time(start, TimeDelta::try_minutes(minutes)?)
    }

    /// [`Calendar::add_working`] for an exact amount. Nothing (or less) ends where it starts.
    #[must_use]
    pub fn add_working_time(&self, start: DateTime<Utc>, amount: TimeDelta) -> Option<DateTime<Utc>> {
        let mut left = amount;
        if left <= TimeDelta::zero() {
            return Some(start);
        }
        for (opens, closes) in self.openings_from(start) {
            let here = closes - opens;
            if left <= here {
                return Some(opens + left);
            }
            left -= here;
        }
        None
    }

    /// Whether the office works at this moment. The minute of closing is closed.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.openings(self.today(at))
            .any(|(opens, closes)| opens <= at && at < closes)
    }

    /// The first open moment from `at` on: `at` itself when the office is open.
    #[must_use]
    pub fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.openings_from(at).next().map(|(opens, _)| opens)
    }

    /// Whether the office opens at all on this day.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.openings(date).next().is_some()
    }

    /// Working days after `a` up to and including `b`: from a Monday to the Tuesday after it is one.
    #[must_use]
    pub fn working_days_between(&self, a: NaiveDate, b: NaiveDate) -> usize {
        a.iter_days()
            .skip(1)
            .take_while(|date| *date <= b)
            .filter(|date| self.is_working_day(*date))
            .count()
    }

    /// The day it is in the cell's time zone.
    #[must_use]
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.zone).date_naive()
    }

    /// The moment a day begins in the cell's time zone; `None` only at the ends of the date range.
    #[must_use]
    pub fn day_begins(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        self.instant(date, 0)
    }

    /// The version that a day follows; `None` before the first one.
    #[must_use]
    pub fn version_on(&self, date: NaiveDate) -> Option<&CalendarVersion> {
        let begins = self.day_begins(date)?;
        self.versions
            .iter()
            .filter(|v| v.published_at < begins && v.covers(date))
            .max_by_key(|v| (v.published_at, v.version))
    }

    /// The open spans of one day as moments, in order.
    fn openings(&self, date: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let spans = self.version_on(date).map_or(&[][..], |version| version.spans_on(date));
        spans.iter().filter_map(move |span| {
            Some((self.instant(date, span.from())?, self.instant(date, span.until())?)).filter(|(a, b)| a < b)
        })
    }

    /// The open spans from a moment on; the first may have begun and is then cut there.
    fn openings_from(&self, at: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        self.today(at)
            .iter_days()
            .take(HORIZON_DAYS)
            .flat_map(|date| self.openings(date))
            .filter(move |(_, closes)| *closes > at)
            .map(move |(opens, closes)| (opens.max(at), closes))
    }

    /// A minute of a day as a moment. A local time that a clock change skips means the first moment after the gap;
    /// one that happens twice means the first. Indonesia changes no clocks, but the zone is a setting.
    fn instant(&self, date: NaiveDate, minute: u16) -> Option<DateTime<Utc>> {
        let local = date
            .and_hms_opt(0, 0, 0)?
            .checked_add_signed(TimeDelta::minutes(i64::from(minute)))?;
        (0..=96).find_map(|quarters| {
            let later = local.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
            Some(self.zone.from_local_datetime(&later).earliest()?.to_utc())
        })
    }
}

#[cfg(test)]
pub(crate) mod tests;
