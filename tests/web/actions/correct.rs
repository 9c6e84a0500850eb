//! The petugas mends what the resident wrote.

use serde_json::{Value, json};

use super::scene::{Kecamatan, Office, act, chain_holds, event, mail, only, papers, wrong};
use crate::support::MUTIARA;

fn purpose(text: &str) -> Value {
    json!({ "action": "correct", "fields": { "keperluan": text } })
}

#[tokio::test]
async fn what_is_mended_is_merged_and_the_resident_is_told_which_answers() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    let before = office.seen(&id).await;
    office.petugas.post("/api/v1/queue/next", &json!({})).await.json(200);
    let scan = office.petugas.upload().await;
    let correct = json!({
        "action": "correct", "note": "Disesuaikan dengan KK.",
        "applicant": { "pekerjaan": "Pedagang", "email": null }, "fields": { "keperluan": "Melamar kerja" },
        "attachments": [{ "kind": "kk", "id": scan }],
    });
    let request = office.petugas.act(&id, &correct).await;
    assert_eq!(
        (&request["status"], &request["step"]["n"]),
        (&json!("submitted"), &json!(2))
    );
    let after = office.petugas.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(after["holder"], office.petugas.account.to_string());
    assert!(after["lease_until"].is_string(), "it stays open with who mends it");
    let mut expected = before["applicant"].clone();
    expected["pekerjaan"] = "Pedagang".into();
    expected.as_object_mut().unwrap().remove("email");
    let mut found = after["applicant"].clone();
    found.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    expected.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    assert_eq!(found, expected);
    assert_eq!(after["fields"]["keperluan"], "Melamar kerja");
    assert_eq!(after["due_at"], before["due_at"]);
    let told = event(&office.resident, &id, "correct").await;
    assert_eq!(told["data"]["applicant"], json!(["pekerjaan", "email"]));
    assert_eq!(
        (&told["data"]["fields"], &told["data"]["attachments"]),
        (&json!(["keperluan"]), &json!([scan]))
    );
    let text = mail(&office.app, &office.resident.email, "Data permohonan diperbaiki");
    assert!(
        text.contains("Yang diperbaiki: Pekerjaan, ") && text.contains(", berkas."),
        "{text}"
    );
    assert!(
        !text.contains("Pedagang") && text.contains("Disesuaikan dengan KK."),
        "{text}"
    );
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn a_correction_after_a_signature_gives_the_number_up_and_begins_again_at_the_check() {
    let office = Office::new().await;
    let staff = Kecamatan::new(&office.app).await;
    let id = office.of(&office.resident, &papers("SKAW"), "").await;
    // A scan is not printed: nothing was signed that changed.
    let scan = staff.loket.upload().await;
    let papers = json!({ "action": "correct", "attachments": [{ "kind": "silsilah", "id": scan }] });
    staff.loket.act(&id, &papers).await;
    assert_eq!(office.step(&id).await, 5);
    let correct = json!({ "action": "correct", "fields": { "saksi1": "Hamdan Lubis" } });
    let request = staff.loket.act(&id, &correct).await;
    assert_eq!(
        (&request["step"]["n"], &request["step"]["area"]),
        (&json!(2), &json!(MUTIARA))
    );
    assert_eq!(office.seen(&id).await["holder"], office.petugas.account.to_string());
    let mails = office.app.mails_to(&office.resident.email);
    assert!(
        mails
            .iter()
            .any(|(_, text)| text.contains("ditandatangani sekali lagi")),
        "{mails:?}"
    );
    office.onwards(&id, "verify", "").await;
    for (action, officer) in staff.desks() {
        officer.act(&id, &json!({ "action": action })).await;
    }
    office.app.drain_jobs();
    let letter = office.letter(&office.seen(&id).await["letter"]["code"]).await;
    assert!(
        letter["lower"]["number"].as_str().unwrap().contains("/2/MTR/"),
        "{letter}"
    );
    assert!(letter["number"].as_str().unwrap().contains("/1/KKT/"), "{letter}");
    let book = office
        .lurah
        .get(&format!("/api/v1/register?area={MUTIARA}&year=2026"))
        .await
        .json(200);
    let given_up = book["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["seq"] == 1)
        .unwrap();
    assert_eq!(
        (&given_up["state"], &given_up["reason"]),
        (&json!("void"), &json!("returned"))
    );
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn refusals_of_correct_come_in_their_order() {
    let office = Office::new().await;
    let stranger = office.app.resident("Budi Santoso").await;
    let id = office.at("endorse").await;
    act(&stranger, &id, &purpose("Lain")).await.refused(404, "not_found");
    act(&office.resident, &id, &purpose("Lain"))
        .await
        .refused(409, "own_request");
    act(&office.petugas, &id, &purpose("Lain"))
        .await
        .refused(403, "not_your_step");
    act(&office.kepling, &id, &purpose("Lain"))
        .await
        .refused(409, "wrong_state");
    office.onwards(&id, "endorse", "verify").await;
    let mut stale = purpose("");
    stale["version"] = 1.into();
    act(&office.petugas, &id, &stale).await.refused(412, "stale_version");
    let bad = json!({ "action": "correct", "applicant": { "nik": "12" }, "fields": { "keperluan": null } });
    let mut fields: Vec<String> = wrong(&act(&office.petugas, &id, &bad).await)
        .into_iter()
        .map(|(f, _)| f)
        .collect();
    fields.sort();
    assert_eq!(fields, ["applicant.nik", "fields.keperluan"]);
    for nothing in [json!({ "action": "correct" }), purpose("Membuka rekening bank")] {
        let reply = act(&office.petugas, &id, &nothing).await;
        assert_eq!(wrong(&reply), only("fields", "nothing_changed"));
    }
    // Another's scan is not the officer's to use, and the kelurahan changes by a transfer only.
    let scan = office.resident.upload().await;
    let other = json!({ "action": "correct", "attachments": [{ "kind": "kk", "id": scan }] });
    assert_eq!(
        wrong(&act(&office.petugas, &id, &other).await),
        only("attachments.kk", "attachment_unusable")
    );
    let moved = json!({ "action": "correct", "applicant": { "kelurahan_code": "12.09.20.1001" } });
    assert_eq!(
        wrong(&act(&office.petugas, &id, &moved).await)[0].0,
        "applicant.kelurahan_code"
    );
    for kind in [json!(["x"]), json!("x"), json!(7)] {
        let body = json!({ "action": "correct", "applicant": kind, "fields": kind, "attachments": kind });
        act(&office.petugas, &id, &body).await.refused(422, "invalid");
    }
    office.petugas.act(&id, &purpose("Melamar kerja")).await;
    // The very same again changes nothing.
    assert_eq!(
        wrong(&act(&office.petugas, &id, &purpose("Melamar kerja")).await),
        only("fields", "nothing_changed")
    );
    chain_holds(&office.app, &id);
}
