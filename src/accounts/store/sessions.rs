//! Rows of sessions and spent refresh tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::login::SessionKind;
use crate::platform::error::Error;
use crate::schema::{accounts, sessions as t, used_refresh_tokens as used};

#[derive(Insertable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct NewSession {
    pub id: Uuid,
    pub account_id: Uuid,
    pub kind: SessionKind,
    pub token_hash: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub second_factor_at: Option<DateTime<Utc>>,
    pub user_agent: String,
}

pub(in crate::accounts) fn insert(conn: &mut PgConnection, session: &NewSession) -> Result<(), Error> {
    diesel::insert_into(t::table).values(session).execute(conn)?;
    Ok(())
}

/// Session and account of a refresh token that is still the newest of its family.
pub(in crate::accounts) fn of_refresh_token(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(Uuid, Uuid)>, Error> {
    Ok(t::table
        .inner_join(accounts::table)
        .filter(t::token_hash.eq(hash))
        .filter(t::kind.eq(SessionKind::Api))
        .filter(t::revoked_at.is_null())
        .filter(t::expires_at.gt(now))
        .filter(accounts::disabled_at.is_null())
        .select((t::id, t::account_id))
        .first(conn)
        .optional()?)
}

/// Puts a new token in place of the old one, unless another call was first.
pub(in crate::accounts) fn rotate(
    conn: &mut PgConnection,
    session: Uuid,
    old: &[u8],
    new: &[u8],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, Error> {
    let rotated = diesel::update(t::table.find(session))
        .filter(t::token_hash.eq(old))
        .filter(t::revoked_at.is_null())
        .set((t::token_hash.eq(new), t::last_used_at.eq(now), t::expires_at.eq(until)))
        .execute(conn)?;
    if rotated == 0 {
        return Ok(false);
    }
    diesel::insert_into(used::table)
        .values((
            used::token_hash.eq(old),
            used::session_id.eq(session),
            used::used_at.eq(now),
        ))
        .execute(conn)?;
    Ok(true)
}

/// The session that a token was spent in.
pub(in crate::accounts) fn spent_in(conn: &mut PgConnection, hash: &[u8]) -> Result<Option<Uuid>, Error> {
    Ok(used::table.find(hash).select(used::session_id).first(conn).optional()?)
}

/// Ends a live session; gives its account.
pub(in crate::accounts) fn revoke(
    conn: &mut PgConnection,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    Ok(diesel::update(t::table.find(session).filter(t::revoked_at.is_null()))
        .set(t::revoked_at.eq(now))
        .returning(t::account_id)
        .get_result(conn)
        .optional()?)
}

/// Ends one session of the account, if it is one of its own and live.
pub(in crate::accounts) fn revoke_own(
    conn: &mut PgConnection,
    account: Uuid,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let ended = diesel::update(t::table.find(session))
        .filter(t::account_id.eq(account))
        .filter(t::revoked_at.is_null())
        .set(t::revoked_at.eq(now))
        .execute(conn)?;
    Ok(ended == 1)
}

/// Ends every session of the account but one.
pub(in crate::accounts) fn revoke_others(
    conn: &mut PgConnection,
    account: Uuid,
    keep: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(
        t::table
            .filter(t::account_id.eq(account))
            .filter(t::revoked_at.is_null()),
    )
    .filter(t::id.ne(keep.unwrap_or(Uuid::nil())))
    .set(t::revoked_at.eq(now))
    .execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn touch(conn: &mut PgConnection, session: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(t::table.find(session))
        .set(t::last_used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn second_factor_shown(
    conn: &mut PgConnection,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(t::table.find(session))
        .set(t::second_factor_at.eq(now))
        .execute(conn)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct SessionRow {
    pub id: Uuid,
    pub kind: SessionKind,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub user_agent: String,
}

/// Live sessions of the account, newest first; nobody has so many devices that a page would be needed.
pub(in crate::accounts) fn live(
    conn: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<SessionRow>, Error> {
    Ok(t::table
        .filter(t::account_id.eq(account))
        .filter(t::revoked_at.is_null())
        .filter(t::expires_at.gt(now))
        .order((t::created_at.desc(), t::id.desc()))
        .select(SessionRow::as_select())
        .limit(100)
        .load(conn)?)
}

/// Removes sessions that ended before a moment, with their spent tokens.
pub(in crate::accounts) fn forget_before(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<usize, Error> {
    let ended = t::table
        .filter(t::expires_at.lt(before).or(t::revoked_at.lt(before).assume_not_null()))
        .select(t::id);
    diesel::delete(used::table.filter(used::session_id.eq_any(ended))).execute(conn)?;
    let ended = t::expires_at.lt(before).or(t::revoked_at.lt(before).assume_not_null());
    Ok(diesel::delete(t::table.filter(ended)).execute(conn)?)
}
