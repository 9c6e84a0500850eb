use super::*;
use proptest::prelude::*;

fn officer(id: u128, open_effort_minutes: i64, available_minutes: i64) -> Candidate {
    Candidate {
        id: Uuid::from_u128(id),
        open_effort_minutes,
        available_minutes,
        open_items: 1,
        cap: None,
        absent: false,
        stands_in: false,
        skills: vec![],
        last_assigned_at: None,
    }
}

fn at(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

fn chosen(candidates: &[Candidate], need: Need<'_>) -> (u128, Rule) {
    match choose(candidates, need) {
        Choice::Chosen { id, reason } => (id.as_u128(), reason.rule.unwrap()),
        Choice::Nobody { .. } => panic!("somebody is chosen"),
    }
}

#[test]
fn who_acts_for_the_holder_gets_it_when_no_holder_can() {
    let acting = Candidate {
        stands_in: true,
        ..officer(1, 0, 2000)
    };
    let mut holder = officer(2, 1900, 2000);
    assert_eq!(
        chosen(&[acting.clone(), holder.clone()], Need::default()),
        (2, Rule::Holder)
    );
    holder.absent = true;
    assert_eq!(
        chosen(&[acting.clone(), holder.clone()], Need::default()),
        (1, Rule::OnlyOne)
    );
    holder.absent = false;
    let own = [holder.id];
    let need = Need {
        never: &own,
        ..Need::default()
    };
    assert_eq!(chosen(&[acting, holder], need), (1, Rule::OnlyOne));
}

#[test]
fn the_least_loaded_for_their_time_gets_it() {
    // 100 of 2000 minutes is less than 60 of 900, though 60 is less than 100.
    let team = [officer(1, 60, 900), officer(2, 100, 2000)];
    assert_eq!(chosen(&team, Need::default()), (2, Rule::LeastLoad));
}

#[test]
fn a_tie_goes_to_who_waited_longest_and_then_to_the_lower_id() {
    let mut team = [officer(1, 10, 100), officer(2, 20, 200), officer(3, 30, 300)];
    assert_eq!(chosen(&team, Need::default()), (1, Rule::LowestId));
    (
        team[0].last_assigned_at,
        team[1].last_assigned_at,
        team[2].last_assigned_at,
    ) = (at(300), at(100), at(200));
    assert_eq!(chosen(&team, Need::default()), (2, Rule::LongestUnassigned));
    team[2].last_assigned_at = None;
    assert_eq!(
        chosen(&team, Need::default()),
        (3, Rule::LongestUnassigned),
        "never is longest"
    );
}

#[test]
fn who_has_no_time_comes_last_but_comes() {
    assert_eq!(
        chosen(&[officer(1, 0, 0), officer(2, 500, 10)], Need::default()),
        (2, Rule::LeastLoad)
    );
    assert_eq!(
        chosen(&[officer(1, 30, 0), officer(2, 20, 0)], Need::default()),
        (2, Rule::LeastLoad)
    );
    assert_eq!(chosen(&[officer(1, 30, 0)], Need::default()), (1, Rule::OnlyOne));
}

#[test]
fn absent_full_unskilled_and_own_are_left_out_with_the_reason() {
    let skilled = |mut c: Candidate| {
        c.skills = vec!["waris".into()];
        c
    };
    let absent = Candidate {
        absent: true,
        ..skilled(officer(1, 0, 100))
    };
    let full = Candidate {
        cap: Some(1),
        ..skilled(officer(2, 0, 100))
    };
    let team = [
        absent,
        full,
        officer(3, 0, 100),
        skilled(officer(4, 0, 100)),
        skilled(officer(5, 90, 100)),
    ];
    let never = [Uuid::from_u128(4)];
    let need = Need {
        skill: Some("waris"),
        never: &never,
    };
    assert_eq!(chosen(&team, need), (5, Rule::OnlyOne));
    let Choice::Nobody { reason } = choose(&team[..4], need) else {
        panic!("nobody is left")
    };
    let why: Vec<_> = reason.weighed.iter().map(|w| w.excluded.unwrap().as_str()).collect();
    assert_eq!(
        (reason.rule, why),
        (None, vec!["absent", "full", "skill", "own_request"])
    );
}

#[test]
fn a_cap_above_the_open_items_does_not_matter() {
    let team = [Candidate {
        cap: Some(2),
        ..officer(1, 10, 100)
    }];
    assert_eq!(chosen(&team, Need::default()), (1, Rule::OnlyOne));
}

#[test]
fn the_reason_can_be_read() {
    let full = Candidate {
        cap: Some(1),
        ..officer(3, 0, 100)
    };
    let team = [
        full,
        officer(2, 60, 900),
        Candidate {
            last_assigned_at: at(0),
            ..officer(1, 10, 900)
        },
    ];
    let Choice::Chosen { reason, .. } = choose(&team, Need::default()) else {
        panic!("somebody is chosen")
    };
    insta::assert_json_snapshot!(reason);
    let stored = serde_json::to_string(&reason).unwrap();
    assert_eq!(serde_json::from_str::<Reason>(&stored).unwrap(), reason);
}

fn anybody() -> impl Strategy<Value = Candidate> {
    (
        0_u128..50,
        0_i64..4,
        0_i64..4,
        any::<bool>(),
        prop::option::of(0_i64..3),
    )
        .prop_map(|(id, effort, available, absent, last)| Candidate {
            absent,
            last_assigned_at: last.and_then(at),
            ..officer(id, effort, available)
        })
}

proptest! {
    #[test]
    fn the_order_of_the_list_does_not_matter_and_nobody_is_better(
        mut team in prop::collection::vec(anybody(), 0..8),
    ) {
        team.sort_by_key(|c| c.id);
        team.dedup_by_key(|c| c.id);
        let first = choose(&team, Need::default());
        team.reverse();
        prop_assert_eq!(&choose(&team, Need::default()), &first);
        let present: Vec<&Candidate> = team.iter().filter(|c| !c.absent).collect();
        match first {
            Choice::Nobody { .. } => prop_assert!(present.is_empty()),
            Choice::Chosen { id, .. } => {
                let winner = present.iter().find(|c| c.id == id).unwrap();
                prop_assert!(present.iter().all(|c| c.id == id || better(winner, c).is_lt()));
            }
        }
    }
}
