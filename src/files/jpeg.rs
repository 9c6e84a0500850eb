//! Whether a JPEG came whole. Decoders fill a missing rest with grey, and an upload that broke off on a bad
//! connection would be noticed only by the officer.

use super::error::FileError;

/// Walks the segments to the picture data (ITU-T T.81, B.1.1) and looks for its end marker: within the data a byte
/// FF is always followed by 00 or a marker, so FF D9 is the end. An embedded thumbnail lies in a segment before.
pub(super) fn check_whole(bytes: &[u8]) -> Result<(), FileError> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8]).ok_or(FileError::Damaged)?;
    loop {
        rest = match rest {
            [0xff, 0xda, data @ ..] => {
                let is_whole = data.windows(2).any(|pair| pair == [0xff, 0xd9]);
                return if is_whole { Ok(()) } else { Err(FileError::Damaged) };
            }
            // Fill bytes and markers without a length.
            [0xff, 0xff, ..] => rest.get(1..).unwrap_or_default(),
            [0xff, 0x01 | 0xd0..=0xd7, next @ ..] => next,
            [0xff, _, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest.get(2 + length..).ok_or(FileError::Damaged)?
            }
            _ => return Err(FileError::Damaged),
        };
    }
}
