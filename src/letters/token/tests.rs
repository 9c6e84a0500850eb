use super::*;
use crate::letters::sample;
use proptest::prelude::*;
use rand_core::OsRng;

fn facts() -> TokenFacts {
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    TokenFacts::of(&sample::skd(), day, "12.09.20.1001", "Siti Aminah")
}

fn key() -> TokenKey {
    TokenKey::generate(&mut OsRng)
}

#[test]
fn a_token_says_what_the_letter_says() {
    let key = key();
    let token = sign(&facts(), &key).unwrap();
    let read = verify(&token, &[key.public()]).unwrap();
    assert_eq!(read.number, "400.12.2.1/123/MTR/XI/2026");
    assert_eq!(read.office, "LURAH MUTIARA");
    assert_eq!(read.holder_masked, "S*** A*****");
    assert_eq!(read.data_hash[..], canonical_hash(&sample::skd())[..16]);
    assert_eq!(
        TokenFacts {
            office: "Lurah Mutiara".into(),
            ..read
        },
        facts()
    );
    assert_eq!(
        sign(&facts(), &key).unwrap(),
        token,
        "the QR code of a letter never changes"
    );
}

#[test]
fn the_fullest_letter_of_this_kecamatan_is_not_cut() {
    let mut facts = facts();
    facts.service = "REK-PENELITIAN".into();
    facts.number = "100.3.11.2/40213/KKT/VIII/2026".into();
    facts.area = "12.09.20".into();
    facts.office = "Camat Kota Kisaran Timur".into();
    facts.holder_masked = mask_name("Siti Aminah Hasibuan");
    let key = key();
    let token = sign(&facts, &key).unwrap();
    assert!(token.len() <= 192, "{}", token.len());
    let read = verify(&token, &[key.public()]).unwrap();
    assert_eq!(
        TokenFacts {
            office: facts.office.clone(),
            ..read.clone()
        },
        facts
    );
    assert_eq!(read.office, "CAMAT KOTA KISARAN TIMUR");
}

#[test]
fn the_longest_values_fit_and_say_that_they_were_cut() {
    let mut facts = facts();
    facts.number = "9".repeat(60);
    facts.service = "REKOMENDASI-PENELITIAN".into();
    facts.office = "a.n. Camat ".repeat(10);
    facts.holder_masked = mask_name(&"Muhammad Ṣāliḥ Nasution ".repeat(5));
    let key = key();
    let token = sign(&facts, &key).unwrap();
    assert_eq!(token.len(), 192);
    let read = verify(&token, &[key.public()]).unwrap();
    assert_eq!(read.number, format!("{}…", "9".repeat(45)));
    assert_eq!(read.service, "REKOMENDASI-PEN…");
    assert_eq!(read.office, "A.N. C…");
    assert_eq!(read.holder_masked, "M******* Ṣ**** N*******…");
}

#[test]
fn a_long_name_alone_is_not_cut_at_eight_bytes() {
    let mut facts = facts();
    facts.holder_masked = mask_name("Muhammad Abdul Rahman bin Haji Zainal Abidin");
    let key = key();
    let read = verify(&sign(&facts, &key).unwrap(), &[key.public()]).unwrap();
    assert_eq!(read.holder_masked, facts.holder_masked);
}

#[test]
fn a_changed_token_is_refused() {
    let key = key();
    let token = sign(&facts(), &key).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x01;
        assert!(
            verify(&URL_SAFE_NO_PAD.encode(changed), &[key.public()]).is_err(),
            "byte {at}"
        );
    }
    assert_eq!(verify(&token, &[self::key().public()]), Err(TokenError::Forged));
    assert_eq!(
        verify(&token, &[self::key().public(), key.public()]).map(|facts| facts.service),
        Ok("SKD".into())
    );
    assert_eq!(
        verify(&token[..100], &[key.public()]),
        Err(TokenError::Forged).or(Err(TokenError::Malformed))
    );
    for other in ["", "x", "====", &"A".repeat(192), &"A".repeat(5_000), "é"] {
        assert_eq!(verify(other, &[key.public()]), Err(TokenError::Malformed), "{other}");
    }
}

