//! Letters: numbers without gaps, nothing visible before the last transaction, and what strangers can find out.
#![expect(clippy::unwrap_used, reason = "tests")]

mod checks;
mod numbers;
mod scene;
