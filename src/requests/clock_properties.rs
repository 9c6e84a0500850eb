use super::super::*;
use crate::calendar::tests::{calendar, moment};
use chrono_tz::Asia;
use proptest::prelude::*;

/// Any life: events at random moments, held by anybody or nobody.
fn life() -> impl Strategy<Value = Vec<ClockEvent>> {
    let states = prop::sample::select(State::ALL);
    let parties = prop::sample::select(&[Party::Kelurahan, Party::Kecamatan][..]);
    let event = (moment(), states, 1_i16..9, parties);
    prop::collection::vec(event, 0..8).prop_map(|mut events| {
        events.sort_by_key(|e| e.0);
        events
            .into_iter()
            .map(|(at, state, step, party)| ClockEvent {
                at,
                state,
                step: Some(step),
                party: Some(party),
                enters: false,
            })
            .collect()
    })
}

fn shifted(events: &[ClockEvent], by: TimeDelta) -> Vec<ClockEvent> {
    events.iter().map(|e| ClockEvent { at: e.at + by, ..*e }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn parts_add_up_and_no_minute_runs_backwards(life in life(), mut at in prop::array::uniform2(moment())) {
        at.sort();
        let (c, [earlier, later]) = (calendar(), at);
        let (before, after) = (measure(&c, &life, earlier), measure(&c, &life, later));
        prop_assert!(before.kelurahan <= after.kelurahan && before.kecamatan <= after.kecamatan);
        prop_assert!(before.resident <= after.resident);
        let by_step: TimeDelta = after.steps.iter().map(|s| s.time).sum();
        prop_assert_eq!(by_step, after.office() + after.resident);
        let whole = life.first().map_or(TimeDelta::zero(), |e| c.working_time(e.at, later));
        prop_assert!(by_step <= whole, "nobody's time is nobody's, and no time counts twice");
    }

    #[test]
    fn an_event_that_changes_nothing_changes_nothing(life in life(), at in moment(), now in moment()) {
        let mut cut = life.clone();
        let before = life.iter().rposition(|e| e.at <= at);
        if let Some(i) = before {
            cut.insert(i + 1, ClockEvent { at, ..life[i] });
        }
        prop_assert_eq!(measure(&calendar(), &cut, now), measure(&calendar(), &life, now));
    }

    #[test]
    fn on_time_says_what_the_due_moment_says(life in life(), now in moment(), target in 1_i64..4000) {
        let c = calendar();
        let due = due_at(&c, &life, target, now).unwrap();
        let at_due = measure(&c, &life, due.min(now));
        let at_now = measure(&c, &life, now);
        prop_assert!(at_due.is_on_time(target));
        prop_assert_eq!(!at_now.is_on_time(target), due < now && at_now.office() > at_due.office());
    }

    #[test]
    fn a_greater_target_is_never_due_earlier(life in life(), now in moment(), target in 0_i64..4000, more in 0_i64..600) {
        let due = |target| due_at(&calendar(), &life, target, now).unwrap();
        prop_assert!(due(target) <= due(target + more));
    }

    /// The same life one zone further east takes the same time, an hour earlier.
    #[test]
    fn only_the_zone_of_the_cell_counts(life in life(), now in moment(), target in 0_i64..2000) {
        let (west, hour) = (calendar(), TimeDelta::hours(-1));
        let east = Calendar { zone: Asia::Makassar, ..west.clone() };
        let there = shifted(&life, hour);
        prop_assert_eq!(measure(&east, &there, now + hour), measure(&west, &life, now));
        let due = due_at(&west, &life, target, now).map(|due| due + hour);
        prop_assert_eq!(due_at(&east, &there, target, now + hour), due);
    }
}
