//! The own requests.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::new_key;
use crate::accounts::Actor;
use crate::accounts::pages::chrome;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::indonesian::long_date;
use crate::platform::pagination::{DEFAULT_LIMIT, PageRequest};
use crate::requests::drafts::{self, DraftView};
use crate::requests::messages::moment;
use crate::requests::queue;
use crate::requests::stage::State;
use crate::requests::view::{self, OwnRequest};
use crate::shell::{Chrome, page};

#[derive(Template)]
#[template(path = "requests/pages/mine.html")]
struct MinePage {
    chrome: Chrome,
    rows: Vec<(OwnRequest, String)>,
    next: Option<String>,
    /// With the moment of the last change and that of the end.
    drafts: Vec<(DraftView, String, String)>,
    /// A form was put aside a moment ago.
    is_saved: bool,
    key: String,
}

#[derive(Deserialize)]
pub(super) struct Paging {
    cursor: Option<String>,
    #[serde(default)]
    disimpan: String,
}

pub(super) async fn list(app: App, actor: Actor, paging: web::Query<Paging>) -> Result<HttpResponse, Error> {
    let all_drafts = PageRequest::parse(None, None, drafts::MAX_DRAFTS)?;
    let asked = PageRequest::parse(None, paging.cursor.as_deref(), DEFAULT_LIMIT)?;
    let (who, zone) = (actor.clone(), app.config().zone);
    let (items, next, drafts) = app
        .read(move |conn, ctx| {
            let rows = asked.page(queue::of_resident(conn, who.account_id, &asked)?, queue::resident_key)?;
            let drafts = if asked.after.is_none() {
                drafts::list(conn, ctx, &who, &all_drafts)?.items
            } else {
                Vec::new()
            };
            Ok::<_, Error>((view::own(conn, ctx, &rows.items)?, rows.next_cursor, drafts))
        })
        .await?;
    page(&MinePage {
        chrome: chrome(Some(&actor), app.keys()),
        rows: items
            .into_iter()
            .map(|item| {
                let at = moment(item.request.submitted_at.utc(), zone);
                (item, at)
            })
            .collect(),
        next,
        drafts: drafts
            .into_iter()
            .map(|draft| {
                let (at, until) = (draft.updated_at.utc(), draft.expires_at.utc());
                (
                    draft,
                    moment(at, zone),
                    long_date(until.with_timezone(&zone).date_naive()),
                )
            })
            .collect(),
        is_saved: !paging.disimpan.is_empty(),
        key: new_key(&app),
    })
}
