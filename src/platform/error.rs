//! The one error that leaves an operation for the edge, and its one mapping to `application/problem+json`
//! (RFC 9457). Rooms have errors of their own and convert into this one.

use std::error::Error as StdError;
use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::field_error::FieldError;
use super::messages;

/// Why a call was refused or failed.
#[derive(Debug)]
pub enum Error {
    /// Nothing there, or nothing that the caller may know of.
    NotFound,
    /// No valid login.
    Unauthorized {
        code: &'static str,
    },
    /// Logged in, but not allowed.
    Forbidden {
        code: &'static str,
    },
    /// Not possible in the present state.
    Conflict {
        code: &'static str,
    },
    /// Somebody changed it since the caller read it.
    Stale,
    /// The input is wrong; every field error at once.
    Invalid(Vec<FieldError>),
    /// The call itself is malformed.
    BadRequest {
        code: &'static str,
    },
    /// Not acceptable as a whole.
    Unprocessable {
        code: &'static str,
    },
    TooLarge,
    UnsupportedMediaType,
    NotAcceptable,
    MethodNotAllowed {
        allow: String,
    },
    /// Too many calls; try again after so many seconds.
    TooManyRequests {
        retry_after: u32,
    },
    /// Overloaded or a part is down; try again.
    Unavailable,
    /// Our fault. The cause goes to the log, never to the caller.
    Internal(Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// An internal error from any cause.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// One field error.
    pub fn field(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Invalid(_) | Self::Unprocessable { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BadRequest { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Unauthorized { code }
            | Self::Forbidden { code }
            | Self::Conflict { code }
            | Self::BadRequest { code }
            | Self::Unprocessable { code } => code,
            Self::Stale => "stale_version",
            Self::Invalid(_) => "invalid",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::NotAcceptable => "not_acceptable",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Unavailable => "unavailable",
            Self::Internal(_) => "internal",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status().as_u16(), self.code())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Internal(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Self::NotFound,
            other => Self::internal(other),
        }
    }
}

impl From<super::crypto::CryptoError> for Error {
    fn from(error: super::crypto::CryptoError) -> Self {
        Self::internal(error)
    }
}

/// Body of every refusal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says more than a page would.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: &'static str,
    pub title: String,
    pub status: u16,
    pub detail: String,
    #[schema(value_type = String)]
    pub code: &'static str,
    pub errors: Vec<FieldError>,
    pub request_id: String,
}

impl Problem {
    /// The problem that tells of `error`; the request id is filled in where the answer leaves.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        let (title, detail) = messages::problem(error.code(), error.status());
        Self {
            kind: "about:blank",
            title: title.to_owned(),
            status: error.status().as_u16(),
            detail: detail.to_owned(),
            code: error.code(),
            errors: if let Error::Invalid(errors) = error {
                errors.clone()
            } else {
                Vec::new()
            },
            request_id: String::new(),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// Only marks the answer; `http::finish` writes the body, as JSON or as a page.
    fn error_response(&self) -> HttpResponse {
        if let Self::Internal(cause) = self {
            log_chain(cause.as_ref());
        }
        let mut builder = HttpResponse::build(self.status());
        match self {
            Self::MethodNotAllowed { allow } => drop(builder.insert_header((header::ALLOW, allow.as_str()))),
            Self::TooManyRequests { retry_after } => drop(builder.insert_header((header::RETRY_AFTER, *retry_after))),
            Self::Unavailable => drop(builder.insert_header((header::RETRY_AFTER, 1))),
            Self::Unauthorized { .. } => drop(builder.insert_header((header::WWW_AUTHENTICATE, "Bearer"))),
            _ => {}
        }
        let mut response = builder.finish();
        response.extensions_mut().insert(Problem::of(self));
        response
    }
}

/// Logs an error and its causes once, at the boundary.
pub fn log_chain(error: &(dyn StdError + 'static)) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    tracing::error!(error = %text, "internal error");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_has_its_status_and_code() {
        let table: &[(Error, u16, &str)] = &[
            (Error::NotFound, 404, "not_found"),
            (Error::Unauthorized { code: "login_required" }, 401, "login_required"),
            (Error::Forbidden { code: "not_your_step" }, 403, "not_your_step"),
            (Error::Conflict { code: "own_request" }, 409, "own_request"),
            (Error::Stale, 412, "stale_version"),
            (Error::Invalid(vec![]), 422, "invalid"),
            (Error::BadRequest { code: "malformed_json" }, 400, "malformed_json"),
            (Error::TooLarge, 413, "too_large"),
            (Error::UnsupportedMediaType, 415, "unsupported_media_type"),
            (Error::NotAcceptable, 406, "not_acceptable"),
            (
                Error::MethodNotAllowed { allow: "GET".into() },
                405,
                "method_not_allowed",
            ),
            (Error::TooManyRequests { retry_after: 1 }, 429, "too_many_requests"),
            (Error::Unavailable, 503, "unavailable"),
            (Error::internal("boom"), 500, "internal"),
        ];
        for (error, status, code) in table {
            assert_eq!((error.status().as_u16(), error.code()), (*status, *code));
        }
    }

    #[test]
    fn the_cause_of_an_internal_error_stays_inside() {
        let problem = serde_json::to_string(&Problem::of(&Error::internal("password of the database"))).unwrap();
        assert!(!problem.contains("password of the database"));
    }
}
