//! Where a request is, by its code alone: no login, no personal data.

use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::RequestError;
use super::route::Party;
use super::stage::{Stage, State};
use super::store;
use super::tracking_code::TrackingCode;
use super::view::{self, Predicted, StepView};
use super::world::World;
use crate::accounts::Position;
use crate::app::Ctx;
use crate::areas::{AreaCode, AreaLevel, Areas};
use crate::platform::time::LocalTime;

/// What anyone who has the code may know.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Tracked {
    pub tracking_code: String,
    pub service_name: String,
    pub status: State,
    pub status_label: String,
    pub step: Option<StepView>,
    pub due_at: Option<LocalTime>,
    pub predicted: Option<Predicted>,
    /// Who must act, in plain words; null once it has ended.
    pub who: Option<String>,
}

/// # Errors
/// `NotFound` for any code that is wrong, one way or the other.
pub fn track(conn: &mut PgConnection, ctx: &Ctx<'_>, code: &str) -> Result<Tracked, RequestError> {
    let code: TrackingCode = code.parse().map_err(|_| RequestError::NotFound)?;
    let request = store::by_tracking_code(conn, code.as_str())?;
    let world = World::of(conn, ctx, &request)?;
    let view = view::summary(ctx, &world, &request);
    let who = match (request.state, &view.step) {
        (State::Returned, _) => Some(super::messages::party(Party::Resident).to_owned()),
        (_, Some(step)) => Some(desk(&world.areas, step.position, &step.area)),
        _ => None,
    };
    let is_open = Stage::of(request.state, request.step).is_some_and(Stage::is_open);
    Ok(Tracked {
        tracking_code: view.tracking_code,
        service_name: view.service_name,
        status: view.status,
        status_label: view.status_label,
        due_at: view.due_at.filter(|_| is_open),
        step: view.step,
        predicted: view.predicted,
        who,
    })
}

/// Where a request waits, in words: `Kepala Lingkungan II, Kelurahan Mutiara`, `Lurah Mutiara`.
#[must_use]
pub fn desk(areas: &Areas, position: Position, area: &AreaCode) -> String {
    let name = areas.name(area);
    match (area.level(), position) {
        (AreaLevel::Lingkungan, _) => {
            let kelurahan = area.parent().map(|code| areas.name(&code)).unwrap_or_default();
            format!("Kepala {name}, Kelurahan {kelurahan}")
        }
        (_, Position::Lurah | Position::Camat) => format!("{} {name}", position.label()),
        (AreaLevel::Kelurahan, _) => format!("{}, Kelurahan {name}", position.label()),
        _ => format!("{}, Kecamatan {name}", position.label()),
    }
}
