//! What a letter is as a document: its values, number, wording, picture, QR token, seal and how it is recognised again.
//!
//! Then how it comes into being (design.md section 6): `reserve` a number with the last signature of a level, `issue`
//! it when its file is stored, and whoever holds it may check it. Only these know a database; the rest is pure.
//! The typesetter itself is a function ([`Typeset`]) that the binary hands in, because typst takes minutes to compile.

mod agenda;
pub mod api;
pub mod check;
mod cms;
mod code;
mod data;
mod detect;
mod document;
mod error;
pub mod font;
mod issue;
mod keys;
mod make;
mod number;
mod pades;
pub mod pages;
pub mod qr;
mod render;
mod reserve;
#[cfg(test)]
pub(crate) mod sample;
mod seal;
mod signer;
mod state;
mod store;
mod stub;
mod summary;
pub mod token;
mod wording;

pub use agenda::{AgendaLine, AgendaQuery, agenda};
pub use code::LetterCode;
pub use data::{
    LOCAL_SEAL_NOTE, LetterData, Letterhead, Lower, Row, Signer, Table, canonical_hash, canonical_json, mask_name,
};
pub use detect::SealMarks;
pub use document::{StoredDocument, open_document, store_document, sweep_documents};
pub use error::LetterError;
pub use issue::{ToRender, load_for_render, mark_issued, revoke, set_data, void};
pub use keys::{TokenKey, TokenPublicKey, jwk_set};
pub use make::{MakeError, render_and_sign};
pub use number::format_number;
pub use pades::{SignError, SignatureInfo, sign_pdf};
pub use render::{BASE_SOURCE, EMBLEM_SVG, Template, Typeset, TypesetError, TypesetInput, template_for};
pub use reserve::{LowerEntry, Reservation, Reserved, Standing, is_reserved, lower_entry, reserve, standing};
pub use seal::{Seal, SealError};
pub use signer::{KeyError, LocalSigner, SealFiles, SealNames, make_keys};
pub use state::{EntryState, LetterState, Level};
pub use stub::{read_stub, stub_typeset};
pub use summary::{LetterSummary, summary};
pub use wording::{UnknownPlaceholder, Wording, fill, placeholders, title_of, validity_sentence};
