//! Stands in for the typesetter where typst is not compiled: an empty page that can be sealed like any letter, with
//! what the letter says beside it for tests to read.

use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::data::{LetterData, canonical_json};
use super::render::{TypesetError, TypesetInput};

/// Stands before the letter's JSON, so that nobody takes the page for a letter.
const MARK: &[u8] = b"SEPAKAT-STUB\n";

/// An empty page that carries the letter's canonical JSON.
///
/// # Errors
/// `Export`, never seen: memory takes whatever is written.
pub fn stub_typeset(input: &TypesetInput) -> Result<Vec<u8>, TypesetError> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let list = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(list));
    let letter = Stream::new(Dictionary::new(), [MARK, &canonical_json(input.data)].concat()).with_compression(false);
    let letter = document.add_object(letter);
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "Letter" => letter });
    document.trailer.set("Root", catalog);
    let ident = Sha256::digest(input.ident).into_iter().take(16).collect();
    let ident = Object::String(ident, StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![ident.clone(), ident]);
    let mut bytes = Vec::new();
    document
        .save_to(&mut bytes)
        .map_err(|error| TypesetError::Export(error.to_string()))?;
    Ok(bytes)
}

/// The letter in a file that [`stub_typeset`] made, sealed or not; none in any other.
pub fn read_stub(file: &[u8]) -> Option<LetterData> {
    let at = file.windows(MARK.len()).position(|window| window == MARK)?;
    let json = file.get(at + MARK.len()..)?;
    let mut letters = serde_json::Deserializer::from_slice(json).into_iter();
    letters.next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::{qr, sample, template_for};

    #[test]
    fn the_stub_carries_the_letter() {
        let data = sample::skd();
        let input = TypesetInput {
            template: template_for("SKD"),
            data: &data,
            qr: &qr::draw(&data.url).unwrap(),
            ident: &data.code,
            timestamp: sample::now(),
        };
        let file = stub_typeset(&input).unwrap();
        assert_eq!(file, stub_typeset(&input).unwrap());
        assert_eq!(read_stub(&file), Some(data));
        assert_eq!(read_stub(b"%PDF-1.7"), None);
    }
}
