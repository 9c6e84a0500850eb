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
