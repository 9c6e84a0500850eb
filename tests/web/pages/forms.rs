//! Handing in and completing by the form.

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::schema::{attachments, requests};
use serde_json::json;

use super::{PageForm, browser, led_to, page};
use crate::support::{Client, MUTIARA, TestApp, a_photo, skd};

const FORM: &str = "/layanan/SKD/ajukan";

/// The form with all that the account does not know.
pub async fn filled(client: &Client) -> PageForm {
    let blank = PageForm::to(FORM, &page(&client.get(FORM).await, 200));
    let mut form = blank;
    for (name, value) in [
        ("applicant.tempat_lahir", "Kisaran"),
        ("applicant.agama", "Islam"),
        ("applicant.status_kawin", "Kawin"),
        ("applicant.pekerjaan", "Guru"),
        ("applicant.alamat", "Jl. Contoh No. 8\r\nKisaran"),
        ("fields.alamat_domisili", "Jl. Cokroaminoto"),
        ("fields.tinggal_sejak", "2019-03-01"),
        ("fields.status_tinggal", "kos"),
        ("fields.keperluan", "Membuka \"rekening\" <bank> & lain-lain"),
    ] {
        form = form.fill(name, value);
    }
    form
}

fn count_requests(app: &TestApp) -> i64 {
    requests::table.count().get_result(&mut app.connect()).unwrap()
}

#[tokio::test]
async fn a_form_with_errors_comes_back_with_all_that_was_typed_and_uploaded() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let client = browser(&app, &resident.email, None).await;
    let form = filled(&client).await;
    let nik = form.value("applicant.nik").to_owned();
    assert_eq!((form.value("applicant.nama"), nik.len()), ("Siti Aminah", 16));
    let wrong = form
        .fill("applicant.nik", "123")
        .fill("fields.keperluan", "")
        .file("attachments.ktp", a_photo())
        .file("attachments.kk", b"bukan foto".to_vec());
    let text = page(&wrong.upload(&client).await, 422);
    for error in [
        "NIK: ",
        "Keperluan / digunakan untuk: Wajib diisi.",
        "Kartu Keluarga: Hanya foto",
    ] {
        assert!(text.contains(&format!(">{error}")), "{error} in {text}");
    }
    let again = PageForm::to(FORM, &text);
    assert_eq!(
        (again.value("applicant.nik"), again.value("fields.status_tinggal")),
        ("123", "kos")
    );
    assert_eq!(again.value("applicant.alamat"), "Jl. Contoh No. 8\r\nKisaran");
    assert!(
        !again.value("attachments.ktp").is_empty(),
        "the photo need not be taken again"
    );

    let right = again
        .fill("applicant.nik", &nik)
        .fill("fields.keperluan", "Bank")
        .file("attachments.kk", a_photo());
    let place = led_to(&right.upload(&client).await);
    assert!(
        place.starts_with("/permohonan/") && place.ends_with("?baru=1"),
        "{place}"
    );
    let text = page(&client.get(&place).await, 200);
    assert!(text.contains("Permohonan diterima") && text.contains("KKT-"), "{text}");
    assert_eq!(count_requests(&app), 1);
}

