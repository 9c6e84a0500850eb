//! The same actions by page: a plain form each, and nothing that was typed is lost.

use serde_json::json;

use super::scene::{Office, TELADAN, event, papers};
use crate::pages::{PageForm, browser, led_to, page};
use crate::support::{Client, Someone, a_photo};

/// The form of an action on the page of a request.
#[track_caller]
fn form(id: &str, text: &str, action: &str) -> PageForm {
    let all = PageForm::all(&format!("/permohonan/{id}/tindakan"), text);
    let found = all.into_iter().find(|form| form.value("action") == action);
    found.unwrap_or_else(|| panic!("no form to {action} in {text}"))
}

async fn open(client: &Client, id: &str) -> String {
    page(&client.get(&format!("/permohonan/{id}")).await, 200)
}

/// A browser of somebody who must show a second factor.
async fn signer(office: &Office, who: &Someone) -> Client {
    office.app.wait(chrono::TimeDelta::minutes(2));
    let code = who.totp.as_ref().unwrap().code_at(office.app.app.now());
    browser(&office.app, &who.email, Some(&code)).await
}

#[tokio::test]
async fn the_seklur_chooses_the_step_to_send_it_back_to() {
    let office = Office::new().await;
    let id = office.at("initial").await;
    let seklur = browser(&office.app, &office.seklur.email, None).await;
    let text = open(&seklur, &id).await;
    assert!(
        text.contains("<option value=\"2\">2. Pemeriksaan, Petugas pelayanan</option>"),
        "{text}"
    );
    assert!(!text.contains("Pindahkan ke kelurahan lain"), "{text}");
    let blank = form(&id, &text, "send_back")
        .fill("note", "Nomor KK <keliru>")
        .send(&seklur)
        .await;
    let blank = page(&blank, 422);
    assert!(
        blank.contains("<a href=\"#to\">Pilih tujuannya.</a>") && blank.contains("id=\"to\""),
        "{blank}"
    );
    assert!(
        blank.contains("<details open>") && blank.contains("Nomor KK &#60;keliru&#62;"),
        "{blank}"
    );
    let sent = form(&id, &blank, "send_back").fill("to", "2").send(&seklur).await;
    assert_eq!(led_to(&sent), "/antrean?selesai=send_back");
    assert!(page(&seklur.get(&led_to(&sent)).await, 200).contains("Dikembalikan ke langkah sebelumnya"));
    assert_eq!(office.step(&id).await, 2);
    assert_eq!(
        event(&office.petugas, &id, "send_back").await["note"],
        "Nomor KK <keliru>"
    );
    let resident = browser(&office.app, &office.resident.email, None).await;
    assert!(!open(&resident, &id).await.contains("keliru"));
}

#[tokio::test]
async fn the_petugas_transfers_by_choosing_where_the_applicant_lives() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    let petugas = browser(&office.app, &office.petugas.email, None).await;
    let text = open(&petugas, &id).await;
    assert!(!text.contains("DTSEN"), "a domicile letter asks nobody to be listed");
    let transfer = form(&id, &text, "transfer");
    let blank = transfer
        .clone()
        .fill("note", "Rumahnya di Teladan.")
        .send(&petugas)
        .await;
    let blank = page(&blank, 422);
    assert!(
        blank.contains("<a href=\"#applicant.lingkungan\">") && blank.contains("Rumahnya di Teladan."),
        "{blank}"
    );
    let there = form(&id, &blank, "transfer").fill("applicant.lingkungan", &format!("{TELADAN}.02"));
    let stale = page(&there.clone().fill("version", "1").send(&petugas).await, 412);
    assert!(
        stale.contains("Rumahnya di Teladan.") && stale.contains(&format!("value=\"{TELADAN}.02\" selected")),
        "{stale}"
    );
    assert_eq!(led_to(&there.send(&petugas).await), "/antrean?selesai=transfer");
    let seen = office.seen(&id).await;
    assert_eq!(
        (&seen["area"], &seen["applicant"]["lingkungan"]),
        (&json!(TELADAN), &json!(format!("{TELADAN}.02")))
    );
    page(&petugas.get(&format!("/permohonan/{id}")).await, 404);
}

