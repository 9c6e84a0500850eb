//! What servers keep in memory is never older than what was committed before a call began.

use diesel::prelude::*;
use reqwest::StatusCode;
use sepakat::schema::service_versions as t;
use serde_json::Value;

use crate::support::{TestApp, skd};

/// Publishes the next version of a service, changed, as another program would.
fn publish(app: &TestApp, code: &str, change: impl Fn(&mut Value)) {
    let mut conn = app.connect();
    let newest = t::table.filter(t::code.eq(code)).order(t::version.desc());
    let (version, mut definition): (i32, Value) = newest.select((t::version, t::definition)).first(&mut conn).unwrap();
    change(&mut definition);
    diesel::insert_into(t::table)
        .values((
            t::code.eq(code),
            t::version.eq(version + 1),
            t::definition.eq(definition),
            t::published_at.eq(app.app.now()),
        ))
        .execute(&mut conn)
        .unwrap();
}

#[tokio::test]
async fn a_published_version_holds_for_the_next_call_and_the_old_one_for_old_requests() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let before = resident.submit(&skd()).await;
    publish(&app, "SKD", |definition| definition["active"] = false.into());
    let body = resident.with_uploads(&skd()).await;
    let refused = resident.post("/api/v1/requests", &body).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    publish(&app, "SKD", |definition| {
        definition["active"] = true.into();
        definition["name"] = "Surat Domisili Baru".into();
    });
    let after = resident.post("/api/v1/requests", &body).await.json(201);
    assert_eq!(after["service_name"], "Surat Domisili Baru");
    let seen = resident
        .get(&format!("/api/v1/requests/{}", before["id"].as_str().unwrap()))
        .await;
    assert_eq!(seen.json(200)["service_name"], before["service_name"]);
}

#[tokio::test]
async fn a_stand_that_was_rolled_back_is_forgotten() {
    let app = TestApp::new();
    let name = |conn: &mut PgConnection| {
        app.app
            .ctx()
            .reference(conn)
            .unwrap()
            .current("SKD")
            .unwrap()
            .definition
            .name
            .clone()
    };
    let mut conn = app.connect();
    let before = name(&mut conn);
    conn.begin_test_transaction().unwrap();
    diesel::update(t::table.filter(t::code.eq("SKD")))
        .set(t::definition.eq({
            let mut definition: Value = t::table
                .filter(t::code.eq("SKD"))
                .select(t::definition)
                .first(&mut conn)
                .unwrap();
            definition["name"] = "Tidak jadi".into();
            definition
        }))
        .execute(&mut conn)
        .unwrap();
    assert_eq!(name(&mut conn), "Tidak jadi", "a transaction sees what it wrote itself");
    assert_eq!(name(&mut app.connect()), before);
}
