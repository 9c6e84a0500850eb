//! People: what identifies them, their logins and sessions, the positions they hold and what these allow.

mod actor;
pub mod api;
mod contact;
mod emails;
mod error;
pub mod identity;
pub mod invitation;
pub mod login;
mod mail_token;
mod messages;
mod nik;
pub mod pages;
mod password;
mod person;
pub mod person_key;
pub mod policy;
mod position;
pub mod profile;
pub mod registration;
pub mod reset;
pub mod second_factor;
pub mod seed;
pub mod session;
mod store;
mod token;
pub mod totp;

pub use actor::{Acting, Actor, Appointment, second_factor_fresh};
pub use api::MaybeActor;
pub use contact::{ContactError, Email, Phone};
pub use error::AccountError;
pub use nik::{Nik, NikError, NoKk, Sex};
pub use password::{Password, PasswordProblem, Passwords};
pub use person::Person;
pub use policy::RequestFacts;
pub use position::{KasiSection, Position};
pub use token::{ACCESS_TOKEN_LASTS, AccessTokens, Bearer};
