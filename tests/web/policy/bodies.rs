//! What is sent: refused for its contents only where the call itself is allowed. An address that is not named here
//! gets `{}` (API) or a form with its token and key (pages), which suits most.

use serde_json::{Value, json};

/// A body of one kind.
pub enum Body {
    None,
    Json(Value),
    Form(Vec<(&'static str, String)>),
    /// Multipart with these fields and no file.
    Parts(Vec<(&'static str, String)>),
}

/// A version that no object has.
const STALE: &str = "0";

pub fn of(call: &str, csrf: &str) -> Body {
    let (method, route) = call.split_once(' ').unwrap();
    if matches!(method, "GET" | "DELETE") {
        return Body::None;
    }
    let csrf = ("csrf", csrf.to_owned());
    let key = ("kunci", "satu".to_owned());
    match route {
        "/api/v1/attachments" | "/api/v1/letters/verify" | "/periksa" => Body::Parts(Vec::new()),
        "/api/v1/drafts/{draft_id}" => Body::Json(json!({ "version": 0 })),
        "/api/v1/me" => Body::Json(json!({ "version": 0, "hp": "081200009902" })),
        "/api/v1/auth/step-up" | "/api/v1/auth/totp/confirm" => Body::Json(json!({ "otp": "x" })),
        "/api/v1/officers/{id}/absences" => Body::Json(json!({ "from": "x", "until": "x" })),
        "/api/v1/requests/{id}/assignment" => Body::Json(json!({ "account": "x", "version": 0 })),
        "/api/v1/actions/bulk" => {
            let item = json!({ "id": "0190a000-0000-7000-8000-000000000000", "version": 0 });
            Body::Json(json!({ "action": "verify", "items": [item] }))
        }
        "/api/v1/requests/{id}/actions" => Body::Json(json!({ "action": "verify", "version": 0 })),
        "/layanan/{code}/ajukan" => Body::Parts(vec![csrf, key]),
        "/permohonan/{id}/lengkapi" | "/permohonan/{id}/perbaiki" => {
            Body::Parts(vec![csrf, key, ("version", STALE.to_owned())])
        }
        "/permohonan/{id}/tindakan" => Body::Form(vec![
            csrf,
            key,
            ("version", STALE.to_owned()),
            ("action", "verify".to_owned()),
        ]),
        _ if route.starts_with("/api/") => Body::Json(json!({})),
        _ => Body::Form(vec![csrf, key, ("version", STALE.to_owned())]),
    }
}
