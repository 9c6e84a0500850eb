//! Checks every audit chain from its first entry to its head.

use diesel::PgConnection;

use super::store;
use super::walk::{Link, VerifyError, Walk};

/// Rows read at once: what this holds in memory.
const ROWS: i64 = 1_000;

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    pub chains: u64,
    pub rows: u64,
}

/// A chain that is being walked, and its head when it has one.
type Open = (Walk, Option<(i32, Vec<u8>)>);

/// Walks all audit chains. For a true picture run it in one snapshot.
///
/// # Errors
/// The first flaw, or what the database says.
pub fn verify(conn: &mut PgConnection) -> Result<Counted, VerifyError> {
    let mut counted = Counted::default();
    let mut place = (String::new(), 0);
    let mut open: Option<Open> = None;
    loop {
        let rows = store::after(conn, &place, ROWS)?;
        let Some((last, _)) = rows.last() else { break };
        place = (last.chain.clone(), last.seq);
        for (row, head) in rows {
            counted.rows += 1;
            if open.as_ref().is_none_or(|(walk, _)| walk.chain() != row.chain) {
                close(open.take())?;
                counted.chains += 1;
                open = Some((Walk::of(row.chain.clone()), head));
            }
            if let Some((walk, _)) = &mut open {
                walk.step(&Link {
                    seq: row.seq,
                    prev_hash: &row.prev_hash,
                    hash: &row.hash,
                    expected: &|at| row.expected_hash(at),
                })?;
            }
        }
    }
    close(open)?;
    if let Some(chain) = store::head_without_entries(conn)? {
        return Err(Walk::of(chain).flaw(1, "missing, and every row after it; only the head is left".to_owned()));
    }
    Ok(counted)
}

fn close(open: Option<Open>) -> Result<(), VerifyError> {
    match open {
        None => Ok(()),
        Some((walk, Some((seq, hash)))) => walk.end(seq, &hash),
        Some((walk, None)) => Err(walk.flaw(walk.seq(), "has no head: its row in audit_heads is gone".to_owned())),
    }
}
