//! What the issue asks for by number: 200 hands on one key, 100 calls for the next over 20 officers, 300 signatures in
//! three areas. With one server, and with two of which one is killed in the middle.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use futures_util::future::join_all;
use sepakat::accounts::Position;
use sepakat::platform::time::Clock;
use sepakat::schema::{jobs, letters, offices, register_entries, request_events, requests};
use serde_json::{Value, json};
use uuid::Uuid;

use super::copies::copies;
use super::servers::Servers;
use crate::support::{MUTIARA, Someone, TestApp, skd};

/// A crowd comes faster than a limit made for one person.
const CALLS: &[(&str, &str)] = &[("SEPAKAT_HTTP_WORKERS", "2"), ("SEPAKAT_CALLS_PER_MINUTE", "30000")];

const AREAS: [&str; 3] = [MUTIARA, "12.09.20.1001", "12.09.20.1002"];

fn app() -> TestApp {
    let app = TestApp::with(CALLS);
    // Processes live in the time of the machine.
    app.app.clock().set(Clock::System.now());
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_submissions_under_one_key_make_one_request() {
    let app = app();
    submissions(&app, Servers::one(&app)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_for_the_next_give_a_hundred_different_requests() {
    let app = app();
    nexts(&app, Servers::one(&app)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_signatures_in_three_areas_have_the_numbers_1_to_100() {
    let app = app();
    signatures(&app, Servers::one(&app)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submissions_while_one_of_two_servers_is_killed() {
    let app = app();
    // The very first answer: nearly all others are on their way.
    submissions(&app, Servers::two(&app, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_for_the_next_while_one_of_two_servers_is_killed() {
    let app = app();
    nexts(&app, Servers::two(&app, 30)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signatures_while_one_of_two_servers_is_killed() {
    let app = app();
    signatures(&app, Servers::two(&app, 100)).await;
}

async fn submissions(app: &TestApp, servers: Servers) {
    let resident = app.resident("Siti Aminah").await;
    let body = resident.with_uploads(&skd()).await;
    let calls = (0..200).map(|turn| servers.post(&resident, turn, "/api/v1/requests", "satu kunci", &body));
    let answers: BTreeSet<String> = join_all(calls)
        .await
        .iter()
        .map(|reply| reply.json(201).to_string())
        .collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let conn = &mut app.connect();
    assert_eq!(requests::table.count().get_result::<i64>(conn).unwrap(), 1);
    assert_eq!(request_events::table.count().get_result::<i64>(conn).unwrap(), 1);
    servers.end();
    app.drain_jobs();
}

async fn nexts(app: &TestApp, servers: Servers) {
    diesel::update(offices::table.find(MUTIARA))
        .set(offices::assignment_mode.eq("pull"))
        .execute(&mut app.connect())
        .unwrap();
    let resident = app.resident("Siti Aminah").await;
    let first = resident.submit(&skd()).await;
    let first: Uuid = first["id"].as_str().unwrap().parse().unwrap();
    copies(&mut app.connect(), first, MUTIARA, None, 99);
    let mut officers: Vec<Someone> = Vec::new();
    for _ in 0..20 {
        officers.push(app.officer(Position::Petugas, MUTIARA).await);
    }
    let calls = (0..100).map(|turn| next(&servers, &officers[turn % 20], turn));
    let taken: BTreeSet<String> = join_all(calls).await.into_iter().collect();
    assert_eq!(taken.len(), 100);
    // Everybody has five, which is as many as one may have.
    for officer in &officers {
        let reply = servers
            .post(officer, 1, "/api/v1/queue/next", "keenam", &json!({}))
            .await;
        reply.refused(409, "cap_reached");
    }
    servers.end();
    app.drain_jobs();
}

/// Takes the next one. While a dying server still holds the last free row nothing is left to see: press again.
async fn next(servers: &Servers, officer: &Someone, turn: usize) -> String {
    let begun = Instant::now();
    for attempt in 0.. {
        let key = format!("berikutnya {turn} {attempt}");
        let reply = servers
            .post(officer, turn, "/api/v1/queue/next", &key, &json!({}))
            .await;
        if reply.status != 204 {
            return reply.json(200)["id"].as_str().unwrap().to_owned();
        }
        assert!(
            servers.is_two() && begun.elapsed() < Duration::from_secs(60),
            "nothing left for call {turn}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    unreachable!("an attempt follows until there is an answer")
}

async fn signatures(app: &TestApp, servers: Servers) {
    let first = at_the_lurah(app).await;
    let mut calls = Vec::new();
    for (place, area) in (0..).zip(AREAS) {
        let lurah = app.officer(Position::Lurah, area).await;
        let waiting = copies(&mut app.connect(), first, area, Some(lurah.account), 100);
        calls.extend(
            (place..)
                .step_by(3)
                .zip(waiting)
                .map(|(turn, id)| (turn, lurah.client.clone(), id)),
        );
    }
    // Areas in turn, so that every register is asked for from the first moment on.
    calls.sort_by_key(|(turn, ..)| *turn);
    let signed = join_all(calls.iter().map(|(turn, lurah, id)| {
        let (path, key) = (format!("/api/v1/requests/{id}/actions"), format!("tanda tangan {id}"));
        let servers = &servers;
        async move {
            let body = json!({ "action": "sign" });
            servers.post(lurah, *turn, &path, &key, &body).await
        }
    }))
    .await;
    for reply in &signed {
        assert_eq!(reply.json(202)["version"], signed[0].json(202)["version"]);
    }
    until_drained(app, &servers).await;
    servers.end();
    let conn = &mut app.connect();
    for area in AREAS {
        let numbers: Vec<i32> = register_entries::table
            .filter(register_entries::area.eq(area))
            .order(register_entries::seq)
            .select(register_entries::seq)
            .load(conn)
            .unwrap();
        assert_eq!(numbers, (1..=100).collect::<Vec<i32>>(), "{area}");
    }
    let issued: Vec<Uuid> = letters::table
        .filter(letters::state.eq("issued"))
        .select(letters::request_id)
        .load(conn)
        .unwrap();
    assert_eq!(issued.iter().collect::<BTreeSet<_>>().len(), 300);
    assert_eq!(issued.len(), 300);
    for (action, times) in [("sign", 300), ("issue", 300), ("sign_failed", 0)] {
        let events: i64 = request_events::table
            .filter(request_events::action.eq(action))
            .count()
            .get_result(conn)
            .unwrap();
        assert_eq!(events, times, "{action}");
    }
}

/// A request that waits for the lurah.
pub async fn at_the_lurah(app: &TestApp) -> Uuid {
    let resident = app.resident("Siti Aminah").await;
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let seklur = app.officer(Position::Seklur, MUTIARA).await;
    let request = resident.submit(&skd()).await;
    let id = request["id"].as_str().unwrap();
    petugas.act(id, &json!({ "action": "verify" })).await;
    let moved: Value = seklur.act(id, &json!({ "action": "initial" })).await;
    assert_eq!(moved["step"]["position"], "lurah");
    id.parse().unwrap()
}

/// Lets the workers finish. What the killed one had in hand waits for the end of its lease, which comes at once here.
async fn until_drained(app: &TestApp, servers: &Servers) {
    if !servers.is_two() {
        app.drain_jobs();
        return;
    }
    diesel::update(jobs::table)
        .set(jobs::leased_until.eq(None::<DateTime<Utc>>))
        .execute(&mut app.connect())
        .unwrap();
    let begun = Instant::now();
    while jobs::table.count().get_result::<i64>(&mut app.connect()).unwrap() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(600), "letters are not done");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
