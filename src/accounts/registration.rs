//! A resident makes an account. The answer never tells whether there was one; the mail does.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::AccountError;
use super::messages::{self, Fields, Problem};
use super::nik::{Nik, NoKk, Sex};
use super::store::registration as store;
use super::{Email, Password, Phone, emails, mail_token, person_key};
use crate::app::Ctx;
use crate::areas::{AreaCode, AreaLevel};
use crate::notifications;
use crate::platform::field_error::FieldError;
use crate::platform::plain_text::{self, Lines};

/// Longest name; the longest on record in Indonesia's register has fewer letters.
const LONGEST_NAME: usize = 100;

/// Nobody alive is older; a wrong century is the usual reason.
const OLDEST_YEARS: u32 = 125;

/// A registration as it was typed.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct RawRegistration {
    #[schema(required, pattern = "^[0-9]{16}$")]
    pub nik: String,
    #[schema(required, pattern = "^[0-9]{16}$")]
    pub no_kk: String,
    /// As on the KTP.
    #[schema(required, min_length = 1)]
    pub nama: String,
    /// YYYY-MM-DD
    #[schema(required, format = Date)]
    pub tgl_lahir: String,
    /// L or P
    #[schema(required, value_type = Sex)]
    pub jk: String,
    #[schema(required, format = "email")]
    pub email: String,
    #[schema(required)]
    pub hp: String,
    /// Kelurahan or lingkungan of residence.
    #[schema(required)]
    pub area: String,
    #[schema(required, min_length = 10, max_length = 200)]
    pub password: String,
}

/// A registration whose every field is right by itself and with the others.
#[derive(Clone, Debug)]
pub struct Registration {
    pub nik: Nik,
    pub no_kk: NoKk,
    pub name: String,
    pub birth_date: NaiveDate,
    pub sex: Sex,
    pub email: Email,
    pub phone: Phone,
    pub area: AreaCode,
}

impl RawRegistration {
    /// Reads all fields; the password apart, because only its hash goes on.
    ///
    /// # Errors
    /// Every field error at once.
    pub fn parse(&self, today: NaiveDate) -> Result<(Registration, Password), Vec<FieldError>> {
        let mut fields = Fields::default();
        let nik = fields.take("nik", Nik::parse(&self.nik));
        let no_kk = fields.take("no_kk", NoKk::parse(&self.no_kk));
        let name = fields.take("nama", person_name(&self.nama));
        let birth_date = fields.take("tgl_lahir", birth_date(&self.tgl_lahir, today));
        let sex = fields.take("jk", self.jk.trim().parse::<Sex>().map_err(|_| messages::SEX));
        let email = fields.take("email", Email::parse(&self.email));
        let phone = fields.take("hp", Phone::parse(&self.hp));
        let area = fields.take("area", residence(&self.area));
        let password = Password::choose(&self.password, &[&self.email, &self.nik]);
        let password = fields.take("password", password);
        if let Some(nik) = &nik {
            if birth_date.is_some_and(|date| !nik.matches_birth(date)) {
                fields.add("tgl_lahir", messages::BIRTH_DIFFERS);
            }
            if sex.is_some_and(|sex| !nik.matches_sex(sex)) {
                fields.add("jk", messages::SEX_DIFFERS);
            }
        }
        let read = (nik, no_kk, name, birth_date, sex, email, phone, area, password);
        let (
            Some(nik),
            Some(no_kk),
            Some(name),
            Some(birth_date),
            Some(sex),
            Some(email),
            Some(phone),
            Some(area),
            Some(password),
        ) = read
        else {
            return Err(fields.errors);
        };
        if !fields.errors.is_empty() {
            return Err(fields.errors);
        }
        let registration = Registration {
            nik,
            no_kk,
            name,
            birth_date,
            sex,
            email,
            phone,
            area,
        };
        Ok((registration, password))
    }
}

impl Registration {
    /// What is odd but possible: a NIK keeps the province of first registration, which we may not know yet.
    #[must_use]
    pub fn warnings(&self) -> Vec<FieldError> {
        if self.nik.is_province_known() {
            Vec::new()
        } else {
            vec![messages::PROVINCE_UNKNOWN.at("nik")]
        }
    }
}

