//! The officer's pages: the queue, a request with its actions, and who may open what.

use sepakat::accounts::Position;
use serde_json::json;

use super::{PageForm, browser, led_to, page};
use crate::support::{MUTIARA, TestApp, skd};

#[tokio::test]
async fn an_officer_takes_the_next_request_and_moves_it_on() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let client = browser(&app, &kepling.email, None).await;
    let take = |text: &str| PageForm::to("/antrean/berikutnya", text);
    let empty = page(&client.get("/antrean").await, 200);
    assert!(empty.contains("Antrean kosong"), "{empty}");
    assert_eq!(led_to(&take(&empty).send(&client).await), "/antrean?selesai=kosong");

    let id = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
    let request = format!("/permohonan/{id}");
    let queue = page(&client.get("/antrean?step=endorse&service=SKD&q=Rahmat").await, 200);
    assert!(queue.contains(&request), "{queue}");
    for filter in ["step=sign", "service=SKU", "overdue=true", "q=Bukan"] {
        let queue = page(&client.get(&format!("/antrean?{filter}")).await, 200);
        assert!(queue.contains("Tidak ada permohonan yang cocok"), "{filter}: {queue}");
    }
    assert_eq!(led_to(&take(&queue).send(&client).await), request);
    let text = page(&client.get(&request).await, 200);
    assert!(
        text.contains("<img src=\"/permohonan/") && text.contains("Rahmat Hidayat Siregar"),
        "{text}"
    );
    let scan = text
        .split("<img src=\"/permohonan/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let scan = client.get(&format!("/permohonan/{scan}")).await;
    assert_eq!((scan.status.as_u16(), scan.header("content-type")), (200, "image/jpeg"));

    let acts = PageForm::all(&format!("{request}/tindakan"), &text);
    let by = |action: &str| acts.iter().find(|form| form.value("action") == action).unwrap().clone();
    let silent = page(&by("return").send(&client).await, 422);
    assert!(silent.contains("Tuliskan alasannya"), "{silent}");
    let stale = page(&by("endorse").fill("version", "99").send(&client).await, 412);
    assert!(stale.contains("Muat ulang"), "{stale}");
    assert_eq!(led_to(&by("endorse").send(&client).await), "/antrean?selesai=endorse");
    assert!(page(&client.get("/antrean?selesai=endorse").await, 200).contains("Pengantar diberikan"));
    let late = by("return").fill("note", "Terlambat").send(&client).await;
    assert!(
        page(&late, 422).contains("kunci") || late.text().contains("Idempotency"),
        "{}",
        late.text()
    );
}

#[tokio::test]
async fn a_signature_asks_for_a_second_factor_that_is_fresh() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    let desks = [
        (
            "endorse",
            app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await,
        ),
        ("verify", app.officer(Position::Petugas, MUTIARA).await),
        ("initial", app.officer(Position::Seklur, MUTIARA).await),
    ];
    let id = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
    for (action, officer) in &desks {
        officer.act(&id, &json!({ "action": action })).await;
    }
    app.wait(chrono::TimeDelta::minutes(2));
    let code = lurah.totp.as_ref().unwrap().code_at(app.app.now());
    let client = browser(&app, &lurah.email, Some(&code)).await;
    let request = format!("/permohonan/{id}");
    let sign = |text: &str| {
        let forms = PageForm::all(&format!("{request}/tindakan"), text);
        forms.into_iter().find(|form| form.value("action") == "sign").unwrap()
    };
    app.wait(chrono::TimeDelta::minutes(16));
    let form = sign(&page(&client.get(&request).await, 200));
    assert_eq!(led_to(&form.send(&client).await), format!("/konfirmasi?ke={request}"));
    let code = lurah.totp.as_ref().unwrap().code_at(app.app.now());
    let confirm = page(&client.get(&format!("/konfirmasi?ke={request}")).await, 200);
    let confirm = PageForm::to("/konfirmasi", &confirm).fill("otp", &code);
    assert_eq!(led_to(&confirm.send(&client).await), request);
    let form = sign(&page(&client.get(&request).await, 200));
    assert_eq!(led_to(&form.send(&client).await), "/antrean?selesai=sign");
    app.drain_jobs();
    let own = browser(&app, &resident.email, None).await;
    let text = page(&own.get(&request).await, 200);
    assert!(
        text.contains("Surat sudah terbit") && text.contains("400.12.2.1/1/MTR/XI/2026"),
        "{text}"
    );
    let letter = own.get(&format!("{request}/surat")).await;
    assert_eq!(
        (letter.status.as_u16(), letter.header("content-type")),
        (200, "application/pdf")
    );
}

#[tokio::test]
async fn pages_of_a_request_are_not_there_for_others() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let id = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
    let detail = resident.get(&format!("/api/v1/requests/{id}")).await.json(200);
    let scan = detail["attachments"][0]["id"].as_str().unwrap();
    let neighbour = app.resident("Budi").await;
    let elsewhere = app.officer(Position::Petugas, "12.09.20.1001").await;
    for stranger in [&neighbour.email, &elsewhere.email] {
        let client = browser(&app, stranger, None).await;
        let csrf = page(&client.get("/permohonan").await, 200);
        let csrf = PageForm::to("/keluar", &csrf).value("csrf").to_owned();
        for path in ["", "/lengkapi", "/surat", &format!("/lampiran/{scan}")] {
            page(&client.get(&format!("/permohonan/{id}{path}")).await, 404);
        }
        let form = PageForm {
            action: format!("/permohonan/{id}/tindakan"),
            pairs: vec![
                ("csrf".into(), csrf),
                ("kunci".into(), "k".into()),
                ("action".into(), "cancel".into()),
            ],
            files: Vec::new(),
        };
        page(&form.send(&client).await, 404);
    }
    let client = browser(&app, &neighbour.email, None).await;
    page(&client.get("/antrean").await, 403);
    assert!(page(&client.get("/permohonan").await, 200).contains("Belum ada permohonan"));
}

#[tokio::test]
async fn a_resident_cancels_by_the_button() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let id = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
    let client = browser(&app, &resident.email, None).await;
    let request = format!("/permohonan/{id}");
    let form = PageForm::to(&format!("{request}/tindakan"), &page(&client.get(&request).await, 200));
    page(&form.clone().fill("csrf", "x").send(&client).await, 403);
    assert_eq!(led_to(&form.send(&client).await), request);
    let text = page(&client.get(&request).await, 200);
    assert!(text.contains("Dibatalkan") && !text.contains("Ya, batalkan"), "{text}");
    assert!(page(&client.get("/permohonan").await, 200).contains("Dibatalkan"));
}
