//! The office's own electronic seal: a P-256 key and a certificate under the office's own root. It proves that nobody
//! changed the file since; it is not a certified signature (PP 71/2019 article 60), and every letter says so.

use chrono::{DateTime, Days, Utc};
use const_oid::ObjectIdentifier as Oid;
use der::{Decode as _, DecodePem as _, EncodePem as _};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use pkcs8::PrivateKeyInfo;
use pkcs8::pkcs5::pbes2;
use rand_core::CryptoRngCore;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use std::str::FromStr as _;
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::builder::{Builder as _, CertificateBuilder, Profile};
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

const ECDSA_WITH_SHA256: Oid = Oid::new_unwrap("1.2.840.10045.4.3.2");
/// RFC 9336. Alone it makes pdfsig (NSS) say "unknown issue with certificate", so e-mail protection stands beside it.
const DOCUMENT_SIGNING: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.36");
const EMAIL_PROTECTION: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.4");
/// The root outlives the seals it vouches for.
const ROOT_OUTLIVES: Days = Days::new(3_652);

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key file cannot be read with this password")]
    WrongPasswordOrFile,
    #[error("certificate and key do not belong together")]
    Mismatch,
    #[error("the certificate cannot be read")]
    BadCertificate,
    #[error("the key cannot be written")]
    Unwritable,
    #[error("names or dates do not make a certificate")]
    BadNames(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Whose seal it is.
#[derive(Clone, Debug)]
pub struct SealNames {
    /// `Kecamatan Kota Kisaran Timur`: organisation of both certificates.
    pub organization: String,
    /// Common name of the root, `Akar Segel Elektronik Kecamatan Kota Kisaran Timur`.
    pub authority: String,
    /// Common name of the seal, `Segel Elektronik Kecamatan Kota Kisaran Timur`.
    pub seal: String,
}

/// What an office keeps: private keys are encrypted PKCS#8.
pub struct SealFiles {
    /// To be published, so that PDF readers can trust the seal.
    pub root_certificate: String,
    /// Needed only to renew the seal; keep it off the server.
    pub root_key: String,
    pub certificate: String,
    pub key: String,
}

/// Makes a root and a seal that is valid from `not_before` until `not_after`.
pub fn make_keys(
    password: &[u8],
    names: &SealNames,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
    random: &mut impl CryptoRngCore,
) -> Result<SealFiles, KeyError> {
    let (root_key, key) = (SigningKey::random(random), SigningKey::random(random));
    let serials = [serial(random), serial(random)];
    let (root, leaf) =
        certificates(&root_key, &key, names, [not_before, not_after], serials).map_err(KeyError::BadNames)?;
    let pem = |certificate: Certificate| certificate.to_pem(LineEnding::LF).map_err(|_| KeyError::Unwritable);
    let mut sealed = |key| encrypted_pem(key, password, random);
    Ok(SealFiles {
        root_key: sealed(&root_key)?,
        key: sealed(&key)?,
        root_certificate: pem(root)?,
        certificate: pem(leaf)?,
    })
}

type Boxed<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn certificates(
    root_key: &SigningKey,
    key: &SigningKey,
    names: &SealNames,
    [from, until]: [DateTime<Utc>; 2],
    [root_serial, serial]: [[u8; 16]; 2],
) -> Boxed<(Certificate, Certificate)> {
    let root_until = until.checked_add_days(ROOT_OUTLIVES).ok_or("date out of range")?;
    let root_name = name(&names.authority, &names.organization)?;
    let root = CertificateBuilder::new(
        Profile::Root,
        SerialNumber::new(&root_serial)?,
        validity(from, root_until)?,
        root_name.clone(),
        public(root_key)?,
        root_key,
    )?
    .build::<DerSignature>()?;
    let leaf = Profile::Leaf {
        issuer: root_name,
        enable_key_agreement: false,
        enable_key_encipherment: false,
    };
    let subject = name(&names.seal, &names.organization)?;
    let mut builder = CertificateBuilder::new(
        leaf,
        SerialNumber::new(&serial)?,
        validity(from, until)?,
        subject,
        public(key)?,
        root_key,
    )?;
    builder.add_extension(&ExtendedKeyUsage(vec![DOCUMENT_SIGNING, EMAIL_PROTECTION]))?;
    Ok((root, builder.build::<DerSignature>()?))
}

fn serial(random: &mut impl CryptoRngCore) -> [u8; 16] {
    let mut serial = [0; 16];
    random.fill_bytes(&mut serial);
    // Positive and of full length, as RFC 5280 wants serial numbers.
    let [first, ..] = &mut serial;
    *first = *first & 0x7f | 0x40;
    serial
}

fn public(key: &SigningKey) -> Boxed<SubjectPublicKeyInfoOwned> {
    Ok(SubjectPublicKeyInfoOwned::from_der(
        key.verifying_key().to_public_key_der()?.as_bytes(),
    )?)
}

fn validity(from: DateTime<Utc>, until: DateTime<Utc>) -> Boxed<Validity> {
    let time = |at: DateTime<Utc>| -> Boxed<Time> {
        let since = Duration::from_secs(u64::try_from(at.timestamp())?);
        // RFC 5280, 4.1.2.5: two-digit years until 2049.
        Ok(match der::asn1::UtcTime::from_unix_duration(since) {
            Ok(time) => Time::UtcTime(time),
            Err(_) => Time::GeneralTime(der::asn1::GeneralizedTime::from_unix_duration(since)?),
        })
    };
    Ok(Validity {
        not_before: time(from)?,
        not_after: time(until)?,
    })
}

/// RFC 4514 text with its special characters escaped.
fn name(common: &str, organization: &str) -> Boxed<Name> {
    let escaped = |text: &str| {
        let mut escaped = String::with_capacity(text.len());
        for letter in text.trim().chars() {
            if matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#') {
                escaped.push('\\');
            }
            escaped.push(letter);
        }
        escaped
    };
    Ok(Name::from_str(&format!(
        "CN={},O={},C=ID",
        escaped(common),
        escaped(organization)
    ))?)
}

