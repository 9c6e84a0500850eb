//! Codes that people read out and type: Crockford's base 32, without the letters that look like digits.

/// The 32 characters by value.
pub const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// Twelve characters made of the lowest 60 bits.
#[must_use]
pub fn twelve(bits: u64) -> String {
    (0..12)
        .rev()
        .filter_map(|place| usize::try_from(bits >> (5 * place) & 31).ok())
        .filter_map(|value| ALPHABET.get(value))
        .collect()
}

/// What a person meant: any case, I and L for 1, O for 0, dashes and blanks left out. None for any other character.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    typed
        .chars()
        .filter(|letter| *letter != '-' && !letter.is_whitespace())
        .map(|letter| {
            let letter = match letter.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                other => other,
            };
            ALPHABET.contains(&letter).then_some(letter)
        })
        .collect()
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
        assert_eq!(read(" oIl7-f3k\u{a0}q ").as_deref(), Some("0117F3KQ"));
        assert_eq!(read(""), Some(String::new()));
        for typed in ["7F3U", "7F3é", "7F/3", "７"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
