//! The letter's own code: printed under the QR and typed by whoever cannot scan it. Not the tracking code, so that a
//! letter shown around does not open the request it came from.

use std::fmt;

use crate::platform::crockford;
use crate::platform::ids::Entropy;

const LENGTH: usize = 12;

/// Twelve characters of Crockford base 32: 60 random bits, so that codes cannot be guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterCode(String);

impl LetterCode {
    pub(super) fn random(entropy: Entropy) -> Self {
        Self(crockford::twelve(u64::from_be_bytes(entropy.bytes())))
    }

    /// Reads a code as people type it: with or without dashes, in any case. None when no letter can have it.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        // Longer text is not worth looking at.
        let typed = typed.get(..64).unwrap_or(typed);
        crockford::read(typed).filter(|code| code.len() == LENGTH).map(Self)
    }

    /// As stored and as part of an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In groups of four, as people read it: `7F3K-Q2ZM-8HWT`.
impl fmt::Display for LetterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_accepted_however_it_is_typed() {
        let code = LetterCode::parse("7f3k q2zm-8hwt").unwrap();
        assert_eq!(
            (code.as_str(), code.to_string().as_str()),
            ("7F3KQ2ZM8HWT", "7F3K-Q2ZM-8HWT")
        );
        assert_eq!(LetterCode::parse(&code.to_string()), Some(code));
        for typed in [
            "",
            "7F3K-Q2ZM-8HW",
            "7F3K-Q2ZM-8HWTT",
            "7F3K-Q2ZM-8HWU",
            &"7".repeat(100_000),
        ] {
            assert_eq!(LetterCode::parse(typed), None);
        }
    }

    #[test]
    fn a_random_code_can_be_read_again() {
        let code = LetterCode::random(Entropy);
        assert_eq!(LetterCode::parse(code.as_str()), Some(code));
    }
}
