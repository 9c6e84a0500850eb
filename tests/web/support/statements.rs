//! Which statements reach Postgres: each is a round trip.

use std::collections::HashMap;
use std::sync::{Mutex, Once};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

/// Statements by the database that they went to.
static SEEN: Mutex<Option<HashMap<String, Vec<String>>>> = Mutex::new(None);

/// Listens to every connection that is opened from now on.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_default_instrumentation(|| Some(Box::new(Listener::default()))).unwrap());
}

/// What reached a database since the last call.
pub fn taken(database: &str) -> Vec<String> {
    let mut seen = SEEN.lock().unwrap();
    seen.get_or_insert_default().remove(database).unwrap_or_default()
}

#[derive(Default)]
struct Listener {
    database: String,
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                let name = url.split_whitespace().find_map(|part| part.strip_prefix("dbname="));
                self.database = name.unwrap_or_default().trim_matches('\'').to_owned();
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut seen = SEEN.lock().unwrap();
                let of_database = seen.get_or_insert_default().entry(self.database.clone()).or_default();
                of_database.push(query.to_string());
            }
            _ => {}
        }
    }
}
