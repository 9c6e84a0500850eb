//! A request as the API sends it.

mod shapes;

pub use shapes::{
    AttachmentView, ClockView, EventView, IdentityView, LetterView, OwnRequest, Predicted, RequestDetail, RequestView,
    StepMinutes, StepView,
};

use diesel::PgConnection;
use uuid::Uuid;

use super::authority::Case;
use super::clock::{self, ClockEvent};
use super::conversation::Side;
use super::error::RequestError;
use super::events::{self, Event};
use super::stage::{Action, Stage};
use super::status_word::status_word;
use super::store::{self, Request};
use super::world::World;
use super::{act, amend, conversation, lifecycle};
use crate::accounts::policy::{is_party, may_see, may_see_events};
use crate::accounts::{Actor, identity};
use crate::app::Ctx;
use crate::letters::{self, LetterState};
use crate::platform::error::Error;
use crate::platform::time::LocalTime;

/// A row in a list; `name` is the service's name in the version of the request.
#[must_use]
pub fn summary(ctx: &Ctx<'_>, world: &World, request: &Request) -> RequestView {
    let stage = Stage::of(request.state, request.step);
    let route = world.route(request.kepling).ok();
    let label = stage
        .zip(route)
        .and_then(|(stage, route)| status_word(stage, &route))
        .map_or("", |word| word.label());
    let zone = ctx.config.zone;
    let step = request
        .step
        .zip(request.step_name)
        .zip(request.step_position.zip(request.step_area.clone()))
        .filter(|_| stage.is_some_and(Stage::is_open))
        .map(|((n, name), (position, area))| StepView {
            n,
            name,
            position,
            area,
            due_at: request.step_due_at.map(|at| LocalTime::new(at, zone)),
        });
    RequestView {
        id: request.id,
        tracking_code: request.tracking_code.clone(),
        service: request.service_code.clone(),
        service_name: world.definition().name.clone(),
        area: request.area.clone(),
        status: request.state,
        status_label: label.to_owned(),
        step,
        due_at: request.due_at.map(|at| LocalTime::new(at, zone)),
        predicted: None,
        submitted_at: LocalTime::new(request.submitted_at, zone),
        version: request.version,
    }
}

/// Rows of a list.
///
/// # Errors
/// What the database says.
pub fn summaries(conn: &mut PgConnection, ctx: &Ctx<'_>, requests: &[Request]) -> Result<Vec<RequestView>, Error> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let reference = ctx.reference(conn)?;
    let views = requests
        .iter()
        .map(|request| Ok(summary(ctx, &World::in_reference(&reference, request)?, request)));
    views.collect()
}

/// Rows of the list of the own requests.
///
/// # Errors
/// What the database says.
pub fn own(conn: &mut PgConnection, ctx: &Ctx<'_>, requests: &[Request]) -> Result<Vec<OwnRequest>, Error> {
    let ids: Vec<Uuid> = requests.iter().map(|request| request.id).collect();
    let waiting = conversation::waiting(conn, &ids, Side::Resident)?;
    let rows = summaries(conn, ctx, requests)?.into_iter().map(|request| OwnRequest {
        unread_messages: waiting.get(&request.id).copied().unwrap_or_default(),
        request,
    });
    Ok(rows.collect())
}

/// One request as the actor may see it.
///
/// # Errors
/// `NotFound` when the actor may not see it.
pub fn detail(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    request: &Request,
) -> Result<RequestDetail, RequestError> {
    let id = request.id;
    if !may_see(actor, &request.facts()) {
        return Err(RequestError::NotFound);
    }
    let world = World::of(conn, ctx, request)?;
    let stored = store::contents(conn, id)?;
    let relation = stored.relation;
    let (applicant, fields) = amend::open_stored(conn, ctx, &world, request, stored)?;
    let history = events::of_request(conn, id)?;
    let attachments = store::attached(conn, id)?
        .into_iter()
        .map(|file| AttachmentView {
            id: file.id,
            kind: file.kind,
            media_type: file.media_type,
            bytes: file.bytes,
            sha256: hex::encode(file.sha256),
        })
        .collect();
    let letter = letters::summary(conn, id).map_err(Error::from)?;
    let stands = letter
        .as_ref()
        .is_some_and(|letter| letter.state == LetterState::Issued);
    let letter = letter.map(|letter| LetterView {
        code: letter.code,
        number: letter.number,
        issued_on: letter.issued_on,
        valid_until: letter.valid_until,
        state: letter.state.to_string(),
    });
    Ok(RequestDetail {
        summary: summary(ctx, &world, request),
        applicant_name: request.applicant_name.clone(),
        relation,
        applicant: applicant.to_value(),
        fields: fields.to_value(),
        attachments,
        clock: clock_view(ctx, &world, request, &history),
        letter,
        holder: request.holder,
        lease_until: request.lease_until.map(|at| LocalTime::new(at, ctx.config.zone)),
        identity: identity_of(conn, request)?,
        unread_messages: match conversation::side_of(actor, request) {
            Some(side) => conversation::waiting(conn, &[id], side)?
                .get(&id)
                .copied()
                .unwrap_or_default(),
            None => 0,
        },
        allowed: allowed(actor, &world, request, &history, stands)?,
    })
}

