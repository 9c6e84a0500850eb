//! Registering and confirming the address.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::{chrome, refusal};
use crate::accounts::api::{self, MaybeActor, SameOrigin};
use crate::accounts::registration::{self, RawRegistration};
use crate::app::App;
use crate::areas::{Area, Areas};
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::shell::{self, Chrome, FormErrors};

#[derive(Template)]
#[template(path = "accounts/pages/register.html")]
struct Page {
    chrome: Chrome,
    errors: FormErrors,
    raw: RawRegistration,
    kelurahan: Vec<Area>,
}

#[derive(Template)]
#[template(path = "accounts/pages/notice.html")]
pub(super) struct Notice<'a> {
    pub chrome: Chrome,
    pub title: &'a str,
    pub text: &'a str,
    pub is_good: bool,
    pub link: &'a str,
    pub label: &'a str,
}

pub(super) async fn form(app: App, who: MaybeActor) -> Result<HttpResponse, Error> {
    let frame = chrome(who.0.as_ref(), app.keys());
    show(
        &app,
        frame,
        RawRegistration::default(),
        FormErrors::default(),
        StatusCode::OK,
    )
    .await
}

pub(super) async fn submit(
    app: App,
    who: MaybeActor,
    _: SameOrigin,
    form: Form<RawRegistration>,
) -> Result<HttpResponse, Error> {
    match api::register_now(&app, &form.value).await {
        Ok(_) => Ok(shell::see_other("/daftar/selesai")),
        Err(error) => {
            let refused = refusal(error)?;
            let frame = chrome(who.0.as_ref(), app.keys());
            show(&app, frame, form.value, refused.errors, refused.status).await
        }
    }
}

pub(super) async fn done(app: App, who: MaybeActor) -> Result<HttpResponse, Error> {
    shell::page(&Notice {
        chrome: chrome(who.0.as_ref(), app.keys()),
        title: "Periksa email Anda",
        text: "Kami mengirim tautan ke email yang Anda tulis. Buka tautan itu, lalu masuk. Bila tidak ada dalam \
               beberapa menit, lihat juga folder spam.",
        is_good: true,
        link: "/masuk",
        label: "Ke halaman masuk",
    })
}

#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    pub token: String,
}

/// The link of the mail. It confirms at once: that the mailbox is read is all that it is to prove.
pub(super) async fn verify_email(app: App, who: MaybeActor, link: web::Query<Link>) -> Result<HttpResponse, Error> {
    let token = link.into_inner().token;
    let frame = chrome(who.0.as_ref(), app.keys());
    let confirmed = app
        .write(move |conn, ctx| registration::verify_email(conn, ctx, &token))
        .await;
    match confirmed {
        Ok(()) => shell::page(&Notice {
            chrome: frame,
            title: "Email sudah dikonfirmasi",
            text: "Terima kasih. Sekarang Anda dapat masuk dan mengajukan surat.",
            is_good: true,
            link: "/masuk",
            label: "Masuk",
        }),
        Err(error) => {
            let refused = refusal(error)?;
            let page = Notice {
                chrome: frame,
                title: "Tautan tidak berlaku",
                text: "Tautan sudah kedaluwarsa atau diganti yang lebih baru. Daftar sekali lagi untuk menerima \
                       tautan baru.",
                is_good: false,
                link: "/daftar",
                label: "Ke pendaftaran",
            };
            shell::page_with_status(&page, refused.status)
        }
    }
}

async fn show(
    app: &App,
    chrome: Chrome,
    raw: RawRegistration,
    errors: FormErrors,
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    let areas = app.read(|conn, _| Areas::load(conn)).await?;
    let page = Page {
        chrome,
        errors,
        raw,
        kelurahan: areas.kelurahan().cloned().collect(),
    };
    shell::page_with_status(&page, status)
}
