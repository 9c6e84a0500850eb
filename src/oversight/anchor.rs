//! The daily anchor (docs/adr/0004): one hash over the heads of all chains that changed, chained to the anchor before.
//!
//! What an anchor holds is decided by heads, never by moments: every chain whose head no anchor holds yet, as one
//! statement sees them all. A transaction that commits later leaves a head that is not held yet, so the next anchor
//! takes it, whatever moment its rows name; days on which nobody made an anchor are held by the next one.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use diesel::PgConnection;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::store::{self, Anchor, Head};
use crate::app::{App, Ctx};
use crate::audit::{self, Entry, GENESIS};
use crate::platform::db;
use crate::platform::error::Error;

/// The audit chain that notes each anchor, so that one that is taken away is missed.
pub(super) const CHAIN: &str = "anchors";

/// Rows read at once.
pub(super) const ROWS: i64 = 1_000;

/// Makes the anchor of the day that ended, unless it is there. Safe on any number of servers at once.
///
/// # Errors
/// What the database says.
pub fn anchor_due(app: &App) -> Result<usize, Error> {
    app.write_now(make)
}

fn make(conn: &mut PgConnection, ctx: &Ctx<'_>) -> Result<usize, Error> {
    let today = ctx.now.with_timezone(&ctx.config.zone).date_naive();
    let Some(day) = today.pred_opt() else { return Ok(0) };
    if store::newest_anchor(conn)?.is_some_and(|last| last.day >= day) {
        return Ok(0); // without waiting, as nearly always
    }
    db::lock_name(conn, CHAIN)?;
    let last = store::newest_anchor(conn)?;
    if last.as_ref().is_some_and(|last| last.day >= day) {
        return Ok(0); // another server was faster
    }
    let seq = last.as_ref().map_or(1, |last| last.seq + 1);
    let heads = i32::try_from(store::take_heads(conn, seq)?).unwrap_or(i32::MAX);
    let mut anchor = Anchor {
        seq,
        day,
        at: ctx.now,
        heads,
        prev_hash: last.map_or_else(|| GENESIS.to_vec(), |last| last.hash),
        hash: Vec::new(),
    };
    let mut hash = Hasher::new(&anchor, anchor.seq);
    let mut place = String::new();
    loop {
        let page = store::heads_of(conn, seq, &place, ROWS)?;
        let Some(last) = page.last() else { break };
        place.clone_from(&last.chain);
        page.iter().for_each(|head| hash.take(head));
    }
    anchor.hash = hash.end();
    store::insert_anchor(conn, &anchor)?;
    note(conn, ctx, &anchor)?;
    Ok(1)
}

fn note(conn: &mut PgConnection, ctx: &Ctx<'_>, anchor: &Anchor) -> Result<(), Error> {
    let entry = Entry {
        chain: CHAIN.to_owned(),
        actor: None,
        action: "anchored",
        subject: format!("anchor:{}", anchor.seq),
        data: json!({ "day": anchor.day, "heads": anchor.heads, "hash": hex::encode(&anchor.hash) }),
    };
    audit::record(conn, ctx, &entry)
}

/// The hash of an anchor, head by head: SHA-256 over the hash before, the canonical JSON of the anchor, and one line
/// a head in the order of the chains' names.
pub(super) struct Hasher(Sha256);

impl Hasher {
    pub(super) fn new(anchor: &Anchor, seq: i32) -> Self {
        Self::over(&anchor.prev_hash, seq, anchor.day, anchor.at, anchor.heads)
    }

    fn over(prev_hash: &[u8], seq: i32, day: NaiveDate, at: DateTime<Utc>, heads: i32) -> Self {
        let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let mut content = json!({ "seq": seq, "day": day, "at": at, "heads": heads });
        content.sort_all_objects();
        let mut hash = Sha256::new();
        hash.update(prev_hash);
        hash.update(content.to_string());
        Self(hash)
    }

    pub(super) fn take(&mut self, head: &Head) {
        let line = format!("\n{} {} {}", head.chain, head.seq, hex::encode(&head.head));
        self.0.update(line);
    }

    pub(super) fn end(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}
