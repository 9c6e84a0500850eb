//! What must hold when everything was killed and started again: each finding is a sentence.

mod letters;
mod mail;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use diesel::dsl::count_star;
use diesel::prelude::*;
use sepakat::requests::stage::{Action, State};
use sepakat::schema::{accounts, attachments, jobs, outbox, request_events as events, requests};
use uuid::Uuid;

use crate::chaos::Plan;
use crate::house::House;
use crate::ledger::{Act, Ledger};
use crate::load::Load;

/// How long the workers may need for what is left: a mail's lease is two minutes, and refused mails wait in between.
const DRAIN_WITHIN: Duration = Duration::from_secs(300);

/// Waits until no job and no mail is left and nothing is being signed.
pub fn drained(house: &House, plan: &Plan) -> Vec<String> {
    let mut conn = house.connect();
    let begun = Instant::now();
    if plan.hurries {
        hurry(&mut conn);
    }
    loop {
        let waiting = left(&mut conn);
        if waiting.is_empty() || begun.elapsed() > DRAIN_WITHIN {
            return waiting;
        }
        if plan.hurries {
            diesel::sql_query(
                "UPDATE outbox SET next_attempt_at = now() WHERE state = 'queued' AND leased_until IS NULL",
            )
            .execute(&mut conn)
            .unwrap();
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// The leases of killed workers, as they are after their two minutes. Whoever is at work now was told to begin again,
/// which a job and a mail must bear anyway.
fn hurry(conn: &mut PgConnection) {
    for lease in [
        "UPDATE jobs SET leased_until = now()",
        "UPDATE outbox SET leased_until = now() WHERE state = 'queued'",
    ] {
        diesel::sql_query(lease).execute(conn).unwrap();
    }
}

fn left(conn: &mut PgConnection) -> Vec<String> {
    let open_jobs: i64 = jobs::table.select(count_star()).first(conn).unwrap();
    let mails: i64 = outbox::table
        .filter(outbox::state.eq("queued"))
        .select(count_star())
        .first(conn)
        .unwrap();
    let signing: i64 = requests::table
        .filter(requests::state.eq(State::Signing))
        .select(count_star())
        .first(conn)
        .unwrap();
    let dead: Vec<Option<String>> = jobs::table
        .filter(jobs::dead_at.is_not_null())
        .select(jobs::last_error)
        .load(conn)
        .unwrap();
    let mut left = Vec::new();
    if open_jobs + mails + signing > 0 {
        left.push(format!(
            "{open_jobs} jobs, {mails} mails and {signing} signatures are not ended; given up: {dead:?}"
        ));
    }
    left
}

pub fn all(house: &House, ledger: &Ledger, load: &Load) -> Vec<String> {
    let conn = &mut house.connect();
    let mut lost = ledger.note(|book| {
        let mut lost: Vec<String> = book
            .unknown
            .iter()
            .map(|call| format!("nobody ever answered {call}"))
            .collect();
        lost.extend(submissions(conn, &book.submitted));
        lost.extend(acts(conn, &book.acts));
        lost.extend(uploads(conn, &book.uploads));
        lost
    });
    lost.extend(letters::all(conn, load));
    lost.extend(mail::all(conn, &house.mail));
    match house.audit_verify() {
        Ok(said) => println!("\n{said}"),
        Err(said) => lost.push(said),
    }
    lost
}

/// Every acknowledged request is there, and no other: each key had its effect once.
fn submissions(conn: &mut PgConnection, submitted: &[(String, String, String)]) -> Vec<String> {
    let rows: Vec<(Uuid, String)> = requests::table
        .select((requests::id, requests::tracking_code))
        .load(conn)
        .unwrap();
    let there: BTreeMap<String, String> = rows.into_iter().map(|(id, code)| (id.to_string(), code)).collect();
    let known: BTreeSet<&String> = submitted.iter().map(|(id, ..)| id).collect();
    let missing = submitted.iter().filter(|(id, code, _)| there.get(id) != Some(code));
    let missing = missing.map(|(id, ..)| format!("request {id} was acknowledged and is not there"));
    let double = there.keys().filter(|id| !known.contains(id));
    let double = double.map(|id| format!("request {id} is there and was never acknowledged under its key"));
    let twice = (known.len() != submitted.len()).then(|| "two keys were answered with one request".to_owned());
    missing.chain(double).chain(twice).collect()
}

/// Every acknowledged act is an event, as often as it was acknowledged.
fn acts(conn: &mut PgConnection, acknowledged: &BTreeMap<Act, u32>) -> Vec<String> {
    let logins: Vec<(Uuid, String)> = accounts::table
        .select((accounts::id, accounts::email))
        .load(conn)
        .unwrap();
    let logins: BTreeMap<Uuid, String> = logins.into_iter().collect();
    let rows: Vec<(Uuid, Option<Uuid>, Action)> = events::table
        .filter(events::actor.is_not_null())
        .filter(events::action.ne(Action::Submit))
        .select((events::request_id, events::actor, events::action))
        .load(conn)
        .unwrap();
    let mut happened: BTreeMap<Act, u32> = BTreeMap::new();
    for (request, actor, action) in rows {
        let login = actor.and_then(|actor| logins.get(&actor).cloned()).unwrap_or_default();
        *happened
            .entry((request.to_string(), login, action.to_string()))
            .or_default() += 1;
    }
    let all: BTreeSet<&Act> = acknowledged.keys().chain(happened.keys()).collect();
    all.into_iter()
        .filter_map(|act| {
            let of = |book: &BTreeMap<Act, u32>| book.get(act).copied().unwrap_or(0);
            let (said, did) = (of(acknowledged), of(&happened));
            (said != did).then(|| format!("{act:?} was acknowledged {said} times and happened {did} times"))
        })
        .collect()
}

fn uploads(conn: &mut PgConnection, acknowledged: &BTreeSet<String>) -> Vec<String> {
    let there: Vec<Uuid> = attachments::table.select(attachments::id).load(conn).unwrap();
    let there: BTreeSet<String> = there.iter().map(Uuid::to_string).collect();
    let lost = acknowledged
        .difference(&there)
        .map(|id| format!("upload {id} was acknowledged and is not there"));
    let double = there
        .difference(acknowledged)
        .map(|id| format!("upload {id} is there under a key that was answered otherwise"));
    lost.chain(double).collect()
}
