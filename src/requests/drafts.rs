//! Forms that somebody puts aside: answers as they were typed, unchecked, sealed, for their owner alone. Handing the
//! request in takes the draft away in the same transaction.

mod contents;

use chrono::{TimeDelta, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::RequestError;
use super::store::drafts::{self as rows, Draft};
use crate::accounts::Actor;
use crate::app::{App, Ctx};
use crate::platform::db;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::pagination::{Page, PageRequest, TimeKey};
use crate::platform::time::LocalTime;

pub use contents::Contents;
use contents::{check, merge, opened, sealed};

/// Most drafts of one account.
pub const MAX_DRAFTS: i64 = 20;
/// How long a draft is kept after its last change.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// `POST /api/v1/drafts`: as much of a request as is known so far.
#[derive(Clone, Deserialize, ToSchema)]
pub struct NewDraft {
    /// Code of the service, `SKD`.
    pub service: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "12.09.20.1006")]
    pub area: Value,
    /// Answers about the applicant by key, unchecked.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub applicant: Value,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub relation: Value,
    /// Answers to the service's own fields by key, unchecked.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub fields: Value,
    /// `[{kind, id}]` of own uploads; they are kept as long as the draft.
    #[serde(default)]
    #[schema(value_type = Option<Vec<super::submit::AttachmentRef>>)]
    pub attachments: Value,
}

/// `PATCH /api/v1/drafts/{draft_id}`: a JSON merge patch (RFC 7396), so null clears and lists are replaced whole.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct DraftChange {
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub area: Option<Value>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    pub applicant: Option<Value>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub relation: Option<Value>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    pub fields: Option<Value>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Vec<super::submit::AttachmentRef>>)]
    pub attachments: Option<Value>,
    /// The version that was read; another one is refused with 412.
    pub version: Option<i32>,
    /// The same from the `If-Match` header.
    #[serde(skip)]
    pub if_match: Option<i32>,
}

/// Tells a null that was sent from a member that was not.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A draft in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftView {
    pub id: Uuid,
    pub service: String,
    pub service_name: String,
    pub created_at: LocalTime,
    pub updated_at: LocalTime,
    /// Kept until then unless it is changed again.
    pub expires_at: LocalTime,
    pub version: i32,
}

/// A draft in full. Holds personal data, so it does not print itself.
#[derive(Clone, Serialize, ToSchema)]
pub struct DraftDetail {
    #[serde(flatten)]
    pub summary: DraftView,
    #[serde(flatten)]
    pub contents: Contents,
}

/// Puts a form aside.
///
/// # Errors
/// 409 `draft_limit`; `Invalid` at an unknown service, at what has the wrong type, at uploads of others; `TooLarge`.
pub fn create(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    service: &str,
    contents: &Contents,
) -> Result<DraftDetail, RequestError> {
    let service = ctx.reference(conn)?.current(service).map_err(|error| match error {
        Error::NotFound => invalid("service", "unknown_service", "Layanan ini tidak ada."),
        other => other.into(),
    })?;
    let files = check(conn, actor, contents)?;
    // Two at once must not both find the last place.
    db::lock_name(conn, &format!("drafts {}", actor.account_id))?;
    if rows::count(conn, actor.account_id)? >= MAX_DRAFTS {
        return Err(RequestError::Other(Error::Conflict { code: "draft_limit" }));
    }
    let id = ctx.entropy.id(ctx.now);
    let draft = Draft {
        id,
        owner: actor.account_id,
        service_code: service.definition.code.clone(),
        contents: sealed(ctx, id, contents)?,
        created_at: ctx.now,
        updated_at: ctx.now,
        version: 1,
    };
    rows::insert(conn, &draft)?;
    rows::name_attachments(conn, id, &files)?;
    detail(conn, ctx, &draft)
}

/// The actor's drafts, newest first.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    page: &PageRequest<TimeKey>,
) -> Result<Page<DraftView>, Error> {
    let page = page.page(rows::list(conn, actor.account_id, page)?, |draft| TimeKey {
        at: draft.created_at,
        id: draft.id,
    })?;
    let items: Result<Vec<DraftView>, Error> = page.items.iter().map(|draft| view(conn, ctx, draft)).collect();
    Ok(Page {
        items: items?,
        next_cursor: page.next_cursor,
    })
}

/// One draft with what it holds.
///
/// # Errors
/// `NotFound`, also for another's.
pub fn get(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, id: Uuid) -> Result<DraftDetail, RequestError> {
    let draft = rows::get(conn, actor.account_id, id)?;
    detail(conn, ctx, &draft)
}

