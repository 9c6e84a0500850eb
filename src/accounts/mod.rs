//! People: what identifies them, their logins and sessions, the positions they hold and what these allow.

mod actor;
pub mod api;
mod contact;
mod nik;
mod password;
pub mod person_key;
pub mod policy;
mod position;
mod store;
mod token;

pub use actor::{Acting, Actor, Appointment, second_factor_fresh};
pub use api::MaybeActor;
pub use contact::{ContactError, Email, Phone};
pub use nik::{Nik, NikError, NoKk, Sex};
pub use password::{Password, PasswordProblem, Passwords};
pub use policy::RequestFacts;
pub use position::{KasiSection, Position};
pub use token::{ACCESS_TOKEN_LASTS, AccessTokens, Bearer};
