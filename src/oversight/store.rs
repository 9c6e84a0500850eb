//! Rows of the anchors, and the views that other rooms' tables are read through.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Bytea, Integer, Nullable, Text};
use serde_json::Value;
use uuid::Uuid;

use super::trail::TrailKey;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::{anchor_heads as h, anchors as t};

diesel::table! {
    /// What pengawas reads: audit entries with the area that their subject belongs to (a view).
    audit_trail (id) {
        id -> Int8,
        chain -> Text,
        seq -> Int4,
        at -> Timestamptz,
        actor -> Nullable<Uuid>,
        action -> Text,
        subject -> Text,
        data -> Jsonb,
        hash -> Bytea,
        place -> Nullable<Text>,
    }
}

/// An anchor as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub(super) struct Anchor {
    pub seq: i32,
    pub day: NaiveDate,
    pub at: DateTime<Utc>,
    pub heads: i32,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// The head of a chain in an anchor.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = h)]
pub(super) struct Head {
    pub chain: String,
    pub seq: i32,
    pub head: Vec<u8>,
}

/// A head in an anchor beside the row that it names, if that is still there.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct HeadAndRow {
    #[diesel(sql_type = Text)]
    pub chain: String,
    #[diesel(sql_type = Integer)]
    pub seq: i32,
    #[diesel(sql_type = Bytea)]
    pub head: Vec<u8>,
    #[diesel(sql_type = Nullable<Bytea>)]
    pub row_hash: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// An entry of an audit chain as pengawas sees it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_trail)]
pub(super) struct TrailRow {
    pub id: i64,
    pub chain: String,
    pub seq: i32,
    pub at: DateTime<Utc>,
    pub actor: Option<Uuid>,
    pub action: String,
    pub subject: String,
    pub data: Value,
    pub hash: Vec<u8>,
}

/// Everything that follows in this transaction sees one moment. Must be its first statement.
pub(super) fn freeze(conn: &mut PgConnection) -> Result<(), Error> {
    diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(conn)?;
    Ok(())
}

pub(super) fn newest_anchor(conn: &mut PgConnection) -> Result<Option<Anchor>, Error> {
    let newest = t::table.order(t::seq.desc()).select(Anchor::as_select());
    Ok(newest.first(conn).optional()?)
}

pub(super) fn anchors(conn: &mut PgConnection, after: i32, limit: i64) -> Result<Vec<Anchor>, Error> {
    Ok(t::table
        .filter(t::seq.gt(after))
        .order(t::seq)
        .limit(limit)
        .select(Anchor::as_select())
        .load(conn)?)
}

pub(super) fn newest_anchors(conn: &mut PgConnection, before: Option<i32>, limit: i64) -> Result<Vec<Anchor>, Error> {
    Ok(t::table
        .filter(t::seq.lt(before.unwrap_or(i32::MAX)))
        .order(t::seq.desc())
        .limit(limit)
        .select(Anchor::as_select())
        .load(conn)?)
}

/// Gives the new anchor every head that no anchor holds. One statement, so one moment for all chains.
pub(super) fn take_heads(conn: &mut PgConnection, anchor: i32) -> Result<usize, Error> {
    Ok(diesel::sql_query(
        "INSERT INTO anchor_heads (chain, seq, head, anchor) \
         SELECT c.chain, c.seq, c.head, $1 FROM chain_heads AS c \
         WHERE NOT EXISTS (SELECT FROM anchor_heads AS a WHERE a.chain = c.chain AND a.seq = c.seq)",
    )
    .bind::<Integer, _>(anchor)
    .execute(conn)?)
}

/// How many chains ended elsewhere than any anchor says.
pub(super) fn unanchored(conn: &mut PgConnection) -> Result<i64, Error> {
    let count: Count = diesel::sql_query(
        "SELECT count(*) AS count FROM chain_heads AS c \
         WHERE NOT EXISTS (SELECT FROM anchor_heads AS a WHERE a.chain = c.chain AND a.seq = c.seq)",
    )
    .get_result(conn)?;
    Ok(count.count)
}

/// Heads of an anchor in the order of their chains, after a chain.
pub(super) fn heads_of(conn: &mut PgConnection, anchor: i32, after: &str, limit: i64) -> Result<Vec<Head>, Error> {
    Ok(h::table
        .filter(h::anchor.eq(anchor))
        .filter(h::chain.gt(after))
        .order(h::chain)
        .limit(limit)
        .select(Head::as_select())
        .load(conn)?)
}

/// As `heads_of`, with the rows that the heads name.
pub(super) fn heads_and_rows(
    conn: &mut PgConnection,
    anchor: i32,
    after: &str,
    limit: i64,
) -> Result<Vec<HeadAndRow>, Error> {
    Ok(diesel::sql_query(
        "SELECT h.chain, h.seq, h.head, coalesce(e.hash, a.hash) AS row_hash FROM anchor_heads AS h \
         LEFT JOIN request_events AS e \
           ON e.request_id = CASE WHEN h.chain LIKE 'events:%' THEN substr(h.chain, 8)::uuid END AND e.seq = h.seq \
         LEFT JOIN audit_entries AS a ON a.chain = h.chain COLLATE \"default\" AND a.seq = h.seq \
         WHERE h.anchor = $1 AND h.chain > $2 ORDER BY h.chain LIMIT $3",
    )
    .bind::<Integer, _>(anchor)
    .bind::<Text, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)?)
}

pub(super) fn insert_anchor(conn: &mut PgConnection, anchor: &Anchor) -> Result<(), Error> {
    diesel::insert_into(t::table).values(anchor).execute(conn)?;
    Ok(())
}

/// What an anchor's own audit entry says of it.
pub(super) fn noted(conn: &mut PgConnection, chain: &str, seq: i32) -> Result<Option<Value>, Error> {
    use crate::schema::audit_entries as a;
    Ok(a::table
        .filter(a::chain.eq(chain))
        .filter(a::seq.eq(seq))
        .select(a::data)
        .first(conn)
        .optional()?)
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct TrailFilter {
    pub chain: Option<String>,
    pub subject: Option<String>,
    pub between: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// Entries of these areas and of the whole cell, newest first.
pub(super) fn trail(
    conn: &mut PgConnection,
    areas: &[AreaCode],
    filter: &TrailFilter,
    after: Option<TrailKey>,
    limit: i64,
) -> Result<Vec<TrailRow>, Error> {
    use audit_trail as v;
    let mut query = v::table
        .filter(visible(areas))
        .order((v::at.desc(), v::id.desc()))
        .limit(limit)
        .select(TrailRow::as_select())
        .into_boxed();
    if let Some(chain) = &filter.chain {
        query = query.filter(v::chain.eq(chain));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(v::subject.eq(subject));
    }
    if let Some((from, until)) = filter.between {
        query = query.filter(v::at.ge(from)).filter(v::at.lt(until));
    }
    if let Some(TrailKey { at, id }) = after {
        query = query.filter(v::at.le(at)).filter(v::at.lt(at).or(v::id.lt(id)));
    }
    Ok(query.load(conn)?)
}

type Rule = Box<dyn BoxableExpression<audit_trail::table, Pg, SqlType = Nullable<Bool>>>;

/// What belongs to the whole cell, to one of these areas or to one below it.
fn visible(areas: &[AreaCode]) -> Rule {
    use audit_trail::place;
    let whole_cell: Rule = Box::new(place.is_null().nullable());
    areas.iter().fold(whole_cell, |rule, area| {
        let below = format!("{area}.%");
        Box::new(rule.or(place.eq(area.to_string())).or(place.like(below)))
    })
}
