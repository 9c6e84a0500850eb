//! How a person is reached: telephone and e-mail.

use std::fmt;

/// Why a number or address is not one. The text never repeats what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    #[error("tulis nomor telepon Indonesia, misalnya 0812 3456 7890")]
    Phone,
    #[error("tulis alamat email lengkap, misalnya nama@contoh.id")]
    Email,
}

impl ContactError {
    /// Stable for programs; the text may change.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone_invalid",
            Self::Email => "email_invalid",
        }
    }
}

/// An Indonesian telephone number, kept as E.164 (`+6281234567890`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads `0812…`, `62812…` or `+62 812…`, with spaces, dots, dashes and brackets as people write them.
    ///
    /// Mobile numbers have 10 to 13 digits with the leading 0, landlines 8 to 12 (Kisaran: 0623).
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        if text.len() > 40 {
            return Err(ContactError::Phone);
        }
        let kept: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')'))
            .collect();
        let national = kept
            .strip_prefix("+62")
            .or_else(|| kept.strip_prefix("62"))
            .map(|rest| rest.strip_prefix('0').unwrap_or(rest))
            .or_else(|| kept.strip_prefix('0'))
            .ok_or(ContactError::Phone)?;
        let first = national.bytes().next().ok_or(ContactError::Phone)?;
        let lengths = match first {
            b'8' => 9..=12,
            b'2'..=b'7' | b'9' => 7..=11,
            _ => return Err(ContactError::Phone),
        };
        if !national.bytes().all(|b| b.is_ascii_digit()) || !lengths.contains(&national.len()) {
            return Err(ContactError::Phone);
        }
        Ok(Self(format!("+62{national}")))
    }

    /// As stored and dialled from anywhere: `+62…`.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// As written in the country: `08…`.
    #[must_use]
    pub fn national(&self) -> String {
        format!("0{}", self.0.strip_prefix("+62").unwrap_or(&self.0))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(+62…)")
    }
}

/// An e-mail address that a mail server accepts: ASCII, lower case, with a domain that has a dot.
///
/// Lower case as a whole: no known provider tells `Budi@` from `budi@`, and people type either when they log in.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address. Lengths are those of RFC 5321; quoted local parts and non-ASCII are deliberately absent.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(ContactError::Email)?;
        if text.len() > 254 || !is_local(local) || !is_domain(domain) {
            return Err(ContactError::Email);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…@…)")
    }
}

fn is_local(local: &str) -> bool {
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b);
    local.len() <= 64 && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

fn is_domain(domain: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_mobile_number_is_one_number() {
        for text in [
            "081234567890",
            "6281234567890",
            "+62 812-3456-7890",
            "+62 (0) 812 3456 7890",
            " 0812.3456.7890 ",
        ] {
            assert_eq!(Phone::parse(text).unwrap().expose(), "+6281234567890", "{text}");
        }
        assert_eq!(Phone::parse("081234567890").unwrap().national(), "081234567890");
        assert_eq!(Phone::parse("(0623) 41234").unwrap().expose(), "+6262341234");
    }

    #[test]
    fn what_is_no_indonesian_number_is_refused() {
        for text in [
            "",
            "0",
            "08123456",
            "08123456789012",
            "+6581234567",
            "0812a3456789",
            "1234567890",
            "062",
            "+62",
        ] {
            assert_eq!(Phone::parse(text), Err(ContactError::Phone), "{text}");
        }
        assert!(Phone::parse(&"08".repeat(100_000)).is_err());
    }

    #[test]
    fn addresses_are_lower_cased_and_known_to_the_mailer() {
        for text in [
            "Budi.Siregar+surat@Contoh.co.id",
            "a@b.id",
            "o'neil@contoh.id",
            "x_y-z@sub.contoh.id",
        ] {
            let email = Email::parse(text).unwrap();
            assert_eq!(email.expose(), text.to_ascii_lowercase());
            assert!(email.expose().parse::<lettre::Address>().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@contoh.id", "a".repeat(65));
        for text in [
            "",
            "budi",
            "@contoh.id",
            "budi@",
            "budi@contoh",
            "a b@contoh.id",
            "a..b@contoh.id",
            ".a@contoh.id",
        ] {
            assert_eq!(Email::parse(text), Err(ContactError::Email), "{text}");
        }
        for text in [
            "a@b@contoh.id",
            "a@-b.id",
            "a@b..id",
            "a\r\nBcc: x@contoh.id",
            "ä@contoh.id",
            "a@contoh.id\0",
            &long,
        ] {
            assert_eq!(Email::parse(text), Err(ContactError::Email), "{text}");
        }
    }

    #[test]
    fn neither_prints_itself() {
        let shown = format!(
            "{:?} {:?}",
            Phone::parse("081234567890"),
            Email::parse("budi@contoh.id")
        );
        assert!(!shown.contains("812") && !shown.contains("budi"), "{shown}");
    }
}
