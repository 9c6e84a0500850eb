//! One step in a request's life, as far as the request itself goes: who holds it now, until when, the event, the
//! facts for the reports, the mail. Every operation and every job ends here, inside its transaction.

use diesel::PgConnection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::authority::is_objected_at;
use super::clock::{self, ClockEvent};
pub use super::due::set_due;
use super::emails;
use super::error::RequestError;
use super::events::{self, Event, GENESIS};
use super::lifecycle::{Holder, Transition, Who, who};
use super::route::{Party, Route};
use super::stage::{Action, Stage, State};
use super::store::{self, Request};
use super::world::World;
use crate::app::Ctx;
use crate::assignment::{self, Need, Own};
use crate::letters;
use crate::measures;
use crate::platform::error::Error;

/// What happens to a request.
pub struct Change<'a> {
    pub action: Action,
    pub transition: Transition,
    /// None for the system.
    pub actor: Option<Uuid>,
    pub note: Option<&'a str>,
    pub reason_code: Option<&'a str>,
    /// Further facts for the event: ids, codes and hashes only.
    pub data: Value,
}

/// Applies a change to a request that was locked (or is new), and stores it.
///
/// # Errors
/// `Stale` when the row changed since it was read; what the database says.
pub fn advance(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &mut Request,
    change: Change<'_>,
) -> Result<(), RequestError> {
    let history = events::of_request(conn, request.id)?;
    let before = request.version;
    let from = (request.state, request.step);
    let route = world.route(request.kepling)?;
    let stage = change.transition.to;
    request.state = stage.state();
    place(world, request, &route, stage);
    request.holder = holder(conn, ctx, world, request, &change, &history)?;
    // Who mends a request has it open and goes on.
    if change.action != Action::Correct || change.transition.holder != Holder::Keep {
        request.lease_until = None;
    }
    let mut event = new_event(ctx, world, request, from, &change, &history);
    let timeline: Vec<ClockEvent> = history.iter().chain([&event]).map(Event::for_clock).collect();
    set_due(
        ctx,
        world,
        request,
        &route,
        change.transition.expires_after_days,
        &timeline,
    );
    event.hash = event.expected_hash();
    request.event_seq = event.seq;
    request.version = before + 1;
    request.ended_at = (!stage.is_open()).then_some(ctx.now);
    if let Some(reason) = change.transition.voids {
        letters::void(conn, ctx, request.id, reason.as_str()).map_err(Error::from)?;
    }
    events::append(conn, &mut event, change.note)?;
    request.event_head.clone_from(&event.hash);
    store::update(conn, request, before).map_err(|error| match error {
        Error::Stale => RequestError::Stale,
        other => other.into(),
    })?;
    count(conn, ctx, world, request, change.action, &timeline)?;
    emails::tell(conn, ctx, world, request, &change, &history)?;
    Ok(())
}

/// Begins the chain of a new request: its row is not there yet, so the caller inserts it before this event.
pub fn first_event(ctx: &Ctx<'_>, world: &World, request: &Request, actor: Uuid, data: Value) -> Event {
    let step = request
        .step
        .and_then(|n| world.route(request.kepling).ok()?.step(n).copied());
    Event {
        request_id: request.id,
        seq: 1,
        at: ctx.now,
        actor: Some(actor),
        action: Action::Submit,
        from_state: State::Draft,
        to_state: request.state,
        from_step: None,
        to_step: request.step,
        party: step.as_ref().map(World::party),
        calendar_version: world.calendar_version(ctx),
        data,
        note_hash: None,
        prev_hash: GENESIS.to_vec(),
        hash: Vec::new(),
    }
}

/// Writes the step of a stage, and where it is worked at, into the row.
pub fn place(world: &World, request: &mut Request, route: &Route, stage: Stage) {
    let step = stage.step().and_then(|n| route.step(n));
    let place = step.map(|step| world.place(step, &request.lingkungan));
    request.step = step.map(|step| step.n);
    request.step_name = step.map(|step| step.name);
    request.step_position = place.as_ref().map(|place| place.position);
    request.step_area = place.as_ref().map(|place| place.area.clone());
    request.step_section = place.and_then(|place| place.section);
    request.reached_kecamatan |= step.is_some_and(|step| World::party(step) == Party::Kecamatan);
}

