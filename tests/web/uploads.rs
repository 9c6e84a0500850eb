//! What is let in as a scan, and what becomes of it when nobody wants it.
#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::TimeDelta;
use diesel::prelude::*;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sepakat::files;
use sepakat::platform::time::Clock;
use sepakat::schema::attachments;
use serde_json::json;

use crate::support::{Client, Reply, TestApp, a_photo, skd};

const PATH: &str = "/api/v1/attachments";

fn rows(test: &TestApp) -> i64 {
    attachments::table.count().get_result(&mut test.connect()).unwrap()
}

fn blobs(test: &TestApp) -> usize {
    let later = Clock::System.now() + TimeDelta::hours(1);
    test.app.extras().files.older_than("scans", later).unwrap().len()
}

async fn post_once(client: &Client, key: &str, bytes: Vec<u8>) -> Reply {
    let form = Form::new().part("file", Part::bytes(bytes).file_name("ktp.jpg"));
    Reply::to(
        client
            .call(Method::POST, PATH)
            .header("idempotency-key", key)
            .multipart(form),
    )
    .await
}

#[tokio::test]
async fn a_photo_is_taken_in_as_a_clean_jpeg_of_its_owner() {
    let test = TestApp::new();
    let siti = test.resident("Siti Aminah").await;
    let taken = siti.post_file(PATH, "ktp.exe", a_photo()).await.json(201);
    assert_eq!(taken["media_type"], "image/jpeg");
    assert_eq!(taken["sha256"].as_str().unwrap().len(), 64);
    let id = taken["id"].as_str().unwrap().parse().unwrap();
    let opened = test
        .app
        .read_now(|conn, ctx| files::open(conn, ctx, &test.app.extras().files, id))
        .unwrap();
    assert_eq!(
        i64::try_from(opened.bytes.len()).unwrap(),
        taken["bytes"].as_i64().unwrap()
    );
    assert!(image::load_from_memory(&opened.bytes).is_ok());
    let owner: uuid::Uuid = attachments::table
        .select(attachments::owner)
        .first(&mut test.connect())
        .unwrap();
    assert_eq!(owner, siti.account);
}

#[tokio::test]
async fn the_same_key_and_file_give_the_first_answer_and_leave_one_file() {
    let test = TestApp::new();
    let siti = test.resident("Siti Aminah").await;
    let first = post_once(&siti, "k", a_photo()).await.json(201);
    assert_eq!(post_once(&siti, "k", a_photo()).await.json(201), first);
    assert_eq!((rows(&test), blobs(&test)), (1, 1));
    let mut other = a_photo();
    other.extend(b"other");
    post_once(&siti, "k", other).await.refused(422, "idempotency_mismatch");
    let budi = test.resident("Budi Santoso").await;
    assert_ne!(post_once(&budi, "k", a_photo()).await.json(201)["id"], first["id"]);
}

#[tokio::test]
async fn what_cannot_be_a_scan_is_refused_with_advice() {
    let test = TestApp::with(&[("SEPAKAT_UPLOAD_BYTES", "100000")]);
    test.visitor()
        .post_file(PATH, "a.jpg", a_photo())
        .await
        .refused(401, "login_required");
    let siti = test.resident("Siti Aminah").await;
    let html = siti
        .post_file(PATH, "a.jpg", b"<script>alert(1)</script>".to_vec())
        .await;
    let refused = html.refused(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "file");
    assert_eq!(refused["errors"][0]["code"], "file_type");
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("PDF"));
    siti.post_file(PATH, "a.jpg", vec![0; 100_001])
        .await
        .refused(413, "too_large");
    siti.post_file(PATH, "a.jpg", vec![0; 5_000_000])
        .await
        .refused(413, "too_large");
    siti.post(PATH, &json!({})).await.refused(415, "unsupported_media_type");
    let other = Form::new().part("berkas", Part::bytes(a_photo()));
    let other = Reply::to(siti.call(Method::POST, PATH).multipart(other)).await;
    assert_eq!(other.refused(422, "invalid")["errors"][0]["code"], "required");
    for kind in ["multipart/form-data", "multipart/form-data; boundary=x"] {
        let broken = siti
            .call(Method::POST, PATH)
            .header("content-type", kind)
            .body("--x\r\nno end");
        Reply::to(broken).await.refused(400, "malformed_body");
    }
    assert_eq!((rows(&test), blobs(&test)), (0, 0));
}

#[tokio::test]
async fn an_upload_that_no_request_names_is_gone_after_a_day_and_the_others_stay() {
    let test = TestApp::new();
    let siti = test.resident("Siti Aminah").await;
    let request = siti.submit(&skd()).await;
    let kept = rows(&test);
    siti.upload().await;
    files::put_blob(
        &test.app.extras().files,
        "scans",
        b"of a transaction that failed".to_vec(),
    )
    .unwrap();
    test.sweep();
    assert_eq!(rows(&test), kept + 1);
    // The store knows the machine's time, rows the given one.
    test.app
        .clock()
        .set(test.app.now().max(Clock::System.now()) + TimeDelta::hours(25));
    test.sweep();
    assert_eq!((rows(&test), blobs(&test)), (kept, usize::try_from(kept).unwrap()));
    let named: Vec<uuid::Uuid> = attachments::table
        .select(attachments::id)
        .load(&mut test.connect())
        .unwrap();
    for id in named {
        let opened = test
            .app
            .read_now(|conn, ctx| files::open(conn, ctx, &test.app.extras().files, id));
        assert!(opened.is_ok(), "{request}");
    }
}
