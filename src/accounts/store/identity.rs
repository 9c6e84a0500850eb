//! Columns of a verified identity.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use uuid::Uuid;

use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::accounts as t;

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct IdentityRow {
    pub area: Option<AreaCode>,
    pub nik_hash: Option<Vec<u8>>,
    pub identity_verified_at: Option<DateTime<Utc>>,
}

pub(in crate::accounts) fn lock(conn: &mut PgConnection, account: Uuid) -> Result<Option<IdentityRow>, Error> {
    Ok(t::table
        .find(account)
        .filter(t::disabled_at.is_null())
        .select(IdentityRow::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()?)
}

/// An account that says it belongs to the person with a NIK.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Claim {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub birth_date: Option<NaiveDate>,
    pub area: Option<AreaCode>,
    pub identity_verified_at: Option<DateTime<Utc>>,
}

pub(in crate::accounts) fn claims(conn: &mut PgConnection, nik_hash: &[u8]) -> Result<Vec<Claim>, Error> {
    Ok(t::table
        .filter(t::nik_hash.eq(nik_hash))
        .filter(t::disabled_at.is_null())
        .order((t::created_at, t::id))
        .select(Claim::as_select())
        .load(conn)?)
}

pub(in crate::accounts) fn is_nik_verified(conn: &mut PgConnection, nik_hash: &[u8]) -> Result<bool, Error> {
    let verified = t::table
        .filter(t::nik_hash.eq(nik_hash))
        .filter(t::identity_verified_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(verified)).get_result(conn)?)
}

/// False when another account of this NIK was verified at the same moment: two officers meet at the unique index.
pub(in crate::accounts) fn mark_verified(
    conn: &mut PgConnection,
    account: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let marked = diesel::update(t::table.find(account))
        .set((
            t::identity_verified_at.eq(now),
            t::identity_verified_by.eq(by),
            t::version.eq(t::version + 1),
        ))
        .execute(conn);
    match marked {
        Ok(_) => Ok(true),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
