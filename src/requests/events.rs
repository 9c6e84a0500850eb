//! The append-only truth of a request: one event a change, each holding the hash of the one before.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::clock::ClockEvent;
use super::route::Party;
use super::stage::{Action, State};
use super::store::submission::bytes;
use crate::platform::error::Error;
use crate::platform::time::exact;
use crate::schema::{event_notes, request_events as t};

pub use crate::audit::GENESIS;

/// An event as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Event {
    pub request_id: Uuid,
    pub seq: i32,
    pub at: DateTime<Utc>,
    /// None for the system.
    pub actor: Option<Uuid>,
    pub action: Action,
    pub from_state: State,
    pub to_state: State,
    pub from_step: Option<i16>,
    pub to_step: Option<i16>,
    /// Who must act from now on.
    pub party: Option<Party>,
    pub calendar_version: i32,
    /// Ids, codes and hashes only.
    pub data: Value,
    pub note_hash: Option<Vec<u8>>,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Event {
    /// What the hash must be: SHA-256 over the hash before and the canonical JSON (sorted keys) of the rest.
    #[must_use]
    pub fn expected_hash(&self) -> Vec<u8> {
        self.hash_at(self.seq)
    }

    /// The hash, did it stand at this place of its chain.
    #[must_use]
    pub fn hash_at(&self, seq: i32) -> Vec<u8> {
        let mut content = json!({
            "request": self.request_id, "seq": seq, "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "actor": self.actor, "action": self.action, "from_state": self.from_state, "to_state": self.to_state,
            "from_step": self.from_step, "to_step": self.to_step, "party": self.party,
            "calendar_version": self.calendar_version, "data": self.data,
            "note_hash": self.note_hash.as_ref().map(hex::encode),
        });
        content.sort_all_objects();
        let mut hash = Sha256::new();
        hash.update(&self.prev_hash);
        hash.update(content.to_string());
        hash.finalize().to_vec()
    }

    /// The row by column, for whoever stores it with other rows in one statement.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "request_id": self.request_id,
            "seq": self.seq,
            "at": exact(self.at),
            "actor": self.actor,
            "action": self.action,
            "from_state": self.from_state,
            "to_state": self.to_state,
            "from_step": self.from_step,
            "to_step": self.to_step,
            "party": self.party,
            "calendar_version": self.calendar_version,
            "data": self.data,
            "note_hash": self.note_hash.as_deref().map(bytes),
            "prev_hash": bytes(&self.prev_hash),
            "hash": bytes(&self.hash),
        })
    }

    /// What the clock needs of it.
    #[must_use]
    pub fn for_clock(&self) -> ClockEvent {
        ClockEvent {
            at: self.at,
            state: self.to_state,
            step: self.to_step,
            party: self.party,
            enters: matches!(self.action, Action::Transfer | Action::Object | Action::Reissue),
        }
    }
}

/// Hash of a free text, kept in the event while the text itself may be erased.
#[must_use]
pub fn note_hash(note: &str) -> Vec<u8> {
    Sha256::digest(note.as_bytes()).to_vec()
}

/// Stores an event with its hash, and the text beside it.
///
/// # Errors
/// What the database says; a double number means that somebody else acted, which the row lock excludes.
pub fn append(conn: &mut PgConnection, event: &mut Event, note: Option<&str>) -> Result<(), Error> {
    event.note_hash = note.map(note_hash);
    event.hash = event.expected_hash();
    diesel::insert_into(t::table).values(&*event).execute(conn)?;
    if let Some(note) = note {
        diesel::insert_into(event_notes::table)
            .values((
                event_notes::request_id.eq(event.request_id),
                event_notes::seq.eq(event.seq),
                event_notes::note.eq(note),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// All events of a request, in order.
///
/// # Errors
/// What the database says.
pub fn of_request(conn: &mut PgConnection, request_id: Uuid) -> Result<Vec<Event>, Error> {
    Ok(t::table
        .filter(t::request_id.eq(request_id))
        .order(t::seq)
        .select(Event::as_select())
        .load(conn)?)
}

/// Free texts of a request by event number.
///
/// # Errors
/// What the database says.
pub fn notes(conn: &mut PgConnection, request_id: Uuid) -> Result<Vec<(i32, String)>, Error> {
    Ok(event_notes::table
        .filter(event_notes::request_id.eq(request_id))
        .order(event_notes::seq)
        .select((event_notes::seq, event_notes::note))
        .load(conn)?)
}

/// The first event of a chain that does not fit, by its number.
#[must_use]
pub fn first_break(events: &[Event]) -> Option<i32> {
    let mut before = GENESIS.to_vec();
    for (n, event) in (1..).zip(events) {
        if event.seq != n || event.prev_hash != before || event.hash != event.expected_hash() {
            return Some(event.seq);
        }
        before.clone_from(&event.hash);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Event> {
        let mut before = GENESIS.to_vec();
        let mut events = Vec::new();
        for seq in 1..=3 {
            let mut event = Event {
                request_id: Uuid::nil(),
                seq,
                at: DateTime::from_timestamp(1_000_000 + i64::from(seq), 0).unwrap(),
                actor: None,
                action: Action::Verify,
                from_state: State::Submitted,
                to_state: State::Submitted,
                from_step: Some(1),
                to_step: Some(2),
                party: Some(Party::Kelurahan),
                calendar_version: 1,
                data: json!({"b": 1, "a": 2}),
                note_hash: None,
                prev_hash: before.clone(),
                hash: Vec::new(),
            };
            event.hash = event.expected_hash();
            before.clone_from(&event.hash);
            events.push(event);
        }
        events
    }

    #[test]
    fn an_altered_missing_or_reordered_event_breaks_the_chain_there() {
        assert_eq!(first_break(&chain()), None);
        let mut altered = chain();
        altered[1].to_step = Some(4);
        assert_eq!(first_break(&altered), Some(2));
        let mut missing = chain();
        missing.remove(1);
        assert_eq!(first_break(&missing), Some(3));
        let mut reordered = chain();
        reordered.swap(0, 1);
        assert_eq!(first_break(&reordered), Some(2));
    }
}
