//! Everything that moves a submitted request. The order of refusals is design section 14's.

use diesel::PgConnection;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::advance::{Change, advance};
use super::amend::{self, Amended};
use super::authority::Case;
use super::error::RequestError;
use super::events::{self, Event};
use super::issue;
use super::lifecycle::{self, Facts, Who, who};
use super::stage::{Action, Stage, State};
use super::store::{self, Request};
use super::transfer;
use super::wanted::Input;
pub use super::wanted::NewAction;
use super::world::World;
use crate::accounts::policy::may_see;
use crate::accounts::{Actor, Position, second_factor_fresh};
use crate::app::Ctx;
use crate::assignment;
use crate::letters;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::services::fields::Origin;

/// Actions that people may ask for. Handing in has an operation of its own; the rest is done by jobs and sweeps.
pub const BY_PEOPLE: &[Action] = &[
    Action::Endorse,
    Action::Verify,
    Action::Initial,
    Action::Sign,
    Action::Return,
    Action::Resubmit,
    Action::SendBack,
    Action::Correct,
    Action::Transfer,
    Action::Reject,
    Action::Object,
    Action::Refer,
    Action::Cancel,
    Action::Reissue,
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
    let world = World::of(conn, ctx, &request)?;
    let stage = stage_of(&request)?;
    let mut facts = permitted(conn, ctx, (actor, wanted, action), &world, &request)?;
    let input = wanted.read(action)?;
    let mut data = Map::new();
    if who(action, stage) == Who::StepHolder {
        data.extend(take_over(conn, ctx, &request, actor)?);
    }
    if matches!(action, Action::Resubmit | Action::Correct | Action::Transfer) {
        let amended = contents(conn, ctx, &world, &mut request, (actor, wanted, action, &input), origin)?;
        facts.data_changed = amended.letter_changed;
        data.extend(amended.event_data);
    }
    // From here on the route may be another one: the answers decide whether the kepling acts.
    let route = world.route(request.kepling)?;
    facts.to = input.step;
    facts.new_route = (action == Action::Transfer).then_some(&route);
    let transition = lifecycle::next(stage, action, &route, &facts)?;
    if matches!(action, Action::Sign | Action::Revoke) && !second_factor_fresh(actor, ctx.now) {
        return Err(RequestError::SecondFactor);
    }
    let change = Change {
        action,
        transition,
        actor: Some(actor.account_id),
        note: input.note.as_deref(),
        reason_code: input.reason_code.as_deref(),
        data: Value::Object(data),
    };
    advance(conn, ctx, &world, &mut request, change)?;
    match action {
        Action::Sign => issue::begin(conn, ctx, &world, &request, actor)?,
        Action::Revoke => {
            let reason = input.reason_code.as_deref().unwrap_or("revoked");
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

/// Whether a rejection is the last word: the one objection was used, or nobody stands above who rejects.
#[must_use]
pub fn is_final(request: &Request, history: &[Event]) -> bool {
    let objected = history.iter().any(|event| event.action == Action::Object);
    objected || request.step_position == Some(Position::Camat)
}

fn unknown_action() -> RequestError {
    RequestError::Invalid(vec![FieldError::new(
        "action",
        "unknown_action",
        "Tindakan ini tidak dikenal.",
    )])
}

/// Refuses in the order of the contract all that is settled before the input is looked at.
fn permitted<'a>(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    (actor, wanted, action): (&Actor, &NewAction, Action),
    world: &World,
    request: &Request,
) -> Result<Facts<'a>, RequestError> {
    let (stage, route) = (stage_of(request)?, world.route(request.kepling)?);
    let history = events::of_request(conn, request.id)?;
    let case = Case {
        world,
        request,
        route: &route,
        stage,
        history: &history,
    };
    case.authorise(actor, action)?;
    if !BY_PEOPLE.contains(&action) {
        return Err(unknown_action());
    }
    let standing = letters::standing(conn, request.id).map_err(Error::from)?;
    let facts = Facts {
        signed: standing.is_reserved,
        stands: standing.is_issued,
        is_final: is_final(request, &history),
        note: wanted.has_note(),
        reason_code: wanted.has_reason_code(),
        ..Facts::default()
    };
    // What the life of the request forbids comes before the version; what the input lacks comes after.
    if let Err(refusal) = lifecycle::next(stage, action, &route, &facts)
        && refusal.is_conflict()
    {
        return Err(refusal.into());
    }
    if who(action, stage) == Who::StepHolder && request.is_held_by_other(actor.account_id, ctx.now) {
        return Err(RequestError::HeldByOther);
    }
    if !wanted.fits_version(request.version) {
        return Err(RequestError::Stale);
    }
    Ok(facts)
}

/// A colleague acts on what somebody else had: the step is theirs from now on, and the event says so.
fn take_over(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request: &Request,
    actor: &Actor,
) -> Result<Map<String, Value>, Error> {
    let mut data = Map::new();
    if request.holder != Some(actor.account_id) {
        data.insert("taken_from".to_owned(), json!(request.holder));
        if let Some(step) = request.step {
            assignment::took_over(conn, ctx, request.id, step, actor.account_id, request.holder)?;
        }
    }
    Ok(data)
}

/// Changes what the request says.
fn contents(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &mut Request,
    (actor, wanted, action, input): (&Actor, &NewAction, Action, &Input),
    origin: Origin,
) -> Result<Amended, RequestError> {
    if action == Action::Transfer {
        return transfer::transfer(conn, ctx, world, request, (actor, wanted, input), origin);
    }
    let area = request.area.clone();
    let amended = amend::amend(conn, ctx, world, request, (actor, wanted, &area), origin)?;
    if action == Action::Correct && amended.is_nothing {
        let nothing = FieldError::new("fields", "nothing_changed", "Belum ada yang diubah.");
        return Err(RequestError::Invalid(vec![nothing]));
    }
    Ok(amended)
}

/// Whether the row still waits for the job of its last signature.
#[must_use]
pub fn is_signing(request: &Request) -> bool {
    request.state == State::Signing
}