#[tokio::test]
async fn a_form_sent_twice_is_one_request_and_other_contents_are_asked_about() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let client = browser(&app, &resident.email, None).await;
    let form = filled(&client)
        .await
        .file("attachments.ktp", a_photo())
        .file("attachments.kk", a_photo());
    let first = led_to(&form.upload(&client).await);
    assert_eq!(led_to(&form.upload(&client).await), first);
    assert_eq!(count_requests(&app), 1);
    let other = form.clone().fill("fields.keperluan", "Yang lain");
    let text = page(&other.upload(&client).await, 422);
    assert!(text.contains("sudah terkirim sebelumnya"), "{text}");
    led_to(&PageForm::to(FORM, &text).upload(&client).await);
    assert_eq!(count_requests(&app), 2);
    let shown = page(&client.get(first.split('?').next().unwrap()).await, 200);
    assert!(
        shown.contains("Membuka &#34;rekening&#34; &#60;bank&#62; &#38; lain-lain"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_form_of_another_site_leaves_nothing_behind() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let client = browser(&app, &resident.email, None).await;
    let form = filled(&client)
        .await
        .file("attachments.ktp", a_photo())
        .file("attachments.kk", a_photo());
    page(&form.clone().without("csrf").upload(&client).await, 403);
    page(&form.clone().fill("csrf", "x").upload(&client).await, 403);
    let neighbour = app.resident("Budi").await;
    let neighbour = browser(&app, &neighbour.email, None).await;
    page(&form.upload(&neighbour).await, 403);
    let kept: i64 = attachments::table.count().get_result(&mut app.connect()).unwrap();
    assert_eq!((count_requests(&app), kept), (0, 0));
}

#[tokio::test]
async fn a_file_that_is_too_large_costs_neither_the_form_nor_the_other_files() {
    let app = TestApp::with(&[("SEPAKAT_UPLOAD_BYTES", "30000")]);
    let resident = app.resident("Siti Aminah").await;
    let client = browser(&app, &resident.email, None).await;
    let form = filled(&client).await;
    let form = form
        .file("attachments.kk", vec![7; 2_000_000])
        .file("attachments.ktp", a_photo());
    let text = page(&form.upload(&client).await, 422);
    assert!(text.contains("Kartu Keluarga: Berkas terlalu besar"), "{text}");
    assert!(!PageForm::to(FORM, &text).value("attachments.ktp").is_empty());
}

#[tokio::test]
async fn a_table_grows_without_losing_anything() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let client = browser(&app, &resident.email, None).await;
    let address = "/layanan/SKAW/ajukan";
    let form = PageForm::to(address, &page(&client.get(address).await, 200));
    let form = form
        .fill("fields.ahli_waris.2.nama", "Zahra")
        .file("attachments.silsilah", a_photo())
        .press("tambah", "fields.ahli_waris");
    let grown = PageForm::to(address, &page(&form.upload(&client).await, 200));
    assert_eq!(grown.value("fields.ahli_waris.2.nama"), "Zahra");
    assert!(grown.pairs.iter().any(|(name, _)| name == "fields.ahli_waris.5.nama"));
    assert!(!grown.value("attachments.silsilah").is_empty());
}

#[tokio::test]
async fn a_request_that_came_back_is_completed_by_its_form() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
    let id = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
    kepling
        .act(&id, &json!({ "action": "return", "note": "Foto KK <buram>" }))
        .await;
    let client = browser(&app, &resident.email, None).await;
    let request = format!("/permohonan/{id}");
    let text = page(&client.get(&request).await, 200);
    assert!(
        text.contains("Foto KK &#60;buram&#62;") && text.contains(&format!("{request}/lengkapi")),
        "{text}"
    );
    let address = format!("{request}/lengkapi");
    let form = PageForm::to(&address, &page(&client.get(&address).await, 200));
    assert_eq!(
        form.value("fields.keperluan"),
        "Membuka rekening bank",
        "answers so far stand there"
    );
    let wrong = form.fill("fields.keperluan", "").file("attachments.kk", a_photo());
    let again = PageForm::to(&address, &page(&wrong.upload(&client).await, 422));
    assert!(!again.value("attachments.kk").is_empty(), "the new photo is kept");
    let stale = again.clone().fill("fields.keperluan", "Bank").fill("version", "1");
    page(&stale.upload(&client).await, 412);
    assert_eq!(
        led_to(&again.fill("fields.keperluan", "Bank").upload(&client).await),
        request
    );
    let after = resident.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(
        (&after["status"], &after["fields"]["keperluan"]),
        (&"submitted".into(), &"Bank".into())
    );
    assert_eq!(
        after["attachments"].as_array().unwrap().len(),
        2,
        "the new KK took the place of the old"
    );
    assert_eq!(
        led_to(&client.get(&address).await),
        request,
        "there is nothing to complete any more"
    );
}
