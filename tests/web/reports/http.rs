//! The report as programs, spreadsheets and browsers get it.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use sepakat::accounts::Position;
use serde_json::json;

use super::{OTHER, five};
use crate::support::{Client, KECAMATAN, MUTIARA, PASSWORD, Reply, Someone, TestApp, skd};

const ALL_YEAR: &str = "/api/v1/reports/service-levels?from=2026-01-01&to=2026-12-31";

#[tokio::test]
async fn a_rejected_request_is_counted_with_the_minutes_it_took() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    let request = resident.submit(&skd()).await;
    let id = request["id"].as_str().unwrap();
    app.wait(TimeDelta::minutes(8));
    kepling.act(id, &json!({ "action": "endorse" })).await;
    app.wait(TimeDelta::minutes(4));
    let reject = json!({ "action": "reject", "reason_code": "lainnya", "note": "Bukan warga Mutiara." });
    petugas.act(id, &reject).await;
    let report = lurah
        .get("/api/v1/reports/service-levels?group_by=area,service,month,day")
        .await
        .json(200);
    let twelve = json!({ "p50": 12, "p90": 12 });
    let none = json!({ "p50": 0, "p90": 0 });
    let row = json!({ "area": MUTIARA, "service": "SKD", "month": "2026-11", "day": "2026-11-24", "received": 1,
        "finished": 1, "on_time": 1, "on_time_share": 1.0, "office_minutes": twelve, "resident_minutes": none });
    assert_eq!(report["rows"], json!([row]));
    assert_eq!(report["total"]["finished"], 1);
    app.drain_jobs();
}

#[tokio::test]
async fn refusals_and_the_file_over_http() {
    let app = TestApp::new();
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    let camat = app.officer(Position::Camat, KECAMATAN).await;
    let visitor = app.visitor().get(ALL_YEAR).await;
    visitor.refused(401, "login_required");
    app.officer(Position::Petugas, MUTIARA)
        .await
        .get(ALL_YEAR)
        .await
        .refused(403, "not_allowed");
    app.resident("Siti Aminah")
        .await
        .get(ALL_YEAR)
        .await
        .refused(403, "not_allowed");
    lurah
        .get(&format!("{ALL_YEAR}&area={OTHER}"))
        .await
        .refused(404, "not_found");
    camat
        .get(&format!("{ALL_YEAR}&group_by=day"))
        .await
        .refused(422, "range_too_long");
    let wrong = camat
        .get("/api/v1/reports/service-levels?from=2026-13-01&group_by=nik")
        .await;
    let fields: Vec<_> = wrong.refused(422, "invalid")["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].clone())
        .collect();
    assert_eq!(fields, ["from", "group_by"]);
    let file = camat
        .get(&format!("{ALL_YEAR}&format=csv&group_by=service,month"))
        .await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"tingkat-layanan_2026-01-01_2026-12-31.csv\""
    );
    assert!(
        file.text().starts_with("service,month,received,finished,"),
        "{}",
        file.text()
    );
}

/// Logs a browser in: the API's token opens no page.
async fn open_in_browser(someone: &Someone, now: DateTime<Utc>) -> Client {
    let browser = someone.client.clone();
    let otp = someone
        .totp
        .as_ref()
        .map(|secret| secret.code_at(now))
        .unwrap_or_default();
    let fields = [("login", someone.email.as_str()), ("password", PASSWORD), ("otp", &otp)];
    let reply = Reply::to(browser.call(Method::POST, "/masuk").form(&fields)).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    browser
}

#[tokio::test]
async fn the_page_shows_the_table_and_says_what_is_wrong_with_a_filter() {
    let app = TestApp::new();
    let conn = &mut app.connect();
    five(conn);
    let camat = app.officer(Position::Camat, KECAMATAN).await;
    // A code of the second factor works once.
    app.wait(TimeDelta::minutes(1));
    let browser = open_in_browser(&camat, app.app.now()).await;
    let page = browser.get("/laporan?group_by=area,month").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    let main = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let lines: Vec<&str> = main.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    insta::assert_snapshot!(lines.join("\n"));
    let long = browser.get("/laporan?group_by=day&from=2026-01-01&to=2026-12-31").await;
    assert_eq!(long.status, 422);
    assert!(long.text().contains("paling lama 31 hari. Persempit") && long.text().contains("value=\"2026-01-01\""));
    let empty = browser.get("/laporan?from=2025-01-01&to=2025-01-31").await;
    assert!(empty.text().contains("Belum ada permohonan") && !empty.text().contains("<table"));
    let file = browser
        .get("/laporan/unduh?from=2026-11-01&to=2026-11-30&area=&group_by=area")
        .await;
    assert!(
        file.text().contains("12.09.20.1001,1,3,2,0.6667,420,421,30,54"),
        "{}",
        file.text()
    );
    assert_eq!(browser.get(&format!("/laporan?area={}", "12.09.01")).await.status, 404);
    let stranger = app.visitor().get("/laporan").await;
    assert_eq!(
        (stranger.status.as_u16(), stranger.header("location")),
        (303, "/masuk?ke=%2Flaporan")
    );
}
