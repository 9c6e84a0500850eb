//! Registration, confirmation, forgotten passwords, invitations.

use sepakat::accounts::invitation::{self, NewAppointment};
use sepakat::accounts::{Email, Position};
use sepakat::platform::error::Error;
use serde_json::json;

use super::{credentials, link_token, registered, siti};
use crate::support::{MUTIARA, TestApp};

#[tokio::test]
async fn a_resident_registers_confirms_the_address_and_logs_in() {
    let app = TestApp::new();
    let mut visitor = app.visitor();
    let answer = visitor.post("/api/v1/auth/register", &siti()).await.json(202);
    assert_eq!(answer, json!({ "status": "mail_sent", "warnings": [] }));
    let login = credentials("Keluarga@uji.example", "hujan di Kisaran");
    visitor
        .post("/api/v1/auth/login", &login)
        .await
        .refused(403, "email_unverified");
    let token = link_token(&app, "keluarga@uji.example");
    let body = json!({ "token": token });
    visitor.post("/api/v1/auth/verify-email", &body).await.empty(204);
    // Mail programs open links, too: a second time is no error.
    visitor.post("/api/v1/auth/verify-email", &body).await.empty(204);
    visitor.login("keluarga@uji.example", "hujan di Kisaran", None).await;
    let me = visitor.get("/api/v1/me").await.json(200);
    assert_eq!(me["nama"], "Siti Aminah");
    assert_eq!(me["nik_masked"], "120920*********1");
    assert_eq!(
        (&me["email_verified"], &me["identity_verified"]),
        (&json!(true), &json!(false))
    );
    visitor.login("1209 2055 0590 0001", "hujan di Kisaran", None).await;
    app.drain_jobs();
}

#[tokio::test]
async fn registering_twice_is_answered_the_same_and_tells_only_the_owner() {
    let app = TestApp::new();
    registered(&app, &siti()).await;
    let mut again = siti();
    again["password"] = "kata sandi pencuri".into();
    let answer = app.visitor().post("/api/v1/auth/register", &again).await.json(202);
    assert_eq!(answer, json!({ "status": "mail_sent", "warnings": [] }));
    let subjects: Vec<_> = app
        .mails_to("keluarga@uji.example")
        .into_iter()
        .map(|mail| mail.0)
        .collect();
    assert_eq!(
        subjects,
        ["Konfirmasi email Anda - SEPAKAT", "Anda sudah punya akun - SEPAKAT"]
    );
    let visitor = app.visitor();
    let stolen = credentials("keluarga@uji.example", "kata sandi pencuri");
    visitor
        .post("/api/v1/auth/login", &stolen)
        .await
        .refused(401, "login_failed");
    app.drain_jobs();
}

#[tokio::test]
async fn whoever_registers_last_before_the_address_is_confirmed_has_the_account() {
    let app = TestApp::new();
    let visitor = app.visitor();
    let mut first = siti();
    first["password"] = "kata sandi orang lain".into();
    visitor.post("/api/v1/auth/register", &first).await.json(202);
    let old = link_token(&app, "keluarga@uji.example");
    registered(&app, &siti()).await;
    let reply = visitor
        .post("/api/v1/auth/verify-email", &json!({ "token": old }))
        .await;
    reply.refused(422, "link_invalid");
    let other = credentials("keluarga@uji.example", "kata sandi orang lain");
    visitor
        .post("/api/v1/auth/login", &other)
        .await
        .refused(401, "login_failed");
    let own = credentials("keluarga@uji.example", "hujan di Kisaran");
    visitor.post("/api/v1/auth/login", &own).await.json(200);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_that_was_typed_comes_back() {
    let app = TestApp::new();
    let mut wrong = siti();
    wrong["nik"] = "1209201505900001".into();
    wrong["area"] = "12.09.20.9999".into();
    let problem = app
        .visitor()
        .post("/api/v1/auth/register", &wrong)
        .await
        .refused(422, "invalid");
    let codes: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["code"])
        .collect();
    assert_eq!(codes, ["sex_differs_from_nik"]);
    wrong["jk"] = "L".into();
    let problem = app
        .visitor()
        .post("/api/v1/auth/register", &wrong)
        .await
        .refused(422, "invalid");
    assert_eq!(problem["errors"][0]["code"], "area_unknown");
    assert!(!problem.to_string().contains("1209201505900001"));
    for hostile in [
        json!({}),
        json!({ "nik": 1 }),
        json!({ "nama": "a\u{0}b" }),
        json!({ "hp": "8".repeat(200_000) }),
    ] {
        app.visitor()
            .post("/api/v1/auth/register", &hostile)
            .await
            .refused(422, "invalid");
    }
}

