//! What was acknowledged: the clients' own book, which must agree with the database in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Mutex;

/// Request, login of who acted, action.
pub type Act = (String, String, String);

#[derive(Debug, Default)]
pub struct Book {
    /// Request, tracking code, login of the submitter.
    pub submitted: Vec<(String, String, String)>,
    /// How often each act was acknowledged.
    pub acts: BTreeMap<Act, u32>,
    pub uploads: BTreeSet<String>,
    /// Calls of which nobody ever said what became of them.
    pub unknown: Vec<String>,
    /// Refusals by code.
    pub refused: BTreeMap<String, u32>,
    /// Calls for the next request that gave one.
    pub taken: u32,
}

#[derive(Debug, Default)]
pub struct Ledger(Mutex<Book>);

impl Ledger {
    pub fn note<T>(&self, write: impl FnOnce(&mut Book) -> T) -> T {
        write(&mut self.0.lock().unwrap())
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.0.lock().unwrap();
        let mut acts: BTreeMap<&str, u32> = BTreeMap::new();
        for ((_, _, action), times) in &book.acts {
            *acts.entry(action).or_default() += times;
        }
        write!(
            f,
            "acknowledged: {} uploads, {} requests, {} times next",
            book.uploads.len(),
            book.submitted.len(),
            book.taken
        )?;
        acts.iter()
            .try_for_each(|(action, times)| write!(f, ", {times} {action}"))?;
        write!(f, "\nrefused:")?;
        book.refused
            .iter()
            .try_for_each(|(code, times)| write!(f, " {times} {code}"))
    }
}
