//! Rows of new accounts.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::Sex;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::{accounts as t, areas};

/// What a resident's registration says.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct AccountRow<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub nik_hash: &'a [u8],
    pub nik_sealed: Vec<u8>,
    pub kk_sealed: Vec<u8>,
    pub birth_date: NaiveDate,
    pub sex: Sex,
    pub phone: &'a str,
    pub area: &'a AreaCode,
    pub password_hash: &'a str,
}

pub(in crate::accounts) fn area_exists(conn: &mut PgConnection, area: &AreaCode) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(areas::table.find(area))).get_result(conn)?)
}

/// False when an account of the same NIK and e-mail is there.
pub(in crate::accounts) fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    row: &AccountRow<'_>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let inserted = diesel::insert_into(t::table)
        .values((t::id.eq(id), t::created_at.eq(now), row))
        .on_conflict((t::nik_hash, t::email))
        .do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// The account of this NIK and e-mail, and whether its e-mail was ever confirmed; locked.
pub(in crate::accounts) fn lock_same(
    conn: &mut PgConnection,
    nik_hash: &[u8],
    email: &str,
) -> Result<(Uuid, bool), Error> {
    let (id, confirmed): (Uuid, Option<DateTime<Utc>>) = t::table
        .filter(t::nik_hash.eq(nik_hash))
        .filter(t::email.eq(email))
        .select((t::id, t::email_verified_at))
        .for_update()
        .first(conn)?;
    Ok((id, confirmed.is_some()))
}

pub(in crate::accounts) fn overwrite(conn: &mut PgConnection, id: Uuid, row: &AccountRow<'_>) -> Result<(), Error> {
    diesel::update(t::table.find(id)).set(row).execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn confirm_email(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(t::table.find(id).filter(t::email_verified_at.is_null()))
        .set(t::email_verified_at.eq(now))
        .execute(conn)?;
    Ok(())
}
