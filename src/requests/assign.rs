//! A superior gives a step to another person by hand, or takes it away so that anybody of the desk may take it; who
//! holds it may give it back.

use diesel::PgConnection;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::act::stage_of;
use super::advance::{Change, advance};
use super::authority::is_objected_at;
use super::error::RequestError;
use super::events;
use super::lifecycle::{self, Facts};
use super::stage::Action;
use super::store::{self, Request};
use super::world::World;
use crate::accounts::Actor;
use crate::accounts::policy::{is_own, may_see};
use crate::app::Ctx;
use crate::assignment::{self, Colleague, Place, is_superior};
use crate::platform::field_error::FieldError;

/// `PUT /api/v1/requests/{id}/assignment`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewHolder {
    /// Who shall do the step: appointed there, at work today, and not in an own matter.
    #[schema(value_type = Uuid)]
    pub account: String,
    /// The version that was read; another one is refused with 412.
    #[serde(default)]
    pub version: Option<i32>,
}

/// Gives the step to somebody, or with `None` to nobody: then it waits to be taken. A lease does not stop it; whoever
/// has it open then finds their version stale.
///
/// # Errors
/// In the order of `RequestError`; `Invalid` at `account` for whoever cannot do the step, known or not.
pub fn assign(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
    to: Option<&str>,
    versions: [Option<i32>; 2],
) -> Result<Request, RequestError> {
    let mut request = store::lock(conn, id)?;
    if !may_see(actor, &request.facts()) {
        return Err(RequestError::NotFound);
    }
    if is_own(actor, &request.facts()) {
        return Err(RequestError::OwnRequest);
    }
    let gives_back = to.is_none() && request.holder == Some(actor.account_id);
    if !gives_back && !may_move(actor, &request) {
        return Err(RequestError::NotYourStep);
    }
    let world = World::of(conn, ctx, &request)?;
    let route = world.route(request.kepling)?;
    let transition = lifecycle::next(stage_of(&request)?, Action::Assign, &route, &Facts::default())?;
    if versions.into_iter().flatten().any(|version| version != request.version) {
        return Err(RequestError::Stale);
    }
    let to = to.map(|to| eligible(conn, ctx, &request, to)).transpose()?;
    if to == request.holder {
        return Ok(request);
    }
    let from = request.holder;
    request.holder = to;
    let change = Change {
        action: Action::Assign,
        transition,
        actor: Some(actor.account_id),
        note: None,
        reason_code: None,
        data: json!({ "from": from }),
    };
    if let Some(step) = request.step {
        assignment::moved(conn, ctx, (id, step), to, from, actor.account_id)?;
    }
    advance(conn, ctx, &world, &mut request, change)?;
    Ok(request)
}

/// Whether the actor stands above the desk where the request is. Where it is at none, any officer who sees it learns
/// that it is too late.
#[must_use]
pub fn may_move(actor: &Actor, request: &Request) -> bool {
    match (&request.step_area, request.step_position) {
        (Some(area), Some(position)) => is_superior(actor, area, position),
        _ => actor.is_staff(),
    }
}

/// Whom the step could be given to.
///
/// # Errors
/// What the database says.
pub fn candidates(conn: &mut PgConnection, ctx: &Ctx<'_>, request: &Request) -> Result<Vec<Colleague>, RequestError> {
    let (Some(area), Some(position)) = (&request.step_area, request.step_position) else {
        return Ok(Vec::new());
    };
    // What was objected to is decided above its desk, so nobody there may be given it.
    if is_objected_at(&events::of_request(conn, request.id)?, request.step) {
        return Ok(Vec::new());
    }
    let place = Place {
        area: area.to_string(),
        position,
        section: request.step_section,
    };
    let own: Vec<Uuid> = [Some(request.submitter), request.applicant_account]
        .into_iter()
        .flatten()
        .collect();
    Ok(assignment::colleagues(
        conn,
        ctx,
        &place,
        &own,
        &request.applicant_hash,
    )?)
}

fn eligible(conn: &mut PgConnection, ctx: &Ctx<'_>, request: &Request, to: &str) -> Result<Uuid, RequestError> {
    let known = candidates(conn, ctx, request)?.into_iter().map(|person| person.id);
    let wanted = to.parse().ok();
    known.into_iter().find(|id| Some(*id) == wanted).ok_or_else(|| {
        RequestError::Invalid(vec![FieldError::new(
            "account",
            "not_eligible",
            "Pilih pejabat yang bertugas pada langkah ini, sedang masuk kerja, dan bukan pemohonnya.",
        )])
    })
}
