//! The form of a service: asked, answered, handed in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::drafts::{self, Aside};
use super::posted::{self, Posted};
use super::{known, messages, new_key, once};
use crate::accounts::api::SameOrigin;
use crate::accounts::pages::chrome;
use crate::accounts::profile;
use crate::accounts::{AccountError, Actor, Position};
use crate::app::{Answer, App, Ctx};
use crate::areas::{AreaCode, Areas};
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::requests::on_behalf;
use crate::requests::reading;
use crate::requests::submit::{self as operation, NewRequest};
use crate::requests::world::World;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::Origin;
use crate::services::{
    AttachmentKind, FieldView, FileView, FormContext, FormValues, ServiceDefinition, Widget, fields_view, files_view,
    fold_place_errors, from_form, labelled,
};
use crate::shell::{Chrome, FormErrors, page_with_status, see_other};

#[derive(Template)]
#[template(path = "requests/pages/submit.html")]
pub(super) struct SubmitPage {
    chrome: Chrome,
    service: ServiceDefinition,
    key: String,
    /// As the summary lists them.
    errors: FormErrors,
    /// As they stand at their controls.
    at: FormErrors,
    applicant: Vec<FieldView>,
    fields: Vec<FieldView>,
    files: Vec<FileView>,
    relation: String,
    aside: Aside,
    is_counter: bool,
}

/// What a form page is made of.
pub(super) struct Form {
    pub service: ServiceDefinition,
    pub areas: Areas,
    pub values: FormValues,
    pub errors: Vec<FieldError>,
    pub grow: String,
    pub aside: Aside,
    /// The only kelurahan that the counter serves.
    pub only: Option<AreaCode>,
}

impl SubmitPage {
    pub(super) fn new(chrome: Chrome, key: String, form: Form) -> Self {
        let at = FormErrors(fold_place_errors(form.errors));
        let context = FormContext {
            values: &form.values,
            errors: &at,
            areas: &form.areas,
            only_kelurahan: form.only.as_ref(),
            grow: &form.grow,
        };
        let applicant = fields_view("applicant", applicant_fields(), &context);
        let fields = fields_view("fields", &form.service.fields, &context);
        let mut kinds = form.service.attachments.clone();
        kinds.push(AttachmentKind::kuasa(messages::KUASA_LABEL));
        let files = files_view(&kinds, &context);
        let controls: Vec<FieldView> = applicant.iter().chain(&fields).cloned().collect();
        Self {
            chrome,
            key,
            errors: labelled(&at, &controls, &files),
            aside: form.aside,
            is_counter: false,
            relation: form.values.first("relation").to_owned(),
            service: form.service,
            applicant,
            fields,
            files,
            at,
        }
    }

    fn is_relation(&self, word: &str) -> bool {
        self.relation == word
    }
}

/// Which draft is gone on with.
#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    draf: String,
}

/// The form, filled with what the account knows of the applicant.
pub(super) async fn form(
    app: App,
    actor: Actor,
    code: web::Path<String>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    if !query.draf.is_empty() {
        return drafts::go_on(&app, &actor, &code, &query.draf).await;
    }
    let who = actor.clone();
    let (service, areas, profile) = app
        .read(move |conn, ctx| {
            let reference = ctx.reference(conn)?;
            let service = reference.current(&code)?.definition.clone();
            Ok::<_, AccountError>((service, reference.areas.clone(), profile::find(conn, ctx, &who)?))
        })
        .await?;
    if !service.active {
        return Ok(see_other(&format!("/layanan/{}", service.code)));
    }
    let form = Form {
        service,
        areas,
        // An officer fills it in for somebody who stands at the counter.
        values: if actor.is_staff() {
            FormValues::default()
        } else {
            known::known(&profile)
        },
        errors: Vec::new(),
        grow: String::new(),
        aside: Aside::default(),
        only: None,
    };
    show(&app, &actor, form, StatusCode::OK)
}

