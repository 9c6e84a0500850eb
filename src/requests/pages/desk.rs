//! The signing desk: what waits for the actor's signature, chosen with ticks, confirmed, signed at once. Works without
//! scripts: each step is a page.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::{new_key, once};
use crate::accounts::api::{SameOrigin, check_csrf};
use crate::accounts::pages::chrome;
use crate::accounts::{Actor, second_factor_fresh};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::platform::pagination::PageRequest;
use crate::requests::api::bulk;
use crate::requests::bulk::{ItemDone, MAX_ITEMS, NewBulk, NewItem};
use crate::requests::messages::moment;
use crate::requests::opening::{self, QueueItem};
use crate::requests::queue::Filter;
use crate::services::StepName;
use crate::shell::{Chrome, page_with_status, see_other};

/// Where the second factor leads back to.
const FACTOR: &str = "/konfirmasi?ke=/tanda-tangan";
/// Controls that name a letter begin with this; their value is the version that was shown.
const CHOICE: &str = "surat.";

#[derive(Template)]
#[template(path = "requests/pages/desk.html")]
struct DeskPage {
    chrome: Chrome,
    key: String,
    message: &'static str,
    stage: Stage,
    rows: Vec<Row>,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Stage {
    Choose,
    Confirm,
    Done,
}

struct Row {
    id: uuid::Uuid,
    version: i32,
    name: String,
    code: String,
    service: String,
    due: String,
    /// A colleague has it on the screen.
    is_open: bool,
    done: Option<ItemDone>,
}

impl DeskPage {
    fn choosing(&self) -> bool {
        self.stage == Stage::Choose
    }

    fn confirming(&self) -> bool {
        self.stage == Stage::Confirm
    }

    fn signed(&self) -> usize {
        let done = |row: &&Row| row.done.as_ref().is_some_and(ItemDone::is_done);
        self.rows.iter().filter(done).count()
    }
}

pub(super) async fn show(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    let rows = match waiting(&app, &actor).await {
        Err(Error::Forbidden {
            code: "second_factor_required",
        }) => return Ok(see_other(FACTOR)),
        other => other?,
    };
    if !second_factor_fresh(&actor, app.now()) && !rows.is_empty() {
        return Ok(see_other(FACTOR));
    }
    render(&app, &actor, Stage::Choose, rows, "", StatusCode::OK)
}

/// The ticks first, then the yes.
pub(super) async fn act(
    app: App,
    actor: Actor,
    _: SameOrigin,
    form: Form<HashMap<String, String>>,
) -> Result<HttpResponse, Error> {
    let given = |name: &str| form.value.get(name).map_or("", String::as_str);
    check_csrf(&actor, app.keys(), given("csrf"))?;
    let chosen = chosen(&form.value);
    let rows = waiting(&app, &actor).await?;
    if chosen.is_empty() {
        let message = "Centang paling sedikit satu surat.";
        return render(
            &app,
            &actor,
            Stage::Choose,
            rows,
            message,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    }
    if given("langkah") != "tanda-tangani" {
        let is_chosen = |row: &Row| chosen.iter().any(|item| item.id == row.id.to_string());
        let rows = rows.into_iter().filter(is_chosen).collect();
        return render(&app, &actor, Stage::Confirm, rows, "", StatusCode::OK);
    }
    let once = once("sign", "desk", given("kunci"))?;
    let wanted = NewBulk {
        action: "sign".to_owned(),
        items: chosen,
        passphrase: None,
    };
    match bulk::run(&app, actor.clone(), once, form.hash, wanted).await {
        Err(Error::Forbidden {
            code: "second_factor_required",
        }) => Ok(see_other(FACTOR)),
        Err(error) => Err(error),
        Ok(done) => {
            let rows = told(&app, &actor, done.items, rows).await?;
            render(&app, &actor, Stage::Done, rows, "", StatusCode::OK)
        }
    }
}

/// What was ticked, by id, so that the same ticks are the same call.
fn chosen(form: &HashMap<String, String>) -> Vec<NewItem> {
    let mut chosen: Vec<NewItem> = form
        .iter()
        .filter_map(|(name, version)| {
            Some(NewItem {
                id: name.strip_prefix(CHOICE)?.to_owned(),
                version: version.parse().unwrap_or(-1),
            })
        })
        .collect();
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    chosen
}

/// The most urgent letters at the actor's own desks.
async fn waiting(app: &App, actor: &Actor) -> Result<Vec<Row>, Error> {
    let who = actor.clone();
    let filter = Filter {
        step: Some(StepName::Sign),
        own: true,
        ..Filter::default()
    };
    let limit = MAX_ITEMS.to_string();
    let page = PageRequest::parse(Some(&limit), None, crate::platform::pagination::LONG_LIMIT)?;
    let found = app
        .read(move |conn, ctx| opening::queue(conn, ctx, &who, &filter, &page))
        .await?;
    Ok(found.items.into_iter().map(|item| row(app, actor, item)).collect())
}

fn row(app: &App, actor: &Actor, item: QueueItem) -> Row {
    let due = item.request.step.as_ref().and_then(|step| step.due_at);
    let is_others = item.holder.is_some_and(|holder| holder != actor.account_id);
    Row {
        id: item.request.id,
        version: item.request.version,
        name: item.applicant_name,
        code: item.request.tracking_code,
        service: item.request.service_name,
        due: due.map(|at| moment(at.utc(), app.config().zone)).unwrap_or_default(),
        is_open: is_others && item.lease_until.is_some_and(|until| until.utc() > app.now()),
        done: None,
    }
}

/// Each letter with what became of it. Those that were signed wait no longer: their names come from the request.
async fn told(app: &App, actor: &Actor, done: Vec<ItemDone>, mut waiting: Vec<Row>) -> Result<Vec<Row>, Error> {
    let ids: Vec<uuid::Uuid> = done.iter().filter_map(|item| item.id.parse().ok()).collect();
    let who = actor.clone();
    let known = app.read(move |conn, ctx| opening::named(conn, ctx, &who, &ids)).await?;
    waiting.extend(known.into_iter().map(|item| row(app, actor, item)));
    let of = |item: ItemDone| {
        let found = waiting.iter().position(|row| row.id.to_string() == item.id)?;
        let mut row = waiting.swap_remove(found);
        row.done = Some(item);
        Some(row)
    };
    Ok(done.into_iter().filter_map(of).collect())
}

fn render(
    app: &App,
    actor: &Actor,
    stage: Stage,
    rows: Vec<Row>,
    message: &'static str,
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    let page = DeskPage {
        chrome: chrome(Some(actor), app.keys()),
        key: new_key(app),
        message,
        stage,
        rows,
    };
    page_with_status(&page, status)
}
