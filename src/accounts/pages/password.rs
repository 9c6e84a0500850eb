//! A forgotten password; the first password of somebody invited.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::register::{Link, Notice};
use super::{chrome, refusal};
use crate::accounts::api::{self, MaybeActor, SameOrigin};
use crate::accounts::reset as passwords;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::shell::{self, Chrome, FormErrors};

#[derive(Template)]
#[template(path = "accounts/pages/forgot.html")]
struct ForgotPage {
    chrome: Chrome,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "accounts/pages/reset.html")]
struct ResetPage {
    chrome: Chrome,
    errors: FormErrors,
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Forgotten {
    login: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewPassword {
    token: String,
    password: String,
}

pub(super) async fn forgot_form(app: App, who: MaybeActor) -> Result<HttpResponse, Error> {
    shell::page(&ForgotPage {
        chrome: chrome(who.0.as_ref(), app.keys()),
        errors: FormErrors::default(),
    })
}

/// Says the same whether or not there is such an account.
pub(super) async fn forgot(
    app: App,
    who: MaybeActor,
    _: SameOrigin,
    form: Form<Forgotten>,
) -> Result<HttpResponse, Error> {
    let login = form.value.login;
    app.write(move |conn, ctx| passwords::forgot(conn, ctx, &login)).await?;
    shell::page(&Notice {
        chrome: chrome(who.0.as_ref(), app.keys()),
        title: "Periksa email Anda",
        text: "Bila akunnya ada, tautan untuk membuat kata sandi baru sudah kami kirim ke emailnya. Tautan berlaku 1 jam.",
        is_good: true,
        link: "/masuk",
        label: "Ke halaman masuk",
    })
}

/// The link is looked at first, so that nobody chooses a password in vain.
pub(super) async fn reset_form(app: App, who: MaybeActor, link: web::Query<Link>) -> Result<HttpResponse, Error> {
    let token = link.into_inner().token;
    let frame = chrome(who.0.as_ref(), app.keys());
    let looked_at = token.clone();
    let known = app
        .read(move |conn, ctx| passwords::check_link(conn, ctx, &looked_at))
        .await;
    match known {
        Ok(_) => shell::page(&ResetPage {
            chrome: frame,
            errors: FormErrors::default(),
            token,
        }),
        Err(error) => dead_link(frame, refusal(error)?.status),
    }
}

pub(super) async fn reset(
    app: App,
    who: MaybeActor,
    _: SameOrigin,
    form: Form<NewPassword>,
) -> Result<HttpResponse, Error> {
    let frame = chrome(who.0.as_ref(), app.keys());
    let NewPassword { token, password } = form.value;
    let Err(error) = api::reset_now(&app, token.clone(), &password).await else {
        return shell::page(&Notice {
            chrome: chrome(None, app.keys()),
            title: "Kata sandi tersimpan",
            text: "Semua sesi lama sudah diakhiri. Masuklah dengan kata sandi yang baru.",
            is_good: true,
            link: "/masuk",
            label: "Masuk",
        });
    };
    let refused = refusal(error)?;
    if refused.errors.is_empty() {
        return dead_link(frame, refused.status);
    }
    let page = ResetPage {
        chrome: frame,
        errors: refused.errors,
        token,
    };
    shell::page_with_status(&page, refused.status)
}

fn dead_link(chrome: Chrome, status: StatusCode) -> Result<HttpResponse, Error> {
    let page = Notice {
        chrome,
        title: "Tautan tidak berlaku",
        text: "Tautan sudah dipakai atau kedaluwarsa.",
        is_good: false,
        link: "/lupa-sandi",
        label: "Minta tautan baru",
    };
    shell::page_with_status(&page, status)
}
