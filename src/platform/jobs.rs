//! Jobs: rows enqueued in the transaction that decides the work, claimed with a lease, run outside any
//! transaction, finished in a second one. A job may run twice, so it must be safe to.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::error::Error;
use super::ids::Entropy;
use crate::schema::jobs as t;

/// How long a claimed job is left alone; after a kill it waits no longer than this.
pub const LEASE: TimeDelta = TimeDelta::seconds(20);

/// After so many failures a person must look.
const MAX_ATTEMPTS: i32 = 12;

/// A claimed job.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Job {
    pub id: Uuid,
    pub kind: String,
    pub payload: Value,
    pub attempts: i32,
}

/// Adds a job; with a dedupe key that is already waiting nothing happens.
///
/// # Errors
/// What the database says.
pub fn enqueue(
    conn: &mut PgConnection,
    entropy: Entropy,
    now: DateTime<Utc>,
    kind: &str,
    payload: &Value,
    dedupe_key: Option<&str>,
) -> Result<(), Error> {
    diesel::insert_into(t::table)
        .values((
            t::id.eq(entropy.id(now)),
            t::kind.eq(kind),
            t::payload.eq(payload),
            t::dedupe_key.eq(dedupe_key),
            t::run_at.eq(now),
            t::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Takes the next due job, skipping those that others hold.
///
/// # Errors
/// What the database says.
pub fn claim(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Job>, Error> {
    let next = t::table
        .filter(t::dead_at.is_null())
        .filter(t::run_at.le(now))
        .filter(t::leased_until.is_null().or(t::leased_until.lt(now)))
        .order((t::run_at, t::id))
        .select(Job::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    let Some(mut job) = next else { return Ok(None) };
    job.attempts += 1;
    diesel::update(t::table.find(job.id))
        .set((t::leased_until.eq(now + LEASE), t::attempts.eq(job.attempts)))
        .execute(conn)?;
    Ok(Some(job))
}

/// Removes a finished job.
///
/// # Errors
/// What the database says.
pub fn done(conn: &mut PgConnection, id: Uuid) -> Result<(), Error> {
    diesel::delete(t::table.find(id)).execute(conn)?;
    Ok(())
}

/// Puts a failed job off, with twice the pause each time, or gives it up. Says whether it was given up.
///
/// # Errors
/// What the database says.
pub fn failed(conn: &mut PgConnection, job: &Job, why: &str, now: DateTime<Utc>) -> Result<bool, Error> {
    let is_dead = job.attempts >= MAX_ATTEMPTS;
    let pause = TimeDelta::seconds(1_i64 << job.attempts.clamp(0, 10));
    diesel::update(t::table.find(job.id))
        .set((
            t::leased_until.eq(None::<DateTime<Utc>>),
            t::run_at.eq(now + pause),
            t::last_error.eq(why),
            t::dead_at.eq(is_dead.then_some(now)),
        ))
        .execute(conn)?;
    Ok(is_dead)
}