/// Changes parts of a draft.
///
/// # Errors
/// As `create`, `NotFound`, and `Stale`.
pub fn change(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
    wanted: &DraftChange,
) -> Result<DraftDetail, RequestError> {
    let draft = rows::lock(conn, actor.account_id, id)?;
    let mut contents = opened(ctx, draft.id, &draft.contents)?;
    let parts = [
        (&mut contents.area, &wanted.area),
        (&mut contents.applicant, &wanted.applicant),
        (&mut contents.relation, &wanted.relation),
        (&mut contents.fields, &wanted.fields),
        (&mut contents.attachments, &wanted.attachments),
    ];
    for (there, patch) in parts {
        if let Some(patch) = patch {
            merge(there, patch);
        }
    }
    contents.typed = false;
    write(conn, ctx, actor, draft, &contents, [wanted.version, wanted.if_match])
}

/// Puts other contents in the place of a draft's.
///
/// # Errors
/// As `change`.
pub fn replace(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
    contents: &Contents,
    version: Option<i32>,
) -> Result<DraftDetail, RequestError> {
    let draft = rows::lock(conn, actor.account_id, id)?;
    write(conn, ctx, actor, draft, contents, [version, None])
}

/// Throws a draft away; its uploads go with the next sweep.
///
/// # Errors
/// `NotFound`, also for another's; `Stale`.
pub fn delete(conn: &mut PgConnection, actor: &Actor, id: Uuid, version: Option<i32>) -> Result<(), RequestError> {
    let draft = rows::lock(conn, actor.account_id, id)?;
    refuse_stale(&draft, [version, None])?;
    rows::delete(conn, actor.account_id, id)?;
    Ok(())
}

/// Takes the draft away that a request grew from. Nothing happens when none is named.
///
/// # Errors
/// `Invalid` at `draft` for one that is not the actor's, or not there any more.
pub fn take(conn: &mut PgConnection, actor: &Actor, named: &Value) -> Result<(), RequestError> {
    if named.is_null() {
        return Ok(());
    }
    let id: Option<Uuid> = named.as_str().and_then(|id| id.parse().ok());
    let taken = id.map(|id| rows::delete(conn, actor.account_id, id)).transpose()?;
    if taken == Some(true) {
        Ok(())
    } else {
        Err(invalid("draft", "unknown_draft", "Simpanan ini tidak ada lagi."))
    }
}

/// Removes drafts that nobody touched for 30 days. Gives their number.
///
/// # Errors
/// What the database says; the next run goes on.
pub fn sweep(app: &App) -> Result<usize, Error> {
    app.write_now(|conn, ctx| rows::delete_older(conn, ctx.now - KEPT))
}

fn write(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    mut draft: Draft,
    contents: &Contents,
    versions: [Option<i32>; 2],
) -> Result<DraftDetail, RequestError> {
    refuse_stale(&draft, versions)?;
    let files = check(conn, actor, contents)?;
    draft.contents = sealed(ctx, draft.id, contents)?;
    draft.updated_at = ctx.now;
    draft.version += 1;
    rows::update(conn, &draft)?;
    rows::name_attachments(conn, draft.id, &files)?;
    detail(conn, ctx, &draft)
}

fn refuse_stale(draft: &Draft, versions: [Option<i32>; 2]) -> Result<(), RequestError> {
    if versions.into_iter().flatten().any(|version| version != draft.version) {
        return Err(RequestError::Stale);
    }
    Ok(())
}

fn detail(conn: &mut PgConnection, ctx: &Ctx<'_>, draft: &Draft) -> Result<DraftDetail, RequestError> {
    Ok(DraftDetail {
        summary: view(conn, ctx, draft)?,
        contents: opened(ctx, draft.id, &draft.contents)?,
    })
}

fn view(conn: &mut PgConnection, ctx: &Ctx<'_>, draft: &Draft) -> Result<DraftView, Error> {
    let local = |at: chrono::DateTime<Utc>| LocalTime::new(at, ctx.config.zone);
    Ok(DraftView {
        id: draft.id,
        service: draft.service_code.clone(),
        service_name: ctx
            .reference(conn)?
            .current(&draft.service_code)?
            .definition
            .name
            .clone(),
        created_at: local(draft.created_at),
        updated_at: local(draft.updated_at),
        expires_at: local(draft.updated_at + KEPT),
        version: draft.version,
    })
}

fn invalid(field: &str, code: &'static str, message: &str) -> RequestError {
    RequestError::Invalid(vec![FieldError::new(field, code, message)])
}
