//! One action on many requests, each in a transaction of its own.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::accounts::Actor;
use crate::app::{Answer, App};
use crate::platform::error::{Error, Problem, log_chain};
use crate::platform::http::Json;
use crate::platform::idempotency::{self, Begun, Once};
use crate::requests::act;
use crate::requests::bulk::{BulkDone, ItemDone, NewBulk, NewItem};
use crate::requests::opening::officers_only;
use crate::requests::stage::State;
use crate::services::fields::Origin;

/// Acts on up to 100 requests at once: endorses, verifies, initials or signs.
///
/// Permissions: officers; each item as the action alone. Errors: for the whole call only what is wrong with it as a
/// whole (403 `second_factor_required` once, before any item; 422 for an action that needs more than a yes, for more
/// than 100 items, for one that is there twice); else 200, and each item has its own status, code and message.
/// Effects: each item is done or not on its own; repeated under the same key, also after a crash, none is done twice.
#[utoipa::path(post, path = "/api/v1/actions/bulk", request_body = NewBulk, tag = "requests", security(("bearer" = [])),
    responses((status = 200, body = BulkDone), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn bulk(app: App, actor: Actor, once: Once, body: Json<NewBulk>) -> Result<HttpResponse, Error> {
    let done = run(&app, actor, once, body.hash, body.value).await?;
    Ok(HttpResponse::Ok().json(done))
}

/// The same for programs and the signing desk.
///
/// # Errors
/// What is wrong with the call as a whole.
pub async fn run(app: &App, actor: Actor, once: Once, hash: Vec<u8>, wanted: NewBulk) -> Result<BulkDone, Error> {
    officers_only(&actor)?;
    wanted.check(&app.ctx(), &actor)?;
    let scope = actor.account_id.to_string();
    let (key, of, body) = (once.clone(), scope.clone(), hash.clone());
    let begun = app
        .write(move |conn, ctx| idempotency::begin_or_go_on(conn, ctx.keys, &key, &of, &body, ctx.now))
        .await?;
    if let Begun::Repeat { body, .. } = begun {
        return serde_json::from_slice(&body).map_err(Error::internal);
    }
    let mut items = Vec::with_capacity(wanted.items.len());
    for item in &wanted.items {
        items.push(one(app, &actor, &once, &hash, &wanted, item).await?);
    }
    let done = BulkDone { items };
    let answer = serde_json::to_vec(&done).map_err(Error::internal)?;
    app.write(move |conn, ctx| {
        let ok = StatusCode::OK.as_u16();
        idempotency::finish(conn, ctx.keys, ctx.entropy, &once, &scope, ok, &answer)
    })
    .await?;
    Ok(done)
}

/// One item under a key of its own: done in an earlier run of this call, it answers what it answered then.
async fn one(
    app: &App,
    actor: &Actor,
    once: &Once,
    hash: &[u8],
    wanted: &NewBulk,
    item: &NewItem,
) -> Result<ItemDone, Error> {
    let done = match item.id.parse() {
        Err(_) => Err(Error::NotFound),
        Ok(id) => {
            let (who, action) = (actor.clone(), wanted.action_on(item)?);
            let (key, scope) = (once.part(&item.id), actor.account_id.to_string());
            app.once(key, scope, hash.to_vec(), move |conn, ctx| {
                let request = act::act(conn, ctx, &who, id, &action, Origin::Json)?;
                let status = if request.state == State::Signing {
                    StatusCode::ACCEPTED
                } else {
                    StatusCode::OK
                };
                Ok::<_, Error>(Answer {
                    status,
                    body: request.version,
                })
            })
            .await
        }
    };
    match done {
        Ok((status, body)) => Ok(ItemDone {
            id: item.id.clone(),
            status,
            code: None,
            message: "Selesai.".to_owned(),
            version: serde_json::from_slice(&body).map_err(Error::internal)?,
        }),
        Err(error) => Ok(refused(item, &error)),
    }
}

fn refused(item: &NewItem, error: &Error) -> ItemDone {
    if let Error::Internal(cause) = error {
        log_chain(cause.as_ref());
    }
    let problem = Problem::of(error);
    ItemDone {
        id: item.id.clone(),
        status: problem.status,
        code: Some(problem.code.to_owned()),
        message: problem.detail,
        version: None,
    }
}
