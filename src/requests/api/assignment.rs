//! Moving work by hand, for programs.

use actix_web::{HttpResponse, web};

use serde_json::Value;

use super::uuid;
use crate::accounts::Actor;
use crate::app::{Answer, App};
use crate::platform::error::{Error, Problem};
use crate::platform::http::{IfMatch, Json, typed};
use crate::platform::idempotency::Once;
use crate::requests::assign::{self, NewHolder};
use crate::requests::opening;
use crate::requests::view::{self, RequestView};

/// Gives the step at hand to somebody of its desk.
///
/// Permissions: superiors of the desk. Errors: 409 `own_request`, 403 `not_your_step`, 409 `wrong_state` when it is at
/// no desk, 412, 422 at `account` for whoever cannot do it. Effects: an event and a line of assignment; a lease ends.
#[utoipa::path(put, path = "/api/v1/requests/{id}/assignment", params(("id" = Uuid, Path),
    ("Idempotency-Key" = Option<String>, Header, description = "One effect however often it is sent")), request_body = NewHolder,
    tag = "queue", security(("bearer" = [])),
    responses((status = 200, body = RequestView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub async fn give(
    app: App,
    actor: Actor,
    once: Once,
    if_match: IfMatch,
    id: web::Path<String>,
    body: Json<Value>,
) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    let new: NewHolder = match typed(body.value) {
        Ok(new) => new,
        // Whoever may not see the request learns nothing of it, not even that the body is wrong.
        Err(error) => {
            app.read(move |conn, _| opening::must_see(conn, &actor, id)).await?;
            return Err(error);
        }
    };
    app.write_once(once, actor.account_id.to_string(), body.hash, move |conn, ctx| {
        let versions = [new.version, if_match.0];
        let request = assign::assign(conn, ctx, &actor, id, Some(&new.account), versions)?;
        let view = view::summaries(conn, ctx, &[request])?.into_iter().next();
        Ok::<_, Error>(Answer::ok(view))
    })
    .await
}

/// Takes the step at hand from whoever has it: it waits for anybody of the desk to take it.
///
/// Permissions: superiors of the desk, and who holds it. Errors: as for giving it. Effects: as for giving it.
#[utoipa::path(delete, path = "/api/v1/requests/{id}/assignment", params(("id" = Uuid, Path),
    ("Idempotency-Key" = Option<String>, Header, description = "One effect however often it is sent")), tag = "queue",
    security(("bearer" = [])),
    responses((status = 200, body = RequestView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn take(
    app: App,
    actor: Actor,
    once: Once,
    if_match: IfMatch,
    id: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let id = uuid(&id)?;
    app.write_once(once, actor.account_id.to_string(), Vec::new(), move |conn, ctx| {
        let request = assign::assign(conn, ctx, &actor, id, None, [None, if_match.0])?;
        let view = view::summaries(conn, ctx, &[request])?.into_iter().next();
        Ok::<_, Error>(Answer::ok(view))
    })
    .await
}
