//! Verification for people: the page that a QR opens, and the one where a code is typed or a file dropped.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::LetterCode;
use super::api::{check_upload, find};
use super::check::{CheckState, LetterCheck};
use crate::accounts::MaybeActor;
use crate::accounts::pages::chrome;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::http::endpoint;
use crate::platform::indonesian::long_date;
use crate::shell::{self, Chrome, FormErrors};

/// Addresses of the room.
pub fn routes(routes: &mut web::ServiceConfig) {
    endpoint("/periksa").get(form).post(upload).register(routes);
    endpoint("/v/{code}").get(result).register(routes);
}

#[derive(Template)]
#[template(path = "letters/check_form.html")]
struct FormPage {
    chrome: Chrome,
    errors: FormErrors,
    code: String,
}

#[derive(Template)]
#[template(path = "letters/check.html")]
struct ResultPage {
    chrome: Chrome,
    check: LetterCheck,
    /// The page tells of a file, not of a code.
    is_file: bool,
}

impl ResultPage {
    fn day(&self, date: &NaiveDate) -> String {
        long_date(*date)
    }
}

#[derive(Deserialize)]
struct Typed {
    /// The form's field; absent when the page is opened.
    kode: Option<String>,
}

async fn form(app: App, caller: MaybeActor, query: web::Query<Typed>) -> Result<HttpResponse, Error> {
    let chrome = chrome(caller.0.as_ref(), app.keys());
    let Some(typed) = query.into_inner().kode else {
        return shell::page(&form_page(chrome, String::new(), None));
    };
    match LetterCode::parse(&typed) {
        Some(code) => Ok(shell::see_other(&format!("/v/{}", code.as_str()))),
        None => {
            let error = FieldError::new(
                "kode",
                "invalid",
                "Kode surat terdiri atas 12 huruf dan angka di bawah kode QR.",
            );
            shell::page_with_status(&form_page(chrome, typed, Some(error)), StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

fn form_page(chrome: Chrome, code: String, error: Option<FieldError>) -> FormPage {
    FormPage {
        chrome,
        errors: FormErrors(error.into_iter().collect()),
        code,
    }
}

async fn upload(app: App, caller: MaybeActor, req: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Error> {
    let chrome = chrome(caller.0.as_ref(), app.keys());
    match check_upload(&app, &req, payload).await {
        Ok(check) => shell::page(&ResultPage {
            chrome,
            check,
            is_file: true,
        }),
        Err(Error::TooLarge) => {
            let error = FieldError::new(
                "file",
                "too_large",
                "Berkas terlalu besar. Surat kami selalu di bawah 1 MB.",
            );
            shell::page_with_status(
                &form_page(chrome, String::new(), Some(error)),
                StatusCode::PAYLOAD_TOO_LARGE,
            )
        }
        Err(other) => Err(other),
    }
}

async fn result(app: App, caller: MaybeActor, code: web::Path<String>) -> Result<HttpResponse, Error> {
    let found = find(&app, &code).await?;
    let status = if found.is_some() {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    let page = ResultPage {
        chrome: chrome(caller.0.as_ref(), app.keys()),
        check: found.unwrap_or_else(|| LetterCheck::bare(CheckState::Unknown)),
        is_file: false,
    };
    shell::page_with_status(&page, status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::check::tests::facts;

    fn page(state: CheckState, is_file: bool) -> String {
        let has_facts = !matches!(state, CheckState::Altered | CheckState::Unknown);
        let page = ResultPage {
            chrome: Chrome::default(),
            check: LetterCheck {
                state,
                facts: has_facts.then(facts),
            },
            is_file,
        };
        let html = page.render().unwrap();
        let main = html.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
        main.lines()
            .filter(|line| !line.trim().is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn every_state_is_told_plainly() {
        for state in CheckState::ALL {
            insta::assert_snapshot!(format!("{state}"), page(*state, true));
        }
        insta::assert_snapshot!("unknown_code", page(CheckState::Unknown, false));
    }
}
