//! JSON routes of requests: extract, call the operation, send the view.

mod assignment;
pub mod bulk;
mod drafts;
mod messages;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::act::{self, NewAction};
use super::queue::{self, Filter};
use super::route::StepName;
use super::submit::{self, NewRequest};
use super::view::{self, EventView, OwnRequest, RequestDetail, RequestView};
use super::{opening, track};
use crate::accounts::Actor;
use crate::app::{Answer, App};
use crate::platform::error::{Error, Problem};
use crate::platform::http::{IfMatch, Json, endpoint, typed};
use crate::platform::idempotency::Once;
use crate::platform::pagination::{DEFAULT_LIMIT, LONG_LIMIT, Page, PageRequest};
use crate::services::fields::Origin;

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        submit,
        list,
        detail,
        history,
        attachment,
        letter,
        act,
        queue_list,
        queue_next,
        track_code,
        messages::list,
        drafts::list,
        drafts::create,
        drafts::show,
        drafts::change,
        drafts::remove,
        messages::write,
        assignment::give,
        assignment::take,
        bulk::bulk
    ),
    components(schemas(RequestView, RequestDetail, EventView, track::Tracked, NewRequest, NewAction))
)]
pub struct Doc;

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/api/v1/requests").get(list).post(submit).register(cfg);
    endpoint("/api/v1/requests/{id}").get(detail).register(cfg);
    endpoint("/api/v1/requests/{id}/events").get(history).register(cfg);
    endpoint("/api/v1/requests/{id}/attachments/{attachment_id}")
        .get(attachment)
        .register(cfg);
    endpoint("/api/v1/drafts")
        .get(drafts::list)
        .post(drafts::create)
        .register(cfg);
    endpoint("/api/v1/drafts/{draft_id}")
        .get(drafts::show)
        .patch(drafts::change)
        .delete(drafts::remove)
        .register(cfg);
    endpoint("/api/v1/requests/{id}/messages")
        .get(messages::list)
        .post(messages::write)
        .register(cfg);
    endpoint("/api/v1/requests/{id}/letter").get(letter).register(cfg);
    endpoint("/api/v1/requests/{id}/actions").post(act).register(cfg);
    endpoint("/api/v1/requests/{id}/assignment")
        .put(assignment::give)
        .delete(assignment::take)
        .register(cfg);
    endpoint("/api/v1/actions/bulk").post(bulk::bulk).register(cfg);
    endpoint("/api/v1/queue").get(queue_list).register(cfg);
    endpoint("/api/v1/queue/next").post(queue_next).register(cfg);
    endpoint("/api/v1/track/{tracking_code}").get(track_code).register(cfg);
}

/// `limit` and `cursor` of a list; their schema is the document's.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

