//! Rows of `outbox` and `suppressions`.

use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, exists};
use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

use super::{Message, OutboxState};
use crate::platform::error::Error;
use crate::schema::{outbox as t, suppressions};

/// One statement: a submission pays for every round trip.
pub(super) fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    message: &Message,
    message_id: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let address = message.to.trim().to_lowercase();
    let suppressed = suppressions::table
        .filter(suppressions::address.eq(&address))
        .filter(suppressions::expires_at.gt(now));
    diesel::insert_into(t::table)
        .values((
            t::id.eq(id),
            t::dedupe_key.eq(&message.dedupe_key),
            t::recipient.eq(&address),
            t::subject.eq(&message.subject),
            t::body_text.eq(&message.text),
            t::body_html.eq(&message.html),
            t::message_id.eq(message_id),
            t::state.eq(
                case_when(exists(suppressed), OutboxState::Suppressed.into_sql::<Text>())
                    .otherwise(OutboxState::Queued.into_sql::<Text>()),
            ),
            t::next_attempt_at.eq(now),
            t::created_at.eq(now),
        ))
        .on_conflict(t::dedupe_key)
        .do_nothing()
        .execute(conn)?;
    Ok(())
}
