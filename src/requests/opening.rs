//! Opening a request, its scans, its letter: what is seen is written down, and who works on it keeps it.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use diesel::PgConnection;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::conversation::{self, Side};
use super::error::RequestError;
use super::queue::{self, Filter, LEASE};
use super::stage::State;
use super::store;
use super::view::{self, RequestDetail, RequestView};
use crate::accounts::policy::{is_party, may_see};
use crate::accounts::{Actor, Position, RequestFacts};
use crate::app::{App, Ctx};
use crate::audit::{self, Entry};
use crate::platform::error::Error;
use crate::platform::pagination::{Page, PageRequest, TimeKey};
use crate::platform::time::LocalTime;
use crate::{files, letters};

/// A row of the queue: for officers only, so it names the applicant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueItem {
    #[serde(flatten)]
    pub request: RequestView,
    pub applicant_name: String,
    /// Whose it is.
    pub holder: Option<Uuid>,
    /// Open on the holder's screen until then.
    pub lease_until: Option<LocalTime>,
    /// Messages of the resident that nobody of the office has opened.
    pub unread_messages: i64,
}

/// Refuses whoever has no queue.
///
/// # Errors
/// `Forbidden`.
pub fn officers_only(actor: &Actor) -> Result<(), Error> {
    let works = |position| !matches!(position, Position::Admin | Position::Pengawas);
    if actor.appointments.iter().any(|held| works(held.position)) {
        Ok(())
    } else if actor.second_factor_missing {
        Err(Error::Forbidden {
            code: "second_factor_required",
        })
    } else {
        Err(Error::Forbidden { code: "not_allowed" })
    }
}

/// Refuses whoever may not see a request.
///
/// # Errors
/// `NotFound`.
pub fn must_see(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<(), Error> {
    if may_see(actor, &store::get(conn, id)?.facts()) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// A page of the queue.
///
/// # Errors
/// `Forbidden` for whoever has none.
pub fn queue(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    filter: &Filter,
    page: &PageRequest<TimeKey>,
) -> Result<Page<QueueItem>, Error> {
    officers_only(actor)?;
    let page = page.page(queue::list(conn, ctx, actor, filter, page)?, queue::queue_key)?;
    Ok(Page {
        items: items(conn, ctx, page.items)?,
        next_cursor: page.next_cursor,
    })
}

/// Those of these requests that the actor may see, wherever they stand, as rows of a queue.
///
/// # Errors
/// What the database says.
pub fn named(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, ids: &[Uuid]) -> Result<Vec<QueueItem>, Error> {
    let rows = store::those(conn, ids)?;
    let seen = rows.into_iter().filter(|row| may_see(actor, &row.facts())).collect();
    items(conn, ctx, seen)
}

fn items(conn: &mut PgConnection, ctx: &Ctx<'_>, rows: Vec<store::Request>) -> Result<Vec<QueueItem>, Error> {
    let views = view::summaries(conn, ctx, &rows)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let waiting = conversation::waiting(conn, &ids, Side::Office)?;
    Ok(rows
        .into_iter()
        .zip(views)
        .map(|(row, request)| QueueItem {
            unread_messages: waiting.get(&row.id).copied().unwrap_or_default(),
            request,
            applicant_name: row.applicant_name,
            holder: row.holder,
            lease_until: row.lease_until.map(|at| LocalTime::new(at, ctx.config.zone)),
        })
        .collect())
}

/// One request in full. The holder's lease is renewed; an officer's view is written down.
///
/// # Errors
/// `NotFound` when the actor may not see it.
pub fn open(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, id: Uuid) -> Result<RequestDetail, RequestError> {
    let request = store::get(conn, id)?;
    let mut detail = view::detail(conn, ctx, actor, &request)?;
    if detail.holder == Some(actor.account_id) && detail.summary.status == State::Submitted {
        let until = ctx.now + LEASE;
        store::lease(conn, id, actor.account_id, until)?;
        detail.lease_until = Some(LocalTime::new(until, ctx.config.zone));
    }
    let facts = request.facts();
    if !is_party(actor, &facts) {
        let subject = format!("request:{id}");
        viewed(conn, ctx, actor, (id, &facts), "request_viewed", subject)?;
    }
    Ok(detail)
}

/// Written down twice: in the chain of the request, and in that of the person whose data was seen, so that it can be
/// told who looked at whom.
fn viewed(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    (request, facts): (Uuid, &RequestFacts),
    action: &str,
    subject: String,
) -> Result<(), Error> {
    let person = facts.applicant_account.unwrap_or(facts.submitter);
    let mut entry = Entry {
        chain: format!("request:{request}"),
        actor: Some(actor.account_id),
        action,
        subject,
        data: json!({ "session": actor.session_id }),
    };
    audit::record(conn, ctx, &entry)?;
    entry.chain = format!("account:{person}");
    audit::record(conn, ctx, &entry)
}

/// A scan of a request.
///
/// # Errors
/// `NotFound` when the actor may not see it or it is not on this request.
pub async fn scan(app: &App, actor: Actor, id: Uuid, attachment: Uuid) -> Result<HttpResponse, Error> {
    let inner = app.clone();
    let opened = app
        .write(move |conn, ctx| {
            let request = store::get(conn, id)?;
            let is_there = store::attached(conn, id)?.iter().any(|file| file.id == attachment);
            if !may_see(&actor, &request.facts()) || !is_there {
                return Err(Error::NotFound);
            }
            if !is_party(&actor, &request.facts()) {
                viewed(
                    conn,
                    ctx,
                    &actor,
                    (id, &request.facts()),
                    "attachment_viewed",
                    format!("attachment:{attachment}"),
                )?;
            }
            files::open(conn, ctx, &inner.extras().files, attachment)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type(opened.media_type.as_str())
        // A scan is shown, never run: nothing inside it may load or execute.
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CONTENT_DISPOSITION, "inline"))
        .body(opened.bytes))
}

/// The letter of a request, for its owner and for officers who may see it.
///
/// # Errors
/// `NotFound` before it is issued, or when the actor may not see it.
pub async fn letter(app: &App, actor: Actor, id: Uuid) -> Result<HttpResponse, Error> {
    let inner = app.clone();
    let (name, bytes) = app
        .write(move |conn, ctx| {
            let request = store::get(conn, id)?;
            if !may_see(&actor, &request.facts()) {
                return Err(Error::NotFound);
            }
            let letter = letters::summary(conn, id)?.ok_or(Error::NotFound)?;
            if !is_party(&actor, &request.facts()) {
                viewed(
                    conn,
                    ctx,
                    &actor,
                    (id, &request.facts()),
                    "letter_viewed",
                    format!("letter:{}", letter.letter_id),
                )?;
            }
            let bytes = letters::open_document(conn, ctx, &inner.extras().files, letter.letter_id)?;
            Ok::<_, Error>((letter.code, bytes))
        })
        .await?;
    let pdf = web::Bytes::from(bytes);
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"surat-{name}.pdf\""),
        ))
        .body(pdf))
}
