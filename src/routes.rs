//! Every address of the portal on one screen. Each room brings its own; API addresses are English, pages Indonesian.

mod docs;
mod document;

use std::sync::OnceLock;

use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::{ErrorPage, endpoint};
use crate::platform::{db, error};
use crate::{
    accounts, areas, assignment, files, letters, notifications, oversight, reports, requests, services, shell,
};

pub use document::openapi;

/// Registers everything an HTTP application needs but its middleware, which `server` wraps around it.
pub fn register(app: &App, cfg: &mut web::ServiceConfig) {
    cfg.app_data(web::Data::new(app.clone()))
        .app_data(web::Data::new(ErrorPage(shell::error_page)))
        .app_data(web::Data::new(Document::default()))
        .app_data(web::QueryConfig::default().error_handler(|_, _| malformed().into()))
        .app_data(web::PathConfig::default().error_handler(|_, _| malformed().into()));

    accounts::api::routes(cfg);
    accounts::pages::routes(cfg);
    areas::api::routes(cfg);
    services::api::routes(cfg);
    services::pages::routes(cfg);
    files::api::routes(cfg);
    letters::api::routes(cfg);
    letters::pages::routes(cfg);
    requests::api::routes(cfg);
    requests::pages::routes(cfg);
    assignment::api::routes(cfg);
    oversight::api::routes(cfg);
    oversight::pages::routes(cfg);
    reports::api::routes(cfg);
    reports::pages::routes(cfg);
    shell::routes(cfg);
    notifications::pages::routes(app.config(), cfg);

    endpoint("/api/openapi.json").get(openapi_json).register(cfg);
    endpoint("/api/docs").get(docs::docs).register(cfg);
    endpoint("/healthz/live").get(live).register(cfg);
    endpoint("/healthz/ready").get(ready).register(cfg);
    cfg.default_service(web::to(|| async { Err::<HttpResponse, _>(Error::NotFound) }));
}

async fn openapi_json(app: App, document: web::Data<Document>) -> HttpResponse {
    let text = document.0.get_or_init(|| openapi(app.config()).to_string().into());
    HttpResponse::Ok().content_type("application/json").body(text.clone())
}

/// The OpenAPI document, made at its first use.
#[derive(Default)]
struct Document(OnceLock<web::Bytes>);

/// The process answers.
async fn live() -> &'static str {
    "ok\n"
}

/// The process can serve: its database answers and has the schema that this program needs.
async fn ready(app: App) -> Result<&'static str, Error> {
    let current = app.read(|conn, _| db::has_current_schema(conn)).await;
    match current {
        Ok(true) => Ok("ok\n"),
        Ok(false) => Err(Error::Unavailable),
        Err(error) => {
            error::log_chain(&error);
            Err(Error::Unavailable)
        }
    }
}

/// What a path or a query holds cannot be read.
fn malformed() -> Error {
    Error::BadRequest { code: "malformed_path" }
}
