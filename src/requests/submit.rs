//! A resident (or petugas for them) hands a request in.

use diesel::PgConnection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::advance::{self, Change};
use super::error::RequestError;
use super::lifecycle::{Holder, Transition};
pub use super::new_request::{AttachmentRef, NewRequest};
use super::reading;
use super::route::{Kepling, Route, StepName};
use super::stage::{Action, Stage};
use super::store::submission::{Documents, Facts, Question};
use super::store::{self, Request};
use super::world::World;
use super::{clock, drafts, emails, on_behalf, sealing, tracking_code};
use crate::accounts::{Actor, Person, person_key};
use crate::app::{Ctx, Reference};
use crate::assignment;
use crate::measures;
use crate::notifications;
use crate::platform::crypto::WrappedKey;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::stamp;
use crate::services::Submission;
use crate::services::fields::Origin;

/// Minutes of an officer's attention where the catalogue names none.
const DEFAULT_EFFORT: u32 = 10;

/// Stores a new request, gives it to an officer and tells the resident.
///
/// Three statements: what must be known (and the stamp of the reference data), who sits at the desk, everything that
/// is stored. With the actor, BEGIN, the Idempotency-Key, its answer and COMMIT a submission is eight round trips
/// (`tests/web/round_trips.rs`). Only a desk where nobody sits costs more: a superior is told.
///
/// # Errors
/// `Invalid` with every wrong field at once.
pub fn submit(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    new: &NewRequest,
    origin: Origin,
) -> Result<Request, RequestError> {
    let Read {
        world,
        submission,
        nik_hash,
        facts,
    } = read(conn, ctx, actor, new, origin)?;
    on_behalf::refuse_elsewhere(actor, &world, &submission, &nik_hash)?;
    let uploads: Vec<(String, Uuid)> = submission
        .attachments
        .iter()
        .map(|file| (file.kind.clone(), file.id))
        .collect();
    let ids: Vec<Uuid> = uploads.iter().map(|(_, id)| *id).collect();
    reading::refuse_unusable(&submission, &ids, &facts.free_uploads)?;
    drafts::take(conn, actor, &new.draft)?;
    let mut request = new_row(ctx, &world, actor, &submission, nik_hash, &facts)?;
    let route = world.route(request.kepling)?;
    advance::place(&world, &mut request, &route, Stage::Submitted(route.first()));
    let need = advance::need(&world, &request, None);
    let decision = need
        .as_ref()
        .map(|need| assignment::decide(conn, ctx, need))
        .transpose()?;
    request.holder = decision.as_ref().and_then(|decision| decision.choice.account);
    let key = WrappedKey {
        master_key_id: facts.master_key_id.clone(),
        bytes: hex::decode(&facts.wrapped_key).map_err(Error::internal)?,
    };
    let contents = sealing::contents_with(ctx, &world, &request, &submission, &person_key::open(ctx, &key)?)?;
    let mut event = advance::first_event(
        ctx,
        &world,
        &request,
        actor.account_id,
        event_data(&request, &route, &ids),
    );
    advance::set_due(ctx, &world, &mut request, &route, None, &[event.for_clock()]);
    event.hash = event.expected_hash();
    request.event_head.clone_from(&event.hash);
    let documents = Documents {
        request: &request,
        contents: &contents,
        event: event.document(),
        uploads: &uploads,
        measures: measures::document(&received(ctx, &request)),
        assignment: decision
            .as_ref()
            .zip(need.as_ref())
            .map(|(decision, need)| decision.document(ctx, need)),
        mail: mail(ctx, &world, &request, actor, &facts)?,
    };
    store::submission::insert(conn, &documents).map_err(reading::already_used)?;
    if let (Some(decision), Some(need)) = (&decision, &need) {
        decision.tell(conn, ctx, need)?;
    }
    Ok(request)
}

/// A submission that was read against what holds now.
struct Read {
    world: World,
    submission: Submission,
    nik_hash: Vec<u8>,
    facts: Facts,
}

/// Reads the submission against what is in memory, then asks the database for the facts and whether the memory was
/// right: only if not, which is a few times a year, everything is read once more.
fn read(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    new: &NewRequest,
    origin: Origin,
) -> Result<Read, RequestError> {
    let mut reference = ctx.reference.unchecked(conn, ctx.config.zone)?;
    loop {
        let read = read_in(ctx, &reference, new, origin);
        let (stamp, found) = match read {
            Ok((world, submission)) => {
                let nik_hash = person_key::nik_hash(ctx, &submission.nik);
                let facts = facts(conn, ctx, actor, &submission, &nik_hash)?;
                let read = Read {
                    world,
                    submission,
                    nik_hash,
                    facts,
                };
                (read.facts.stamp, Ok(read))
            }
            Err(error) => (stamp::read(conn)?, Err(error)),
        };
        let current = ctx.reference.at(conn, ctx.config.zone, stamp)?;
        if current.stamp == reference.stamp {
            return found;
        }
        reference = current;
    }
}

fn read_in(
    ctx: &Ctx<'_>,
    reference: &Reference,
    new: &NewRequest,
    origin: Origin,
) -> Result<(World, Submission), RequestError> {
    let service = reference.current(&new.service).map_err(|error| match error {
        Error::NotFound => invalid("service", "unknown_service", "Layanan ini tidak ada."),
        other => other.into(),
    })?;
    if !service.definition.active {
        return Err(invalid("service", "service_off", "Layanan ini sedang tidak dibuka."));
    }
    let kecamatan = reading::kecamatan_of(ctx, &new.area)?;
    let world = World::with(reference, service, &kecamatan);
    let submission = reading::read(ctx, &world, &new.raw(), origin)?;
    Ok((world, submission))
}

