//! A resident (or petugas for them) hands a request in.

use diesel::PgConnection;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::advance::{self, Change};
use super::error::RequestError;
use super::lifecycle::{Holder, Transition};
use super::reading;
use super::route::{Kepling, StepName};
use super::stage::{Action, Stage};
use super::store::{self, Contents, Request};
use super::world::World;
use super::{clock, emails, events, sealing, tracking_code};
use crate::accounts::{Actor, Person, Position, person_key};
use crate::app::Ctx;
use crate::assignment;
use crate::measures;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::Origin;
use crate::services::{RawSubmission, Submission};

/// Minutes of an officer's attention where the catalogue names none.
const DEFAULT_EFFORT: u32 = 10;

/// `POST /api/v1/requests` as it arrives: read by `reading`, which says everything that is wrong.
#[derive(Clone, Deserialize, ToSchema)]
pub struct NewRequest {
    /// Code of the service, `SKD`.
    pub service: String,
    /// Kelurahan that serves the request.
    #[serde(default)]
    #[schema(value_type = String, example = "12.09.20.1006")]
    pub area: Value,
    /// Answers about the applicant by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub applicant: Value,
    /// `self`, `same_kk` or `kuasa`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub relation: Value,
    /// Answers to the service's own fields by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: Value,
    /// `[{kind, id}]`.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub attachments: Value,
}

impl NewRequest {
    fn raw(&self) -> RawSubmission {
        RawSubmission {
            area: self.area.clone(),
            applicant: self.applicant.clone(),
            fields: self.fields.clone(),
            attachments: self.attachments.clone(),
            relation: self.relation.clone(),
        }
    }
}

/// Stores a new request, gives it to an officer and tells the resident.
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
    let reference = ctx.reference(conn)?;
    let service = reference.current(&new.service).map_err(|error| match error {
        Error::NotFound => invalid("service", "unknown_service", "Layanan ini tidak ada."),
        other => other.into(),
    })?;
    if !service.definition.active {
        return Err(invalid("service", "service_off", "Layanan ini sedang tidak dibuka."));
    }
    let kecamatan = reading::kecamatan_of(ctx, &new.area)?;
    let world = World::with(&reference, service, &kecamatan);
    let submission = reading::read(ctx, &world, &new.raw(), origin)?;
    reading::check_attachments(conn, &submission, &[], actor.account_id)?;
    let nik_hash = person_key::nik_hash(ctx, &submission.nik);
    let mut request = new_row(conn, ctx, &world, actor, &submission, nik_hash)?;
    let route = world.route(request.kepling)?;
    advance::place(&world, &mut request, &route, Stage::Submitted(route.first()));
    if let Some(need) = advance::need(&world, &request, None) {
        request.holder = assignment::choose(conn, ctx, &need)?.account;
    }
    let contents = sealed_contents(conn, ctx, &world, &request, &submission)?;
    let skipped: Vec<Value> = route
        .steps()
        .iter()
        .filter_map(|step| step.skipped.map(|reason| json!({ "step": step.n, "reason": reason })))
        .collect();
    let data = json!({
        "holder": request.holder,
        "skipped": skipped,
        "attachments": submission.attachments.iter().map(|file| file.id).collect::<Vec<_>>(),
    });
    let mut event = advance::first_event(ctx, &world, &request, actor.account_id, data);
    advance::set_due(ctx, &world, &mut request, &route, None, &[event.for_clock()]);
    request.event_head = event.expected_hash();
    store::insert(conn, &request, &contents)?;
    events::append(conn, &mut event, None)?;
    let files: Vec<(String, Uuid)> = submission
        .attachments
        .iter()
        .map(|file| (file.kind.clone(), file.id))
        .collect();
    if !files.is_empty() {
        store::attach(conn, request.id, &files).map_err(reading::already_used)?;
    }
    measures::received(
        conn,
        &measures::Received {
            request_id: request.id,
            area: request.area.as_str(),
            kecamatan: request.kecamatan.as_str(),
            service_code: &request.service_code,
            target_minutes: request.target_minutes,
            at: ctx.now,
        },
    )?;
    emails::tell(conn, ctx, &world, &request, &submitted(actor))?;
    Ok(request)
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
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    actor: &Actor,
    submission: &Submission,
    nik_hash: Vec<u8>,
) -> Result<Request, RequestError> {
    let definition = world.definition();
    let kecamatan = submission.area.parent().ok_or(RequestError::NotFound)?;
    let unit = world
        .areas
        .get(&kecamatan)
        .and_then(|area| area.unit_code.clone())
        .unwrap_or_default();
    let applicant_account = applicant_account(conn, actor, &nik_hash)?;
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
        kepling: kepling(conn, ctx, world, submission)?,
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
    if actor.nik_hash.as_deref() == Some(nik_hash) {
        return Ok(Some(actor.account_id));
    }
    Ok(Person::verified(conn, nik_hash)?.map(|person| person.id))
}

/// What becomes of the kepling's step, if the service has one.
fn kepling(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    submission: &Submission,
) -> Result<Kepling, RequestError> {
    if !world
        .definition()
        .steps
        .iter()
        .any(|step| step.name == StepName::Endorse)
    {
        return Ok(Kepling::Acts);
    }
    if submission.has_pengantar() {
        return Ok(Kepling::PengantarUploaded);
    }
    let place = assignment::Place {
        area: submission.lingkungan.to_string(),
        position: Position::Kepling,
        section: None,
    };
    Ok(if assignment::eligible_position_exists(conn, ctx, &place)? {
        Kepling::Acts
    } else {
        Kepling::NotAppointed
    })
}

/// The answers as they are stored.
///
/// # Errors
/// What the database or the cipher says.
pub fn sealed_contents(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    submission: &Submission,
) -> Result<Contents, RequestError> {
    let key = person_key::ensure(conn, ctx, &request.applicant_hash)?;
    let (mut applicant, mut fields) = (submission.applicant.to_value(), submission.fields.to_value());
    sealing::seal(applicant_fields(), &mut applicant, &key, ctx.entropy)?;
    sealing::seal(&world.definition().fields, &mut fields, &key, ctx.entropy)?;
    Ok(Contents {
        request_id: request.id,
        relation: submission.relation,
        applicant,
        fields,
    })
}

fn invalid(field: &str, code: &'static str, message: &str) -> RequestError {
    RequestError::Invalid(vec![FieldError::new(field, code, message)])
}
