//! Forms that are put aside, continued, handed in, thrown away, forgotten.

use chrono::TimeDelta;
use diesel::prelude::*;
use futures_util::future::join_all;
use reqwest::Method;
use sepakat::schema::{attachments, drafts};
use serde_json::{Value, json};

use crate::pages::{PageForm, browser, led_to, page};
use crate::support::{Client, MUTIARA, PASSWORD, Reply, TestApp, a_photo, skd};

const DRAFTS: &str = "/api/v1/drafts";

fn path(draft: &Value) -> String {
    format!("{DRAFTS}/{}", draft["id"].as_str().unwrap())
}

/// Half a form, with a NIK that is none and an upload.
async fn half(client: &Client) -> Value {
    let body = json!({
        "service": "SKD", "area": MUTIARA,
        "applicant": { "nik": "12092055", "nama": "Siti", "alamat": "" }, "fields": { "keperluan": "Bank" },
        "attachments": [{ "kind": "ktp", "id": client.upload().await }],
    });
    client.post(DRAFTS, &body).await.json(201)
}

#[tokio::test]
async fn a_draft_is_kept_as_typed_changed_by_parts_and_handed_in_once() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let draft = half(&resident).await;
    assert_eq!(
        (&draft["applicant"]["nik"], &draft["version"]),
        (&json!("12092055"), &json!(1))
    );
    let path = path(&draft);
    let change = json!({ "applicant": { "nik": "120920", "nama": null }, "relation": "self", "version": 1 });
    let changed = resident.patch(&path, &change).await.json(200);
    assert_eq!(changed["applicant"], json!({ "nik": "120920", "alamat": "" }));
    assert_eq!(
        (&changed["fields"]["keperluan"], &changed["version"]),
        (&json!("Bank"), &json!(2))
    );
    resident.patch(&path, &change).await.refused(412, "stale_version");
    let stale = resident.call(Method::DELETE, &path).header("if-match", "\"1\"");
    Reply::to(stale).await.refused(412, "stale_version");

    let mut whole = resident.with_uploads(&skd()).await;
    whole["draft"] = draft["id"].clone();
    // Refused as a whole: the draft stays.
    let mut wrong = whole.clone();
    wrong["applicant"]["nik"] = "1".into();
    resident.post("/api/v1/requests", &wrong).await.refused(422, "invalid");
    resident.get(&path).await.json(200);
    let twice = join_all([0, 1].map(|_| resident.post("/api/v1/requests", &whole))).await;
    let mut codes: Vec<u16> = twice.iter().map(|reply| reply.status.as_u16()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [201, 422], "one draft is one request");
    resident.get(&path).await.refused(404, "not_found");
    assert_eq!(resident.get(DRAFTS).await.json(200)["items"], json!([]));
}

#[tokio::test]
async fn a_draft_is_its_owners_alone_and_sealed() {
    let app = TestApp::new();
    let (resident, other) = (app.resident("Siti Aminah").await, app.resident("Budi").await);
    let draft = half(&resident).await;
    let path = path(&draft);
    other.get(&path).await.refused(404, "not_found");
    other
        .patch(&path, &json!({ "relation": "self" }))
        .await
        .refused(404, "not_found");
    other.delete(&path).await.refused(404, "not_found");
    assert_eq!(other.get(DRAFTS).await.json(200)["items"], json!([]));
    let mut body = other.with_uploads(&skd()).await;
    for wrong in [draft["id"].clone(), json!("x"), json!(7), json!({})] {
        body["draft"] = wrong;
        let refused = other.post("/api/v1/requests", &body).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], "draft", "{refused}");
    }
    let taken = json!({ "service": "SKD", "attachments": draft["attachments"] });
    let refused = other.post(DRAFTS, &taken).await.refused(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "attachments.ktp");
    let stored: Vec<u8> = drafts::table
        .select(drafts::contents)
        .first(&mut app.connect())
        .unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains("12092055"));
    assert_eq!(resident.delete(&path).await.status, 204);
    resident.delete(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_account_has_at_most_20_drafts_of_a_sensible_size() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let new = json!({ "service": "SKD" });
    let all = join_all((0..24).map(|_| resident.post(DRAFTS, &new))).await;
    assert_eq!(all.iter().filter(|reply| reply.status == 201).count(), 20);
    resident.post(DRAFTS, &new).await.refused(409, "draft_limit");
    let page = resident.get(&format!("{DRAFTS}?limit=15")).await.json(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = resident
        .get(&format!("{DRAFTS}?limit=15&cursor={cursor}"))
        .await
        .json(200);
    assert_eq!(rest["items"].as_array().unwrap().len(), 5);
    let id = path(&page["items"][0]);
    let long = "x".repeat(19_000);
    let large = json!({ "fields": { "a": long, "b": long, "c": long, "d": long } });
    resident.patch(&id, &large).await.refused(413, "too_large");
    for (field, value) in [
        ("area", json!(7)),
        ("applicant", json!("x")),
        ("fields", json!([])),
        ("attachments", json!({})),
    ] {
        let refused = resident
            .patch(&id, &json!({ field: value }))
            .await
            .refused(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field);
    }
    resident
        .post(DRAFTS, &json!({ "service": "TIDAK-ADA" }))
        .await
        .refused(422, "invalid");
}

#[tokio::test]
async fn a_draft_keeps_its_uploads_and_goes_30_days_after_its_last_change() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let path = path(&half(&resident).await);
    let uploads = |app: &TestApp| -> i64 { attachments::table.count().get_result(&mut app.connect()).unwrap() };
    app.wait(TimeDelta::days(29));
    app.sweep();
    assert_eq!(uploads(&app), 1, "named by a draft");
    let mut again = app.visitor();
    again.login(&resident.email, PASSWORD, None).await;
    again.patch(&path, &json!({ "relation": "self" })).await.json(200);
    app.wait(TimeDelta::days(29));
    app.sweep();
    let mut again = app.visitor();
    again.login(&resident.email, PASSWORD, None).await;
    again.get(&path).await.json(200);
    app.wait(TimeDelta::days(2));
    app.sweep();
    app.sweep();
    let mut again = app.visitor();
    again.login(&resident.email, PASSWORD, None).await;
    again.get(&path).await.refused(404, "not_found");
    assert_eq!(uploads(&app), 0);
}

