//! Events in the order of their chains, with what must agree with them.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use uuid::Uuid;

use crate::platform::error::Error;
use crate::requests::events::Event;
use crate::requests::stage::State;
use crate::schema::{event_notes as n, request_events as t, requests as r};

/// What the row of a request says of its chain.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = r)]
pub struct Head {
    pub event_seq: i32,
    pub event_head: Vec<u8>,
    pub state: State,
    pub step: Option<i16>,
}

/// The next events after `(request, seq)`, each with its request's head and its text, while that is kept.
///
/// # Errors
/// What the database says.
pub fn after(
    conn: &mut PgConnection,
    (request, seq): (Uuid, i32),
    limit: i64,
) -> Result<Vec<(Event, Head, Option<String>)>, Error> {
    Ok(t::table
        .inner_join(r::table)
        .left_join(n::table.on(n::request_id.eq(t::request_id).and(n::seq.eq(t::seq))))
        .filter(t::request_id.ge(request))
        .filter(t::request_id.gt(request).or(t::seq.gt(seq)))
        .order((t::request_id, t::seq))
        .limit(limit)
        .select((Event::as_select(), Head::as_select(), n::note.nullable()))
        .load(conn)?)
}

/// A request whose events are all gone.
///
/// # Errors
/// What the database says.
pub fn without_events(conn: &mut PgConnection) -> Result<Option<Uuid>, Error> {
    let events = t::table.filter(t::request_id.eq(r::id));
    Ok(r::table
        .filter(r::event_seq.gt(0))
        .filter(not(exists(events)))
        .order(r::id)
        .select(r::id)
        .first(conn)
        .optional()?)
}
