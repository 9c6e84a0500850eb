//! All SQL of the room. Every statement has one fixed text, so it is prepared once a connection.

pub(super) mod officers;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Mode, Place};
use crate::accounts::{Acting, KasiSection, Position};
use crate::platform::error::Error;
use crate::platform::time::exact;
use crate::schema::{absences, accounts, appointments, assignments};

/// State of a request that an officer has on the desk (`requests.state`; the list is the conductor's).
const ON_THE_DESK: &str = "submitted";

#[expect(
    clippy::too_many_arguments,
    reason = "a function of the database, called in one place"
)]
mod functions {
    use diesel::sql_types::{BigInt, Bool, Date, Text, Timestamptz, Uuid};

    #[diesel::declare_sql_function]
    extern "SQL" {
        /// Migration 13.
        fn lock_desk(
            lock: BigInt,
            office: Text,
            area: Text,
            position: Text,
            request: Uuid,
            today: Date,
            now: Timestamptz,
            also_in_pull: Bool,
        ) -> Jsonb;
    }
}

/// One row for each appointment and each absence; the caller gathers them by account.
#[derive(Debug, Deserialize)]
pub(super) struct CandidateRow {
    pub account: Uuid,
    /// Keyed hash of the person's NIK, in hexadecimal digits.
    pub nik_hash: Option<String>,
    pub section: Option<KasiSection>,
    /// Appointed to act for the holder.
    pub acting: Option<Acting>,
    pub absent_from: Option<NaiveDate>,
    pub absent_until: Option<NaiveDate>,
    pub open_minutes: i64,
    pub open_items: i64,
    pub last_assigned: Option<DateTime<Utc>>,
}

/// The desk that a choice is made for.
pub(super) struct Desk<'a> {
    /// Number of its lock.
    pub lock: i64,
    /// Whose way of sharing work holds.
    pub office: &'a str,
    pub place: &'a Place,
    /// Left out of what the officers have to do.
    pub request: Uuid,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
    /// Who sits there is wanted even where officers take their work themselves.
    pub also_in_pull: bool,
}

/// Makes choices for one desk wait for each other until the transaction ends, then reads how the office shares work
/// (an office that is not in the table shares automatically) and who is appointed to the desk now, with what they
/// have to do and their absences from `today`. One function of the database, because what it reads must begin after
/// the lock was got, and each of two statements is a round trip.
pub(super) fn lock_desk(conn: &mut PgConnection, desk: &Desk<'_>) -> Result<(Mode, Vec<CandidateRow>), Error> {
    #[derive(Deserialize)]
    struct Found {
        mode: Mode,
        officers: Vec<CandidateRow>,
    }
    let found: Value = diesel::select(functions::lock_desk(
        desk.lock,
        desk.office,
        &desk.place.area,
        desk.place.position,
        desk.request,
        desk.today,
        desk.now,
        desk.also_in_pull,
    ))
    .get_result(conn)?;
    let found: Found = serde_json::from_value(found).map_err(Error::internal)?;
    Ok((found.mode, found.officers))
}

/// Somebody at work today.
#[derive(Debug, Queryable)]
pub(super) struct PresentRow {
    pub account: Uuid,
    pub name: String,
    pub nik_hash: Option<Vec<u8>>,
    pub section: Option<KasiSection>,
}

/// Whoever is appointed to the place now and not on leave today, by name.
pub(super) fn present(
    conn: &mut PgConnection,
    place: &Place,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<PresentRow>, Error> {
    let absent = exists(
        absences::table
            .filter(absences::account_id.eq(accounts::id))
            .filter(absences::from_date.le(today))
            .filter(absences::until_date.ge(today)),
    );
    Ok(appointments::table
        .inner_join(accounts::table)
        .filter(appointments::area.eq(&place.area))
        .filter(appointments::position.eq(place.position))
        .filter(appointments::valid_from.le(now))
        .filter(
            appointments::valid_until
                .is_null()
                .or(appointments::valid_until.gt(now)),
        )
        .filter(accounts::disabled_at.is_null())
        .filter(diesel::dsl::not(absent))
        .order((accounts::name, accounts::id))
        .select((accounts::id, accounts::name, accounts::nik_hash, appointments::section))
        .load(conn)?)
}

/// Sections of those appointed to a place now; one row for each appointment.
pub(super) fn appointed_sections(
    conn: &mut PgConnection,
    place: &Place,
    now: DateTime<Utc>,
) -> Result<Vec<Option<KasiSection>>, Error> {
    Ok(appointments::table
        .inner_join(accounts::table)
        .filter(appointments::area.eq(&place.area))
        .filter(appointments::position.eq(place.position))
        .filter(appointments::valid_from.le(now))
        .filter(
            appointments::valid_until
                .is_null()
                .or(appointments::valid_until.gt(now)),
        )
        .filter(accounts::disabled_at.is_null())
        .select(appointments::section)
        .load(conn)?)
}

/// An officer somewhere up the chain.
#[derive(Debug, Clone, Queryable)]
pub(super) struct SuperiorRow {
    pub account: Uuid,
    pub area: String,
    pub position: Position,
    pub email: String,
    /// Keyed hash of the person's NIK.
    pub nik_hash: Option<Vec<u8>>,
    /// On leave today.
    pub absent: bool,
}

/// Those appointed now to any of the positions in any of the areas; holders before those who act for them.
pub(super) fn appointed(
    conn: &mut PgConnection,
    areas: &[String],
    positions: &[Position],
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<SuperiorRow>, Error> {
    let absent = exists(
        absences::table
            .filter(absences::account_id.eq(accounts::id))
            .filter(absences::from_date.le(today))
            .filter(absences::until_date.ge(today)),
    );
    Ok(appointments::table
        .inner_join(accounts::table)
        .filter(appointments::area.eq_any(areas))
        .filter(appointments::position.eq_any(positions))
        .filter(appointments::valid_from.le(now))
        .filter(
            appointments::valid_until
                .is_null()
                .or(appointments::valid_until.gt(now)),
        )
        .filter(accounts::disabled_at.is_null())
        .order((
            appointments::acting.is_not_null(),
            appointments::valid_from,
            appointments::id,
        ))
        .select((
            accounts::id,
            appointments::area,
            appointments::position,
            accounts::email,
            accounts::nik_hash,
            absent,
        ))
        .load(conn)?)
}

/// A line of `assignments`.
pub(super) struct NewAssignment<'a> {
    pub id: Uuid,
    pub request: Uuid,
    pub step: i16,
    pub account: Option<Uuid>,
    pub reason: &'a Value,
    pub at: DateTime<Utc>,
}

pub(super) fn insert(conn: &mut PgConnection, line: &NewAssignment<'_>) -> Result<(), Error> {
    diesel::insert_into(assignments::table)
        .values((
            assignments::id.eq(line.id),
            assignments::request_id.eq(line.request),
            assignments::step.eq(line.step),
            assignments::account_id.eq(line.account),
            assignments::reason.eq(line.reason),
            assignments::assigned_at.eq(line.at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The line by column.
pub(super) fn document(line: &NewAssignment<'_>) -> Value {
    json!({
        "id": line.id,
        "request_id": line.request,
        "step": line.step,
        "account_id": line.account,
        "reason": line.reason,
        "assigned_at": exact(line.at),
    })
}
