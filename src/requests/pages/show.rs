//! One request: the resident sees where it is and what to do, the officer sees form and scans side by side and acts.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::action_forms::{self, ActionForm, Targets, Typed};
use super::conversation::{self, Conversation};
use super::identity;
use super::messages::button;
use super::progress::{self, Line, Station, StationState};
use super::{id_of, new_key};
use crate::accounts::pages::chrome;
use crate::accounts::policy::{is_own, is_party};
use crate::accounts::{Actor, Person};
use crate::app::{App, Ctx};
use crate::assignment::Colleague;
use crate::platform::error::Error;
use crate::platform::indonesian::long_date;
use crate::requests::error::RequestError;
use crate::requests::messages::moment;
use crate::requests::stage::{Action, State};
use crate::requests::view::{self, RequestDetail};
use crate::requests::world::World;
use crate::requests::{assign, opening, store};
use crate::services::catalogue::applicant_fields;
use crate::services::fields::{Answers, Field, PrintContext, Printed};
use crate::services::{AttachmentKind, ServiceDefinition};
use crate::shell::{Chrome, FormErrors, page_with_status};

/// A request with all that its page tells.
pub(super) struct Loaded {
    pub detail: RequestDetail,
    pub service: ServiceDefinition,
    pub is_party: bool,
    pub stations: Vec<Station>,
    pub lines: Vec<Line>,
    /// Why it came back or was refused.
    pub last_word: Option<Line>,
    pub answers: Vec<(String, Printed)>,
    pub papers: Vec<Paper>,
    pub area: String,
    pub submitted: String,
    /// When it is promised; none once it has ended.
    pub promise: Option<String>,
    /// Until when the resident may complete it, or the step must be done.
    pub step_due: Option<String>,
    pub is_late: bool,
    /// Some account of the applicant's NIK waits for the actor to compare it with the KTP.
    pub may_verify: bool,
    /// A colleague who has it open.
    pub open_at: Option<String>,
    /// Where it can be sent back to.
    pub earlier: Vec<Targets>,
    /// Where it can be transferred to.
    pub elsewhere: Vec<Targets>,
    /// For whoever may move the work: who has it, and who else could.
    pub movable: Option<Movable>,
}

/// What a superior sees of the work at hand.
pub(super) struct Movable {
    pub holder: Option<Uuid>,
    pub colleagues: Vec<Colleague>,
}

impl Movable {
    fn is_with(&self, person: &Uuid) -> bool {
        self.holder.as_ref() == Some(person)
    }
}

/// The scans of one kind.
pub(super) struct Paper {
    pub kind: String,
    pub label: String,
    pub files: Vec<Scan>,
}

pub(super) struct Scan {
    pub id: Uuid,
    pub is_image: bool,
}

#[derive(Template)]
#[template(path = "requests/pages/show.html")]
pub(super) struct RequestPage {
    pub chrome: Chrome,
    pub view: Loaded,
    /// It was handed in a moment ago.
    pub is_new: bool,
    pub key: String,
    pub errors: FormErrors,
    /// Why an action was refused as a whole.
    pub message: &'static str,
    pub typed: Typed,
    pub conversation: Conversation,
}

impl RequestPage {
    fn may(&self, action: Action) -> bool {
        self.view.detail.allowed.contains(&action)
    }

    /// The buttons that move it on.
    fn buttons(&self) -> impl Iterator<Item = (Action, &'static str)> {
        self.view
            .detail
            .allowed
            .iter()
            .filter_map(|action| Some((*action, button(*action)?)))
    }

    /// The address of a scan.
    fn scan(&self, id: &Uuid) -> String {
        format!("/permohonan/{}/lampiran/{id}", self.view.detail.summary.id)
    }

    fn date(&self, date: &NaiveDate) -> String {
        long_date(*date)
    }

    fn is(&self, state: State) -> bool {
        self.view.detail.summary.status == state
    }

    /// The forms of what asks for more than a press.
    fn forms(&self) -> Vec<ActionForm<'_>> {
        let fit = |action: &&Action| action_forms::fits(**action, &self.view.service);
        let allowed: Vec<Action> = self.view.detail.allowed.iter().filter(fit).copied().collect();
        let targets = (self.view.earlier.as_slice(), self.view.elsewhere.as_slice());
        action_forms::forms(&allowed, targets, &self.typed, &self.errors)
    }
}

/// Said once, after handing in.
#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    baru: String,
    /// Where the messages shown begin.
    #[serde(default)]
    pesan: String,
}

pub(super) async fn show(
    app: App,
    actor: Actor,
    id: web::Path<String>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    let id = id_of(&id)?;
    let is_new = !query.baru.is_empty();
    let older = Some(query.pesan.as_str());
    render_from(&app, actor, id, older, |page| page.is_new = is_new, StatusCode::OK).await
}