#[tokio::test]
async fn the_petugas_mends_answers_and_papers_in_the_form_of_the_letter() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    let petugas = browser(&office.app, &office.petugas.email, None).await;
    let address = format!("/permohonan/{id}/perbaiki");
    assert!(open(&petugas, &id).await.contains(&address));
    let text = page(&petugas.get(&address).await, 200);
    let mend = PageForm::to(&address, &text);
    assert_eq!(mend.value("fields.keperluan"), "Membuka rekening bank");
    let nothing = page(&mend.upload(&petugas).await, 422);
    assert!(nothing.contains("Belum ada yang diubah."), "{nothing}");
    let wrong = PageForm::to(&address, &nothing)
        .fill("applicant.nik", "12")
        .fill("fields.keperluan", "Melamar <kerja>")
        .fill("note", "Sesuai KK.");
    let wrong = page(&wrong.upload(&petugas).await, 422);
    assert!(
        wrong.contains("#applicant.nik") && wrong.contains("Sesuai KK."),
        "{wrong}"
    );
    let right = PageForm::to(&address, &wrong);
    assert_eq!(right.value("fields.keperluan"), "Melamar <kerja>");
    let nik = papers("SKD").body["applicant"]["nik"].as_str().unwrap().to_owned();
    let right = right.fill("applicant.nik", &nik).file("attachments.kk", a_photo());
    let sent = right.upload(&petugas).await;
    assert_eq!(led_to(&sent), format!("/permohonan/{id}"));
    let told = event(&office.resident, &id, "correct").await;
    assert_eq!(
        (&told["data"]["fields"], &told["note"]),
        (&json!(["keperluan"]), &json!("Sesuai KK."))
    );
    assert_eq!(told["data"]["attachments"].as_array().unwrap().len(), 1);
    // Only who may mend gets the form.
    let resident = browser(&office.app, &office.resident.email, None).await;
    assert_eq!(led_to(&resident.get(&address).await), format!("/permohonan/{id}"));
    assert_eq!(
        led_to(&petugas.get(&format!("/permohonan/{id}/lengkapi")).await),
        format!("/permohonan/{id}")
    );
}

#[tokio::test]
async fn a_resident_objects_on_the_page_and_the_superior_decides_there() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    let reject = json!({ "action": "reject", "reason_code": "requirements", "note": "Alamat tidak sesuai." });
    office.petugas.act(&id, &reject).await;
    let resident = browser(&office.app, &office.resident.email, None).await;
    let text = open(&resident, &id).await;
    let object = form(&id, &text, "object").fill("note", "KK saya baru.");
    assert_eq!(led_to(&object.send(&resident).await), format!("/permohonan/{id}"));
    let lurah = signer(&office, &office.lurah).await;
    let text = open(&lurah, &id).await;
    assert!(
        text.contains("Keberatan diajukan") && text.contains("KK saya baru."),
        "{text}"
    );
    let again = form(&id, &text, "reject")
        .fill("reason_code", "requirements")
        .fill("note", "Tetap.");
    assert_eq!(led_to(&again.send(&lurah).await), "/antrean?selesai=reject");
    let text = open(&resident, &id).await;
    assert!(text.contains("Ditolak</strong> oleh Petugas pelayanan") && text.contains("Ditolak</strong> oleh Atasan"));
    assert!(
        text.contains("Keputusan ini akhir") && !text.contains("Ajukan keberatan"),
        "{text}"
    );
}

#[tokio::test]
async fn social_aid_refers_and_the_signer_issues_anew() {
    let office = Office::new().await;
    let id = office.of(&office.resident, &papers("SKTM"), "verify").await;
    let petugas = browser(&office.app, &office.petugas.email, None).await;
    let text = open(&petugas, &id).await;
    let refer = form(&id, &text, "refer").send(&petugas).await;
    assert_eq!(led_to(&refer), "/antrean?selesai=refer");
    let resident = browser(&office.app, &office.resident.email, None).await;
    let text = open(&resident, &id).await;
    assert!(
        text.contains("Perlu didaftarkan lebih dulu") && text.contains("22 Februari 2027"),
        "{text}"
    );

    let id = office.issued().await;
    let lurah = signer(&office, &office.lurah).await;
    let text = open(&lurah, &id).await;
    let reissue = form(&id, &text, "reissue")
        .fill("note", "Salah ketik nama.")
        .send(&lurah)
        .await;
    assert_eq!(led_to(&reissue), format!("/permohonan/{id}"));
    let text = open(&lurah, &id).await;
    assert!(
        text.contains("Diterbitkan ulang") && text.contains("Unduh surat"),
        "{text}"
    );
}

#[tokio::test]
async fn a_letter_of_both_offices_is_signed_by_page() {
    let office = Office::new().await;
    let kecamatan = super::scene::Kecamatan::new(&office.app).await;
    let id = office.of(&office.resident, &papers("SKAW"), "endorse").await;
    let desks = office.desks().into_iter().chain(kecamatan.desks());
    for (action, officer) in desks {
        let client = match officer.totp {
            Some(_) => signer(&office, officer).await,
            None => browser(&office.app, &officer.email, None).await,
        };
        let text = open(&client, &id).await;
        assert_eq!(
            led_to(&form(&id, &text, action).send(&client).await),
            format!("/antrean?selesai={action}")
        );
        office.app.drain_jobs();
    }
    let resident = browser(&office.app, &office.resident.email, None).await;
    let text = open(&resident, &id).await;
    assert!(
        text.contains("Surat sudah terbit") && text.contains("/KKT/XI/2026"),
        "{text}"
    );
}
