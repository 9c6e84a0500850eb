//! The house stands: a server, a person, a call.

use sepakat::accounts::Position;

use serde_json::json;

use crate::support::{KECAMATAN, MUTIARA, TestApp, skd};

#[tokio::test]
async fn people_log_in_and_are_known() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    assert_eq!(resident.get("/api/v1/me").await.json(200)["nama"], "Siti Aminah");
    for (position, area) in [
        (Position::Kepling, &*format!("{MUTIARA}.02")),
        (Position::Lurah, MUTIARA),
        (Position::Camat, KECAMATAN),
    ] {
        let officer = app.officer(position, area).await;
        let me = officer.get("/api/v1/me").await.json(200);
        assert_eq!(me["appointments"][0]["position"], position.as_str(), "{me}");
    }
    app.visitor().get("/api/v1/me").await.refused(401, "login_required");
}

#[tokio::test]
async fn a_request_goes_from_the_resident_to_the_letter() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let desks = [
        (
            "endorse",
            app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await,
        ),
        ("verify", app.officer(Position::Petugas, MUTIARA).await),
        ("initial", app.officer(Position::Seklur, MUTIARA).await),
        ("sign", app.officer(Position::Lurah, MUTIARA).await),
    ];
    let request = resident.submit(&skd()).await;
    let id = request["id"].as_str().unwrap();
    for (action, officer) in &desks {
        assert_eq!(officer.next().await["id"], id, "{action}");
        officer.act(id, &json!({ "action": action })).await;
    }
    assert!(app.drain_jobs() > 0);
    let issued = resident.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(issued["status"], "issued", "{issued}");
    let letter = resident.get(&format!("/api/v1/requests/{id}/letter")).await;
    assert_eq!(letter.header("content-type"), "application/pdf");
    let track = app
        .visitor()
        .get(&format!("/api/v1/track/{}", request["tracking_code"].as_str().unwrap()))
        .await
        .json(200);
    assert_eq!(track["status_label"], "Selesai");
    let subjects: Vec<String> = app
        .mails_to(&resident.email)
        .into_iter()
        .map(|(subject, _)| subject)
        .collect();
    assert!(subjects.len() >= 2, "{subjects:?}");
}
