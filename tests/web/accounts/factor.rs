//! The second factor.

use chrono::TimeDelta;
use sepakat::accounts::Position;
use sepakat::accounts::totp::TotpSecret;
use serde_json::{Value, json};

use crate::support::{Client, KECAMATAN, MUTIARA, PASSWORD, TestApp};

/// Reads what the enrolment shows.
fn secret_of(enrolment: &Value) -> TotpSecret {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in enrolment["secret"].as_str().unwrap().bytes() {
        let value = alphabet.iter().position(|known| *known == letter).unwrap();
        held = (held << 5) | u32::try_from(value).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap());
        }
    }
    TotpSecret::from_bytes(&bytes).unwrap()
}

/// Enrols and gives secret and recovery codes.
async fn enrolled(app: &TestApp, client: &Client) -> (TotpSecret, Vec<Value>) {
    let enrolment = client.post("/api/v1/auth/totp/enroll", &json!({})).await.json(200);
    assert!(
        enrolment["otpauth_uri"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/SEPAKAT:")
    );
    let secret = secret_of(&enrolment);
    let otp = secret.code_at(app.app.now());
    let confirmed = client
        .post("/api/v1/auth/totp/confirm", &json!({ "otp": otp }))
        .await
        .json(200);
    (secret, confirmed["recovery_codes"].as_array().unwrap().clone())
}

#[tokio::test]
async fn a_login_asks_for_the_code_and_takes_each_code_once() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let (secret, codes) = enrolled(&app, &resident).await;
    assert_eq!(codes.len(), 10);
    let login = |otp: Value| json!({ "login": resident.email, "password": PASSWORD, "otp": otp });
    let visitor = app.visitor();
    visitor
        .post("/api/v1/auth/login", &login(Value::Null))
        .await
        .refused(401, "otp_required");
    visitor
        .post("/api/v1/auth/login", &login("".into()))
        .await
        .refused(401, "otp_required");
    visitor
        .post("/api/v1/auth/login", &login("000000".into()))
        .await
        .refused(401, "otp_invalid");
    // The code that confirmed the enrolment is spent.
    let spent = secret.code_at(app.app.now());
    visitor
        .post("/api/v1/auth/login", &login(spent.into()))
        .await
        .refused(401, "otp_invalid");
    app.wait(TimeDelta::seconds(30));
    let code = secret.code_at(app.app.now());
    visitor
        .post("/api/v1/auth/login", &login(code.clone().into()))
        .await
        .json(200);
    visitor
        .post("/api/v1/auth/login", &login(code.into()))
        .await
        .refused(401, "otp_invalid");
    visitor
        .post("/api/v1/auth/login", &login(codes[0].clone()))
        .await
        .json(200);
    visitor
        .post("/api/v1/auth/login", &login(codes[0].clone()))
        .await
        .refused(401, "otp_invalid");
    let me = resident.get("/api/v1/me").await.json(200);
    assert_eq!(me["second_factor"]["recovery_codes_left"], 9);
    // A wrong password is told before the code is looked at.
    let wrong = json!({ "login": resident.email, "password": "kata sandi salah", "otp": "000000" });
    visitor
        .post("/api/v1/auth/login", &wrong)
        .await
        .refused(401, "login_failed");
}

