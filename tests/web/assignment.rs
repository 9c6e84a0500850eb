//! Who gets a step, on a real database.
#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::NaiveDate;
use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::assignment::{self, Choice, Explanation, Need, Outcome, Place};
use sepakat::calendar::{Calendar, CalendarVersion};
use sepakat::platform::error::Error;
use sepakat::schema::{accounts, assignments, offices, outbox, requests};
use uuid::Uuid;

use crate::rows::{self, KELURAHAN, World};
use crate::support::{Database, KECAMATAN};

/// A Tuesday morning.
pub const NOW: &str = "2026-11-24T09:00:00+07:00";

fn calendar() -> Calendar {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    Calendar {
        zone: chrono_tz::Asia::Jakarta,
        versions: vec![CalendarVersion::initial(rows::at("2025-12-31T00:00:00+07:00"), first).unwrap()],
    }
}

fn place(area: &str, position: Position) -> Place {
    Place {
        area: area.to_owned(),
        position,
        section: None,
    }
}

/// What one step needs; the rest follows from it.
#[derive(Default)]
pub struct Ask {
    pub exclude: Vec<Uuid>,
    pub previous: Option<Uuid>,
}

fn choose_for(conn: &mut PgConnection, request_id: Uuid, ask: Ask) -> Choice {
    let calendar = calendar();
    let need = Need {
        request_id,
        step: 2,
        place: place(KELURAHAN, Position::Petugas),
        effort_minutes: 10,
        own: assignment::Own {
            accounts: ask.exclude,
            person: None,
        },
        previous: ask.previous,
        calendar: &calendar,
    };
    assignment::choose(conn, &World::at(NOW).ctx(), &need).unwrap()
}

pub fn choose(conn: &mut PgConnection, ask: Ask) -> Choice {
    let request = rows::request(conn, None, 10);
    choose_for(conn, request, ask)
}

fn outcome(choice: &Choice) -> Outcome {
    serde_json::from_value::<Explanation>(choice.reason.clone())
        .unwrap()
        .outcome
}

fn set_mode(conn: &mut PgConnection, mode: &str) {
    diesel::update(offices::table.find(KELURAHAN))
        .set(offices::assignment_mode.eq(mode))
        .execute(conn)
        .unwrap();
}

#[test]
fn the_officer_with_less_open_work_gets_it_and_the_comparison_is_kept() {
    let conn = &mut rows::scratch();
    let busy = rows::officer(conn, KELURAHAN, Position::Petugas);
    let free = rows::officer(conn, KELURAHAN, Position::Petugas);
    rows::request(conn, Some(busy), 30);
    rows::request(conn, Some(busy), 15);
    rows::request(conn, Some(free), 40);
    let choice = choose(conn, Ask::default());
    assert_eq!(choice.account, Some(free));
    let (account, reason): (Option<Uuid>, serde_json::Value) = assignments::table
        .select((assignments::account_id, assignments::reason))
        .first(conn)
        .unwrap();
    assert_eq!((account, &reason), (Some(free), &choice.reason));
    let explanation: Explanation = serde_json::from_value(reason).unwrap();
    let weighed: Vec<_> = explanation
        .reason
        .weighed
        .iter()
        .map(|w| (w.id, w.open_effort_minutes, w.open_items, w.available_minutes))
        .collect();
    // Tuesday from 09:00: 360; Wednesday and Thursday 420 each; Friday 390; Monday 420.
    assert_eq!(weighed, [(free, 40, 1, 2010), (busy, 45, 2, 2010)]);
}

#[test]
fn leave_in_the_days_ahead_weighs_as_load_and_leave_today_excludes() {
    let conn = &mut rows::scratch();
    let away_soon = rows::officer(conn, KELURAHAN, Position::Petugas);
    let here = rows::officer(conn, KELURAHAN, Position::Petugas);
    rows::absent(conn, away_soon, "2026-11-25", "2026-11-27");
    rows::request(conn, Some(away_soon), 10);
    rows::request(conn, Some(here), 20);
    // 10 of 780 minutes is more than 20 of 2010.
    assert_eq!(choose(conn, Ask::default()).account, Some(here));
    rows::absent(conn, here, "2026-11-24", "2026-11-24");
    assert_eq!(choose(conn, Ask::default()).account, Some(away_soon));
}

#[test]
fn among_equals_the_one_who_waited_longest_gets_it() {
    let conn = &mut rows::scratch();
    let first = rows::officer(conn, KELURAHAN, Position::Petugas);
    let second = rows::officer(conn, KELURAHAN, Position::Petugas);
    let given: Vec<_> = (0..2).map(|_| choose(conn, Ask::default()).account).collect();
    assert_eq!(given, [Some(first), Some(second)]);
}

