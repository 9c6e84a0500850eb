//! Everything an office seals and recognises letters with, read once at the start.
//!
//! The directory holds `ca.pem`, `seal.pem`, `seal.key.pem` and `qr.key.pem`; keys are encrypted. `earlier/` keeps, as
//! `.pem` files, the certificates and public QR keys that were used before: letters outlive keys.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use chrono::{DateTime, Utc};
use der::DecodePem;
use x509_cert::Certificate;

use super::detect::SealMarks;
use super::keys::{TokenKey, TokenPublicKey};
use super::signer::{KeyError, LocalSigner, SealNames, make_keys};
use crate::platform::ids::Entropy;

const ROOT: &str = "ca.pem";
const ROOT_KEY: &str = "ca.key.pem";
const CERTIFICATE: &str = "seal.pem";
const KEY: &str = "seal.key.pem";
const QR_KEY: &str = "qr.key.pem";
const EARLIER: &str = "earlier";

/// Why the seal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("{0} cannot be read or written")]
    File(String, #[source] std::io::Error),
    #[error("{0} cannot be used")]
    Key(&'static str, #[source] KeyError),
    #[error("{0} is neither a certificate nor a public key")]
    Earlier(String),
}

/// The office's seal, its QR key, and what it recognises of earlier years.
#[derive(Clone)]
pub struct Seal {
    pub(super) signer: LocalSigner,
    pub(super) qr_key: TokenKey,
    qr_keys: Vec<TokenPublicKey>,
    marks: SealMarks,
}

impl Seal {
    /// A seal without a past.
    #[must_use]
    pub fn new(signer: LocalSigner, qr_key: TokenKey) -> Self {
        Self::with_earlier(signer, qr_key, &[], Vec::new())
    }

    fn with_earlier(
        signer: LocalSigner,
        qr_key: TokenKey,
        certificates: &[Certificate],
        earlier_keys: Vec<TokenPublicKey>,
    ) -> Self {
        let mut qr_keys = vec![qr_key.public()];
        qr_keys.extend(earlier_keys);
        Self {
            marks: SealMarks::of(signer.certificates().iter().chain(certificates)),
            signer,
            qr_key,
            qr_keys,
        }
    }

    /// Reads the directory. Takes a good part of a second: deriving keys from a password is slow by design.
    ///
    /// # Errors
    /// The first file that cannot be used.
    pub fn open(dir: &Path, password: &[u8]) -> Result<Self, SealError> {
        let text = |name: &str| read(&dir.join(name));
        let signer = LocalSigner::load(&text(KEY)?, password, &text(CERTIFICATE)?, &text(ROOT)?)
            .map_err(|error| SealError::Key(KEY, error))?;
        let qr_key =
            TokenKey::from_encrypted_pem(&text(QR_KEY)?, password).map_err(|error| SealError::Key(QR_KEY, error))?;
        let (mut certificates, mut keys) = (Vec::new(), Vec::new());
        for pem in earlier(&dir.join(EARLIER))? {
            let text = read(&pem)?;
            match (Certificate::from_pem(&text), TokenPublicKey::from_pem(&text)) {
                (Ok(certificate), _) => certificates.push(certificate),
                (_, Ok(key)) => keys.push(key),
                _ => return Err(SealError::Earlier(pem.display().to_string())),
            }
        }
        Ok(Self::with_earlier(signer, qr_key, &certificates, keys))
    }

    /// Makes all keys of a new office and writes them, readable for this user only. `ca.key.pem` belongs off the
    /// server.
    ///
    /// # Errors
    /// `File` when the directory cannot be written or holds a seal already.
    pub fn create(
        dir: &Path,
        password: &[u8],
        organization: &str,
        valid: std::ops::Range<DateTime<Utc>>,
        entropy: Entropy,
    ) -> Result<(), SealError> {
        let names = SealNames {
            organization: organization.to_owned(),
            authority: format!("Akar Segel Elektronik {organization}"),
            seal: format!("Segel Elektronik {organization}"),
        };
        let mut random = entropy.rng();
        let files = make_keys(password, &names, valid.start, valid.end, &mut random)
            .map_err(|error| SealError::Key(KEY, error))?;
        let qr_key = TokenKey::generate(&mut random)
            .to_encrypted_pem(password, &mut random)
            .map_err(|error| SealError::Key(QR_KEY, error))?;
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(|error| SealError::File(dir.display().to_string(), error))?;
        let all = [
            (ROOT_KEY, &files.root_key),
            (ROOT, &files.root_certificate),
            (CERTIFICATE, &files.certificate),
            (QR_KEY, &qr_key),
            (KEY, &files.key),
        ];
        all.into_iter()
            .try_for_each(|(name, text)| write(&dir.join(name), text))
    }

    /// Whether `create` was here.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        dir.join(KEY).exists()
    }

    /// Public QR keys, the present one first.
    #[must_use]
    pub fn qr_keys(&self) -> &[TokenPublicKey] {
        &self.qr_keys
    }

    /// By what a file of ours is known again, even when it was altered.
    #[must_use]
    pub fn marks(&self) -> &SealMarks {
        &self.marks
    }
}

fn read(path: &Path) -> Result<String, SealError> {
    fs::read_to_string(path).map_err(|error| SealError::File(path.display().to_string(), error))
}

fn write(path: &Path, text: &str) -> Result<(), SealError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| SealError::File(path.display().to_string(), error))
}

/// The `.pem` files of a directory that need not be there.
fn earlier(dir: &Path) -> Result<Vec<std::path::PathBuf>, SealError> {
    let failed = |error| SealError::File(dir.display().to_string(), error);
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::sample;

    fn valid() -> std::ops::Range<DateTime<Utc>> {
        sample::now()..sample::now() + chrono::TimeDelta::days(365)
    }

    #[test]
    fn a_new_seal_opens_with_its_password_only_and_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("seal");
        assert!(!Seal::exists(&keys));
        Seal::create(&keys, b"rahasia", "Kecamatan Uji", valid(), Entropy).unwrap();
        assert!(Seal::exists(&keys));
        assert_eq!(Seal::open(&keys, b"rahasia").unwrap().qr_keys().len(), 1);
        assert!(matches!(Seal::open(&keys, b"salah"), Err(SealError::Key(KEY, _))));
        let again = Seal::create(&keys, b"lain", "Kecamatan Uji", valid(), Entropy);
        assert!(matches!(again, Err(SealError::File(..))));
        assert!(Seal::open(&keys, b"rahasia").is_ok());
    }

    #[test]
    fn what_was_used_before_is_still_known() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        for keys in [&old, &new] {
            Seal::create(keys, b"rahasia", "Kecamatan Uji", valid(), Entropy).unwrap();
        }
        let before = Seal::open(&old, b"rahasia").unwrap();
        let kept = new.join(EARLIER);
        fs::create_dir(&kept).unwrap();
        fs::copy(old.join(CERTIFICATE), kept.join("2026.pem")).unwrap();
        fs::write(kept.join("2026-qr.pem"), before.qr_keys()[0].to_pem().unwrap()).unwrap();
        let now = Seal::open(&new, b"rahasia").unwrap();
        assert_eq!(now.qr_keys()[1], before.qr_keys()[0]);
        let [leaf, _] = before.signer.certificates();
        assert!(now.marks().are_in(leaf.signature.raw_bytes()));
        fs::write(kept.join("x.pem"), "x").unwrap();
        assert!(matches!(Seal::open(&new, b"rahasia"), Err(SealError::Earlier(_))));
    }
}
