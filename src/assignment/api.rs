//! Officers and their leave for programs.

use actix_web::{HttpResponse, web};
use serde_json::json;
use uuid::Uuid;

use super::officers::{self, AbsenceView, NewAbsence, OfficerView};
use crate::accounts::Actor;
use crate::app::{Answer, App};
use crate::platform::error::{Error, Problem};
use crate::platform::http::{Json, endpoint};
use crate::platform::idempotency::Once;
use crate::platform::pagination::Page;

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, absences, add_absence, remove_absence))]
pub struct Doc;

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/api/v1/officers").get(list).register(cfg);
    endpoint("/api/v1/officers/{id}/absences")
        .get(absences)
        .post(add_absence)
        .register(cfg);
    endpoint("/api/v1/officers/{id}/absences/{absence_id}")
        .delete(remove_absence)
        .register(cfg);
}

/// The caller and everybody below: positions, open work, leave. All on one page.
///
/// Permissions: staff.
#[utoipa::path(get, path = "/api/v1/officers", tag = "officers", security(("bearer" = [])),
    responses((status = 200, body = Page<OfficerView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    let items = app.read(move |conn, ctx| officers::list(conn, ctx, &actor)).await?;
    Ok(HttpResponse::Ok().json(json!({ "items": items, "next_cursor": null })))
}

/// Leave of an officer that has not ended.
///
/// Permissions: the officer and superiors; anybody else 404.
#[utoipa::path(get, path = "/api/v1/officers/{id}/absences", params(("id" = Uuid, Path)), tag = "officers",
    security(("bearer" = [])),
    responses((status = 200, body = Page<AbsenceView>), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn absences(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let items = app
        .read(move |conn, ctx| officers::absences(conn, ctx, &actor, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({ "items": items, "next_cursor": null })))
}

/// Notes days on which an officer gets no work.
///
/// Permissions: the officer and superiors; anybody else 404. Effects: an entry in the officer's audit chain.
#[utoipa::path(post, path = "/api/v1/officers/{id}/absences", params(("id" = Uuid, Path)), request_body = NewAbsence,
    tag = "officers", security(("bearer" = [])),
    responses((status = 201, body = AbsenceView), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn add_absence(
    app: App,
    actor: Actor,
    once: Once,
    id: web::Path<String>,
    body: Json<NewAbsence>,
) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    app.write_once(once, actor.account_id.to_string(), body.hash, move |conn, ctx| {
        officers::add_absence(conn, ctx, &actor, id, &body.value).map(Answer::created)
    })
    .await
}

/// Takes leave back.
///
/// Permissions: the officer and superiors; anybody else 404. Effects: an entry in the officer's audit chain.
#[utoipa::path(delete, path = "/api/v1/officers/{id}/absences/{absence_id}", tag = "officers",
    params(("id" = Uuid, Path), ("absence_id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn remove_absence(app: App, actor: Actor, path: web::Path<(String, String)>) -> Result<HttpResponse, Error> {
    let (id, absence) = (uuid(&path.0)?, uuid(&path.1)?);
    app.write(move |conn, ctx| officers::remove_absence(conn, ctx, &actor, id, absence))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What is no identifier names nothing.
fn uuid(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}
