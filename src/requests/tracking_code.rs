//! The code by which anybody follows a request without login: `KKT-7F3K-Q2ZM-8HWT-5`.
//!
//! The kecamatan's unit code, 12 characters of Crockford's base32 (60 random bits: not to be guessed) and a check
//! character (Luhn mod 32 over the 12), so a slip of the pen is found without asking the database.

use std::fmt;
use std::str::FromStr;

use crate::platform::crockford::{is_separator, symbol, value};

/// Characters that carry the random bits, 5 each.
const BODY: usize = 12;
/// Letters and digits of a unit code, at most.
const UNIT_MAX: usize = 8;
/// Nothing longer is looked at; separators included.
const INPUT_MAX: usize = 64;

/// A tracking code in its one written form, with dashes and in capitals.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct TrackingCode(String);

/// Not a tracking code. Says no more: the API answers it like any unknown code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a tracking code")]
pub struct BadTrackingCode;

impl TrackingCode {
    /// A new code from 60 random bits (the upper 4 of `random` are not used).
    ///
    /// # Errors
    /// When the unit code is not 1 to 8 letters and digits.
    pub fn new(unit_code: &str, random: u64) -> Result<Self, BadTrackingCode> {
        let mut body = [0_u8; BODY];
        let mut rest = random;
        for value in body.iter_mut().rev() {
            *value = u8::try_from(rest % 32).map_err(|_| BadTrackingCode)?;
            rest /= 32;
        }
        Self::write(&unit_code.to_ascii_uppercase(), &body)
    }

    /// As it is stored, sent and printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn write(unit: &str, body: &[u8; BODY]) -> Result<Self, BadTrackingCode> {
        if unit.is_empty() || unit.len() > UNIT_MAX || !unit.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(BadTrackingCode);
        }
        let mut code = unit.to_owned();
        for (i, value) in body.iter().enumerate() {
            if i.is_multiple_of(4) {
                code.push('-');
            }
            code.push(symbol(*value));
        }
        code.push('-');
        code.push(symbol(check(body)));
        Ok(Self(code))
    }
}

impl FromStr for TrackingCode {
    type Err = BadTrackingCode;

    /// Reads what a person typed or pasted: any case, dashes and spaces anywhere or nowhere, and after the unit code
    /// I and L for 1, O for 0.
    fn from_str(typed: &str) -> Result<Self, BadTrackingCode> {
        if typed.len() > INPUT_MAX {
            return Err(BadTrackingCode);
        }
        let plain: String = typed
            .chars()
            .filter(|c| !is_separator(*c))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let unit_ends = plain.len().checked_sub(BODY + 1).ok_or(BadTrackingCode)?;
        let (unit, code) = plain.split_at_checked(unit_ends).ok_or(BadTrackingCode)?;
        let values: Vec<u8> = code.chars().map(value).collect::<Option<_>>().ok_or(BadTrackingCode)?;
        let (given, body) = values.split_last().ok_or(BadTrackingCode)?;
        let body: &[u8; BODY] = body.try_into().map_err(|_| BadTrackingCode)?;
        if *given != check(body) {
            return Err(BadTrackingCode);
        }
        Self::write(unit, body)
    }
}

impl fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whoever has the code sees the request, so logs do not.
impl fmt::Debug for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrackingCode(..)")
    }
}

