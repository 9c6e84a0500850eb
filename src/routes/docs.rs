//! `/api/docs`: the document for people, rendered by the browser from files of this program alone.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;

use crate::platform::error::Error;
use crate::shell;

/// As for every page, and styles in attributes too: the renderer (Swagger UI) writes them, for the lock beside each
/// operation and its drawings, and this page shows nothing that a user wrote.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                   connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

#[derive(Template)]
#[template(path = "routes/docs.html")]
struct DocsTemplate {
    files: Option<Files>,
}

struct Files {
    library: &'static str,
    library_style: &'static str,
    script: &'static str,
    style: &'static str,
    license: &'static str,
}

impl Files {
    /// None when the program was built without them, which only happens while developing.
    fn find() -> Option<Self> {
        let at = shell::built::address;
        Some(Self {
            library: at("swagger-ui.js")?,
            library_style: at("swagger-ui.css")?,
            script: at("api-docs.js")?,
            style: at("api-docs.css")?,
            license: at("swagger-ui-license.txt")?,
        })
    }
}

pub(super) async fn docs() -> Result<HttpResponse, Error> {
    let mut page = shell::page(&DocsTemplate { files: Files::find() })?;
    let csp = header::HeaderValue::from_static(CSP);
    page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, csp);
    Ok(page)
}
