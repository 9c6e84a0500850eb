//! The choice, under a lock for the place, so that two requests at once see each other's load.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::score::{self, Candidate, Reason};
use super::store::{self, CandidateRow, NewAssignment};
use super::{Choice, Explanation, Mode, Need, Outcome, Place, emails};
use crate::accounts::Position;
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::calendar::Calendar;
use crate::platform::error::Error;

/// How far ahead working time is counted (design section 5).
const DAYS_AHEAD: usize = 5;

/// Working days are looked for in so many days: longer than any run of holidays.
const LOOK_AHEAD_DAYS: usize = 60;

/// Finds the person for a step and writes down who and why. Runs in the transaction that enters the step, before the
/// holder is written; two statements. When nobody can be found a superior is told.
///
/// # Errors
/// What the database says.
pub fn choose(conn: &mut PgConnection, ctx: &Ctx<'_>, need: &Need<'_>) -> Result<Choice, Error> {
    let decision = decide(conn, ctx, need)?;
    store::insert(conn, &decision.line(ctx, need))?;
    decision.tell(conn, ctx, need)?;
    Ok(decision.choice)
}

/// A choice that is not written down yet.
pub struct Decision {
    pub choice: Choice,
    outcome: Outcome,
}

impl Decision {
    fn line<'a>(&'a self, ctx: &Ctx<'_>, need: &Need<'_>) -> NewAssignment<'a> {
        NewAssignment {
            id: ctx.entropy.id(ctx.now),
            request: need.request_id,
            step: need.step,
            account: self.choice.account,
            reason: &self.choice.reason,
            at: ctx.now,
        }
    }

    /// The line of `assignments` by column, for whoever stores it with other rows in one statement.
    #[must_use]
    pub fn document(&self, ctx: &Ctx<'_>, need: &Need<'_>) -> Value {
        store::document(&self.line(ctx, need))
    }

    /// Tells a superior when nobody was found.
    ///
    /// # Errors
    /// What the database says.
    pub fn tell(&self, conn: &mut PgConnection, ctx: &Ctx<'_>, need: &Need<'_>) -> Result<(), Error> {
        if self.outcome == Outcome::Nobody {
            emails::nobody_there(conn, ctx, need)?;
        }
        Ok(())
    }
}

/// Locks the desk until the transaction ends and compares who sits there: one statement. Whoever asks stores the
/// line and tells.
///
/// # Errors
/// What the database says.
pub fn decide(conn: &mut PgConnection, ctx: &Ctx<'_>, need: &Need<'_>) -> Result<Decision, Error> {
    let today = need.calendar.today(ctx.now);
    let (mode, rows) = store::lock_desk(
        conn,
        &store::Desk {
            lock: lock_key(&need.place),
            office: &office(&need.place),
            place: &need.place,
            request: need.request_id,
            today,
            now: ctx.now,
            also_in_pull: need.previous.is_some(),
        },
    )?;
    let (candidates, own) = candidates(ctx, need, today, rows);
    let (outcome, account, reason) = pick(&candidates, need.previous, &own, mode);
    let explanation = Explanation {
        outcome,
        mode,
        effort_minutes: need.effort_minutes,
        reason,
    };
    let reason = serde_json::to_value(explanation).map_err(Error::internal)?;
    Ok(Decision {
        choice: Choice { account, reason },
        outcome,
    })
}

/// Notes that a colleague of the same position acted on what somebody else had: the step is theirs from now on.
///
/// # Errors
/// What the database says.
pub fn took_over(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request: Uuid,
    step: i16,
    account: Uuid,
    from: Option<Uuid>,
) -> Result<(), Error> {
    let line = NewAssignment {
        id: ctx.entropy.id(ctx.now),
        request,
        step,
        account: Some(account),
        reason: &serde_json::json!({ "outcome": "took_over", "from": from }),
        at: ctx.now,
    };
    store::insert(conn, &line)
}

/// Who gets it. Pure: the score compares, this says who is compared.
fn pick(
    candidates: &[Candidate],
    previous: Option<Uuid>,
    exclude: &[Uuid],
    mode: Mode,
) -> (Outcome, Option<Uuid>, Reason) {
    let rules = score::Need {
        never: exclude,
        ..score::Need::default()
    };
    let same: Vec<Candidate> = candidates.iter().filter(|c| Some(c.id) == previous).cloned().collect();
    if let score::Choice::Chosen { id, reason } = score::choose(&same, rules) {
        return (Outcome::GivenBack, Some(id), reason);
    }
    let compared = if mode == Mode::Pull { &[] } else { candidates };
    match score::choose(compared, rules) {
        score::Choice::Chosen { id, reason } => (Outcome::Given, Some(id), reason),
        score::Choice::Nobody { reason } if mode == Mode::Pull => (Outcome::LeftToTake, None, reason),
        score::Choice::Nobody { reason } => (Outcome::Nobody, None, reason),
    }
}

