//! Who gets a step: the person with the least open work for the working time ahead, chosen under a lock and with the
//! comparison kept, so that a superior can read why (design section 5).
//!
//! Knows no request beyond its id: the conductor says what is needed and writes the holder itself.

pub mod api;
mod by_hand;
mod choose;
mod emails;
pub mod officers;
pub mod score;
mod store;
mod superior;

pub use by_hand::{Colleague, colleagues, moved};
pub use choose::{Decision, choose, decide, took_over};
pub use score::Reason;
pub use superior::{is_superior, superior};

use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::accounts::{KasiSection, Position};
use crate::app::Ctx;
use crate::calendar::Calendar;
use crate::platform::error::Error;

crate::text_enum! {
    /// How an office shares its work (`offices.assignment_mode`).
    pub enum Mode {
        /// Given to a person on arrival.
        Auto => "auto",
        /// Waits until somebody takes it.
        Pull => "pull",
        /// Given on arrival; what found nobody may be taken.
        Mixed => "mixed",
    }
}

/// The desk that a step waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Lingkungan of a kepling, else the kelurahan or kecamatan.
    pub area: String,
    pub position: Position,
    /// Only a kasi has one; then only the head of that section counts.
    pub section: Option<KasiSection>,
}

/// A step that needs a person.
#[derive(Debug, Clone)]
pub struct Need<'a> {
    pub request_id: Uuid,
    pub step: i16,
    pub place: Place,
    /// Minutes of attention that the step is expected to take; kept in the explanation.
    pub effort_minutes: i32,
    /// Who may not get it.
    pub own: Own,
    /// Who held this step before; gets it again when there and allowed.
    pub previous: Option<Uuid>,
    pub calendar: &'a Calendar,
}

/// Whose own matter a request is: nobody decides in it.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Applicant and submitter.
    pub accounts: Vec<Uuid>,
    /// Keyed hash of the applicant's NIK: the same person under another account.
    pub person: Option<Vec<u8>>,
}

impl Own {
    fn is(&self, account: Uuid, nik_hash: Option<&[u8]>) -> bool {
        self.accounts.contains(&account) || (nik_hash.is_some() && nik_hash == self.person.as_deref())
    }
}

/// Who got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Nobody when the office takes its work itself or nobody can do it.
    pub account: Option<Uuid>,
    /// [`Explanation`] as it is stored.
    pub reason: Value,
}

crate::text_enum! {
    /// How it went.
    pub enum Outcome {
        /// To whoever held this step before.
        GivenBack => "given_back",
        /// To the least loaded.
        Given => "given",
        /// The office takes its work itself.
        LeftToTake => "left_to_take",
        /// Nobody is appointed, present and allowed.
        Nobody => "nobody",
    }
}

/// Why it went to whom: what `assignments.reason` holds and a superior reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    pub outcome: Outcome,
    pub mode: Mode,
    /// What the new step adds, in minutes.
    pub effort_minutes: i32,
    /// The comparison; empty where nobody was compared.
    #[serde(flatten)]
    pub reason: Reason,
}

/// Whether anybody is appointed to the place now, on leave or not. Without a kepling his step is skipped.
///
/// # Errors
/// What the database says.
pub fn eligible_position_exists(conn: &mut PgConnection, ctx: &Ctx<'_>, place: &Place) -> Result<bool, Error> {
    let sections = store::appointed_sections(conn, place, ctx.now)?;
    Ok(sections.into_iter().any(|section| place.takes(section)))
}

impl Place {
    /// Whether an appointment with this section belongs here.
    fn takes(&self, section: Option<KasiSection>) -> bool {
        self.section.is_none() || self.section == section
    }
}
