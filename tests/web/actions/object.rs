//! A rejection is objected to once, and decided above the desk that rejected.

use sepakat::accounts::Position;
use serde_json::{Value, json};

use super::scene::{Kecamatan, Office, act, chain_holds, counted, event, mail, papers};
use crate::support::{KECAMATAN, MUTIARA, appointment};

fn reject() -> Value {
    json!({ "action": "reject", "reason_code": "requirements", "note": "Alamat tidak sesuai." })
}

fn object() -> Value {
    json!({ "action": "object", "note": "Saya pindah bulan lalu; KK baru terlampir." })
}

#[tokio::test]
async fn the_superior_decides_an_objection_and_nobody_of_the_desk_that_rejected() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    office.petugas.act(&id, &reject()).await;
    assert!(counted(&office.app, &id).1, "a rejection finishes");
    let seen = office.seen(&id).await;
    assert_eq!(
        (&seen["status"], &seen["allowed"]),
        (&json!("rejected"), &json!(["object"]))
    );
    let request = office.resident.act(&id, &object()).await;
    assert_eq!(
        (&request["status"], &request["step"]["n"]),
        (&json!("submitted"), &json!(2))
    );
    assert!(!counted(&office.app, &id).1, "an objection reopens");
    let seen = office.seen(&id).await;
    assert_eq!(seen["holder"], office.lurah.account.to_string());
    let text = mail(&office.app, &office.lurah.email, "Keberatan warga");
    assert!(text.contains("KK baru terlampir"), "{text}");
    mail(&office.app, &office.resident.email, "Keberatan diterima");
    let verify = json!({ "action": "verify" });
    act(&office.petugas, &id, &verify).await.refused(403, "not_your_step");
    // Completed by the resident, it comes back to the superior, too.
    office
        .lurah
        .act(&id, &json!({ "action": "return", "note": "Unggah KK baru." }))
        .await;
    office.resident.act(&id, &json!({ "action": "resubmit" })).await;
    assert_eq!(office.seen(&id).await["holder"], office.lurah.account.to_string());
    act(&office.petugas, &id, &verify).await.refused(403, "not_your_step");
    office.lurah.act(&id, &verify).await;
    office.onwards(&id, "initial", "").await;
    assert_eq!(office.seen(&id).await["status"], "issued");
    assert_eq!(counted(&office.app, &id).0, MUTIARA);
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn a_second_rejection_is_final_and_so_is_the_camats() {
    let office = Office::new().await;
    let camat = office.app.officer(Position::Camat, KECAMATAN).await;
    let id = office.at("sign").await;
    office.lurah.act(&id, &reject()).await;
    let text = mail(&office.app, &office.resident.email, "Permohonan ditolak");
    assert!(text.contains("ajukan keberatan"), "{text}");
    office.resident.act(&id, &object()).await;
    assert_eq!(office.seen(&id).await["holder"], camat.account.to_string());
    act(&office.lurah, &id, &json!({ "action": "sign" }))
        .await
        .refused(403, "not_your_step");
    camat.act(&id, &reject()).await;
    let mails = office.app.mails_to(&office.resident.email);
    let is_final = |(_, text): &&(String, String)| text.contains("akhir untuk permohonan ini");
    assert_eq!(mails.iter().filter(is_final).count(), 1, "{mails:?}");
    act(&office.resident, &id, &object()).await.refused(409, "no_objection");
    assert_eq!(office.seen(&id).await["allowed"], json!([]));
    chain_holds(&office.app, &id);

    let staff = Kecamatan::new(&office.app).await;
    let id = office.of(&office.resident, &papers("SKAW"), "").await;
    for (action, officer) in &staff.desks()[..3] {
        officer.act(&id, &json!({ "action": action })).await;
    }
    // Two camat: one holds it, the other may act when no lease is live.
    staff.camat.act(&id, &reject()).await;
    act(&office.resident, &id, &object()).await.refused(409, "no_objection");
}

