//! A superior moves the work at hand, by a form of the request's page.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::{act, id_of, once};
use crate::accounts::Actor;
use crate::accounts::api::{SameOrigin, check_csrf};
use crate::app::{Answer, App};
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::requests::assign as operation;
use crate::shell::see_other;

/// Whom it shall go to; empty = whoever takes it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Moved {
    csrf: String,
    kunci: String,
    version: String,
    account: String,
}

pub(super) async fn assign(
    app: App,
    actor: Actor,
    _: SameOrigin,
    id: web::Path<String>,
    form: Form<Moved>,
) -> Result<HttpResponse, Error> {
    let (id, moved) = (id_of(&id)?, form.value);
    check_csrf(&actor, app.keys(), &moved.csrf)?;
    let once = once("assign", &id.to_string(), &moved.kunci)?;
    // A page always says what it showed; one that does not matches nothing.
    let version = Some(moved.version.parse().unwrap_or(-1));
    let who = actor.clone();
    let done = app
        .once(once, actor.account_id.to_string(), form.hash, move |conn, ctx| {
            let to = Some(moved.account.as_str()).filter(|account| !account.is_empty());
            operation::assign(conn, ctx, &who, id, to, [version, None])?;
            Ok::<_, Error>(Answer::ok(()))
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(&format!("/permohonan/{id}"))),
        Err(error) => act::refused(&app, actor, id, act::Pressed::default(), error).await,
    }
}
