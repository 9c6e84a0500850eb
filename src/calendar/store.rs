//! Published calendars in the database; a version is only ever added.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use uuid::Uuid;

use super::{Calendar, CalendarVersion};
use crate::platform::error::Error;
use crate::schema::calendar_versions as t;

/// The calendar of a kecamatan, all versions.
///
/// # Errors
/// What the database says, or a stored version that cannot be read.
pub fn load(conn: &mut PgConnection, zone: Tz, kecamatan: &str) -> Result<Calendar, Error> {
    let stored: Vec<serde_json::Value> = t::table
        .filter(t::kecamatan.eq(kecamatan))
        .order(t::version)
        .select(t::definition)
        .load(conn)?;
    let versions = stored
        .into_iter()
        .map(serde_json::from_value)
        .collect::<Result<_, _>>()
        .map_err(Error::internal)?;
    Ok(Calendar { zone, versions })
}

/// Every calendar of the cell by its kecamatan.
///
/// # Errors
/// As `load`.
pub fn load_all(conn: &mut PgConnection, zone: Tz) -> Result<Vec<(String, Calendar)>, Error> {
    let stored: Vec<(String, serde_json::Value)> = t::table
        .order((t::kecamatan, t::version))
        .select((t::kecamatan, t::definition))
        .load(conn)?;
    let mut calendars: Vec<(String, Calendar)> = Vec::new();
    for (kecamatan, definition) in stored {
        let version = serde_json::from_value(definition).map_err(Error::internal)?;
        match calendars.last_mut().filter(|(last, _)| *last == kecamatan) {
            Some((_, calendar)) => calendar.versions.push(version),
            None => calendars.push((
                kecamatan,
                Calendar {
                    zone,
                    versions: vec![version],
                },
            )),
        }
    }
    Ok(calendars)
}

/// Adds a version; with a number that exists nothing happens.
///
/// # Errors
/// What the database says.
pub fn publish(
    conn: &mut PgConnection,
    kecamatan: &str,
    version: &CalendarVersion,
    by: Option<Uuid>,
) -> Result<(), Error> {
    diesel::insert_into(t::table)
        .values((
            t::kecamatan.eq(kecamatan),
            t::version.eq(version.version),
            t::published_at.eq(version.published_at),
            t::published_by.eq(by),
            t::definition.eq(serde_json::to_value(version).map_err(Error::internal)?),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Gives a kecamatan without a calendar the default hours and the national holidays, as if published on the first
/// day of 2023, so that every day the program can meet has a version.
///
/// # Errors
/// What the database says.
pub fn seed(conn: &mut PgConnection, kecamatan: &str) -> Result<(), Error> {
    let begins = DateTime::<Utc>::from_timestamp(1_672_444_800, 0).unwrap_or_default(); // 2022-12-31 00:00 UTC
    let version = CalendarVersion::initial(begins, begins.date_naive()).map_err(Error::internal)?;
    publish(conn, kecamatan, &version, None)
}
