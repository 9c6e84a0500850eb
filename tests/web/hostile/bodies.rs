//! A valid body of every call that takes JSON, by somebody who may make it.

use std::pin::Pin;

use reqwest::Method;
use sepakat::accounts::Position;
use serde_json::{Value, json};

use crate::support::{Client, MUTIARA, TestApp, skd};

/// A call that would succeed.
pub struct Call {
    pub client: Client,
    pub method: Method,
    pub path: String,
    pub body: Value,
}

impl Call {
    fn new(client: &Client, method: Method, path: &str, body: Value) -> Self {
        Self {
            client: client.clone(),
            method,
            path: path.to_owned(),
            body,
        }
    }

    fn post(client: &Client, path: &str, body: Value) -> Self {
        Self::new(client, Method::POST, path, body)
    }
}

/// Who makes the calls, and what they are about.
pub struct World {
    pub app: TestApp,
    pub resident: Client,
    pub kepling: Client,
    pub lurah: Client,
}

impl World {
    pub async fn new() -> Self {
        let app = TestApp::new();
        Self {
            resident: app.resident("Siti Aminah").await.client,
            kepling: app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await.client,
            lurah: app.officer(Position::Lurah, MUTIARA).await.client,
            app,
        }
    }
}

type Calls = for<'a> fn(&'a World) -> Pin<Box<dyn Future<Output = Vec<Call>> + 'a>>;

/// By method and documented path.
pub const CALLS: &[(&str, Calls)] = &[
    ("POST /api/v1/auth/register", |world| {
        Box::pin(async { vec![register(world)] })
    }),
    ("POST /api/v1/auth/verify-email", |world| {
        secret(world, "verify-email", json!({ "token": "x" }))
    }),
    ("POST /api/v1/auth/login", |world| {
        secret(
            world,
            "login",
            json!({ "login": "siti.aminah@uji.example", "password": "y", "otp": "123456" }),
        )
    }),
    ("POST /api/v1/auth/refresh", |world| {
        secret(world, "refresh", json!({ "refresh_token": "x" }))
    }),
    ("POST /api/v1/auth/password/forgot", |world| {
        secret(world, "password/forgot", json!({ "login": "siti.aminah@uji.example" }))
    }),
    ("POST /api/v1/auth/password/reset", |world| {
        secret(
            world,
            "password/reset",
            json!({ "token": "x", "password": "sebuah kata sandi" }),
        )
    }),
    ("POST /api/v1/auth/step-up", |world| {
        secret(world, "step-up", json!({ "otp": "123456" }))
    }),
    ("POST /api/v1/auth/totp/confirm", |world| {
        secret(world, "totp/confirm", json!({ "otp": "123456" }))
    }),
    ("PATCH /api/v1/me", |world| {
        let body = json!({ "hp": "081200009902", "area": format!("{MUTIARA}.01"), "version": 1 });
        Box::pin(async { vec![Call::new(&world.resident, Method::PATCH, "/api/v1/me", body)] })
    }),
    ("POST /api/v1/officers/{id}/absences", |world| {
        Box::pin(async {
            let me = world.kepling.get("/api/v1/me").await.json(200);
            let path = format!("/api/v1/officers/{}/absences", me["id"].as_str().unwrap());
            let body = json!({ "from": "2026-12-01", "until": "2026-12-03" });
            vec![Call::post(&world.kepling, &path, body)]
        })
    }),
    ("POST /api/v1/requests", |world| {
        Box::pin(async {
            let mut body = world.resident.with_uploads(&skd()).await;
            body["relation"] = "self".into();
            vec![Call::post(&world.resident, "/api/v1/requests", body)]
        })
    }),
    ("POST /api/v1/drafts", |world| {
        Box::pin(async { vec![Call::post(&world.resident, "/api/v1/drafts", draft())] })
    }),
    ("PATCH /api/v1/drafts/{draft_id}", |world| {
        Box::pin(async {
            let made = world.resident.post("/api/v1/drafts", &draft()).await.json(201);
            let path = format!("/api/v1/drafts/{}", made["id"].as_str().unwrap());
            let body = json!({ "area": MUTIARA, "relation": "self" });
            vec![Call::new(&world.resident, Method::PATCH, &path, body)]
        })
    }),
    ("POST /api/v1/requests/{id}/messages", |world| {
        Box::pin(async {
            let request = world.resident.submit(&skd()).await;
            let path = format!("/api/v1/requests/{}/messages", request["id"].as_str().unwrap());
            vec![Call::post(&world.resident, &path, json!({ "text": "Halo" }))]
        })
    }),
    ("POST /api/v1/requests/{id}/actions", |world| Box::pin(actions(world))),
    ("PUT /api/v1/requests/{id}/assignment", |world| {
        Box::pin(async {
            let request = world.resident.submit(&skd()).await;
            let path = format!("/api/v1/requests/{}/assignment", request["id"].as_str().unwrap());
            let me = world.kepling.get("/api/v1/me").await.json(200);
            vec![Call::new(
                &world.lurah,
                Method::PUT,
                &path,
                json!({ "account": me["id"] }),
            )]
        })
    }),
    ("POST /api/v1/actions/bulk", |world| {
        Box::pin(async {
            let request = world.resident.submit(&skd()).await;
            let item = json!({ "id": request["id"], "version": request["version"] });
            let body = json!({ "action": "endorse", "items": [item], "passphrase": "rahasia" });
            vec![Call::post(&world.kepling, "/api/v1/actions/bulk", body)]
        })
    }),
];

