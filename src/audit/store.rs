//! Rows of `audit_entries` and `audit_heads`.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::GENESIS;
use crate::platform::error::Error;
use crate::schema::{audit_entries as t, audit_heads as h};

/// An entry as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub(super) struct Stored {
    pub chain: String,
    pub seq: i32,
    pub at: DateTime<Utc>,
    pub actor: Option<Uuid>,
    pub action: String,
    pub subject: String,
    pub data: Value,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Stored {
    /// What the hash must be at this place: SHA-256 over the hash before and the canonical JSON (sorted keys).
    pub(super) fn expected_hash(&self, seq: i32) -> Vec<u8> {
        let mut content = json!({
            "chain": self.chain, "seq": seq, "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "actor": self.actor, "action": self.action, "subject": self.subject, "data": self.data,
        });
        content.sort_all_objects();
        let mut hash = Sha256::new();
        hash.update(&self.prev_hash);
        hash.update(content.to_string());
        hash.finalize().to_vec()
    }
}

/// Number and hash of a chain's newest entry, locked; the head of a new chain is made.
pub(super) fn lock_head(conn: &mut PgConnection, chain: &str) -> Result<(i32, Vec<u8>), Error> {
    Ok(diesel::insert_into(h::table)
        .values((h::chain.eq(chain), h::seq.eq(0), h::head.eq(GENESIS.to_vec())))
        .on_conflict(h::chain)
        .do_update()
        // Changes nothing and locks the row.
        .set(h::chain.eq(chain))
        .returning((h::seq, h::head))
        .get_result(conn)?)
}

pub(super) fn append(conn: &mut PgConnection, row: &Stored) -> Result<(), Error> {
    diesel::insert_into(t::table).values(row).execute(conn)?;
    diesel::update(h::table.find(&row.chain))
        .set((h::seq.eq(row.seq), h::head.eq(&row.hash)))
        .execute(conn)?;
    Ok(())
}

/// An entry and the head of its chain, when there is one.
pub(super) type WithHead = (Stored, Option<(i32, Vec<u8>)>);

/// The next rows in the order of their chains.
pub(super) fn after(conn: &mut PgConnection, place: &(String, i32), limit: i64) -> Result<Vec<WithHead>, Error> {
    let (chain, seq) = place;
    Ok(t::table
        .left_join(h::table.on(h::chain.eq(t::chain)))
        .filter(t::chain.ge(chain))
        .filter(t::chain.gt(chain).or(t::seq.gt(seq)))
        .order((t::chain, t::seq))
        .limit(limit)
        .select((Stored::as_select(), (h::seq, h::head).nullable()))
        .load(conn)?)
}

/// A chain of which only the head is left.
pub(super) fn head_without_entries(conn: &mut PgConnection) -> Result<Option<String>, Error> {
    let entries = t::table.filter(t::chain.eq(h::chain));
    Ok(h::table
        .filter(h::seq.gt(0))
        .filter(diesel::dsl::not(diesel::dsl::exists(entries)))
        .order(h::chain)
        .select(h::chain)
        .first(conn)
        .optional()?)
}
