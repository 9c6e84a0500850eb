//! How the texts and the area of a token are made small; the table is in the module above.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Base 40, in this order.
pub const ALPHABET: &str = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-";
const CUT: u8 = 0x80;

/// One text of the payload.
pub(super) struct Packed {
    pub bytes: Vec<u8>,
    pub cut: bool,
}

impl Packed {
    pub fn append_to(&self, payload: &mut Vec<u8>) {
        let length = u8::try_from(self.bytes.len()).unwrap_or(0x7f);
        payload.push(length | if self.cut { CUT } else { 0 });
        payload.extend_from_slice(&self.bytes);
    }

    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&head, rest) = bytes.split_first()?;
        let (text, rest) = rest.split_at_checked((head & !CUT).into())?;
        Some((
            Self {
                bytes: text.to_vec(),
                cut: head & CUT != 0,
            },
            rest,
        ))
    }

    pub fn unpack(&self) -> Option<String> {
        let (groups, odd) = self.bytes.as_chunks::<2>();
        odd.is_empty().then_some(())?;
        let mut text = String::with_capacity(groups.len() * 3);
        for group in groups {
            let group = usize::from(u16::from_be_bytes(*group));
            for index in [group / 1600, group / 40 % 40, group % 40] {
                text.push(char::from(*ALPHABET.as_bytes().get(index)?));
            }
        }
        Some(self.marked(text.trim_end()))
    }

    pub fn unpack_masked(&self) -> Option<String> {
        let text = std::str::from_utf8(&self.bytes).ok()?;
        let mut name = String::new();
        let mut letters = text.chars();
        while let Some(initial) = letters.next() {
            let stars = letters
                .next()
                .and_then(|count| u8::try_from(u32::from(count)).ok())
                .filter(|count| *count < 32)?;
            if !name.is_empty() {
                name.push(' ');
            }
            name.push(initial);
            name.extend(std::iter::repeat_n('*', stars.into()));
        }
        Some(self.marked(&name))
    }

    fn marked(&self, text: &str) -> String {
        format!("{text}{}", if self.cut { "…" } else { "" })
    }
}

/// Capitals without accents, three to two bytes, at most `room` bytes.
pub(super) fn pack(text: &str, room: usize) -> Packed {
    let plain: Vec<usize> = text
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .map(|letter| {
            if letter.is_whitespace() {
                ' '
            } else {
                letter.to_ascii_uppercase()
            }
        })
        .map(|letter| ALPHABET.find(letter).or_else(|| ALPHABET.find('-')).unwrap_or_default())
        .collect();
    let fitting = plain.chunks(3).take(room / 2);
    let bytes = fitting.flat_map(|three| {
        let at = |index: usize| three.get(index).copied().unwrap_or_default();
        let group = at(0) * 1600 + at(1) * 40 + at(2);
        u16::try_from(group).unwrap_or_default().to_be_bytes()
    });
    Packed {
        bytes: bytes.collect(),
        cut: plain.len() > room / 2 * 3,
    }
}

/// Whole words of a masked name, at most `room` bytes.
pub(super) fn pack_masked(masked: &str, room: usize) -> Packed {
    let mut bytes = Vec::new();
    for word in masked.split_whitespace() {
        let initial = word.chars().next().filter(|letter| !letter.is_control()).unwrap_or('?');
        let stars = u8::try_from(word.chars().count().saturating_sub(1))
            .unwrap_or(31)
            .min(31);
        if bytes.len() + initial.len_utf8() + 1 > room {
            return Packed { bytes, cut: true };
        }
        bytes.extend_from_slice(initial.encode_utf8(&mut [0; 4]).as_bytes());
        bytes.push(stars);
    }
    Packed { bytes, cut: false }
}

/// Digits per level: province, regency, district, village.
const AREA_DIGITS: [usize; 4] = [2, 2, 2, 4];

pub(super) fn pack_area(code: &str) -> Option<Vec<u8>> {
    let mut digits = String::with_capacity(10);
    let parts: Vec<&str> = code.split('.').collect();
    if parts.len() > AREA_DIGITS.len() {
        return None;
    }
    for (index, width) in AREA_DIGITS.into_iter().enumerate() {
        let part = parts.get(index).copied().unwrap_or("0000").get(..width)?;
        let whole = parts
            .get(index)
            .is_none_or(|part| part.len() == width && part.bytes().any(|digit| digit != b'0'));
        if !whole || !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        digits.push_str(part);
    }
    let number: u64 = digits.parse().ok()?;
    number.to_be_bytes().get(3..).map(<[u8]>::to_vec)
}

pub(super) fn unpack_area(bytes: [u8; 5]) -> Option<String> {
    let number = bytes
        .into_iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(byte));
    let digits = format!("{number:010}");
    let mut rest = digits.as_str();
    let mut code = String::new();
    for width in AREA_DIGITS {
        let (part, after) = rest.split_at_checked(width)?;
        rest = after;
        if part.bytes().all(|digit| digit == b'0') {
            break;
        }
        if !code.is_empty() {
            code.push('.');
        }
        code.push_str(part);
    }
    Some(code)
}
