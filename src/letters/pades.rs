//! Puts the seal into a PDF: PAdES B-B as one incremental update, which leaves PDF/A and PDF/UA as they were.

use super::cms;
use super::signer::LocalSigner;
use chrono::{DateTime, Utc};
use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

/// Bytes reserved for the CMS container, which has about 1,500.
const RESERVED: usize = 4 * 1024;
/// As wide as any offset of a file below 10 GB.
const HOLE: i64 = 9_999_999_999;
const BYTE_RANGE_HOLE: &[u8] = b"[0 9999999999 9999999999 9999999999]";

/// What PDF readers show about the signature.
#[derive(Clone, Copy, Debug)]
pub struct SignatureInfo<'a> {
    /// "Penerbitan surat keterangan".
    pub reason: &'a str,
    /// `Kecamatan Kota Kisaran Timur`.
    pub location: &'a str,
    /// Who signed.
    pub name: &'a str,
    pub at: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Not a PDF as our typesetter makes it.
    #[error("the PDF cannot take a signature: {0}")]
    Unsuitable(&'static str),
    #[error("the PDF cannot be read or written")]
    Pdf(#[from] lopdf::Error),
    #[error("the PDF cannot be written")]
    Io(#[from] std::io::Error),
    #[error("the signature container cannot be made")]
    Cms(#[from] der::Error),
}

/// Signs a PDF that has no form yet. Deterministic: a job that runs again writes the same file.
pub fn sign_pdf(pdf: &[u8], signer: &LocalSigner, info: SignatureInfo) -> Result<Vec<u8>, SignError> {
    let mut signed = with_holes(pdf, info)?;
    let find = |needle: &[u8]| {
        // Only in what was appended: the letter itself may contain anything.
        let appended = signed.get(pdf.len()..)?;
        let at = appended.windows(needle.len()).position(|window| window == needle)?;
        Some(pdf.len() + at)
    };
    let contents = [b"<".as_slice(), &[b'0'; RESERVED * 2], b">"].concat();
    let open = find(&contents).ok_or(SignError::Unsuitable("no room for the signature"))?;
    let range_at = find(BYTE_RANGE_HOLE).ok_or(SignError::Unsuitable("no room for the byte range"))?;
    let close = open + contents.len();
    let range = format!("[0 {open} {close} {}]", signed.len() - close);
    overwrite(
        &mut signed,
        range_at,
        format!("{range:<width$}", width = BYTE_RANGE_HOLE.len()).as_bytes(),
    )?;

    let mut digest = Sha256::new();
    let covered = (signed.get(..open))
        .zip(signed.get(close..))
        .ok_or(SignError::Unsuitable("bad byte range"))?;
    digest.update(covered.0);
    digest.update(covered.1);
    let container = cms::detached(signer, &digest.finalize())?;
    if container.len() > RESERVED {
        return Err(SignError::Unsuitable("the certificates are too large"));
    }
    overwrite(&mut signed, open + 1, hex::encode(container).as_bytes())?;
    Ok(signed)
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) -> Result<(), SignError> {
    let place = bytes
        .get_mut(at..at + with.len())
        .ok_or(SignError::Unsuitable("bad byte range"))?;
    place.copy_from_slice(with);
    Ok(())
}

/// The PDF with a signature field whose container and byte range are still to be filled in.
fn with_holes(pdf: &[u8], info: SignatureInfo) -> Result<Vec<u8>, SignError> {
    let previous = Document::load_mem(pdf)?;
    let root = previous.trailer.get(b"Root")?.as_reference()?;
    let page = *previous
        .get_pages()
        .get(&1)
        .ok_or(SignError::Unsuitable("it has no page"))?;
    // PDF/A wants the file identifier kept; its second half says that the file was changed.
    let ids = previous.trailer.get(b"ID").and_then(Object::as_array)?;
    let first_id = ids
        .first()
        .cloned()
        .ok_or(SignError::Unsuitable("it has no identifier"))?;
    let changed_id: Vec<u8> = Sha256::digest(pdf).into_iter().take(16).collect();

    let mut update = IncrementalDocument::create_from(pdf.to_vec(), previous);
    update.opt_clone_object_to_new_document(root)?;
    update.opt_clone_object_to_new_document(page)?;
    let document = &mut update.new_document;
    let signature = document.add_object(signature_dictionary(info));
    let field = add_field(document, signature, page);
    add_annotation(document.get_object_mut(page)?.as_dict_mut()?, field)?;
    let form = document.add_object(dictionary! { "Fields" => vec![field.into()], "SigFlags" => 3 });
    let catalog = document.get_object_mut(root)?.as_dict_mut()?;
    if catalog.has(b"AcroForm") {
        return Err(SignError::Unsuitable("it has a form already"));
    }
    catalog.set("AcroForm", form);
    document.trailer.set(
        "ID",
        vec![first_id, Object::String(changed_id, StringFormat::Hexadecimal)],
    );
    let mut bytes = Vec::with_capacity(pdf.len() + RESERVED * 2 + 4 * 1024);
    update.save_to(&mut bytes)?;
    Ok(bytes)
}

fn signature_dictionary(info: SignatureInfo) -> Dictionary {
    let hole = || Object::Integer(HOLE);
    dictionary! {
        "Type" => "Sig",
        "Filter" => "Adobe.PPKLite",
        "SubFilter" => "ETSI.CAdES.detached",
        "ByteRange" => vec![0.into(), hole(), hole(), hole()],
        "Contents" => Object::String(vec![0; RESERVED], StringFormat::Hexadecimal),
        "M" => Object::string_literal(info.at.format("D:%Y%m%d%H%M%SZ").to_string()),
        "Reason" => lopdf::text_string(info.reason),
        "Location" => lopdf::text_string(info.location),
        "Name" => lopdf::text_string(info.name),
    }
}

/// Invisible yet printable (PDF/A: F = Print + Locked), with an empty appearance (PDF/A-1 validators want one even at
/// zero size), and outside the page so that PDF/UA does not ask for a tag.
fn add_field(document: &mut Document, signature: ObjectId, page: ObjectId) -> ObjectId {
    let nowhere = |at: i64| -> Vec<Object> { vec![at.into(); 4] };
    let look = Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => nowhere(0), "Resources" => Dictionary::new() },
        Vec::new(),
    );
    let look = document.add_object(look);
    document.add_object(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => Object::string_literal("Segel1"),
        "TU" => Object::string_literal("Segel elektronik instansi"),
        "V" => signature,
        "F" => 132,
        "AP" => dictionary! { "N" => look },
        "Rect" => nowhere(-1),
        "P" => page,
    })
}

fn add_annotation(page: &mut Dictionary, field: ObjectId) -> Result<(), SignError> {
    let mut annotations = match page.get(b"Annots") {
        Ok(Object::Array(annotations)) => annotations.clone(),
        Ok(_) => return Err(SignError::Unsuitable("its annotations lie elsewhere")),
        Err(_) => Vec::new(),
    };
    annotations.push(field.into());
    page.set("Annots", annotations);
    page.set("Tabs", "S");
    Ok(())
}

#[cfg(test)]
mod tests;
