//! The second factor: time-based codes (RFC 6238: SHA-1, 6 digits, 30 seconds, as every authenticator app does) and
//! recovery codes for a lost device. Pure; what was accepted before is the caller's to know.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::platform::ids::Entropy;

/// Seconds of one step.
const STEP: u64 = 30;

/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;

/// Crockford's letters: none is taken for another when copied from paper.
const PAPER_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// RFC 4648; what authenticator apps read.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A shared secret of 160 bits.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; 20]>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

impl TotpSecret {
    #[must_use]
    pub fn random(entropy: Entropy) -> Self {
        Self(Zeroizing::new(entropy.bytes()))
    }

    /// From its 20 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut secret = Zeroizing::new([0; 20]);
        if bytes.len() != secret.len() {
            return None;
        }
        secret.copy_from_slice(bytes);
        Some(Self(secret))
    }

    /// From what `base32` gives.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        let mut bytes = Vec::new();
        let (mut held, mut bits) = (0_u32, 0_u32);
        for letter in text.bytes() {
            let value = BASE32.iter().position(|of| *of == letter)?;
            held = (held << 5) | u32::try_from(value).ok()?;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(held >> bits).ok()?);
                held &= (1 << bits) - 1;
            }
        }
        Self::from_bytes(&bytes)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// As typed into an authenticator app.
    #[must_use]
    pub fn base32(&self) -> String {
        base_of_32(self.as_bytes(), BASE32)
    }

    /// What the QR code says (Key URI format of Google Authenticator). The account is named by its e-mail.
    #[must_use]
    pub fn uri(&self, email: &str) -> String {
        let label: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
        format!("otpauth://totp/SEPAKAT:{label}?secret={}&issuer=SEPAKAT", self.base32())
    }

    /// The code at a moment.
    #[must_use]
    pub fn code_at(&self, at: DateTime<Utc>) -> String {
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        self.totp().generate(seconds).to_string()
    }

    /// The time step that a code belongs to: the current one or a neighbour, and later than `last` (a code works
    /// once; RFC 6238, section 5.2).
    #[must_use]
    pub fn accept(&self, code: &str, now: DateTime<Utc>, last: Option<i64>) -> Option<i64> {
        let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).take(7).collect();
        let current = u64::try_from(now.timestamp()).ok()? / STEP;
        let totp = self.totp();
        (current.saturating_sub(1)..=current.saturating_add(1))
            .filter(|step| same(&totp.generate(step.saturating_mul(STEP)).to_string(), &digits))
            .filter_map(|step| i64::try_from(step).ok())
            .find(|step| last.is_none_or(|last| *step > last))
    }

    fn totp(&self) -> Totp {
        Builder::new().with_secret(*self.0).build_noncompliant()
    }
}

/// New recovery codes, as they are shown once: `ABCDE-FGHJK`, 50 bits each.
#[must_use]
pub fn recovery_codes(entropy: Entropy) -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let letters = base_of_32(&entropy.bytes::<7>(), PAPER_LETTERS);
            let (first, rest) = letters.split_at_checked(5).unwrap_or((&letters, ""));
            format!("{first}-{}", rest.get(..5).unwrap_or(rest))
        })
        .collect()
}

/// A recovery code as stored before hashing, if `typed` looks like one: no dashes, no case, O and I read as 0 and 1.
#[must_use]
pub fn recovery_code(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .take(11)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    (code.len() == 10 && code.bytes().all(|byte| PAPER_LETTERS.contains(&byte))).then_some(code)
}

fn same(left: &str, right: &str) -> bool {
    subtle::ConstantTimeEq::ct_eq(left.as_bytes(), right.as_bytes()).into()
}

/// Five bits a letter, most significant first, without padding.
fn base_of_32(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(letter(held >> bits, alphabet));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(letter(held << (5 - bits), alphabet));
    }
    out
}

fn letter(value: u32, alphabet: &[u8; 32]) -> char {
    let place = usize::try_from(value & 31).unwrap_or(0);
    alphabet.get(place).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shared secret of RFC 6238, appendix B.
    fn rfc() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // Last six of the eight digits in the appendix.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().code_at(at(seconds)), code);
        }
        assert_eq!(rfc().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let read = TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(read.as_bytes(), rfc().as_bytes());
        for other in [
            "",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1",
        ] {
            assert!(TotpSecret::from_base32(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_code_is_accepted_in_its_step_and_the_two_beside_it_and_once() {
        let (secret, now) = (rfc(), at(1_000_000_000));
        let step = 1_000_000_000 / 30;
        for (offset, accepted) in [
            (-60, None),
            (-30, Some(step - 1)),
            (0, Some(step)),
            (30, Some(step + 1)),
            (60, None),
        ] {
            let code = secret.code_at(at(1_000_000_000 + offset));
            assert_eq!(secret.accept(&code, now, None), accepted, "{offset}");
        }
        let code = secret.code_at(now);
        assert_eq!(secret.accept(&code, now, Some(step)), None);
        assert_eq!(secret.accept(&code, now, Some(step - 1)), Some(step));
        assert_eq!(
            secret.accept(&secret.code_at(at(1_000_000_000 - 30)), now, Some(step)),
            None
        );
        for junk in [
            "",
            "12345",
            "1234567",
            "abcdef",
            "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}",
            "-1",
        ] {
            assert_eq!(secret.accept(junk, now, None), None, "{junk}");
        }
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(secret.accept(&spaced, now, None), Some(step));
    }

    #[test]
    fn recovery_codes_are_distinct_and_read_back_as_people_copy_them() {
        let codes = recovery_codes(Entropy);
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!((codes.len(), distinct.len()), (RECOVERY_CODES, RECOVERY_CODES));
        for code in &codes {
            let stored = recovery_code(code).unwrap();
            assert_eq!(recovery_code(&code.to_lowercase().replace('0', "o")).unwrap(), stored);
        }
        assert_eq!(recovery_code("123456"), None);
        assert_eq!(recovery_code("ABCDE-FGHJ\u{661}"), None);
    }
}