/// Hands a request in.
#[utoipa::path(post, path = "/api/v1/requests", request_body = NewRequest, tag = "requests", security(("bearer" = [])),
    responses((status = 201, body = RequestView), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn submit(app: App, actor: Actor, once: Once, body: Json<NewRequest>) -> Result<HttpResponse, Error> {
    app.write_once(once, actor.account_id.to_string(), body.hash, move |conn, ctx| {
        let request = submit::submit(conn, ctx, &actor, &body.value, Origin::Json)?;
        Ok::<_, Error>(Answer::created(
            view::summaries(conn, ctx, &[request])?.into_iter().next(),
        ))
    })
    .await
}

/// The caller's own requests, newest first.
#[utoipa::path(get, path = "/api/v1/requests", params(Paging), tag = "requests", security(("bearer" = [])),
    responses((status = 200, body = Page<OwnRequest>), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list(app: App, actor: Actor, paging: web::Query<Paging>) -> Result<HttpResponse, Error> {
    let page = PageRequest::parse(paging.limit.as_deref(), paging.cursor.as_deref(), DEFAULT_LIMIT)?;
    let page = app
        .read(move |conn, ctx| {
            let rows = queue::of_resident(conn, actor.account_id, &page)?;
            let page = page.page(rows, queue::resident_key)?;
            Ok::<_, Error>(Page {
                items: view::own(conn, ctx, &page.items)?,
                next_cursor: page.next_cursor,
            })
        })
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// One request in full; opening it renews the holder's lease.
#[utoipa::path(get, path = "/api/v1/requests/{id}", params(("id" = Uuid, Path)), tag = "requests", security(("bearer" = [])),
    responses((status = 200, body = RequestDetail, headers(("ETag" = String, description = "The version, for If-Match"))), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn detail(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let detail = app.write(move |conn, ctx| opening::open(conn, ctx, &actor, id)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, format!("\"{}\"", detail.summary.version)))
        .json(detail))
}

/// What happened to a request.
#[utoipa::path(get, path = "/api/v1/requests/{id}/events", params(("id" = Uuid, Path)), tag = "requests", security(("bearer" = [])),
    responses((status = 200, body = Page<EventView>), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn history(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let items = app.read(move |conn, ctx| view::history(conn, ctx, &actor, id)).await?;
    Ok(HttpResponse::Ok().json(json!({ "items": items, "next_cursor": null })))
}

/// A scan; every view by another than the owner is written down.
#[utoipa::path(get, path = "/api/v1/requests/{id}/attachments/{attachment_id}", tag = "requests", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("attachment_id" = Uuid, Path)),
    responses((status = 200, description = "The scan as it was cleaned", content((String = "image/jpeg"), (String = "application/pdf"))), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn attachment(app: App, actor: Actor, path: web::Path<(String, String)>) -> Result<HttpResponse, Error> {
    let (id, file) = (uuid(&path.0)?, uuid(&path.1)?);
    opening::scan(&app, actor, id, file).await
}

/// The letter as PDF.
#[utoipa::path(get, path = "/api/v1/requests/{id}/letter", params(("id" = Uuid, Path)), tag = "requests", security(("bearer" = [])),
    responses((status = 200, content_type = "application/pdf"), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn letter(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    opening::letter(&app, actor, id).await
}

/// Moves a request.
#[utoipa::path(post, path = "/api/v1/requests/{id}/actions", params(("id" = Uuid, Path)), request_body = NewAction, tag = "requests",
    security(("bearer" = [])),
    responses((status = 200, body = RequestView), (status = 202, body = RequestView, description = "The letter is being made"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn act(
    app: App,
    actor: Actor,
    once: Once,
    if_match: IfMatch,
    id: web::Path<String>,
    body: Json<Value>,
) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let mut wanted: NewAction = match typed(body.value) {
        Ok(wanted) => wanted,
        // Whoever may not see the request learns nothing of it, not even that the body is wrong.
        Err(error) => {
            app.read(move |conn, _| opening::must_see(conn, &actor, id)).await?;
            return Err(error);
        }
    };
    wanted.if_match = if_match.0;
    app.write_once(once, actor.account_id.to_string(), body.hash, move |conn, ctx| {
        let request = act::act(conn, ctx, &actor, id, &wanted, Origin::Json)?;
        let is_signing = act::is_signing(&request);
        let view = view::summaries(conn, ctx, &[request])?.into_iter().next();
        Ok::<_, Error>(if is_signing {
            Answer::accepted(view)
        } else {
            Answer::ok(view)
        })
    })
    .await
}

/// What the queue is narrowed to, as it arrives.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct QueueQuery {
    /// Code of a kelurahan or kecamatan.
    #[param(example = "12.09.20.1006")]
    area: Option<String>,
    #[param(value_type = Option<StepName>)]
    step: Option<String>,
    /// Account of the holder.
    #[param(value_type = Option<Uuid>)]
    assignee: Option<String>,
    /// Code of a service.
    #[param(example = "SKD")]
    service: Option<String>,
    /// Only what is past the time of its step.
    #[param(value_type = Option<bool>)]
    overdue: Option<String>,
    /// Tracking code, or part of a name; only the first 100 characters count.
    q: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

impl QueueQuery {
    /// # Errors
    /// `Invalid` at what cannot be read.
    pub fn filter(&self) -> Result<Filter, Error> {
        let bad = |field: &'static str| Error::field(field, "malformed", "Nilai penyaring ini tidak dikenal.");
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(Filter {
            area: given(&self.area)
                .map(|text| text.parse().map_err(|_| bad("area")))
                .transpose()?,
            step: given(&self.step)
                .map(|text| text.parse().map_err(|_| bad("step")))
                .transpose()?,
            assignee: given(&self.assignee)
                .map(|text| text.parse().map_err(|_| bad("assignee")))
                .transpose()?,
            service: given(&self.service),
            overdue: match self.overdue.as_deref() {
                None | Some("" | "false" | "0") => false,
                Some("true" | "1" | "on") => true,
                Some(_) => return Err(bad("overdue")),
            },
            q: given(&self.q).map(|text| text.chars().take(100).collect()),
            own: false,
        })
    }

    /// # Errors
    /// `bad_cursor`, or `Invalid` at the limit.
    pub fn page(&self) -> Result<PageRequest<crate::platform::pagination::TimeKey>, Error> {
        PageRequest::parse(self.limit.as_deref(), self.cursor.as_deref(), LONG_LIMIT)
    }
}

/// The officer's queue, most urgent first.
#[utoipa::path(get, path = "/api/v1/queue", params(QueueQuery), tag = "queue", security(("bearer" = [])),
    responses((status = 200, body = Page<opening::QueueItem>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn queue_list(app: App, actor: Actor, query: web::Query<QueueQuery>) -> Result<HttpResponse, Error> {
    let (filter, page) = (query.filter()?, query.page()?);
    let page = app
        .read(move |conn, ctx| opening::queue(conn, ctx, &actor, &filter, &page))
        .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Gives the caller the most urgent request that nobody has open.
#[utoipa::path(post, path = "/api/v1/queue/next", tag = "queue", security(("bearer" = [])),
    responses((status = 200, body = RequestView), (status = 204, description = "Nothing left"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn queue_next(app: App, actor: Actor, once: Once) -> Result<HttpResponse, Error> {
    app.write_once(once, actor.account_id.to_string(), Vec::new(), move |conn, ctx| {
        opening::officers_only(&actor)?;
        let next = queue::next(conn, ctx, &actor)?;
        let view = view::summaries(conn, ctx, next.as_slice())?.into_iter().next();
        let status = if view.is_some() {
            actix_web::http::StatusCode::OK
        } else {
            actix_web::http::StatusCode::NO_CONTENT
        };
        Ok::<_, Error>(Answer { status, body: view })
    })
    .await
}

/// Where a request is, by its code.
#[utoipa::path(get, path = "/api/v1/track/{tracking_code}", params(("tracking_code" = String, Path)), tag = "requests",
    responses((status = 200, body = track::Tracked), (status = 404, body = Problem)))]
async fn track_code(app: App, code: web::Path<String>) -> Result<HttpResponse, Error> {
    let tracked = app.read(move |conn, ctx| track::track(conn, ctx, &code)).await?;
    Ok(HttpResponse::Ok().json(tracked))
}

/// An id in a path: what is none names nothing.
fn uuid(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::NotFound)
}
