//! The audit as pengawas reads it: who did or opened what, by ids only. Newest first.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{self, TrailFilter};
use crate::accounts::{Actor, Position};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::platform::pagination::{Page, PageRequest};
use crate::platform::time::{LocalTime, parse_date};

/// Longest name of a chain or subject that is looked for.
const LONGEST: usize = 200;

/// Sort key of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, i64)", into = "(i64, i64)")]
pub struct TrailKey {
    pub at: DateTime<Utc>,
    pub id: i64,
}

impl From<(i64, i64)> for TrailKey {
    /// A made-up moment that no calendar has begins at the oldest entry there can be.
    fn from((micros, id): (i64, i64)) -> Self {
        /// The year 2300, in microseconds: what Postgres surely holds.
        const LATEST: i64 = 10_413_792_000_000_000;
        let at = DateTime::from_timestamp_micros(micros.clamp(0, LATEST)).unwrap_or_default();
        Self { at, id }
    }
}

impl From<TrailKey> for (i64, i64) {
    fn from(key: TrailKey) -> Self {
        (key.at.timestamp_micros(), key.id)
    }
}

/// What the audit holds of one act or one view.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrailEntry {
    /// What the chain is about.
    #[schema(example = "request:0199f2c4-7a10-7000-8000-000000000001")]
    pub chain: String,
    /// Place in the chain, from 1.
    #[schema(example = 3)]
    pub seq: i32,
    pub at: LocalTime,
    /// Account that acted; null for the system.
    pub actor: Option<Uuid>,
    #[schema(example = "attachment_viewed")]
    pub action: String,
    /// To what.
    #[schema(example = "attachment:0199f2c4-7a10-7000-8000-000000000002")]
    pub subject: String,
    /// Ids, codes and hashes only.
    #[schema(value_type = Object)]
    pub data: Value,
    /// SHA-256 in hexadecimal.
    pub hash: String,
}

/// A daily anchor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnchorView {
    /// Place in the chain of anchors, from 1.
    #[schema(example = 1)]
    pub seq: i32,
    /// The last day that had ended when it was made.
    pub day: NaiveDate,
    pub at: LocalTime,
    /// How many chains had changed since the anchor before.
    #[schema(example = 120)]
    pub heads: i32,
    /// SHA-256 in hexadecimal; keep it elsewhere, and nobody can rewrite what it holds.
    pub hash: String,
}

/// What is asked for, as it came; empty counts as absent.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TrailQuery {
    pub chain: Option<String>,
    pub subject: Option<String>,
    /// YYYY-MM-DD in the cell's zone.
    pub day: Option<String>,
    pub cursor: Option<String>,
    pub limit: Option<String>,
}

/// Where the actor is pengawas.
///
/// # Errors
/// 403 `not_allowed`.
fn areas(actor: &Actor) -> Result<Vec<AreaCode>, Error> {
    let held = actor
        .appointments
        .iter()
        .filter(|held| held.position == Position::Pengawas);
    let areas: Vec<AreaCode> = held.map(|held| held.area.clone()).collect();
    if areas.is_empty() {
        return Err(Error::Forbidden { code: "not_allowed" });
    }
    Ok(areas)
}

/// A page of the audit.
///
/// # Errors
/// 403 `not_allowed` for who is not pengawas; 422 for a day that is none.
pub fn entries(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    query: &TrailQuery,
    page: &PageRequest<TrailKey>,
) -> Result<Page<TrailEntry>, Error> {
    let areas = areas(actor)?;
    let filter = TrailFilter {
        chain: word("chain", query.chain.as_deref())?,
        subject: word("subject", query.subject.as_deref())?,
        between: day(query.day.as_deref(), ctx.config.zone)?,
    };
    let rows = store::trail(conn, &areas, &filter, page.after, page.rows_to_read())?;
    let key = |row: &store::TrailRow| TrailKey { at: row.at, id: row.id };
    Ok(page.page(rows, key)?.map(|row| TrailEntry {
        chain: row.chain,
        seq: row.seq,
        at: LocalTime::new(row.at, ctx.config.zone),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        data: row.data,
        hash: hex::encode(row.hash),
    }))
}

/// A page of the anchors, newest first.
///
/// # Errors
/// 403 `not_allowed` for who is not pengawas.
pub fn anchors(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    page: &PageRequest<i32>,
) -> Result<Page<AnchorView>, Error> {
    areas(actor)?;
    let rows = store::newest_anchors(conn, page.after, page.rows_to_read())?;
    Ok(page.page(rows, |row| row.seq)?.map(|row| AnchorView {
        seq: row.seq,
        day: row.day,
        at: LocalTime::new(row.at, ctx.config.zone),
        heads: row.heads,
        hash: hex::encode(row.hash),
    }))
}

fn word(field: &'static str, text: Option<&str>) -> Result<Option<String>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.len() > LONGEST || text.contains('\0') {
        return Err(Error::field(
            field,
            "invalid",
            "Isi dengan nama rantai, misalnya request:ID.",
        ));
    }
    Ok(Some(text.to_owned()))
}

/// When a day begins and ends.
type Moments = (DateTime<Utc>, DateTime<Utc>);

/// The moments of a day in the cell's zone.
fn day(text: Option<&str>, zone: Tz) -> Result<Option<Moments>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let begin = |date: NaiveDate| {
        let midnight = date.and_time(NaiveTime::MIN).and_local_timezone(zone).earliest()?;
        Some(midnight.with_timezone(&Utc))
    };
    let year = |date: &NaiveDate| ("2000".."2200").contains(&&*date.format("%Y").to_string());
    let moments = parse_date(text)
        .filter(year)
        .and_then(|date| begin(date).zip(begin(date.checked_add_days(Days::new(1))?)));
    match moments {
        Some(moments) => Ok(Some(moments)),
        None => Err(Error::field(
            "day",
            "invalid",
            "Isi dengan tanggal, misalnya 2026-11-24.",
        )),
    }
}
