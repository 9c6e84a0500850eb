//! SQL about officers and their leave.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, sum};
use diesel::prelude::*;
use uuid::Uuid;

use super::ON_THE_DESK;
use crate::accounts::{KasiSection, Position};
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::{absences, accounts, appointments, requests};

/// An appointment that is valid now, with its holder.
#[derive(Debug, Queryable)]
pub(in crate::assignment) struct OfficerRow {
    pub account: Uuid,
    pub name: String,
    pub area: AreaCode,
    pub position: Position,
    pub section: Option<KasiSection>,
}

/// Everybody appointed in an area or in one that lies in it, by name.
pub(in crate::assignment) fn officers_in(
    conn: &mut PgConnection,
    area: &AreaCode,
    now: DateTime<Utc>,
) -> Result<Vec<OfficerRow>, Error> {
    Ok(appointments::table
        .inner_join(accounts::table)
        .filter(
            appointments::area
                .eq(area)
                .or(appointments::area.like(format!("{area}.%"))),
        )
        .filter(appointments::valid_from.le(now))
        .filter(
            appointments::valid_until
                .is_null()
                .or(appointments::valid_until.gt(now)),
        )
        .filter(accounts::disabled_at.is_null())
        .order((accounts::name, accounts::id, appointments::id))
        .select((
            accounts::id,
            accounts::name,
            appointments::area,
            appointments::position,
            appointments::section,
        ))
        .load(conn)?)
}

/// Places that one person is appointed to now.
pub(in crate::assignment) fn places_of(
    conn: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<(AreaCode, Position)>, Error> {
    Ok(appointments::table
        .inner_join(accounts::table)
        .filter(appointments::account_id.eq(account))
        .filter(appointments::valid_from.le(now))
        .filter(
            appointments::valid_until
                .is_null()
                .or(appointments::valid_until.gt(now)),
        )
        .filter(accounts::disabled_at.is_null())
        .select((appointments::area, appointments::position))
        .load(conn)?)
}

/// What lies on a desk.
#[derive(Debug, Queryable)]
pub(in crate::assignment) struct DeskRow {
    pub holder: Option<Uuid>,
    pub items: i64,
    pub minutes: Option<i64>,
}

/// Requests on the desk of each of them.
pub(in crate::assignment) fn desks(conn: &mut PgConnection, accounts: &[Uuid]) -> Result<Vec<DeskRow>, Error> {
    Ok(requests::table
        .filter(requests::holder.eq_any(accounts))
        .filter(requests::state.eq(ON_THE_DESK))
        .group_by(requests::holder)
        .select((requests::holder, count_star(), sum(requests::effort_minutes)))
        .load(conn)?)
}

/// Days of leave.
#[derive(Debug, Clone, Queryable)]
pub(in crate::assignment) struct AbsenceRow {
    pub id: Uuid,
    pub account: Uuid,
    pub from: NaiveDate,
    pub until: NaiveDate,
}

/// Leave that has not ended before `today`, by its first day.
pub(in crate::assignment) fn absences_of(
    conn: &mut PgConnection,
    accounts: &[Uuid],
    today: NaiveDate,
) -> Result<Vec<AbsenceRow>, Error> {
    Ok(absences::table
        .filter(absences::account_id.eq_any(accounts))
        .filter(absences::until_date.ge(today))
        .order((absences::from_date, absences::id))
        .select((
            absences::id,
            absences::account_id,
            absences::from_date,
            absences::until_date,
        ))
        .load(conn)?)
}

pub(in crate::assignment) fn insert_absence(
    conn: &mut PgConnection,
    absence: &AbsenceRow,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::insert_into(absences::table)
        .values((
            absences::id.eq(absence.id),
            absences::account_id.eq(absence.account),
            absences::from_date.eq(absence.from),
            absences::until_date.eq(absence.until),
            absences::created_at.eq(now),
            absences::created_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}

/// Removes one of a person's absences; says whether it was there.
pub(in crate::assignment) fn delete_absence(conn: &mut PgConnection, account: Uuid, id: Uuid) -> Result<bool, Error> {
    let gone = diesel::delete(absences::table.find(id).filter(absences::account_id.eq(account))).execute(conn)?;
    Ok(gone > 0)
}
