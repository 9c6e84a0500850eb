use super::*;
use chrono::NaiveDateTime;
use chrono_tz::{America, Asia};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A moment in WIB, written as an office would: `2026-11-23 08:00`.
pub(crate) fn wib(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Asia::Jakarta.from_local_datetime(&local).unwrap().to_utc()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What a new kecamatan has: default hours, national holidays.
pub(crate) fn calendar() -> Calendar {
    let version = CalendarVersion::initial(wib("2022-12-01 00:00"), day("2023-01-01")).unwrap();
    Calendar {
        zone: Asia::Jakarta,
        versions: vec![version],
    }
}

fn hours(spans: &[(u16, u16)]) -> DayHours {
    DayHours::new(
        spans
            .iter()
            .map(|(from, until)| Span::new(*from, *until).unwrap())
            .collect(),
    )
    .unwrap()
}

/// The first version with one day changed, published at a moment.
fn published(number: i32, at: &str, date: &str, exception: Exception) -> CalendarVersion {
    let mut version = calendar().versions.remove(0);
    version.version = number;
    version.published_at = wib(at);
    version.exceptions.insert(day(date), exception);
    version
}

#[test]
fn the_office_is_open_in_office_hours_only() {
    let c = calendar();
    let open = |text| c.is_open(wib(text));
    assert!(open("2026-11-23 08:00") && open("2026-11-23 11:59") && open("2026-11-23 13:00"));
    assert!(!open("2026-11-23 07:59") && !open("2026-11-23 12:00") && !open("2026-11-23 16:00"));
    assert!(!open("2026-11-27 13:30") && open("2026-11-27 16:29"), "Friday prayer");
    assert!(!open("2026-11-28 09:00") && !open("2026-12-24 09:00") && !open("2026-12-25 09:00"));
}

#[test]
fn the_next_opening_passes_over_lunch_weekend_and_holidays() {
    let c = calendar();
    for (at, opens) in [
        ("2026-11-23 09:10", "2026-11-23 09:10"),
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-23 16:00", "2026-11-24 08:00"),
        ("2026-11-27 16:30", "2026-11-30 08:00"),
        ("2026-12-23 17:00", "2026-12-28 08:00"),
    ] {
        assert_eq!(c.next_opening(wib(at)), Some(wib(opens)), "{at}");
    }
}

#[test]
fn a_work_day_has_420_minutes_and_so_has_a_week_five_times_less_friday_s_half_hour() {
    let c = calendar();
    assert_eq!(c.working_minutes(wib("2026-11-23 00:00"), wib("2026-11-24 00:00")), 420);
    assert_eq!(c.working_minutes(wib("2026-11-27 00:00"), wib("2026-11-28 00:00")), 390);
    assert_eq!(
        c.working_minutes(wib("2026-11-23 00:00"), wib("2026-11-30 00:00")),
        4 * 420 + 390
    );
    assert_eq!(c.working_minutes(wib("2026-11-23 10:00"), wib("2026-11-23 09:00")), 0);
}

#[test]
fn working_days_count_from_the_day_after() {
    let c = calendar();
    assert_eq!(c.working_days_between(day("2026-11-23"), day("2026-11-23")), 0);
    assert_eq!(c.working_days_between(day("2026-11-23"), day("2026-11-24")), 1);
    assert_eq!(c.working_days_between(day("2026-12-23"), day("2026-12-28")), 1);
    assert_eq!(c.working_days_between(day("2026-12-28"), day("2026-12-23")), 0);
}

#[test]
fn a_version_counts_from_the_day_after_its_publication_and_never_backwards() {
    let closed = || Exception::Closed {
        name: "Banjir".into(),
        kind: ClosureKind::Local,
    };
    let mut c = calendar();
    c.versions
        .push(published(2, "2026-11-23 09:00", "2026-11-23", closed()));
    assert!(c.is_working_day(day("2026-11-23")), "published when the day had begun");
    c.versions
        .push(published(3, "2026-11-24 00:00", "2026-11-24", closed()));
    assert!(c.is_working_day(day("2026-11-24")), "at midnight the day has begun");
    c.versions
        .push(published(4, "2026-11-24 23:59", "2026-11-25", closed()));
    assert!(!c.is_working_day(day("2026-11-25")));
    assert_eq!(c.version_on(day("2026-11-24")).unwrap().version, 2);
    c.versions.reverse();
    assert_eq!(
        c.version_on(day("2026-11-26")).unwrap().version,
        4,
        "the order of the list does not matter"
    );
}

#[test]
fn ramadan_hours_hold_for_their_dates_and_then_the_older_version_again() {
    let mut c = calendar();
    let mut ramadan = c.versions[0].clone();
    ramadan.version = 2;
    ramadan.published_at = wib("2026-02-10 10:00");
    (ramadan.effective_from, ramadan.effective_until) = (day("2026-02-18"), Some(day("2026-03-17")));
    let short = hours(&[(480, 720), (750, 900)]);
    ramadan.week = Week {
        mon: short.clone(),
        tue: short.clone(),
        wed: short.clone(),
        thu: short,
        ..Week::default()
    };
    c.versions.push(ramadan);
    let minutes = |date: &str| {
        let begins = c.day_begins(day(date)).unwrap();
        c.working_minutes(begins, begins + TimeDelta::days(1))
    };
    assert_eq!(minutes("2026-02-12"), 420);
    assert_eq!(minutes("2026-02-18"), 390);
    assert_eq!(minutes("2026-03-17"), 390);
    assert_eq!(minutes("2026-03-25"), 420);
}

#[test]
fn a_half_day_ends_early() {
    let mut c = calendar();
    let half = Exception::Hours {
        name: "Hari jadi kabupaten".into(),
        hours: hours(&[(480, 660)]),
    };
    c.versions.push(published(2, "2026-11-20 09:00", "2026-11-24", half));
    assert_eq!(
        c.add_working(wib("2026-11-24 10:00"), 60),
        Some(wib("2026-11-24 11:00"))
    );
    assert_eq!(
        c.add_working(wib("2026-11-24 10:00"), 61),
        Some(wib("2026-11-25 08:01"))
    );
}

#[test]
fn without_a_version_there_is_no_working_time_and_no_due_moment() {
    let c = Calendar {
        zone: Asia::Jakarta,
        versions: vec![],
    };
    assert_eq!(c.add_working(wib("2026-11-24 10:00"), 1), None);
    assert_eq!(c.next_opening(wib("2026-11-24 10:00")), None);
    assert_eq!(c.working_minutes(wib("2026-11-24 10:00"), wib("2027-11-24 10:00")), 0);
}

#[test]
fn the_list_of_holidays_is_read_whole() {
    let all = national_holidays().unwrap();
    assert_eq!(all.len(), 135);
    let leave = Exception::Closed {
        name: "Cuti Bersama Hari Raya Natal".into(),
        kind: ClosureKind::JointLeave,
    };
    assert_eq!(all.get(&day("2026-12-24")), Some(&leave));
}

#[test]
fn a_calendar_is_stored_and_read_back_and_impossible_hours_are_refused() {
    let mut c = calendar();
    let half = Exception::Hours {
        name: "Setengah hari".into(),
        hours: hours(&[(480, 660)]),
    };
    c.versions.push(published(2, "2026-11-20 09:00", "2026-11-24", half));
    let stored = serde_json::to_value(&c).unwrap();
    assert_eq!(serde_json::from_value::<Calendar>(stored.clone()).unwrap(), c);
    assert_eq!(
        stored["versions"][0]["week"]["mon"][0],
        serde_json::json!({"from": 480, "until": 720})
    );
    for bad in [r#"[{"from":720,"until":480}]"#, r#"[{"from":0,"until":1441}]"#] {
        assert!(serde_json::from_str::<DayHours>(bad).is_err(), "{bad}");
    }
    let overlapping = r#"[{"from":480,"until":720},{"from":700,"until":800}]"#;
    assert!(serde_json::from_str::<DayHours>(overlapping).is_err());
}

#[test]
fn a_clock_change_in_the_zone_of_the_cell_breaks_nothing() {
    let night = hours(&[(0, 1440)]);
    let version = CalendarVersion {
        week: Week {
            sun: night,
            ..Week::default()
        },
        exceptions: BTreeMap::new(),
        ..calendar().versions.remove(0)
    };
    let c = Calendar {
        zone: America::New_York,
        versions: vec![version],
    };
    let minutes = |date: &str| {
        let begins = c.day_begins(day(date)).unwrap();
        c.working_minutes(begins, begins + TimeDelta::hours(30))
    };
    assert_eq!((minutes("2026-03-08"), minutes("2026-11-01")), (23 * 60, 25 * 60));
}

/// Any moment of 2024-2027, to the microsecond.
pub(crate) fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    let (from, until) = (
        wib("2024-01-01 00:00").timestamp_micros(),
        wib("2027-12-01 00:00").timestamp_micros(),
    );
    (from..until).prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

proptest! {
    #[test]
    fn working_time_is_additive(mut at in prop::array::uniform3(moment())) {
        at.sort();
        let (c, [a, b, z]) = (calendar(), at);
        prop_assert_eq!(c.working_time(a, z), c.working_time(a, b) + c.working_time(b, z));
    }

    #[test]
    fn adding_is_the_inverse_of_measuring(start in moment(), minutes in 1_i64..5000) {
        let c = calendar();
        let end = c.add_working(start, minutes).unwrap();
        prop_assert_eq!(c.working_time(start, end), TimeDelta::minutes(minutes));
        let just_before = end - TimeDelta::microseconds(1);
        prop_assert!(c.working_time(start, just_before) < TimeDelta::minutes(minutes), "the earliest such moment");
    }

    #[test]
    fn adding_in_two_parts_is_adding_at_once(start in moment(), a in 0_i64..2000, b in 1_i64..2000) {
        let c = calendar();
        let in_parts = c.add_working(c.add_working(start, a).unwrap(), b);
        prop_assert_eq!(in_parts, c.add_working(start, a + b));
    }

    /// The same office one zone further east does the same, an hour earlier: no other zone plays a part.
    #[test]
    fn only_the_zone_of_the_cell_counts(start in moment(), minutes in 0_i64..2000) {
        let west = calendar();
        let east = Calendar { zone: Asia::Makassar, ..west.clone() };
        let hour = TimeDelta::hours(1);
        let due = west.add_working(start, minutes).map(|end| end - hour);
        prop_assert_eq!(east.add_working(start - hour, minutes), due);
        prop_assert_eq!(east.is_open(start - hour), west.is_open(start));
    }

    #[test]
    fn the_next_opening_is_open_and_nothing_before_it_is(at in moment()) {
        let c = calendar();
        let opens = c.next_opening(at).unwrap();
        prop_assert!(opens >= at && c.is_open(opens));
        prop_assert_eq!(c.working_time(at, opens), TimeDelta::zero());
    }
}
