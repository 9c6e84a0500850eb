//! People over HTTP: registering, logging in, sessions, the second factor, pages.

mod factor;
mod login;
mod pages;
mod register;
mod sessions;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{MUTIARA, TestApp};

/// A registration that is right in every field.
fn siti() -> Value {
    json!({
        "nik": "1209205505900001", "no_kk": "1209201505900002", "nama": "Siti Aminah", "tgl_lahir": "1990-05-15",
        "jk": "P", "email": "keluarga@uji.example", "hp": "0812 3456 7890", "area": MUTIARA,
        "password": "hujan di Kisaran",
    })
}

/// Her husband, at the same address.
fn budi() -> Value {
    let mut budi = siti();
    budi["nik"] = "1209201605880003".into();
    budi["tgl_lahir"] = "1988-05-16".into();
    budi["jk"] = "L".into();
    budi["nama"] = "Budi Siregar".into();
    budi["password"] = "kopi di Kisaran".into();
    budi
}

/// The token in the newest mail to an address.
fn link_token(app: &TestApp, address: &str) -> String {
    let mails = app.mails_to(address);
    let (_, text) = mails.last().unwrap();
    let rest = text.split("token=").nth(1).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Registers and opens the link of the mail.
async fn registered(app: &TestApp, person: &Value) {
    // Mails of one moment have no order.
    app.wait(TimeDelta::seconds(1));
    let visitor = app.visitor();
    visitor.post("/api/v1/auth/register", person).await.json(202);
    let token = link_token(app, person["email"].as_str().unwrap());
    visitor
        .post("/api/v1/auth/verify-email", &json!({ "token": token }))
        .await
        .empty(204);
    app.drain_jobs();
    app.wait(TimeDelta::seconds(1));
}

fn credentials(login: &str, password: &str) -> Value {
    json!({ "login": login, "password": password })
}
