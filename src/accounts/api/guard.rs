//! Forms that act come from our own pages: a token of the session in each, and the Origin that browsers send.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::accounts::Actor;
use crate::app::App;
use crate::platform::crypto::Keys;
use crate::platform::error::Error;

/// The token that each form of a session carries; a login gives another one.
#[must_use]
pub fn csrf_token(actor: &Actor, keys: &Keys) -> String {
    let key = keys.derived("page token");
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key.as_ref()) else {
        return String::new(); // HMAC takes keys of any length
    };
    mac.update(actor.session_id.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// Checks the token of a posted form.
///
/// # Errors
/// 403 `csrf`.
pub fn check_csrf(actor: &Actor, keys: &Keys, sent: &str) -> Result<(), Error> {
    let right = csrf_token(actor, keys);
    let same: bool = subtle::ConstantTimeEq::ct_eq(right.as_bytes(), sent.as_bytes()).into();
    if same && !right.is_empty() {
        Ok(())
    } else {
        Err(Error::Forbidden { code: "csrf" })
    }
}

/// Argument of every handler of a posted form: refuses what another site sent. Forms without a session (login,
/// registration) have no token and rely on this alone.
#[derive(Debug, Clone, Copy)]
pub struct SameOrigin;

impl FromRequest for SameOrigin {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(if is_ours(req) {
            Ok(Self)
        } else {
            Err(Error::Forbidden { code: "csrf" })
        })
    }
}

/// Absent is fine (old browsers, programs); `null` and any other site is not.
fn is_ours(req: &HttpRequest) -> bool {
    let Some(origin) = req.headers().get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else { return false };
    let public = req
        .app_data::<web::Data<App>>()
        .is_some_and(|app| app.config().public_url.origin().ascii_serialization() == origin);
    // The address that the browser itself used: the demo is opened by several names of this machine.
    let host = req.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    public || origin.split_once("://").is_some_and(|(_, named)| Some(named) == host)
}
