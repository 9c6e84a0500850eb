//! Logging in. Three parts, because a password is checked outside any transaction: `begin` finds whom the name may
//! mean, `Passwords::first_match` tries them, `open` starts the session.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::AccountError;
use super::password::CHECKS;
use super::store::{login as store, sessions};
use super::{Email, Nik, person_key, second_factor};
use crate::app::Ctx;

/// A browser's session ends at the end of a working day.
const BROWSER_LASTS: TimeDelta = TimeDelta::hours(12);
/// A refresh token works this long after the newest refresh.
pub(super) const REFRESH_LASTS: TimeDelta = TimeDelta::days(30);

/// Longest device name that is kept.
const LONGEST_AGENT: usize = 200;

crate::text_enum! {
    /// What holds the session.
    pub enum SessionKind {
        Api => "api",
        Browser => "browser",
    }
}

/// A login as it was typed.
#[derive(Clone, Deserialize, ToSchema)]
pub struct RawLogin {
    /// E-mail or NIK.
    pub login: String,
    pub password: String,
    /// Code of the authenticator app, or a recovery code.
    #[serde(default)]
    pub otp: Option<String>,
}

/// An account that the login name may mean.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub account_id: Uuid,
    pub password_hash: Option<String>,
}

/// Where a session is opened and how.
#[derive(Debug, Clone)]
pub struct Device {
    pub kind: SessionKind,
    /// What the client calls itself, for the list of sessions.
    pub agent: String,
}

/// A new session.
#[derive(Debug, Clone)]
pub struct Opened {
    pub account_id: Uuid,
    pub session_id: Uuid,
    /// Cookie or refresh token; only its hash is stored.
    pub token: String,
}

/// Counts the attempt and finds whom the name may mean, at most three. Run it in a transaction of its own: what it
/// counted must stay when the login fails.
///
/// # Errors
/// `too_many_requests` once the name has failed too often in this minute.
pub fn begin(conn: &mut PgConnection, ctx: &Ctx<'_>, login: &str) -> Result<Vec<Candidate>, AccountError> {
    count(conn, ctx, &name_hash(ctx, login))?;
    if let Ok(nik) = Nik::parse(login) {
        let found = store::by_nik(conn, &person_key::nik_hash(ctx, &nik), CHECKS)?;
        // A claim that petugas has verified is the person; the others only say so.
        let verified: Vec<Candidate> = found.iter().filter(|row| row.is_verified).map(Into::into).collect();
        return Ok(if verified.is_empty() {
            found.iter().map(Into::into).collect()
        } else {
            verified
        });
    }
    match Email::parse(login) {
        Ok(email) => Ok(store::by_email(conn, email.expose(), CHECKS)?
            .iter()
            .map(Into::into)
            .collect()),
        Err(_) => Ok(Vec::new()),
    }
}

/// Opens a session for the account whose password matched.
///
/// # Errors
/// `login_failed` when there is none or its password changed meanwhile, `email_unverified`, `otp_required`,
/// `otp_invalid`.
pub fn open(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    matched: Option<&Candidate>,
    raw: &RawLogin,
    device: &Device,
) -> Result<Opened, AccountError> {
    let candidate = matched.ok_or(AccountError::LoginFailed)?;
    let account = store::lock(conn, candidate.account_id)?;
    if account.password_hash != candidate.password_hash || account.disabled_at.is_some() {
        return Err(AccountError::LoginFailed);
    }
    if account.email_verified_at.is_none() {
        return Err(AccountError::EmailUnverified);
    }
    let otp = raw.otp.as_deref().map(str::trim).filter(|otp| !otp.is_empty());
    let second_factor_at = match (account.totp_confirmed_at, otp) {
        (None, _) => None,
        (Some(_), None) => return Err(AccountError::OtpRequired),
        (Some(_), Some(otp)) => {
            if !second_factor::show(conn, ctx, candidate.account_id, otp)? {
                return Err(AccountError::OtpInvalid);
            }
            Some(ctx.now)
        }
    };
    let token = ctx.entropy.token();
    let session_id = ctx.entropy.id(ctx.now);
    let session = sessions::NewSession {
        id: session_id,
        account_id: candidate.account_id,
        kind: device.kind,
        token_hash: crate::platform::ids::token_hash(&token),
        created_at: ctx.now,
        last_used_at: ctx.now,
        expires_at: ctx.now + lasts(device.kind),
        second_factor_at,
        user_agent: agent(&device.agent),
    };
    sessions::insert(conn, &session)?;
    store::uncount(conn, &name_hash(ctx, &raw.login), minute(ctx.now))?;
    Ok(Opened {
        account_id: candidate.account_id,
        session_id,
        token,
    })
}

/// The attempt was not a guess (the password was right, only the code is still to come): takes it off the count.
///
/// # Errors
/// What the database says.
pub fn forgive(conn: &mut PgConnection, ctx: &Ctx<'_>, login: &str) -> Result<(), AccountError> {
    store::uncount(conn, &name_hash(ctx, login), minute(ctx.now))?;
    Ok(())
}

/// Counts one attempt of anything that can be guessed, by its keyed hash.
///
/// # Errors
/// `too_many_requests`.
pub(super) fn count(conn: &mut PgConnection, ctx: &Ctx<'_>, key: &[u8]) -> Result<(), AccountError> {
    let this_minute = minute(ctx.now);
    if store::count(conn, key, this_minute)? > ctx.config.login_failures_per_minute {
        let left = (this_minute + TimeDelta::minutes(1) - ctx.now).num_seconds().max(1);
        return Err(AccountError::TooManyFailures {
            retry_after: u32::try_from(left).unwrap_or(60),
        });
    }
    Ok(())
}

/// The name as typed, without its case and the white space around it.
fn name_hash(ctx: &Ctx<'_>, login: &str) -> Vec<u8> {
    ctx.keys.lookup_hash("login", &login.trim().to_lowercase())
}

fn minute(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now)
}

fn lasts(kind: SessionKind) -> TimeDelta {
    match kind {
        SessionKind::Api => REFRESH_LASTS,
        SessionKind::Browser => BROWSER_LASTS,
    }
}

fn agent(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST_AGENT)
        .collect()
}
