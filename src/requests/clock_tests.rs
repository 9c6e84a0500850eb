use super::super::route::tests::route;
use super::*;
use crate::calendar::tests::{calendar, day, wib};
use crate::calendar::{DayHours, Exception, Span};
use cases::DUE;

#[path = "clock_cases.rs"]
mod cases;
#[path = "clock_properties.rs"]
mod properties;

/// Events as one reads them: `2026-11-23 08:00 submitted 1 kelurahan; 2026-11-23 09:00 returned 1`.
fn events(text: &str) -> Vec<ClockEvent> {
    text.split("; ")
        .map(|event| {
            let words: Vec<&str> = event.split(' ').collect();
            ClockEvent {
                at: wib(&format!("{} {}", words[0], words[1])),
                state: words[2].parse().unwrap(),
                step: words.get(3).map(|n| n.parse().unwrap()),
                party: words.get(4).map(|p| p.parse().unwrap()),
                enters: false,
            }
        })
        .collect()
}

#[test]
fn worked_cases_of_due_moments() {
    for (what, story, target, due) in DUE {
        let events = events(story);
        for hours_later in [0, 1, 30, 500] {
            let now = events.last().unwrap().at + TimeDelta::hours(hours_later);
            assert_eq!(
                due_at(&calendar(), &events, *target, now),
                Some(wib(due)),
                "{what}, {hours_later} h later"
            );
        }
    }
}

#[test]
fn while_the_resident_has_it_the_due_moment_moves_along() {
    let events = events("2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 09:00 returned 2");
    let due = |now| due_at(&calendar(), &events, 120, wib(now)).unwrap();
    assert_eq!(due("2026-11-23 09:00"), wib("2026-11-23 10:00"));
    assert_eq!(due("2026-11-25 20:00"), wib("2026-11-26 09:00"));
}

#[test]
fn without_events_it_is_the_promise_to_who_submits_now() {
    assert_eq!(
        due_at(&calendar(), &[], 420, wib("2026-11-27 08:00")),
        Some(wib("2026-11-30 08:30"))
    );
}

#[test]
fn what_was_not_worked_yet_is_due_no_later_for_a_smaller_target() {
    // The clock of another server is ahead: its event lies an hour after now.
    let events = events("2026-11-23 11:00 submitted 1 kelurahan");
    let due = |target| due_at(&calendar(), &events, target, wib("2026-11-23 10:00")).unwrap();
    assert_eq!([due(0), due(1)], [wib("2026-11-23 10:00"), wib("2026-11-23 10:01")]);
}

#[test]
fn a_half_day_published_in_time_moves_the_due_moment() {
    let mut calendar = calendar();
    let mut version = calendar.versions[0].clone();
    (version.version, version.published_at) = (2, wib("2026-11-23 09:00"));
    let hours = DayHours::new(vec![Span::new(480, 600).unwrap()]).unwrap();
    version.exceptions.insert(
        day("2026-11-24"),
        Exception::Hours {
            name: "Setengah hari".into(),
            hours,
        },
    );
    calendar.versions.push(version);
    let events = events("2026-11-23 15:00 submitted 1 kelurahan");
    assert_eq!(
        due_at(&calendar, &events, 420, wib("2026-11-23 15:00")),
        Some(wib("2026-11-25 12:00"))
    );
}

#[test]
fn a_calendar_that_ends_has_no_due_moment() {
    let mut calendar = calendar();
    calendar.versions[0].effective_until = Some(day("2026-11-24"));
    let events = events("2026-11-23 08:00 submitted 1 kelurahan");
    assert_eq!(due_at(&calendar, &events, 841, wib("2026-11-23 08:00")), None);
    assert_eq!(due_at(&calendar, &events, i64::MAX, wib("2026-11-23 08:00")), None);
}

