//! Whom a login name may mean, and how often it failed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::login::Candidate;
use crate::platform::error::Error;
use crate::schema::{accounts as t, login_failures};

#[derive(Queryable)]
pub(in crate::accounts) struct CandidateRow {
    id: Uuid,
    password_hash: Option<String>,
    pub is_verified: bool,
}

impl From<&CandidateRow> for Candidate {
    fn from(row: &CandidateRow) -> Self {
        Self {
            account_id: row.id,
            password_hash: row.password_hash.clone(),
        }
    }
}

/// A verified claim first, then those who can be reached by mail, then the oldest.
pub(in crate::accounts) fn by_nik(
    conn: &mut PgConnection,
    nik_hash: &[u8],
    most: usize,
) -> Result<Vec<CandidateRow>, Error> {
    Ok(t::table
        .filter(t::nik_hash.eq(nik_hash))
        .filter(t::disabled_at.is_null())
        .order((
            t::identity_verified_at.is_null(),
            t::email_verified_at.is_null(),
            t::created_at,
            t::id,
        ))
        .select((t::id, t::password_hash, t::identity_verified_at.is_not_null()))
        .limit(i64::try_from(most).unwrap_or(1))
        .load(conn)?)
}

/// Those who confirmed the address first (anybody can write another's address into a form), then the oldest.
pub(in crate::accounts) fn by_email(
    conn: &mut PgConnection,
    email: &str,
    most: usize,
) -> Result<Vec<CandidateRow>, Error> {
    Ok(t::table
        .filter(t::email.eq(email))
        .filter(t::disabled_at.is_null())
        .order((t::email_verified_at.is_null(), t::created_at, t::id))
        .select((t::id, t::password_hash, t::identity_verified_at.is_not_null()))
        .limit(i64::try_from(most).unwrap_or(1))
        .load(conn)?)
}

/// What decides whether a session may open.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct LoginRow {
    pub password_hash: Option<String>,
    pub email_verified_at: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub totp_confirmed_at: Option<DateTime<Utc>>,
}

/// Locked, so that a reset of the password and this login come one after the other.
pub(in crate::accounts) fn lock(conn: &mut PgConnection, id: Uuid) -> Result<LoginRow, Error> {
    Ok(t::table
        .find(id)
        .select(LoginRow::as_select())
        .for_no_key_update()
        .first(conn)?)
}

/// One more attempt; how many there were in this minute.
pub(in crate::accounts) fn count(conn: &mut PgConnection, key: &[u8], minute: DateTime<Utc>) -> Result<i32, Error> {
    use login_failures as f;
    Ok(diesel::insert_into(f::table)
        .values((f::login_hash.eq(key), f::minute.eq(minute), f::failures.eq(1)))
        .on_conflict((f::login_hash, f::minute))
        .do_update()
        .set(f::failures.eq(f::failures + 1))
        .returning(f::failures)
        .get_result(conn)?)
}

pub(in crate::accounts) fn uncount(conn: &mut PgConnection, key: &[u8], minute: DateTime<Utc>) -> Result<(), Error> {
    use login_failures as f;
    diesel::update(f::table.find((key, minute)))
        .set(f::failures.eq(f::failures - 1))
        .execute(conn)?;
    Ok(())
}

/// Counts of earlier days say nothing any more.
pub(in crate::accounts) fn forget_before(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(login_failures::table.filter(login_failures::minute.lt(before))).execute(conn)?)
}
