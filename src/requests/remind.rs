//! Residents who leave a returned request unanswered are reminded before it ends: on the fifth and the tenth of
//! fourteen days, and equally long before the end of a longer time.

use chrono::TimeDelta;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use uuid::Uuid;

use super::emails;
use super::lifecycle::{RETURN_EXPIRES_AFTER_DAYS, RETURN_REMINDER_DAYS};
use super::stage::State;
use super::store::{self, Request};
use super::world::World;
use crate::app::{App, Ctx};
use crate::platform::error::Error;
use crate::schema::{request_reminders as r, requests as t};

/// How many are reminded in one run; the next run goes on.
const BATCH: i64 = 200;

/// Sends every reminder that is due and was not sent, each in a transaction of its own. A run that comes late sends
/// the last one only.
///
/// # Errors
/// What the database says; what was sent stays so.
pub fn remind_due(app: &App) -> Result<usize, Error> {
    let mut sent = 0;
    // The nearest end first: who gets the last reminder needs no earlier one.
    for day in RETURN_REMINDER_DAYS.iter().rev() {
        let days_left = RETURN_EXPIRES_AFTER_DAYS - day;
        for id in app.read_now(|conn, ctx| due(conn, ctx, days_left))? {
            sent += usize::from(app.write_now(|conn, ctx| remind(conn, ctx, id, days_left))?);
        }
    }
    Ok(sent)
}

fn due(conn: &mut PgConnection, ctx: &Ctx<'_>, days_left: i64) -> Result<Vec<Uuid>, Error> {
    let sent = r::table
        .filter(r::request_id.eq(t::id))
        .filter(r::event_seq.eq(t::event_seq))
        .filter(r::days_left.le(small(days_left)));
    Ok(t::table
        .filter(t::state.eq(State::Returned))
        .filter(t::step_due_at.gt(ctx.now))
        .filter(t::step_due_at.le(ctx.now + TimeDelta::days(days_left)))
        .filter(not(exists(sent)))
        .order(t::step_due_at)
        .limit(BATCH)
        .select(t::id)
        .load(conn)?)
}

/// Whether it was sent: not when the resident answered meanwhile, or another server was faster.
fn remind(conn: &mut PgConnection, ctx: &Ctx<'_>, id: Uuid, days_left: i64) -> Result<bool, Error> {
    let request = store::lock(conn, id)?;
    let waits = request.state == State::Returned && request.step_due_at.is_some_and(|at| at > ctx.now);
    if !waits || !note(conn, ctx, &request, days_left)? {
        return Ok(false);
    }
    let world = World::of(conn, ctx, &request)?;
    let key = format!("request:{id}:{}:reminder:{days_left}", request.event_seq);
    emails::remind(conn, ctx, &world, &request, key)?;
    Ok(true)
}

fn note(conn: &mut PgConnection, ctx: &Ctx<'_>, request: &Request, days_left: i64) -> Result<bool, Error> {
    let inserted = diesel::insert_into(r::table)
        .values((
            r::request_id.eq(request.id),
            r::event_seq.eq(request.event_seq),
            r::days_left.eq(small(days_left)),
            r::sent_at.eq(ctx.now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Days fit by far.
fn small(days: i64) -> i16 {
    i16::try_from(days).unwrap_or(i16::MAX)
}
