//! Work moved by hand: who could take it, and the line that says who moved it.

use diesel::PgConnection;
use serde_json::json;
use uuid::Uuid;

use super::store::{self, NewAssignment};
use super::{Place, store::PresentRow};
use crate::app::Ctx;
use crate::platform::error::Error;

/// Somebody who could take a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    pub id: Uuid,
    pub name: String,
}

/// Those appointed to the place now and not on leave today, by name; without `exclude` and without whoever claims the
/// NIK of the applicant. One statement.
///
/// # Errors
/// What the database says.
pub fn colleagues(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    place: &Place,
    exclude: &[Uuid],
    applicant_hash: &[u8],
) -> Result<Vec<Colleague>, Error> {
    let today = ctx.now.with_timezone(&ctx.config.zone).date_naive();
    let is_other =
        |row: &PresentRow| !exclude.contains(&row.account) && row.nik_hash.as_deref() != Some(applicant_hash);
    let mut found: Vec<Colleague> = store::present(conn, place, today, ctx.now)?
        .into_iter()
        .filter(|row| place.takes(row.section) && is_other(row))
        .map(|row| Colleague {
            id: row.account,
            name: row.name,
        })
        .collect();
    // Two appointments to one place are one person.
    found.dedup();
    Ok(found)
}

/// Writes down that `by` gave a step to `account`, or took it from whoever had it.
///
/// # Errors
/// What the database says.
pub fn moved(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    (request, step): (Uuid, i16),
    account: Option<Uuid>,
    from: Option<Uuid>,
    by: Uuid,
) -> Result<(), Error> {
    let outcome = if account.is_some() { "moved" } else { "taken_away" };
    let line = NewAssignment {
        id: ctx.entropy.id(ctx.now),
        request,
        step,
        account,
        reason: &json!({ "outcome": outcome, "from": from, "by": by }),
        at: ctx.now,
    };
    store::insert(conn, &line)
}
