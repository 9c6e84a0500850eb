//! People of the demo and of tests: made as if they had registered, confirmed and been verified.

use chrono::NaiveDate;
use diesel::PgConnection;
use uuid::Uuid;

use super::error::AccountError;
use super::invitation::{NewAppointment, appoint};
use super::store::people as store;
use super::totp::TotpSecret;
use super::{Actor, Email, Nik, NoKk, Phone, person_key, second_factor};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::error::Error;

/// A person to make.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub email: Email,
    /// From `Passwords::hash_now`.
    pub password_hash: String,
    /// NIK, KK and birth date of a resident; staff may have none.
    pub identity: Option<Identity>,
    pub phone: Option<Phone>,
    /// Residence.
    pub area: Option<AreaCode>,
    /// A confirmed second factor.
    pub totp: Option<TotpSecret>,
    pub nip: Option<String>,
    pub rank: Option<String>,
    pub appointments: Vec<NewAppointment>,
}

/// Who somebody is by the population register.
#[derive(Debug, Clone)]
pub struct Identity {
    pub nik: Nik,
    pub no_kk: NoKk,
    pub birth_date: NaiveDate,
}

/// Whether nobody is there yet.
///
/// # Errors
/// What the database says.
pub fn is_empty(conn: &mut PgConnection) -> Result<bool, Error> {
    store::is_empty(conn)
}

/// Everybody with the positions held now, as if logged in with the second factor: who acts in the demo's past.
///
/// # Errors
/// What the database says.
pub fn actors(conn: &mut PgConnection, ctx: &Ctx<'_>) -> Result<Vec<Actor>, Error> {
    let mut actors: Vec<Actor> = Vec::new();
    for (account, appointment) in store::everybody(conn, ctx.now)? {
        if actors.last().is_none_or(|last| last.account_id != account.id) {
            actors.push(Actor {
                account_id: account.id,
                name: account.name,
                email: account.email,
                nik_hash: account.nik_hash,
                identity_verified: account.identity_verified_at.is_some(),
                appointments: Vec::new(),
                second_factor_missing: false,
                session_id: Uuid::nil(),
                second_factor_at: Some(ctx.now),
            });
        }
        if let (Some(last), Some(appointment)) = (actors.last_mut(), appointment) {
            last.appointments.push(appointment.into());
        }
    }
    Ok(actors)
}

/// Makes the person with appointments; gives the account's id.
///
/// # Errors
/// What the database says: the same person twice, an unknown area.
pub fn person(conn: &mut PgConnection, ctx: &Ctx<'_>, new: &Person) -> Result<Uuid, AccountError> {
    let id = ctx.entropy.id(ctx.now);
    let (mut nik_hash, mut nik_sealed, mut kk_sealed) = (None, None, None);
    if let Some(identity) = &new.identity {
        let hash = person_key::nik_hash(ctx, &identity.nik);
        let key = person_key::ensure(conn, ctx, &hash)?;
        let seal = |digits: &str| key.seal(ctx.entropy, person_key::IDENTIFIER, digits.as_bytes());
        nik_sealed = Some(seal(identity.nik.expose())?);
        kk_sealed = Some(seal(identity.no_kk.expose())?);
        nik_hash = Some(hash);
    }
    let totp = new
        .totp
        .as_ref()
        .map(|secret| second_factor::seal(ctx, secret))
        .transpose()?;
    store::insert_seed(
        conn,
        &store::SeedRow {
            id,
            email: new.email.expose(),
            email_verified_at: ctx.now,
            name: &new.name,
            nik_hash,
            nik_sealed,
            kk_sealed,
            birth_date: new.identity.as_ref().map(|identity| identity.birth_date),
            sex: new.identity.as_ref().map(|identity| identity.nik.sex()),
            phone: new.phone.as_ref().map(Phone::expose),
            area: new.area.as_ref(),
            password_hash: &new.password_hash,
            identity_verified_at: ctx.now,
            totp_confirmed_at: totp.as_ref().map(|_| ctx.now),
            totp_secret_sealed: totp,
            nip: new.nip.as_deref(),
            rank: new.rank.as_deref(),
            created_at: ctx.now,
        },
    )?;
    for appointment in &new.appointments {
        appoint(conn, ctx, id, appointment)?;
    }
    Ok(id)
}
