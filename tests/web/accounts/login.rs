//! Who gets in.

use serde_json::json;

use super::{budi, credentials, registered, siti};
use crate::support::{MUTIARA, TestApp};
use sepakat::accounts::Position;

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_the_same() {
    let app = TestApp::new();
    registered(&app, &siti()).await;
    let visitor = app.visitor();
    let mut answers = Vec::new();
    for login in [
        "keluarga@uji.example",
        "tidak.ada@uji.example",
        "1209205505900001",
        "1209205505900009",
        "?",
        "",
    ] {
        let reply = visitor
            .post("/api/v1/auth/login", &credentials(login, "kata sandi salah"))
            .await;
        let mut problem = reply.refused(401, "login_failed");
        problem["request_id"] = "".into();
        answers.push(problem);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    assert!(answers[0]["detail"].as_str().unwrap().contains("NIK"));
}

#[tokio::test]
async fn one_address_serves_a_family() {
    let app = TestApp::new();
    registered(&app, &siti()).await;
    registered(&app, &budi()).await;
    for (login, password, name) in [
        ("keluarga@uji.example", "hujan di Kisaran", "Siti Aminah"),
        ("keluarga@uji.example", "kopi di Kisaran", "Budi Siregar"),
        ("1209201605880003", "kopi di Kisaran", "Budi Siregar"),
    ] {
        let mut person = app.visitor();
        person.login(login, password, None).await;
        assert_eq!(person.get("/api/v1/me").await.json(200)["nama"], name);
    }
    let crossed = credentials("1209201605880003", "hujan di Kisaran");
    app.visitor()
        .post("/api/v1/auth/login", &crossed)
        .await
        .refused(401, "login_failed");
}

#[tokio::test]
async fn a_verified_claim_on_a_nik_alone_counts() {
    let app = TestApp::new();
    // Somebody claims her NIK first, under another address.
    let mut claim = siti();
    claim["email"] = "orang.lain@uji.example".into();
    claim["password"] = "sandi orang lain".into();
    registered(&app, &claim).await;
    registered(&app, &siti()).await;
    let by_nik = |password| credentials("1209205505900001", password);
    let visitor = app.visitor();
    visitor
        .post("/api/v1/auth/login", &by_nik("sandi orang lain"))
        .await
        .json(200);
    let mut own = app.visitor();
    own.login("1209205505900001", "hujan di Kisaran", None).await;
    let id = own.get("/api/v1/me").await.json(200)["id"].as_str().unwrap().to_owned();

    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let verify = format!("/api/v1/accounts/{id}/verification");
    petugas.post(&verify, &json!({})).await.json(200);
    petugas.post(&verify, &json!({})).await.json(200);
    visitor
        .post("/api/v1/auth/login", &by_nik("sandi orang lain"))
        .await
        .refused(401, "login_failed");
    visitor
        .post("/api/v1/auth/login", &by_nik("hujan di Kisaran"))
        .await
        .json(200);
    assert_eq!(own.get("/api/v1/me").await.json(200)["identity_verified"], true);
    assert_eq!(trail_of(&app, &id), ["identity_verified"]);

    let mut other = app.visitor();
    other.login("orang.lain@uji.example", "sandi orang lain", None).await;
    let other_id = other.get("/api/v1/me").await.json(200)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let verify = format!("/api/v1/accounts/{other_id}/verification");
    petugas
        .post(&verify, &json!({}))
        .await
        .refused(409, "nik_already_verified");
}

/// What the audit chain of an account says was done.
fn trail_of(app: &TestApp, account: &str) -> Vec<String> {
    use diesel::prelude::*;
    use sepakat::schema::audit_entries as t;
    t::table
        .filter(t::chain.eq(format!("account:{account}")))
        .order(t::seq)
        .select(t::action)
        .load(&mut app.connect())
        .unwrap()
}

#[tokio::test]
async fn only_petugas_where_the_person_lives_verifies_and_nobody_the_own_account() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let verify = format!("/api/v1/accounts/{}/verification", resident.account);
    for (position, area) in [(Position::Petugas, "12.09.20.1001"), (Position::Lurah, MUTIARA)] {
        let officer = app.officer(position, area).await;
        officer.post(&verify, &json!({})).await.refused(404, "not_found");
    }
    resident.post(&verify, &json!({})).await.refused(404, "not_found");
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let own = format!("/api/v1/accounts/{}/verification", petugas.account);
    petugas.post(&own, &json!({})).await.refused(404, "not_found");
    petugas
        .post("/api/v1/accounts/x/verification", &json!({}))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn a_name_that_fails_too_often_waits_for_the_next_minute_also_on_this_machine() {
    let app = TestApp::with(&[("TRUSTED_PROXIES", "127.0.0.1")]);
    registered(&app, &siti()).await;
    let visitor = app.visitor();
    let tried = |login: &'static str, password: &'static str, from: &'static str| {
        let call = visitor.call(reqwest::Method::POST, "/api/v1/auth/login");
        crate::support::Reply::to(call.header("x-forwarded-for", from).json(&credentials(login, password)))
    };
    for _ in 0..10 {
        tried("keluarga@uji.example", "kata sandi salah", "203.0.113.7")
            .await
            .refused(401, "login_failed");
    }
    // From anywhere, also with the right password, and under any spelling of the name.
    let reply = tried(" KELUARGA@uji.example", "hujan di Kisaran", "203.0.113.8").await;
    reply.refused(429, "too_many_requests");
    assert!((1..=60).contains(&reply.header("retry-after").parse::<i32>().unwrap()));
    tried("1209205505900001", "hujan di Kisaran", "203.0.113.7")
        .await
        .json(200);
    let here = tried("keluarga@uji.example", "hujan di Kisaran", "127.0.0.1").await;
    here.refused(429, "too_many_requests");
    assert!((1..=60).contains(&here.header("retry-after").parse::<i32>().unwrap()));
    app.wait(chrono::TimeDelta::minutes(1));
    // What succeeds is no failure, however often.
    for _ in 0..12 {
        tried("keluarga@uji.example", "hujan di Kisaran", "203.0.113.7")
            .await
            .json(200);
    }
}

#[tokio::test]
async fn the_own_account_is_changed_by_version() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let me = resident.get("/api/v1/me").await.json(200);
    let version = me["version"].as_i64().unwrap();
    let changed = resident
        .patch("/api/v1/me", &json!({ "hp": "081299998888", "version": version }))
        .await
        .json(200);
    assert_eq!(
        (&changed["hp"], &changed["version"]),
        (&json!("+6281299998888"), &json!(version + 1))
    );
    resident
        .patch("/api/v1/me", &json!({ "hp": "081299998888", "version": version }))
        .await
        .refused(412, "stale_version");
    let problem = resident
        .patch("/api/v1/me", &json!({ "hp": "1", "nama": "Orang Lain", "area": "x" }))
        .await;
    let problem = problem.refused(422, "invalid");
    let codes: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["code"])
        .collect();
    assert_eq!(codes, ["name_fixed", "phone_invalid", "area_unknown"]);
}
