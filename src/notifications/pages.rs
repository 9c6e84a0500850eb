//! The demo's inbox: every mail that would have gone out, for whoever tries the portal.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::store::{self, Outgoing};
use crate::app::App;
use crate::config::Config;
use crate::platform::error::Error;
use crate::platform::http::endpoint;
use crate::shell::{self, Chrome};

/// Mails shown unless the caller asks for another number.
const SHOWN: i64 = 500;
const MOST: i64 = 10_000;

/// Registers the inbox where mail goes into it, and nowhere else: it shows everybody's mail to everybody.
pub fn routes(config: &Config, routes: &mut web::ServiceConfig) {
    if config.demo_inbox && config.smtp.is_none() {
        endpoint("/dev/inbox").get(page).register(routes);
        endpoint("/dev/inbox.json").get(list).register(routes);
    }
}

/// Which mails.
#[derive(Debug, Deserialize)]
struct Filter {
    to: Option<String>,
    limit: Option<i64>,
}

/// A mail as a script reads it.
#[derive(Debug, Serialize)]
struct InboxMail {
    to: String,
    subject: String,
    text: String,
    html: String,
    message_id: String,
    created_at: DateTime<Utc>,
}

impl From<Outgoing> for InboxMail {
    fn from(mail: Outgoing) -> Self {
        Self {
            to: mail.recipient,
            subject: mail.subject,
            text: mail.body_text,
            html: mail.body_html,
            message_id: mail.message_id,
            created_at: mail.created_at,
        }
    }
}

async fn newest(app: &App, filter: web::Query<Filter>) -> Result<Vec<Outgoing>, Error> {
    let Filter { to, limit } = filter.into_inner();
    let limit = limit.unwrap_or(SHOWN).clamp(1, MOST);
    app.read(move |conn, _| store::newest(conn, to.as_deref(), limit)).await
}

async fn list(app: App, filter: web::Query<Filter>) -> Result<HttpResponse, Error> {
    let mails: Vec<InboxMail> = newest(&app, filter).await?.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(mails))
}

#[derive(Template)]
#[template(path = "notifications/inbox.html")]
struct InboxTemplate {
    chrome: Chrome,
    mails: Vec<ShownMail>,
}

struct ShownMail {
    to: String,
    subject: String,
    at: String,
    pieces: Vec<Piece>,
}

/// Text of a mail, with its addresses clickable as in a mail program.
enum Piece {
    Words(String),
    Link(String),
}

async fn page(app: App, filter: web::Query<Filter>) -> Result<HttpResponse, Error> {
    let zone = app.config().zone;
    let mails = newest(&app, filter).await?.into_iter().map(|mail| ShownMail {
        to: mail.recipient,
        subject: mail.subject,
        at: mail
            .created_at
            .with_timezone(&zone)
            .format("%d-%m-%Y %H:%M:%S")
            .to_string(),
        pieces: pieces(&mail.body_text),
    });
    shell::page(&InboxTemplate {
        chrome: Chrome::default(),
        mails: mails.collect(),
    })
}

fn pieces(text: &str) -> Vec<Piece> {
    let words = text.split_inclusive(char::is_whitespace);
    words
        .flat_map(|word| {
            let bare = word.trim_end();
            if bare.starts_with("http://") || bare.starts_with("https://") {
                let rest = word.get(bare.len()..).unwrap_or_default();
                vec![Piece::Link(bare.to_owned()), Piece::Words(rest.to_owned())]
            } else {
                vec![Piece::Words(word.to_owned())]
            }
        })
        .collect()
}