fn identity_of(conn: &mut PgConnection, request: &Request) -> Result<IdentityView, Error> {
    let claims = identity::claims(conn, &request.applicant_hash)?;
    let own = claims.iter().find(|claim| request.applicant_account == Some(claim.id));
    Ok(IdentityView {
        account_id: request.applicant_account,
        verified: own.is_some_and(|claim| claim.identity_verified_at.is_some()),
        claims: claims.len(),
        by_other: request.applicant_account != Some(request.submitter),
    })
}

fn clock_view(ctx: &Ctx<'_>, world: &World, request: &Request, history: &[Event]) -> ClockView {
    let timeline: Vec<ClockEvent> = history.iter().map(Event::for_clock).collect();
    let measured = clock::measure(&world.calendar, clock::counted(&timeline), ctx.now);
    ClockView {
        target_minutes: request.target_minutes,
        office_minutes: measured.office_minutes(),
        resident_minutes: measured.resident_minutes(),
        steps: measured
            .steps
            .iter()
            .map(|step| StepMinutes {
                n: step.step,
                party: step.party,
                minutes: step.minutes(),
            })
            .collect(),
        on_time: measured.is_on_time(i64::from(request.target_minutes)),
    }
}

/// Actions that the page may offer to the actor.
fn allowed(
    actor: &Actor,
    world: &World,
    request: &Request,
    history: &[Event],
    stands: bool,
) -> Result<Vec<Action>, Error> {
    let Some(stage) = Stage::of(request.state, request.step) else {
        return Ok(Vec::new());
    };
    let route = world.route(request.kepling)?;
    let case = Case {
        world,
        request,
        route: &route,
        stage,
        history,
    };
    let facts = lifecycle::Facts {
        stands,
        is_final: act::is_final(request, history),
        ..lifecycle::Facts::default()
    };
    Ok(lifecycle::offered(stage, &route, &facts)
        .into_iter()
        .filter(|action| act::BY_PEOPLE.contains(action) && case.may(actor, *action))
        .collect())
}

/// Events of a request with their texts.
///
/// # Errors
/// `NotFound` when the actor may not see them.
pub fn history(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
) -> Result<Vec<EventView>, RequestError> {
    let request = store::get(conn, id)?;
    if !may_see_events(actor, &request.facts()) {
        return Err(RequestError::NotFound);
    }
    // The auditor reads what happened, not what people wrote about each other.
    let notes = if may_see(actor, &request.facts()) {
        events::notes(conn, id)?
    } else {
        Vec::new()
    };
    let is_party = is_party(actor, &request.facts());
    // What one officer writes to another stays in the office.
    let is_told = |event: &Event| !(is_party && event.action == Action::SendBack);
    let views = events::of_request(conn, id)?
        .into_iter()
        .map(|event| EventView {
            seq: event.seq,
            at: LocalTime::new(event.at, ctx.config.zone),
            action: event.action,
            from: event.from_state,
            to: event.to_state,
            from_step: event.from_step,
            to_step: event.to_step,
            party: event.party,
            actor: event.actor,
            note: notes
                .iter()
                .find(|(seq, _)| *seq == event.seq && is_told(&event))
                .map(|(_, note)| note.clone()),
            data: event.data,
            hash: hex::encode(event.hash),
        })
        .collect();
    Ok(views)
}
