//! Petugas hands in for somebody at the counter, and compares accounts with the KTP.

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::schema::accounts;
use serde_json::json;

use crate::pages::{PageForm, browser, led_to, page};
use crate::support::{KECAMATAN, MUTIARA, Papers, Someone, TestApp, a_photo, skd};

/// A domicile letter for this person, with the kepling's paper, so that it comes to petugas at once.
fn papers_for(person: &Someone) -> Papers {
    let mut papers = skd();
    papers.body["applicant"]["nik"] = person.nik.clone().into();
    papers.body["applicant"]["tgl_lahir"] = "1990-05-15".into();
    papers.body["applicant"]["jk"] = "L".into();
    papers.kinds.push("pengantar".to_owned());
    papers
}

#[tokio::test]
async fn a_colleague_works_on_what_petugas_handed_in_and_the_applicant_hears_of_it() {
    let app = TestApp::new();
    let applicant = app.resident("Siti Aminah").await;
    let (writer, colleague) = (
        app.officer(Position::Petugas, MUTIARA).await,
        app.officer(Position::Petugas, MUTIARA).await,
    );
    let request = writer.submit(&papers_for(&applicant)).await;
    let id = request["id"].as_str().unwrap();
    assert_eq!(request["step"]["position"], "petugas");
    let seen = colleague.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(seen["holder"], json!(colleague.account), "{seen}");
    assert_eq!(
        seen["identity"],
        json!({ "account_id": applicant.account, "verified": true, "claims": 1, "by_other": true })
    );
    assert_eq!(seen["relation"], serde_json::Value::Null);
    let verify = json!({ "action": "verify" });
    let path = format!("/api/v1/requests/{id}/actions");
    writer.post(&path, &verify).await.refused(409, "own_request");
    assert_eq!(writer.post("/api/v1/queue/next", &json!({})).await.status, 204);
    assert_eq!(app.mails_to(&applicant.email).len(), 1, "the applicant is told");
    applicant.get(&format!("/api/v1/requests/{id}")).await.json(200);
    colleague.act(id, &verify).await;
    app.drain_jobs();
}

#[tokio::test]
async fn a_counter_serves_its_own_kelurahan() {
    let app = TestApp::new();
    let applicant = app.resident("Siti Aminah").await;
    let papers = papers_for(&applicant);
    let elsewhere = app.officer(Position::Petugas, "12.09.20.1001").await;
    let loket = app.officer(Position::Petugas, KECAMATAN).await;
    for who in [&elsewhere, &loket] {
        let body = who.with_uploads(&papers).await;
        let refused = who.post("/api/v1/requests", &body).await.refused(422, "invalid");
        assert_eq!(
            (&refused["errors"][0]["field"], &refused["errors"][0]["code"]),
            (&json!("area"), &json!("not_your_counter"))
        );
        // In private, by a power of attorney, petugas is anybody.
        let mut kuasa = body;
        kuasa["relation"] = "kuasa".into();
        who.post("/api/v1/requests", &kuasa).await.json(201);
    }
    let direct = Papers::of("REK-ORMAS");
    loket.submit(&direct).await;
    app.drain_jobs();
}

#[tokio::test]
async fn petugas_fills_the_form_in_for_somebody() {
    let app = TestApp::new();
    let applicant = app.resident("Siti Aminah").await;
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    app.officer(Position::Petugas, MUTIARA).await;
    let client = browser(&app, &petugas.email, None).await;
    const FORM: &str = "/layanan/SKD/ajukan";
    let text = page(&client.get(FORM).await, 200);
    assert!(
        text.contains("Loket: Anda mengisi untuk warga") && !text.contains("12.09.20.1001."),
        "{text}"
    );
    let mut form = PageForm::to(FORM, &text);
    let sample = papers_for(&applicant).body;
    for place in ["applicant", "fields"] {
        for (key, value) in sample[place].as_object().unwrap() {
            let name = format!("{place}.{key}");
            if form.pairs.iter().any(|(known, _)| *known == name) {
                form = form.fill(&name, value.as_str().unwrap());
            } else if key != "kelurahan_code" {
                form = form.press(&name, value.as_str().unwrap());
            }
        }
    }
    let form = form
        .file("attachments.ktp", a_photo())
        .file("attachments.kk", a_photo())
        .file("attachments.pengantar", a_photo());
    let place = led_to(&form.upload(&client).await);
    let text = page(&client.get(&place).await, 200);
    assert!(
        text.contains("Permohonan diterima") && !text.contains("Tindakan</h2>"),
        "{text}"
    );
    let own = browser(&app, &applicant.email, None).await;
    page(&own.get(place.split('?').next().unwrap()).await, 200);
}

#[tokio::test]
async fn petugas_compares_the_account_with_the_ktp_once() {
    let app = TestApp::new();
    let applicant = app.resident("Siti Aminah").await;
    diesel::update(accounts::table.find(applicant.account))
        .set(accounts::identity_verified_at.eq(None::<chrono::DateTime<chrono::Utc>>))
        .execute(&mut app.connect())
        .unwrap();
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let request = applicant.submit(&papers_for(&applicant)).await;
    let id = request["id"].as_str().unwrap();
    let (place, compare) = (format!("/permohonan/{id}"), format!("/permohonan/{id}/pencocokan"));
    let client = browser(&app, &petugas.email, None).await;
    let text = page(&client.get(&place).await, 200);
    assert!(
        text.contains("Belum dicocokkan dengan KTP") && text.contains(&compare),
        "{text}"
    );
    assert!(
        text.contains("Hubungan dengan pemohon tidak disebutkan"),
        "a missing relation blocks nothing: {text}"
    );
    let text = page(&client.get(&compare).await, 200);
    assert!(
        text.contains("Siti Aminah") && text.contains("15 Mei 1990") && text.contains("<img src="),
        "{text}"
    );
    let form = PageForm::to(&compare, &text);
    // Others see that it is open; birth dates of everybody who claims the NIK are not for them.
    let other = browser(&app, &kepling.email, None).await;
    let seen = page(&other.get(&place).await, 200);
    assert!(seen.contains("Belum dicocokkan") && !seen.contains(&compare), "{seen}");
    page(&other.get(&compare).await, 404);
    page(
        &form
            .clone()
            .fill("account", &petugas.account.to_string())
            .fill("kunci", "x")
            .send(&client)
            .await,
        404,
    );
    let own = browser(&app, &applicant.email, None).await;
    page(&own.get(&compare).await, 404);

    assert_eq!(led_to(&form.send(&client).await), place);
    led_to(&form.send(&client).await);
    let text = page(&client.get(&place).await, 200);
    assert!(
        text.contains("Sudah dicocokkan dengan KTP") && !text.contains(&compare),
        "{text}"
    );
    let seen = petugas.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(seen["identity"]["verified"], true);
}
