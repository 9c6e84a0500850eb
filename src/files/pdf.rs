//! Whether a PDF is a plain paper. It is checked, not cleaned: it is served as a download that runs nothing.

use lopdf::xref::{XrefEntry, XrefRecovery};
use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::error::{FileError, MAX_PAGES};
use super::pdf_names as names;

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
    let packed = names::count(bytes, b"ObjStm");
    if packed > MAX_OBJECT_STREAMS {
        return Err(FileError::PdfTooComplex);
    }
    if names::has_active(bytes) {
        return Err(FileError::PdfActive);
    }
    let options = LoadOptions {
        max_decompressed_size: Some(MAX_UNPACKED),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| refused(&error))?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(FileError::PdfEncrypted);
    }
    unpack(&document, packed)?;
    if !is_whole(&document) {
        return Err(FileError::Damaged);
    }
    if !(1..=MAX_PAGES).contains(&document.get_pages().len()) {
        return Err(FileError::PdfPages);
    }
    document.objects.values().try_for_each(|object| walk(object, 0))
}

/// Looks into every packed stream of objects; of the `packed` ones in the file none may have been passed over.
fn unpack(document: &Document, packed: usize) -> Result<(), FileError> {
    let mut seen = 0;
    for stream in document.objects.values().filter_map(|object| object.as_stream().ok()) {
        if stream.dict.has_type(b"ObjStm") {
            seen += 1;
            let content = stream.get_plain_content_with_limit(MAX_UNPACKED);
            if names::has_active(&content.map_err(|error| refused(&error))?) {
                return Err(FileError::PdfActive);
            }
        }
    }
    if seen < packed { Err(FileError::Damaged) } else { Ok(()) }
}

/// Whether every object that the file names was read. What had to be guessed (a rebuilt table, an object that does
/// not parse) another reader may guess otherwise.
fn is_whole(document: &Document) -> bool {
    let table = &document.reference_table.entries;
    document.xref_recovery != Some(XrefRecovery::Reconstructed)
        && document.catalog().is_ok()
        && table.iter().all(|(id, entry)| match entry {
            XrefEntry::Free | XrefEntry::UnusableFree => true,
            XrefEntry::Normal { .. } | XrefEntry::Compressed { .. } => {
                document.objects.range((*id, 0)..=(*id, u16::MAX)).next().is_some()
            }
        })
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
