//! The own account: what we hold, what may be changed, where one is logged in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{check, chrome, refusal};
use crate::accounts::api::SameOrigin;
use crate::accounts::profile::{self, Profile, RawChanges};
use crate::accounts::session::{self, Session};
use crate::accounts::{AccountError, Actor};
use crate::app::App;
use crate::areas::{Area, Areas};
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::shell::{self, Chrome, FormErrors};

#[derive(Template)]
#[template(path = "accounts/pages/account.html")]
struct Page {
    chrome: Chrome,
    errors: FormErrors,
    profile: Profile,
    /// What the form shows: as stored, or as typed when it was refused.
    hp: String,
    area: String,
    kelurahan: Vec<Area>,
    positions: Vec<String>,
    second_factor_missing: bool,
    sessions: Vec<Row>,
}

struct Row {
    session: Session,
    last_used: String,
}

impl Page {
    fn nik(&self) -> String {
        self.profile
            .nik
            .as_ref()
            .map_or_else(String::new, |nik| profile::masked(nik))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Changes {
    csrf: String,
    hp: String,
    area: String,
    version: String,
}

pub(super) async fn show(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    render(&app, actor, None, FormErrors::default(), StatusCode::OK).await
}

pub(super) async fn change(app: App, actor: Actor, _: SameOrigin, form: Form<Changes>) -> Result<HttpResponse, Error> {
    let typed = form.value;
    check(&app, &actor, &typed.csrf)?;
    let raw = RawChanges {
        nama: None,
        hp: Some(typed.hp.clone()).filter(|hp| !hp.trim().is_empty()),
        area: Some(typed.area.clone()).filter(|area| !area.is_empty()),
        // A form without it is not ours, so nothing matches.
        version: Some(typed.version.parse().unwrap_or(-1)),
    };
    let who = actor.clone();
    let changed = app.write(move |conn, ctx| profile::update(conn, ctx, &who, &raw)).await;
    match changed {
        Ok(_) => Ok(shell::see_other("/akun")),
        Err(error) => {
            let refused = refusal(error)?;
            render(&app, actor, Some(typed), refused.errors, refused.status).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Ending {
    csrf: String,
    /// One session; empty: every other one.
    id: String,
}

pub(super) async fn end_sessions(
    app: App,
    actor: Actor,
    _: SameOrigin,
    form: Form<Ending>,
) -> Result<HttpResponse, Error> {
    check(&app, &actor, &form.value.csrf)?;
    let one = form.value.id;
    if one.is_empty() {
        app.write(move |conn, ctx| session::end_others(conn, ctx, &actor))
            .await?;
    } else {
        let id: Uuid = one.parse().map_err(|_| Error::NotFound)?;
        app.write(move |conn, ctx| session::end(conn, ctx, &actor, id)).await?;
    }
    Ok(shell::see_other("/akun"))
}

async fn render(
    app: &App,
    actor: Actor,
    typed: Option<Changes>,
    errors: FormErrors,
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    let who = actor.clone();
    let (profile, sessions, areas) = app
        .read(move |conn, ctx| {
            let profile = profile::find(conn, ctx, &who)?;
            let sessions = session::list(conn, ctx, &who)?;
            Ok::<_, AccountError>((profile, sessions, Areas::load(conn)?))
        })
        .await?;
    let positions = actor
        .appointments
        .iter()
        .map(|held| format!("{}, {}", held.position.label(), areas.name(&held.area)))
        .collect();
    let stored = Changes {
        hp: profile.phone.clone().unwrap_or_default(),
        area: profile.area.as_ref().map(ToString::to_string).unwrap_or_default(),
        ..Changes::default()
    };
    let shown = typed.unwrap_or(stored);
    let page = Page {
        chrome: chrome(Some(&actor), app.keys()),
        errors,
        profile,
        hp: shown.hp,
        area: shown.area,
        kelurahan: areas.kelurahan().cloned().collect(),
        positions,
        second_factor_missing: actor.second_factor_missing,
        sessions: sessions
            .into_iter()
            .map(|session| Row {
                last_used: local(app, session.last_used_at),
                session,
            })
            .collect(),
    };
    shell::page_with_status(&page, status)
}

fn local(app: &App, at: DateTime<Utc>) -> String {
    at.with_timezone(&app.config().zone)
        .format("%d-%m-%Y %H:%M")
        .to_string()
}
