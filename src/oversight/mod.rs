//! Oversight: what pengawas reads, the daily anchor over all chains, and the proof that nothing was rewritten.

mod anchor;
pub mod api;
pub mod pages;
mod store;
pub mod trail;
mod verify;

pub use anchor::anchor_due;
pub use verify::{Report, check, verify};