pub(super) async fn submit(
    app: App,
    actor: Actor,
    _: SameOrigin,
    req: HttpRequest,
    payload: web::Payload,
    code: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let code = code.into_inner();
    let posted = posted::read(&app, &actor, &req, payload).await?;
    if !posted.grow.is_empty() {
        return again(&app, &actor, code, posted, Vec::new(), StatusCode::OK).await;
    }
    if posted.save && posted.errors.is_empty() {
        return match drafts::put_aside(&app, &actor, &code, &posted).await {
            Ok(done) => Ok(done),
            Err(error) => {
                let (errors, status) = drafts::refusal(error)?;
                again(&app, &actor, code, posted, errors, status).await
            }
        };
    }
    let mut errors = posted.errors.clone();
    errors.extend(kuasa_without_relation(&posted.values));
    if !errors.is_empty() {
        let found = problems(&app, code.clone(), &posted.values).await?;
        let others = found
            .into_iter()
            .filter(|error| !errors.iter().any(|known| known.field == error.field));
        let errors = errors.iter().cloned().chain(others).collect();
        return again(&app, &actor, code, posted, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match hand_in(&app, &actor, &code, &posted).await {
        Ok(id) => Ok(see_other(&format!("/permohonan/{id}?baru=1"))),
        Err(Error::Invalid(errors)) => {
            again(&app, &actor, code, posted, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Error::Unprocessable {
            code: known @ "idempotency_mismatch",
        }) => {
            let errors = vec![FieldError::new("kirim", known, messages::SENT_BEFORE)];
            again(&app, &actor, code, posted, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other),
    }
}

async fn hand_in(app: &App, actor: &Actor, code: &str, posted: &Posted) -> Result<Uuid, Error> {
    let once = once("submit", code, &posted.key)?;
    let new = new_request(code, posted);
    let who = actor.clone();
    let (_, body) = app
        .once(
            once,
            actor.account_id.to_string(),
            posted.hash.clone(),
            move |conn, ctx| {
                let request = operation::submit(conn, ctx, &who, &new, Origin::Form)?;
                Ok::<_, Error>(Answer::created(request.id))
            },
        )
        .await?;
    serde_json::from_slice(&body).map_err(Error::internal)
}

fn new_request(code: &str, posted: &Posted) -> NewRequest {
    let raw = from_form(posted.values.pairs());
    let draft = &posted.aside.id;
    NewRequest {
        draft: if draft.is_empty() {
            Value::Null
        } else {
            draft.as_str().into()
        },
        service: code.to_owned(),
        area: raw.area,
        applicant: raw.applicant,
        relation: raw.relation,
        fields: raw.fields,
        attachments: raw.attachments,
    }
}

/// A power of attorney that nobody asked for would only be refused as unknown.
fn kuasa_without_relation(values: &FormValues) -> Option<FieldError> {
    let name = format!("attachments.{}", AttachmentKind::KUASA);
    let attached = values.all(&name).any(|id| !id.is_empty());
    (attached && values.first("relation") != "kuasa")
        .then(|| FieldError::new(name, "unknown_attachment", messages::KUASA_WITHOUT_RELATION))
}

/// What else is wrong, so that the person hears of everything at once.
async fn problems(app: &App, code: String, values: &FormValues) -> Result<Vec<FieldError>, Error> {
    let raw = from_form(values.pairs());
    let checked = app
        .read(move |conn, ctx: &Ctx<'_>| {
            let reference = ctx.reference(conn)?;
            let service = reference.current(&code)?;
            let world = World::with(&reference, service, &reading::kecamatan_of(ctx, &raw.area)?);
            reading::read(ctx, &world, &raw, Origin::Form)?;
            Ok::<_, Error>(())
        })
        .await;
    match checked {
        Ok(()) => Ok(Vec::new()),
        Err(Error::Invalid(errors)) => Ok(errors),
        Err(other) => Err(other),
    }
}

/// The form once more, with all that was typed and uploaded.
async fn again(
    app: &App,
    actor: &Actor,
    code: String,
    posted: Posted,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    // A draft that is gone is not named again.
    let is_gone = status == StatusCode::NOT_FOUND || errors.iter().any(|error| error.field == "draft");
    let aside = if is_gone { Aside::default() } else { posted.aside };
    let (service, areas) = app
        .read(move |conn, ctx| {
            let reference = ctx.reference(conn)?;
            Ok::<_, Error>((reference.current(&code)?.definition.clone(), reference.areas.clone()))
        })
        .await?;
    let form = Form {
        service,
        areas,
        values: posted.values,
        errors,
        grow: posted.grow,
        aside,
        only: None,
    };
    show(app, actor, form, status)
}

pub(super) fn show(app: &App, actor: &Actor, mut form: Form, status: StatusCode) -> Result<HttpResponse, Error> {
    form.only = on_behalf::counter_of(actor);
    let mut page = SubmitPage::new(chrome(Some(actor), app.keys()), new_key(app), form);
    page.is_counter = actor.holds(Position::Petugas);
    page_with_status(&page, status)
}
