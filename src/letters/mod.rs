//! What a letter is as a document: its values, number, wording, picture, QR token, seal and how it is recognised again.
//!
//! Everything here is pure: no database, no clock, no HTTP. The register, the issue job and the routes are built on it.
//! The typesetter itself is a function ([`Typeset`]) that the binary hands in, because typst takes minutes to compile.

mod data;
pub mod font;
mod number;
pub mod qr;
mod render;
#[cfg(test)]
pub(crate) mod sample;
mod wording;

pub use data::{
    LOCAL_SEAL_NOTE, LetterData, Letterhead, Lower, Row, Signer, Table, canonical_hash, canonical_json, mask_name,
};
pub use number::format_number;
pub use render::{
    BASE_SOURCE, EMBLEM_SVG, STUB_PREFIX, Template, Typeset, TypesetError, TypesetInput, stub_typeset, template_for,
};
pub use wording::{UnknownPlaceholder, Wording, fill, placeholders, validity_sentence};