fn facts(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    submission: &Submission,
    nik_hash: &[u8],
) -> Result<Facts, Error> {
    let fresh = person_key::fresh(ctx)?;
    let uploads: Vec<Uuid> = submission.attachments.iter().map(|file| file.id).collect();
    let question = Question {
        nik_hash,
        fresh_key: &fresh.bytes,
        fresh_key_id: &fresh.master_key_id,
        now: ctx.now,
        owner: actor.account_id,
        uploads: &uploads,
        lingkungan: submission.lingkungan.as_str(),
    };
    store::submission::facts(conn, &question)
}

fn event_data(request: &Request, route: &Route, uploads: &[Uuid]) -> Value {
    let skipped: Vec<Value> = route
        .steps()
        .iter()
        .filter_map(|step| step.skipped.map(|reason| json!({ "step": step.n, "reason": reason })))
        .collect();
    json!({ "holder": request.holder, "skipped": skipped, "attachments": uploads })
}

fn received<'a>(ctx: &Ctx<'_>, request: &'a Request) -> measures::Received<'a> {
    measures::Received {
        request_id: request.id,
        area: request.area.as_str(),
        kecamatan: request.kecamatan.as_str(),
        service_code: &request.service_code,
        target_minutes: request.target_minutes,
        at: ctx.now,
    }
}

/// The mail to the applicant, or to who wrote for them.
fn mail(ctx: &Ctx<'_>, world: &World, request: &Request, actor: &Actor, facts: &Facts) -> Result<Option<Value>, Error> {
    let other = facts
        .verified
        .as_ref()
        .filter(|person| request.applicant_account == Some(person.id) && person.id != actor.account_id);
    let person = match other {
        Some(person) => (person.name.as_str(), person.email.as_str()),
        None => (actor.name.as_str(), actor.email.as_str()),
    };
    let message = emails::message(ctx, world, request, &submitted(actor), person)?;
    Ok(message.map(|message| notifications::document(ctx, &message)))
}

fn submitted(actor: &Actor) -> Change<'static> {
    Change {
        action: Action::Submit,
        transition: Transition {
            to: Stage::Draft,
            holder: Holder::Choose,
            voids: None,
            expires_after_days: None,
        },
        actor: Some(actor.account_id),
        note: None,
        reason_code: None,
        data: Value::Null,
    }
}

fn new_row(
    ctx: &Ctx<'_>,
    world: &World,
    actor: &Actor,
    submission: &Submission,
    nik_hash: Vec<u8>,
    facts: &Facts,
) -> Result<Request, RequestError> {
    let definition = world.definition();
    let kecamatan = submission.area.parent().ok_or(RequestError::NotFound)?;
    let unit = world
        .areas
        .get(&kecamatan)
        .and_then(|area| area.unit_code.clone())
        .unwrap_or_default();
    let applicant_account = own_account(actor, &nik_hash).or(facts.verified.as_ref().map(|person| person.id));
    let target = clock::target_minutes(i64::from(definition.target_working_days));
    Ok(Request {
        id: ctx.entropy.id(ctx.now),
        tracking_code: tracking_code::TrackingCode::new(&unit, u64::from_le_bytes(ctx.entropy.bytes()))
            .map_err(Error::internal)?
            .to_string(),
        service_code: definition.code.clone(),
        service_version: world.service.version,
        area: submission.area.clone(),
        lingkungan: submission.lingkungan.clone(),
        kecamatan,
        submitter: actor.account_id,
        applicant_account,
        applicant_hash: nik_hash,
        applicant_name: submission.name.clone(),
        state: Stage::Submitted(1).state(),
        kepling: kepling(world, submission.has_pengantar(), facts.kepling_appointed),
        step: None,
        step_name: None,
        step_position: None,
        step_area: None,
        step_section: None,
        step_due_at: None,
        due_at: None,
        target_minutes: i32::try_from(target).unwrap_or(i32::MAX),
        effort_minutes: i32::try_from(definition.counter_minutes.unwrap_or(DEFAULT_EFFORT)).unwrap_or(i32::MAX),
        holder: None,
        lease_until: None,
        reached_kecamatan: false,
        calendar_version: world.calendar_version(ctx),
        submitted_at: ctx.now,
        ended_at: None,
        event_seq: 1,
        event_head: Vec::new(),
        version: 1,
    })
}

/// The account of the person that a request is about: the submitter's own, or that of whoever has proven the NIK.
///
/// # Errors
/// What the database says.
pub fn applicant_account(conn: &mut PgConnection, actor: &Actor, nik_hash: &[u8]) -> Result<Option<Uuid>, Error> {
    match own_account(actor, nik_hash) {
        Some(own) => Ok(Some(own)),
        None => Ok(Person::verified(conn, nik_hash)?.map(|person| person.id)),
    }
}

fn own_account(actor: &Actor, nik_hash: &[u8]) -> Option<Uuid> {
    (actor.nik_hash.as_deref() == Some(nik_hash)).then_some(actor.account_id)
}

/// What becomes of the kepling's step, if the service has one.
#[must_use]
pub fn kepling(world: &World, has_pengantar: bool, is_appointed: bool) -> Kepling {
    let steps = &world.definition().steps;
    if !steps.iter().any(|step| step.name == StepName::Endorse) {
        Kepling::Acts
    } else if has_pengantar {
        Kepling::PengantarUploaded
    } else if is_appointed {
        Kepling::Acts
    } else {
        Kepling::NotAppointed
    }
}

fn invalid(field: &str, code: &'static str, message: &str) -> RequestError {
    RequestError::Invalid(vec![FieldError::new(field, code, message)])
}
