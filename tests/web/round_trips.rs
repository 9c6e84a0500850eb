//! How often an operation goes to Postgres, with everything: who calls, BEGIN, the Idempotency-Key, COMMIT.

use diesel::prelude::*;
use reqwest::Method;
use sepakat::accounts::Position;
use sepakat::schema::{
    assignments, outbox, request_attachments, request_contents, request_events, request_measures, requests,
};
use serde_json::{Value, json};

use crate::support::{Client, MUTIARA, Reply, TestApp, skd, statements};

async fn counted(app: &TestApp, what: &str, call: reqwest::RequestBuilder, status: u16) -> (usize, Value) {
    statements::taken(app.database());
    let reply = Reply::to(call).await;
    let seen = statements::taken(app.database());
    assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
    println!("{what}: {} round trips", seen.len());
    for statement in &seen {
        println!("    {}", statement.chars().take(100).collect::<String>());
    }
    (seen.len(), serde_json::from_slice(&reply.bytes).unwrap_or_default())
}

fn submit(client: &Client, key: &str, body: &Value) -> reqwest::RequestBuilder {
    let call = client.call(Method::POST, "/api/v1/requests");
    call.header("idempotency-key", key).json(body)
}

#[tokio::test]
async fn a_submission_is_eight_round_trips_and_no_operation_grows_unseen() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    app.officer(Position::Seklur, MUTIARA).await;
    // The first call of a server reads areas, calendars and catalogue.
    resident.submit(&skd()).await;
    let body = resident.with_uploads(&skd()).await;
    assert!(body["attachments"].as_array().unwrap().len() >= 2);
    let (trips, request) = counted(&app, "submit", submit(&resident, "kunci", &body), 201).await;
    assert!(trips <= 8, "{trips}");
    // For somebody of whom nothing was ever stored.
    let mut other = resident.with_uploads(&skd()).await;
    other["applicant"]["nik"] = "1209201505909999".into();
    let (trips, _) = counted(
        &app,
        "submit for a new person",
        submit(&resident, "kunci 2", &other),
        201,
    )
    .await;
    assert!(trips <= 8, "{trips}");

    let id = request["id"].as_str().unwrap();
    let path = format!("/api/v1/requests/{id}");
    let act = |who: &Client, action: &str| {
        let call = who.call(Method::POST, &format!("{path}/actions"));
        call.header("idempotency-key", action)
            .json(&json!({ "action": action }))
    };
    let most = [
        (
            "next",
            kepling
                .call(Method::POST, "/api/v1/queue/next")
                .header("idempotency-key", "n"),
            10,
        ),
        ("endorse", act(&kepling, "endorse"), 15),
        ("queue", petugas.call(Method::GET, "/api/v1/queue"), 4),
        ("verify", act(&petugas, "verify"), 15),
        (
            "track",
            app.visitor().call(
                Method::GET,
                &format!("/api/v1/track/{}", request["tracking_code"].as_str().unwrap()),
            ),
            2,
        ),
        ("own list", resident.call(Method::GET, "/api/v1/requests"), 5),
        ("detail", resident.call(Method::GET, &path), 13),
    ];
    for (what, call, most) in most {
        let (trips, _) = counted(&app, what, call, 200).await;
        assert!(trips <= most, "{what}: {trips}");
    }
}

#[tokio::test]
async fn a_submission_is_stored_whole() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let request = resident.submit(&skd()).await;
    let mut conn = app.connect();
    let stored = requests::table
        .select(sepakat::requests::store::Request::as_select())
        .first(&mut conn)
        .unwrap();
    assert_eq!(stored.id.to_string(), request["id"].as_str().unwrap());
    assert_eq!(stored.tracking_code, request["tracking_code"].as_str().unwrap());
    assert!(
        stored.holder.is_some() && stored.due_at.is_some() && stored.step_due_at.is_some(),
        "{stored:?}"
    );
    assert_eq!(
        (stored.submitted_at, stored.event_seq, stored.version),
        (app.app.now(), 1, 1)
    );
    let events = sepakat::requests::events::of_request(&mut conn, stored.id).unwrap();
    assert_eq!(sepakat::requests::events::first_break(&events), None);
    assert_eq!(events.last().map(|event| &event.hash), Some(&stored.event_head));
    let count = |table: &str, n: i64| assert_eq!(n, if table == "uploads" { 2 } else { 1 }, "{table}");
    count(
        "contents",
        request_contents::table.count().get_result(&mut conn).unwrap(),
    );
    count("events", request_events::table.count().get_result(&mut conn).unwrap());
    count(
        "uploads",
        request_attachments::table.count().get_result(&mut conn).unwrap(),
    );
    count(
        "measures",
        request_measures::table.count().get_result(&mut conn).unwrap(),
    );
    count("assignments", assignments::table.count().get_result(&mut conn).unwrap());
    let mails: Vec<String> = outbox::table.select(outbox::subject).load(&mut conn).unwrap();
    assert!(
        mails.iter().any(|subject| subject.starts_with("Permohonan diterima")),
        "{mails:?}"
    );
    drop(kepling);
}
