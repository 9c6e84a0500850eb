//! Rows of staff, appointments and seeded people.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::Sex;
use crate::accounts::invitation::NewAppointment;
use crate::accounts::store::AppointmentRow;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::{accounts as t, appointments};

pub(in crate::accounts) struct Staff {
    pub id: Uuid,
    pub has_password: bool,
}

/// Who somebody is, without a session.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct EverybodyRow {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub nik_hash: Option<Vec<u8>>,
    pub identity_verified_at: Option<DateTime<Utc>>,
}

/// All accounts with the appointments of now, those of one account together.
pub(in crate::accounts) fn everybody(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Vec<(EverybodyRow, Option<AppointmentRow>)>, Error> {
    let held = appointments::account_id
        .eq(t::id)
        .and(appointments::valid_from.le(now))
        .and(
            appointments::valid_until
                .is_null()
                .or(appointments::valid_until.gt(now)),
        );
    Ok(t::table
        .left_join(appointments::table.on(held))
        .order((t::id, appointments::id))
        .select((EverybodyRow::as_select(), Option::<AppointmentRow>::as_select()))
        .load(conn)?)
}

pub(in crate::accounts) fn set_standing(
    conn: &mut PgConnection,
    id: Uuid,
    nip: Option<&str>,
    rank: Option<&str>,
) -> Result<(), Error> {
    if nip.is_some() || rank.is_some() {
        diesel::update(t::table.find(id))
            .set((nip.map(|nip| t::nip.eq(nip)), rank.map(|rank| t::rank.eq(rank))))
            .execute(conn)?;
    }
    Ok(())
}

pub(in crate::accounts) fn is_empty(conn: &mut PgConnection) -> Result<bool, Error> {
    let found: Option<Uuid> = t::table.select(t::id).first(conn).optional()?;
    Ok(found.is_none())
}

/// The oldest confirmed account of the address, or a new one without NIK.
pub(in crate::accounts) fn ensure_staff(
    conn: &mut PgConnection,
    id: Uuid,
    email: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Staff, Error> {
    if let Some(id) = confirmed(conn, email)? {
        return Ok(Staff { id, has_password: true });
    }
    diesel::insert_into(t::table)
        .values((
            t::id.eq(id),
            t::email.eq(email),
            t::name.eq(name),
            t::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let (id, password): (Uuid, Option<String>) = t::table
        .filter(t::email.eq(email))
        .filter(t::nik_hash.is_null())
        .select((t::id, t::password_hash))
        .first(conn)?;
    Ok(Staff {
        id,
        has_password: password.is_some(),
    })
}

fn confirmed(conn: &mut PgConnection, email: &str) -> Result<Option<Uuid>, Error> {
    Ok(t::table
        .filter(t::email.eq(email))
        .filter(t::email_verified_at.is_not_null())
        .filter(t::password_hash.is_not_null())
        .filter(t::disabled_at.is_null())
        .order((t::created_at, t::id))
        .select(t::id)
        .first(conn)
        .optional()?)
}

pub(in crate::accounts) fn insert_appointment(
    conn: &mut PgConnection,
    id: Uuid,
    account: Uuid,
    new: &NewAppointment,
) -> Result<(), Error> {
    use appointments as a;
    diesel::insert_into(a::table)
        .values((
            a::id.eq(id),
            a::account_id.eq(account),
            a::area.eq(&new.area),
            a::position.eq(new.position),
            a::section.eq(new.section),
            a::title.eq(&new.title),
            a::acting.eq(new.acting),
            a::valid_from.eq(new.valid_from),
            a::valid_until.eq(new.valid_until),
        ))
        .execute(conn)?;
    Ok(())
}

/// A person as a seed makes it: everything confirmed.
#[derive(Insertable)]
#[diesel(table_name = t)]
pub(in crate::accounts) struct SeedRow<'a> {
    pub id: Uuid,
    pub email: &'a str,
    pub email_verified_at: DateTime<Utc>,
    pub name: &'a str,
    pub nik_hash: Option<Vec<u8>>,
    pub nik_sealed: Option<Vec<u8>>,
    pub kk_sealed: Option<Vec<u8>>,
    pub birth_date: Option<NaiveDate>,
    pub sex: Option<Sex>,
    pub phone: Option<&'a str>,
    pub area: Option<&'a AreaCode>,
    pub password_hash: &'a str,
    pub identity_verified_at: DateTime<Utc>,
    pub totp_secret_sealed: Option<Vec<u8>>,
    pub totp_confirmed_at: Option<DateTime<Utc>>,
    pub nip: Option<&'a str>,
    pub rank: Option<&'a str>,
    pub created_at: DateTime<Utc>,
}

pub(in crate::accounts) fn insert_seed(conn: &mut PgConnection, row: &SeedRow<'_>) -> Result<(), Error> {
    diesel::insert_into(t::table).values(row).execute(conn)?;
    Ok(())
}
