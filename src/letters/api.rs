//! Verification for programs, public and without login; the agenda book for the office.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::check::{self, CheckState, LetterCheck};
use super::{AgendaLine, AgendaQuery, LetterCode, agenda, jwk_set};
use crate::accounts::Actor;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::{Upload, endpoint};
use crate::platform::pagination::{LONG_LIMIT, Page, PageRequest};

/// Addresses of the room.
pub fn routes(routes: &mut web::ServiceConfig) {
    endpoint("/api/v1/letters/verify").post(verify).register(routes);
    endpoint("/api/v1/letters/keys").get(keys).register(routes);
    // After the two above: their names could be taken for codes.
    endpoint("/api/v1/letters/{code}").get(by_code).register(routes);
    endpoint("/api/v1/register").get(agenda_book).register(routes);
}

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(by_code, verify, keys, agenda_book))]
pub struct Doc;

/// A file as OpenAPI shows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the body")]
struct VerifyForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What stands behind the code that a letter bears.
///
/// Permissions: anyone. The code is accepted with or without dashes and in any case. Errors: 404 for a code that no
/// issued letter has.
#[utoipa::path(
    get, path = "/api/v1/letters/{code}", tag = "letters",
    params(("code" = String, Path, description = "The code under the QR of a letter")),
    responses(
        (status = 200, description = "`state` is valid, revoked or expired", body = LetterCheck),
    )
)]
async fn by_code(app: App, code: web::Path<String>) -> Result<web::Json<LetterCheck>, Error> {
    Ok(web::Json(find(&app, &code).await?.ok_or(Error::NotFound)?))
}

/// The letter of a code as it was typed.
pub(super) async fn find(app: &App, typed: &str) -> Result<Option<LetterCheck>, Error> {
    let Some(code) = LetterCode::parse(typed) else {
        return Ok(None);
    };
    app.read(move |conn, ctx| check::by_code(conn, ctx, &code)).await
}

/// Whether a file is, byte for byte, a letter of ours. The file is not kept.
///
/// Permissions: anyone. Errors: 413 `too_large`; 422 without `file`. Any bytes within the limit are answered 200.
#[utoipa::path(
    post, path = "/api/v1/letters/verify", tag = "letters",
    request_body(content = inline(VerifyForm), content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "`state` is valid, revoked or expired with the facts of the letter; altered for a \
            file that carries our seal and is not what we sealed; unknown for anything else", body = LetterCheck),
    )
)]
async fn verify(app: App, req: HttpRequest, payload: web::Payload) -> Result<web::Json<LetterCheck>, Error> {
    Ok(web::Json(check_upload(&app, &req, payload).await?))
}

/// Reads an upload and checks it.
pub(super) async fn check_upload(app: &App, req: &HttpRequest, payload: web::Payload) -> Result<LetterCheck, Error> {
    let Upload { bytes, hash } = Upload::read(req, payload, app.config().upload_bytes).await?;
    let known = app.read(move |conn, ctx| check::by_file_hash(conn, ctx, &hash)).await?;
    if let Some(check) = known {
        return Ok(check);
    }
    let seal = app.clone();
    let carries_seal = web::block(move || seal.extras().seal.marks().are_in(&bytes))
        .await
        .map_err(|_| Error::Unavailable)?;
    Ok(LetterCheck::bare(if carries_seal {
        CheckState::Altered
    } else {
        CheckState::Unknown
    }))
}

/// A JWK set as OpenAPI shows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the answer")]
struct KeySet {
    #[schema(value_type = Vec<Object>)]
    keys: Vec<serde_json::Value>,
}

/// The public keys of QR tokens, those of earlier years included, as a JWK set (RFC 7517).
///
/// Permissions: anyone.
#[utoipa::path(
    get, path = "/api/v1/letters/keys", tag = "letters",
    responses((status = 200, description = "JWK set; every key has a `kid`", body = inline(KeySet)))
)]
async fn keys(app: App) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .json(jwk_set(app.extras().seal.qr_keys()))
}

/// Query of the agenda book, as it came.
#[derive(Deserialize)]
struct BookQuery {
    area: Option<String>,
    year: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// The agenda book of an office and year: every number, newest first, void and revoked ones too.
///
/// Permissions: lurah and petugas for their own office; sekcam and camat for all of the kecamatan. Errors: 403 for
/// anybody else, 404 for a book that is not the caller's, 422 for a year or limit that is none.
#[utoipa::path(
    get, path = "/api/v1/register", tag = "letters",
    params(
        ("area" = Option<String>, Query, description = "Code of the office; the caller's own without it", example = "12.09.20.1006"),
        ("year" = Option<i32>, Query, description = "This year without it", minimum = 2000, maximum = 2199),
        ("limit" = Option<i64>, Query, description = "1 to 100, otherwise 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "One page", body = Page<AgendaLine>),
        (status = 403, description = "The caller keeps no book"),
        (status = 404, description = "Not the caller's book"),
    ),
    security(("bearer" = []))
)]
async fn agenda_book(
    app: App,
    actor: Actor,
    query: web::Query<BookQuery>,
) -> Result<web::Json<Page<AgendaLine>>, Error> {
    let query = query.into_inner();
    let page = PageRequest::parse(query.limit.as_deref(), query.cursor.as_deref(), LONG_LIMIT)?;
    let book = AgendaQuery {
        area: query.area,
        year: query.year,
    };
    app.read(move |conn, ctx| agenda(conn, ctx, &actor, &book, &page))
        .await
        .map(web::Json)
}
