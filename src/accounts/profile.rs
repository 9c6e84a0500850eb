//! What a person may see and change of the own account.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::error::AccountError;
use super::messages::{self, Fields};
use super::registration::{person_name, residence};
use super::store::{profile as store, registration};
use super::{Actor, Phone, Sex, person_key};
use crate::app::Ctx;
use crate::areas::AreaCode;

/// The own account, with the numbers in clear: for the own screen and the own requests, nowhere else.
#[derive(Clone)]
pub struct Profile {
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub identity_verified: bool,
    pub nik: Option<Zeroizing<String>>,
    pub no_kk: Option<Zeroizing<String>>,
    pub birth_date: Option<NaiveDate>,
    pub sex: Option<Sex>,
    /// E.164.
    pub phone: Option<String>,
    pub area: Option<AreaCode>,
    pub totp_confirmed_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// Changes as they were typed; what is absent stays.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct RawChanges {
    /// Only until petugas has compared it with the KTP.
    pub nama: Option<String>,
    pub hp: Option<String>,
    /// Kelurahan or lingkungan of residence.
    pub area: Option<String>,
    /// The version that was read; another one is refused.
    pub version: Option<i32>,
}

/// The actor's own account.
///
/// # Errors
/// What the database or the key ring says.
pub fn find(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<Profile, AccountError> {
    let row = store::find(conn, actor.account_id)?;
    let key = match &row.nik_hash {
        Some(hash) => person_key::find(conn, ctx, hash)?,
        None => None,
    };
    let open = |sealed: &Option<Vec<u8>>| -> Result<Option<Zeroizing<String>>, AccountError> {
        let (Some(key), Some(sealed)) = (&key, sealed) else {
            return Ok(None);
        };
        let plain = key.open(person_key::IDENTIFIER, sealed)?;
        Ok(std::str::from_utf8(&plain)
            .ok()
            .map(|text| Zeroizing::new(text.to_owned())))
    };
    Ok(Profile {
        nik: open(&row.nik_sealed)?,
        no_kk: open(&row.kk_sealed)?,
        name: row.name,
        email: row.email,
        email_verified: row.email_verified_at.is_some(),
        identity_verified: row.identity_verified_at.is_some(),
        birth_date: row.birth_date,
        sex: row.sex,
        phone: row.phone,
        area: row.area,
        totp_confirmed_at: row.totp_confirmed_at,
        version: row.version,
    })
}

/// Changes the actor's own account. E-mail and NIK are not changed here: both identify the account.
///
/// # Errors
/// Every field error at once; `stale_version`.
pub fn update(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    raw: &RawChanges,
) -> Result<Profile, AccountError> {
    let row = store::lock(conn, actor.account_id)?;
    if raw.version.is_some_and(|version| version != row.version) {
        return Err(AccountError::Stale);
    }
    let mut fields = Fields::default();
    let name = raw
        .nama
        .as_deref()
        .and_then(|text| fields.take("nama", person_name(text)));
    if row.identity_verified_at.is_some() && name.as_ref().is_some_and(|name| *name != row.name) {
        fields.add("nama", messages::NAME_FIXED);
    }
    let phone = raw.hp.as_deref().and_then(|text| fields.take("hp", Phone::parse(text)));
    let area = raw
        .area
        .as_deref()
        .and_then(|text| fields.take("area", residence(text)));
    if let Some(area) = &area
        && !registration::area_exists(conn, area)?
    {
        fields.add("area", messages::AREA_UNKNOWN);
    }
    if !fields.errors.is_empty() {
        return Err(AccountError::Invalid(fields.errors));
    }
    let changes = store::Changes {
        name: name.as_deref(),
        phone: phone.as_ref().map(Phone::expose),
        area: area.as_ref(),
        version: row.version.saturating_add(1),
    };
    store::update(conn, actor.account_id, &changes)?;
    find(conn, ctx, actor)
}

/// A NIK as a screen shows it to others than its owner: region and last digit.
#[must_use]
pub fn masked(number: &str) -> String {
    let (head, tail) = (number.get(..6).unwrap_or(""), number.get(15..).unwrap_or(""));
    format!("{head}*********{tail}")
}
