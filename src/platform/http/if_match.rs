//! `If-Match`: the version of an object that the caller read.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use crate::platform::error::Error;

/// The version, when one was sent. `*` means any; a tag that we never gave is a version that none has.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<i32>);

/// Versions begin at 1.
const NO_VERSION: i32 = 0;

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = req.headers().get(header::IF_MATCH) else {
            return ready(Ok(Self(None)));
        };
        let text = value.to_str().unwrap_or("").trim();
        if text == "*" {
            return ready(Ok(Self(None)));
        }
        // RFC 9110 compares strongly here: a weak tag never matches.
        let version = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .unwrap_or(text)
            .parse();
        ready(Ok(Self(Some(version.unwrap_or(NO_VERSION)))))
    }
}
