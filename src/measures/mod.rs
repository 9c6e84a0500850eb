//! Facts of work in working minutes, one row a request: what service levels are counted from.
//!
//! The conductor tells plain facts in its own transaction; nobody measures here. What a figure means is said once, in
//! design section 9: received = submitted in the period, finished = issued or rejected in it, on time = the office's
//! minutes are within the target at that moment. Cancelled and expired requests are in neither.

mod store;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use crate::platform::error::Error;

/// A request was submitted.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    pub request_id: Uuid,
    /// The kelurahan that serves it.
    pub area: &'a str,
    pub kecamatan: &'a str,
    pub service_code: &'a str,
    /// Working minutes promised.
    pub target_minutes: i32,
    pub at: DateTime<Utc>,
}

/// A request was issued or rejected.
#[derive(Debug, Clone, Copy)]
pub struct Finished {
    pub request_id: Uuid,
    pub at: DateTime<Utc>,
    /// Working minutes with kelurahan and kecamatan.
    pub office_minutes: i32,
    /// Working minutes with the resident.
    pub resident_minutes: i32,
}

/// Notes that a request came in.
///
/// # Errors
/// What the database says; a request comes in once.
pub fn received(conn: &mut PgConnection, fact: &Received<'_>) -> Result<(), Error> {
    store::insert(conn, fact)
}

/// What `received` writes by column, for whoever stores it with other rows in one statement.
#[must_use]
pub fn document(fact: &Received<'_>) -> Value {
    store::document(fact)
}

/// Notes that a request is done with. A request that is finished already stays as it was: a letter that is revoked or
/// issued anew later changes no past figure.
///
/// # Errors
/// What the database says.
pub fn finished(conn: &mut PgConnection, fact: &Finished) -> Result<(), Error> {
    store::finish(conn, fact)
}

/// An objection reopened a rejected request: it is not finished any more.
///
/// # Errors
/// What the database says.
pub fn reopened(conn: &mut PgConnection, request_id: Uuid) -> Result<(), Error> {
    store::reopen(conn, request_id)
}

/// A request went to another kelurahan: from now on it counts there.
///
/// # Errors
/// What the database says.
pub fn transferred(conn: &mut PgConnection, request_id: Uuid, area: &str) -> Result<(), Error> {
    store::move_to(conn, request_id, area)
}
