//! Headers that many operations share.

use serde_json::{Map, Value, json};

/// Headers that a call may carry.
pub(super) fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "One effect however often the call is sent: for 24 hours the same key with the same body \
                gives the first answer again; with another body 422 `idempotency_mismatch`.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$" },
            "example": "0b9f3c1e-5b1e-4f0e-9c3a-2d1f8f5b7a10",
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": false,
            "description": "The version that was read, as `\"3\"`; when it is no longer the present one, 412.",
            "schema": { "type": "string" },
            "example": "\"3\"",
        },
    })
}

/// Headers that an answer carries.
pub(super) fn headers() -> Value {
    let header = |description: &str, schema: Value| json!({ "description": description, "schema": schema });
    let mut headers = Map::new();
    let request_id = json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" });
    headers.insert(
        "RequestId".to_owned(),
        header("Names the call in our log; also `request_id` of a refusal.", request_id),
    );
    let seconds = json!({ "type": "integer", "minimum": 0 });
    headers.insert(
        "RetryAfter".to_owned(),
        header("Seconds until another try has a chance.", seconds),
    );
    headers.insert(
        "Authenticate".to_owned(),
        header("How to log in.", json!({ "type": "string", "const": "Bearer" })),
    );
    headers.into()
}
