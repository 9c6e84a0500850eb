//! What a request says, to be changed: by the resident to whom it came back, or by the officer who mends it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::messages::ChangeWords;
use super::posted::{self, Posted};
use super::progress::Line;
use super::show::{self, Loaded, Paper};
use super::{id_of, messages, new_key, once};
use crate::accounts::Actor;
use crate::accounts::api::SameOrigin;
use crate::accounts::pages::chrome;
use crate::app::{Answer, App};
use crate::areas::Areas;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::messages::problem;
use crate::requests::act::{self as operation, NewAction};
use crate::requests::error::RequestError;

use crate::requests::stage::Action;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::{Answers, Origin};
use crate::services::{
    AttachmentKind, FieldView, FileView, FormContext, FormValues, Relation, Widget, fields_view, files_view,
    fold_place_errors, from_form, labelled,
};
use crate::shell::{Chrome, FormErrors, page_with_status, see_other};

#[derive(Template)]
#[template(path = "requests/pages/amend.html")]
struct AmendPage {
    chrome: Chrome,
    id: Uuid,
    name: String,
    version: i32,
    key: String,
    purpose: Purpose,
    words: &'static ChangeWords,
    note: String,
    word: Option<Line>,
    errors: FormErrors,
    message: &'static str,
    applicant: Vec<FieldView>,
    fields: Vec<FieldView>,
    files: Vec<(FileView, Option<Paper>)>,
}

/// Who changes it, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The resident completes what came back.
    Complete,
    /// An officer mends what is wrong.
    Mend,
}

impl Purpose {
    const fn action(self) -> Action {
        match self {
            Self::Complete => Action::Resubmit,
            Self::Mend => Action::Correct,
        }
    }

    const fn words(self) -> &'static ChangeWords {
        match self {
            Self::Complete => &messages::COMPLETE,
            Self::Mend => &messages::MEND,
        }
    }
}

/// What a form that came back says of itself.
#[derive(Default)]
struct Back {
    values: FormValues,
    errors: Vec<FieldError>,
    grow: String,
    message: &'static str,
}

impl AmendPage {
    fn new(chrome: Chrome, (key, purpose): (String, Purpose), areas: &Areas, mut view: Loaded, back: Back) -> Self {
        let at = FormErrors(fold_place_errors(back.errors));
        let context = FormContext {
            values: &back.values,
            errors: &at,
            areas,
            only_kelurahan: Some(&view.detail.summary.area),
            grow: &back.grow,
        };
        let applicant = fields_view("applicant", applicant_fields(), &context);
        let fields = fields_view("fields", &view.service.fields, &context);
        let mut kinds = view.service.attachments.clone();
        if view.detail.relation == Some(Relation::Kuasa) {
            kinds.push(AttachmentKind::kuasa(messages::KUASA_LABEL));
        }
        for kind in &mut kinds {
            // What is there may stay.
            kind.required &= !view.papers.iter().any(|paper| paper.kind == kind.key);
        }
        let views = files_view(&kinds, &context);
        let controls: Vec<FieldView> = applicant.iter().chain(&fields).cloned().collect();
        let errors = labelled(&at, &controls, &views);
        let mut there = |key: &str| {
            let place = view.papers.iter().position(|paper| paper.kind == key)?;
            Some(view.papers.swap_remove(place))
        };
        let files = views
            .into_iter()
            .zip(&kinds)
            .map(|(file, kind)| (file, there(&kind.key)))
            .collect();
        Self {
            chrome,
            id: view.detail.summary.id,
            name: view.detail.summary.service_name,
            version: view.detail.summary.version,
            key,
            purpose,
            words: purpose.words(),
            note: back.values.first("note").to_owned(),
            word: view.last_word.filter(|_| purpose == Purpose::Complete),
            errors,
            message: back.message,
            applicant,
            fields,
            files,
        }
    }
}

/// The form with the answers so far.
pub(super) async fn form(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    show(&app, &actor, (id_of(&id)?, Purpose::Complete), None, StatusCode::OK).await
}

/// The same for an officer.
pub(super) async fn mend_form(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    show(&app, &actor, (id_of(&id)?, Purpose::Mend), None, StatusCode::OK).await
}

