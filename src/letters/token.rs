//! The QR token: what a letter says, in 80 bytes, signed, so that a browser can check it without asking anyone.
//!
//! `base64url_without_padding(payload ‖ signature)`, at most 192 characters. The signature is ECDSA P-256 with SHA-256
//! over the payload, as r‖s (64 bytes, what WebCrypto's `verify` takes). The payload, big endian:
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version, 1 |
//! | 2 | date of issue, days since 2000-01-01 |
//! | 5 | area: its Kemendagri code without points, filled with zeros to ten digits, as a number |
//! | 16 | first half of the SHA-256 of the canonical letter data |
//! | 1 + n | number, packed |
//! | 1 + n | service, packed |
//! | 1 + n | signer's office, packed |
//! | 1 + n | masked name of the holder |
//!
//! The byte before a text holds its length in the low seven bits; the high bit says that the text was cut, and readers
//! then show `…` after it. *Packed*: capitals, three characters in two bytes, as a number in base 40 over
//! [`ALPHABET`]; a text is filled up with blanks, accents are dropped, any other character becomes `-`.
//! *Masked name*: for each word its first letter in UTF-8 and then one byte below 32, the number of stars.
//!
//! Room is given in this order, so that any letter fits: number up to 30 bytes (45 characters), service up to 10 (15
//! characters), office what is left after 8 for the holder, holder the rest, in whole words. Nothing is cut from the
//! letters of this kecamatan; what is cut elsewhere is still bound by the hash.

mod pack;

use super::data::{LetterData, canonical_hash, mask_name};
use super::keys::{TokenKey, TokenPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Days, NaiveDate};
use p256::ecdsa::Signature;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use pack::{Packed, pack, pack_area, pack_masked, unpack_area};

pub use pack::ALPHABET;

const VERSION: u8 = 1;
const EPOCH: Option<NaiveDate> = NaiveDate::from_ymd_opt(2000, 1, 1);
const SIGNATURE: usize = 64;
const MOST_CHARACTERS: usize = 192;
/// Bytes for the four texts: 80 less 24 in front and 4 lengths.
const ROOM: usize = 52;
const NUMBER_ROOM: usize = 30;
const SERVICE_ROOM: usize = 10;
const HOLDER_ROOM: usize = 8;

/// What a token says about a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFacts {
    pub number: String,
    pub issued_on: NaiveDate,
    pub service: String,
    /// Kemendagri code of the office that signed last, `12.09.20.1001` or `12.09.20`.
    pub area: String,
    /// In capitals once decoded.
    pub office: String,
    /// `S*** A*****`.
    pub holder_masked: String,
    /// First 16 bytes of [`canonical_hash`].
    pub data_hash: [u8; 16],
}

/// The facts have no place in a token: an area code that is not Kemendagri's or a date outside 2000 to 2179.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("area or date cannot be put into a QR token")]
pub struct Unencodable;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of ours, or of a later version.
    #[error("not a letter token")]
    Malformed,
    /// No key of ours signed it.
    #[error("the token's signature is not ours")]
    Forged,
}

impl TokenFacts {
    /// The facts of a letter; `holder` is the full name, of which only the mask goes on.
    pub fn of(data: &LetterData, issued_on: NaiveDate, area: &str, holder: &str) -> Self {
        let hash = canonical_hash(data);
        let mut data_hash = [0; 16];
        data_hash.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self {
            number: data.number.clone(),
            issued_on,
            service: data.service.clone(),
            area: area.to_owned(),
            office: data.signer.office.first().cloned().unwrap_or_default(),
            holder_masked: mask_name(holder),
            data_hash,
        }
    }
}

/// Encodes and signs. Deterministic (RFC 6979): the same letter has the same QR code.
pub fn sign(facts: &TokenFacts, key: &TokenKey) -> Result<String, Unencodable> {
    let mut bytes = encode(facts)?;
    let signature: Signature = key.signing_key().sign(&bytes);
    bytes.extend_from_slice(&signature.to_bytes());
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Checks a token against our keys, those of earlier years included.
pub fn verify(token: &str, keys: &[TokenPublicKey]) -> Result<TokenFacts, TokenError> {
    let (payload, signature) = split(token)?;
    let signature = Signature::from_slice(&signature).map_err(|_| TokenError::Malformed)?;
    let facts = decode_payload(&payload).ok_or(TokenError::Malformed)?;
    match keys
        .iter()
        .any(|key| key.verifying_key().verify(&payload, &signature).is_ok())
    {
        true => Ok(facts),
        false => Err(TokenError::Forged),
    }
}

/// Reads a token without believing it.
pub fn decode(token: &str) -> Result<TokenFacts, TokenError> {
    decode_payload(&split(token)?.0).ok_or(TokenError::Malformed)
}

fn split(token: &str) -> Result<(Vec<u8>, Vec<u8>), TokenError> {
    if token.len() > MOST_CHARACTERS {
        return Err(TokenError::Malformed);
    }
    let mut payload = URL_SAFE_NO_PAD.decode(token).map_err(|_| TokenError::Malformed)?;
    let at = payload.len().checked_sub(SIGNATURE).ok_or(TokenError::Malformed)?;
    let signature = payload.split_off(at);
    Ok((payload, signature))
}

fn encode(facts: &TokenFacts) -> Result<Vec<u8>, Unencodable> {
    let epoch = EPOCH.ok_or(Unencodable)?;
    let days = u16::try_from((facts.issued_on - epoch).num_days()).map_err(|_| Unencodable)?;
    let mut bytes = Vec::with_capacity(80 + SIGNATURE);
    bytes.push(VERSION);
    bytes.extend_from_slice(&days.to_be_bytes());
    bytes.extend(pack_area(&facts.area).ok_or(Unencodable)?);
    bytes.extend_from_slice(&facts.data_hash);

    let number = pack(&facts.number, NUMBER_ROOM);
    let service = pack(&facts.service, SERVICE_ROOM);
    let left = ROOM - number.bytes.len() - service.bytes.len();
    let wanted = pack_masked(&facts.holder_masked, left).bytes.len();
    let office = pack(&facts.office, left - wanted.min(HOLDER_ROOM));
    let holder = pack_masked(&facts.holder_masked, left - office.bytes.len());
    for text in [number, service, office, holder] {
        text.append_to(&mut bytes);
    }
    Ok(bytes)
}

fn decode_payload(bytes: &[u8]) -> Option<TokenFacts> {
    let (&version, rest) = bytes.split_first()?;
    if version != VERSION {
        return None;
    }
    let (days, rest) = rest.split_first_chunk::<2>()?;
    let (area, rest) = rest.split_first_chunk::<5>()?;
    let (data_hash, rest) = rest.split_first_chunk::<16>()?;
    let (number, rest) = Packed::read(rest)?;
    let (service, rest) = Packed::read(rest)?;
    let (office, rest) = Packed::read(rest)?;
    let (holder, rest) = Packed::read(rest)?;
    rest.is_empty().then_some(())?;
    Some(TokenFacts {
        number: number.unpack()?,
        issued_on: EPOCH?.checked_add_days(Days::new(u16::from_be_bytes(*days).into()))?,
        service: service.unpack()?,
        area: unpack_area(*area)?,
        office: office.unpack()?,
        holder_masked: holder.unpack_masked()?,
        data_hash: *data_hash,
    })
}

#[cfg(test)]
mod tests;
