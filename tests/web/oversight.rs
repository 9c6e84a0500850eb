//! Nothing is rewritten unseen: chains, anchors, and what pengawas reads of them.

mod tampering;
mod trail;

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::oversight;
use sepakat::schema::{anchor_heads, anchors};
use sepakat::worker;
use serde_json::json;

use crate::support::{MUTIARA, TestApp, skd};

/// A request that was returned and sent again, opened by a kepling, and a second one; then a night and its anchor,
/// then one more event.
async fn two_days() -> (TestApp, String, String) {
    let app = TestApp::new();
    app.at("2026-11-24T23:55");
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let request = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
        kepling.get(&format!("/api/v1/requests/{request}")).await.json(200);
        let note = json!({ "action": "return", "note": "Foto buram" });
        kepling.act(&request, &note).await;
        resident.act(&request, &json!({ "action": "resubmit" })).await;
        ids.push(request);
    }
    app.at("2026-11-25T00:02");
    app.sweep();
    resident.act(&ids[1], &json!({ "action": "cancel" })).await;
    app.drain_jobs();
    (app, ids.remove(0), ids.remove(0))
}

#[tokio::test]
async fn each_day_has_one_anchor_however_many_servers_ask() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    resident.submit(&skd()).await;
    let held = |app: &TestApp| -> Vec<(i32, String, i32)> {
        let rows = anchors::table
            .order(anchors::seq)
            .select((anchors::seq, anchors::day, anchors::heads));
        let rows: Vec<(i32, chrono::NaiveDate, i32)> = rows.load(&mut app.connect()).unwrap();
        rows.into_iter()
            .map(|(seq, day, heads)| (seq, day.to_string(), heads))
            .collect()
    };
    // The first one takes what there is; it is named after yesterday, which has ended.
    app.at("2026-11-25T00:10");
    std::thread::scope(|scope| {
        let servers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| oversight::anchor_due(&app.app).unwrap()))
            .collect();
        let made: usize = servers.into_iter().map(|server| server.join().unwrap()).sum();
        assert_eq!(made, 1);
    });
    let first = held(&app);
    assert_eq!((first.len(), first[0].0, first[0].1.as_str()), (1, 1, "2026-11-24"));
    app.at("2026-11-25T23:50");
    assert_eq!(oversight::anchor_due(&app.app).unwrap(), 0, "the day has not ended");
    // Nobody was there for three days: one anchor holds them all.
    app.resident("Budi Santoso").await.submit(&skd()).await;
    app.at("2026-11-29T08:00");
    worker::sweep_all(&app.app).unwrap();
    let second = held(&app);
    assert_eq!((second.len(), second[1].0, second[1].1.as_str()), (2, 2, "2026-11-28"));
    // The new request, and the chain of the anchors itself.
    assert_eq!(second[1].2, 2);
    app.drain_jobs();
}

#[tokio::test]
async fn what_commits_after_its_day_was_anchored_is_held_by_the_next_anchor() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let request = resident.submit(&skd()).await;
    let chain = format!("events:{}", request["id"].as_str().unwrap());
    // A transaction that began before midnight and is still open: what it wrote is not there for the anchor.
    let mut late = app.connect();
    let entry = sepakat::audit::Entry {
        chain: "service:SKD".to_owned(),
        actor: None,
        action: "late",
        subject: "service:SKD".to_owned(),
        data: json!({}),
    };
    late.begin_test_transaction().unwrap();
    sepakat::audit::record(&mut late, &app.app.ctx(), &entry).unwrap();
    app.at("2026-11-25T00:10");
    assert_eq!(oversight::anchor_due(&app.app).unwrap(), 1);
    diesel::sql_query("COMMIT").execute(&mut late).unwrap();
    app.at("2026-11-26T00:10");
    assert_eq!(oversight::anchor_due(&app.app).unwrap(), 1);
    let anchor_of = |chain: &str| -> i32 {
        let found = anchor_heads::table
            .filter(anchor_heads::chain.eq(chain))
            .select(anchor_heads::anchor);
        found.first(&mut app.connect()).unwrap()
    };
    assert_eq!((anchor_of(&chain), anchor_of("service:SKD")), (1, 2));
    app.drain_jobs();
}
