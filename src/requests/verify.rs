//! Checks every request's chain of events from the first to the head that its row names.

use diesel::PgConnection;
use uuid::Uuid;

use super::events::{self, Event};
use super::stage::State;
use super::store::chains::{self, Head};
use crate::audit::walk::Link;
use crate::audit::{VerifyError, Walk};

/// Rows read at once: what this holds in memory.
const ROWS: i64 = 1_000;

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    pub requests: u64,
    pub events: u64,
    /// Texts that are still kept, compared with their hash.
    pub notes: u64,
}

/// A chain that is being walked.
struct Open {
    request: Uuid,
    walk: Walk,
    head: Head,
    stands: (State, Option<i16>),
}

/// Name of a request's chain of events.
#[must_use]
pub fn chain(request: Uuid) -> String {
    format!("events:{request}")
}

/// Walks all chains of events. For a true picture run it in one snapshot.
///
/// # Errors
/// The first flaw, or what the database says.
pub fn verify(conn: &mut PgConnection) -> Result<Counted, VerifyError> {
    let mut counted = Counted::default();
    let mut place = (Uuid::nil(), 0);
    let mut open: Option<Open> = None;
    loop {
        let rows = chains::after(conn, place, ROWS)?;
        let Some((last, ..)) = rows.last() else { break };
        place = (last.request_id, last.seq);
        for (event, head, note) in rows {
            counted.events += 1;
            counted.notes += u64::from(note.is_some());
            let same = open.take_if(|open| open.request == event.request_id);
            if same.is_none() {
                close(open.take())?;
                counted.requests += 1;
            }
            let mut now = same.unwrap_or_else(|| Open {
                request: event.request_id,
                walk: Walk::of(chain(event.request_id)),
                head,
                stands: (event.to_state, event.to_step),
            });
            step(&mut now, &event, note.as_deref())?;
            open = Some(now);
        }
    }
    close(open)?;
    match chains::without_events(conn)? {
        Some(request) => Err(Walk::of(chain(request)).flaw(1, "missing, and every row after it".to_owned())),
        None => Ok(counted),
    }
}

fn step(open: &mut Open, event: &Event, note: Option<&str>) -> Result<(), VerifyError> {
    open.walk.step(&Link {
        seq: event.seq,
        prev_hash: &event.prev_hash,
        hash: &event.hash,
        expected: &|at| event.hash_at(at),
    })?;
    open.stands = (event.to_state, event.to_step);
    if note.is_some_and(|note| event.note_hash != Some(events::note_hash(note))) {
        return Err(open.walk.flaw(event.seq, "its text was altered".to_owned()));
    }
    Ok(())
}

fn close(open: Option<Open>) -> Result<(), VerifyError> {
    let Some(Open { walk, head, stands, .. }) = open else {
        return Ok(());
    };
    walk.end(head.event_seq, &head.event_head)?;
    if stands != (head.state, head.step) {
        let what = format!("left the request in {}, its row says {}", stands.0, head.state);
        return Err(walk.flaw(walk.seq(), what));
    }
    Ok(())
}
