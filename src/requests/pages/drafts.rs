//! "Simpan dulu": a half-filled form is put aside, listed, continued, thrown away.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::posted::Posted;
use super::submit::{self, Form as Blank};
use super::{id_of, messages, once};
use crate::accounts::Actor;
use crate::accounts::api::{SameOrigin, check_csrf};
use crate::app::{Answer, App};
use crate::areas::Areas;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::http::Form;
use crate::requests::drafts::{self as operation, Contents, DraftDetail};
use crate::requests::error::RequestError;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::{Answers, Origin};
use crate::services::{self, FormValues, ServiceDefinition, from_form};
use crate::shell::see_other;

/// Which draft a form is about, as the form carries it.
#[derive(Debug, Clone, Default)]
pub(super) struct Aside {
    pub id: String,
    pub version: String,
}

/// The form as it was put aside.
///
/// # Errors
/// `NotFound` for another's, and for one of another service.
pub(super) async fn go_on(app: &App, actor: &Actor, code: &str, draft: &str) -> Result<HttpResponse, Error> {
    let (id, who, code) = (id_of(draft)?, actor.clone(), code.to_owned());
    let (draft, service, areas) = app
        .read(move |conn, ctx| {
            let draft = operation::get(conn, ctx, &who, id)?;
            let service = services::current(conn, &draft.summary.service)?.definition;
            Ok::<_, RequestError>((draft, service, Areas::load(conn)?))
        })
        .await?;
    if draft.summary.service != code {
        return Err(Error::NotFound);
    }
    let aside = Aside {
        id: draft.summary.id.to_string(),
        version: draft.summary.version.to_string(),
    };
    let form = Blank {
        values: values(app, &service, draft),
        service,
        areas,
        errors: Vec::new(),
        grow: String::new(),
        aside,
        only: None,
    };
    submit::show(app, actor, form, StatusCode::OK)
}

/// Puts the form aside and leads to the list.
///
/// # Errors
/// As the operation.
pub(super) async fn put_aside(app: &App, actor: &Actor, code: &str, posted: &Posted) -> Result<HttpResponse, Error> {
    let once = once("draft", code, &posted.key)?;
    let contents = Contents::of(from_form(posted.values.pairs()), Origin::Form);
    let (who, code, aside) = (actor.clone(), code.to_owned(), posted.aside.clone());
    let scope = actor.account_id.to_string();
    app.once(once, scope, posted.hash.clone(), move |conn, ctx| {
        match aside.id.parse::<Uuid>() {
            // A page always says what it showed; one that does not matches nothing.
            Ok(id) => {
                let version = Some(aside.version.parse().unwrap_or(-1));
                operation::replace(conn, ctx, &who, id, &contents, version)?
            }
            Err(_) => operation::create(conn, ctx, &who, &code, &contents)?,
        };
        Ok::<_, Error>(Answer::created(()))
    })
    .await?;
    Ok(see_other("/permohonan?disimpan=1#simpanan"))
}

/// What the page says when a draft could not be kept or used, with the status of the answer.
pub(super) fn refusal(error: Error) -> Result<(Vec<FieldError>, StatusCode), Error> {
    let status = error.status();
    let message = match error {
        Error::Invalid(errors) => return Ok((errors, status)),
        Error::Stale => messages::DRAFT_CHANGED,
        Error::NotFound => messages::DRAFT_GONE,
        Error::TooLarge => messages::DRAFT_TOO_LARGE,
        Error::Conflict { code: "draft_limit" } => messages::DRAFT_LIMIT,
        Error::Unprocessable {
            code: "idempotency_mismatch",
        } => messages::SENT_BEFORE,
        other => return Err(other),
    };
    Ok((vec![FieldError::new("kirim", "draft", message)], status))
}

/// The controls of a form as they were left.
#[must_use]
pub(super) fn values(app: &App, service: &ServiceDefinition, draft: DraftDetail) -> FormValues {
    let (raw, typed) = draft.contents.raw();
    let mut values = FormValues::default();
    if typed {
        put(&mut values, "applicant", &raw.applicant);
        put(&mut values, "fields", &raw.fields);
    } else {
        let zone = app.config().zone;
        let answers = |value: Value| match value {
            Value::Object(map) => Answers::from_map(map),
            _ => Answers::default(),
        };
        values.put_answers("applicant", applicant_fields(), &answers(raw.applicant), zone);
        values.put_answers("fields", &service.fields, &answers(raw.fields), zone);
    }
    put(&mut values, "relation", &raw.relation);
    for file in raw.attachments.as_array().into_iter().flatten() {
        let part = |key: &str| file.get(key).and_then(Value::as_str);
        if let Some((kind, id)) = part("kind").zip(part("id")) {
            values.put(format!("attachments.{kind}"), id);
        }
    }
    values
}

/// Objects and rows become names with dots again.
fn put(values: &mut FormValues, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (key, value) in members {
                put(values, &format!("{name}.{key}"), value);
            }
        }
        Value::Array(rows) => {
            for (n, row) in rows.iter().enumerate() {
                put(values, &format!("{name}.{n}"), row);
            }
        }
        Value::String(text) => values.put(name, text.as_str()),
        other => values.put(name, other.to_string()),
    }
}

/// The button that throws a draft away.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pressed {
    csrf: String,
    kunci: String,
}

pub(super) async fn throw_away(
    app: App,
    actor: Actor,
    _: SameOrigin,
    id: web::Path<String>,
    form: Form<Pressed>,
) -> Result<HttpResponse, Error> {
    let id = id_of(&id)?;
    check_csrf(&actor, app.keys(), &form.value.csrf)?;
    let once = once("delete draft", &id.to_string(), &form.value.kunci)?;
    let scope = actor.account_id.to_string();
    app.once(once, scope, form.hash, move |conn, _| {
        operation::delete(conn, &actor, id, None)?;
        Ok::<_, Error>(Answer::ok(()))
    })
    .await?;
    Ok(see_other("/permohonan"))
}
