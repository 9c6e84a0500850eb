//! The audit for programs.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::trail::{self, AnchorView, TrailEntry, TrailQuery};
use crate::accounts::Actor;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::endpoint;
use crate::platform::pagination::{LONG_LIMIT, Page, PageRequest};

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/api/v1/audit").get(entries).register(cfg);
    endpoint("/api/v1/audit/anchors").get(anchors).register(cfg);
}

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(entries, anchors))]
pub struct Doc;

#[derive(Deserialize)]
struct Paging {
    cursor: Option<String>,
    limit: Option<String>,
}

/// Who did or opened what, newest first: ids, codes and hashes, no contents.
///
/// Permissions: pengawas, of the own area.
/// Errors: 403 `not_allowed`; 422 for a day that is none.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit",
    params(
        ("chain" = Option<String>, Query, description = "request:ID, account:ID or service:CODE"),
        ("subject" = Option<String>, Query, description = "To what, such as attachment:ID"),
        ("day" = Option<String>, Query, description = "YYYY-MM-DD in the cell's time zone"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
        ("limit" = Option<String>, Query, description = "1 to 100; default 50"),
    ),
    responses(
        (status = 200, description = "A page of the audit", body = Page<TrailEntry>),
        (status = 403, description = "Not pengawas"),
    ),
    security(("bearer" = []))
)]
async fn entries(app: App, actor: Actor, query: web::Query<TrailQuery>) -> Result<HttpResponse, Error> {
    let query = query.into_inner();
    let page = PageRequest::parse(query.limit.as_deref(), query.cursor.as_deref(), LONG_LIMIT)?;
    let found = app
        .read(move |conn, ctx| trail::entries(conn, ctx, &actor, &query, &page))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

/// The daily anchors, newest first.
///
/// Permissions: pengawas.
/// Errors: 403 `not_allowed`.
#[utoipa::path(
    get, path = "/api/v1/audit/anchors", tag = "audit",
    params(
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
        ("limit" = Option<String>, Query, description = "1 to 100; default 50"),
    ),
    responses(
        (status = 200, description = "A page of anchors", body = Page<AnchorView>),
        (status = 403, description = "Not pengawas"),
    ),
    security(("bearer" = []))
)]
async fn anchors(app: App, actor: Actor, paging: web::Query<Paging>) -> Result<HttpResponse, Error> {
    let page = PageRequest::parse(paging.limit.as_deref(), paging.cursor.as_deref(), LONG_LIMIT)?;
    let found = app
        .read(move |conn, ctx| trail::anchors(conn, ctx, &actor, &page))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}
