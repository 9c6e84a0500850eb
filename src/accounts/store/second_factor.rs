//! Columns and rows of the second factor.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::platform::error::Error;
use crate::schema::{accounts as t, recovery_codes as codes};

#[derive(Queryable)]
pub(in crate::accounts) struct FactorRow {
    pub secret: Option<Vec<u8>>,
    pub pending: Option<Vec<u8>>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub last_step: Option<i64>,
}

type Columns = (
    t::totp_secret_sealed,
    t::totp_pending_sealed,
    t::totp_confirmed_at,
    t::totp_last_step,
);

const COLUMNS: Columns = (
    t::totp_secret_sealed,
    t::totp_pending_sealed,
    t::totp_confirmed_at,
    t::totp_last_step,
);

pub(in crate::accounts) fn find(conn: &mut PgConnection, account: Uuid) -> Result<FactorRow, Error> {
    Ok(t::table.find(account).select(COLUMNS).first(conn)?)
}

pub(in crate::accounts) fn lock(conn: &mut PgConnection, account: Uuid) -> Result<FactorRow, Error> {
    Ok(t::table.find(account).select(COLUMNS).for_no_key_update().first(conn)?)
}

pub(in crate::accounts) fn set_pending(conn: &mut PgConnection, account: Uuid, sealed: &[u8]) -> Result<(), Error> {
    diesel::update(t::table.find(account))
        .set(t::totp_pending_sealed.eq(sealed))
        .execute(conn)?;
    Ok(())
}

/// The pending secret becomes the one in force.
pub(in crate::accounts) fn confirm(
    conn: &mut PgConnection,
    account: Uuid,
    step: i64,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(t::table.find(account))
        .set((
            t::totp_secret_sealed.eq(t::totp_pending_sealed),
            t::totp_pending_sealed.eq(None::<Vec<u8>>),
            t::totp_confirmed_at.eq(now),
            t::totp_last_step.eq(step),
        ))
        .execute(conn)?;
    Ok(())
}

/// False when this or a later step was accepted before.
pub(in crate::accounts) fn use_step(conn: &mut PgConnection, account: Uuid, step: i64) -> Result<bool, Error> {
    let used = diesel::update(t::table.find(account))
        .filter(
            t::totp_last_step
                .is_null()
                .or(t::totp_last_step.lt(step).assume_not_null()),
        )
        .set(t::totp_last_step.eq(step))
        .execute(conn)?;
    Ok(used == 1)
}

pub(in crate::accounts) fn replace_recovery_codes(
    conn: &mut PgConnection,
    account: Uuid,
    hashes: &[Vec<u8>],
) -> Result<(), Error> {
    diesel::delete(codes::table.filter(codes::account_id.eq(account))).execute(conn)?;
    let rows: Vec<_> = hashes
        .iter()
        .map(|hash| (codes::account_id.eq(account), codes::code_hash.eq(hash)))
        .collect();
    diesel::insert_into(codes::table).values(rows).execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn use_recovery_code(
    conn: &mut PgConnection,
    account: Uuid,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let used = diesel::update(codes::table.find((account, hash)))
        .filter(codes::used_at.is_null())
        .set(codes::used_at.eq(now))
        .execute(conn)?;
    Ok(used == 1)
}

pub(in crate::accounts) fn recovery_codes_left(conn: &mut PgConnection, account: Uuid) -> Result<i64, Error> {
    Ok(codes::table
        .filter(codes::account_id.eq(account))
        .filter(codes::used_at.is_null())
        .count()
        .get_result(conn)?)
}
