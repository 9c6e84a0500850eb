//! Access and refresh tokens, ending sessions.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let first = json!({ "refresh_token": resident.refresh_token });
    let visitor = app.visitor();
    let second = visitor.post("/api/v1/auth/refresh", &first).await.json(200);
    assert_eq!(
        (&second["token_type"], &second["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    let mut renewed = app.visitor();
    renewed.token = second["access_token"].as_str().map(str::to_owned);
    renewed.get("/api/v1/me").await.json(200);
    visitor
        .post("/api/v1/auth/refresh", &first)
        .await
        .refused(401, "refresh_reused");
    // Whoever holds the newer tokens is out as well.
    renewed.get("/api/v1/me").await.refused(401, "login_required");
    let newest = json!({ "refresh_token": second["refresh_token"] });
    visitor
        .post("/api/v1/auth/refresh", &newest)
        .await
        .refused(401, "login_required");
    let junk = json!({ "refresh_token": "junk" });
    visitor
        .post("/api/v1/auth/refresh", &junk)
        .await
        .refused(401, "login_required");
}

#[tokio::test]
async fn of_many_refreshes_at_once_exactly_one_wins() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let body = json!({ "refresh_token": resident.refresh_token });
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let (visitor, body) = (app.visitor(), body.clone());
            tokio::spawn(async move { visitor.post("/api/v1/auth/refresh", &body).await })
        })
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401, 401, 401]);
}

#[tokio::test]
async fn an_access_token_ends_after_a_quarter_of_an_hour_and_a_refresh_does_not_renew_the_factor() {
    let app = TestApp::new();
    let camat = app
        .officer(sepakat::accounts::Position::Camat, crate::support::KECAMATAN)
        .await;
    app.wait(chrono::TimeDelta::minutes(15));
    camat.get("/api/v1/me").await.refused(401, "token_expired");
    let body = json!({ "refresh_token": camat.refresh_token });
    let tokens = app.visitor().post("/api/v1/auth/refresh", &body).await.json(200);
    let mut renewed = app.visitor();
    renewed.token = tokens["access_token"].as_str().map(str::to_owned);
    let me = renewed.get("/api/v1/me").await.json(200);
    assert_eq!(me["second_factor"]["shown_at"], "2026-11-24T02:00:00Z");
    assert_eq!(me["appointments"][0]["position"], "camat");
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_no_login() {
    let app = TestApp::new();
    let mut client = app.visitor();
    for token in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        client.token = Some(token.to_owned());
        client.get("/api/v1/me").await.refused(401, "login_required");
    }
    // A browser's cookie opens pages, not the API.
    let call = app.visitor().call(reqwest::Method::GET, "/api/v1/me");
    let reply = crate::support::Reply::to(call.header("cookie", "sepakat_session=x")).await;
    reply.refused(401, "login_required");
}

#[tokio::test]
async fn a_person_sees_and_ends_the_own_sessions_and_no_others() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let mut phone = app.visitor();
    phone.login(&resident.email, crate::support::PASSWORD, None).await;
    let mut tablet = app.visitor();
    tablet.login(&resident.email, crate::support::PASSWORD, None).await;
    let list = phone.get("/api/v1/me/sessions").await.json(200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items.iter().filter(|session| session["current"] == true).count(), 1);
    let own = items.iter().find(|session| session["current"] == true).unwrap()["id"]
        .as_str()
        .unwrap();

    let stranger = app.resident("Budi Siregar").await;
    let path = format!("/api/v1/me/sessions/{own}");
    stranger.delete(&path).await.refused(404, "not_found");
    tablet.delete(&path).await.empty(204);
    phone.get("/api/v1/me").await.refused(401, "login_required");
    tablet.delete("/api/v1/me/sessions").await.empty(204);
    resident.get("/api/v1/me").await.refused(401, "login_required");
    tablet.get("/api/v1/me").await.json(200);
}

#[tokio::test]
async fn after_logging_out_neither_token_works() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    resident.post("/api/v1/auth/logout", &json!({})).await.empty(204);
    resident.get("/api/v1/me").await.refused(401, "login_required");
    let body = json!({ "refresh_token": resident.refresh_token });
    app.visitor()
        .post("/api/v1/auth/refresh", &body)
        .await
        .refused(401, "login_required");
}