#[tokio::test]
async fn a_form_is_put_aside_continued_and_handed_in_by_page() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let client = browser(&app, &resident.email, None).await;
    const FORM: &str = "/layanan/SKD/ajukan";
    let form = PageForm::to(FORM, &page(&client.get(FORM).await, 200));
    let half = form
        .fill("applicant.pekerjaan", "Guru <honorer>")
        .fill("applicant.nik", "12 34")
        .file("attachments.ktp", a_photo())
        .press("simpan", "1");
    let place = led_to(&half.upload(&client).await);
    assert_eq!(place, "/permohonan?disimpan=1#simpanan");
    // Pressed twice.
    led_to(&half.upload(&client).await);
    let list = page(&client.get("/permohonan?disimpan=1").await, 200);
    assert_eq!(list.matches(">Lanjutkan<").count(), 1, "{list}");
    let go_on = list
        .split(&format!("href=\"{FORM}?draf="))
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let go_on = format!("{FORM}?draf={go_on}");
    let form = PageForm::to(FORM, &page(&client.get(&go_on).await, 200));
    assert_eq!(
        (form.value("applicant.pekerjaan"), form.value("applicant.nik")),
        ("Guru <honorer>", "12 34")
    );
    assert!(!form.value("attachments.ktp").is_empty());
    // Put aside once more: the same draft.
    led_to(
        &form
            .clone()
            .fill("fields.keperluan", "Bank")
            .press("simpan", "1")
            .upload(&client)
            .await,
    );
    let stale = page(
        &form.press("simpan", "1").fill("kunci", "lain").upload(&client).await,
        412,
    );
    assert!(stale.contains("Muat ulang"), "{stale}");
    let form = PageForm::to(FORM, &page(&client.get(&go_on).await, 200));
    assert_eq!(form.value("fields.keperluan"), "Bank");
    let whole = form
        .fill("applicant.nik", resident.nik.as_ref().unwrap())
        .fill("applicant.tempat_lahir", "Kisaran")
        .fill("applicant.agama", "Islam")
        .fill("applicant.status_kawin", "Kawin")
        .fill("applicant.alamat", "Jl. Contoh No. 8")
        .fill("fields.alamat_domisili", "Jl. Cokroaminoto")
        .fill("fields.tinggal_sejak", "2019-03-01")
        .fill("fields.status_tinggal", "kos")
        .file("attachments.kk", a_photo());
    let request = led_to(&whole.upload(&client).await);
    assert!(request.ends_with("?baru=1"), "{request}");
    let list = page(&client.get("/permohonan").await, 200);
    assert!(!list.contains(">Lanjutkan<"), "{list}");
    page(&client.get(&go_on).await, 404);
}

#[tokio::test]
async fn a_draft_is_thrown_away_by_its_button() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let draft = half(&resident).await;
    let client = browser(&app, &resident.email, None).await;
    let action = format!("/simpanan/{}/hapus", draft["id"].as_str().unwrap());
    let form = PageForm::to(&action, &page(&client.get("/permohonan").await, 200));
    let other = browser(&app, &app.resident("Budi").await.email, None).await;
    let csrf = PageForm::to("/keluar", &page(&other.get("/permohonan").await, 200))
        .value("csrf")
        .to_owned();
    page(&form.clone().fill("csrf", &csrf).send(&other).await, 404);
    assert_eq!(led_to(&form.send(&client).await), "/permohonan");
    led_to(&form.send(&client).await);
    assert!(!page(&client.get("/permohonan").await, 200).contains(">Lanjutkan<"));
}
