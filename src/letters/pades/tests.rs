use super::*;
use crate::letters::sample;
use crate::letters::signer::LocalSigner;
use ::cms::content_info::ContentInfo;
use ::cms::signed_data::SignedData;
use der::{Decode as _, Encode as _};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{DerSignature, VerifyingKey};
use p256::pkcs8::DecodePublicKey as _;

fn info() -> SignatureInfo<'static> {
    let name = "Rahmad Hidayat (Lurah)";
    SignatureInfo {
        reason: "Penerbitan surat",
        location: "Kisaran",
        name,
        at: sample::now(),
    }
}

/// Start, end and bytes of the container.
fn container(signed: &[u8]) -> (usize, usize, Vec<u8>) {
    let text = String::from_utf8_lossy(signed);
    let range = text
        .split("/ByteRange")
        .nth(1)
        .unwrap()
        .split(['[', ']'])
        .nth(1)
        .unwrap();
    let numbers: Vec<usize> = range.split_whitespace().map(|number| number.parse().unwrap()).collect();
    assert_eq!(
        (numbers[0], numbers[2] + numbers[3]),
        (0, signed.len()),
        "the whole file is covered"
    );
    let (open, close) = (numbers[1], numbers[2]);
    (open, close, hex::decode(&signed[open + 1..close - 1]).unwrap())
}

fn check(signed: &[u8], signer: &LocalSigner) -> bool {
    let (open, close, der) = container(signed);
    let mut reader = der::SliceReader::new(&der).unwrap();
    let content = ContentInfo::decode(&mut reader).unwrap();
    let data: SignedData = content.content.decode_as().unwrap();
    let info = data.signer_infos.0.as_slice().first().unwrap();
    let attributes = info.signed_attrs.as_ref().unwrap();
    let digest = Sha256::digest([&signed[..open], &signed[close..]].concat());
    let says_digest = attributes
        .to_der()
        .unwrap()
        .windows(32)
        .any(|bytes| bytes == digest.as_slice());
    let [leaf, _] = signer.certificates();
    let key = leaf.tbs_certificate.subject_public_key_info.to_der().unwrap();
    let key = VerifyingKey::from_public_key_der(&key).unwrap();
    let signature = DerSignature::from_bytes(info.signature.as_bytes()).unwrap();
    says_digest && key.verify(&attributes.to_der().unwrap(), &signature).is_ok()
}

#[test]
fn a_sealed_file_is_checked_by_its_own_certificate() {
    let (signer, pdf) = (sample::signer(), sample::pdf());
    let signed = sign_pdf(&pdf, signer, info()).unwrap();
    assert!(signed.starts_with(&pdf), "the letter itself is untouched");
    assert!(check(&signed, signer));
    assert_eq!(
        sign_pdf(&pdf, signer, info()).unwrap(),
        signed,
        "a job that runs again writes the same file"
    );
    let mut altered = signed.clone();
    altered[20] ^= 1;
    assert!(!check(&altered, signer));
}

#[test]
fn other_files_are_refused() {
    let signer = sample::signer();
    let signed = sign_pdf(&sample::pdf(), signer, info()).unwrap();
    assert!(matches!(
        sign_pdf(&signed, signer, info()),
        Err(SignError::Unsuitable(_))
    ));
    assert!(sign_pdf(b"%PDF-1.7 nothing", signer, info()).is_err());
    assert!(sign_pdf(b"", signer, info()).is_err());
}

#[test]
fn pdfsig_finds_the_seal_valid() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sealed.pdf");
    std::fs::write(&path, sign_pdf(&sample::pdf(), sample::signer(), info()).unwrap()).unwrap();
    let Ok(output) = std::process::Command::new("pdfsig").arg("-nocert").arg(&path).output() else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("Signature is Valid") && said.contains("Total document signed"),
        "{said}"
    );
}
