//! Whether a PDF is a plain paper. It is checked, not cleaned: it is served as a download that runs nothing.

use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::error::{FileError, MAX_PAGES};

/// Most bytes that one packed stream of objects may unfold to. Scanners and word processors stay far below.
const MAX_UNPACKED: usize = 1 << 20;
/// Most packed streams of objects: with the limit above this bounds the memory that reading may take.
const MAX_OBJECT_STREAMS: usize = 60;
/// Deepest nesting of values; a page needs about ten.
const MAX_DEPTH: usize = 100;

/// Refuses what is locked, acts by itself, carries other files, or would exhaust the reader.
pub(super) fn check(bytes: &[u8]) -> Result<(), FileError> {
    if !bytes.starts_with(b"%PDF-") {
        return Err(FileError::Kind);
    }
    if count_names(bytes, b"ObjStm") > MAX_OBJECT_STREAMS {
        return Err(FileError::PdfTooComplex);
    }
    let options = LoadOptions {
        max_decompressed_size: Some(MAX_UNPACKED),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| refused(&error))?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(FileError::PdfEncrypted);
    }
    if !(1..=MAX_PAGES).contains(&document.get_pages().len()) {
        return Err(FileError::PdfPages);
    }
    document.objects.values().try_for_each(|object| walk(object, 0))
}

fn refused(error: &lopdf::Error) -> FileError {
    use lopdf::{DecompressError, Error};
    match error {
        Error::Decryption(_) | Error::InvalidPassword | Error::AlreadyEncrypted => FileError::PdfEncrypted,
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => FileError::PdfTooComplex,
        _ => FileError::Damaged,
    }
}

fn walk(object: &Object, depth: usize) -> Result<(), FileError> {
    if depth > MAX_DEPTH {
        return Err(FileError::PdfTooComplex);
    }
    match object {
        Object::Dictionary(entries) => walk_entries(entries, depth),
        Object::Stream(stream) => walk_entries(&stream.dict, depth),
        Object::Array(items) => items.iter().try_for_each(|item| walk(item, depth + 1)),
        _ => Ok(()),
    }
}

/// Keys and kinds of action of ISO 32000-1, 12.6.4 that run, send or open something, or carry another file. An
/// opening action that only turns to a page is common and harmless.
fn walk_entries(entries: &Dictionary, depth: usize) -> Result<(), FileError> {
    for (key, value) in entries {
        let carries = matches!(
            key.as_slice(),
            b"JavaScript" | b"JS" | b"EmbeddedFiles" | b"EmbeddedFile" | b"RichMedia" | b"XFA"
        );
        let runs = matches!(value, Object::Name(name) if matches!(
            name.as_slice(),
            b"JavaScript" | b"Launch" | b"SubmitForm" | b"ImportData" | b"RichMedia" | b"EmbeddedFile"
                | b"GoToR" | b"GoToE" | b"Rendition" | b"Movie" | b"Sound" | b"3D"
        ));
        if carries || (runs && matches!(key.as_slice(), b"S" | b"Type" | b"Subtype")) {
            return Err(FileError::PdfActive);
        }
        walk(value, depth + 1)?;
    }
    Ok(())
}

/// How often a name occurs in the raw bytes, however it is written (`/ObjStm`, `/Obj#53tm`).
fn count_names(bytes: &[u8], name: &[u8]) -> usize {
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    starts
        .filter(|(at, _)| {
            let mut rest = bytes.get(at + 1..).unwrap_or_default();
            name.iter().all(|wanted| {
                let (found, next) = letter(rest);
                rest = next;
                found == Some(*wanted)
            })
        })
        .count()
}

/// The next letter of a name: plain, or `#` and two hexadecimal digits (ISO 32000-1, 7.3.5).
fn letter(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    match bytes {
        [b'#', a, b, rest @ ..] => {
            let mut byte = [0];
            match hex::decode_to_slice([*a, *b], &mut byte) {
                Ok(()) => (byte.first().copied(), rest),
                Err(_) => (None, rest),
            }
        }
        [plain, rest @ ..] => (Some(*plain), rest),
        [] => (None, &[]),
    }
}
