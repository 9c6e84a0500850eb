//! Messages between the resident and the office about one request. Two sides: the parties of the request, and every
//! officer who may see it. The auditor reads none of them.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::RequestError;
use super::store::messages::{self as rows, Message};
use super::store::{self, Request};
use super::{emails, events};
use crate::accounts::policy::{is_own, is_party, may_see, sees_as};
use crate::accounts::{Actor, Position};
use crate::app::Ctx;
use crate::audit::{self, Entry};
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::pagination::{Page, PageRequest, TimeKey};
use crate::platform::plain_text::{Lines, clean};
use crate::platform::time::LocalTime;

/// Longest message, in characters.
pub const MAX: usize = 1_000;
/// How long people may still write after the request has ended.
const OPEN_AFTER_THE_END: TimeDelta = TimeDelta::days(30);

crate::text_enum! {
    /// For whom somebody writes.
    pub enum Side {
        /// The applicant's account or whoever submitted for them.
        Resident => "resident",
        Office => "office",
    }
}

/// `POST /api/v1/requests/{id}/messages`.
#[derive(Clone, Deserialize, ToSchema)]
pub struct NewMessage {
    /// 1 to 1,000 characters; lines may break.
    #[schema(max_length = 1000, example = "Halaman KK yang mana yang kurang?")]
    pub text: String,
}

/// A message as whoever may see it reads it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageView {
    pub id: Uuid,
    pub at: LocalTime,
    /// `resident` or `office`.
    pub side: Side,
    pub author: Uuid,
    /// Position of an author of the office.
    pub position: Option<Position>,
    /// Null once it was erased.
    pub text: Option<String>,
    /// Whether it came from the other side and nobody of this side had opened it before this call.
    pub unread: bool,
}

/// Writes a message and tells the other side.
///
/// # Errors
/// `NotFound` when the actor may not see the request; `OwnRequest` for an officer of the same NIK who is no party;
/// 409 `messages_closed` 30 days after the end; `Invalid` at `text`.
pub fn write(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
    new: &NewMessage,
) -> Result<MessageView, RequestError> {
    // Locked, so that the newest message also has the newest moment, and the end of the request is known.
    let request = store::lock(conn, id)?;
    let facts = request.facts();
    if !may_see(actor, &facts) {
        return Err(RequestError::NotFound);
    }
    let side = side_of(actor, &request).ok_or(RequestError::OwnRequest)?;
    if !is_open(ctx, &request) {
        return Err(RequestError::Other(Error::Conflict {
            code: "messages_closed",
        }));
    }
    let text = text(&new.text)?;
    let newest = rows::newest(conn, id)?;
    let other = other(side);
    let was_waiting = rows::unread(conn, &[id], other)?.contains_key(&id);
    let message = Message {
        id: ctx.entropy.id(ctx.now),
        request_id: id,
        // Two in one microsecond, or a clock that was set back, must not change the order.
        at: newest.map_or(ctx.now, |at| ctx.now.max(at + TimeDelta::microseconds(1))),
        side,
        author: actor.account_id,
        position: (side == Side::Office).then(|| sees_as(actor, &facts)).flatten(),
        body: Some(text),
    };
    rows::insert(conn, &message)?;
    rows::mark(conn, id, side, message.at)?;
    note(conn, ctx, actor, &message)?;
    match side {
        Side::Office => emails::message_to_resident(conn, ctx, &request, &message)?,
        // One mail says that something waits; what comes before it is opened needs no other.
        Side::Resident if !was_waiting => tell_office(conn, ctx, &request, &message)?,
        Side::Resident => {}
    }
    Ok(view(ctx, message, None))
}

