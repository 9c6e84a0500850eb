//! Messages on the page of a request.

use actix_web::{HttpResponse, web};
use diesel::PgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::{id_of, messages, once, show};
use crate::accounts::Actor;
use crate::accounts::api::{SameOrigin, check_csrf};
use crate::app::{Answer, App, Ctx};
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::platform::messages::problem;
use crate::platform::pagination::{DEFAULT_LIMIT, PageRequest, TimeKey};
use crate::requests::conversation::{self as operation, MessageView, NewMessage};
use crate::requests::error::RequestError;
use crate::requests::messages::moment;
use crate::requests::store;
use crate::shell::{FormErrors, see_other};

/// A page of the conversation, oldest first.
pub(super) struct Conversation {
    pub messages: Vec<Said>,
    /// Where the older ones begin.
    pub older: Option<String>,
    pub may_write: bool,
    /// What was written and refused.
    pub text: String,
}

/// One message.
pub(super) struct Said {
    pub by: String,
    pub at: String,
    /// None once it was erased.
    pub text: Option<String>,
    pub is_own: bool,
    pub unread: bool,
}

/// Which page of the messages the address asks for.
///
/// # Errors
/// `bad_cursor`.
pub(super) fn asked(cursor: Option<&str>) -> Result<PageRequest<TimeKey>, Error> {
    PageRequest::parse(None, cursor, DEFAULT_LIMIT)
}

/// Opens the conversation, which marks it as read.
///
/// # Errors
/// `NotFound` when the actor may not see the request.
pub(super) fn load(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
    asked: &PageRequest<TimeKey>,
) -> Result<Conversation, RequestError> {
    let request = store::get(conn, id)?;
    let side = operation::side_of(actor, &request);
    let page = operation::open(conn, ctx, actor, id, asked)?;
    let said = |message: MessageView| Said {
        by: message
            .position
            .map_or(messages::APPLICANT, |position| position.label())
            .to_owned(),
        at: moment(message.at.utc(), ctx.config.zone),
        text: message.text,
        is_own: side == Some(message.side),
        unread: message.unread,
    };
    Ok(Conversation {
        messages: page.items.into_iter().rev().map(said).collect(),
        older: page.next_cursor,
        may_write: side.is_some() && operation::is_open(ctx, &request),
        text: String::new(),
    })
}

/// A message as the form sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Posted {
    csrf: String,
    kunci: String,
    text: String,
}

pub(super) async fn write(
    app: App,
    actor: Actor,
    _: SameOrigin,
    id: web::Path<String>,
    form: Form<Posted>,
) -> Result<HttpResponse, Error> {
    let (id, posted) = (id_of(&id)?, form.value);
    check_csrf(&actor, app.keys(), &posted.csrf)?;
    let once = once("message", &id.to_string(), &posted.kunci)?;
    let new = NewMessage {
        text: posted.text.clone(),
    };
    let who = actor.clone();
    let done = app
        .once(once, actor.account_id.to_string(), form.hash, move |conn, ctx| {
            operation::write(conn, ctx, &who, id, &new)?;
            Ok::<_, Error>(Answer::created(()))
        })
        .await;
    let Err(error) = done else {
        return Ok(see_other(&format!("/permohonan/{id}#pesan")));
    };
    let status = error.status();
    let (errors, message) = match error {
        Error::Invalid(errors) => (FormErrors(errors), ""),
        Error::Conflict { .. } | Error::Unprocessable { .. } => {
            (FormErrors::default(), problem(error.code(), status).1)
        }
        other => return Err(other),
    };
    let change = |page: &mut show::RequestPage| {
        page.errors = errors;
        page.message = message;
        page.conversation.text = posted.text;
    };
    show::render(&app, actor, id, change, status).await
}