#[test]
fn facts_without_a_place_are_an_error() {
    for area in [
        "",
        "12.9.20",
        "12.09.20.1001.03",
        "12.09.20.10O1",
        "99.99.00",
        "12.09.20.100é",
    ] {
        let facts = TokenFacts {
            area: area.into(),
            ..facts()
        };
        assert_eq!(sign(&facts, &key()), Err(Unencodable), "{area}");
    }
    for year in [1999, 2180] {
        let facts = TokenFacts {
            issued_on: NaiveDate::from_ymd_opt(year, 12, 31).unwrap(),
            ..facts()
        };
        assert_eq!(sign(&facts, &key()), Err(Unencodable));
    }
}

#[test]
fn areas_of_every_level_come_back() {
    for area in ["12", "12.09", "12.09.20", "12.09.20.1012", "99.99.99.9999"] {
        let facts = TokenFacts {
            area: area.into(),
            ..facts()
        };
        assert_eq!(decode(&sign(&facts, &key()).unwrap()).unwrap().area, area);
    }
}

#[test]
fn keys_survive_their_file_and_have_the_names_that_other_tools_give() {
    let key = key();
    let pem = key.to_encrypted_pem(b"rahasia", &mut OsRng).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    assert_eq!(
        TokenKey::from_encrypted_pem(&pem, b"rahasia").unwrap().public(),
        key.public()
    );
    assert!(TokenKey::from_encrypted_pem(&pem, b"salah").is_err());
    let public = key.public();
    assert_eq!(TokenPublicKey::from_pem(&public.to_pem().unwrap()).unwrap(), public);
    let set = crate::letters::jwk_set(std::slice::from_ref(&public));
    assert_eq!(set["keys"][0]["kid"], public.kid());
    assert_eq!(set["keys"][0]["x"].as_str().unwrap().len(), 43);
}

/// What a verification page does, by the WebCrypto of node.
const WEBCRYPTO: &str = r#"
const [token, jwk] = process.argv.slice(1);
const bytes = Buffer.from(token, "base64url");
const name = { name: "ECDSA", namedCurve: "P-256" };
const { subtle } = require("node:crypto").webcrypto;
subtle.importKey("jwk", JSON.parse(jwk), name, false, ["verify"])
  .then((key) => subtle.verify({ ...name, hash: "SHA-256" }, key, bytes.subarray(-64), bytes.subarray(0, -64)))
  .then((good) => console.log(good));
"#;

#[test]
fn webcrypto_checks_a_token() {
    let key = key();
    let token = sign(&facts(), &key).unwrap();
    let check = |jwk: &serde_json::Value| {
        let arguments = ["-e", WEBCRYPTO, "--", &token, &jwk.to_string()];
        let output = std::process::Command::new("node").args(arguments).output().ok()?;
        Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    };
    let Some(said) = check(&key.public().jwk()) else { return };
    assert_eq!(said, "true");
    assert_eq!(check(&self::key().public().jwk()).unwrap(), "false");
}

proptest! {
    #[test]
    fn any_letter_fits(number in ".{0,80}", service in ".{0,40}", office in ".{0,120}", name in ".{0,150}", day in 0_i64..65_000) {
        let issued_on = EPOCH.unwrap() + chrono::Duration::days(day);
        let facts = TokenFacts { number, service, office, holder_masked: mask_name(&name), issued_on, ..facts() };
        let bytes = encode(&facts).unwrap();
        prop_assert!(bytes.len() <= 80, "{} bytes", bytes.len());
        let read = decode_payload(&bytes).unwrap();
        prop_assert_eq!(read.issued_on, facts.issued_on);
        prop_assert_eq!(read.data_hash, facts.data_hash);
    }

    #[test]
    fn any_payload_is_read_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Some(first) = bytes.first_mut() { *first = VERSION; }
        let _ = decode_payload(&bytes);
        let _ = decode(&URL_SAFE_NO_PAD.encode(&bytes));
    }
}
