//! Who may see and do what: pure functions over an actor and plain facts of a request. The table of design.md
//! section 2 is the table of the test below.

use uuid::Uuid;

use super::actor::{Actor, Appointment};
use super::position::{KasiSection, Position};
use crate::areas::AreaCode;

/// What the policy must know of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFacts {
    pub submitter: Uuid,
    /// Account of the applicant, when there is one.
    pub applicant_account: Option<Uuid>,
    /// Keyed hash of the applicant's NIK.
    pub applicant_hash: Option<Vec<u8>>,
    /// The kelurahan that serves it.
    pub area: AreaCode,
    pub lingkungan: Option<AreaCode>,
    pub kecamatan: AreaCode,
    /// It has come as far as the kecamatan at least once.
    pub reached_kecamatan: bool,
}

/// One pile of work that a person may take from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// As in `requests.step_area`: lingkungan for a kepling, else kelurahan or kecamatan.
    pub area: AreaCode,
    pub position: Position,
    pub section: Option<KasiSection>,
}

/// Whether the actor may open the request with all that it contains. What may not be seen answers 404.
#[must_use]
pub fn may_see(actor: &Actor, facts: &RequestFacts) -> bool {
    is_party(actor, facts) || actor.appointments.iter().any(|held| position_sees(held, facts))
}

/// The position by which the actor sees the request; none for a party who holds no such position.
#[must_use]
pub fn sees_as(actor: &Actor, facts: &RequestFacts) -> Option<Position> {
    actor
        .appointments
        .iter()
        .find(|held| position_sees(held, facts))
        .map(|held| held.position)
}

/// Whether the actor may read what happened to the request: whoever sees it, and the auditor of its kecamatan,
/// who sees neither contents nor scans.
#[must_use]
pub fn may_see_events(actor: &Actor, facts: &RequestFacts) -> bool {
    may_see(actor, facts)
        || actor
            .appointments
            .iter()
            .any(|held| held.position == Position::Pengawas && held.area.contains(&facts.kecamatan))
}

/// Whether the actor would decide in an own matter: applicant or submitter, or the same person by NIK.
///
/// The NIK counts even before it is verified: an officer who claims another's NIK only loses work by it.
#[must_use]
pub fn is_own(actor: &Actor, facts: &RequestFacts) -> bool {
    let same_person = actor.nik_hash.is_some() && actor.nik_hash == facts.applicant_hash;
    is_party(actor, facts) || same_person
}

/// Whether the request is this account's, as submitter or applicant. A NIK alone opens nothing: it may be claimed.
#[must_use]
pub fn is_party(actor: &Actor, facts: &RequestFacts) -> bool {
    facts.submitter == actor.account_id || facts.applicant_account == Some(actor.account_id)
}

/// Whether the actor holds the position that a step waits for, there, and in that section if the step has one.
#[must_use]
pub fn holds_step(actor: &Actor, position: Position, area: &AreaCode, section: Option<KasiSection>) -> bool {
    actor
        .appointments
        .iter()
        .any(|held| held.position == position && held.area == *area && (section.is_none() || held.section == section))
}

/// Every pile of work of the actor, for listing the queue.
#[must_use]
pub fn scopes(actor: &Actor) -> Vec<Scope> {
    actor
        .appointments
        .iter()
        .filter(|held| !matches!(held.position, Position::Admin | Position::Pengawas))
        .map(|held| Scope {
            area: held.area.clone(),
            position: held.position,
            section: held.section,
        })
        .collect()
}

fn position_sees(held: &Appointment, facts: &RequestFacts) -> bool {
    match held.position {
        Position::Kepling => facts.lingkungan.as_ref() == Some(&held.area),
        Position::Petugas | Position::Seklur | Position::Lurah | Position::Kasi => {
            held.area == facts.area || (held.area == facts.kecamatan && facts.reached_kecamatan)
        }
        Position::Camat | Position::Sekcam => held.area == facts.kecamatan,
        Position::Admin | Position::Pengawas => false,
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
