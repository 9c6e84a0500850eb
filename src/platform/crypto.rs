//! Personal data at rest: data keys wrapped by a master key from the environment, values sealed by data keys,
//! keyed hashes for looking up. XChaCha20-Poly1305, HKDF-SHA256, HMAC-SHA256.

use std::collections::BTreeMap;
use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ids::Entropy;

const NONCE: usize = 24;

/// Why something could not be opened or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    #[error("sealed under master key {0}, which is not configured")]
    UnknownKey(String),
    #[error("sealed data is damaged or belongs to another place")]
    Damaged,
    #[error("a master key is written ID:64 hexadecimal digits, several separated by commas, the newest first")]
    BadMasterKey,
}

/// A key that seals the data of one person or one file.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

/// A data key as it is stored: sealed under the master key that is named.
#[derive(Debug, Clone)]
pub struct WrappedKey {
    pub master_key_id: String,
    pub bytes: Vec<u8>,
}

impl DataKey {
    #[must_use]
    pub fn random(entropy: Entropy) -> Self {
        Self(Zeroizing::new(entropy.bytes()))
    }

    /// Seals `plain`; `place` (a table, a column, an id) must be the same when it is opened.
    ///
    /// # Errors
    /// `Damaged` when the data is too large for the cipher.
    pub fn seal(&self, entropy: Entropy, place: &str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        seal_with(&self.0, entropy, place, plain)
    }

    /// Opens what `seal` made for the same place.
    ///
    /// # Errors
    /// `Damaged` when a bit differs or the place is another.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        open_with(&self.0, place, sealed)
    }
}

/// The master keys of the environment and what is derived from them.
#[derive(Clone)]
pub struct Keys {
    current: String,
    masters: BTreeMap<String, Zeroizing<[u8; 32]>>,
    lookup: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys(current {})", self.current)
    }
}

impl Keys {
    /// Reads `ID:HEX[,ID:HEX..]`. New data keys are wrapped by the first; the last (oldest) one keys the
    /// look-up hashes, so that adding a key does not change them.
    ///
    /// # Errors
    /// `BadMasterKey` for any other form.
    pub fn parse(text: &str) -> Result<Self, CryptoError> {
        let mut masters = BTreeMap::new();
        let mut order = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (id, digits) = part.split_once(':').ok_or(CryptoError::BadMasterKey)?;
            let mut key = Zeroizing::new([0; 32]);
            hex::decode_to_slice(digits, key.as_mut()).map_err(|_| CryptoError::BadMasterKey)?;
            if id.is_empty() || masters.insert(id.to_owned(), key).is_some() {
                return Err(CryptoError::BadMasterKey);
            }
            order.push(id.to_owned());
        }
        let current = order.first().cloned().ok_or(CryptoError::BadMasterKey)?;
        let oldest = order
            .last()
            .and_then(|id| masters.get(id))
            .ok_or(CryptoError::BadMasterKey)?;
        let lookup = derive(oldest, "look-up");
        Ok(Self {
            current,
            masters,
            lookup,
        })
    }

    /// Wraps a data key for storing.
    ///
    /// # Errors
    /// `UnknownKey` never in practice: the current key is always there.
    pub fn wrap(&self, entropy: Entropy, key: &DataKey) -> Result<WrappedKey, CryptoError> {
        let master = self.master(&self.current)?;
        let bytes = seal_with(&derive(master, "wrap"), entropy, "data key", key.0.as_ref())?;
        Ok(WrappedKey {
            master_key_id: self.current.clone(),
            bytes,
        })
    }

    /// Opens a stored data key.
    ///
    /// # Errors
    /// `UnknownKey` when its master key is not configured, `Damaged` when it was altered.
    pub fn unwrap(&self, master_key_id: &str, wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        let plain = open_with(&derive(self.master(master_key_id)?, "wrap"), "data key", wrapped)?;
        let mut key = Zeroizing::new([0; 32]);
        if plain.len() != key.len() {
            return Err(CryptoError::Damaged);
        }
        key.copy_from_slice(&plain);
        Ok(DataKey(key))
    }

    /// Keyed hash of an identifier, for looking it up. `kind` keeps NIK, KK and login names apart.
    #[must_use]
    pub fn lookup_hash(&self, kind: &str, value: &str) -> Vec<u8> {
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(self.lookup.as_ref()) else {
            return Vec::new(); // HMAC takes keys of any length
        };
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Seals a small value that belongs to the office, not to a person (a second factor's secret, a stored answer).
    ///
    /// # Errors
    /// As `wrap`.
    pub fn seal(&self, entropy: Entropy, place: &str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let body = seal_with(&derive(self.master(&self.current)?, "value"), entropy, place, plain)?;
        let mut out = self.current.clone().into_bytes();
        out.push(0);
        out.extend(body);
        Ok(out)
    }

    /// Opens what `seal` made.
    ///
    /// # Errors
    /// As `unwrap`.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let mut parts = sealed.splitn(2, |byte| *byte == 0);
        let (Some(id), Some(body)) = (parts.next(), parts.next()) else {
            return Err(CryptoError::Damaged);
        };
        let id = std::str::from_utf8(id).map_err(|_| CryptoError::Damaged)?;
        open_with(&derive(self.master(id)?, "value"), place, body)
    }

    /// A secret for one purpose, the same on every server: the seed of the token key, the key of page tokens.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.masters
            .get(&self.current)
            .map_or_else(Zeroizing::default, |master| derive(master, purpose))
    }

    fn master(&self, id: &str) -> Result<&Zeroizing<[u8; 32]>, CryptoError> {
        self.masters
            .get(id)
            .ok_or_else(|| CryptoError::UnknownKey(id.to_owned()))
    }
}

