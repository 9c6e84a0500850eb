//! Codes that people read out and type: Crockford's base 32, without the letters that look like digits.

/// The 32 characters; the position of each is its value. No I, L, O, U.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The character of the lowest five bits.
#[must_use]
pub fn symbol(value: u8) -> char {
    ALPHABET
        .get(usize::from(value % 32))
        .map_or('0', |byte| char::from(*byte))
}

/// What a typed character stands for: any case, I and L for 1, O for 0.
#[must_use]
pub fn value(typed: char) -> Option<u8> {
    let meant = match typed.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET
        .iter()
        .position(|byte| char::from(*byte) == meant)
        .and_then(|place| u8::try_from(place).ok())
}

/// Blanks and dashes; mail programs and keyboards write the latter in several ways.
#[must_use]
pub fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Twelve characters made of the lowest 60 bits.
#[must_use]
pub fn twelve(bits: u64) -> String {
    (0..12)
        .rev()
        .filter_map(|place| u8::try_from(bits >> (5 * place) & 31).ok())
        .map(symbol)
        .collect()
}

/// What a person meant, in its one written form without separators. None for any other character.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|letter| !is_separator(*letter));
    letters.map(|letter| value(letter).map(symbol)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_bits_make_twelve_characters() {
        assert_eq!(twelve(0), "000000000000");
        assert_eq!(twelve(u64::MAX), "ZZZZZZZZZZZZ");
        assert_eq!(twelve(1 << 60 | 33), "000000000011");
    }

    #[test]
    fn a_code_is_read_as_it_was_meant() {
        assert_eq!(read(" oIl7–f3k\u{a0}q ").as_deref(), Some("0117F3KQ"));
        assert_eq!(read(""), Some(String::new()));
        for typed in ["7F3U", "7F3é", "7F/3", "７"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
