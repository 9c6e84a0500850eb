//! Enrolling an authenticator app, and showing its code before a signature.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::login::Back;
use super::{check, chrome, local_path, qr, refusal};
use crate::accounts::api::{self, SameOrigin};
use crate::accounts::second_factor::{self, Enrolment};
use crate::accounts::{AccountError, Actor, profile, second_factor_fresh};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::shell::{self, Chrome, FormErrors};

#[derive(Template)]
#[template(path = "accounts/pages/factor.html")]
struct Page {
    chrome: Chrome,
    errors: FormErrors,
    is_confirmed: bool,
    codes_left: i64,
    pending: Option<Pending>,
}

/// An enrolment that waits for its first code.
struct Pending {
    secret: String,
    qr: String,
}

#[derive(Template)]
#[template(path = "accounts/pages/recovery.html")]
struct RecoveryPage {
    chrome: Chrome,
    codes: Vec<String>,
}

#[derive(Template)]
#[template(path = "accounts/pages/step_up.html")]
struct StepUpPage<'a> {
    chrome: Chrome,
    errors: FormErrors,
    message: &'a str,
    ke: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    csrf: String,
    otp: String,
    ke: String,
}

pub(super) async fn show(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    render(&app, actor, FormErrors::default(), StatusCode::OK).await
}

/// Makes a secret. Who has one already shows it first.
pub(super) async fn begin(app: App, actor: Actor, _: SameOrigin, form: Form<Fields>) -> Result<HttpResponse, Error> {
    check(&app, &actor, &form.value.csrf)?;
    let begun = app
        .write(move |conn, ctx| second_factor::enroll(conn, ctx, &actor))
        .await;
    match begun {
        Err(Error::Conflict {
            code: "totp_already_confirmed",
        }) => Ok(shell::see_other("/konfirmasi?ke=/akun/faktor-kedua")),
        Err(error) => Err(error),
        Ok(_) => Ok(shell::see_other("/akun/faktor-kedua")),
    }
}

/// The first code; answers with the recovery codes, which no later page shows.
pub(super) async fn confirm(app: App, actor: Actor, _: SameOrigin, form: Form<Fields>) -> Result<HttpResponse, Error> {
    check(&app, &actor, &form.value.csrf)?;
    match api::confirm_now(&app, actor.clone(), form.value.otp).await {
        Ok(codes) => shell::page(&RecoveryPage {
            chrome: chrome(Some(&actor), app.keys()),
            codes,
        }),
        Err(error) => {
            let refused = refusal(error)?;
            render(&app, actor, refused.errors, refused.status).await
        }
    }
}

pub(super) async fn step_up_form(app: App, actor: Actor, back: web::Query<Back>) -> Result<HttpResponse, Error> {
    let ke = local_path(&back.ke).unwrap_or("/");
    if second_factor_fresh(&actor, app.now()) {
        return Ok(shell::see_other(ke));
    }
    shell::page(&StepUpPage {
        chrome: chrome(Some(&actor), app.keys()),
        errors: FormErrors::default(),
        message: "",
        ke,
    })
}

pub(super) async fn step_up(app: App, actor: Actor, _: SameOrigin, form: Form<Fields>) -> Result<HttpResponse, Error> {
    let Fields { csrf, otp, ke } = form.value;
    check(&app, &actor, &csrf)?;
    let ke = local_path(&ke).unwrap_or("/");
    let Err(error) = api::step_up_now(&app, actor.clone(), otp).await else {
        return Ok(shell::see_other(ke));
    };
    if let Error::Conflict {
        code: "totp_not_enrolled",
    } = error
    {
        return Ok(shell::see_other("/akun/faktor-kedua"));
    }
    let refused = refusal(error)?;
    let page = StepUpPage {
        chrome: chrome(Some(&actor), app.keys()),
        errors: refused.errors,
        message: refused.message,
        ke,
    };
    shell::page_with_status(&page, refused.status)
}

async fn render(app: &App, actor: Actor, errors: FormErrors, status: StatusCode) -> Result<HttpResponse, Error> {
    let who = actor.clone();
    let (pending, profile, codes_left) = app
        .read(move |conn, ctx| {
            let pending = second_factor::pending(conn, ctx, &who)?;
            let left = second_factor::recovery_codes_left(conn, who.account_id)?;
            Ok::<_, AccountError>((pending, profile::find(conn, ctx, &who)?, left))
        })
        .await?;
    let page = Page {
        chrome: chrome(Some(&actor), app.keys()),
        errors,
        is_confirmed: profile.totp_confirmed_at.is_some(),
        codes_left,
        pending: pending.map(shown).transpose()?,
    };
    shell::page_with_status(&page, status)
}

fn shown(enrolment: Enrolment) -> Result<Pending, Error> {
    // In groups of four, as it is typed by hand.
    let letters: Vec<char> = enrolment.secret.base32().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(Pending {
        secret: groups.join(" "),
        qr: qr::svg(&enrolment.uri)?,
    })
}