/// Luhn mod 32: every second value from the right is doubled, and its two base-32 digits are added. Doubling so is a
/// permutation of the 32 values, hence every single wrong character is found.
fn check(body: &[u8; BODY]) -> u8 {
    let doubled = |value: u8| (value * 2) / 32 + (value * 2) % 32;
    let terms = body.iter().rev().enumerate();
    let sum = terms.fold(0, |sum, (i, v)| {
        (sum + if i.is_multiple_of(2) { doubled(*v) } else { *v }) % 32
    });
    (32 - sum) % 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_reads_as_in_the_contract() {
        let code = TrackingCode::new("KKT", 0).unwrap();
        assert_eq!(code.as_str(), "KKT-0000-0000-0000-0");
        // By hand: the last value is doubled: 1 -> 2, check 32 - 2 = 30 = Y; 31 -> 62 -> 1 + 30 = 31, check 1.
        assert_eq!(TrackingCode::new("KKT", 1).unwrap().as_str(), "KKT-0000-0000-0001-Y");
        assert_eq!(TrackingCode::new("kkt", 31).unwrap().as_str(), "KKT-0000-0000-000Z-1");
        assert_eq!(TrackingCode::new("KKT", 32).unwrap().as_str(), "KKT-0000-0000-0010-Z");
        assert_eq!(
            TrackingCode::new("KKT", u64::MAX),
            TrackingCode::new("KKT", (1 << 60) - 1)
        );
    }

    #[test]
    fn look_alikes_are_read_after_the_unit_code_only() {
        // The last two values are 1 and 1: 1 + doubled 1 = 3, check 29 = X.
        let code: TrackingCode = "tlo-oooo-oooo-ooil-x".parse().unwrap();
        assert_eq!(code.as_str(), "TLO-0000-0000-0011-X");
    }

    #[test]
    fn other_texts_are_no_codes() {
        let long = "0".repeat(100);
        for text in [
            "",
            "KKT",
            "0000000000000",
            "KKT-0000-0000-0000-1",
            "KKT-U000-0000-0000-0",
            "K\u{e9}T0000000000000",
        ] {
            assert_eq!(text.parse::<TrackingCode>(), Err(BadTrackingCode), "{text}");
        }
        for text in [
            long.as_str(),
            "é000000000000é",
            "🙂🙂🙂🙂",
            "ABCDEFGHI0000000000000",
            "KKT\u{0}0000000000000",
        ] {
            assert_eq!(text.parse::<TrackingCode>(), Err(BadTrackingCode), "{text}");
        }
        assert_eq!(TrackingCode::new("", 0), Err(BadTrackingCode));
    }

    #[test]
    fn a_code_does_not_get_into_logs() {
        assert_eq!(
            format!("{:?}", TrackingCode::new("KKT", 7).unwrap()),
            "TrackingCode(..)"
        );
    }

    proptest! {
        #[test]
        fn every_code_is_read_back_however_it_is_written(random in any::<u64>(), unit in "[A-Z]{3}") {
            let code = TrackingCode::new(&unit, random).unwrap();
            let bare = code.as_str().replace('-', "");
            prop_assert_eq!(&code.as_str().parse::<TrackingCode>().unwrap(), &code);
            prop_assert_eq!(&bare.to_lowercase().parse::<TrackingCode>().unwrap(), &code);
            let pasted = format!(" {} ", code.as_str().replace('-', " \u{2013} "));
            prop_assert_eq!(&pasted.parse::<TrackingCode>().unwrap(), &code);
            let handwritten = format!("{unit}{}", bare[3..].replace('0', "o").replace('1', "l"));
            prop_assert_eq!(&handwritten.parse::<TrackingCode>().unwrap(), &code);
        }

        #[test]
        fn every_single_wrong_character_is_found(random in any::<u64>(), at in 0_usize..13, other in 0_u8..32) {
            let code = TrackingCode::new("KKT", random).unwrap();
            let mut bytes = code.as_str().replace('-', "").into_bytes();
            let wrong = u8::try_from(u32::from(symbol(other))).unwrap();
            prop_assume!(bytes[3 + at] != wrong);
            bytes[3 + at] = wrong;
            prop_assert_eq!(String::from_utf8(bytes).unwrap().parse::<TrackingCode>(), Err(BadTrackingCode));
        }

        #[test]
        fn no_text_at_all_makes_it_panic(text in any::<String>()) {
            let _ = text.parse::<TrackingCode>();
        }
    }
}
