//! Rows of the room.

pub mod chains;
pub mod drafts;
pub mod messages;
pub(super) mod submission;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::route::{Kepling, StepName};
use super::stage::State;
use crate::accounts::{KasiSection, Position, RequestFacts};
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::{request_attachments as ra, request_contents as rc, requests as t};
use crate::services::Relation;

/// Where a request stands.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = t, treat_none_as_null = true)]
pub struct Request {
    pub id: Uuid,
    pub tracking_code: String,
    pub service_code: String,
    pub service_version: i32,
    pub area: AreaCode,
    pub lingkungan: AreaCode,
    pub kecamatan: AreaCode,
    pub submitter: Uuid,
    pub applicant_account: Option<Uuid>,
    pub applicant_hash: Vec<u8>,
    pub applicant_name: String,
    pub state: State,
    pub kepling: Kepling,
    pub step: Option<i16>,
    pub step_name: Option<StepName>,
    pub step_position: Option<Position>,
    pub step_area: Option<AreaCode>,
    pub step_section: Option<KasiSection>,
    pub step_due_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub target_minutes: i32,
    pub effort_minutes: i32,
    pub holder: Option<Uuid>,
    pub lease_until: Option<DateTime<Utc>>,
    pub reached_kecamatan: bool,
    pub calendar_version: i32,
    pub submitted_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub event_seq: i32,
    pub event_head: Vec<u8>,
    pub version: i32,
}

impl Request {
    /// What the policy must know.
    #[must_use]
    pub fn facts(&self) -> RequestFacts {
        RequestFacts {
            submitter: self.submitter,
            applicant_account: self.applicant_account,
            applicant_hash: Some(self.applicant_hash.clone()),
            area: self.area.clone(),
            lingkungan: Some(self.lingkungan.clone()),
            kecamatan: self.kecamatan.clone(),
            reached_kecamatan: self.reached_kecamatan,
        }
    }

    /// Whether somebody else has it open now.
    #[must_use]
    pub fn is_held_by_other(&self, account: Uuid, now: DateTime<Utc>) -> bool {
        self.holder.is_some_and(|holder| holder != account) && self.lease_until.is_some_and(|until| until > now)
    }
}

/// What the resident wrote; identifiers sealed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rc)]
pub struct Contents {
    pub request_id: Uuid,
    pub relation: Option<Relation>,
    pub applicant: Value,
    pub fields: Value,
}

/// Reads a request for changing it: nobody else can until the transaction ends.
///
/// # Errors
/// What the database says; `NotFound`.
pub fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Request, Error> {
    Ok(t::table
        .find(id)
        .select(Request::as_select())
        .for_update()
        .first(conn)?)
}

/// # Errors
/// What the database says; `NotFound`.
pub fn get(conn: &mut PgConnection, id: Uuid) -> Result<Request, Error> {
    Ok(t::table.find(id).select(Request::as_select()).first(conn)?)
}

/// Every request with the moment of handing in: the demo finds its past again.
///
/// # Errors
/// What the database says.
pub fn submitted(conn: &mut PgConnection) -> Result<Vec<(Uuid, DateTime<Utc>)>, Error> {
    Ok(t::table.select((t::id, t::submitted_at)).load(conn)?)
}

/// Requests by id, in no order; those that are not there are left out.
///
/// # Errors
/// What the database says.
pub fn those(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Request>, Error> {
    Ok(t::table
        .filter(t::id.eq_any(ids))
        .select(Request::as_select())
        .load(conn)?)
}

/// # Errors
/// What the database says; `NotFound`.
pub fn by_tracking_code(conn: &mut PgConnection, code: &str) -> Result<Request, Error> {
    Ok(t::table
        .filter(t::tracking_code.eq(code))
        .select(Request::as_select())
        .first(conn)?)
}

/// # Errors
/// What the database says; `NotFound`.
pub fn contents(conn: &mut PgConnection, id: Uuid) -> Result<Contents, Error> {
    Ok(rc::table.find(id).select(Contents::as_select()).first(conn)?)
}

/// # Errors
/// What the database says.
pub fn replace_contents(conn: &mut PgConnection, contents: &Contents) -> Result<(), Error> {
    diesel::update(rc::table.find(contents.request_id))
        .set((rc::applicant.eq(&contents.applicant), rc::fields.eq(&contents.fields)))
        .execute(conn)?;
    Ok(())
}

/// Writes the new stand of a request that was read with version `before`.
///
/// # Errors
/// `Stale` when somebody else changed it meanwhile.
pub fn update(conn: &mut PgConnection, request: &Request, before: i32) -> Result<(), Error> {
    let changed = diesel::update(t::table.filter(t::id.eq(request.id)).filter(t::version.eq(before)))
        .set(request)
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Gives the holder (again) a lease.
///
/// # Errors
/// What the database says.
pub fn lease(conn: &mut PgConnection, id: Uuid, holder: Uuid, until: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(t::table.find(id))
        .set((t::holder.eq(holder), t::lease_until.eq(until)))
        .execute(conn)?;
    Ok(())
}

/// A scan of a request.
#[derive(Debug, Clone, Queryable)]
pub struct Attached {
    pub id: Uuid,
    pub kind: String,
    pub media_type: String,
    pub bytes: i64,
    pub sha256: Vec<u8>,
}

/// Scans that a request carries now, by kind and page.
///
/// # Errors
/// What the database says.
pub fn attached(conn: &mut PgConnection, request_id: Uuid) -> Result<Vec<Attached>, Error> {
    use crate::schema::attachments as a;
    Ok(ra::table
        .inner_join(a::table)
        .filter(ra::request_id.eq(request_id))
        .filter(ra::replaced_at.is_null())
        .order((ra::kind, ra::place))
        .select((a::id, ra::kind, a::media_type, a::bytes, a::sha256))
        .load(conn)?)
}

/// Which of these uploads belong to `owner` and serve no request yet.
///
/// # Errors
/// What the database says.
pub fn free_attachments(conn: &mut PgConnection, ids: &[Uuid], owner: Uuid) -> Result<Vec<Uuid>, Error> {
    use crate::schema::attachments as a;
    Ok(a::table
        .left_join(ra::table)
        .filter(a::id.eq_any(ids))
        .filter(a::owner.eq(owner))
        .filter(ra::request_id.nullable().is_null())
        .select(a::id)
        .load(conn)?)
}

/// Hangs uploads onto a request.
///
/// # Errors
/// What the database says; a second use of an upload breaks its unique key.
pub fn attach(conn: &mut PgConnection, request_id: Uuid, files: &[(String, Uuid)]) -> Result<(), Error> {
    let rows: Vec<_> = (0_i16..)
        .zip(files)
        .map(|(place, (kind, id))| {
            (
                ra::request_id.eq(request_id),
                ra::attachment_id.eq(id),
                ra::kind.eq(kind),
                ra::place.eq(place),
            )
        })
        .collect();
    diesel::insert_into(ra::table).values(rows).execute(conn)?;
    Ok(())
}

/// Puts these scans out of use, because others take their place.
///
/// # Errors
/// What the database says.
pub fn retire_attachments(
    conn: &mut PgConnection,
    request_id: Uuid,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::update(
        ra::table
            .filter(ra::request_id.eq(request_id))
            .filter(ra::attachment_id.eq_any(ids)),
    )
    .set(ra::replaced_at.eq(now))
    .execute(conn)?;
    Ok(())
}