fn derive(master: &Zeroizing<[u8; 32]>, purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    // 32 bytes are far below the limit of HKDF-SHA256 (255 blocks), so this cannot fail.
    let _ = Hkdf::<Sha256>::new(None, master.as_ref()).expand(purpose.as_bytes(), out.as_mut());
    out
}

fn seal_with(key: &Zeroizing<[u8; 32]>, entropy: Entropy, place: &str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let nonce = entropy.bytes::<NONCE>();
    let body = XChaCha20Poly1305::new(key.as_ref().into())
        .encrypt(
            XNonce::from_slice(&nonce),
            Payload {
                msg: plain,
                aad: place.as_bytes(),
            },
        )
        .map_err(|_| CryptoError::Damaged)?;
    let mut out = nonce.to_vec();
    out.extend(body);
    Ok(out)
}

fn open_with(key: &Zeroizing<[u8; 32]>, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let (nonce, body) = sealed.split_at_checked(NONCE).ok_or(CryptoError::Damaged)?;
    XChaCha20Poly1305::new(key.as_ref().into())
        .decrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: body,
                aad: place.as_bytes(),
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Keys {
        Keys::parse(text).unwrap()
    }

    #[test]
    fn sealed_data_opens_only_at_its_place_and_unaltered() {
        let key = DataKey::random(Entropy);
        let mut sealed = key.seal(Entropy, "accounts.nik", b"1209").unwrap();
        assert_eq!(key.open("accounts.nik", &sealed).unwrap().as_slice(), b"1209");
        assert_eq!(key.open("accounts.kk", &sealed).unwrap_err(), CryptoError::Damaged);
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(key.open("accounts.nik", &sealed).unwrap_err(), CryptoError::Damaged);
        assert_eq!(key.open("accounts.nik", &[]).unwrap_err(), CryptoError::Damaged);
    }

    #[test]
    fn a_second_master_key_keeps_old_data_and_hashes() {
        let (a, b) = ("11".repeat(32), "22".repeat(32));
        let (old, new) = (keys(&format!("a:{a}")), keys(&format!("b:{b},a:{a}")));
        let wrapped = old.wrap(Entropy, &DataKey::random(Entropy)).unwrap();
        assert!(new.unwrap(&wrapped.master_key_id, &wrapped.bytes).is_ok());
        assert_eq!(old.lookup_hash("nik", "1"), new.lookup_hash("nik", "1"));
        assert_ne!(old.lookup_hash("nik", "1"), old.lookup_hash("kk", "1"));
        let fresh = new.wrap(Entropy, &DataKey::random(Entropy)).unwrap();
        assert_eq!(
            old.unwrap(&fresh.master_key_id, &fresh.bytes).unwrap_err(),
            CryptoError::UnknownKey("b".into())
        );
        assert_eq!(
            new.open("x", &old.seal(Entropy, "x", b"v").unwrap())
                .unwrap()
                .as_slice(),
            b"v"
        );
    }

    #[test]
    fn a_malformed_master_key_is_refused() {
        for text in ["", "a", "a:12", ":11", "a:zz", &format!("a:{0},a:{0}", "11".repeat(32))] {
            assert_eq!(Keys::parse(text).unwrap_err(), CryptoError::BadMasterKey, "{text}");
        }
    }
}
