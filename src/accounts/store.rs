//! Statements of the room. Typed, so that diesel keeps them prepared.

mod actor;
pub(super) mod identity;
pub(super) mod login;
pub(super) mod mail_tokens;
pub(super) mod people;
pub(super) mod profile;
pub(super) mod registration;
pub(super) mod second_factor;
pub(super) mod sessions;

pub(super) use actor::{ActorRow, AppointmentRow, actor_of_cookie, actor_of_session};