#[test]
fn only_those_appointed_now_to_this_desk_and_not_disabled_count() {
    let conn = &mut rows::scratch();
    let ended = rows::account(conn);
    rows::appoint(
        conn,
        ended,
        KELURAHAN,
        Position::Petugas,
        Some("2026-11-24T09:00:00+07:00"),
    );
    let disabled = rows::officer(conn, KELURAHAN, Position::Petugas);
    diesel::update(accounts::table.find(disabled))
        .set(accounts::disabled_at.eq(rows::at(NOW)))
        .execute(conn)
        .unwrap();
    rows::officer(conn, "12.09.20.1002", Position::Petugas);
    rows::officer(conn, KELURAHAN, Position::Seklur);
    assert_eq!(outcome(&choose(conn, Ask::default())), Outcome::Nobody);
    let ctx = World::at(NOW);
    let petugas = place(KELURAHAN, Position::Petugas);
    assert!(!assignment::eligible_position_exists(conn, &ctx.ctx(), &petugas).unwrap());
    rows::officer(conn, KELURAHAN, Position::Petugas);
    assert!(assignment::eligible_position_exists(conn, &ctx.ctx(), &petugas).unwrap());
}

#[test]
fn nobody_decides_in_an_own_matter_and_the_superior_is_told_once() {
    let conn = &mut rows::scratch();
    let own = rows::officer(conn, KELURAHAN, Position::Petugas);
    let lurah = rows::officer(conn, KELURAHAN, Position::Lurah);
    let request = rows::request(conn, None, 10);
    for _ in 0..2 {
        let ask = Ask {
            exclude: vec![own],
            previous: Some(own),
        };
        let choice = choose_for(conn, request, ask);
        assert_eq!((choice.account, outcome(&choice)), (None, Outcome::Nobody));
    }
    let mails: Vec<(String, String, String)> = outbox::table
        .select((outbox::recipient, outbox::subject, outbox::body_text))
        .load(conn)
        .unwrap();
    let [(to, subject, text)] = mails.as_slice() else {
        unreachable!("{mails:?}")
    };
    assert_eq!(to, &format!("{}@example.org", lurah.simple()));
    insta::assert_snapshot!(format!("{subject}\n\n{text}"));
}

#[test]
fn the_same_officer_gets_it_again_also_where_work_is_taken() {
    let conn = &mut rows::scratch();
    let before = rows::officer(conn, KELURAHAN, Position::Petugas);
    rows::officer(conn, KELURAHAN, Position::Petugas);
    rows::request(conn, Some(before), 500);
    let again = || Ask {
        previous: Some(before),
        ..Ask::default()
    };
    assert_eq!(choose(conn, again()).account, Some(before));
    set_mode(conn, "pull");
    assert_eq!(choose(conn, again()).account, Some(before));
    let choice = choose(conn, Ask::default());
    assert_eq!((choice.account, outcome(&choice)), (None, Outcome::LeftToTake));
    assert_eq!(outbox::table.count().get_result::<i64>(conn).unwrap(), 0);
}

#[test]
fn the_superior_is_the_nearest_who_is_there() {
    let conn = &mut rows::scratch();
    let (world, petugas) = (World::at(NOW), Position::Petugas);
    let own = assignment::Own::default();
    let superior =
        |conn: &mut PgConnection| assignment::superior(conn, &world.ctx(), KELURAHAN, petugas, &own).unwrap();
    assert_eq!(superior(conn), None);
    let camat = rows::officer(conn, KECAMATAN, Position::Camat);
    assert_eq!(superior(conn), Some(camat));
    let lurah = rows::officer(conn, KELURAHAN, Position::Lurah);
    assert_eq!(superior(conn), Some(lurah));
    rows::absent(conn, lurah, "2026-11-24", "2026-11-24");
    assert_eq!(superior(conn), Some(camat));
    rows::absent(conn, camat, "2026-11-20", "2026-11-30");
    assert_eq!(superior(conn), Some(lurah));
}

/// Two servers enter the same desk at the same moment: without the lock both would see an idle officer.
#[test]
fn two_choices_at_once_see_each_others_load() {
    let database = Database::new();
    let conn = &mut rows::connect(&database);
    let officers = [1, 2].map(|_| rows::officer(conn, KELURAHAN, Position::Petugas));
    let enter = || {
        let conn = &mut rows::connect(&database);
        let calendar = calendar();
        sepakat::platform::db::transaction(
            conn,
            |conn| {
                let request_id = rows::request(conn, None, 10);
                let need = Need {
                    request_id,
                    step: 2,
                    place: place(KELURAHAN, Position::Petugas),
                    effort_minutes: 10,
                    own: assignment::Own::default(),
                    previous: None,
                    calendar: &calendar,
                };
                let choice = assignment::choose(conn, &World::at(NOW).ctx(), &need)?;
                diesel::update(requests::table.find(request_id))
                    .set(requests::holder.eq(choice.account))
                    .execute(conn)?;
                std::thread::sleep(std::time::Duration::from_millis(20));
                Ok::<_, Error>(choice.account)
            },
            |_| false,
        )
        .unwrap()
        .unwrap()
    };
    let given: Vec<Uuid> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(enter)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for officer in officers {
        assert_eq!(given.iter().filter(|id| **id == officer).count(), 4);
    }
}