/// The page, with what the caller adds to it.
pub(super) async fn render(
    app: &App,
    actor: Actor,
    id: Uuid,
    change: impl FnOnce(&mut RequestPage),
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    render_from(app, actor, id, None, change, status).await
}

/// The same, with older messages.
async fn render_from(
    app: &App,
    actor: Actor,
    id: Uuid,
    messages_from: Option<&str>,
    change: impl FnOnce(&mut RequestPage),
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    let who = actor.clone();
    let asked = conversation::asked(messages_from)?;
    let (view, conversation) = app
        .write(move |conn, ctx| {
            let view = load(conn, ctx, &who, id)?;
            Ok::<_, RequestError>((view, conversation::load(conn, ctx, &who, id, &asked)?))
        })
        .await?;
    let mut page = RequestPage {
        conversation,
        chrome: chrome(Some(&actor), app.keys()),
        view,
        is_new: false,
        key: new_key(app),
        errors: FormErrors::default(),
        message: "",
        typed: Typed::default(),
    };
    change(&mut page);
    page_with_status(&page, status)
}

/// Opens a request for its page: an officer's view of it is written down.
///
/// # Errors
/// `NotFound` when the actor may not see it.
pub(super) fn load(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, id: Uuid) -> Result<Loaded, RequestError> {
    let detail = opening::open(conn, ctx, actor, id)?;
    let events = view::history(conn, ctx, actor, id)?;
    let request = store::get(conn, id)?;
    let world = World::of(conn, ctx, &request)?;
    let route = world.route(request.kepling)?;
    let zone = ctx.config.zone;
    let lines = progress::history(&events, &route, zone);
    let is_open = request.ended_at.is_none();
    let holder = request
        .holder
        .filter(|_| request.is_held_by_other(actor.account_id, ctx.now));
    let movable = movable(conn, ctx, actor, &request)?;
    Ok(Loaded {
        movable,
        is_party: is_party(actor, &request.facts()),
        stations: progress::stations(&world, &route, &request, zone),
        last_word: progress::last_word(&lines, &events),
        lines,
        answers: answers(ctx, &world, &detail),
        papers: papers(world.definition(), &detail),
        area: world.areas.name(&request.area),
        submitted: moment(request.submitted_at, zone),
        promise: request.due_at.filter(|_| is_open).map(|at| moment(at, zone)),
        step_due: request.step_due_at.filter(|_| is_open).map(|at| moment(at, zone)),
        is_late: request.state == State::Submitted && request.step_due_at.is_some_and(|at| at < ctx.now),
        may_verify: identity::may_verify(conn, actor, &request)?,
        open_at: holder
            .map(|holder| Person::get(conn, holder))
            .transpose()?
            .map(|person| person.name),
        earlier: action_forms::earlier_steps(&route, &request),
        elsewhere: action_forms::other_places(&world.areas, &request),
        service: world.service.definition.clone(),
        detail,
    })
}

fn movable(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    request: &store::Request,
) -> Result<Option<Movable>, RequestError> {
    let may = request.state == State::Submitted && assign::may_move(actor, request) && !is_own(actor, &request.facts());
    if !may {
        return Ok(None);
    }
    Ok(Some(Movable {
        holder: request.holder,
        colleagues: assign::candidates(conn, ctx, request)?,
    }))
}

/// Every answer with its label, as the form asked.
fn answers(ctx: &Ctx<'_>, world: &World, detail: &RequestDetail) -> Vec<(String, Printed)> {
    let context = PrintContext {
        zone: ctx.config.zone,
        area_name: &|code| Some(world.areas.name(code)),
    };
    let printed = |fields: &[Field], values: &serde_json::Value| -> Vec<(String, Printed)> {
        let answers = values.as_object().cloned().map(Answers::from_map).unwrap_or_default();
        let rows = answers.printed(fields, &context);
        rows.into_iter()
            .map(|(field, text)| (field.label.clone(), text))
            .collect()
    };
    let mut all = printed(applicant_fields(), &detail.applicant);
    all.extend(printed(&world.definition().fields, &detail.fields));
    all
}

/// Scans by kind, in the order of the service.
fn papers(service: &ServiceDefinition, detail: &RequestDetail) -> Vec<Paper> {
    let of = |kind: &AttachmentKind| Paper {
        kind: kind.key.clone(),
        label: kind.label.clone(),
        files: detail
            .attachments
            .iter()
            .filter(|file| file.kind == kind.key)
            .map(|file| Scan {
                id: file.id,
                is_image: file.media_type.starts_with("image/"),
            })
            .collect(),
    };
    let kuasa = AttachmentKind::kuasa(super::messages::KUASA_LABEL);
    let all = service.attachments.iter().chain([&kuasa]).map(of);
    all.filter(|paper| !paper.files.is_empty()).collect()
}
