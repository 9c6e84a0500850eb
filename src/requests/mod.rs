//! The conductor: a request's life from the first word to the letter.

pub mod act;
pub mod advance;
pub mod amend;
pub mod api;
pub mod clock;
mod emails;
pub mod error;
pub mod events;
pub mod issue;
mod letter_data;
pub mod lifecycle;
pub mod messages;
pub mod opening;
pub mod queue;
pub mod reading;
pub mod refusal;
pub mod route;
mod sealing;
pub mod stage;
pub mod status_word;
pub mod store;
pub mod submit;
pub mod track;
pub mod tracking_code;
pub mod view;
pub mod who;
pub mod world;
