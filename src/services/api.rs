//! The catalogue as programs read it.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::ServiceDefinition;
use super::catalogue::applicant_fields;
use super::fields::Field;
use super::store::{self, Published};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::endpoint;

/// The catalogue changes when the office publishes a version: a minute of delay harms nobody.
const KEPT: &str = "public, max-age=60";

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/api/v1/services").get(list).register(cfg);
    endpoint("/api/v1/services/{code}").get(one).register(cfg);
}

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, one))]
pub struct Doc;

/// Working minutes that the service really took: half of the requests and nine of ten were done within.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct RealTimes {
    pub p50: u32,
    pub p90: u32,
}

/// A service as it is offered: its definition, its promise, and how it does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceView {
    /// The version in force; requests keep the one they were made with.
    pub version: i32,
    #[serde(flatten)]
    pub definition: ServiceDefinition,
    /// The promise in working minutes.
    pub promised_minutes: u32,
    /// Null until enough requests were measured.
    pub real: Option<RealTimes>,
}

impl From<Published> for ServiceView {
    fn from(Published { version, definition }: Published) -> Self {
        Self {
            version,
            promised_minutes: definition.promised_minutes(),
            definition,
            real: None,
        }
    }
}

/// A service with all that its form asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceForm {
    #[serde(flatten)]
    pub service: ServiceView,
    /// Questions about the applicant, the same for every service.
    pub applicant_fields: &'static [Field],
}

/// All services, also those that are switched off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceList {
    pub items: Vec<ServiceView>,
    /// Always null: the catalogue comes whole.
    pub next_cursor: Option<String>,
}

/// The catalogue.
///
/// Permissions: public.
#[utoipa::path(
    get, path = "/api/v1/services", tag = "catalogue",
    responses((status = 200, description = "Every service in the order residents see", body = ServiceList))
)]
async fn list(app: App) -> Result<HttpResponse, Error> {
    let items = app.read(|conn, _| store::list(conn)).await?;
    Ok(kept().json(ServiceList {
        items: items.into_iter().map(ServiceView::from).collect(),
        next_cursor: None,
    }))
}

/// One service with its form.
///
/// Permissions: public. Errors: 404 for a code that is not in the catalogue.
#[utoipa::path(
    get, path = "/api/v1/services/{code}", tag = "catalogue",
    params(("code" = String, Path, example = "SKD")),
    responses(
        (status = 200, description = "The service in its newest version", body = ServiceForm),
    )
)]
async fn one(app: App, code: web::Path<String>) -> Result<HttpResponse, Error> {
    let published = app.read(move |conn, _| store::current(conn, &code)).await?;
    Ok(kept().json(ServiceForm {
        service: published.into(),
        applicant_fields: applicant_fields(),
    }))
}

fn kept() -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, KEPT));
    answer
}
