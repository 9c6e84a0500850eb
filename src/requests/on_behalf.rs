//! Petugas hands a request in for somebody at the counter: only what their own counter serves, and they are then no
//! longer the ones to act on it (`policy::is_own`, and the assignment leaves the submitter out).

use super::error::RequestError;
use super::world::World;
use crate::accounts::{Actor, Position};
use crate::areas::{AreaCode, AreaLevel};
use crate::platform::field_error::FieldError;
use crate::services::{Relation, Shape, Submission};

/// Whether petugas acts for the office here: not for themselves, nor privately for their family or by a power of
/// attorney, as any resident may.
#[must_use]
pub fn is_on_behalf(actor: &Actor, nik_hash: &[u8], relation: Option<Relation>) -> bool {
    actor.holds(Position::Petugas)
        && actor.nik_hash.as_deref() != Some(nik_hash)
        && !matches!(relation, Some(Relation::SameKk | Relation::Kuasa))
}

/// Refuses what another counter serves.
///
/// # Errors
/// `Invalid` at `area`.
pub fn refuse_elsewhere(
    actor: &Actor,
    world: &World,
    submission: &Submission,
    nik_hash: &[u8],
) -> Result<(), RequestError> {
    if !is_on_behalf(actor, nik_hash, submission.relation) {
        return Ok(());
    }
    // A letter that begins at the kecamatan is asked for at its counter, too.
    let begins_at_kecamatan = world.definition().shape == Shape::C;
    let serves = |area: &AreaCode| {
        *area == submission.area || (begins_at_kecamatan && submission.area.parent().as_ref() == Some(area))
    };
    if counters(actor).any(serves) {
        return Ok(());
    }
    Err(RequestError::Invalid(vec![FieldError::new(
        "area",
        "not_your_counter",
        "Loket Anda tidak melayani kelurahan ini untuk surat ini.",
    )]))
}

/// The kelurahan of a counter that serves no other.
#[must_use]
pub fn counter_of(actor: &Actor) -> Option<AreaCode> {
    let mut all = counters(actor);
    let first = all.next().filter(|area| area.level() == AreaLevel::Kelurahan)?;
    all.all(|area| area == first).then(|| first.clone())
}

fn counters(actor: &Actor) -> impl Iterator<Item = &AreaCode> {
    actor
        .appointments
        .iter()
        .filter(|held| held.position == Position::Petugas)
        .map(|held| &held.area)
}
