//! JSON routes of the conversation about a request.

use actix_web::{HttpResponse, web};
use serde_json::Value;

use super::{Paging, uuid};
use crate::accounts::Actor;
use crate::app::{Answer, App};
use crate::platform::error::{Error, Problem};
use crate::platform::http::{Json, typed};
use crate::platform::idempotency::Once;
use crate::platform::pagination::{DEFAULT_LIMIT, Page, PageRequest};
use crate::requests::conversation::{self, MessageView, NewMessage};
use crate::requests::opening;

/// Messages about a request, newest first; reading the newest marks them as read for the caller's side.
#[utoipa::path(get, path = "/api/v1/requests/{id}/messages", tag = "requests", security(("bearer" = [])),
    params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = Page<MessageView>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    app: App,
    actor: Actor,
    id: web::Path<String>,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let page = PageRequest::parse(paging.limit.as_deref(), paging.cursor.as_deref(), DEFAULT_LIMIT)?;
    let page = app
        .write(move |conn, ctx| conversation::open(conn, ctx, &actor, id, &page))
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Writes a message to the other side, which is told by mail.
///
/// Permissions: the parties of the request, and officers who may see it. Errors: 409 `messages_closed` 30 days after
/// the request has ended; 409 `own_request` for an officer who claims the applicant's NIK.
#[utoipa::path(post, path = "/api/v1/requests/{id}/messages", request_body = NewMessage, tag = "requests",
    security(("bearer" = [])),
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "One effect however often it is sent")),
    responses((status = 201, body = MessageView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn write(
    app: App,
    actor: Actor,
    once: Once,
    id: web::Path<String>,
    body: Json<Value>,
) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let new: NewMessage = match typed(body.value) {
        Ok(new) => new,
        // Whoever may not see the request learns nothing of it, not even that the body is wrong.
        Err(error) => {
            app.read(move |conn, _| opening::must_see(conn, &actor, id)).await?;
            return Err(error);
        }
    };
    app.write_once(once, actor.account_id.to_string(), body.hash, move |conn, ctx| {
        let message = conversation::write(conn, ctx, &actor, id, &new)?;
        Ok::<_, Error>(Answer::created(message))
    })
    .await
}
