//! Enrolling and showing the second factor.

use diesel::PgConnection;
use serde_json::json;
use uuid::Uuid;

use super::error::AccountError;
use super::store::{second_factor as store, sessions};
use super::totp::{self, TotpSecret};
use super::{Actor, login, second_factor_fresh, trail};
use crate::app::Ctx;

/// Where secrets are sealed (`Keys::seal`).
const PLACE: &str = "accounts.totp";

/// A secret to put into an authenticator app.
#[derive(Debug, Clone)]
pub struct Enrolment {
    pub secret: TotpSecret,
    /// For the QR code.
    pub uri: String,
}

/// Begins an enrolment; a confirmed secret stays in force until the new one is confirmed. Who has one already must
/// have shown it (or a recovery code) within 15 minutes: that is how a new phone is enrolled.
///
/// # Errors
/// `totp_already_confirmed`.
pub fn enroll(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<Enrolment, AccountError> {
    let row = store::lock(conn, actor.account_id)?;
    if row.confirmed_at.is_some() && !second_factor_fresh(actor, ctx.now) {
        return Err(AccountError::AlreadyConfirmed);
    }
    let secret = TotpSecret::random(ctx.entropy);
    let sealed = ctx.keys.seal(ctx.entropy, PLACE, secret.as_bytes())?;
    store::set_pending(conn, actor.account_id, &sealed)?;
    let uri = secret.uri(&actor.email);
    Ok(Enrolment { secret, uri })
}

/// The secret of an enrolment that waits for its first code, to show it again on the page.
///
/// # Errors
/// What the database or the key ring says.
pub fn pending(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<Option<Enrolment>, AccountError> {
    let row = store::find(conn, actor.account_id)?;
    let secret = open(ctx, row.pending.as_deref())?;
    Ok(secret.map(|secret| Enrolment {
        uri: secret.uri(&actor.email),
        secret,
    }))
}

/// Ends an enrolment with the first code. The session has then shown its second factor, other sessions end, and new
/// recovery codes take the place of older ones; they are shown now and never again.
///
/// # Errors
/// `totp_not_enrolled` without an enrolment, `otp_invalid`, `too_many_requests`.
pub fn confirm(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, otp: &str) -> Result<Vec<String>, AccountError> {
    let row = store::lock(conn, actor.account_id)?;
    let secret = open(ctx, row.pending.as_deref())?.ok_or(AccountError::NotEnrolled)?;
    let step = secret.accept(otp, ctx.now, None).ok_or(AccountError::OtpInvalid)?;
    store::confirm(conn, actor.account_id, step, ctx.now)?;
    let codes = totp::recovery_codes(ctx.entropy);
    let hashes: Vec<Vec<u8>> = codes
        .iter()
        .filter_map(|code| totp::recovery_code(code))
        .map(|code| recovery_hash(ctx, actor.account_id, &code))
        .collect();
    store::replace_recovery_codes(conn, actor.account_id, &hashes)?;
    sessions::second_factor_shown(conn, actor.session_id, ctx.now)?;
    sessions::revoke_others(conn, actor.account_id, Some(actor.session_id), ctx.now)?;
    let who = actor.account_id;
    trail::note(conn, ctx, who, Some(who), "second_factor_confirmed", json!({}))?;
    Ok(codes)
}

/// Shows the second factor anew in a running session.
///
/// # Errors
/// `totp_not_enrolled`, `otp_invalid`.
pub fn step_up(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, otp: &str) -> Result<(), AccountError> {
    if store::lock(conn, actor.account_id)?.confirmed_at.is_none() {
        return Err(AccountError::NotEnrolled);
    }
    if !show(conn, ctx, actor.account_id, otp)? {
        return Err(AccountError::OtpInvalid);
    }
    Ok(sessions::second_factor_shown(conn, actor.session_id, ctx.now)?)
}

/// Counts a try of the second factor in a session. In a transaction of its own, before the code is looked at.
///
/// # Errors
/// `too_many_requests`.
pub fn count_try(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<(), AccountError> {
    let key = ctx.keys.lookup_hash("second factor", &actor.account_id.to_string());
    login::count(conn, ctx, &key)
}

/// Whether `otp` is a code that is due now and was not used, or an unused recovery code; uses it up. The caller has
/// locked the account.
pub(super) fn show(conn: &mut PgConnection, ctx: &Ctx<'_>, account: Uuid, otp: &str) -> Result<bool, AccountError> {
    if let Some(code) = totp::recovery_code(otp) {
        return Ok(store::use_recovery_code(
            conn,
            account,
            &recovery_hash(ctx, account, &code),
            ctx.now,
        )?);
    }
    let row = store::find(conn, account)?;
    let Some(secret) = open(ctx, row.secret.as_deref())? else {
        return Ok(false);
    };
    match secret.accept(otp, ctx.now, row.last_step) {
        Some(step) => Ok(store::use_step(conn, account, step)?),
        None => Ok(false),
    }
}

/// How many recovery codes are left.
///
/// # Errors
/// What the database says.
pub fn recovery_codes_left(conn: &mut PgConnection, account: Uuid) -> Result<i64, AccountError> {
    Ok(store::recovery_codes_left(conn, account)?)
}

/// Seals a secret for the account table: seeds.
pub(super) fn seal(ctx: &Ctx<'_>, secret: &TotpSecret) -> Result<Vec<u8>, AccountError> {
    Ok(ctx.keys.seal(ctx.entropy, PLACE, secret.as_bytes())?)
}

fn open(ctx: &Ctx<'_>, sealed: Option<&[u8]>) -> Result<Option<TotpSecret>, AccountError> {
    let Some(sealed) = sealed else { return Ok(None) };
    Ok(TotpSecret::from_bytes(&ctx.keys.open(PLACE, sealed)?))
}

fn recovery_hash(ctx: &Ctx<'_>, account: Uuid, code: &str) -> Vec<u8> {
    ctx.keys.lookup_hash("recovery code", &format!("{account} {code}"))
}
