//! What anybody can find out about a letter, over HTTP.

use chrono::{NaiveDate, TimeDelta};
use sepakat::letters::{self, Reservation};
use serde_json::json;

use super::scene::Scene;
use crate::support::{MUTIARA, TestApp};

#[tokio::test]
async fn a_code_is_found_however_it_is_typed_and_tells_no_name() {
    let scene = Scene::new().await;
    let reserved = scene.reserve(&scene.reservation(scene.request()));
    scene.issue(&reserved);
    let check = scene.check(&reserved.code).await;
    assert_eq!(check["holder_masked"], "S*** A*****");
    assert!(!check.to_string().contains("Aminah"));
    let dashed = check["code"].as_str().unwrap().to_lowercase();
    assert_eq!((dashed.len(), scene.check(&dashed).await), (14, check.clone()));
    assert_eq!(check["state"], "valid");
    assert_eq!(check["service_name"], "Surat Keterangan Domisili");
    assert_eq!(check["area_name"], "Mutiara");
    for wrong in ["000000000000", "x", "7F3K-Q2ZM-8HWT-5", "%F0%9F%98%80"] {
        let reply = scene.app.visitor().get(&format!("/api/v1/letters/{wrong}")).await;
        reply.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_letter_expires_after_its_last_day_and_a_revoked_one_says_so() {
    let scene = Scene::new().await;
    let from = Reservation {
        valid_until: NaiveDate::from_ymd_opt(2026, 11, 30),
        ..scene.reservation(scene.request())
    };
    let reserved = scene.reserve(&from);
    let file = scene.issue(&reserved);
    scene.app.at("2026-11-30T23:59");
    assert_eq!(scene.check(&reserved.code).await["state"], "valid");
    scene.app.at("2026-12-01T00:00");
    assert_eq!(scene.check(&reserved.code).await["state"], "expired");
    assert_eq!(scene.verify(&file).await["state"], "expired");
    scene
        .app
        .app
        .write_now(|conn, ctx| Ok(letters::revoke(conn, ctx, from.request_id, "wrong_person")?))
        .unwrap();
    assert_eq!(scene.check(&reserved.code).await["state"], "revoked");
    assert_eq!(scene.verify(&file).await["state"], "revoked");
    assert_eq!(scene.entries(), [(1, "revoked".into(), Some("wrong_person".into()))]);
}

#[tokio::test]
async fn a_letter_of_two_levels_has_one_code_and_both_numbers() {
    let scene = Scene::new().await;
    let lower = scene.reservation(scene.request());
    let first = scene.reserve(&lower);
    scene.app.wait(TimeDelta::days(1));
    let upper = Reservation {
        on: scene.reservation(lower.request_id).on,
        ..scene.camat_too(&lower)
    };
    let last = scene.reserve(&upper);
    assert_eq!((last.letter_id, &last.code), (first.letter_id, &first.code));
    assert_eq!(last.number, "400.12.2.1/1/KKT/XI/2026");
    scene.issue(&last);
    let check = scene.check(&last.code).await;
    assert_eq!(
        (&check["number"], &check["issued_on"]),
        (&json!(last.number), &json!("2026-11-25"))
    );
    assert_eq!(check["signer"]["office"], "Camat Kota Kisaran Timur");
    assert_eq!(
        check["lower"],
        json!({
            "number": first.number, "issued_on": "2026-11-24",
            "signer": { "name": "Rahmad Hidayat", "office": "Lurah Mutiara" }
        })
    );
    assert_eq!(check["area"], MUTIARA);
}

#[tokio::test]
async fn a_file_is_ours_byte_for_byte_or_it_is_not() {
    let scene = Scene::new().await;
    let reserved = scene.reserve(&scene.reservation(scene.request()));
    let file = scene.issue(&reserved);
    assert_eq!(scene.verify(&file).await["number"], reserved.number);
    assert_eq!(scene.verify(&file).await["state"], "valid");
    for at in [20, file.len() / 2, file.len() - 3] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert_eq!(scene.verify(&changed).await, json!({ "state": "altered" }), "byte {at}");
    }
    for other in [&b""[..], b"%PDF-1.7", &[0; 100_000], b"\xff\xd8\xff\xe0 no photo"] {
        assert_eq!(scene.verify(other).await, json!({ "state": "unknown" }));
    }
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused_and_so_is_none() {
    let app = TestApp::with(&[("SEPAKAT_UPLOAD_BYTES", "1000")]);
    let visitor = app.visitor();
    let reply = visitor
        .post_file("/api/v1/letters/verify", "besar.pdf", vec![0; 1001])
        .await;
    reply.refused(413, "too_large");
    let reply = visitor
        .post_file("/api/v1/letters/verify", "pas.pdf", vec![0; 1000])
        .await;
    assert_eq!(reply.json(200)["state"], "unknown");
    visitor
        .post("/api/v1/letters/verify", &json!({}))
        .await
        .refused(415, "unsupported_media_type");
    visitor
        .get("/api/v1/letters/verify")
        .await
        .refused(405, "method_not_allowed");
}

#[tokio::test]
async fn the_keys_of_the_qr_are_public() {
    let app = TestApp::new();
    let keys = app.visitor().get("/api/v1/letters/keys").await.json(200);
    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["crv"]), (&json!("EC"), &json!("P-256")));
    assert!(key["kid"].as_str().is_some_and(|kid| kid.len() == 43), "{keys}");
}

#[tokio::test]
async fn the_pages_tell_what_a_code_and_a_file_are() {
    let scene = Scene::new().await;
    let reserved = scene.reserve(&scene.reservation(scene.request()));
    let file = scene.issue(&reserved);
    let visitor = scene.app.visitor();
    let page = visitor.get(&format!("/v/{}", reserved.code)).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("asli dan berlaku") && page.text().contains(&reserved.number));
    assert!(!page.text().contains("Aminah"));
    let form = visitor.get("/periksa").await;
    assert!(form.status == 200 && form.text().contains("Periksa keaslian surat"));
    let sent = visitor
        .get(&format!("/periksa?kode={}", reserved.code.to_lowercase()))
        .await;
    assert_eq!(
        (sent.status.as_u16(), sent.header("location")),
        (303, format!("/v/{}", reserved.code).as_str())
    );
    let wrong = visitor.get("/periksa?kode=abc").await;
    assert!(wrong.status == 422 && wrong.text().contains("12 huruf dan angka"));
    let unknown = visitor.get("/v/000000000000").await;
    assert!(unknown.status == 404 && unknown.text().contains("Kode ini tidak dikenal"));
    let dropped = visitor.post_file("/periksa", "surat.pdf", file).await;
    assert!(dropped.status == 200 && dropped.text().contains("asli dan berlaku"));
}
