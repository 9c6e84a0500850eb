//! JSON routes of drafts.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::{Paging, uuid};
use crate::accounts::Actor;
use crate::app::{Answer, App};
use crate::platform::error::{Error, Problem};
use crate::platform::http::{IfMatch, Json};
use crate::platform::idempotency::Once;
use crate::platform::pagination::{DEFAULT_LIMIT, Page, PageRequest};
use crate::requests::drafts::{self, Contents, DraftChange, DraftDetail, DraftView, NewDraft};
use crate::services::RawSubmission;
use crate::services::fields::Origin;

/// The caller's drafts, newest first.
#[utoipa::path(get, path = "/api/v1/drafts", params(Paging), tag = "requests", security(("bearer" = [])),
    responses((status = 200, body = Page<DraftView>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub async fn list(app: App, actor: Actor, paging: web::Query<Paging>) -> Result<HttpResponse, Error> {
    let page = PageRequest::parse(paging.limit.as_deref(), paging.cursor.as_deref(), DEFAULT_LIMIT)?;
    let page = app
        .read(move |conn, ctx| drafts::list(conn, ctx, &actor, &page))
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Puts a form aside, unchecked. At most 20 drafts an account; each is kept 30 days after its last change.
#[utoipa::path(post, path = "/api/v1/drafts", request_body = NewDraft, tag = "requests", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "One effect however often it is sent")),
    responses((status = 201, body = DraftDetail), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 409, body = Problem, description = "`draft_limit`"), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn create(app: App, actor: Actor, once: Once, body: Json<NewDraft>) -> Result<HttpResponse, Error> {
    let new = body.value;
    let contents = Contents::of(
        RawSubmission {
            area: new.area,
            applicant: new.applicant,
            fields: new.fields,
            attachments: new.attachments,
            relation: new.relation,
        },
        Origin::Json,
    );
    let service = new.service;
    app.write_once(once, actor.account_id.to_string(), body.hash, move |conn, ctx| {
        let draft = drafts::create(conn, ctx, &actor, &service, &contents)?;
        Ok::<_, Error>(Answer::created(draft))
    })
    .await
}

/// One draft with what was typed so far.
#[utoipa::path(get, path = "/api/v1/drafts/{draft_id}", params(("draft_id" = Uuid, Path)), tag = "requests",
    security(("bearer" = [])),
    responses((status = 200, body = DraftDetail), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let draft = app.read(move |conn, ctx| drafts::get(conn, ctx, &actor, id)).await?;
    Ok(with_tag(draft))
}

/// Changes a draft by a JSON merge patch.
#[utoipa::path(patch, path = "/api/v1/drafts/{draft_id}", request_body = DraftChange, tag = "requests",
    security(("bearer" = [])),
    params(("draft_id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that was read")),
    responses((status = 200, body = DraftDetail), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    app: App,
    actor: Actor,
    if_match: IfMatch,
    id: web::Path<String>,
    body: Json<DraftChange>,
) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let mut wanted = body.value;
    wanted.if_match = if_match.0;
    let draft = app
        .write(move |conn, ctx| drafts::change(conn, ctx, &actor, id, &wanted))
        .await?;
    Ok(with_tag(draft))
}

/// Throws a draft away.
#[utoipa::path(delete, path = "/api/v1/drafts/{draft_id}", tag = "requests", security(("bearer" = [])),
    params(("draft_id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that was read")),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub async fn remove(app: App, actor: Actor, if_match: IfMatch, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    app.write(move |conn, _| drafts::delete(conn, &actor, id, if_match.0))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn with_tag(draft: DraftDetail) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, format!("\"{}\"", draft.summary.version)))
        .json(draft)
}
