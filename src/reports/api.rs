//! Reports for programs.

use actix_web::{HttpResponse, web};

use super::{RawQuery, ReportQuery, ServiceLevels, csv_file, service_levels as levels};
use crate::accounts::Actor;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::endpoint;

use super::query::Format;

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/api/v1/reports/service-levels")
        .get(service_levels)
        .register(cfg);
}

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(service_levels))]
pub struct Doc;

/// How well the promised times were kept.
///
/// Permissions: lurah (own kelurahan), sekcam and camat (own kecamatan); without `area` all that the caller may see.
/// Errors: 403 `not_allowed`; 404 for another area; 422 `range_too_long` for more than 31 days by day.
#[utoipa::path(
    get, path = "/api/v1/reports/service-levels", tag = "reports",
    params(
        ("from" = Option<chrono::NaiveDate>, Query, description = "First day, YYYY-MM-DD in the cell's time zone; default: first of the month"),
        ("to" = Option<chrono::NaiveDate>, Query, description = "Last day, inclusive; default: end of the current month"),
        ("area" = Option<String>, Query, description = "Code of a kelurahan or the kecamatan"),
        ("group_by" = Option<String>, Query, description = "area, service, month, day; several separated by commas; default: area"),
        ("format" = Option<String>, Query, description = "json (default) or csv", pattern = "^(json|csv)$"),
    ),
    responses(
        (status = 200, description = "The report", content(
            (ServiceLevels = "application/json"),
            (String = "text/csv"),
        )),
        (status = 403, description = "`not_allowed`: only lurah, sekcam and camat read it"),
        (status = 404, description = "Not an area of the caller"),
    ),
    security(("bearer" = []))
)]
async fn service_levels(
    app: App,
    actor: Actor,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, Error> {
    let (report, query) = read(&app, actor, RawQuery::from_pairs(pairs.into_inner())).await?;
    match query.format {
        Format::Json => Ok(HttpResponse::Ok().json(report)),
        Format::Csv => csv_file::download(&report, &query),
    }
}

/// The report with what was asked, for programs and pages.
pub(super) async fn read(app: &App, actor: Actor, raw: RawQuery) -> Result<(ServiceLevels, ReportQuery), Error> {
    app.read(move |conn, ctx| levels(conn, ctx, &actor, &raw)).await
}
