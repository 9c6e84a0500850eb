//! The areas of the cell in the database.

use std::sync::Arc;

use diesel::prelude::*;

use super::{AreaCode, AreaLevel, SeedError, seed};
use crate::platform::error::Error;
use crate::schema::{areas as t, offices};

/// An area as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Area {
    pub code: AreaCode,
    pub name: String,
    pub level: AreaLevel,
    pub unit_code: Option<String>,
    pub postal_code: Option<String>,
}

/// All areas of the cell; a few hundred rows at most. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Areas(Arc<[Area]>);

impl Areas {
    /// # Errors
    /// What the database says.
    pub fn load(conn: &mut PgConnection) -> Result<Self, Error> {
        let areas: Vec<Area> = t::table.order(t::code).select(Area::as_select()).load(conn)?;
        Ok(Self(areas.into()))
    }

    /// The areas that a new cell begins with, without a database.
    #[cfg(test)]
    pub(crate) fn from_seed(seed: &[super::SeedArea]) -> Self {
        let area = |seed: &super::SeedArea| Area {
            code: seed.code.clone(),
            name: seed.name.clone(),
            level: seed.level,
            unit_code: seed.unit_code.clone(),
            postal_code: seed.postal_code.clone(),
        };
        let mut areas: Vec<Area> = seed.iter().map(area).collect();
        areas.sort_by(|a, b| a.code.cmp(&b.code));
        Self(areas.into())
    }

    #[must_use]
    pub fn get(&self, code: &AreaCode) -> Option<&Area> {
        self.0
            .binary_search_by(|area| area.code.cmp(code))
            .ok()
            .and_then(|at| self.0.get(at))
    }

    /// The name, or the code of an area that is not there.
    #[must_use]
    pub fn name(&self, code: &AreaCode) -> String {
        self.get(code)
            .map_or_else(|| code.to_string(), |area| area.name.clone())
    }

    /// Whether the area issues letters in this cell, or lies in one that does.
    #[must_use]
    pub fn serves(&self, code: &AreaCode) -> bool {
        self.get(code).is_some_and(|area| {
            area.unit_code.is_some()
                || (area.level == AreaLevel::Lingkungan
                    && area
                        .code
                        .parent()
                        .and_then(|parent| self.get(&parent))
                        .is_some_and(|p| p.unit_code.is_some()))
        })
    }

    /// Kelurahan that take requests, in the order of their codes.
    pub fn kelurahan(&self) -> impl Iterator<Item = &Area> {
        self.0
            .iter()
            .filter(|area| area.level == AreaLevel::Kelurahan && area.unit_code.is_some())
    }

    /// Lingkungan of a kelurahan.
    pub fn below(&self, code: &AreaCode) -> impl Iterator<Item = &Area> {
        let code = code.clone();
        self.0
            .iter()
            .filter(move |area| area.code.parent().as_ref() == Some(&code))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Area> {
        self.0.iter()
    }
}

/// The name of one area, where loading them all would be too much.
///
/// # Errors
/// What the database says; `NotFound` for an area that is not there.
pub fn name(conn: &mut PgConnection, code: &AreaCode) -> Result<String, Error> {
    Ok(t::table.find(code).select(t::name).first(conn)?)
}

/// Puts the areas of Kabupaten Asahan and their offices into a cell that has none.
///
/// # Errors
/// What the database says, or `SeedError` for a damaged list.
pub fn seed_areas(conn: &mut PgConnection) -> Result<(), Error> {
    let areas = seed().map_err(|error: SeedError| Error::internal(error))?;
    for area in &areas {
        diesel::insert_into(t::table)
            .values((
                t::code.eq(&area.code),
                t::name.eq(&area.name),
                t::level.eq(area.level),
                t::parent.eq(&area.parent),
                t::unit_code.eq(&area.unit_code),
                t::postal_code.eq(&area.postal_code),
                t::population.eq(area.population_2020),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
        if area.unit_code.is_some() {
            let postal = area
                .postal_code
                .as_deref()
                .map(|code| format!(", Kode Pos {code}"))
                .unwrap_or_default();
            diesel::insert_into(offices::table)
                .values((
                    offices::area.eq(&area.code),
                    offices::address.eq(format!("Kisaran, Kabupaten Asahan{postal}")),
                ))
                .on_conflict_do_nothing()
                .execute(conn)?;
        }
    }
    Ok(())
}

/// What the letterhead says of an office.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = offices)]
pub struct Office {
    pub area: AreaCode,
    pub address: String,
    pub phone: String,
    pub email: String,
}

/// The office of an area that issues letters.
///
/// # Errors
/// What the database says; `NotFound` for an area without an office.
pub fn office(conn: &mut PgConnection, area: &AreaCode) -> Result<Office, Error> {
    Ok(offices::table.find(area).select(Office::as_select()).first(conn)?)
}
