//! The key that signs QR tokens. It is not the key that seals PDFs: with a remote signer the latter is not ours.

use super::signer::{KeyError, encrypted_pem};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::{SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use rand_core::CryptoRngCore;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Private half: P-256.
#[derive(Clone)]
pub struct TokenKey(SigningKey);

/// Public half; kept for as long as letters with its tokens are shown around, that is, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPublicKey(VerifyingKey);

impl TokenKey {
    pub fn generate(random: &mut impl CryptoRngCore) -> Self {
        Self(SigningKey::random(random))
    }

    /// Encrypted PKCS#8, what is kept on disk.
    pub fn to_encrypted_pem(&self, password: &[u8], random: &mut impl CryptoRngCore) -> Result<String, KeyError> {
        encrypted_pem(&self.0, password, random)
    }

    pub fn from_encrypted_pem(pem: &str, password: &[u8]) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_encrypted_pem(pem, password)
            .map(Self)
            .map_err(|_| KeyError::WrongPasswordOrFile)
    }

    pub fn public(&self) -> TokenPublicKey {
        TokenPublicKey(*self.0.verifying_key())
    }

    pub(super) fn signing_key(&self) -> &SigningKey {
        &self.0
    }
}

impl TokenPublicKey {
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_| KeyError::Unwritable)
    }

    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        VerifyingKey::from_public_key_pem(pem)
            .map(Self)
            .map_err(|_| KeyError::WrongPasswordOrFile)
    }

    /// Name of the key in the key set: its RFC 7638 thumbprint.
    pub fn kid(&self) -> String {
        let (x, y) = self.coordinates();
        let required = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(required))
    }

    /// The key as JSON Web Key, as WebCrypto imports it.
    pub fn jwk(&self) -> Value {
        let (x, y) = self.coordinates();
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.kid(), "use": "sig", "alg": "ES256"})
    }

    pub(super) fn verifying_key(&self) -> &VerifyingKey {
        &self.0
    }

    fn coordinates(&self) -> (String, String) {
        let point = self.0.to_encoded_point(false);
        let text = |half: Option<&p256::FieldBytes>| half.map(|half| URL_SAFE_NO_PAD.encode(half)).unwrap_or_default();
        (text(point.x()), text(point.y()))
    }
}

/// What `/letters/keys` answers: a JWK set (RFC 7517).
pub fn jwk_set(keys: &[TokenPublicKey]) -> Value {
    json!({"keys": keys.iter().map(TokenPublicKey::jwk).collect::<Vec<_>>()})
}
