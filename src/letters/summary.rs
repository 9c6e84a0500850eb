//! What a request's view says of its letter.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::LetterError;
use super::state::{LetterState, Level};
use super::store::{self, register};

/// A letter that was issued, with the number of the office that signed last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterSummary {
    #[serde(skip)]
    pub letter_id: Uuid,
    /// The letter's own code, without dashes.
    pub code: String,
    pub number: String,
    pub issued_on: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    /// `issued` or `revoked`.
    pub state: LetterState,
}

/// The newest letter of a request that was ever issued; none before that.
///
/// # Errors
/// What the database says.
pub fn summary(conn: &mut PgConnection, request_id: Uuid) -> Result<Option<LetterSummary>, LetterError> {
    let Some(letter) = store::newest_issued(conn, request_id)? else {
        return Ok(None);
    };
    let last: Option<(Level, String, NaiveDate)> = register::entries_of(conn, letter.id)?
        .into_iter()
        .map(|entry| (entry.level, entry.number, entry.issued_on))
        .max();
    Ok(last.map(|(_, number, issued_on)| LetterSummary {
        letter_id: letter.id,
        code: letter.code,
        number,
        issued_on,
        valid_until: letter.valid_until,
        state: letter.state,
    }))
}
