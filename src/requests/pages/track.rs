//! Where a request is, by its code alone.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::accounts::MaybeActor;
use crate::accounts::pages::chrome;
use crate::app::App;
use crate::platform::error::Error;
use crate::requests::messages::moment;
use crate::requests::stage::State;
use crate::requests::track::{self as operation, Tracked};
use crate::shell::{Chrome, page_with_status};

#[derive(Template)]
#[template(path = "requests/pages/track.html")]
struct TrackPage {
    chrome: Chrome,
    code: String,
    found: Option<Found>,
}

/// What is known, with its moments in words.
struct Found {
    tracked: Tracked,
    due: Option<String>,
    step_due: Option<String>,
}

impl TrackPage {
    /// A code was typed that no request has.
    fn is_unknown(&self) -> bool {
        self.found.is_none() && !self.code.is_empty()
    }
}

#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    kode: String,
}

pub(super) async fn show(
    app: App,
    MaybeActor(actor): MaybeActor,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    let code: String = query.into_inner().kode.trim().chars().take(60).collect();
    let (typed, zone) = (code.clone(), app.config().zone);
    let tracked = if code.is_empty() {
        None
    } else {
        match app.read(move |conn, ctx| operation::track(conn, ctx, &typed)).await {
            Ok(tracked) => Some(tracked),
            Err(Error::NotFound) => None,
            Err(other) => return Err(other),
        }
    };
    let found = tracked.map(|tracked| Found {
        due: tracked.due_at.map(|at| moment(at.utc(), zone)),
        step_due: tracked
            .step
            .as_ref()
            .and_then(|step| step.due_at)
            .map(|at| moment(at.utc(), zone)),
        tracked,
    });
    let page = TrackPage {
        chrome: chrome(actor.as_ref(), app.keys()),
        code,
        found,
    };
    let status = if page.is_unknown() {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    page_with_status(&page, status)
}
