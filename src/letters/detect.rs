//! Does a file carry our seal? Asked about any bytes that a stranger drops on the verification page, altered letters
//! above all, so nothing is parsed: the file may be broken anywhere, or made to hurt a parser.

use x509_cert::Certificate;

/// What is looked for: public key and signature of each of our certificates. A byte that was changed spoils one of
/// these marks at most, so the altered file is still known as ours.
#[derive(Clone, Debug)]
pub struct SealMarks {
    marks: Vec<Vec<u8>>,
}

impl SealMarks {
    /// `certificates` are all that the office ever used: letters outlive certificates.
    pub fn of<'a>(certificates: impl IntoIterator<Item = &'a Certificate>) -> Self {
        let bits = certificates.into_iter().flat_map(|certificate| {
            [
                &certificate.tbs_certificate.subject_public_key_info.subject_public_key,
                &certificate.signature,
            ]
        });
        let raw: Vec<Vec<u8>> = bits
            .map(|bits| bits.raw_bytes().to_vec())
            .filter(|bits| bits.len() >= 32)
            .collect();
        // Signatures stand in PDFs as hexadecimal text; programs that save a file anew may write them as bytes.
        let hexadecimal = raw
            .iter()
            .map(|bits| hex::encode(bits).into_bytes())
            .collect::<Vec<_>>();
        Self {
            marks: [hexadecimal, raw].concat(),
        }
    }

    /// Whether the bytes hold one of our marks. It says nothing about validity: only the stored hash of the letter
    /// does. Reads each byte a few times and never more, whatever the bytes are.
    pub fn are_in(&self, bytes: &[u8]) -> bool {
        self.marks.iter().any(|mark| contains(bytes, mark))
    }
}

/// Case is ignored: some programs write hexadecimal in capitals. Marks are random, so a comparison that goes far is
/// rare, except in files made of our own marks, where it succeeds.
fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    let Some((first, rest)) = mark.split_first() else {
        return false;
    };
    let both = [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
    let mut left = bytes;
    while let Some(at) = left.iter().position(|byte| both.contains(byte)) {
        let (_, after) = left.split_at(at + 1);
        if after
            .get(..rest.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(rest))
        {
            return true;
        }
        left = after;
    }
    false
}

#[cfg(test)]
mod tests;