#[tokio::test]
async fn a_superior_whose_own_matter_it_is_is_passed_over() {
    let office = Office::new().await;
    let camat = office.app.officer(Position::Camat, KECAMATAN).await;
    // The lurah applies in the own kelurahan.
    let id = super::scene::id(&office.lurah.submit(&papers("SKD")).await);
    office.onwards(&id, "endorse", "verify").await;
    office.petugas.act(&id, &reject()).await;
    office.lurah.act(&id, &object()).await;
    let seen = camat.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(seen["holder"], camat.account.to_string());
    act(&office.lurah, &id, &json!({ "action": "verify" }))
        .await
        .refused(409, "own_request");
}

#[tokio::test]
async fn a_superior_who_signs_for_a_desk_signs_under_the_own_office() {
    let office = Office::new().await;
    let camat = office.app.officer(Position::Camat, KECAMATAN).await;
    let id = office.at("sign").await;
    office.lurah.act(&id, &reject()).await;
    office.resident.act(&id, &object()).await;
    camat.act(&id, &json!({ "action": "sign" })).await;
    office.app.drain_jobs();
    let letter = office.letter(&office.seen(&id).await["letter"]["code"]).await;
    assert_eq!(letter["signer"]["office"], "Camat Kota Kisaran Timur");
    assert!(letter["number"].as_str().unwrap().contains("/MTR/"), "{letter}");
}

#[tokio::test]
async fn refusals_of_object_come_in_their_order() {
    let office = Office::new().await;
    let stranger = office.app.resident("Budi Santoso").await;
    let id = office.at("verify").await;
    act(&stranger, &id, &object()).await.refused(404, "not_found");
    act(&office.petugas, &id, &object()).await.refused(403, "not_your_step");
    act(&office.resident, &id, &object()).await.refused(409, "wrong_state");
    office.petugas.act(&id, &reject()).await;
    let mut stale = object();
    stale["version"] = 1.into();
    act(&office.resident, &id, &stale).await.refused(412, "stale_version");
    let mut long = object();
    long["note"] = "a".repeat(1_001).into();
    let reply = act(&office.resident, &id, &long).await;
    assert_eq!(super::scene::wrong(&reply)[0].0, "note");
    office.resident.act(&id, &object()).await;
    act(&office.resident, &id, &object()).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn whoever_must_be_listed_first_has_ninety_days() {
    let office = Office::new().await;
    let id = office.of(&office.resident, &papers("SKTM"), "verify").await;
    act(&office.seklur, &id, &json!({ "action": "refer" }))
        .await
        .refused(403, "not_your_step");
    office
        .petugas
        .act(&id, &json!({ "action": "refer", "reason_code": "other" }))
        .await;
    let seen = office.seen(&id).await;
    assert_eq!(seen["status"], "returned");
    assert!(
        seen["step"]["due_at"].as_str().unwrap().starts_with("2027-02-22T09:00"),
        "{seen}"
    );
    assert_eq!(
        event(&office.resident, &id, "refer").await["data"]["reason_code"],
        "to_be_listed"
    );
    let text = mail(&office.app, &office.resident.email, "Perlu didaftarkan");
    assert!(text.contains("DTSEN") && text.contains("90 hari"), "{text}");
    act(&office.petugas, &id, &json!({ "action": "refer" }))
        .await
        .refused(409, "wrong_state");
    office.resident.act(&id, &json!({ "action": "resubmit" })).await;
    let seen = office.seen(&id).await;
    assert_eq!(
        (&seen["step"]["n"], &seen["holder"]),
        (&json!(2), &json!(office.petugas.account))
    );
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn the_nearest_superior_who_is_there_decides_also_one_who_acts_for_the_lurah() {
    let office = Office::new().await;
    let mut plt = appointment(Position::Lurah, MUTIARA);
    plt.acting = Some(sepakat::accounts::Acting::Plt);
    let acting = office.app.appointed(vec![plt], None).await;
    let leave = json!({ "from": "2026-11-24", "until": "2026-11-30" });
    let path = format!("/api/v1/officers/{}/absences", office.lurah.account);
    office.lurah.post(&path, &leave).await.json(201);
    let id = office.at("verify").await;
    office.petugas.act(&id, &reject()).await;
    office.resident.act(&id, &object()).await;
    assert_eq!(office.seen(&id).await["holder"], acting.account.to_string());
}
