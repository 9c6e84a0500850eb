//! The officer's queue.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{messages, new_key, once};
use crate::accounts::api::{SameOrigin, check_csrf};
use crate::accounts::pages::chrome;
use crate::accounts::{Actor, Position};
use crate::app::{Answer, App};
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::requests::api::QueueQuery;
use crate::requests::messages::moment;
use crate::requests::opening::{self, QueueItem};
use crate::requests::queue as operation;
use crate::services;
use crate::services::StepName;
use crate::shell::{Chrome, page, see_other};

#[derive(Template)]
#[template(path = "requests/pages/queue.html")]
struct QueuePage {
    chrome: Chrome,
    key: String,
    /// What was just done.
    message: &'static str,
    /// Signs letters, so the signing desk is worth a link.
    signs: bool,
    filter: Shown,
    services: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// The filters as they were asked for.
#[derive(Default)]
struct Shown {
    step: String,
    service: String,
    overdue: bool,
    q: String,
}

struct Row {
    item: QueueItem,
    due: String,
    is_late: bool,
    is_mine: bool,
    /// A colleague has it on the screen.
    is_open: bool,
}

impl QueuePage {
    fn is_filtered(&self) -> bool {
        let filter = &self.filter;
        filter.overdue
            || [&filter.step, &filter.service, &filter.q]
                .iter()
                .any(|text| !text.is_empty())
    }

    fn steps(&self) -> impl Iterator<Item = (StepName, bool)> {
        StepName::ALL
            .iter()
            .map(|step| (*step, step.as_str() == self.filter.step))
    }

    /// The address of the next page under the same filters.
    fn next_page(&self, cursor: &str) -> String {
        let filter = &self.filter;
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("step", &filter.step), ("service", &filter.service), ("q", &filter.q)])
            .append_pair("overdue", if filter.overdue { "true" } else { "" })
            .append_pair("cursor", cursor)
            .finish();
        format!("/antrean?{query}")
    }
}

/// What an action left to say.
#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    selesai: String,
}

pub(super) async fn list(
    app: App,
    actor: Actor,
    query: web::Query<QueueQuery>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Error> {
    let (filter, asked) = (query.filter()?, query.page()?);
    let shown = Shown {
        step: filter.step.map(|step| step.to_string()).unwrap_or_default(),
        service: filter.service.clone().unwrap_or_default(),
        overdue: filter.overdue,
        q: filter.q.clone().unwrap_or_default(),
    };
    let who = actor.clone();
    let loaded = app
        .read(move |conn, ctx| {
            let rows = opening::queue(conn, ctx, &who, &filter, &asked)?;
            Ok::<_, Error>((rows, services::list(conn)?))
        })
        .await;
    let (rows, services) = match loaded {
        Err(Error::Forbidden {
            code: "second_factor_required",
        }) => return Ok(see_other("/konfirmasi?ke=/antrean")),
        other => other?,
    };
    let now = app.now();
    let row = |item: QueueItem| row(&app, &actor, item, now);
    page(&QueuePage {
        chrome: chrome(Some(&actor), app.keys()),
        key: new_key(&app),
        message: messages::done(&done.selesai),
        signs: actor.holds(Position::Lurah) || actor.holds(Position::Camat),
        filter: shown,
        services: services
            .into_iter()
            .filter(|service| service.definition.active)
            .map(|service| (service.definition.code, service.definition.name))
            .collect(),
        rows: rows.items.into_iter().map(row).collect(),
        next: rows.next_cursor,
    })
}

fn row(app: &App, actor: &Actor, item: QueueItem, now: DateTime<Utc>) -> Row {
    let due = item
        .request
        .step
        .as_ref()
        .and_then(|step| step.due_at)
        .map(|at| at.utc());
    let is_mine = item.holder == Some(actor.account_id);
    Row {
        due: due.map(|at| moment(at, app.config().zone)).unwrap_or_default(),
        is_late: due.is_some_and(|at| at < now),
        is_mine,
        is_open: !is_mine && item.lease_until.is_some_and(|until| until.utc() > now),
        item,
    }
}

/// The button "Ambil berikutnya".
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Take {
    csrf: String,
    kunci: String,
}

pub(super) async fn next(app: App, actor: Actor, _: SameOrigin, form: Form<Take>) -> Result<HttpResponse, Error> {
    check_csrf(&actor, app.keys(), &form.value.csrf)?;
    let once = once("next", "queue", &form.value.kunci)?;
    let scope = actor.account_id.to_string();
    let taken = app
        .once(once, scope, form.hash, move |conn, ctx| {
            opening::officers_only(&actor)?;
            let next = operation::next(conn, ctx, &actor)?;
            Ok::<_, Error>(Answer::ok(next.map(|request| request.id)))
        })
        .await;
    let (_, body) = match taken {
        Err(Error::Conflict { code: "cap_reached" }) => return Ok(see_other("/antrean?selesai=penuh")),
        Err(Error::Forbidden {
            code: "second_factor_required",
        }) => return Ok(see_other("/konfirmasi?ke=/antrean")),
        other => other?,
    };
    let id: Option<uuid::Uuid> = serde_json::from_slice(&body).map_err(Error::internal)?;
    Ok(id.map_or_else(
        || see_other("/antrean?selesai=kosong"),
        |id| see_other(&format!("/permohonan/{id}")),
    ))
}
