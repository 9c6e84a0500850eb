//! People and what identifies them.

mod contact;
mod nik;
mod position;

pub use contact::{ContactError, Email, Phone};
pub use nik::{Nik, NikError, NoKk, Sex};
pub use position::{KasiSection, Position};
