//! The sentences of a letter as the office words them: paragraphs with `{placeholders}`.

use crate::platform::indonesian::long_date;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One version of a service's wording. Layout is the template's; here are only sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    pub opening: String,
    #[serde(default)]
    pub body: Vec<String>,
    pub closing: String,
}

/// A `{placeholder}` for which there is no value: such a wording cannot be published.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown placeholder {{{0}}}")]
pub struct UnknownPlaceholder(pub String);

impl Wording {
    /// The wording a service starts with. Names that every letter knows: `jabatan`, `kelurahan`, `kecamatan`,
    /// `kabupaten`; the others are keys of the service's form.
    pub fn seed(service: &str) -> Self {
        let json = match service {
            "SKD" => include_str!("../services/catalogue/SKD/wording.json"),
            _ => include_str!("wording.json"),
        };
        #[expect(clippy::expect_used, reason = "embedded files; a test parses each")]
        serde_json::from_str(json).expect("embedded wording parses")
    }

    /// Every sentence, to check or to fill.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        [&self.opening]
            .into_iter()
            .chain(&self.body)
            .chain([&self.closing])
            .map(String::as_str)
    }

    /// All sentences with their values. `value` answers `None` for a name that it does not know.
    pub fn fill<'a>(&self, value: &dyn Fn(&str) -> Option<&'a str>) -> Result<Self, UnknownPlaceholder> {
        Ok(Self {
            opening: fill(&self.opening, value)?,
            body: self
                .body
                .iter()
                .map(|paragraph| fill(paragraph, value))
                .collect::<Result<_, _>>()?,
            closing: fill(&self.closing, value)?,
        })
    }
}

enum Part<'t> {
    Text(&'t str),
    Placeholder(&'t str),
}

/// A placeholder is `{` + lower-case letters, digits, `_` + `}`; any other brace is a plain character.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'))
            && !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            rest = after;
            return Some(Part::Placeholder(name));
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, letter)| *letter == '{')
            .map_or(rest.len(), |(at, _)| at);
        let (head, tail) = rest.split_at(end);
        rest = tail;
        Some(Part::Text(head))
    })
}

/// The names a sentence asks for, in order.
pub fn placeholders(text: &str) -> Vec<&str> {
    parts(text)
        .filter_map(|part| match part {
            Part::Placeholder(name) => Some(name),
            Part::Text(_) => None,
        })
        .collect()
}

/// Puts values into a sentence. Values are never searched for placeholders again, and their line breaks become blanks:
/// a sentence is one paragraph.
pub fn fill<'a>(text: &str, value: &dyn Fn(&str) -> Option<&'a str>) -> Result<String, UnknownPlaceholder> {
    let mut filled = String::with_capacity(text.len() * 2);
    for part in parts(text) {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Placeholder(name) => {
                let value = value(name).ok_or_else(|| UnknownPlaceholder(name.into()))?;
                filled.push_str(&value.replace('\n', " "));
            }
        }
    }
    Ok(filled)
}

/// The title of a letter: the service's name without what the catalogue adds in brackets for residents,
/// "Surat Keterangan Tidak Mampu (umum/bantuan sosial)".
pub fn title_of(service_name: &str) -> &str {
    let name = service_name.trim_end();
    let bare = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once(" ("))
        .map(|(bare, _)| bare.trim_end());
    bare.filter(|bare| !bare.is_empty()).unwrap_or(name)
}

/// How long the letter is good for, as its last sentence but one.
pub fn validity_sentence(last_day: NaiveDate) -> String {
    format!("Surat ini berlaku sampai dengan tanggal {}.", long_date(last_day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fill_placeholders_and_are_not_read_again() {
        let value = |name: &str| match name {
            "alamat_domisili" => Some("Jl. {keperluan}\nNo. 5"),
            "keperluan" => Some("bank"),
            _ => None,
        };
        assert_eq!(
            fill("di {alamat_domisili}, untuk {keperluan}.", &value).unwrap(),
            "di Jl. {keperluan} No. 5, untuk bank."
        );
        assert_eq!(fill("{nik}", &value), Err(UnknownPlaceholder("nik".into())));
        assert_eq!(
            fill("{}, { x}, {A}, {{keperluan}, {", &value).unwrap(),
            "{}, { x}, {A}, {bank, {"
        );
    }

    #[test]
    fn a_sentence_lists_its_placeholders() {
        assert_eq!(placeholders("{a} dan {b_2} {tidak ini} {a"), ["a", "b_2"]);
    }

    #[test]
    fn seeds_ask_only_for_what_a_letter_knows() {
        let known = ["jabatan", "kelurahan", "kecamatan", "kabupaten"];
        let domicile = ["alamat_domisili", "tinggal_sejak", "status_tinggal", "keperluan"];
        for (service, own) in [("SKD", &domicile[..]), ("SKUMUM", &[])] {
            let wording = Wording::seed(service);
            for name in wording.sentences().flat_map(placeholders) {
                assert!(
                    known.contains(&name) || own.contains(&name),
                    "{service} asks for {name}"
                );
            }
        }
        assert_eq!(
            Wording::seed("SKD")
                .sentences()
                .flat_map(placeholders)
                .filter(|name| domicile.contains(name))
                .count(),
            4
        );
    }

    #[test]
    fn titles_have_no_catalogue_brackets() {
        assert_eq!(
            title_of("Surat Keterangan Tidak Mampu (umum/bantuan sosial)"),
            "Surat Keterangan Tidak Mampu"
        );
        assert_eq!(title_of("Surat Keterangan Domisili"), "Surat Keterangan Domisili");
        assert_eq!(title_of("(a)"), "(a)");
    }

    #[test]
    fn validity_names_its_last_day() {
        let day = NaiveDate::from_ymd_opt(2027, 5, 23).unwrap();
        assert_eq!(
            validity_sentence(day),
            "Surat ini berlaku sampai dengan tanggal 23 Mei 2027."
        );
    }
}
