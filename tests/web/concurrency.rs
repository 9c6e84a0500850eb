//! Two at once, and hundreds: what must happen once happens once, also when a server is killed meanwhile.

pub mod copies;
pub mod crowd;
mod servers;

use std::collections::BTreeSet;

use diesel::prelude::*;
use futures_util::future::join_all;
use sepakat::accounts::Position;
use sepakat::schema::{request_events, requests};
use serde_json::json;

use crate::support::{MUTIARA, TestApp, skd};

/// Calls of one test really run beside each other.
fn app() -> TestApp {
    TestApp::with(&[("SEPAKAT_HTTP_WORKERS", "2")])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_at_once_makes_one_request() {
    let app = app();
    let resident = app.resident("Siti Aminah").await;
    let body = resident.with_uploads(&skd()).await;
    let calls = (0..6).map(|_| resident.post_once("/api/v1/requests", "kunci-1", &body));
    let answers: BTreeSet<String> = join_all(calls)
        .await
        .iter()
        .map(|reply| reply.json(201).to_string())
        .collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let made: i64 = requests::table.count().get_result(&mut app.connect()).unwrap();
    assert_eq!(made, 1);

    let mut other = body.clone();
    other["fields"]["keperluan"] = "Lain".into();
    let reply = resident.post_once("/api/v1/requests", "kunci-1", &other).await;
    reply.refused(422, "idempotency_mismatch");
    // The key of one person is not the key of another.
    let neighbour = app.resident("Budi Santoso").await;
    let theirs = neighbour.with_uploads(&skd()).await;
    neighbour
        .post_once("/api/v1/requests", "kunci-1", &theirs)
        .await
        .json(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_failed_leaves_its_key_free() {
    let app = app();
    let resident = app.resident("Siti Aminah").await;
    let mut body = resident.with_uploads(&skd()).await;
    let right = body["fields"]["keperluan"].take();
    resident
        .post_once("/api/v1/requests", "kunci-1", &body)
        .await
        .refused(422, "invalid");
    body["fields"]["keperluan"] = right;
    resident.post_once("/api/v1/requests", "kunci-1", &body).await.json(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_officers_who_act_at_once_one_does() {
    let app = app();
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let officers = [
        app.officer(Position::Petugas, MUTIARA).await,
        app.officer(Position::Petugas, MUTIARA).await,
    ];
    app.officer(Position::Seklur, MUTIARA).await;
    let request = resident.submit(&skd()).await;
    let id = request["id"].as_str().unwrap();
    let moved = kepling.act(id, &json!({ "action": "endorse" })).await;
    let path = format!("/api/v1/requests/{id}/actions");
    let verify = json!({ "action": "verify", "version": moved["version"] });
    let replies = join_all(officers.iter().map(|officer| officer.post(&path, &verify))).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    // The step is another's by the time the second is heard.
    assert!(matches!(statuses[..], [200, 403 | 409 | 412]), "{statuses:?}");
    let verified: i64 = request_events::table
        .filter(request_events::action.eq("verify"))
        .count()
        .get_result(&mut app.connect())
        .unwrap();
    assert_eq!(verified, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_take_the_next_at_once_get_different_requests() {
    let app = app();
    let resident = app.resident("Siti Aminah").await;
    let place = format!("{MUTIARA}.02");
    let keplings = [
        app.officer(Position::Kepling, &place).await,
        app.officer(Position::Kepling, &place).await,
    ];
    for _ in 0..2 {
        resident.submit(&skd()).await;
    }
    let taken = join_all(keplings.iter().map(|officer| officer.next())).await;
    assert_ne!(taken[0]["id"], taken[1]["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_works_once() {
    let app = app();
    let resident = app.resident("Siti Aminah").await;
    let spent = json!({ "refresh_token": resident.refresh_token });
    let refresh = || resident.post("/api/v1/auth/refresh", &spent);
    let replies = join_all([refresh(), refresh(), refresh()]).await;
    let (good, bad): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!((good.len(), bad.len()), (1, 2));
    for reply in bad {
        reply.refused(401, "refresh_reused");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_seen_again_later_ends_its_session() {
    let app = app();
    let resident = app.resident("Siti Aminah").await;
    let spent = json!({ "refresh_token": resident.refresh_token });
    let fresh = resident.post("/api/v1/auth/refresh", &spent).await.json(200);
    app.wait(chrono::TimeDelta::minutes(2));
    resident
        .post("/api/v1/auth/refresh", &spent)
        .await
        .refused(401, "refresh_reused");
    let fresh = json!({ "refresh_token": fresh["refresh_token"] });
    assert_eq!(resident.post("/api/v1/auth/refresh", &fresh).await.status, 401);
    resident.get("/api/v1/me").await.refused(401, "login_required");
}