pub(super) async fn resubmit(
    app: App,
    actor: Actor,
    _: SameOrigin,
    req: HttpRequest,
    payload: web::Payload,
    id: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let posted = posted::read(&app, &actor, &req, payload).await?;
    change(&app, &actor, (id_of(&id)?, Purpose::Complete), posted).await
}

pub(super) async fn mend(
    app: App,
    actor: Actor,
    _: SameOrigin,
    req: HttpRequest,
    payload: web::Payload,
    id: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let posted = posted::read(&app, &actor, &req, payload).await?;
    change(&app, &actor, (id_of(&id)?, Purpose::Mend), posted).await
}

async fn change(
    app: &App,
    actor: &Actor,
    (id, purpose): (Uuid, Purpose),
    posted: Posted,
) -> Result<HttpResponse, Error> {
    if !posted.grow.is_empty() {
        let back = Back {
            values: posted.values,
            grow: posted.grow,
            ..Back::default()
        };
        return show(app, actor, (id, purpose), Some(back), StatusCode::OK).await;
    }
    let outcome = if posted.errors.is_empty() {
        send(app, actor, (id, purpose), &posted).await
    } else {
        Err(Error::Invalid(posted.errors.clone()))
    };
    let Err(error) = outcome else {
        return Ok(see_other(&format!("/permohonan/{id}")));
    };
    let status = error.status();
    let (errors, message) = match error {
        Error::Invalid(errors) => (errors, ""),
        Error::Stale | Error::Conflict { .. } | Error::Unprocessable { .. } => {
            (Vec::new(), problem(error.code(), status).1)
        }
        other => return Err(other),
    };
    let back = Back {
        values: posted.values,
        errors,
        grow: String::new(),
        message,
    };
    show(app, actor, (id, purpose), Some(back), status).await
}

async fn send(app: &App, actor: &Actor, (id, purpose): (Uuid, Purpose), posted: &Posted) -> Result<(), Error> {
    let raw = from_form(posted.values.pairs());
    let wanted = NewAction {
        action: purpose.action().to_string(),
        note: Some(posted.values.first("note").to_owned()),
        applicant: raw.applicant,
        fields: raw.fields,
        attachments: raw.attachments,
        version: Some(posted.version.unwrap_or(-1)),
        ..NewAction::default()
    };
    let once = once(purpose.action().as_str(), &id.to_string(), &posted.key)?;
    let who = actor.clone();
    app.once(
        once,
        actor.account_id.to_string(),
        posted.hash.clone(),
        move |conn, ctx| {
            operation::act(conn, ctx, &who, id, &wanted, Origin::Form)?;
            Ok::<_, Error>(Answer::ok(()))
        },
    )
    .await?;
    Ok(())
}

async fn show(
    app: &App,
    actor: &Actor,
    (id, purpose): (Uuid, Purpose),
    back: Option<Back>,
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    let who = actor.clone();
    let (view, areas) = app
        .write(move |conn, ctx| {
            let areas = ctx.reference(conn)?.areas.clone();
            Ok::<_, RequestError>((show::load(conn, ctx, &who, id)?, areas))
        })
        .await?;
    if !view.detail.allowed.contains(&purpose.action()) {
        return Ok(see_other(&format!("/permohonan/{id}")));
    }
    let back = back.unwrap_or_else(|| Back {
        values: stored(app, &view),
        ..Back::default()
    });
    let page = AmendPage::new(
        chrome(Some(actor), app.keys()),
        (new_key(app), purpose),
        &areas,
        view,
        back,
    );
    page_with_status(&page, status)
}

/// The answers so far, as they would be typed.
fn stored(app: &App, view: &Loaded) -> FormValues {
    let answers = |value: &serde_json::Value| value.as_object().cloned().map(Answers::from_map).unwrap_or_default();
    let zone = app.config().zone;
    let mut values = FormValues::default();
    values.put_answers("applicant", applicant_fields(), &answers(&view.detail.applicant), zone);
    values.put_answers("fields", &view.service.fields, &answers(&view.detail.fields), zone);
    values
}
