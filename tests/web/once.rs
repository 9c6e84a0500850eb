//! Exactly once: every call that creates or acts, with the same key again, answers the same and changes nothing; with
//! another body it is refused. The calls come from the OpenAPI document and from the addresses of the pages, so that
//! none can be forgotten.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sepakat::accounts::Position;
use sepakat::platform::http::registered;
use serde_json::json;

use crate::hostile::bodies::{CALLS, World};
use crate::pages::form::PageForm;
use crate::pages::{browser, forms};
use crate::support::{Client, MUTIARA, Reply, TestApp, a_photo, skd};

/// POSTs with a login whose body is no JSON; each has a test below.
const WITHOUT_JSON: &[&str] = &[
    "/api/v1/attachments",
    "/api/v1/queue/next",
    "/api/v1/accounts/{account_id}/verification",
];

/// Forms that carry a key; each is sent twice in a test below or in the one that is named.
const KEYED: &[&str] = &[
    "/antrean/berikutnya",
    "/layanan/{code}/ajukan",
    "/permohonan/{id}/lengkapi",   // pages::forms
    "/permohonan/{id}/pencocokan", // by its nature, too: who is verified stays so
    "/permohonan/{id}/perbaiki",   // the same operation as lengkapi
    "/permohonan/{id}/pesan",
    "/permohonan/{id}/petugas",
    "/permohonan/{id}/tindakan",
    "/simpanan/{draft_id}/hapus", // by its nature, too: what is gone stays gone
    "/tanda-tangan",              // bulk
];

/// Forms that need none: what they do is the same the second time.
const REPEATABLE: &[(&str, &str)] = &[
    ("/akun", "the version that it sends is gone after the first"),
    ("/akun/faktor-kedua", "a code of the authenticator works once"),
    (
        "/akun/faktor-kedua/mulai",
        "makes a new secret, which only its first code puts in force",
    ),
    ("/akun/sesi", "what is ended stays ended"),
    ("/atur-sandi", "a mailed link works once"),
    ("/daftar", "answers the same for an account that exists"),
    ("/keluar", "what is ended stays ended"),
    ("/konfirmasi", "a code of the authenticator works once"),
    ("/lupa-sandi", "sends a link, as often as it is asked for"),
    ("/masuk", "opens a session"),
    ("/periksa", "changes nothing"),
];

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// Rows of every table but those of keys and of who looked at what.
fn rows(app: &TestApp) -> Vec<(String, i64)> {
    let conn = &mut app.connect();
    let tables: Vec<Table> = diesel::sql_query(
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'
         AND tablename NOT IN ('idempotency_keys', 'audit_entries') ORDER BY 1",
    )
    .load(conn)
    .unwrap();
    let count = |table: Table| {
        let sql = format!("SELECT count(*) AS rows FROM {}", table.name);
        let rows: Rows = diesel::sql_query(sql).get_result(conn).unwrap();
        (table.name, rows.rows)
    };
    tables.into_iter().map(count).collect()
}

async fn send(client: &Client, method: &Method, path: &str, key: &str, body: String) -> Reply {
    let call = client.call(method.clone(), path).header("idempotency-key", key);
    Reply::to(call.header("content-type", "application/json").body(body)).await
}

/// Whether a documented call has to be once-only: it acts for somebody who is logged in.
fn is_once(method: &str, path: &str, call: &serde_json::Value) -> bool {
    method == "post" && call["security"].is_array() && !path.starts_with("/api/v1/auth/")
}

#[tokio::test]
async fn every_call_that_creates_or_acts_has_its_effect_once() {
    let world = World::new().await;
    let document = world.app.visitor().get("/api/openapi.json").await.json(200);
    let mut missing = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, call) in item.as_object().unwrap() {
            if !is_once(method, path, call) || WITHOUT_JSON.contains(&path.as_str()) {
                continue;
            }
            let name = format!("POST {path}");
            let Some((_, calls)) = CALLS.iter().find(|(known, _)| *known == name) else {
                missing.insert(name);
                continue;
            };
            for call in calls(&world).await {
                let text = call.body.to_string();
                let again = || send(&call.client, &call.method, &call.path, "satu kunci", text.clone());
                let first = again().await;
                assert!(first.status.is_success(), "{name}: {}", first.text());
                let before = rows(&world.app);
                let second = again().await;
                assert_eq!((first.status, first.text()), (second.status, second.text()), "{name}");
                assert_eq!(rows(&world.app), before, "{name}");
                let other = send(&call.client, &call.method, &call.path, "satu kunci", text + " ").await;
                other.refused(422, "idempotency_mismatch");
            }
        }
    }
    assert!(missing.is_empty(), "no call in hostile/bodies.rs for {missing:?}");
    world.app.drain_jobs();
}

#[tokio::test]
async fn an_upload_under_one_key_is_one_upload() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let upload = |bytes: Vec<u8>| {
        let form = Form::new().part("file", Part::bytes(bytes).file_name("foto.jpg"));
        let call = resident.call(Method::POST, "/api/v1/attachments");
        Reply::to(call.header("idempotency-key", "satu kunci").multipart(form))
    };
    let first = upload(a_photo()).await.json(201);
    let before = rows(&app);
    assert_eq!(upload(a_photo()).await.json(201), first);
    assert_eq!(rows(&app), before);
    let mut other = a_photo();
    other.push(0);
    upload(other).await.refused(422, "idempotency_mismatch");
}

