//! Pages of the room: registering, logging in, passwords, the own account, the second factor.

mod account;
mod factor;
mod login;
mod password;
mod qr;
mod register;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::web;

use super::api::{cookie_name, csrf_token};
use super::{Actor, Position, policy};
use crate::app::App;
use crate::config::Config;
use crate::platform::crypto::Keys;
use crate::platform::error::Error;
use crate::platform::http::endpoint;
use crate::platform::messages;
use crate::shell::{Chrome, FormErrors, Who};

/// Addresses of the room's pages.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/daftar")
        .get(register::form)
        .post(register::submit)
        .register(cfg);
    endpoint("/daftar/selesai").get(register::done).register(cfg);
    endpoint("/konfirmasi-email").get(register::verify_email).register(cfg);
    endpoint("/masuk").get(login::form).post(login::submit).register(cfg);
    endpoint("/keluar").post(login::leave).register(cfg);
    endpoint("/lupa-sandi")
        .get(password::forgot_form)
        .post(password::forgot)
        .register(cfg);
    endpoint("/atur-sandi")
        .get(password::reset_form)
        .post(password::reset)
        .register(cfg);
    endpoint("/akun").get(account::show).post(account::change).register(cfg);
    endpoint("/akun/sesi").post(account::end_sessions).register(cfg);
    endpoint("/akun/faktor-kedua")
        .get(factor::show)
        .post(factor::confirm)
        .register(cfg);
    endpoint("/akun/faktor-kedua/mulai").post(factor::begin).register(cfg);
    endpoint("/konfirmasi")
        .get(factor::step_up_form)
        .post(factor::step_up)
        .register(cfg);
}

/// The frame of a page for whoever is logged in.
#[must_use]
pub fn chrome(actor: Option<&Actor>, keys: &Keys) -> Chrome {
    Chrome {
        who: actor.map(|actor| Who {
            name: actor.name.clone(),
            csrf: csrf_token(actor, keys),
            is_officer: !policy::scopes(actor).is_empty(),
            reads_reports: [Position::Lurah, Position::Sekcam, Position::Camat]
                .iter()
                .any(|position| actor.holds(*position)),
        }),
    }
}

/// A path of this site to go to, or none: what an address says is never followed to another site.
#[must_use]
pub fn local_path(ke: &str) -> Option<&str> {
    let is_path = ke.starts_with('/') && !ke.starts_with("//") && ke.len() <= 2_000;
    let is_plain = ke.chars().all(|letter| letter.is_ascii_graphic() && letter != '\\');
    (is_path && is_plain).then_some(ke)
}

/// A refusal that the form itself shows again.
struct Refusal {
    status: StatusCode,
    errors: FormErrors,
    /// What is wrong as a whole; empty when the fields say it.
    message: &'static str,
}

/// Splits refusals that a form shows from failures that end the call.
fn refusal(error: Error) -> Result<Refusal, Error> {
    let status = error.status();
    match error {
        Error::Invalid(errors) => Ok(Refusal {
            status,
            errors: FormErrors(errors),
            message: "",
        }),
        Error::Unauthorized { code } | Error::Forbidden { code } | Error::Unprocessable { code } => Ok(Refusal {
            status,
            errors: FormErrors::default(),
            message: messages::problem(code, status).1,
        }),
        other => Err(other),
    }
}

/// The cookie of a session; it ends with the browser or when the session expires on the server.
fn session_cookie(config: &Config, token: String) -> Cookie<'static> {
    Cookie::build(cookie_name(config), token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.is_https())
        .finish()
}

/// Tells the browser to forget the cookie.
fn no_cookie(config: &Config) -> Cookie<'static> {
    let mut cookie = session_cookie(config, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}

/// Checks a form's token, for handlers in this folder.
fn check(app: &App, actor: &Actor, csrf: &str) -> Result<(), Error> {
    super::api::check_csrf(actor, app.keys(), csrf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for path in ["/", "/antrean", "/permohonan/1?x=1&y=%20#a"] {
            assert_eq!(local_path(path), Some(path));
        }
        for path in [
            "",
            "antrean",
            "//evil.id",
            "/\\evil.id",
            "https://evil.id",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=1",
            "/ä",
            "/ a",
        ] {
            assert_eq!(local_path(path), None, "{path}");
        }
    }
}
