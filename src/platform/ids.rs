//! Identifiers and tokens. Randomness enters the program here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use rand_core::{OsRng, RngCore};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The source of randomness that operations are given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy;

impl Entropy {
    /// Random bytes from the operating system.
    #[must_use]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        OsRng.fill_bytes(&mut bytes);
        bytes
    }

    /// The source as key makers take it.
    #[must_use]
    pub fn rng(self) -> OsRng {
        OsRng
    }

    /// An identifier that sorts by `now` (UUID version 7, RFC 9562).
    #[must_use]
    pub fn id(self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    /// A secret of 256 bits for a cookie, a refresh token or a mail link; only its hash is stored.
    #[must_use]
    pub fn token(self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }
}

/// What is stored of a token: it has 256 bits, so a plain hash suffices.
#[must_use]
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
