//! All SQL of the room. Every statement has one fixed text, so it is prepared once a connection.

pub(super) mod officers;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, exists, max, sum};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::Value;
use uuid::Uuid;

use super::{Mode, Place};
use crate::accounts::{KasiSection, Position};
use crate::platform::error::Error;
use crate::schema::{absences, accounts, appointments, assignments, offices, requests};

/// State of a request that an officer has on the desk (`requests.state`; the list is the conductor's).
const ON_THE_DESK: &str = "submitted";

#[diesel::declare_sql_function]
extern "SQL" {
    /// Waits for the lock of this transaction. Returns nothing, which reads as an empty text.
    fn pg_advisory_xact_lock(key: BigInt) -> Text;
}

/// One row for each appointment and each absence; the caller gathers them by account.
#[derive(Debug, Queryable)]
pub(super) struct CandidateRow {
    pub account: Uuid,
    pub section: Option<KasiSection>,
    pub absent_from: Option<NaiveDate>,
    pub absent_until: Option<NaiveDate>,
    pub open_minutes: Option<i64>,
    pub open_items: Option<i64>,
    pub last_assigned: Option<DateTime<Utc>>,
}

/// Makes choices for one place wait for each other until the transaction ends, and reads how the office shares work.
/// An office that is not in the table shares automatically.
pub(super) fn lock_and_mode(conn: &mut PgConnection, key: i64, office: &str) -> Result<Mode, Error> {
    let mode = offices::table
        .filter(offices::area.eq(office))
        .select(offices::assignment_mode)
        .single_value();
    let (_, mode): (String, Option<Mode>) = diesel::select((pg_advisory_xact_lock(key), mode)).get_result(conn)?;
    Ok(mode.unwrap_or(Mode::Auto))
}

/// Whoever is appointed to the place now, with what they have to do besides `request` and their absences from `today`.
pub(super) fn candidates(
    conn: &mut PgConnection,
    place: &Place,
    request: Uuid,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<CandidateRow>, Error> {
    let on_the_desk = requests::table
        .filter(requests::holder.eq(accounts::id.nullable()))
        .filter(requests::state.eq(ON_THE_DESK))
        .filter(requests::id.ne(request));
    let open_minutes = on_the_desk.select(sum(requests::effort_minutes)).single_value();
    let open_items = on_the_desk.select(count_star()).single_value();
    let last_assigned = assignments::table
        .filter(assignments::account_id.eq(accounts::id.nullable()))
        .select(max(assignments::assigned_at))
        .single_value();
    let leave = absences::account_id
        .eq(appointments::account_id)
        .and(absences::until_date.ge(today));
    Ok(appointments::table
        .inner_join(accounts::table)
        .left_join(absences::table.on(leave))
        .filter(appointments::area.eq(&place.area))
        .filter(appointments::position.eq(place.position))
        .filter(appointments::valid_from.le(now))
        .filter(
            appointments::valid_until
                .is_null()
                .or(appointments::valid_until.gt(now)),
        )
        .filter(accounts::disabled_at.is_null())
        .order(accounts::id)
        .select((
            accounts::id,
            appointments::section,
            absences::from_date.nullable(),
            absences::until_date.nullable(),
            open_minutes,
            open_items,
            last_assigned,
        ))
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
