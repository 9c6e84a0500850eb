//! Verifying an identity at the counter.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::{AccountError, Actor, identity};
use crate::app::{Answer, App};
use crate::platform::error::{Error, Problem};
use crate::platform::idempotency::Once;

#[derive(Serialize, ToSchema)]
pub struct Verified {
    account_id: Uuid,
    identity_verified_at: DateTime<Utc>,
}

/// Says that the person was compared with the KTP.
///
/// Permissions: petugas where the person lives. Errors: 404 for anybody else's, 409 `own_request`, 409
/// `nik_already_verified`. A second time changes nothing.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/verification", tag = "accounts",
    params(("account_id" = Uuid, Path, description = "Of the resident"),
           ("Idempotency-Key" = Option<String>, Header, description = "One effect however often it is sent")),
    security(("bearer" = [])),
    responses((status = 200, body = Verified), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub async fn verify(app: App, actor: Actor, once: Once, path: web::Path<String>) -> Result<HttpResponse, Error> {
    let account: Uuid = path.parse().map_err(|_| Error::NotFound)?;
    let scope = actor.account_id.to_string();
    app.write_once(once, scope, account.as_bytes().to_vec(), move |conn, ctx| {
        let identity_verified_at = identity::verify(conn, ctx, &actor, account)?;
        Ok::<_, AccountError>(Answer::ok(Verified {
            account_id: account,
            identity_verified_at,
        }))
    })
    .await
}
