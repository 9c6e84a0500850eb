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

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(master: &str) -> AccessTokens {
        AccessTokens::new(&Keys::parse(&format!("a:{}", master.repeat(32))).unwrap())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    const WHO: Bearer = Bearer {
        account_id: Uuid::from_u128(1),
        session_id: Uuid::from_u128(2),
    };

    #[test]
    fn a_token_is_believed_by_every_server_of_the_same_key_for_a_quarter_of_an_hour() {
        let token = tokens("11").sign(WHO, at(0)).unwrap();
        assert_eq!(tokens("11").read(&token, at(899)), Ok(WHO));
        assert_eq!(tokens("11").read(&token, at(900)), Err(TokenProblem::Expired));
        assert_eq!(tokens("22").read(&token, at(1)), Err(TokenProblem::Invalid));
    }

    #[test]
    fn another_algorithm_a_changed_claim_and_junk_are_no_tokens() {
        let tokens = tokens("11");
        let token = tokens.sign(WHO, at(0)).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let encode = |text: &str| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text);
        let none = format!("{}.{}.", encode(r#"{"alg":"none"}"#), parts[1]);
        let claims = format!(
            r#"{{"sub":"{}","sid":"{}","iat":0,"exp":9999999999}}"#,
            WHO.account_id, WHO.session_id
        );
        let hmac = jsonwebtoken::encode(
            &Header::new(Algorithm::HS256),
            &serde_json::from_str::<serde_json::Value>(&claims).unwrap(),
            &EncodingKey::from_secret(b"public"),
        )
        .unwrap();
        let changed = format!("{}.{}.{}", parts[0], encode(&claims), parts[2]);
        for junk in [none.as_str(), &hmac, &changed, "", ".", "..", "a.b.c", "\u{0}"] {
            assert_eq!(tokens.read(junk, at(1)), Err(TokenProblem::Invalid), "{junk}");
        }
    }

    #[test]
    fn the_header_names_the_key() {
        let token = tokens("11").sign(WHO, at(0)).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(
            (header.alg, header.kid.map(|kid| kid.len())),
            (Algorithm::EdDSA, Some(16))
        );
    }
}
