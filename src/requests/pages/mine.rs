//! The own requests.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::accounts::Actor;
use crate::accounts::pages::chrome;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::pagination::{DEFAULT_LIMIT, PageRequest};
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
}

#[derive(Deserialize)]
pub(super) struct Paging {
    cursor: Option<String>,
}

pub(super) async fn list(app: App, actor: Actor, paging: web::Query<Paging>) -> Result<HttpResponse, Error> {
    let asked = PageRequest::parse(None, paging.cursor.as_deref(), DEFAULT_LIMIT)?;
    let (account, zone) = (actor.account_id, app.config().zone);
    let (items, next) = app
        .read(move |conn, ctx| {
            let rows = asked.page(queue::of_resident(conn, account, &asked)?, queue::resident_key)?;
            Ok::<_, Error>((view::own(conn, ctx, &rows.items)?, rows.next_cursor))
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
    })
}