/// Everybody appointed to the place, with load and time; and those of them whose own matter it is.
fn candidates(
    ctx: &Ctx<'_>,
    need: &Need<'_>,
    today: NaiveDate,
    rows: Vec<CandidateRow>,
) -> (Vec<Candidate>, Vec<Uuid>) {
    let ahead = days_ahead(need.calendar, ctx.now);
    let officers = gather(rows.into_iter().filter(|row| need.place.takes(row.section)));
    let is_own = |(id, officer): &(&Uuid, &Officer)| need.own.is(**id, officer.nik_hash.as_deref());
    let own = officers.iter().filter(is_own).map(|(id, _)| *id).collect();
    let candidates = officers.into_iter().map(|(id, officer)| Candidate {
        id,
        open_effort_minutes: officer.open_minutes,
        available_minutes: available(&ahead, &officer),
        open_items: officer.open_items,
        cap: None,
        absent: officer.is_absent(today),
        stands_in: officer.stands_in,
        skills: Vec::new(),
        last_assigned_at: officer.last_assigned,
    });
    (candidates.collect(), own)
}

/// An officer, gathered from the rows of several appointments and absences.
#[derive(Debug)]
struct Officer {
    open_minutes: i64,
    open_items: i64,
    last_assigned: Option<DateTime<Utc>>,
    /// Holds the position in no other way.
    stands_in: bool,
    nik_hash: Option<Vec<u8>>,
    leave: Vec<(NaiveDate, NaiveDate)>,
}

impl Officer {
    fn is_absent(&self, date: NaiveDate) -> bool {
        self.leave.iter().any(|(from, until)| (*from..=*until).contains(&date))
    }
}

fn gather(rows: impl Iterator<Item = CandidateRow>) -> BTreeMap<Uuid, Officer> {
    let mut officers = BTreeMap::new();
    for row in rows {
        let officer = officers.entry(row.account).or_insert_with(|| Officer {
            open_minutes: row.open_minutes,
            open_items: row.open_items,
            last_assigned: row.last_assigned,
            stands_in: true,
            nik_hash: row.nik_hash.and_then(|hash| hex::decode(hash).ok()),
            leave: Vec::new(),
        });
        officer.stands_in &= row.acting.is_some();
        officer.leave.extend(row.absent_from.zip(row.absent_until));
    }
    officers
}

fn available(ahead: &[(NaiveDate, i64)], officer: &Officer) -> i64 {
    let present = ahead.iter().filter(|(date, _)| !officer.is_absent(*date));
    present.map(|(_, minutes)| minutes).sum()
}

/// The next five days with working time left, and how many minutes each has.
fn days_ahead(calendar: &Calendar, now: DateTime<Utc>) -> Vec<(NaiveDate, i64)> {
    let days = calendar.today(now).iter_days().take(LOOK_AHEAD_DAYS);
    let with_minutes = days.filter_map(|date| {
        let begins = calendar.day_begins(date)?;
        let ends = calendar.day_begins(date.succ_opt()?)?;
        Some((date, calendar.working_minutes(begins.max(now), ends)))
    });
    with_minutes
        .filter(|(_, minutes)| *minutes > 0)
        .take(DAYS_AHEAD)
        .collect()
}

/// Number of the lock of a place.
fn lock_key(place: &Place) -> i64 {
    let hash = Sha256::digest(format!("assignment:{}:{}", place.area, place.position));
    let bytes = hash.first_chunk::<8>().copied().unwrap_or_default();
    i64::from_be_bytes(bytes)
}

/// The office whose way of sharing holds: a kepling follows the kelurahan.
fn office(place: &Place) -> String {
    let kelurahan = AreaCode::parse(&place.area).ok().and_then(|area| area.kelurahan());
    match (place.position, kelurahan) {
        (Position::Kepling, Some(kelurahan)) => kelurahan.to_string(),
        _ => place.area.clone(),
    }
}

#[cfg(test)]
#[path = "choose_tests.rs"]
mod tests;
