//! Chains of changes and of views of personal data: append-only, one chain per subject. Takes ids, never people.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::Ctx;
use crate::platform::db;
use crate::platform::error::Error;
use crate::schema::audit_entries as t;

/// What is written down.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What the chain is about: `request:ID`, `service:CODE`.
    pub chain: String,
    pub actor: Option<Uuid>,
    /// What was done, `attachment_viewed`.
    pub action: &'a str,
    /// To what, `attachment:ID`.
    pub subject: String,
    /// Ids, codes and hashes only.
    pub data: Value,
}

/// Appends an entry to its chain. Two at once wait for each other: the chain's name is locked until the
/// transaction ends, so this must run inside one.
///
/// # Errors
/// What the database says.
pub fn record(conn: &mut PgConnection, ctx: &Ctx<'_>, entry: &Entry<'_>) -> Result<(), Error> {
    db::lock_name(conn, &format!("audit {}", entry.chain))?;
    let last: Option<(i32, Vec<u8>)> = t::table
        .filter(t::chain.eq(&entry.chain))
        .order(t::seq.desc())
        .select((t::seq, t::hash))
        .first(conn)
        .optional()?;
    let (seq, prev_hash) = last.map_or((1, vec![0; 32]), |(seq, hash)| (seq + 1, hash));
    let hash = hash(entry, seq, ctx.now, &prev_hash);
    diesel::insert_into(t::table)
        .values((
            t::chain.eq(&entry.chain),
            t::seq.eq(seq),
            t::at.eq(ctx.now),
            t::actor.eq(entry.actor),
            t::action.eq(entry.action),
            t::subject.eq(&entry.subject),
            t::data.eq(&entry.data),
            t::prev_hash.eq(prev_hash),
            t::hash.eq(hash),
        ))
        .execute(conn)?;
    Ok(())
}

/// SHA-256 over the hash before and the canonical JSON (sorted keys) of the entry.
fn hash(entry: &Entry<'_>, seq: i32, at: DateTime<Utc>, prev_hash: &[u8]) -> Vec<u8> {
    let mut content = json!({
        "chain": entry.chain, "seq": seq, "at": at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "actor": entry.actor, "action": entry.action, "subject": entry.subject, "data": entry.data,
    });
    content.sort_all_objects();
    let mut hash = Sha256::new();
    hash.update(prev_hash);
    hash.update(content.to_string());
    hash.finalize().to_vec()
}
