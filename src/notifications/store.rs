//! Rows of `outbox` and `suppressions`.

use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, exists};
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Message, OutboxState};
use crate::platform::error::Error;
use crate::platform::time::exact;
use crate::schema::{outbox as t, suppressions};

/// A mail as it is sent.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = t)]
pub(super) struct Outgoing {
    pub id: Uuid,
    pub recipient: String,
    pub subject: String,
    pub body_text: String,
    pub body_html: String,
    pub message_id: String,
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
}

/// One statement: a submission pays for every round trip. What will never be sent is kept without its text.
pub(super) fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    message: &Message,
    message_id: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let address = message.to.trim().to_lowercase();
    let suppressed = || {
        let of_address = suppressions::table.filter(suppressions::address.eq(&address));
        exists(of_address.filter(suppressions::expires_at.gt(now)))
    };
    diesel::insert_into(t::table)
        .values((
            t::id.eq(id),
            t::dedupe_key.eq(&message.dedupe_key),
            t::recipient.eq(&address),
            t::subject.eq(&message.subject),
            t::body_text
                .eq(case_when(suppressed(), "".into_sql::<Text>()).otherwise(message.text.as_str().into_sql::<Text>())),
            t::body_html
                .eq(case_when(suppressed(), "".into_sql::<Text>()).otherwise(message.html.as_str().into_sql::<Text>())),
            t::message_id.eq(message_id),
            t::state.eq(case_when(suppressed(), OutboxState::Suppressed.into_sql::<Text>())
                .otherwise(OutboxState::Queued.into_sql::<Text>())),
            t::next_attempt_at.eq(now),
            t::created_at.eq(now),
        ))
        .on_conflict(t::dedupe_key)
        .do_nothing()
        .execute(conn)?;
    Ok(())
}

/// The row of a mail that is to be sent, by column.
pub(super) fn document(id: Uuid, message: &Message, message_id: &str, now: DateTime<Utc>) -> Value {
    json!({
        "id": id,
        "dedupe_key": message.dedupe_key,
        "recipient": message.to.trim().to_lowercase(),
        "subject": message.subject,
        "body_text": message.text,
        "body_html": message.html,
        "message_id": message_id,
        "state": OutboxState::Queued,
        "attempts": 0,
        "next_attempt_at": exact(now),
        "created_at": exact(now),
    })
}

/// Takes up to `limit` due mails, skipping those that another worker holds. A lease that ran out is nobody's.
pub(super) fn claim(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Outgoing>, Error> {
    let due: Vec<Uuid> = t::table
        .filter(t::state.eq(OutboxState::Queued))
        .filter(t::next_attempt_at.le(now))
        .filter(t::leased_until.is_null().or(t::leased_until.lt(now)))
        .order((t::next_attempt_at, t::id))
        .limit(limit)
        .select(t::id)
        .for_update()
        .skip_locked()
        .load(conn)?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    Ok(diesel::update(t::table.filter(t::id.eq_any(due)))
        .set((t::leased_until.eq(until), t::attempts.eq(t::attempts + 1)))
        .returning(Outgoing::as_returning())
        .get_results(conn)?)
}

/// The server accepted it. Its text goes: it may hold links that open an account.
pub(super) fn sent(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(t::table.find(id))
        .set((
            t::state.eq(OutboxState::Sent),
            t::body_text.eq(""),
            t::body_html.eq(""),
            t::sent_at.eq(now),
            t::leased_until.eq(None::<DateTime<Utc>>),
            t::last_error.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Every due mail is accepted by the built-in inbox.
pub(super) fn accept_all(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::update(
        t::table
            .filter(t::state.eq(OutboxState::Queued))
            .filter(t::next_attempt_at.le(now)),
    )
    .set((
        t::state.eq(OutboxState::Sent),
        t::sent_at.eq(now),
        t::attempts.eq(t::attempts + 1),
    ))
    .execute(conn)?)
}

/// Not now: tried again at `next`. A mail that was sent meanwhile by another worker stays sent.
pub(super) fn postpone(conn: &mut PgConnection, id: Uuid, next: DateTime<Utc>, why: &str) -> Result<(), Error> {
    diesel::update(t::table.find(id).filter(t::state.eq(OutboxState::Queued)))
        .set((
            t::next_attempt_at.eq(next),
            t::leased_until.eq(None::<DateTime<Utc>>),
            t::last_error.eq(why),
        ))
        .execute(conn)?;
    Ok(())
}

/// Given up, and its text with it.
pub(super) fn failed(conn: &mut PgConnection, id: Uuid, why: &str) -> Result<(), Error> {
    diesel::update(t::table.find(id).filter(t::state.eq(OutboxState::Queued)))
        .set((
            t::state.eq(OutboxState::Failed),
            t::body_text.eq(""),
            t::body_html.eq(""),
            t::leased_until.eq(None::<DateTime<Utc>>),
            t::last_error.eq(why),
        ))
        .execute(conn)?;
    Ok(())
}

/// The address takes no mail: nothing is sent there until `expires`, waiting mails included.
pub(super) fn suppress(
    conn: &mut PgConnection,
    address: &str,
    why: &str,
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::insert_into(suppressions::table)
        .values((
            suppressions::address.eq(address),
            suppressions::reason.eq(why),
            suppressions::created_at.eq(now),
            suppressions::expires_at.eq(expires),
        ))
        .on_conflict(suppressions::address)
        .do_update()
        .set((suppressions::reason.eq(why), suppressions::expires_at.eq(expires)))
        .execute(conn)?;
    diesel::update(
        t::table
            .filter(t::recipient.eq(address))
            .filter(t::state.eq(OutboxState::Queued)),
    )
    .set((
        t::state.eq(OutboxState::Suppressed),
        t::body_text.eq(""),
        t::body_html.eq(""),
    ))
    .execute(conn)?;
    Ok(())
}

/// Forgets mails whose end is older than `moment`, and suppressions that ran out.
pub(super) fn forget(conn: &mut PgConnection, moment: DateTime<Utc>, now: DateTime<Utc>) -> Result<usize, Error> {
    let ended = t::table
        .filter(t::state.ne(OutboxState::Queued))
        .filter(t::created_at.lt(moment));
    let mails = diesel::delete(ended).execute(conn)?;
    let addresses = diesel::delete(suppressions::table.filter(suppressions::expires_at.lt(now))).execute(conn)?;
    Ok(mails + addresses)
}

/// The newest mails, for the built-in inbox.
pub(super) fn newest(conn: &mut PgConnection, to: Option<&str>, limit: i64) -> Result<Vec<Outgoing>, Error> {
    let mut query = t::table
        .order((t::created_at.desc(), t::id.desc()))
        .limit(limit)
        .select(Outgoing::as_select())
        .into_boxed();
    if let Some(to) = to {
        query = query.filter(t::recipient.eq(to.trim().to_lowercase()));
    }
    Ok(query.load(conn)?)
}
