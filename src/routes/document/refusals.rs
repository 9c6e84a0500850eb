//! Which refusals a call can be answered with, and how each looks.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::platform::error::{Error, Problem};
use crate::platform::field_error::FieldError;

/// Name in the document, what it means, and one that shows it.
fn kinds() -> Vec<(&'static str, &'static str, Error)> {
    let forbidden = "Logged in, but not allowed: `not_allowed`, `not_your_step`, `second_factor_required`";
    vec![
        (
            "Malformed",
            "The call cannot be read: its path, query, headers or the syntax of its body",
            Error::BadRequest { code: "malformed_json" },
        ),
        (
            "LoginRequired",
            "No valid access token, or the login failed",
            Error::Unauthorized { code: "login_required" },
        ),
        ("Forbidden", forbidden, Error::Forbidden { code: "not_allowed" }),
        (
            "NotFound",
            "Nothing there, or nothing that the caller may know of",
            Error::NotFound,
        ),
        (
            "NotAcceptable",
            "Accept names nothing that the API speaks",
            Error::NotAcceptable,
        ),
        (
            "Conflict",
            "Not possible in the present state: `own_request`, `wrong_state`, `held_by_other` and others",
            Error::Conflict { code: "own_request" },
        ),
        ("Stale", "Somebody changed it since it was read", Error::Stale),
        (
            "TooLarge",
            "The body is longer than allowed (JSON: 1 MiB)",
            Error::TooLarge,
        ),
        (
            "UnsupportedMediaType",
            "The body is of another kind",
            Error::UnsupportedMediaType,
        ),
        (
            "Invalid",
            "Fields are wrong; `errors` names all of them",
            Error::Invalid(vec![FieldError::new(
                "applicant.nik",
                "nik_length",
                "NIK terdiri dari 16 angka.",
            )]),
        ),
        (
            "TooManyRequests",
            "Too many calls in this minute",
            Error::TooManyRequests { retry_after: 30 },
        ),
        ("Unavailable", "Busy, or a part is down; try again", Error::Unavailable),
    ]
}

/// Statuses of an operation, each with the words that its room gave for it.
pub(super) fn of(method: &str, is_once: bool, operation: &Value) -> BTreeMap<u16, String> {
    let mut found = BTreeMap::new();
    let mut can = |status: u16| drop(found.insert(status, String::new()));
    [400, 406, 429, 503].into_iter().for_each(&mut can);
    if operation.get("security").is_some() {
        can(401);
    }
    if method != "get" {
        can(413);
    }
    if operation.get("requestBody").is_some() {
        can(415);
        can(422);
    }
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let is_in = |place: &str| {
        let mut parameters = parameters.into_iter().flatten();
        parameters.any(|known| known.get("in").and_then(Value::as_str) == Some(place))
    };
    if is_in("path") {
        can(404);
    }
    if is_in("query") || is_once {
        can(422);
    }
    let documented = operation.get("responses").and_then(Value::as_object);
    for (status, answer) in documented.into_iter().flatten() {
        if let Ok(status @ 400..600) = status.parse() {
            let words = answer.get("description").and_then(Value::as_str).unwrap_or("");
            found.insert(status, words.to_owned());
        }
    }
    found
}

/// A pointer to the shared answer.
pub(super) fn reference(status: u16, words: &str) -> Value {
    let name = kinds()
        .into_iter()
        .find(|(_, _, error)| error.status().as_u16() == status);
    let name = name.map_or("Unavailable", |(name, _, _)| name);
    let mut reference = json!({ "$ref": format!("#/components/responses/{name}") });
    if !words.is_empty() {
        super::set(&mut reference, "description", words.into());
    }
    reference
}

/// The shared answers.
pub(super) fn responses() -> Value {
    let named = kinds().into_iter().map(|(name, meaning, error)| {
        let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/RequestId" } });
        let own = match error {
            Error::TooManyRequests { .. } | Error::Unavailable => Some(("Retry-After", "RetryAfter")),
            Error::Unauthorized { .. } => Some(("WWW-Authenticate", "Authenticate")),
            _ => None,
        };
        if let Some((header, reference)) = own {
            let reference = json!({ "$ref": format!("#/components/headers/{reference}") });
            super::set(&mut headers, header, reference);
        }
        let mut problem = Problem::of(&error);
        problem.request_id = "0199f6f0c5a27b60a9f3d1c2b4e5f607".to_owned();
        let content = json!({ "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": serde_json::to_value(problem).unwrap_or_default(),
        } });
        let answer = json!({ "description": meaning, "headers": headers, "content": content });
        (name.to_owned(), answer)
    });
    named.collect::<serde_json::Map<_, _>>().into()
}
