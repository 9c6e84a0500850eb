//! The conductor: a request's life from the first word to the letter.

pub mod clock;
pub mod lifecycle;
pub mod refusal;
pub mod route;
pub mod stage;
pub mod status_word;
pub mod tracking_code;
pub mod who;