#[tokio::test]
async fn nik_and_kk_lie_sealed_in_the_database() {
    use diesel::prelude::*;
    use sepakat::schema::accounts as t;
    let app = TestApp::new();
    registered(&app, &siti()).await;
    type Sealed = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
    let (nik, kk, hash): Sealed = t::table
        .select((t::nik_sealed, t::kk_sealed, t::nik_hash))
        .first(&mut app.connect())
        .unwrap();
    for column in [nik.unwrap(), kk.unwrap(), hash.unwrap()] {
        let text = String::from_utf8_lossy(&column).into_owned();
        assert!(!text.contains("12092") && column.len() >= 32);
    }
}

#[tokio::test]
async fn a_reset_ends_every_session_and_its_link_works_once() {
    let app = TestApp::new();
    registered(&app, &siti()).await;
    let mut siti = app.visitor();
    siti.login("keluarga@uji.example", "hujan di Kisaran", None).await;
    let refresh_token = siti.refresh_token.clone().unwrap();
    let visitor = app.visitor();
    for login in ["keluarga@uji.example", "tidak.ada@uji.example", "1209205505900009", "?"] {
        let answer = visitor
            .post("/api/v1/auth/password/forgot", &json!({ "login": login }))
            .await
            .json(202);
        assert_eq!(answer, json!({ "status": "mail_sent" }));
    }
    let token = link_token(&app, "keluarga@uji.example");
    let body = |password: &str| json!({ "token": token, "password": password });
    visitor
        .post("/api/v1/auth/password/reset", &body("pendek"))
        .await
        .refused(422, "invalid");
    visitor
        .post("/api/v1/auth/password/reset", &body("sandi yang baru"))
        .await
        .empty(204);
    let again = visitor
        .post("/api/v1/auth/password/reset", &body("sandi yang lain"))
        .await;
    again.refused(422, "link_invalid");
    siti.get("/api/v1/me").await.refused(401, "login_required");
    let refresh = json!({ "refresh_token": refresh_token });
    visitor
        .post("/api/v1/auth/refresh", &refresh)
        .await
        .refused(401, "login_required");
    let old = credentials("keluarga@uji.example", "hujan di Kisaran");
    visitor
        .post("/api/v1/auth/login", &old)
        .await
        .refused(401, "login_failed");
    siti.login("keluarga@uji.example", "sandi yang baru", None).await;
    app.drain_jobs();
}

#[tokio::test]
async fn a_reset_link_dies_after_an_hour() {
    let app = TestApp::new();
    registered(&app, &siti()).await;
    let visitor = app.visitor();
    let login = json!({ "login": "keluarga@uji.example" });
    visitor.post("/api/v1/auth/password/forgot", &login).await.json(202);
    let token = link_token(&app, "keluarga@uji.example");
    app.wait(chrono::TimeDelta::minutes(61));
    let body = json!({ "token": token, "password": "sandi yang baru" });
    visitor
        .post("/api/v1/auth/password/reset", &body)
        .await
        .refused(422, "link_invalid");
    app.drain_jobs();
}

#[tokio::test]
async fn staff_are_invited_with_a_position_and_choose_a_password() {
    let app = TestApp::new();
    let email = Email::parse("petugas@uji.example").unwrap();
    app.app
        .write_now(|conn, ctx| {
            let appointment = NewAppointment {
                area: MUTIARA.parse().unwrap(),
                position: Position::Petugas,
                section: None,
                title: None,
                acting: None,
                valid_from: ctx.now,
                valid_until: None,
            };
            invitation::invite(conn, ctx, &email, "Rina", &appointment).map_err(Error::from)
        })
        .unwrap();
    let mut rina = app.visitor();
    let token = link_token(&app, "petugas@uji.example");
    let body = json!({ "token": token, "password": "sandi petugas baru" });
    rina.post("/api/v1/auth/password/reset", &body).await.empty(204);
    rina.login("petugas@uji.example", "sandi petugas baru", None).await;
    let me = rina.get("/api/v1/me").await.json(200);
    assert_eq!(me["appointments"][0]["position"], "petugas");
    app.drain_jobs();
}
