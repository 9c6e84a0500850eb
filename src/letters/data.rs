//! The values that one letter prints, and the hash that binds its QR token to them.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the seal of [`LocalSigner`](super::LocalSigner) is worth, printed on every page that bears it. PP 71/2019
/// article 60(2) knows certified and uncertified signatures; ours must not be taken for a certified one.
pub const LOCAL_SEAL_NOTE: &str =
    "Dokumen ini ditandatangani secara elektronik dan dibubuhi segel elektronik instansi, tidak tersertifikasi.";

/// Everything a letter says. Values are printed verbatim and never read as markup; all were checked by
/// [`font::unprintable`](super::font::unprintable) when they were parsed.
///
/// It is stored with the letter and hashed into its QR token, so a later release may only add fields that are left out
/// of the JSON when empty (`default` + `skip_serializing_if`): the hash of every letter ever issued must stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterData {
    /// Catalogue code, `SKD`.
    pub service: String,
    pub letterhead: Letterhead,
    pub title: String,
    /// The number of the last level that signs; on shape B the camat's.
    pub number: String,
    /// "Yang bertanda tangan di bawah ini ... menerangkan bahwa:"
    pub opening: String,
    /// Who the letter is about.
    pub identity: Vec<Row>,
    /// The statement, in paragraphs.
    pub body: Vec<String>,
    /// The answers of the form; a service's own template may print them in its statement instead.
    pub fields: Vec<Row>,
    pub tables: Vec<Table>,
    /// "Surat keterangan ini berlaku sampai dengan ..."; none for letters without an end.
    pub validity: Option<String>,
    pub closing: String,
    /// Place of signing, `Kisaran`.
    pub place: String,
    /// Date of [`number`](Self::number) as printed, `24 November 2026`.
    pub date: String,
    pub signer: Signer,
    /// Shape B: the lurah's part, to which the camat adds "Mengetahui".
    pub lower: Option<Lower>,
    /// Footer sentence that says what the electronic seal is worth; none leaves room for a pen and a stamp.
    pub seal_note: Option<String>,
    /// The letter's own code; not the tracking code.
    pub code: String,
    /// Where the code is checked, without the QR token (which holds a hash of this very data).
    pub url: String,
}

/// The kop: regency, district, kelurahan (none on a letter of the camat) and the office's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// `Kabupaten Asahan`; printed as "PEMERINTAH KABUPATEN ASAHAN".
    pub regency: String,
    /// `Kecamatan Kota Kisaran Timur`.
    pub district: String,
    /// `Kelurahan Mutiara`.
    pub village: Option<String>,
    /// Address, telephone, e-mail: one or two lines.
    pub address: Vec<String>,
}

/// One printed line `label : value`. The key is for templates and is never printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub key: String,
    pub label: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub key: String,
    pub label: String,
    /// Column headings; every row has as many cells.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Whose name stands under the letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// `["Lurah Mutiara"]`, `["a.n. Camat Kota Kisaran Timur", "Sekretaris Camat"]`, `["Plt. Lurah Mutiara"]`.
    pub office: Vec<String>,
    pub name: String,
    /// Pangkat, `Penata Tk. I`.
    pub rank: Option<String>,
    pub nip: Option<String>,
}

/// The lower level's signature on a letter of shape B.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lower {
    pub number: String,
    pub date: String,
    pub signer: Signer,
}

impl Row {
    pub fn new(key: &str, label: &str, value: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            value: value.into(),
        }
    }
}

/// The data as canonical JSON (RFC 8785: sorted keys, no blanks), so that anyone can compute the hash again.
pub fn canonical_json(data: &LetterData) -> Vec<u8> {
    #[expect(
        clippy::expect_used,
        reason = "strings, options and lists of strings always have a JSON form"
    )]
    let mut value = serde_json::to_value(data).expect("a letter is plain JSON");
    value.sort_all_objects();
    value.to_string().into_bytes()
}

/// SHA-256 of [`canonical_json`]; its first 16 bytes are in the QR token.
pub fn canonical_hash(data: &LetterData) -> [u8; 32] {
    Sha256::digest(canonical_json(data)).into()
}

/// A name as strangers may see it: the first letter of each word, `S*** A*****`.
pub fn mask_name(name: &str) -> String {
    let mut masked = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !masked.is_empty() {
            masked.push(' ');
        }
        let mut letters = word.chars();
        masked.extend(letters.next());
        masked.extend(letters.map(|_| '*'));
    }
    masked
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::letters::sample;

    #[test]
    fn the_hash_follows_every_value_and_nothing_else() {
        let letter = sample::skd();
        let stored = serde_json::to_string(&letter).unwrap();
        let again: LetterData = serde_json::from_str(&stored).unwrap();
        assert_eq!(canonical_hash(&letter), canonical_hash(&again));
        let mut changed = letter.clone();
        changed.identity[0].value.push('.');
        assert_ne!(canonical_hash(&letter), canonical_hash(&changed));
    }

    #[test]
    fn the_canonical_form_is_sorted_and_tight() {
        let json = String::from_utf8(canonical_json(&sample::skaw())).unwrap();
        assert!(json.starts_with(r#"{"body":["#), "{json}");
        insta::assert_snapshot!(json);
    }

    #[test]
    fn names_are_masked() {
        assert_eq!(mask_name("Siti Aminah"), "S*** A*****");
        assert_eq!(mask_name("  M.  Ali  "), "M* A**");
        assert_eq!(mask_name("Ṣāliḥ"), "Ṣ****");
        assert_eq!(mask_name(""), "");
    }
}