/// Makes the account, or mends one whose e-mail was never confirmed; for a confirmed one only a mail goes out.
///
/// An unconfirmed account is overwritten because nobody has proven to own it: whoever registered first must not keep
/// a password that the owner of the mailbox does not know.
///
/// # Errors
/// `area_unknown` at `area`; what the database says.
pub fn register(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    new: &Registration,
    password_hash: &str,
) -> Result<(), AccountError> {
    if !store::area_exists(conn, &new.area)? {
        return Err(AccountError::Invalid(vec![messages::AREA_UNKNOWN.at("area")]));
    }
    let nik_hash = person_key::nik_hash(ctx, &new.nik);
    let key = person_key::ensure(conn, ctx, &nik_hash)?;
    let row = store::AccountRow {
        email: new.email.expose(),
        name: &new.name,
        nik_sealed: key.seal(ctx.entropy, person_key::IDENTIFIER, new.nik.expose().as_bytes())?,
        kk_sealed: key.seal(ctx.entropy, person_key::IDENTIFIER, new.no_kk.expose().as_bytes())?,
        nik_hash: &nik_hash,
        birth_date: new.birth_date,
        sex: new.sex,
        phone: new.phone.expose(),
        area: &new.area,
        password_hash,
    };
    let id = ctx.entropy.id(ctx.now);
    let id = if store::insert(conn, id, &row, ctx.now)? {
        id
    } else {
        let (known, is_confirmed) = store::lock_same(conn, &nik_hash, new.email.expose())?;
        if is_confirmed {
            return tell_owner(conn, ctx, new, known);
        }
        store::overwrite(conn, known, &row)?;
        mail_token::void(conn, ctx, known)?;
        known
    };
    let token = mail_token::issue(conn, ctx, id, mail_token::Purpose::VerifyEmail)?;
    let message = emails::verify(ctx, &new.name, new.email.expose(), &token)?;
    Ok(notifications::enqueue(conn, ctx, &message)?)
}

/// Somebody registered an account that exists: its owner learns of it, at most once an hour.
fn tell_owner(conn: &mut PgConnection, ctx: &Ctx<'_>, new: &Registration, account: Uuid) -> Result<(), AccountError> {
    let message = emails::account_exists(ctx, &new.name, new.email.expose(), account)?;
    Ok(notifications::enqueue(conn, ctx, &message)?)
}

/// The link of the confirming mail was opened. Opening it again is no error: mail programs and people do.
///
/// # Errors
/// `link_invalid` when the token is not known, void or too old.
pub fn verify_email(conn: &mut PgConnection, ctx: &Ctx<'_>, token: &str) -> Result<(), AccountError> {
    let account = mail_token::peek(conn, ctx, token, &[mail_token::Purpose::VerifyEmail])?;
    store::confirm_email(conn, account, ctx.now)?;
    Ok(())
}

/// A name in one line, composed, not empty.
pub(super) fn person_name(text: &str) -> Result<String, Problem> {
    let name = plain_text::clean(text, Lines::One, LONGEST_NAME, |_| None)?;
    if name.is_empty() {
        return Err(messages::REQUIRED);
    }
    // The name goes into mails to an address that is not confirmed yet: it must not carry a link or an advertisement.
    if name
        .chars()
        .any(|letter| letter.is_numeric() || "<>:/@\\".contains(letter))
    {
        return Err(messages::NAME);
    }
    Ok(name)
}

fn birth_date(text: &str, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(|_| messages::DATE)?;
    match today.years_since(date) {
        Some(years) if years <= OLDEST_YEARS => Ok(date),
        _ => Err(messages::DATE_IMPOSSIBLE),
    }
}

/// Where a resident lives: kelurahan or lingkungan.
pub(super) fn residence(text: &str) -> Result<AreaCode, Problem> {
    AreaCode::parse(text.trim())
        .ok()
        .filter(|area| matches!(area.level(), AreaLevel::Kelurahan | AreaLevel::Lingkungan))
        .ok_or(messages::AREA_UNKNOWN)
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
