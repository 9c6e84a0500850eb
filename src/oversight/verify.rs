//! `sepakat audit verify`: every chain and every anchor, in one snapshot and in bounded memory.

use std::fmt;

use chrono::NaiveDate;
use diesel::PgConnection;

use super::anchor::{CHAIN, Hasher, ROWS};
use super::store::{self, Anchor, Head};
use crate::audit::walk::Link;
use crate::audit::{self, VerifyError, Walk};
use crate::requests;

/// What was checked.
#[derive(Debug, Clone)]
pub struct Report {
    pub events: requests::verify::Counted,
    pub audit: audit::Counted,
    pub anchors: i32,
    /// Heads that the anchors hold.
    pub heads: u64,
    /// The newest anchor: number, day, hash in hexadecimal.
    pub newest: Option<(i32, NaiveDate, String)>,
    /// Chains that changed since: the next anchor takes them.
    pub unanchored: i64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (events, audit) = (self.events, self.audit);
        writeln!(
            f,
            "events:  {} rows of {} requests, {} texts",
            events.events, events.requests, events.notes
        )?;
        writeln!(f, "audit:   {} rows in {} chains", audit.rows, audit.chains)?;
        writeln!(
            f,
            "anchors: {} with {} heads; {} chains changed since",
            self.anchors, self.heads, self.unanchored
        )?;
        match &self.newest {
            Some((seq, day, hash)) => writeln!(f, "newest:  anchor {seq} of {day}, {hash}")?,
            None => writeln!(f, "newest:  none yet")?,
        }
        f.write_str("everything fits")
    }
}

/// Checks events, audit and anchors as they are now. Makes its transaction a snapshot, so it must be the first there.
///
/// # Errors
/// The first row that does not fit, or what the database says.
pub fn verify(conn: &mut PgConnection) -> Result<Report, VerifyError> {
    store::freeze(conn)?;
    check(conn)
}

/// As `verify`, as this transaction sees it.
///
/// # Errors
/// As `verify`.
pub fn check(conn: &mut PgConnection) -> Result<Report, VerifyError> {
    let events = requests::verify::verify(conn)?;
    let audit = audit::verify(conn)?;
    let (walked, newest, heads) = anchors(conn)?;
    if store::noted(conn, CHAIN, walked.seq() + 1)?.is_some() {
        return Err(walked.flaw(
            walked.seq() + 1,
            "missing; the audit chain says that it was made".to_owned(),
        ));
    }
    Ok(Report {
        events,
        audit,
        anchors: walked.seq(),
        heads,
        newest: newest.map(|anchor| (anchor.seq, anchor.day, hex::encode(&anchor.hash))),
        unanchored: store::unanchored(conn)?,
    })
}

fn anchors(conn: &mut PgConnection) -> Result<(Walk, Option<Anchor>, u64), VerifyError> {
    let mut walk = Walk::of("anchor".to_owned());
    let (mut newest, mut heads) = (None, 0);
    loop {
        let page = store::anchors(conn, walk.seq(), ROWS)?;
        if page.is_empty() {
            return Ok((walk, newest, heads));
        }
        for anchor in page {
            heads += one(conn, &mut walk, &anchor)?;
            newest = Some(anchor);
        }
    }
}

/// Checks an anchor: the rows that it holds are there, it gives its hash, and its own entry names that hash.
fn one(conn: &mut PgConnection, walk: &mut Walk, anchor: &Anchor) -> Result<u64, VerifyError> {
    let (mut hash, mut place, mut heads) = (Hasher::new(anchor, anchor.seq), String::new(), 0);
    loop {
        let page = store::heads_and_rows(conn, anchor.seq, &place, ROWS)?;
        let Some(last) = page.last() else { break };
        place.clone_from(&last.chain);
        for held in page {
            heads += 1;
            if held.row_hash.as_ref() != Some(&held.head) {
                let how = if held.row_hash.is_some() { "replaced" } else { "missing" };
                let what = format!("{how}; anchor {} of {} holds it", anchor.seq, anchor.day);
                return Err(Walk::of(held.chain).flaw(held.seq, what));
            }
            hash.take(&Head {
                chain: held.chain,
                seq: held.seq,
                head: held.head,
            });
        }
    }
    let expected = hash.end();
    let here = anchor.seq;
    walk.step(&Link {
        seq: here,
        prev_hash: &anchor.prev_hash,
        hash: &anchor.hash,
        // Its heads name it by its number, so elsewhere it gives nothing.
        expected: &|at| if at == here { expected.clone() } else { Vec::new() },
    })?;
    let noted = store::noted(conn, CHAIN, here)?;
    let named = noted.as_ref().and_then(|data| data.get("hash")?.as_str());
    if named != Some(hex::encode(&anchor.hash).as_str()) {
        return Err(walk.flaw(here, "is not the one that its audit entry names".to_owned()));
    }
    Ok(heads)
}
