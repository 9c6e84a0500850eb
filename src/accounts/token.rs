//! Access tokens of the API: JWT signed with Ed25519, valid for minutes, naming a session and nothing that the
//! holder may do.

use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::platform::crypto::Keys;
use crate::platform::error::Error;

/// How long an access token is believed.
pub const ACCESS_TOKEN_LASTS: TimeDelta = TimeDelta::minutes(15);

/// PKCS#8 of an Ed25519 key up to its 32 bytes (RFC 8410, section 7): the form that jsonwebtoken reads.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    pub account_id: Uuid,
    pub session_id: Uuid,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    #[error("not a token of ours")]
    Invalid,
    #[error("the token has expired")]
    Expired,
}

/// Signs and reads access tokens; the same key on every server.
pub struct AccessTokens {
    kid: String,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    /// Derives the signing key from the master key.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        let seed = keys.derived("access token");
        let public = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        let mut pkcs8 = zeroize::Zeroizing::new(PKCS8_PREFIX.to_vec());
        pkcs8.extend_from_slice(seed.as_ref());
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Expiry is judged by the given clock, below.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        Self {
            kid: hex::encode(Sha256::digest(public)).chars().take(16).collect(),
            signing: EncodingKey::from_ed_der(&pkcs8),
            verifying: DecodingKey::from_ed_der(&public),
            validation,
        }
    }

    /// A token for a session.
    ///
    /// # Errors
    /// Never in practice: the key is well formed.
    pub fn sign(&self, bearer: Bearer, now: DateTime<Utc>) -> Result<String, Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        let claims = Claims {
            sub: bearer.account_id,
            sid: bearer.session_id,
            iat: now.timestamp(),
            exp: (now + ACCESS_TOKEN_LASTS).timestamp(),
        };
        encode(&header, &claims, &self.signing).map_err(Error::internal)
    }

    /// Reads a token.
    ///
    /// # Errors
    /// `Invalid` for anything that this key did not sign with EdDSA, `Expired` after its time.
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Result<Bearer, TokenProblem> {
        let read = decode::<Claims>(token, &self.verifying, &self.validation).map_err(|_| TokenProblem::Invalid)?;
        if read.header.kid.as_deref() != Some(self.kid.as_str()) {
            return Err(TokenProblem::Invalid);
        }
        if read.claims.exp <= now.timestamp() {
            return Err(TokenProblem::Expired);
        }
        Ok(Bearer {
            account_id: read.claims.sub,
            session_id: read.claims.sid,
        })
    }
}
