//! Rows of links sent by mail.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::mail_token::Purpose;
use crate::platform::error::Error;
use crate::schema::mail_tokens as t;

pub(in crate::accounts) fn insert(
    conn: &mut PgConnection,
    hash: &[u8],
    account: Uuid,
    purpose: Purpose,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::insert_into(t::table)
        .values((
            t::token_hash.eq(hash),
            t::account_id.eq(account),
            t::purpose.eq(purpose),
            t::created_at.eq(now),
            t::expires_at.eq(until),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn find(
    conn: &mut PgConnection,
    hash: &[u8],
    of: &[Purpose],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    Ok(t::table
        .find(hash)
        .filter(t::purpose.eq_any(of))
        .filter(t::used_at.is_null())
        .filter(t::expires_at.gt(now))
        .select(t::account_id)
        .first(conn)
        .optional()?)
}

pub(in crate::accounts) fn take(
    conn: &mut PgConnection,
    hash: &[u8],
    of: &[Purpose],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Error> {
    Ok(diesel::update(t::table.find(hash))
        .filter(t::purpose.eq_any(of))
        .filter(t::used_at.is_null())
        .filter(t::expires_at.gt(now))
        .set(t::used_at.eq(now))
        .returning(t::account_id)
        .get_result(conn)
        .optional()?)
}

pub(in crate::accounts) fn void(conn: &mut PgConnection, account: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(t::table.filter(t::account_id.eq(account)).filter(t::used_at.is_null()))
        .set(t::used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Whether a link for this purpose went out so recently that another would only annoy.
pub(in crate::accounts) fn sent_recently(
    conn: &mut PgConnection,
    account: Uuid,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let recent = t::table
        .filter(t::account_id.eq(account))
        .filter(t::purpose.eq(purpose))
        .filter(t::used_at.is_null())
        .filter(t::created_at.gt(now - TimeDelta::minutes(2)));
    Ok(diesel::select(diesel::dsl::exists(recent)).get_result(conn)?)
}

/// Removes links that died before a moment.
pub(in crate::accounts) fn forget_before(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(t::table.filter(t::expires_at.lt(before))).execute(conn)?)
}