#[test]
fn a_b_letter_is_measured_by_step_and_party() {
    let story = events(
        "2026-11-20 09:00 draft; 2026-11-23 07:00 submitted 1 kelurahan; 2026-11-23 08:30 submitted 2 kelurahan; \
         2026-11-23 11:30 returned 2; 2026-11-24 08:10 submitted 2 kelurahan; 2026-11-24 08:20 submitted 3 kelurahan; \
         2026-11-24 12:30 submitted 4 kelurahan; 2026-11-24 13:05 signing 4 kelurahan; \
         2026-11-24 13:06 submitted 5 kecamatan; 2026-11-27 11:00 signing 8 kecamatan; 2026-11-27 14:01 issued",
    );
    let measured = measure(&calendar(), &story, wib("2026-12-24 00:00"));
    let steps: Vec<(i16, &str, i64)> = measured
        .steps
        .iter()
        .map(|s| (s.step, s.party.as_str(), s.minutes()))
        .collect();
    let expected = [
        (1, "kelurahan", 30),
        (2, "kelurahan", 180 + 10),
        (2, "resident", 30 + 180 + 10),
        (3, "kelurahan", 220),
        (4, "kelurahan", 6),
        (5, "kecamatan", 174 + 420 + 420 + 180),
        (8, "kecamatan", 61),
    ];
    assert_eq!(steps, expected);
    assert_eq!(
        (measured.kelurahan.num_minutes(), measured.kecamatan.num_minutes()),
        (446, 1255)
    );
    assert_eq!((measured.office_minutes(), measured.resident_minutes()), (1701, 220));
    assert!(measured.is_on_time(1701) && !measured.is_on_time(1700));
}

#[test]
fn the_past_can_be_measured_as_it_stood_then() {
    let story = events("2026-11-23 08:00 submitted 1 kelurahan; 2026-11-23 10:00 returned 1; 2026-11-23 15:00 issued");
    let then = measure(&calendar(), &story, wib("2026-11-23 09:00"));
    assert_eq!((then.office_minutes(), then.resident_minutes()), (60, 0));
}

#[test]
fn clocks_that_differ_between_servers_count_no_minute_twice() {
    let story = events(
        "2026-11-23 10:00 submitted 1 kelurahan; 2026-11-23 09:00 submitted 2 kelurahan; 2026-11-23 10:30 issued",
    );
    assert_eq!(
        measure(&calendar(), &story, wib("2026-11-23 12:00")).office_minutes(),
        30
    );
}

#[test]
fn a_step_is_due_its_share_after_it_was_entered_and_stands_still_in_pauses() {
    let pause = |from, until| Pause {
        from: wib(from),
        until: wib(until),
    };
    let due = |minutes, pauses: &[Pause]| step_due_at(&calendar(), wib("2026-11-23 08:00"), minutes, pauses).unwrap();
    assert_eq!(due(105, &[]), wib("2026-11-23 09:45"));
    assert_eq!(due(0, &[]), wib("2026-11-23 08:00"));
    let pauses = [
        pause("2026-11-23 09:00", "2026-11-23 13:00"),
        pause("2026-11-23 13:30", "2026-11-24 09:00"),
    ];
    assert_eq!(due(60, &pauses), wib("2026-11-23 09:00"));
    assert_eq!(due(90, &pauses), wib("2026-11-23 13:30"));
    assert_eq!(due(105, &pauses), wib("2026-11-24 09:15"));
}

#[test]
fn the_shares_of_a_skd_follow_one_another_to_its_due_moment() {
    let target = target_minutes(1);
    let mut entered = wib("2026-11-23 14:00");
    for (_, share) in route('A', &[1]).share_minutes(target) {
        entered = step_due_at(&calendar(), entered, share, &[]).unwrap();
    }
    assert_eq!(entered, wib("2026-11-24 14:00"));
}

#[test]
fn a_letter_issued_anew_is_a_promise_of_its_own() {
    let life = events(
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 15:00 issued; 2026-11-24 09:00 submitted 2 kelurahan; \
         2026-11-24 10:00 submitted 3 kelurahan",
    );
    assert_eq!(counted(&life), &life[2..]);
    assert_eq!(counted(&life[..2]), &life[..2]);
    let revoked = events("2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 15:00 issued; 2026-11-24 09:00 revoked");
    assert_eq!(counted(&revoked), revoked.as_slice());
    assert!(counted(&[]).is_empty());
}
