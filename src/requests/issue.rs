//! The issue protocol (design section 6). With the last signature of a level: number, letter, job (transaction 1).
//! The job sets, signs and stores the file outside any transaction, then issues the letter (transaction 3). Every
//! part may run again: what was done is found done.

use chrono::{Days, NaiveDate};
use diesel::PgConnection;
use serde_json::json;
use uuid::Uuid;

use super::act::{is_signing, stage_of};
use super::advance::{Change, advance};
use super::lifecycle::{self, Facts};
use super::stage::Action;
use super::store::{self, Request};
use super::world::World;
use super::{amend, letter_data};
use crate::accounts::{Actor, Person};
use crate::app::{App, Ctx};
use crate::areas::AreaLevel;
use crate::letters::{self, Level, Reservation};
use crate::platform::crash::Phase;
use crate::platform::error::{Error, log_chain};
use crate::platform::jobs::{self, Job};

/// Kind of the job in `jobs`.
pub const JOB: &str = "issue_letter";

/// Transaction 1, after the request has gone to `signing`.
///
/// # Errors
/// What the database says.
pub fn begin(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    actor: &Actor,
) -> Result<(), Error> {
    let route = world.route(request.kepling)?;
    let step = request
        .step
        .and_then(|n| route.step(n))
        .ok_or_else(|| Error::internal("signed at no step"))?;
    let place = world.place(step, &request.lingkungan);
    let signer = Person::get(conn, actor.account_id)?;
    let office = letter_data::signing_office(world, actor, &place);
    let on = world.calendar.today(ctx.now);
    let definition = world.definition();
    let reservation = Reservation {
        request_id: request.id,
        service_code: definition.code.clone(),
        archive_code: definition.archive_code.clone(),
        unit_code: world
            .areas
            .get(&place.area)
            .and_then(|area| area.unit_code.clone())
            .unwrap_or_default(),
        area: place.area,
        level: if step.level == AreaLevel::Kecamatan {
            Level::Kecamatan
        } else {
            Level::Kelurahan
        },
        letter_area: request.area.clone(),
        holder_name: request.applicant_name.clone(),
        signer: signer.id,
        signer_name: signer.name.clone(),
        signer_office: office.join(", "),
        on,
        valid_until: valid_until(on, definition.validity_days),
    };
    let reserved = letters::reserve(conn, ctx, &reservation)?;
    if route.is_last_level(step.n) {
        let answers = amend::open_contents(conn, ctx, world, request)?;
        let data = letter_data::assemble(conn, ctx, world, request, &answers, &reserved, &signer, office)?;
        letters::set_data(conn, ctx, reserved.letter_id, &data)?;
    }
    let payload = json!({ "request": request.id, "letter": reserved.letter_id });
    let key = format!("{JOB}:{}:{}", request.id, request.event_seq);
    jobs::enqueue(conn, ctx.entropy, ctx.now, JOB, &payload, Some(&key))?;
    ctx.config.crash_points.reach(Phase::Signing);
    Ok(())
}

/// The last day on which a letter holds: it is good for that many days after the day it is signed.
fn valid_until(on: NaiveDate, days: Option<u32>) -> Option<NaiveDate> {
    days.and_then(|days| on.checked_add_days(Days::new(u64::from(days))))
}

/// Runs the job of a signature.
///
/// # Errors
/// What failed; the worker tries again.
pub fn run(app: &App, job: &Job) -> Result<(), Error> {
    app.config().crash_points.reach(Phase::JobClaimed);
    let id = |name: &str| {
        job.payload
            .get(name)
            .and_then(|value| value.as_str()?.parse::<Uuid>().ok())
            .ok_or_else(|| Error::internal("a job without its ids"))
    };
    let (request_id, letter_id) = (id("request")?, id("letter")?);
    let (request, is_last) = app.read_now(|conn, ctx| {
        let request = store::get(conn, request_id)?;
        let route = World::of(conn, ctx, &request)?.route(request.kepling)?;
        let is_last = request.step.is_some_and(|n| route.is_last_level(n));
        Ok((request, is_last))
    })?;
    if !is_signing(&request) {
        return Ok(()); // an earlier run got as far as the end
    }
    if !is_last {
        return finish(app, request_id, Action::LevelSigned, None);
    }
    let letter = app.read_now(|conn, ctx| Ok(letters::load_for_render(conn, ctx, letter_id)?))?;
    let pdf = match letters::render_and_sign(app.extras().typeset, &app.extras().seal, &letter) {
        Ok(pdf) => pdf,
        // The same letter fails the same way: the signer must hear of it, not the worker try for ever.
        Err(error) => {
            log_chain(&error);
            return finish(app, request_id, Action::SignFailed, None);
        }
    };
    let document = letters::store_document(app, letter_id, &pdf)?;
    app.config().crash_points.reach(Phase::FileStored);
    finish(app, request_id, Action::Issue, Some((letter_id, document)))
}

/// The transaction that ends a signature, one way or the other.
fn finish(
    app: &App,
    request_id: Uuid,
    action: Action,
    document: Option<(Uuid, letters::StoredDocument)>,
) -> Result<(), Error> {
    app.write_now(|conn, ctx| {
        let mut request = store::lock(conn, request_id)?;
        if !is_signing(&request) {
            return Ok(());
        }
        let world = World::of(conn, ctx, &request)?;
        let route = world.route(request.kepling)?;
        let facts = Facts {
            signed: true,
            ..Facts::default()
        };
        let transition = lifecycle::next(stage_of(&request)?, action, &route, &facts)?;
        let mut data = json!({});
        if let Some((letter_id, document)) = &document {
            let replaces = letters::mark_issued(conn, ctx, *letter_id, document)?;
            data = json!({ "letter": letter_id, "pdf_sha256": hex::encode(&document.pdf_sha256) });
            if let Some((replaces, data)) = replaces.zip(data.as_object_mut()) {
                data.insert("replaces".to_owned(), json!(replaces));
            }
        }
        let change = Change {
            action,
            transition,
            actor: None,
            note: None,
            reason_code: None,
            data,
        };
        advance(conn, ctx, &world, &mut request, change)?;
        Ok(())
    })?;
    let phase = match action {
        Action::Issue => Phase::Issued,
        _ => Phase::LevelSigned,
    };
    app.config().crash_points.reach(phase);
    Ok(())
}
