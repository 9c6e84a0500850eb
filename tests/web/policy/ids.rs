//! Ids in bodies and queries are checked like ids in addresses: what is another's and what is nothing are told alike.
//! (Items of bulk calls: `bulk.rs`; the account of an assignment: `moving.rs`.)

use sepakat::accounts::Position;
use serde_json::{Value, json};

use crate::support::{Client, MUTIARA, TestApp, skd};

/// What a body with this upload at `ktp` is refused with.
async fn refused_with(client: &Client, body: &Value, id: &str) -> Value {
    let mut body = body.clone();
    body["attachments"][0]["id"] = id.into();
    let problem = client.post("/api/v1/requests", &body).await.refused(422, "invalid");
    problem["errors"].clone()
}

#[tokio::test]
async fn an_upload_of_another_is_no_upload() {
    let app = TestApp::new();
    let (resident, other) = (app.resident("Siti Aminah").await, app.resident("Budi Santoso").await);
    let body = resident.with_uploads(&skd()).await;
    let theirs = other.upload().await;
    let used = resident.submit(&skd()).await;
    let used = resident
        .get(&format!("/api/v1/requests/{}", used["id"].as_str().unwrap()))
        .await
        .json(200)["attachments"][0]["id"]
        .clone();
    let nothing = refused_with(&resident, &body, "0190a000-0000-7000-8000-000000000000").await;
    assert_eq!(nothing[0]["code"], "attachment_unusable", "{nothing}");
    assert_eq!(refused_with(&resident, &body, &theirs).await, nothing);
    assert_eq!(refused_with(&resident, &body, used.as_str().unwrap()).await, nothing);
    // Nor when a returned request is completed.
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let request = resident.submit(&skd()).await;
    let id = request["id"].as_str().unwrap();
    let back = json!({ "action": "return", "note": "Foto buram" });
    kepling.act(id, &back).await;
    let path = format!("/api/v1/requests/{id}/actions");
    for foreign in [
        theirs.as_str(),
        used.as_str().unwrap(),
        "0190a000-0000-7000-8000-000000000000",
    ] {
        let body = json!({ "action": "resubmit", "attachments": [{ "kind": "ktp", "id": foreign }] });
        let problem = resident.post(&path, &body).await.refused(422, "invalid");
        assert_eq!(problem["errors"], nothing);
    }
    app.drain_jobs();
}

#[tokio::test]
async fn an_area_that_does_not_serve_is_refused_at_its_field() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let body = resident.with_uploads(&skd()).await;
    for (pointer, area, field) in [
        ("/area", "12.09.21", "area"),
        ("/area", "12.09.20.1001", "applicant.kelurahan_code"),
        ("/area", "99.99.99.9999", "area"),
        ("/applicant/lingkungan", "12.09.20.1001.01", "applicant.lingkungan"),
        ("/applicant/lingkungan", "12.09.20.1006.99", "applicant.lingkungan"),
        ("/applicant/kelurahan_code", "12.09.20.1001", "applicant.kelurahan_code"),
    ] {
        let mut body = body.clone();
        *body.pointer_mut(pointer).unwrap() = area.into();
        let problem = resident.post("/api/v1/requests", &body).await.refused(422, "invalid");
        let fields: Vec<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["field"].as_str().unwrap())
            .collect();
        assert!(fields.contains(&field), "{area} at {pointer}: {problem}");
    }
}

#[tokio::test]
async fn a_filter_opens_no_foreign_queue() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    resident.submit(&skd()).await;
    let here = app.officer(Position::Petugas, MUTIARA).await;
    let there = app.officer(Position::Petugas, "12.09.20.1001").await;
    let nothing = json!({ "items": [], "next_cursor": null });
    for query in [
        format!("area={MUTIARA}"),
        format!("assignee={}", here.account),
        "service=SKD".to_owned(),
        "q=Rahmat".to_owned(),
    ] {
        let seen = there.get(&format!("/api/v1/queue?{query}")).await.json(200);
        assert_eq!(seen, nothing, "{query}");
    }
    app.drain_jobs();
}
