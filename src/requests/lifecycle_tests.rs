use super::super::route::tests::route;
use super::*;
use std::fmt::Write as _;

/// Everything that an action could need, so that only the life of the request can refuse it.
fn given(there: &Route) -> Facts<'_> {
    Facts {
        note: true,
        reason_code: true,
        to: Some(1),
        new_route: Some(there),
        ..Facts::default()
    }
}

fn stages(route: &Route) -> Vec<Stage> {
    let numbers = || route.steps().iter().map(|s| s.n);
    let signs = route.steps().iter().filter(|s| s.name == StepName::Sign).map(|s| s.n);
    let deciding = route
        .steps()
        .iter()
        .filter(|s| matches!(s.name, StepName::Verify | StepName::Sign))
        .map(|s| s.n);
    let mut all = vec![Stage::Draft];
    all.extend(numbers().map(Stage::Submitted));
    all.extend(numbers().map(Stage::Returned));
    all.extend(signs.map(Stage::Signing));
    all.push(Stage::Issued);
    all.extend(deciding.map(Stage::Rejected));
    all.extend([Stage::Cancelled, Stage::Expired, Stage::Revoked]);
    all
}

fn outcome(result: Result<Transition, Refusal>) -> String {
    match result {
        Err(refusal) => format!("409 {}", refusal.code()),
        Ok(Transition {
            to,
            holder,
            voids,
            expires_after_days,
        }) => {
            let voids = voids.map_or(String::new(), |reason| format!(", voids the number: {reason}"));
            let days = expires_after_days.map_or(String::new(), |days| format!(", expires after {days} days"));
            format!("-> {to:?}, {holder:?}{voids}{days}")
        }
    }
}

fn table(shape: char, facts: &Facts<'_>) -> String {
    let route = route(shape, &[]);
    let mut text = String::new();
    for stage in stages(&route) {
        let step = match stage.step().and_then(|n| route.step(n)) {
            Some(step) => format!(" ({} {})", step.level, step.name),
            None => String::new(),
        };
        writeln!(text, "{stage:?}{step}").unwrap();
        for action in Action::ALL {
            let who = format!("{:?}", who(*action, stage));
            let result = outcome(next(stage, *action, &route, facts));
            writeln!(text, "    {:<13}{who:<21}{result}", action.as_str()).unwrap();
        }
    }
    text
}

#[test]
fn every_pair_of_stage_and_action_of_shape_a() {
    insta::assert_snapshot!(table('A', &given(&route('A', &[1]))));
}

#[test]
fn every_pair_of_stage_and_action_of_shape_b() {
    insta::assert_snapshot!(table('B', &given(&route('B', &[1]))));
}

#[test]
fn every_pair_after_the_lurah_signed_and_the_data_changes() {
    let there = route('B', &[]);
    let facts = Facts {
        signed: true,
        is_final: true,
        data_changed: true,
        ..given(&there)
    };
    insta::assert_snapshot!(table('B', &facts));
}

#[test]
fn every_state_stands_in_the_table() {
    let seen: std::collections::BTreeSet<State> = stages(&route('B', &[])).into_iter().map(Stage::state).collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), State::ALL);
}

#[test]
fn a_row_and_a_stage_tell_the_same() {
    for stage in stages(&route('B', &[])) {
        assert_eq!(Stage::of(stage.state(), stage.step()), Some(stage));
    }
    assert_eq!(Stage::of(State::Submitted, None), None);
}

#[test]
fn a_decision_against_the_resident_needs_its_reason() {
    let route = route('A', &[]);
    let missing = |action, facts: Facts<'_>| next(Stage::Submitted(2), action, &route, &facts);
    let bare = Facts::default();
    assert_eq!(missing(Action::Return, bare), Err(Refusal::Missing(&["note"])));
    assert_eq!(
        missing(Action::Reject, bare),
        Err(Refusal::Missing(&["reason_code", "note"]))
    );
    assert_eq!(
        missing(Action::Reject, Facts { note: true, ..bare }),
        Err(Refusal::Missing(&["reason_code"]))
    );
    assert_eq!(
        missing(
            Action::Reject,
            Facts {
                reason_code: true,
                ..bare
            }
        ),
        Err(Refusal::Missing(&["note"]))
    );
    assert!(
        missing(
            Action::Return,
            Facts {
                reason_code: true,
                ..bare
            }
        )
        .is_ok()
    );
    assert_eq!(
        next(Stage::Issued, Action::Revoke, &route, &bare),
        Err(Refusal::Missing(&["note"]))
    );
}

#[test]
fn sending_back_goes_to_an_earlier_step_that_this_request_has() {
    let route = route('B', &[1, 6]);
    let to = |to| {
        next(
            Stage::Submitted(7),
            Action::SendBack,
            &route,
            &Facts { to, ..Facts::default() },
        )
    };
    assert_eq!(to(None), Err(Refusal::Missing(&["to"])));
    for n in [0, 1, 6, 7, 8, 9, -1] {
        assert_eq!(to(Some(n)), Err(Refusal::NoEarlierStep), "{n}");
    }
    assert_eq!(to(Some(3)).unwrap().to, Stage::Submitted(3));
}

#[test]
fn the_conflict_comes_before_the_missing_input() {
    let route = route('A', &[]);
    let refused = next(Stage::Submitted(1), Action::Reject, &route, &Facts::default());
    assert_eq!(refused, Err(Refusal::NotNow));
}

#[test]
fn a_resident_who_uploads_the_pengantar_after_the_kepling_returned_it_goes_past_the_kepling() {
    let back = next(
        Stage::Returned(1),
        Action::Resubmit,
        &route('A', &[1]),
        &Facts::default(),
    )
    .unwrap();
    assert_eq!(back.to, Stage::Submitted(2));
}

#[test]
fn pages_offer_what_the_table_allows() {
    let route = route('A', &[]);
    let words = |stage| {
        offered(stage, &route, &Facts::default())
            .into_iter()
            .map(Action::as_str)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words(Stage::Submitted(2)),
        [
            "verify", "return", "correct", "transfer", "reject", "refer", "cancel", "assign"
        ]
    );
    assert_eq!(words(Stage::Rejected(2)), ["object"]);
    assert!(words(Stage::Revoked).is_empty());
}

#[test]
fn refusals_leave_as_conflicts_or_as_field_errors() {
    use crate::platform::error::Error;
    let status = |refusal: Refusal| Error::from(refusal).status().as_u16();
    assert_eq!((status(Refusal::NotNow), status(Refusal::NoObjection)), (409, 409));
    assert_eq!(
        (status(Refusal::NoEarlierStep), status(Refusal::NoOtherKelurahan)),
        (422, 422)
    );
    let Error::Invalid(errors) = Error::from(Refusal::Missing(&["reason_code", "note"])) else {
        panic!("field errors")
    };
    let fields: Vec<_> = errors
        .iter()
        .map(|e| (e.field.as_str(), e.code, e.message.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("reason_code", "required", "Pilih alasannya."),
            ("note", "required", "Tuliskan alasannya.")
        ]
    );
}
