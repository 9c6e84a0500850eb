//! Who gets a request: chosen by load among those who may, with the reason kept.

pub mod score;

pub use score::{Candidate, Choice, Excluded, Need, Reason, Rule, choose};
