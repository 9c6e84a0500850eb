//! Figures for those who lead: read-only, over views that other rooms define; imported by nobody.

pub mod api;
mod csv_file;
pub mod pages;
mod period;
mod query;
mod scope;
mod store;
mod words;

pub use query::{GroupBy, RawQuery, ReportQuery};
pub use scope::Scope;

use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::Actor;
use crate::app::Ctx;
use crate::areas::{AreaCode, Areas};
use crate::platform::error::Error;

/// How well the promised times were kept in a period.
///
/// received = submitted in it; finished = issued or rejected in it; on_time = within the promised working minutes.
/// Cancelled and expired requests are in neither; a later revocation changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ServiceLevels {
    /// First day, in the time zone of the cell.
    pub from: chrono::NaiveDate,
    /// Last day, inclusive.
    pub to: chrono::NaiveDate,
    /// One for each group in which anything happened.
    pub rows: Vec<ServiceLevelRow>,
    /// All of it: the sum of the rows, with percentiles of its own.
    pub total: ServiceLevel,
}

/// A group under the names of its keys, with its figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Serialize, ToSchema)]
pub struct GroupKey {
    /// Code of the kelurahan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Code of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// YYYY-MM: the month of submission for received, of finishing for the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    /// YYYY-MM-DD, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
}

/// One row of the report.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ServiceLevelRow {
    #[serde(flatten)]
    pub key: GroupKey,
    #[serde(flatten)]
    pub figures: ServiceLevel,
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ServiceLevel {
    pub received: i64,
    pub finished: i64,
    pub on_time: i64,
    /// on_time / finished; null when nothing was finished.
    pub on_time_share: Option<f64>,
    /// Working minutes with kelurahan and kecamatan, of what was finished.
    pub office_minutes: Percentiles,
    /// Working minutes with the resident, of what was finished.
    pub resident_minutes: Percentiles,
}

/// Whole working minutes; null when nothing was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Percentiles {
    pub p50: Option<i64>,
    pub p90: Option<i64>,
}

/// The service levels of what the caller may see, with what was asked once it is read.
///
/// # Errors
/// 403 `not_allowed` for everybody but lurah, sekcam and camat; 404 for an area that is not theirs; 422 for dates and
/// groups that make no sense, and `range_too_long`.
pub fn service_levels(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    raw: &RawQuery,
) -> Result<(ServiceLevels, ReportQuery), Error> {
    let mut scope = Scope::of(actor)?;
    if let Some(area) = raw.area.as_deref().and_then(|code| AreaCode::parse(code).ok()) {
        Areas::load(conn)?.get(&area).ok_or(Error::NotFound)?;
        scope = scope.narrowed_to(&area).ok_or(Error::NotFound)?;
    }
    let query = ReportQuery::parse(raw, ctx.now.with_timezone(&ctx.config.zone).date_naive())?;
    let report = store::service_levels(conn, ctx.config.zone, &scope, &query)?;
    Ok((report, query))
}
