//! The outermost layer: gives each call its id, counts it, reads its body whole, and sends every answer off with
//! its headers, its log line and, when it is a refusal, its body.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use futures_util::StreamExt;

use super::body::MAX_BODY;
use super::client::{ClientAddress, RequestId, wants_json};
use crate::app::App;
use crate::platform::error::{Error, Problem};

/// Renders a refusal as a page; the pages give their own.
#[derive(Clone, Copy)]
pub struct ErrorPage(pub fn(&Problem) -> String);

/// Allows our own files only; no inline script or style.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                   connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The layer itself.
///
/// # Errors
/// When a layer further in fails; what handlers refuse becomes an answer here.
pub async fn finish(
    app: web::Data<App>,
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = std::time::Instant::now();
    let id = RequestId(app.entropy().id(app.now()).simple().to_string());
    let client = ClientAddress::of(req.head(), &app.config().trusted_proxies);
    req.extensions_mut().insert(id.clone());
    req.extensions_mut().insert(client);
    let early = admit(&app, &mut req, client).await.err();
    let (http, outcome) = match early {
        Some(error) => {
            let (http, _) = req.into_parts();
            (http, error.error_response())
        }
        None => {
            // No clone of the request may live while the router works: it writes into it. What a handler refuses
            // comes back as an answer; an error here is a layer's that failed.
            let (http, response) = next.call(req).await?.into_parts();
            (http, response.map_into_boxed_body())
        }
    };
    let response = complete(&http, outcome, &id);
    log(&app, &http, &response, &id, started.elapsed());
    Ok(ServiceResponse::new(http, response))
}

/// Refuses what no handler should see, and reads the body so that a refusal reaches the client.
async fn admit(app: &App, req: &mut ServiceRequest, client: ClientAddress) -> Result<(), Error> {
    if !client.is_loopback() {
        app.limiter()
            .count(&client.0.to_string(), app.config().address_calls_per_minute, app.now())?;
    }
    let query_is_clean = url::form_urlencoded::parse(req.query_string().as_bytes())
        .all(|(key, value)| !key.contains(['\0', '\u{fffd}']) && !value.contains(['\0', '\u{fffd}']));
    let path = req.path().to_ascii_lowercase();
    if !query_is_clean || path.contains("%00") || path.contains('\0') || path.len() > 2_000 {
        return Err(Error::BadRequest { code: "malformed_path" });
    }
    if !acceptable(req) {
        return Err(Error::NotAcceptable);
    }
    let is_upload = req.content_type().starts_with("multipart/");
    if matches!(
        *req.method(),
        Method::POST | Method::PATCH | Method::PUT | Method::DELETE
    ) && !is_upload
    {
        let mut body = web::BytesMut::new();
        let mut payload = req.take_payload();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Error::BadRequest { code: "malformed_body" })?;
            if body.len() + chunk.len() > MAX_BODY {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        req.set_payload(Payload::from(body.freeze()));
    }
    Ok(())
}

/// What the API speaks; a client that takes none of it is told so.
const SPOKEN: &[&str] = &[
    "*/*",
    "application/*",
    "application/json",
    "application/problem+json",
    "application/pdf",
    "image/*",
    "image/jpeg",
    "text/*",
    "text/csv",
    // A browser's address bar.
    "text/html",
];

fn acceptable(req: &ServiceRequest) -> bool {
    let accept = req
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .trim();
    if accept.is_empty() || !req.path().starts_with("/api/") {
        return true;
    }
    let mut ranges = accept.split(',').filter_map(|range| range.split(';').next());
    ranges.any(|range| SPOKEN.contains(&range.trim().to_ascii_lowercase().as_str()))
}

fn complete(req: &HttpRequest, mut response: HttpResponse<BoxBody>, id: &RequestId) -> HttpResponse<BoxBody> {
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let marked = response.extensions_mut().remove::<Problem>();
        let is_plain = !response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
            kind.to_str()
                .is_ok_and(|kind| kind.starts_with("application/problem+json") || kind.starts_with("text/html"))
        });
        if let Some(mut problem) = marked.or_else(|| is_plain.then(|| Problem::of(&from_status(status)))) {
            problem.request_id = id.0.clone();
            response = refusal(req, response, &problem);
        }
    }
    let secure = req
        .app_data::<web::Data<App>>()
        .is_some_and(|app| app.config().is_https());
    let headers = response.headers_mut();
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(self), geolocation=(), microphone=()"),
        ("content-security-policy", CSP),
        ("cache-control", "no-store"),
    ];
    for (name, value) in fixed {
        let name = header::HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    }
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            header::HeaderValue::from_static("max-age=31536000"),
        );
    }
    if let Ok(value) = header::HeaderValue::from_str(&id.0) {
        headers.insert(header::HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// The body of a refusal, keeping the headers that belong to it (Allow, Retry-After, cookies).
fn refusal(req: &HttpRequest, old: HttpResponse<BoxBody>, problem: &Problem) -> HttpResponse<BoxBody> {
    let mut builder = HttpResponse::build(old.status());
    for (name, value) in old.headers() {
        // The new body is neither of that type and length nor compressed.
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING].contains(name) {
            builder.append_header((name.clone(), value.clone()));
        }
    }
    let page = req
        .app_data::<web::Data<ErrorPage>>()
        .filter(|_| !wants_json(req.head()));
    match page {
        Some(page) => builder.content_type("text/html; charset=utf-8").body((page.0)(problem)),
        None => match serde_json::to_string(problem) {
            Ok(body) => builder.content_type("application/problem+json").body(body),
            Err(_) => builder.finish(),
        },
    }
}

/// What the framework itself refused.
fn from_status(status: StatusCode) -> Error {
    match status.as_u16() {
        401 => Error::Unauthorized { code: "login_required" },
        403 => Error::Forbidden { code: "not_allowed" },
        404 => Error::NotFound,
        406 => Error::NotAcceptable,
        409 => Error::Conflict { code: "wrong_state" },
        412 => Error::Stale,
        413 => Error::TooLarge,
        415 => Error::UnsupportedMediaType,
        422 => Error::Invalid(Vec::new()),
        400..500 => Error::BadRequest { code: "malformed_body" },
        503 => Error::Unavailable,
        _ => Error::internal("refused by the framework"),
    }
}

/// One line a call: the pattern of the route, never the path or the query, which may name a person.
fn log(app: &App, req: &HttpRequest, response: &HttpResponse, id: &RequestId, took: std::time::Duration) {
    let route = req.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let status = response.status().as_u16();
    app.metrics().observe(req.method().as_str(), &route, status, took);
    tracing::info!(
        request_id = %id.0, method = %req.method(), route = %route, status,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "call"
    );
}
