//! Uploads.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Sealed, clean, record, seal};
use crate::accounts::Actor;
use crate::app::{Answer, App};
use crate::platform::error::Error;
use crate::platform::http::{Upload, endpoint};
use crate::platform::idempotency::Once;

/// Addresses of the room.
pub fn routes(routes: &mut web::ServiceConfig) {
    endpoint("/api/v1/attachments").post(upload).register(routes);
}

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(upload))]
pub struct Doc;

/// A file that was taken in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentView {
    pub id: Uuid,
    /// `image/jpeg` or `application/pdf`: photos are encoded anew.
    pub media_type: String,
    /// Length after cleaning.
    pub bytes: i64,
    /// SHA-256 after cleaning, hexadecimal.
    pub sha256: String,
}

/// An upload as OpenAPI shows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the body")]
pub struct UploadForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes a scan in, cleaned and sealed; it waits a day for the request that names it.
///
/// Permissions: anyone who is logged in. Errors: 413 `too_large`; 422 with `file` and why it is refused.
#[utoipa::path(
    post, path = "/api/v1/attachments", tag = "attachments",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and file give the same answer")),
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "Taken in", body = AttachmentView),
    ),
    security(("bearer" = []))
)]
async fn upload(
    app: App,
    actor: Actor,
    once: Once,
    req: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let Upload { bytes, hash } = Upload::read(&req, payload, app.config().upload_bytes).await?;
    let sealed = take_in(&app, bytes).await?;
    let row = sealed.clone();
    let owner = actor.account_id;
    let (status, body) = app
        .once(once, owner.to_string(), hash, move |conn, ctx| {
            record(conn, ctx, owner, &row)?;
            Ok::<_, Error>(Answer::created(view(&row)))
        })
        .await?;
    let kept: serde_json::Value = serde_json::from_slice(&body).map_err(Error::internal)?;
    if kept.get("id").and_then(|id| id.as_str()) != Some(sealed.id.to_string().as_str()) {
        // A repeat got the first answer; what this one wrote has no row.
        let files = app.extras().files.clone();
        web::block(move || files.delete(sealed.blob()))
            .await
            .map_err(|_| Error::Unavailable)??;
    }
    let status = StatusCode::from_u16(status).map_err(Error::internal)?;
    Ok(HttpResponse::build(status).content_type("application/json").body(body))
}

/// Cleans, seals and writes an upload, in turn with others. Pages use it as well.
///
/// # Errors
/// Why the file is refused; `Unavailable` when too many are waiting.
pub async fn take_in(app: &App, bytes: Vec<u8>) -> Result<Sealed, Error> {
    let _turn = app.extras().files.cleaning().await?;
    let app = app.clone();
    web::block(move || {
        let cleaned = clean(&bytes)?;
        seal(&app.ctx(), &app.extras().files, &cleaned)
    })
    .await
    .map_err(|_| Error::Unavailable)?
}

fn view(sealed: &Sealed) -> AttachmentView {
    AttachmentView {
        id: sealed.id,
        media_type: sealed.media_type.to_string(),
        bytes: sealed.bytes,
        sha256: hex::encode(&sealed.sha256),
    }
}
