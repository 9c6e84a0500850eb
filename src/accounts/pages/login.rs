//! Logging in and out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::{check, chrome, local_path, no_cookie, refusal, session_cookie};
use crate::accounts::actor::{self, Actor, Credential};
use crate::accounts::api::{self, MaybeActor, SameOrigin};
use crate::accounts::login::RawLogin;
use crate::accounts::policy;
use crate::accounts::session::{self, SessionKind};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::platform::ids::token_hash;
use crate::shell::{self, Chrome, FormErrors};

#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    pub ke: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    login: String,
    password: String,
    otp: String,
    ke: String,
}

#[derive(Template)]
#[template(path = "accounts/pages/login.html")]
struct Page<'a> {
    chrome: Chrome,
    errors: FormErrors,
    message: &'a str,
    login: &'a str,
    ke: &'a str,
}

/// Who is logged in already goes on.
pub(super) async fn form(app: App, who: MaybeActor, back: web::Query<Back>) -> Result<HttpResponse, Error> {
    let ke = local_path(&back.ke);
    if let Some(actor) = &who.0 {
        return Ok(shell::see_other(ke.unwrap_or(start(actor))));
    }
    shell::page(&Page {
        chrome: chrome(None, app.keys()),
        errors: FormErrors::default(),
        message: "",
        login: "",
        ke: ke.unwrap_or(""),
    })
}

pub(super) async fn submit(
    app: App,
    req: HttpRequest,
    _: SameOrigin,
    form: Form<Fields>,
) -> Result<HttpResponse, Error> {
    let fields = form.value;
    let raw = RawLogin {
        login: fields.login.clone(),
        password: fields.password,
        otp: Some(fields.otp),
    };
    let device = api::device(&req, SessionKind::Browser);
    let opened = match api::log_in(&app, raw, device).await {
        Ok(opened) => opened,
        Err(error) => {
            let refused = refusal(error)?;
            return again(&app, &fields.login, &fields.ke, refused.message, refused.status);
        }
    };
    let credential = Credential::Cookie(token_hash(&opened.token));
    let found = app.read(move |conn, ctx| actor::find(conn, ctx, &credential)).await?;
    let home = found.as_ref().map_or("/", |found| start(&found.actor));
    let mut response = shell::see_other(local_path(&fields.ke).unwrap_or(home));
    response
        .add_cookie(&session_cookie(app.config(), opened.token))
        .map_err(Error::internal)?;
    Ok(response)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Leaving {
    csrf: String,
}

pub(super) async fn leave(app: App, actor: Actor, _: SameOrigin, form: Form<Leaving>) -> Result<HttpResponse, Error> {
    check(&app, &actor, &form.value.csrf)?;
    app.write(move |conn, ctx| session::log_out(conn, ctx, &actor)).await?;
    let mut response = shell::see_other("/");
    response.add_cookie(&no_cookie(app.config())).map_err(Error::internal)?;
    Ok(response)
}

fn again(app: &App, login: &str, ke: &str, message: &str, status: StatusCode) -> Result<HttpResponse, Error> {
    let page = Page {
        chrome: chrome(None, app.keys()),
        errors: FormErrors::default(),
        message,
        login,
        ke: local_path(ke).unwrap_or(""),
    };
    shell::page_with_status(&page, status)
}

/// Where a person begins after a login that leads nowhere else.
fn start(actor: &Actor) -> &'static str {
    if actor.second_factor_missing {
        "/akun/faktor-kedua"
    } else if policy::scopes(actor).is_empty() {
        "/"
    } else {
        "/antrean"
    }
}
