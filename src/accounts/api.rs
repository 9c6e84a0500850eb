//! What the room serves over HTTP.

mod extract;

pub use extract::{MaybeActor, cookie_name};
