//! A request in the hands of people who change their minds, press twice, or are not meant to see it.

use futures_util::future::join_all;
use reqwest::Method;
use sepakat::accounts::Position;
use serde_json::{Value, json};

use crate::support::{MUTIARA, Reply, TestApp, skd};

fn id(request: &Value) -> String {
    request["id"].as_str().unwrap().to_owned()
}

/// Ids of the scans of one kind.
fn scans(request: &Value, kind: &str) -> Vec<String> {
    let all = request["attachments"].as_array().unwrap().iter();
    all.filter(|file| file["kind"] == kind).map(id).collect()
}

#[tokio::test]
async fn another_nik_is_another_person() {
    let app = TestApp::new();
    let (writer, other) = (app.resident("Siti Aminah").await, app.resident("Budi Santoso").await);
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let mut body = writer.with_uploads(&skd()).await;
    body["applicant"]["nik"] = other.nik.clone().into();
    let request = id(&writer.post("/api/v1/requests", &body).await.json(201));
    let path = format!("/api/v1/requests/{request}");
    other.get(&path).await.json(200);
    kepling
        .act(&request, &json!({ "action": "return", "note": "NIK keliru" }))
        .await;
    writer
        .act(
            &request,
            &json!({ "action": "resubmit", "applicant": { "nik": writer.nik } }),
        )
        .await;
    other.get(&path).await.refused(404, "not_found");
    writer.get(&path).await.json(200);
}

#[tokio::test]
async fn a_kind_that_is_named_carries_exactly_the_scans_that_were_named() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let request = id(&resident.submit(&skd()).await);
    let path = format!("/api/v1/requests/{request}");
    let before = resident.get(&path).await.json(200);
    let first = scans(&before, "ktp").remove(0);
    let second = resident.upload().await;
    let file = |id: &str| json!({ "kind": "ktp", "id": id });
    for (named, expected) in [
        (vec![&first, &second], vec![&first, &second]),
        (vec![&second], vec![&second]),
    ] {
        kepling
            .act(&request, &json!({ "action": "return", "note": "Foto buram" }))
            .await;
        let files: Vec<Value> = named.iter().map(|id| file(id)).collect();
        resident
            .act(&request, &json!({ "action": "resubmit", "attachments": files }))
            .await;
        let after = resident.get(&path).await.json(200);
        let mut there = scans(&after, "ktp");
        there.sort();
        let mut expected: Vec<String> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(there, expected);
        assert_eq!(
            scans(&after, "kk"),
            scans(&before, "kk"),
            "a kind that was not named stays"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pressing_next_ten_times_at_once_gives_five() {
    let app = TestApp::with(&[("SEPAKAT_HTTP_WORKERS", "2")]);
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    for _ in 0..7 {
        resident.submit(&skd()).await;
    }
    let nothing = json!({});
    let pressed = join_all((0..10).map(|_| kepling.post("/api/v1/queue/next", &nothing))).await;
    let given = pressed.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(given, 5);
    for reply in pressed.iter().filter(|reply| reply.status != 200) {
        reply.refused(409, "cap_reached");
    }
}

#[tokio::test]
async fn the_order_of_refusals_tells_a_stranger_nothing() {
    let app = TestApp::new();
    let (resident, stranger) = (app.resident("Siti Aminah").await, app.resident("Budi Santoso").await);
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let request = id(&resident.submit(&skd()).await);
    let path = format!("/api/v1/requests/{request}/actions");
    for body in [
        json!({}),
        json!({ "action": 5 }),
        json!({ "action": "cancel", "version": "x" }),
    ] {
        stranger.post(&path, &body).await.refused(404, "not_found");
    }
    let problem = resident
        .post(&path, &json!({ "action": 5 }))
        .await
        .refused(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "action");
    for tag in ["\"99\"", "abc", "W/\"1\""] {
        let call = |client: &crate::support::Client| {
            let call = client.call(Method::POST, &path).header("if-match", tag);
            Reply::to(call.json(&json!({ "action": "endorse", "version": 1 })))
        };
        call(&stranger).await.refused(404, "not_found");
        call(&kepling).await.refused(412, "stale_version");
    }
}
