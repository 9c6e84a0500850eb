//! Petugas compares a person with the KTP, once: from then on this account is the one of its NIK.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;
use uuid::Uuid;

use super::error::AccountError;
use super::store::identity as store;
use super::{Actor, Position, trail};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::error::Error;
pub use store::Claim;

/// Every account that claims a NIK, oldest first. More than one is usual in a family and becomes a question only as
/// long as none is verified.
///
/// # Errors
/// What the database says.
pub fn claims(conn: &mut PgConnection, nik_hash: &[u8]) -> Result<Vec<Claim>, Error> {
    store::claims(conn, nik_hash)
}

/// Whether the actor is the one to compare the person behind an account with the KTP.
#[must_use]
pub fn may_verify(actor: &Actor, claim: &Claim) -> bool {
    let is_here = claim.area.as_ref().is_some_and(|area| is_petugas_of(actor, area));
    is_here && claim.id != actor.account_id && claim.identity_verified_at.is_none()
}

/// Marks the account's identity as verified; a second time changes nothing. Gives when it was first done.
///
/// # Errors
/// `not_found` unless the actor is petugas where the person lives, or the account has no NIK; `own_request` for the
/// actor's own account; `nik_already_verified` when another account of this NIK was verified before.
pub fn verify(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    account: Uuid,
) -> Result<DateTime<Utc>, AccountError> {
    let person = store::lock(conn, account)?.ok_or(AccountError::NotFound)?;
    let (Some(area), Some(nik_hash)) = (&person.area, &person.nik_hash) else {
        return Err(AccountError::NotFound);
    };
    if !is_petugas_of(actor, area) {
        return Err(AccountError::NotFound);
    }
    if account == actor.account_id || actor.nik_hash.as_ref() == Some(nik_hash) {
        return Err(AccountError::Own);
    }
    if let Some(at) = person.identity_verified_at {
        return Ok(at);
    }
    if store::is_nik_verified(conn, nik_hash)? {
        return Err(AccountError::NikTaken);
    }
    if !store::mark_verified(conn, account, actor.account_id, ctx.now)? {
        return Err(AccountError::NikTaken);
    }
    let by = Some(actor.account_id);
    trail::note(conn, ctx, account, by, "identity_verified", json!({}))?;
    Ok(ctx.now)
}

/// Petugas of the kelurahan, or of the kecamatan above it: people may come to either counter.
fn is_petugas_of(actor: &Actor, residence: &AreaCode) -> bool {
    actor
        .appointments
        .iter()
        .any(|held| held.position == Position::Petugas && held.area.contains(residence))
}
