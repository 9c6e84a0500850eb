//! `/api/docs`: the document for people, rendered by the browser from files of this program alone. The renderer (Swagger
//! UI) needs no allowance beyond the policy of every page: no inline style, no eval.

use actix_web::HttpResponse;
use askama::Template;

use crate::platform::error::Error;
use crate::shell;

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
    shell::page(&DocsTemplate { files: Files::find() })
}
