//! Liberation Serif, the letter font: the same bytes for the typesetter and for the parser of names, so that what was
//! accepted can be printed. A character that no font has would stop a PDF/A file from being made, days after submission.

use std::sync::OnceLock;
use ttf_parser::Face;
use unicode_normalization::char::is_combining_mark;

macro_rules! face {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/LiberationSerif-", $name, ".ttf"))
    };
}

/// Regular, bold, italic, bold italic; `build.rs` takes them from Debian's fonts-liberation2.
pub static FACES: [&[u8]; 4] = [face!("Regular"), face!("Bold"), face!("Italic"), face!("BoldItalic")];

/// Whether a value may have several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// Names and other single-line values: a line break is refused.
    One,
    /// `textarea` values: `\n` is accepted.
    Many,
}

/// The first character of a value that a letter cannot or must not print: one that the font lacks, a control,
/// zero-width or text-direction character (U+202E prints a name backwards), right-to-left script, or the third
/// combining mark in a row. Values are composed (NFC) before this check.
pub fn unprintable(text: &str, lines: Lines) -> Option<char> {
    let mut marks = 0_u8;
    text.chars().find(|&letter| {
        if letter == '\n' {
            return lines == Lines::One;
        }
        marks = if is_combining_mark(letter) {
            marks.saturating_add(1)
        } else {
            0
        };
        marks > 2 || is_refused(letter) || !regular().is_some_and(|face| has_glyph(face, letter))
    })
}

fn regular() -> Option<&'static Face<'static>> {
    static FACE: OnceLock<Option<Face<'static>>> = OnceLock::new();
    FACE.get_or_init(|| FACES.first().and_then(|bytes| Face::parse(bytes, 0).ok()))
        .as_ref()
}

fn has_glyph(face: &Face, letter: char) -> bool {
    face.glyph_index(letter).is_some_and(|glyph| glyph.0 != 0)
}

/// Characters that fonts may well have and letters must not: Unicode categories Cc, Cf, Zl, Zp, Co (PDF/A forbids the
/// private use area), fillers without ink, variation selectors, and scripts written from right to left.
fn is_refused(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
        || matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        || matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Everything [`unprintable`] lets pass, for the test that prints it all.
pub fn printable() -> impl Iterator<Item = char> {
    ('\u{20}'..='\u{ffff}').filter(|letter| unprintable(letter.encode_utf8(&mut [0; 4]), Lines::One).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_our_people_can_be_printed() {
        for name in [
            "Siti Aminah",
            "José Peña",
            "Ḥasan Ṣāliḥ",
            "D'Angelo–O’Neil, S.H.",
            "Çelik",
            "Nguyễn",
            "Rp1.500.000 (½)",
        ] {
            assert_eq!(unprintable(name, Lines::One), None, "{name}");
        }
    }

    #[test]
    fn what_cannot_or_must_not_be_printed_is_named() {
        for letter in [
            '😀',
            '漢',
            'ا',
            'ש',
            'ꦗ',
            '\0',
            '\u{1}',
            '\t',
            '\r',
            '\u{7f}',
            '\u{85}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{feff}',
            '\u{ad}',
            '\u{2028}',
            '\u{e000}',
            '\u{fffd}',
            '\u{ffff}',
            '\u{e0041}',
            '\u{fe0f}',
        ] {
            assert_eq!(
                unprintable(&format!("Siti {letter}minah"), Lines::Many),
                Some(letter),
                "{letter:?}"
            );
        }
        assert_eq!(unprintable("a\u{300}\u{301}\u{302}", Lines::One), Some('\u{302}'));
    }

    #[test]
    fn line_breaks_are_for_long_values_only() {
        assert_eq!(unprintable("Jalan A\nNo. 5", Lines::Many), None);
        assert_eq!(unprintable("Jalan A\nNo. 5", Lines::One), Some('\n'));
    }

    #[test]
    fn every_face_has_what_the_regular_one_has() {
        for bytes in FACES {
            let face = Face::parse(bytes, 0).unwrap();
            let missing: String = printable().filter(|letter| !has_glyph(&face, *letter)).collect();
            assert_eq!(missing, "");
        }
        assert!(printable().count() > 1_000);
    }
}
