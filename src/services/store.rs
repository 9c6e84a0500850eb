//! Published versions of the catalogue; a version is only ever added.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{ServiceDefinition, catalogue};
use crate::platform::error::Error;
use crate::schema::service_versions as t;

/// A service in the version that is in force.
#[derive(Debug, Clone)]
pub struct Published {
    pub version: i32,
    pub definition: ServiceDefinition,
}

/// The newest version of a service.
///
/// # Errors
/// What the database says; `NotFound` for an unknown code.
pub fn current(conn: &mut PgConnection, code: &str) -> Result<Published, Error> {
    let row = t::table
        .filter(t::code.eq(code))
        .order(t::version.desc())
        .select((t::version, t::definition))
        .first(conn)?;
    read(row)
}

/// Every version that was ever published with the code of its service, oldest first.
///
/// # Errors
/// As `current`.
pub fn versions(conn: &mut PgConnection) -> Result<Vec<(String, Published)>, Error> {
    let rows: Vec<(String, i32, serde_json::Value)> = t::table
        .order((t::code, t::version))
        .select((t::code, t::version, t::definition))
        .load(conn)?;
    rows.into_iter()
        .map(|(code, version, definition)| Ok((code, read((version, definition))?)))
        .collect()
}

/// The newest version of every service, in the order residents see.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut PgConnection) -> Result<Vec<Published>, Error> {
    let rows: Vec<(i32, serde_json::Value)> = t::table
        .distinct_on(t::code)
        .order((t::code, t::version.desc()))
        .select((t::version, t::definition))
        .load(conn)?;
    let mut services = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let place = |code: &str| {
        catalogue::ALL
            .iter()
            .position(|seed| seed.code == code)
            .unwrap_or(usize::MAX)
    };
    services.sort_by(|a, b| {
        let key = |published: &Published| (place(&published.definition.code), published.definition.code.clone());
        key(a).cmp(&key(b))
    });
    Ok(services)
}

/// Publishes the catalogue of the program as first versions; services that are there stay as they are.
///
/// # Errors
/// What the database says, or a damaged catalogue.
pub fn seed(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
    let known: HashSet<String> = t::table.select(t::code).distinct().load(conn)?.into_iter().collect();
    for seed in catalogue::ALL.iter().filter(|seed| !known.contains(seed.code)) {
        let definition = seed.definition().map_err(Error::internal)?;
        diesel::insert_into(t::table)
            .values((
                t::code.eq(seed.code),
                t::version.eq(1),
                t::definition.eq(serde_json::to_value(&definition).map_err(Error::internal)?),
                t::published_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
    }
    Ok(())
}

fn read((version, definition): (i32, serde_json::Value)) -> Result<Published, Error> {
    let definition = serde_json::from_value(definition).map_err(Error::internal)?;
    Ok(Published { version, definition })
}
