//! Everything that moves a submitted request. The order of refusals is design section 14's.

use diesel::PgConnection;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::advance::{Change, advance};
use super::amend;
use super::error::RequestError;
use super::events::{self, Event};
use super::issue;
use super::lifecycle::{self, Facts, Who, who};
use super::refusal::Refusal;
use super::route::Route;
use super::stage::{Action, Stage, State};
use super::store::{self, Request};
use super::world::World;
use crate::accounts::policy::{holds_step, is_own, is_party, may_see};
use crate::accounts::{Actor, Position, second_factor_fresh};
use crate::app::Ctx;
use crate::assignment;
use crate::letters;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::services::fields::Origin;

/// Longest free text.
const NOTE_MAX: usize = 1_000;

/// `POST /api/v1/requests/{id}/actions`.
#[derive(Clone, Deserialize, ToSchema)]
pub struct NewAction {
    /// `endorse`, `verify`, `initial`, `sign`, `return`, `resubmit`, `reject`, `cancel`, `revoke`.
    pub action: String,
    /// Free text, as the reason of a return.
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub reason_code: Option<String>,
    /// Answers that change: merged by key, null clears.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub applicant: Value,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: Value,
    /// Replaces the uploads of the kinds named.
    #[serde(default)]
    #[schema(value_type = Vec<super::submit::AttachmentRef>)]
    pub attachments: Value,
    /// The version that was read; another one is refused with 412.
    #[serde(default)]
    pub version: Option<i32>,
    /// The same from the `If-Match` header.
    #[serde(skip)]
    pub if_match: Option<i32>,
}

/// Actions that people may ask for so far; the others come with the issue that opens their flow.
pub const OPEN: &[Action] = &[
    Action::Endorse,
    Action::Verify,
    Action::Initial,
    Action::Sign,
    Action::Return,
    Action::Resubmit,
    Action::Reject,
    Action::Cancel,
    Action::Revoke,
];

/// Applies one action.
///
/// # Errors
/// In the order of `RequestError`.
pub fn act(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
    wanted: &NewAction,
    origin: Origin,
) -> Result<Request, RequestError> {
    let mut request = store::lock(conn, id)?;
    if !may_see(actor, &request.facts()) {
        return Err(RequestError::NotFound);
    }
    let action: Action = wanted.action.parse().map_err(|_| unknown_action())?;
    let stage = stage_of(&request)?;
    let world = World::of(conn, ctx, &request)?;
    let route = world.route(request.kepling)?;
    authorise(actor, &world, &request, &route, action, stage)?;
    if !OPEN.contains(&action) {
        return Err(unknown_action());
    }
    let history = events::of_request(conn, id)?;
    let mut facts = facts(conn, &request, wanted, &history)?;
    refuse_conflicts(stage, action, &route, &facts)?;
    if who(action, stage) == Who::StepHolder && request.is_held_by_other(actor.account_id, ctx.now) {
        return Err(RequestError::HeldByOther);
    }
    if [wanted.version, wanted.if_match]
        .into_iter()
        .flatten()
        .any(|version| version != request.version)
    {
        return Err(RequestError::Stale);
    }
    let note = note(wanted)?;
    let mut data = json!({});
    let mut route = route;
    if who(action, stage) == Who::StepHolder && request.holder != Some(actor.account_id) {
        data = json!({ "taken_from": request.holder });
        if let Some(step) = request.step {
            assignment::took_over(conn, ctx, id, step, actor.account_id, request.holder)?;
        }
    }
    if action == Action::Resubmit {
        let amended = amend::amend(conn, ctx, &world, &mut request, actor, wanted, origin)?;
        facts.data_changed = amended.letter_changed;
        data = amended.event_data;
        route = world.route(request.kepling)?;
    }
    let transition = lifecycle::next(stage, action, &route, &facts)?;
    if matches!(action, Action::Sign | Action::Revoke) && !second_factor_fresh(actor, ctx.now) {
        return Err(RequestError::SecondFactor);
    }
    let change = Change {
        action,
        transition,
        actor: Some(actor.account_id),
        note: note.as_deref(),
        reason_code: wanted.reason_code.as_deref(),
        data,
    };
    advance(conn, ctx, &world, &mut request, change)?;
    match action {
        Action::Sign => issue::begin(conn, ctx, &world, &request, actor)?,
        Action::Revoke => {
            let reason = wanted
                .reason_code
                .as_deref()
                .filter(|code| !code.is_empty())
                .unwrap_or("revoked");
            letters::revoke(conn, ctx, id, reason).map_err(Error::from)?;
        }
        _ => {}
    }
    Ok(request)
}