/// Its answers may be anything that JSON is, so they are not attacked here.
fn draft() -> Value {
    json!({ "service": "SKD", "area": MUTIARA, "relation": "self" })
}

fn register(world: &World) -> Call {
    let body = json!({
        "nik": "1209201505904321", "no_kk": "1209200101154321", "nama": "Budi Santoso", "tgl_lahir": "1990-05-15",
        "jk": "L", "email": "budi@uji.example", "hp": "081200009903", "area": MUTIARA,
        "password": "sebuah kata sandi uji",
    });
    Call::post(&world.app.visitor(), "/api/v1/auth/register", body)
}

fn secret<'a>(world: &'a World, path: &'static str, body: Value) -> Pin<Box<dyn Future<Output = Vec<Call>> + 'a>> {
    Box::pin(async move { vec![Call::post(&world.lurah, &format!("/api/v1/auth/{path}"), body)] })
}

/// An officer returns a request, and the resident hands it in again.
async fn actions(world: &World) -> Vec<Call> {
    let request = world.resident.submit(&skd()).await;
    let path = format!("/api/v1/requests/{}/actions", request["id"].as_str().unwrap());
    let returned = world.resident.submit(&skd()).await;
    let id = returned["id"].as_str().unwrap();
    world
        .kepling
        .act(
            id,
            &json!({ "action": "return", "note": "Foto KK buram", "reason_code": "unclear" }),
        )
        .await;
    let again = json!({
        "action": "resubmit",
        "note": "Sudah diganti",
        "applicant": { "alamat": "Jl. Contoh No. 9" },
        "fields": { "keperluan": "Membuka rekening" },
        "attachments": [{ "kind": "kk", "id": world.resident.upload().await }],
    });
    let elsewhere = world.resident.submit(&skd()).await;
    let elsewhere = elsewhere["id"].as_str().unwrap();
    world.kepling.act(elsewhere, &json!({ "action": "endorse" })).await;
    let petugas = world.app.officer(Position::Petugas, MUTIARA).await.client;
    let transfer = json!({
        "action": "transfer", "note": "Sesuai KK", "to": "12.09.20.1001", "applicant": { "lingkungan": "12.09.20.1001.01" },
    });
    vec![
        Call::post(
            &world.kepling,
            &path,
            json!({ "action": "return", "note": "Foto buram", "reason_code": "unclear" }),
        ),
        Call::post(&petugas, &format!("/api/v1/requests/{elsewhere}/actions"), transfer),
        Call::post(&world.resident, &format!("/api/v1/requests/{id}/actions"), again),
    ]
}
