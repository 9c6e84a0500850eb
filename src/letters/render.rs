//! From letter data to a PDF: the interface between the library and the typesetter in the binary.

use super::data::LetterData;
use super::qr::Qr;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// Layout that all letters share: letterhead, number, tables, signature block, footer.
pub const BASE_SOURCE: &str = include_str!("base.typ");
/// Our own mark in the letterhead. It is not the coat of arms of a kabupaten: an office sets its own.
pub const EMBLEM_SVG: &str = include_str!("emblem.svg");
const GENERIC_SOURCE: &str = include_str!("generic.typ");

/// The layout of one service's letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Typst source; it imports `/base.typ`.
    pub source: &'static str,
}

impl Template {
    /// What a letter records beside its wording version, to tell later which layout printed it.
    pub fn hash(&self) -> [u8; 32] {
        let parts = [BASE_SOURCE, self.source, EMBLEM_SVG];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(Sha256::digest(part));
        }
        hash.finalize().into()
    }
}

/// A service's own template, else the generic one.
pub fn template_for(service: &str) -> Template {
    let source = match service {
        "SKD" => include_str!("../services/catalogue/SKD/letter.typ"),
        _ => GENERIC_SOURCE,
    };
    Template { source }
}

/// Everything the PDF depends on: the same input gives the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct TypesetInput<'a> {
    pub template: Template,
    pub data: &'a LetterData,
    /// The code with the token in it.
    pub qr: &'a Qr,
    /// Stable identity of the document (the letter's code); only its hash is in the file.
    pub ident: &'a str,
    /// Creation time in the file's metadata; to the second.
    pub timestamp: DateTime<Utc>,
}

/// The typesetter, handed to the application by the binary. Takes some milliseconds of CPU: call it off the async
/// threads, and on a bounded pool.
pub type Typeset = fn(&TypesetInput) -> Result<Vec<u8>, TypesetError>;

#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// Our template is wrong, or a value went past the parser; the text is typst's own and may quote a value.
    #[error("typesetting failed")]
    Layout(String),
    /// PDF/A refused something, as a character that the font lacks.
    #[error("PDF export failed")]
    Export(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_hashes_of_their_own() {
        assert_ne!(template_for("SKD").hash(), template_for("SKTM").hash());
        assert_eq!(template_for("SKU"), template_for("SKTM"));
    }
}
