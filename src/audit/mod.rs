//! Chains of changes and of views of personal data: append-only, one chain per subject. Takes ids, never people.

mod store;
mod verify;
pub mod walk;

use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use crate::app::Ctx;
use crate::platform::error::Error;

pub use verify::{Counted, verify};
pub use walk::{Flaw, VerifyError, Walk};

/// Hash before the first row of every chain.
pub const GENESIS: [u8; 32] = [0; 32];

/// What is written down.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What the chain is about: `request:ID`, `account:ID`, `service:CODE`.
    pub chain: String,
    pub actor: Option<Uuid>,
    /// What was done, `attachment_viewed`.
    pub action: &'a str,
    /// To what, `attachment:ID`.
    pub subject: String,
    /// Ids, codes and hashes only.
    pub data: Value,
}

/// Appends an entry to its chain. Two at once wait for each other: the chain's head is locked until the
/// transaction ends, so this must run inside one.
///
/// # Errors
/// What the database says.
pub fn record(conn: &mut PgConnection, ctx: &Ctx<'_>, entry: &Entry<'_>) -> Result<(), Error> {
    let (before, prev_hash) = store::lock_head(conn, &entry.chain)?;
    let mut row = store::Stored {
        chain: entry.chain.clone(),
        seq: before + 1,
        at: ctx.now,
        actor: entry.actor,
        action: entry.action.to_owned(),
        subject: entry.subject.clone(),
        data: entry.data.clone(),
        prev_hash,
        hash: Vec::new(),
    };
    row.hash = row.expected_hash(row.seq);
    store::append(conn, &row)
}
