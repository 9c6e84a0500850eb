//! Bodies parsed at the edge: size, media type, syntax and characters are settled before a handler sees a value.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::platform::error::Error;
use crate::platform::field_error::FieldError;

/// Largest JSON or form body.
pub const MAX_BODY: usize = 1024 * 1024;

/// Longest string anywhere in a body; fields have tighter limits of their own.
const MAX_STRING: usize = 20_000;

/// A JSON body and the hash of its bytes (for Idempotency-Key).
pub struct Json<T> {
    pub value: T,
    pub hash: Vec<u8>,
}

/// A form body (`application/x-www-form-urlencoded`) and the hash of its bytes.
pub struct Form<T> {
    pub value: T,
    pub hash: Vec<u8>,
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.content_type().to_ascii_lowercase();
        let mut payload = web::Payload::from_request(req, payload).into_inner();
        Box::pin(async move {
            let bytes = read(
                payload
                    .as_mut()
                    .map_err(|_| Error::BadRequest { code: "malformed_body" })?,
            )
            .await?;
            if kind != "application/json" {
                return Err(Error::UnsupportedMediaType);
            }
            let value = parse_json(&bytes)?;
            Ok(Self {
                value,
                hash: Sha256::digest(&bytes).to_vec(),
            })
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.content_type().to_ascii_lowercase();
        let mut payload = web::Payload::from_request(req, payload).into_inner();
        Box::pin(async move {
            let bytes = read(
                payload
                    .as_mut()
                    .map_err(|_| Error::BadRequest { code: "malformed_body" })?,
            )
            .await?;
            if kind != "application/x-www-form-urlencoded" {
                return Err(Error::UnsupportedMediaType);
            }
            let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&bytes).into_owned().collect();
            let object = Value::Object(
                pairs
                    .into_iter()
                    .map(|(key, value)| (key, Value::String(value)))
                    .collect(),
            );
            refuse_bad_strings(&object)?;
            let value = serde_json::from_value(object).map_err(|_| Error::BadRequest { code: "malformed_body" })?;
            Ok(Self {
                value,
                hash: Sha256::digest(&bytes).to_vec(),
            })
        })
    }
}

async fn read(payload: &mut web::Payload) -> Result<web::BytesMut, Error> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::BadRequest { code: "malformed_body" })?;
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(Error::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Syntax errors are 400; a value of the wrong type or a string that no field could take is 422.
///
/// # Errors
/// As said.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Error::BadRequest { code: "malformed_json" })?;
    refuse_bad_strings(&value)?;
    // serde would take a list for a struct, field by field.
    if !value.is_object() {
        return Err(wrong_type(""));
    }
    typed(value)
}

/// A value of the type that a handler wants.
///
/// # Errors
/// `Invalid` at the field whose type is wrong.
pub fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        // A field that is missing stands in the text, not in the path.
        let text = error.inner().to_string();
        let missing = text
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split('`').next())
            .unwrap_or("");
        match (path.as_str(), missing) {
            (".", field) => wrong_type(field),
            (path, "") => wrong_type(path),
            (path, field) => wrong_type(&format!("{path}.{field}")),
        }
    })
}

fn wrong_type(field: &str) -> Error {
    Error::field(
        field,
        "wrong_type",
        "Isian kurang atau jenisnya keliru; lihat dokumentasi API.",
    )
}

/// NUL cannot be stored and an endless string has no use: refuse both anywhere, keys included.
fn refuse_bad_strings(value: &Value) -> Result<(), Error> {
    let mut errors = Vec::new();
    walk(value, &mut String::new(), &mut errors);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

fn walk(value: &Value, path: &mut String, errors: &mut Vec<FieldError>) {
    match value {
        Value::String(text) => check(text, path, errors),
        Value::Array(items) => {
            for item in items {
                walk(item, path, errors);
            }
        }
        Value::Object(entries) => {
            for (key, entry) in entries {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.extend(key.chars().filter(|letter| !letter.is_control()).take(60));
                check(key, path, errors);
                walk(entry, path, errors);
                path.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn check(text: &str, path: &str, errors: &mut Vec<FieldError>) {
    if errors.len() >= 100 {
        return;
    }
    if text.contains('\0') {
        errors.push(FieldError::new(
            path,
            "invalid_character",
            "Mengandung karakter yang tidak dapat disimpan (U+0000).",
        ));
    } else if text.chars().count() > MAX_STRING {
        errors.push(FieldError::new(path, "too_long", "Terlalu panjang."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Login {
        #[expect(dead_code, reason = "only parsed")]
        login: String,
    }

    fn status(body: &str) -> u16 {
        parse_json::<Login>(body.as_bytes())
            .map(|_| 200)
            .unwrap_or_else(|error| error.status().as_u16())
    }

    #[test]
    fn hostile_json_is_refused_without_a_panic() {
        assert_eq!(status(r#"{"login":"a"}"#), 200);
        assert_eq!(status(r#"{"login":"a\u0000"}"#), 422);
        assert_eq!(status(r#"{"login":"\ud800"}"#), 400);
        assert_eq!(status(r#"{"login":1}"#), 422);
        assert_eq!(status(r#"{"x":{"y\u0000":["\u0000"]}}"#), 422);
        assert_eq!(status(&format!(r#"{{"login":"{}"}}"#, "x".repeat(200_000))), 422);
        assert_eq!(status(&"[".repeat(100_000)), 400);
        assert_eq!(status("{"), 400);
        assert_eq!(status(""), 400);
    }
}
