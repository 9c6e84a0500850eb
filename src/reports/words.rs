//! Figures in words for people who read Indonesian.

use chrono::NaiveDate;

use super::{GroupBy, GroupKey, ServiceLevel};
use crate::platform::indonesian::{grouped, long_date};

/// `3 jam 20 menit`; a dash where there is nothing.
pub(super) fn duration(minutes: Option<i64>) -> String {
    let Some(minutes) = minutes else {
        return "–".to_owned();
    };
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} menit"),
        (hours, 0) => format!("{} jam", grouped(hours)),
        (hours, minutes) => format!("{} jam {minutes} menit", grouped(hours)),
    }
}

/// `66,7 %`, rounded half up; a dash when nothing was finished.
pub(super) fn share(level: &ServiceLevel) -> String {
    if level.finished == 0 {
        return "–".to_owned();
    }
    let tenths = (level.on_time * 2_000 + level.finished) / (level.finished * 2);
    format!("{},{} %", tenths / 10, tenths % 10)
}

/// `1–30 November 2026` would be shorter, but is wrong across months: both dates in full.
pub(super) fn days(from: NaiveDate, to: NaiveDate) -> String {
    if from == to {
        long_date(from)
    } else {
        format!("{} sampai {}", long_date(from), long_date(to))
    }
}

/// What a column of keys is called.
pub(super) const fn heading(group: GroupBy) -> &'static str {
    match group {
        GroupBy::Area => "Kelurahan",
        GroupBy::Service => "Layanan",
        GroupBy::Month => "Bulan",
        GroupBy::Day => "Tanggal",
    }
}

/// A key as people know it; `names` gives areas and services their names.
pub(super) fn key(key: &GroupKey, group: GroupBy, names: &impl Fn(GroupBy, &str) -> String) -> String {
    match group {
        GroupBy::Area | GroupBy::Service => {
            let code = if group == GroupBy::Area {
                &key.area
            } else {
                &key.service
            };
            code.as_deref().map(|code| names(group, code)).unwrap_or_default()
        }
        GroupBy::Month => key.month.as_deref().map(month).unwrap_or_default(),
        GroupBy::Day => key.day.as_deref().map(day).unwrap_or_default(),
    }
}

fn day(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), long_date)
}

/// `2026-11` as `November 2026`: its first day without the number before.
fn month(text: &str) -> String {
    let first = day(&format!("{text}-01"));
    first
        .split_once(' ')
        .map_or(first.clone(), |(_, month)| month.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::Percentiles;

    #[test]
    fn minutes_are_hours_and_minutes() {
        let words = |minutes| duration(Some(minutes));
        assert_eq!(words(0), "0 menit");
        assert_eq!(words(59), "59 menit");
        assert_eq!(words(60), "1 jam");
        assert_eq!(words(421), "7 jam 1 menit");
        assert_eq!(words(60_000), "1.000 jam");
        assert_eq!(duration(None), "–");
    }

    #[test]
    fn shares_have_one_decimal_after_a_comma() {
        let words = |on_time, finished| {
            let nothing = Percentiles { p50: None, p90: None };
            share(&ServiceLevel {
                received: 0,
                finished,
                on_time,
                on_time_share: None,
                office_minutes: nothing,
                resident_minutes: nothing,
            })
        };
        assert_eq!(words(2, 3), "66,7 %");
        assert_eq!(words(1, 3), "33,3 %");
        assert_eq!(words(3, 3), "100,0 %");
        assert_eq!(words(0, 5), "0,0 %");
        assert_eq!(words(1, 2_000), "0,1 %");
        assert_eq!(words(0, 0), "–");
    }

    #[test]
    fn months_and_days_are_written_out() {
        assert_eq!(month("2026-11"), "November 2026");
        assert_eq!(day("2026-11-24"), "24 November 2026");
        let first = "2026-11-01".parse().unwrap();
        assert_eq!(days(first, first), "1 November 2026");
        assert_eq!(
            days(first, "2026-12-31".parse().unwrap()),
            "1 November 2026 sampai 31 Desember 2026"
        );
    }
}