/// A page of the messages, newest first; the newest page marks them as read for the actor's side.
///
/// # Errors
/// `NotFound` when the actor may not see the request.
pub fn open(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    id: Uuid,
    page: &PageRequest<TimeKey>,
) -> Result<Page<MessageView>, RequestError> {
    let request = store::get(conn, id)?;
    if !may_see(actor, &request.facts()) {
        return Err(RequestError::NotFound);
    }
    let side = side_of(actor, &request);
    let read_until = match side {
        Some(side) => rows::read_until(conn, id, side)?,
        None => None,
    };
    let found = page.page(rows::list(conn, id, page)?, |message| TimeKey {
        at: message.at,
        id: message.id,
    })?;
    if let Some((side, newest)) = side.zip(found.items.first())
        && read_until.is_none_or(|until| until < newest.at)
    {
        rows::mark(conn, id, side, newest.at)?;
    }
    let is_unread = |message: &Message| {
        side.is_some_and(|side| side != message.side) && read_until.is_none_or(|until| until < message.at)
    };
    Ok(found.map(|message| {
        let unread = is_unread(&message);
        view(ctx, message, Some(unread))
    }))
}

/// How many messages of the other side wait for the actor, by request.
///
/// # Errors
/// What the database says.
pub fn waiting(conn: &mut PgConnection, requests: &[Uuid], side: Side) -> Result<HashMap<Uuid, i64>, Error> {
    if requests.is_empty() {
        return Ok(HashMap::new());
    }
    rows::unread(conn, requests, side)
}

/// For whom the actor would write about a request that they may see. Nobody for an officer whose NIK is the
/// applicant's but whose account is not: that is neither the office nor a proven party.
#[must_use]
pub fn side_of(actor: &Actor, request: &Request) -> Option<Side> {
    let facts = request.facts();
    if is_party(actor, &facts) {
        Some(Side::Resident)
    } else if is_own(actor, &facts) {
        None
    } else {
        Some(Side::Office)
    }
}

/// Whether people may still write.
#[must_use]
pub fn is_open(ctx: &Ctx<'_>, request: &Request) -> bool {
    request.ended_at.is_none_or(|end| ctx.now < end + OPEN_AFTER_THE_END)
}

const fn other(side: Side) -> Side {
    match side {
        Side::Resident => Side::Office,
        Side::Office => Side::Resident,
    }
}

fn text(raw: &str) -> Result<String, RequestError> {
    let wrong = |code, message: String| RequestError::Invalid(vec![FieldError::new("text", code, message)]);
    let text =
        clean(raw, Lines::Many, MAX, |_| None).map_err(|problem| wrong(problem.code(), format!("Pesan {problem}.")))?;
    if text.is_empty() {
        return Err(wrong("required", "Tuliskan pesannya.".to_owned()));
    }
    Ok(text)
}

/// That it was written, and a hash of what, outlives the text.
fn note(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, message: &Message) -> Result<(), Error> {
    let hash = message.body.as_deref().map(events::note_hash).map(hex::encode);
    let entry = Entry {
        chain: format!("request:{}", message.request_id),
        actor: Some(actor.account_id),
        action: "message_written",
        subject: format!("message:{}", message.id),
        data: json!({ "side": message.side, "text_hash": hash }),
    };
    audit::record(conn, ctx, &entry)
}

/// Whoever holds the step; while the resident is at it or after the end, whoever last acted for the office.
fn tell_office(conn: &mut PgConnection, ctx: &Ctx<'_>, request: &Request, message: &Message) -> Result<(), Error> {
    let parties = [Some(request.submitter), request.applicant_account];
    let last = events::of_request(conn, request.id)?
        .into_iter()
        .rev()
        .filter_map(|event| event.actor)
        .find(|actor| !parties.contains(&Some(*actor)));
    let Some(officer) = request.holder.or(last) else {
        return Ok(()); // An office that takes its work itself sees it in the queue.
    };
    emails::message_to_officer(conn, ctx, request, message, officer)
}

fn view(ctx: &Ctx<'_>, message: Message, unread: Option<bool>) -> MessageView {
    MessageView {
        id: message.id,
        at: LocalTime::new(message.at, ctx.config.zone),
        side: message.side,
        author: message.author,
        position: message.position,
        text: message.body,
        unread: unread.unwrap_or(false),
    }
}
