//! Text that a person typed, made safe to store, show and print.

use unicode_normalization::UnicodeNormalization;

/// Names the first character of a text that the letter's font cannot print.
pub type Printable = fn(&str) -> Option<char>;

/// Whether a text may have line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    #[error("terlalu panjang, paling banyak {max} huruf")]
    TooLong { max: usize },
    #[error("harus satu baris")]
    NotOneLine,
    /// Control, direction-changing and invisible characters: they turn or hide what a letter says (U+202E before "abc"
    /// prints "cba").
    #[error("memuat karakter yang tidak terlihat atau tidak boleh dipakai ({})", code_point(*.0))]
    Forbidden(char),
    #[error("memuat karakter yang tidak dapat dicetak pada surat ({})", code_point(*.0))]
    Unprintable(char),
}

impl TextProblem {
    /// Stable for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::NotOneLine => "not_one_line",
            Self::Forbidden(_) => "forbidden_character",
            Self::Unprintable(_) => "unprintable_character",
        }
    }
}

/// The text in composed form (NFC), without white space around it, with plain spaces and `\n` only.
///
/// `max` counts characters after composing.
pub fn clean(raw: &str, lines: Lines, max: usize, printable: Printable) -> Result<String, TextProblem> {
    // No text of `max` characters needs this many bytes; what is longer is not walked through at all.
    if raw.len() > max.saturating_mul(16).saturating_add(64) {
        return Err(TextProblem::TooLong { max });
    }
    let raw = raw.replace("\r\n", "\n");
    let raw = raw.trim();
    if let Some(bad) = raw.chars().find(|c| is_forbidden(*c)) {
        return Err(TextProblem::Forbidden(bad));
    }
    if lines == Lines::One && raw.contains('\n') {
        return Err(TextProblem::NotOneLine);
    }
    let text: String = raw
        .nfc()
        .map(|c| if c.is_whitespace() && c != '\n' { ' ' } else { c })
        .collect();
    if text.chars().count() > max {
        return Err(TextProblem::TooLong { max });
    }
    match text.split('\n').find_map(printable) {
        Some(bad) => Err(TextProblem::Unprintable(bad)),
        None => Ok(text),
    }
}

/// `U+202E`: the only way to name a character that cannot be seen.
#[must_use]
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Unicode categories Cc, Cf, Zl, Zp, Co and noncharacters, and the fillers that look like nothing.
fn is_forbidden(c: char) -> bool {
    if c == '\n' {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(_: &str) -> Option<char> {
        None
    }

    fn line(raw: &str) -> Result<String, TextProblem> {
        clean(raw, Lines::One, 10, any)
    }

    #[test]
    fn text_is_trimmed_composed_and_its_spaces_made_plain() {
        assert_eq!(line("  Andre\u{301}s\u{a0}S  ").unwrap(), "André\u{73} S");
        assert_eq!(clean(" a\r\nb ", Lines::Many, 10, any).unwrap(), "a\nb");
        assert_eq!(line("a\nb"), Err(TextProblem::NotOneLine));
    }

    #[test]
    fn length_counts_composed_characters() {
        assert!(line(&"e\u{301}".repeat(10)).is_ok());
        assert_eq!(line(&"a".repeat(11)), Err(TextProblem::TooLong { max: 10 }));
        assert_eq!(line(&"a".repeat(200_000)), Err(TextProblem::TooLong { max: 10 }));
    }

    #[test]
    fn characters_that_hide_or_turn_text_are_named() {
        for c in
            "\0\t\u{7}\r\u{85}\u{ad}\u{61c}\u{200b}\u{200d}\u{200e}\u{202e}\u{2028}\u{2060}\u{2066}\u{feff}".chars()
        {
            assert_eq!(
                line(&format!("a{c}b")),
                Err(TextProblem::Forbidden(c)),
                "{}",
                code_point(c)
            );
        }
        for c in [
            '\u{fe0f}',
            '\u{e0041}',
            '\u{ffff}',
            '\u{1fffe}',
            '\u{e000}',
            '\u{10fffd}',
        ] {
            assert_eq!(
                line(&format!("a{c}b")),
                Err(TextProblem::Forbidden(c)),
                "{}",
                code_point(c)
            );
        }
        let said = TextProblem::Forbidden('\u{202e}').to_string();
        assert!(said.contains("U+202E") && !said.contains('\u{202e}'), "{said}");
    }

    #[test]
    fn names_of_the_archipelago_pass() {
        for name in [
            "Ma'ruf",
            "Khadījah",
            "Dʼ Ñandú",
            "Br. Sitorus",
            "A–B (C)",
            "Ṣāliḥ",
            "“Pak” & Co",
        ] {
            assert_eq!(clean(name, Lines::One, 40, any).unwrap(), name);
        }
    }

    #[test]
    fn a_character_without_a_glyph_is_named() {
        let no_han = |text: &str| text.chars().find(|c| *c == '漢');
        assert_eq!(
            clean("a漢", Lines::One, 10, no_han),
            Err(TextProblem::Unprintable('漢'))
        );
    }
}