/// The stage of a row.
///
/// # Errors
/// `Internal` for a row without the step that its state needs; a CHECK of the table excludes it.
pub fn stage_of(request: &Request) -> Result<Stage, RequestError> {
    Stage::of(request.state, request.step)
        .ok_or_else(|| RequestError::Other(Error::internal("a request without its step")))
}

fn unknown_action() -> RequestError {
    RequestError::Invalid(vec![FieldError::new(
        "action",
        "unknown_action",
        "Tindakan ini tidak dikenal.",
    )])
}

/// 409 `own_request`, then 403 `not_your_step`.
fn authorise(
    actor: &Actor,
    world: &World,
    request: &Request,
    route: &Route,
    action: Action,
    stage: Stage,
) -> Result<(), RequestError> {
    let whose = who(action, stage);
    let facts = request.facts();
    if whose.is_office() && is_own(actor, &facts) {
        return Err(RequestError::OwnRequest);
    }
    let allowed = match whose {
        Who::StepHolder => holds_current_step(actor, request),
        Who::ApplicantOrSubmitter => is_party(actor, &facts),
        Who::SignerOfLastLevel => signs_last(actor, world, request, route),
        Who::NoOne => actor.is_staff(),
        Who::System => false,
    };
    if allowed {
        Ok(())
    } else {
        Err(RequestError::NotYourStep)
    }
}

/// Whether the actor holds the position whose signature issues this letter.
#[must_use]
pub fn signs_last(actor: &Actor, world: &World, request: &Request, route: &Route) -> bool {
    route.steps().last().is_some_and(|step| {
        let place = world.place(step, &request.lingkungan);
        holds_step(actor, place.position, &place.area, place.section)
    })
}

/// Whether the actor holds the position that the request waits for, or was given this very request as superior.
#[must_use]
pub fn holds_current_step(actor: &Actor, request: &Request) -> bool {
    let (Some(position), Some(area)) = (request.step_position, &request.step_area) else {
        return false;
    };
    request.holder == Some(actor.account_id) && actor.is_staff()
        || holds_step(actor, position, area, request.step_section)
}

fn facts<'a>(
    conn: &mut PgConnection,
    request: &Request,
    wanted: &NewAction,
    history: &[Event],
) -> Result<Facts<'a>, RequestError> {
    let objected = history.iter().any(|event| event.action == Action::Object);
    Ok(Facts {
        signed: letters::is_reserved(conn, request.id).map_err(Error::from)?,
        is_final: objected || request.step_position == Some(Position::Camat),
        data_changed: false,
        note: wanted.note.as_deref().is_some_and(|note| !note.trim().is_empty()),
        reason_code: wanted.reason_code.as_deref().is_some_and(|code| !code.is_empty()),
        to: None,
        new_route: None,
    })
}

/// What the life of the request forbids comes before the version; what the input lacks comes after.
fn refuse_conflicts(stage: Stage, action: Action, route: &Route, facts: &Facts<'_>) -> Result<(), Refusal> {
    match lifecycle::next(stage, action, route, facts) {
        Err(refusal) if refusal.is_conflict() => Err(refusal),
        _ => Ok(()),
    }
}

fn note(wanted: &NewAction) -> Result<Option<String>, RequestError> {
    use crate::platform::plain_text::{Lines, clean};
    let mut errors = Vec::new();
    let note = wanted
        .note
        .as_deref()
        .filter(|note| !note.trim().is_empty())
        .and_then(|note| {
            clean(note, Lines::Many, NOTE_MAX, |_| None)
                .map_err(|problem| errors.push(FieldError::new("note", problem.code(), format!("Catatan {problem}."))))
                .ok()
        });
    if wanted.reason_code.as_deref().is_some_and(|code| {
        code.len() > 40
            || !code
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    }) {
        errors.push(FieldError::new(
            "reason_code",
            "unknown_reason",
            "Pilih alasan dari daftar.",
        ));
    }
    if errors.is_empty() {
        Ok(note)
    } else {
        Err(RequestError::Invalid(errors))
    }
}

/// Whether the row still waits for the job of its last signature.
#[must_use]
pub fn is_signing(request: &Request) -> bool {
    request.state == State::Signing
}