#[tokio::test]
async fn of_many_logins_with_one_code_exactly_one_gets_in() {
    let app = TestApp::new();
    let camat = app.officer(Position::Camat, KECAMATAN).await;
    app.wait(TimeDelta::seconds(30));
    let code = camat.totp.as_ref().unwrap().code_at(app.app.now());
    let body = json!({ "login": camat.email, "password": PASSWORD, "otp": code });
    let calls: Vec<_> = (0..5)
        .map(|_| {
            let (visitor, body) = (app.visitor(), body.clone());
            tokio::spawn(async move { visitor.post("/api/v1/auth/login", &body).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401, 401]);
}

#[tokio::test]
async fn a_lurah_without_a_confirmed_factor_is_a_resident_until_it_is_shown() {
    use diesel::prelude::*;
    use sepakat::schema::accounts as t;
    let app = TestApp::new();
    let mut lurah = app.officer(Position::Lurah, MUTIARA).await;
    diesel::update(t::table.find(lurah.account))
        .set(t::totp_confirmed_at.eq(None::<chrono::DateTime<chrono::Utc>>))
        .execute(&mut app.connect())
        .unwrap();
    let email = lurah.email.clone();
    lurah.client.login(&email, PASSWORD, None).await;
    let me = lurah.get("/api/v1/me").await.json(200);
    assert_eq!(
        (&me["appointments"], &me["second_factor"]["required"]),
        (&json!([]), &json!(true))
    );
    enrolled(&app, &lurah).await;
    let me = lurah.get("/api/v1/me").await.json(200);
    assert_eq!(me["appointments"][0]["position"], "lurah");
    assert_eq!(me["second_factor"]["required"], false);
}

#[tokio::test]
async fn a_step_up_renews_the_factor_and_takes_each_code_once() {
    let app = TestApp::new();
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    let secret = lurah.totp.clone().unwrap();
    let shown = |me: Value| me["second_factor"]["shown_at"].as_str().unwrap().to_owned();
    let spent = json!({ "otp": secret.code_at(app.app.now()) });
    let problem = lurah.post("/api/v1/auth/step-up", &spent).await.refused(422, "invalid");
    assert_eq!(
        (&problem["errors"][0]["field"], &problem["errors"][0]["code"]),
        (&json!("otp"), &json!("otp_invalid"))
    );
    app.wait(TimeDelta::minutes(10));
    let fresh = json!({ "otp": secret.code_at(app.app.now()) });
    let answer = lurah.post("/api/v1/auth/step-up", &fresh).await.json(200);
    assert_eq!(answer["second_factor_at"], "2026-11-24T02:10:00Z");
    assert_eq!(shown(lurah.get("/api/v1/me").await.json(200)), "2026-11-24T02:10:00Z");
    lurah.post("/api/v1/auth/step-up", &fresh).await.refused(422, "invalid");
    let resident = app.resident("Siti Aminah").await;
    resident
        .post("/api/v1/auth/step-up", &fresh)
        .await
        .refused(409, "totp_not_enrolled");
    resident
        .post("/api/v1/auth/totp/confirm", &fresh)
        .await
        .refused(409, "totp_not_enrolled");
}

#[tokio::test]
async fn guessing_codes_in_a_session_is_stopped() {
    let app = TestApp::new();
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    for _ in 0..10 {
        lurah
            .post("/api/v1/auth/step-up", &json!({ "otp": "000000" }))
            .await
            .refused(422, "invalid");
    }
    lurah
        .post("/api/v1/auth/step-up", &json!({ "otp": "000000" }))
        .await
        .refused(429, "too_many_requests");
}

#[tokio::test]
async fn a_new_phone_is_enrolled_by_who_has_shown_the_old_one() {
    let app = TestApp::new();
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    let old = lurah.totp.clone().unwrap();
    app.wait(TimeDelta::minutes(14));
    let enrolment = lurah.post("/api/v1/auth/totp/enroll", &json!({})).await.json(200);
    let new = secret_of(&enrolment);
    // Until the new one is confirmed, the old one counts.
    let code = json!({ "otp": old.code_at(app.app.now()) });
    lurah.post("/api/v1/auth/step-up", &code).await.json(200);
    let code = json!({ "otp": new.code_at(app.app.now()) });
    lurah.post("/api/v1/auth/totp/confirm", &code).await.json(200);
    app.wait(TimeDelta::seconds(30));
    let code = json!({ "otp": old.code_at(app.app.now()) });
    lurah.post("/api/v1/auth/step-up", &code).await.refused(422, "invalid");
}

#[tokio::test]
async fn who_has_not_shown_it_lately_cannot_replace_it() {
    let app = TestApp::new();
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    app.wait(TimeDelta::minutes(16));
    let body = json!({ "refresh_token": lurah.refresh_token });
    let tokens = app.visitor().post("/api/v1/auth/refresh", &body).await.json(200);
    let mut client = app.visitor();
    client.token = tokens["access_token"].as_str().map(str::to_owned);
    client
        .post("/api/v1/auth/totp/enroll", &json!({}))
        .await
        .refused(409, "totp_already_confirmed");
}
