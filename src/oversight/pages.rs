//! The audit as a page, for pengawas.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::trail::{self, AnchorView, TrailEntry, TrailQuery};
use crate::accounts::{Actor, pages::chrome};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::endpoint;
use crate::platform::pagination::{LONG_LIMIT, PageRequest};
use crate::shell::{Chrome, page};

/// Anchors that the page shows; the rest is in the API.
const ANCHORS: i64 = 7;

/// Addresses of the room's pages.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/audit").get(show).register(cfg);
}

#[derive(Template)]
#[template(path = "oversight/audit.html")]
struct AuditPage {
    chrome: Chrome,
    chain: String,
    subject: String,
    day: String,
    rows: Vec<(TrailEntry, String)>,
    anchors: Vec<AnchorView>,
    /// Address of the next page.
    next: Option<String>,
}

async fn show(app: App, actor: Actor, query: web::Query<TrailQuery>) -> Result<HttpResponse, Error> {
    let frame = chrome(Some(&actor), app.keys());
    let asked = query.into_inner();
    let paging = PageRequest::parse(asked.limit.as_deref(), asked.cursor.as_deref(), LONG_LIMIT)?;
    let query = asked.clone();
    let (found, anchors) = app
        .read(move |conn, ctx| {
            let found = trail::entries(conn, ctx, &actor, &query, &paging)?;
            let newest = PageRequest {
                limit: ANCHORS,
                after: None,
            };
            Ok::<_, Error>((found, trail::anchors(conn, ctx, &actor, &newest)?))
        })
        .await?;
    let next = found.next_cursor.map(|cursor| address(&asked, &cursor));
    let text = |typed: Option<String>| typed.unwrap_or_default();
    page(&AuditPage {
        chrome: frame,
        chain: text(asked.chain),
        subject: text(asked.subject),
        day: text(asked.day),
        rows: found
            .items
            .into_iter()
            .map(|entry| {
                let zone = app.config().zone;
                let at = entry.at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M:%S");
                (entry, at.to_string())
            })
            .collect(),
        anchors: anchors.items,
        next,
    })
}

fn address(asked: &TrailQuery, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("chain", &asked.chain),
        ("subject", &asked.subject),
        ("day", &asked.day),
    ] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    format!("/audit?{}", query.append_pair("cursor", cursor).finish())
}
