//! The audit as pengawas reads it.

use sepakat::accounts::Position;
use serde_json::Value;

use super::two_days;
use crate::support::KECAMATAN;

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn pengawas_reads_who_opened_what_by_ids_only() {
    let (app, one, _) = two_days().await;
    let pengawas = app.officer(Position::Pengawas, KECAMATAN).await;
    let page = pengawas
        .get(&format!("/api/v1/audit?chain=request:{one}"))
        .await
        .json(200);
    let viewed = items(&page);
    assert_eq!(
        (viewed.len(), &viewed[0]["action"]),
        (1, &"request_viewed".into()),
        "{page}"
    );
    // The same view stands in the chain of the person whose data was seen.
    let subject = pengawas
        .get(&format!("/api/v1/audit?subject=request:{one}"))
        .await
        .json(200);
    let chains: Vec<String> = items(&subject).iter().map(|row| row["chain"].to_string()).collect();
    assert_eq!(chains.len(), 2);
    assert!(chains.iter().any(|chain| chain.starts_with("\"account:")), "{chains:?}");
    // Page by page, each entry once.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = pengawas
            .get(&format!("/api/v1/audit?limit=2&cursor={cursor}"))
            .await
            .json(200);
        seen.extend(
            items(&page)
                .iter()
                .map(|row| (row["chain"].to_string(), row["seq"].as_i64())),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let all = items(&pengawas.get("/api/v1/audit?limit=100").await.json(200));
    assert_eq!(seen.len(), all.len());
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all.len());
    let day = items(
        &pengawas
            .get("/api/v1/audit?day=2026-11-25&chain=anchors")
            .await
            .json(200),
    );
    assert_eq!(day.len(), 1);
    let anchors = items(&pengawas.get("/api/v1/audit/anchors").await.json(200));
    assert_eq!(
        (&anchors[0]["day"], &anchors[0]["hash"]),
        (&"2026-11-24".into(), &day[0]["data"]["hash"])
    );
    assert!(!Value::from(all).to_string().contains("Siti"));
}

#[tokio::test]
async fn nobody_else_reads_the_audit_and_no_other_kecamatan() {
    let (app, one, _) = two_days().await;
    for path in ["/api/v1/audit", "/api/v1/audit/anchors"] {
        app.visitor().get(path).await.refused(401, "login_required");
        for position in [Position::Petugas, Position::Lurah, Position::Camat] {
            let area = if position == Position::Camat {
                KECAMATAN
            } else {
                crate::support::MUTIARA
            };
            let officer = app.officer(position, area).await;
            officer.get(path).await.refused(403, "not_allowed");
        }
    }
    let elsewhere = app.officer(Position::Pengawas, crate::support::MUTIARA).await;
    let page = elsewhere
        .get(&format!("/api/v1/audit?chain=request:{one}"))
        .await
        .json(200);
    assert!(items(&page).is_empty(), "{page}");
    let pengawas = app.officer(Position::Pengawas, KECAMATAN).await;
    for (query, field) in [("day=2026-13-01", "day"), ("day=kemarin", "day"), ("limit=0", "limit")] {
        let problem = pengawas
            .get(&format!("/api/v1/audit?{query}"))
            .await
            .refused(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    pengawas.get("/api/v1/audit?cursor=x").await.refused(400, "bad_cursor");
}
