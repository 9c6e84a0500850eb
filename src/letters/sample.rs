//! Letters, a seal and a PDF for tests.

use super::{LetterData, LocalSigner, SealFiles, SealNames, make_keys};
use chrono::{DateTime, Utc};
use lopdf::{Document, Object, StringFormat, dictionary};
use rand_core::OsRng;
use std::sync::OnceLock;

pub fn skd() -> LetterData {
    serde_json::from_str(include_str!("samples/skd.json")).unwrap()
}

pub fn skaw() -> LetterData {
    serde_json::from_str(include_str!("samples/skaw.json")).unwrap()
}

pub fn now() -> DateTime<Utc> {
    "2026-11-24T07:30:00Z".parse().unwrap()
}

/// One seal for all tests: keys are slow to encrypt by design.
pub fn signer() -> &'static LocalSigner {
    static SIGNER: OnceLock<LocalSigner> = OnceLock::new();
    SIGNER.get_or_init(another_signer)
}

pub fn another_signer() -> LocalSigner {
    LocalSigner::open(&seal_files(), b"rahasia").unwrap()
}

pub fn seal_files() -> SealFiles {
    let names = SealNames {
        organization: "Kecamatan Kota Kisaran Timur".into(),
        authority: "Akar Segel (uji), Kecamatan Kota Kisaran Timur".into(),
        seal: "Segel Elektronik Kecamatan Kota Kisaran Timur".into(),
    };
    let until = "2060-01-01T00:00:00Z".parse().unwrap();
    make_keys(b"rahasia", &names, now(), until, &mut OsRng).unwrap()
}

/// An empty page, of which only the skeleton matters.
pub fn pdf() -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let id = Object::String(vec![7; 16], StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}