/// PKCS#8 encrypted with AES-256 under a key that scrypt derives from the password; N = 2^14, r = 8, p = 5 as OWASP's
/// password storage cheat sheet has it for 16 MB, because openssl refuses to read files that need more than 32 MB.
pub(super) fn encrypted_pem(
    key: &SigningKey,
    password: &[u8],
    random: &mut impl CryptoRngCore,
) -> Result<String, KeyError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    random.fill_bytes(&mut salt);
    random.fill_bytes(&mut iv);
    let encrypt = || {
        let cost = pkcs8::pkcs5::scrypt::Params::new(14, 8, 5, 32).ok()?;
        let parameters = pbes2::Parameters::scrypt_aes256cbc(cost, &salt, &iv).ok()?;
        let plain = key.to_pkcs8_der().ok()?;
        let sealed = PrivateKeyInfo::try_from(plain.as_bytes())
            .ok()?
            .encrypt_with_params(parameters, password)
            .ok()?;
        sealed.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).ok()
    };
    encrypt().map(|pem| pem.to_string()).ok_or(KeyError::Unwritable)
}

/// The seal, ready to sign.
#[derive(Clone)]
pub struct LocalSigner {
    key: SigningKey,
    /// Leaf first, then the root.
    chain: [Certificate; 2],
}

impl LocalSigner {
    pub fn open(files: &SealFiles, password: &[u8]) -> Result<Self, KeyError> {
        Self::load(&files.key, password, &files.certificate, &files.root_certificate)
    }

    /// From PEM texts. Slow by design (see [`encrypted_pem`]): load once.
    pub fn load(key: &str, password: &[u8], certificate: &str, root: &str) -> Result<Self, KeyError> {
        let key = SigningKey::from_pkcs8_encrypted_pem(key, password).map_err(|_| KeyError::WrongPasswordOrFile)?;
        let read = |pem: &str| Certificate::from_pem(pem).map_err(|_| KeyError::BadCertificate);
        let chain = [read(certificate)?, read(root)?];
        let ours = public(&key).map_err(|_| KeyError::Mismatch)?;
        let [leaf, _] = &chain;
        match leaf.tbs_certificate.subject_public_key_info == ours {
            true => Ok(Self { key, chain }),
            false => Err(KeyError::Mismatch),
        }
    }

    /// Leaf and root: what goes into the signature, and by what [`SealMarks`](super::SealMarks) knows it again.
    pub fn certificates(&self) -> &[Certificate; 2] {
        &self.chain
    }

    pub(super) fn algorithm(&self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned {
            oid: ECDSA_WITH_SHA256,
            parameters: None,
        }
    }

    /// ECDSA over SHA-256 of `message`, in DER as CMS wants it.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(message);
        signature.to_der().as_bytes().to_vec()
    }
}
