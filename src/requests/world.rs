//! What every operation on a request must know beside its row: the service version, the areas, the calendar.

use std::sync::Arc;

use diesel::PgConnection;

use super::route::{Kepling, Party, Route, RouteStep};
use super::store::Request;
use crate::accounts::{KasiSection, Position};
use crate::app::{Ctx, Reference};
use crate::areas::{AreaCode, AreaLevel, Areas};
use crate::calendar::Calendar;
use crate::platform::error::Error;
use crate::services::{Published, ServiceDefinition};

/// The surroundings of one request: shared values, cheap to clone.
#[derive(Debug, Clone)]
pub struct World {
    pub areas: Areas,
    pub calendar: Arc<Calendar>,
    pub service: Arc<Published>,
}

/// Where a step is worked at, as the queue has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub area: AreaCode,
    pub position: Position,
    pub section: Option<KasiSection>,
}

impl World {
    /// For a request that exists.
    ///
    /// # Errors
    /// What the database says.
    pub fn of(conn: &mut PgConnection, ctx: &Ctx<'_>, request: &Request) -> Result<Self, Error> {
        Self::in_reference(&*ctx.reference(conn)?, request)
    }

    /// The same from what was read of the database already.
    ///
    /// # Errors
    /// `NotFound` for a service version that was never published.
    pub fn in_reference(reference: &Reference, request: &Request) -> Result<Self, Error> {
        let service = reference.version(&request.service_code, request.service_version)?;
        Ok(Self::with(reference, service, &request.kecamatan))
    }

    /// For a service version in a kecamatan.
    #[must_use]
    pub fn with(reference: &Reference, service: Arc<Published>, kecamatan: &AreaCode) -> Self {
        Self {
            areas: reference.areas.clone(),
            calendar: reference.calendar(kecamatan.as_str()),
            service,
        }
    }

    #[must_use]
    pub fn definition(&self) -> &ServiceDefinition {
        &self.service.definition
    }

    /// The route of a request.
    ///
    /// # Errors
    /// `Internal` when the stored version is no route; the catalogue refuses such before it is published.
    pub fn route(&self, kepling: Kepling) -> Result<Route, Error> {
        Route::of(&self.service.definition.steps, kepling).map_err(Error::internal)
    }

    /// Where a step of a request in this lingkungan is worked at.
    #[must_use]
    pub fn place(&self, step: &RouteStep, lingkungan: &AreaCode) -> Place {
        let up = |code: &AreaCode| code.parent().unwrap_or_else(|| code.clone());
        let kelurahan = up(lingkungan);
        let area = match step.level {
            AreaLevel::Lingkungan => lingkungan.clone(),
            AreaLevel::Kelurahan => kelurahan,
            AreaLevel::Kecamatan | AreaLevel::Kabupaten => up(&kelurahan),
        };
        let section = (step.position == Position::Kasi).then_some(self.service.definition.kasi);
        Place {
            area,
            position: step.position,
            section,
        }
    }

    /// Whose time a step is.
    #[must_use]
    pub fn party(step: &RouteStep) -> Party {
        Party::of_level(step.level)
    }

    /// The number of the calendar that holds today; 0 before the first.
    #[must_use]
    pub fn calendar_version(&self, ctx: &Ctx<'_>) -> i32 {
        self.calendar
            .version_on(self.calendar.today(ctx.now))
            .map_or(0, |version| version.version)
    }
}
