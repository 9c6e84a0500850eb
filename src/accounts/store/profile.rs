//! The row of one account.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::Sex;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::accounts as t;

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct ProfileRow {
    pub name: String,
    pub email: String,
    pub email_verified_at: Option<DateTime<Utc>>,
    pub identity_verified_at: Option<DateTime<Utc>>,
    pub nik_hash: Option<Vec<u8>>,
    pub nik_sealed: Option<Vec<u8>>,
    pub kk_sealed: Option<Vec<u8>>,
    pub birth_date: Option<NaiveDate>,
    pub sex: Option<Sex>,
    pub phone: Option<String>,
    pub area: Option<AreaCode>,
    pub totp_confirmed_at: Option<DateTime<Utc>>,
    pub version: i32,
}

pub(in crate::accounts) fn find(conn: &mut PgConnection, id: Uuid) -> Result<ProfileRow, Error> {
    Ok(t::table.find(id).select(ProfileRow::as_select()).first(conn)?)
}

pub(in crate::accounts) fn lock(conn: &mut PgConnection, id: Uuid) -> Result<ProfileRow, Error> {
    Ok(t::table
        .find(id)
        .select(ProfileRow::as_select())
        .for_no_key_update()
        .first(conn)?)
}

/// What is none stays.
#[derive(AsChangeset)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct Changes<'a> {
    pub name: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub area: Option<&'a AreaCode>,
    pub version: i32,
}

pub(in crate::accounts) fn update(conn: &mut PgConnection, id: Uuid, changes: &Changes<'_>) -> Result<(), Error> {
    diesel::update(t::table.find(id)).set(changes).execute(conn)?;
    Ok(())
}

/// Where a mail about an account goes.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct Mailbox {
    pub id: Uuid,
    pub name: String,
    pub email: String,
}

pub(in crate::accounts) fn mailboxes_of_nik(
    conn: &mut PgConnection,
    nik_hash: &[u8],
    most: usize,
) -> Result<Vec<Mailbox>, Error> {
    Ok(t::table
        .filter(t::nik_hash.eq(nik_hash))
        .filter(t::disabled_at.is_null())
        .order((
            t::identity_verified_at.is_null(),
            t::email_verified_at.is_null(),
            t::created_at,
            t::id,
        ))
        .select(Mailbox::as_select())
        .limit(i64::try_from(most).unwrap_or(1))
        .load(conn)?)
}

pub(in crate::accounts) fn mailboxes_of_email(
    conn: &mut PgConnection,
    email: &str,
    most: usize,
) -> Result<Vec<Mailbox>, Error> {
    Ok(t::table
        .filter(t::email.eq(email))
        .filter(t::disabled_at.is_null())
        .order((t::email_verified_at.is_null(), t::created_at, t::id))
        .select(Mailbox::as_select())
        .limit(i64::try_from(most).unwrap_or(1))
        .load(conn)?)
}

/// The link that sets a password came by mail, so the address is confirmed with it.
pub(in crate::accounts) fn set_password(
    conn: &mut PgConnection,
    id: Uuid,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(t::table.find(id))
        .set(t::password_hash.eq(password_hash))
        .execute(conn)?;
    super::registration::confirm_email(conn, id, now)
}
