//! The frame of every page: layout, components, style sheet, the page of a refusal.
//!
//! A page's template extends `shell/layout.html` and has a field `chrome: Chrome`; form fields come from the
//! macros in `shell/components.html`.

pub mod built;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use askama::Template;
use sha2::{Digest, Sha256};

use crate::platform::error::{Error, Problem};
use crate::platform::field_error::FieldError;
use crate::platform::http::endpoint;

const STYLE: &str = include_str!("style.css");
const EMBLEM: &str = include_str!("emblem.svg");

/// Of an address that changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Who is logged in, as the frame shows it.
#[derive(Debug, Clone)]
pub struct Who {
    pub name: String,
    /// Goes into every form that posts.
    pub csrf: String,
    /// Holds a position with a queue.
    pub is_officer: bool,
    /// Reads service levels.
    pub reads_reports: bool,
}

/// What the frame of a page needs.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    pub who: Option<Who>,
}

impl Chrome {
    /// Address of the style sheet; changes with its content, so it may be kept for ever.
    #[must_use]
    pub fn style(&self) -> String {
        format!("/assets/{}.css", fingerprint(STYLE.as_bytes()))
    }

    /// Hidden field of a form; empty when nobody is logged in.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.who.as_ref().map_or("", |who| who.csrf.as_str())
    }
}

/// Errors of a form, found by field.
#[derive(Debug, Clone, Default)]
pub struct FormErrors(pub Vec<FieldError>);

impl FormErrors {
    /// Message at a field; empty when it is right.
    #[must_use]
    pub fn at(&self, field: &str) -> &str {
        self.0
            .iter()
            .find(|error| error.field == field)
            .map_or("", |error| error.message.as_str())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Sends a template as a page.
///
/// # Errors
/// `Internal` when the template fails, which a test of the page would show.
pub fn page(template: &impl Template) -> Result<HttpResponse, Error> {
    page_with_status(template, actix_web::http::StatusCode::OK)
}

/// As `page`, with another status: 422 for a form with errors.
///
/// # Errors
/// As `page`.
pub fn page_with_status(template: &impl Template, status: actix_web::http::StatusCode) -> Result<HttpResponse, Error> {
    let html = template.render().map_err(Error::internal)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(html))
}

/// 303 to a page.
#[must_use]
pub fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

#[derive(Template)]
#[template(path = "shell/error.html")]
struct ErrorTemplate<'a> {
    chrome: Chrome,
    problem: &'a Problem,
}

/// A refusal as a page.
#[must_use]
pub fn error_page(problem: &Problem) -> String {
    ErrorTemplate {
        chrome: Chrome::default(),
        problem,
    }
    .render()
    .unwrap_or_else(|_| problem.title.clone())
}

/// Addresses of the embedded files.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint(&format!("/assets/{}.css", fingerprint(STYLE.as_bytes())))
        .get(style)
        .register(cfg);
    endpoint("/assets/emblem.svg").get(emblem).register(cfg);
    built::routes(cfg);
}

async fn style() -> HttpResponse {
    kept_for_ever("text/css; charset=utf-8", STYLE)
}

async fn emblem() -> HttpResponse {
    kept_for_ever("image/svg+xml", EMBLEM)
}

fn kept_for_ever(kind: &str, body: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, FOR_EVER))
        .body(body)
}

fn fingerprint(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content)).chars().take(16).collect()
}