#[tokio::test]
async fn next_and_verification_under_one_key_are_one() {
    let app = TestApp::new();
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let resident = app.resident("Siti Aminah").await;
    resident.submit(&skd()).await;
    resident.submit(&skd()).await;
    let empty = json!({});
    let take = || petugas.post_once("/api/v1/queue/next", "satu kunci", &empty);
    let first = take().await.json(200);
    assert_eq!(take().await.json(200), first);
    assert_ne!(petugas.next().await["id"], first["id"]);
    diesel::sql_query(format!(
        "UPDATE accounts SET identity_verified_at = NULL WHERE id = '{}'",
        resident.account
    ))
    .execute(&mut app.connect())
    .unwrap();
    let path = format!("/api/v1/accounts/{}/verification", resident.account);
    let verify = || petugas.post_once(&path, "satu kunci", &empty);
    let first = verify().await.json(200);
    let before = rows(&app);
    assert_eq!(verify().await.json(200), first);
    assert_eq!(rows(&app), before);
    app.drain_jobs();
}

#[tokio::test]
async fn a_key_belongs_to_its_account_and_its_address() {
    let app = TestApp::new();
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let residents = [app.resident("Siti Aminah").await, app.resident("Budi Santoso").await];
    let mut made = Vec::new();
    for resident in &residents {
        let body = resident.with_uploads(&skd()).await;
        let reply = resident.post_once("/api/v1/requests", "satu kunci", &body).await;
        made.push(reply.json(201)["id"].as_str().unwrap().to_owned());
    }
    assert_ne!(made[0], made[1]);
    for id in &made {
        let path = format!("/api/v1/requests/{id}/actions");
        let verify = json!({ "action": "verify" });
        let moved = petugas.post_once(&path, "satu kunci", &verify).await.json(200);
        assert_eq!(moved["id"], id.as_str());
    }
    app.drain_jobs();
}

#[tokio::test]
async fn every_form_has_a_key_or_a_reason_why_not() {
    let _app = TestApp::new();
    let posted: BTreeSet<String> = registered()
        .into_iter()
        .filter(|(method, path)| method == "POST" && !path.starts_with("/api/"))
        .map(|(_, path)| path)
        .collect();
    let known: BTreeSet<String> = KEYED
        .iter()
        .copied()
        .chain(REPEATABLE.iter().map(|(path, _)| *path))
        .map(str::to_owned)
        .collect();
    assert_eq!(posted, known);
}

/// Sends a form twice, then changed: one effect, then a refusal.
async fn twice(app: &TestApp, client: &Client, form: &PageForm, changed: &PageForm) {
    assert!(form.value("kunci").len() > 20, "{} has no key", form.action);
    let first = form.send(client).await;
    assert_eq!(first.status, 303, "{}: {}", form.action, first.text());
    let before = rows(app);
    let second = form.send(client).await;
    assert_eq!(
        (second.status, second.header("location")),
        (first.status, first.header("location")),
        "{}",
        form.action
    );
    assert_eq!(rows(app), before, "{}", form.action);
    let other = changed.send(client).await;
    assert_eq!(other.status, 422, "{}: {}", form.action, other.text());
    assert_eq!(rows(app), before, "{}", form.action);
}

#[tokio::test]
async fn forms_of_officers_have_their_effect_once() {
    let app = TestApp::new();
    let petugas = [
        app.officer(Position::Petugas, MUTIARA).await,
        app.officer(Position::Petugas, MUTIARA).await,
    ];
    app.officer(Position::Seklur, MUTIARA).await;
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    let resident = app.resident("Siti Aminah").await;
    let id = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
    let address = format!("/permohonan/{id}");
    app.wait(chrono::TimeDelta::minutes(1));
    let otp = lurah.totp.as_ref().unwrap().code_at(app.app.now());
    let chief = browser(&app, &lurah.email, Some(&otp)).await;
    let form = PageForm::to(&format!("{address}/petugas"), &chief.get(&address).await.text());
    assert!(!form.value("version").is_empty());
    let nobody = form.clone().fill("account", "");
    let gets = form.fill("account", &petugas[1].account.to_string());
    let is_with_the_second = gets.value("account") == nobody.value("account");
    assert!(!is_with_the_second);
    twice(&app, &chief, &nobody, &gets).await;

    let desk = browser(&app, &petugas[0].email, None).await;
    let take = PageForm::to("/antrean/berikutnya", &desk.get("/antrean").await.text());
    let other = take.clone().press("lain", "1");
    twice(&app, &desk, &take, &other).await;
    let page = desk.get(&address).await.text();
    let message = PageForm::to(&format!("{address}/pesan"), &page).fill("text", "Mohon ditunggu.");
    let other = message.clone().fill("text", "Lain.");
    twice(&app, &desk, &message, &other).await;
    let verify = PageForm::to(&format!("{address}/tindakan"), &page);
    assert!(!verify.value("version").is_empty());
    let other = verify.clone().press("note", "Lain");
    twice(&app, &desk, &verify, &other).await;
    app.drain_jobs();
}

#[tokio::test]
async fn a_form_with_files_is_handed_in_once() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let client = browser(&app, &resident.email, None).await;
    let form = forms::filled(&client)
        .await
        .file("attachments.ktp", a_photo())
        .file("attachments.kk", a_photo());
    let first = form.upload(&client).await;
    assert_eq!(first.status, 303, "{}", first.text());
    let requests = |app: &TestApp| rows(app).into_iter().find(|(name, _)| name == "requests").unwrap().1;
    let second = form.upload(&client).await;
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(requests(&app), 1);
    // One byte in one file makes it another form.
    let mut other = form.clone();
    other.files[1].1.push(0);
    assert_eq!(other.upload(&client).await.status, 422);
    assert_eq!(requests(&app), 1);
    app.drain_jobs();
}
