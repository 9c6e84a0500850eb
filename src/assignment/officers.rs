//! Who works where, how full their desks are, and when they are away: for themselves and their superiors.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::officers::{self as store, AbsenceRow, OfficerRow};
use super::superior::is_superior;
use crate::accounts::{Actor, Position};
use crate::app::Ctx;
use crate::audit;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::time::parse_date;

/// An officer as the superior sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfficerView {
    pub id: Uuid,
    pub name: String,
    pub positions: Vec<PositionView>,
    /// Requests on the desk.
    pub open_items: i64,
    /// Minutes of attention that these are expected to take.
    pub open_minutes: i64,
    pub absent_today: bool,
    /// Leave that has not ended.
    pub absences: Vec<AbsenceView>,
}

/// A position held now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PositionView {
    pub position: Position,
    /// Lingkungan of a kepling, else kelurahan or kecamatan.
    #[schema(value_type = String)]
    pub area: crate::areas::AreaCode,
    /// Of a kasi.
    pub section: Option<crate::accounts::KasiSection>,
}

/// Days on which an officer gets no work, both inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AbsenceView {
    pub id: Uuid,
    pub from: NaiveDate,
    pub until: NaiveDate,
}

/// Days of leave as they come in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewAbsence {
    /// First day, YYYY-MM-DD.
    #[schema(format = Date)]
    pub from: String,
    /// Last day, inclusive; not before today.
    #[schema(format = Date)]
    pub until: String,
}

impl From<AbsenceRow> for AbsenceView {
    fn from(row: AbsenceRow) -> Self {
        Self {
            id: row.id,
            from: row.from,
            until: row.until,
        }
    }
}

/// The caller and everybody whose superior they are, by name.
///
/// # Errors
/// 403 `not_allowed` for who holds no position.
pub fn list(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<Vec<OfficerView>, Error> {
    if !actor.is_staff() {
        return Err(Error::Forbidden { code: "not_allowed" });
    }
    let mut officers: Vec<OfficerView> = Vec::new();
    for held in &actor.appointments {
        for row in store::officers_in(conn, &held.area, ctx.now)? {
            if row.account == actor.account_id || is_superior(actor, &row.area, row.position) {
                note(&mut officers, row);
            }
        }
    }
    officers.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let ids: Vec<Uuid> = officers.iter().map(|officer| officer.id).collect();
    let (desks, today) = (store::desks(conn, &ids)?, today(ctx));
    let leave = store::absences_of(conn, &ids, today)?;
    for officer in &mut officers {
        if let Some(desk) = desks.iter().find(|desk| desk.holder == Some(officer.id)) {
            (officer.open_items, officer.open_minutes) = (desk.items, desk.minutes.unwrap_or_default());
        }
        let own = leave.iter().filter(|absence| absence.account == officer.id);
        officer.absences = own.cloned().map(Into::into).collect();
        officer.absent_today = officer.absences.iter().any(|absence| absence.from <= today);
    }
    Ok(officers)
}

/// Adds an appointment to its officer; areas that lie in each other bring the same one twice.
fn note(officers: &mut Vec<OfficerView>, row: OfficerRow) {
    let position = PositionView {
        position: row.position,
        area: row.area,
        section: row.section,
    };
    match officers.iter_mut().find(|officer| officer.id == row.account) {
        Some(known) if known.positions.contains(&position) => {}
        Some(known) => known.positions.push(position),
        None => officers.push(OfficerView {
            id: row.account,
            name: row.name,
            positions: vec![position],
            open_items: 0,
            open_minutes: 0,
            absent_today: false,
            absences: Vec::new(),
        }),
    }
}

/// Leave of an officer that has not ended.
///
/// # Errors
/// 404 unless the caller is the officer or a superior.
pub fn absences(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    officer: Uuid,
) -> Result<Vec<AbsenceView>, Error> {
    check_may_manage(conn, ctx, actor, officer)?;
    let rows = store::absences_of(conn, &[officer], today(ctx))?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Notes leave. From then on no work is given for these days; what lies on the desk stays there.
///
/// # Errors
/// 404 unless the caller is the officer or a superior; 422 for dates that make no sense.
pub fn add_absence(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    officer: Uuid,
    new: &NewAbsence,
) -> Result<AbsenceView, Error> {
    check_may_manage(conn, ctx, actor, officer)?;
    let (from, until) = days(new, today(ctx)).map_err(Error::Invalid)?;
    let row = AbsenceRow {
        id: ctx.entropy.id(ctx.now),
        account: officer,
        from,
        until,
    };
    store::insert_absence(conn, &row, actor.account_id, ctx.now)?;
    record(
        conn,
        ctx,
        actor,
        "absence_added",
        &row.id,
        officer,
        json!({ "from": from, "until": until }),
    )?;
    Ok(row.into())
}

/// Takes leave back.
///
/// # Errors
/// 404 unless the caller is the officer or a superior, and for an absence that is not this officer's.
pub fn remove_absence(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    officer: Uuid,
    absence: Uuid,
) -> Result<(), Error> {
    check_may_manage(conn, ctx, actor, officer)?;
    if !store::delete_absence(conn, officer, absence)? {
        return Err(Error::NotFound);
    }
    record(conn, ctx, actor, "absence_removed", &absence, officer, json!({}))
}

fn record(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    action: &'static str,
    absence: &Uuid,
    officer: Uuid,
    data: serde_json::Value,
) -> Result<(), Error> {
    let entry = audit::Entry {
        chain: format!("account:{officer}"),
        actor: Some(actor.account_id),
        action,
        subject: format!("absence:{absence}"),
        data,
    };
    audit::record(conn, ctx, &entry)
}

/// The officer themselves or one above; anybody else does not learn that the officer exists.
fn check_may_manage(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, officer: Uuid) -> Result<(), Error> {
    let places = store::places_of(conn, officer, ctx.now)?;
    let is_self = officer == actor.account_id && !places.is_empty();
    let is_above = places
        .iter()
        .any(|(area, position)| is_superior(actor, area, *position));
    if is_self || is_above {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

fn days(new: &NewAbsence, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Vec<FieldError>> {
    let mut errors = Vec::new();
    let from = date("from", &new.from, &mut errors);
    let until = date("until", &new.until, &mut errors);
    match (from, until) {
        (Some(from), Some(until)) if until < from || until < today => {
            let message = "Hari terakhir tidak boleh mendahului hari pertama atau hari ini.";
            Err(vec![FieldError::new("until", "date_out_of_range", message)])
        }
        (Some(from), Some(until)) => Ok((from, until)),
        _ => Err(errors),
    }
}

fn date(field: &str, text: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let date = parse_date(text);
    if date.is_none() {
        let message = "Tanggal ditulis TTTT-BB-HH, misalnya 2026-11-24.";
        errors.push(FieldError::new(field, "date_invalid", message));
    }
    date
}

fn today(ctx: &Ctx<'_>) -> NaiveDate {
    ctx.now.with_timezone(&ctx.config.zone).date_naive()
}