/// The need for an officer at the step where the request stands.
#[must_use]
pub fn need<'a>(world: &'a World, request: &Request, previous: Option<Uuid>) -> Option<Need<'a>> {
    Some(Need {
        request_id: request.id,
        step: request.step?,
        place: assignment::Place {
            area: request.step_area.as_ref()?.to_string(),
            position: request.step_position?,
            section: request.step_section,
        },
        effort_minutes: request.effort_minutes,
        own: own(request),
        previous,
        calendar: &world.calendar,
    })
}

fn holder(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    change: &Change<'_>,
    history: &[Event],
) -> Result<Option<Uuid>, Error> {
    let previous = match change.transition.holder {
        Holder::Keep => return Ok(change.actor.or(request.holder)),
        // The operation has written it into the row.
        Holder::Given => return Ok(request.holder),
        Holder::Resident | Holder::Nobody => return Ok(None),
        Holder::Superior => return superior(conn, ctx, request),
        // What was objected to comes back to where it was decided, not to the desk that had rejected it.
        Holder::Previous if is_objected_at(history, request.step) => return superior(conn, ctx, request),
        Holder::Choose => None,
        Holder::Previous => history
            .iter()
            .rev()
            .find(|event| event.from_step == request.step && acts_for_office(event))
            .and_then(|event| event.actor),
    };
    let Some(need) = need(world, request, previous) else {
        return Ok(None);
    };
    Ok(assignment::choose(conn, ctx, &need)?.account)
}

/// Whoever stands above the desk of the step and is not a party to the request.
fn superior(conn: &mut PgConnection, ctx: &Ctx<'_>, request: &Request) -> Result<Option<Uuid>, Error> {
    let (Some(area), Some(position)) = (&request.step_area, request.step_position) else {
        return Ok(None);
    };
    assignment::superior(conn, ctx, area.as_str(), position, &own(request))
}

/// Whose own matter it is, as the policy says.
fn own(request: &Request) -> Own {
    let parties = [Some(request.submitter), request.applicant_account];
    Own {
        accounts: parties.into_iter().flatten().collect(),
        person: Some(request.applicant_hash.clone()),
    }
}

/// Whether it was an officer who acted, on the step that was due.
fn acts_for_office(event: &Event) -> bool {
    let stage = Stage::of(event.from_state, event.from_step);
    event.actor.is_some() && stage.is_some_and(|stage| who(event.action, stage) == Who::StepHolder)
}

fn new_event(
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    (from_state, from_step): (State, Option<i16>),
    change: &Change<'_>,
    history: &[Event],
) -> Event {
    let mut data = if change.data.is_object() {
        change.data.clone()
    } else {
        json!({})
    };
    if let Some(object) = data.as_object_mut() {
        if let Some(code) = change.reason_code {
            object.insert("reason_code".to_owned(), code.into());
        }
        if let Some(holder) = request.holder {
            object.insert("holder".to_owned(), holder.to_string().into());
        }
    }
    let route = world.route(request.kepling).ok();
    let step = request.step.and_then(|n| route.as_ref()?.step(n).copied());
    let party = match request.state {
        State::Submitted | State::Signing => step.as_ref().map(World::party),
        State::Returned => Some(Party::Resident),
        _ => None,
    };
    Event {
        request_id: request.id,
        seq: request.event_seq + 1,
        at: history.last().map_or(ctx.now, |last| last.at.max(ctx.now)),
        actor: change.actor,
        action: change.action,
        from_state,
        to_state: request.state,
        from_step,
        to_step: request.step,
        party,
        calendar_version: world.calendar_version(ctx),
        data,
        note_hash: change.note.map(events::note_hash),
        prev_hash: request.event_head.clone(),
        hash: Vec::new(),
    }
}

fn count(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    action: Action,
    timeline: &[ClockEvent],
) -> Result<(), Error> {
    match request.state {
        _ if action == Action::Transfer => measures::transferred(conn, request.id, request.area.as_str()),
        State::Issued | State::Rejected => {
            let measured = clock::measure(&world.calendar, timeline, ctx.now);
            measures::finished(
                conn,
                &measures::Finished {
                    request_id: request.id,
                    at: ctx.now,
                    office_minutes: i32::try_from(measured.office_minutes()).unwrap_or(i32::MAX),
                    resident_minutes: i32::try_from(measured.resident_minutes()).unwrap_or(i32::MAX),
                },
            )
        }
        // It was finished with its first letter, and the end of a reissue changes no past figure.
        _ if action == Action::Object && !timeline.iter().any(|event| event.state == State::Issued) => {
            measures::reopened(conn, request.id)
        }
        _ => Ok(()),
    }
}
