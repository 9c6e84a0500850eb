//! Rows of the conversation about a request.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;

use crate::accounts::Position;
use crate::platform::error::Error;
use crate::platform::pagination::{PageRequest, TimeKey};
use crate::requests::conversation::Side;
use crate::schema::{request_message_reads as r, request_messages as t};

/// One message.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Message {
    pub id: Uuid,
    pub request_id: Uuid,
    pub at: DateTime<Utc>,
    pub side: Side,
    pub author: Uuid,
    /// Of an author of the office.
    pub position: Option<Position>,
    /// None once it was erased.
    pub body: Option<String>,
}

/// # Errors
/// What the database says.
pub fn insert(conn: &mut PgConnection, message: &Message) -> Result<(), Error> {
    diesel::insert_into(t::table).values(message).execute(conn)?;
    Ok(())
}

/// A page of the messages, newest first.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut PgConnection, request: Uuid, page: &PageRequest<TimeKey>) -> Result<Vec<Message>, Error> {
    let mut query = t::table
        .filter(t::request_id.eq(request))
        .order((t::at.desc(), t::id.desc()))
        .limit(page.rows_to_read())
        .select(Message::as_select())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(t::at.lt(after.at).or(t::at.eq(after.at).and(t::id.lt(after.id))));
    }
    Ok(query.load(conn)?)
}

/// The moment of the newest message.
///
/// # Errors
/// What the database says.
pub fn newest(conn: &mut PgConnection, request: Uuid) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(t::table
        .filter(t::request_id.eq(request))
        .order((t::at.desc(), t::id.desc()))
        .select(t::at)
        .first(conn)
        .optional()?)
}

/// How far a side has read.
///
/// # Errors
/// What the database says.
pub fn read_until(conn: &mut PgConnection, request: Uuid, side: Side) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(r::table
        .find((request, side))
        .select(r::read_at)
        .first(conn)
        .optional()?)
}

/// Says that a side has read up to this moment; never takes back what was read.
///
/// # Errors
/// What the database says.
pub fn mark(conn: &mut PgConnection, request: Uuid, side: Side, until: DateTime<Utc>) -> Result<(), Error> {
    // The filter of an upsert stands outside the prelude.
    use diesel::query_dsl::methods::FilterDsl;
    diesel::insert_into(r::table)
        .values((r::request_id.eq(request), r::side.eq(side), r::read_at.eq(until)))
        .on_conflict((r::request_id, r::side))
        .do_update()
        .set(r::read_at.eq(excluded(r::read_at)))
        .filter(r::read_at.lt(excluded(r::read_at)))
        .execute(conn)?;
    Ok(())
}

/// How many messages wait for `side`, by request; requests without any are left out.
///
/// # Errors
/// What the database says.
pub fn unread(conn: &mut PgConnection, requests: &[Uuid], side: Side) -> Result<HashMap<Uuid, i64>, Error> {
    let rows: Vec<(Uuid, i64)> = t::table
        .left_join(r::table.on(r::request_id.eq(t::request_id).and(r::side.eq(side))))
        .filter(t::request_id.eq_any(requests))
        .filter(t::side.ne(side))
        .filter(
            r::read_at
                .nullable()
                .is_null()
                .or(r::read_at.nullable().lt(t::at.nullable())),
        )
        .group_by(t::request_id)
        .select((t::request_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
