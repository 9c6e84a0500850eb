//! Nobody acts on the own request, in any action and under any appointment.

use diesel::prelude::*;
use sepakat::accounts::{Acting, Position};
use sepakat::schema::accounts;
use serde_json::{Value, json};

use super::scene::{Office, TELADAN, act, id, papers};
use crate::support::{KECAMATAN, MUTIARA, appointment};

const OFFICE: &[&str] = &[
    "endorse",
    "verify",
    "initial",
    "sign",
    "return",
    "send_back",
    "correct",
    "transfer",
    "reject",
    "refer",
    "reissue",
    "revoke",
];

/// With all that any action could need.
fn body(action: &str) -> Value {
    json!({
        "action": action, "note": "Catatan", "reason_code": "other",
        "to": if action == "transfer" { json!(TELADAN) } else { json!(1) },
        "applicant": if action == "transfer" { json!({ "lingkungan": format!("{TELADAN}.01") }) } else { Value::Null },
        "fields": if action == "correct" { json!({ "keperluan": "Lain" }) } else { Value::Null },
    })
}

#[tokio::test]
async fn an_officer_gets_409_for_every_action_on_what_is_their_own() {
    let office = Office::new().await;
    // The same person by NIK, which nobody has compared with a KTP: never submitted, not the applicant's account.
    let nik = "1209201505900001";
    let mut acting = appointment(Position::Lurah, MUTIARA);
    acting.acting = Some(Acting::Plt);
    let everything = vec![
        appointment(Position::Kepling, &format!("{MUTIARA}.02")),
        appointment(Position::Petugas, MUTIARA),
        appointment(Position::Seklur, MUTIARA),
        acting,
        appointment(Position::Camat, KECAMATAN),
    ];
    let by_nik = office.app.appointed(everything, Some(nik)).await;
    diesel::update(accounts::table.find(by_nik.account))
        .set(accounts::identity_verified_at.eq(None::<chrono::DateTime<chrono::Utc>>))
        .execute(&mut office.app.connect())
        .unwrap();
    let mut papers = papers("SKD");
    papers.body["applicant"]["nik"] = nik.into();
    papers.body["applicant"]["tgl_lahir"] = "1990-05-15".into();
    papers.body["applicant"]["jk"] = "L".into();
    for desk in ["endorse", "verify", "initial", "sign", ""] {
        let id = office.of(&office.resident, &papers, desk).await;
        for action in OFFICE {
            act(&by_nik, &id, &body(action)).await.refused(409, "own_request");
        }
        let seen = by_nik.get(&format!("/api/v1/requests/{id}")).await.json(200);
        let allowed: Vec<&str> = seen["allowed"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| a.as_str().unwrap())
            .collect();
        assert!(allowed.iter().all(|action| !OFFICE.contains(action)), "{allowed:?}");
        assert_ne!(seen["holder"], by_nik.account.to_string(), "nor is it given to them");
    }
}

#[tokio::test]
async fn who_submitted_for_another_does_not_act_for_the_office() {
    let office = Office::new().await;
    let other = office.app.officer(Position::Petugas, MUTIARA).await;
    let id = id(&office.petugas.submit(&papers("SKD")).await);
    office.onwards(&id, "endorse", "verify").await;
    let seen = other.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(seen["holder"], other.account.to_string());
    for action in OFFICE {
        act(&office.petugas, &id, &body(action))
            .await
            .refused(409, "own_request");
    }
    // As a party they may still end it.
    office.petugas.act(&id, &json!({ "action": "cancel" })).await;
}

#[tokio::test]
async fn what_only_the_system_does_is_nobodys() {
    let office = Office::new().await;
    let id = office.at("sign").await;
    for action in ["level_signed", "issue", "sign_failed", "expire"] {
        act(&office.lurah, &id, &json!({ "action": action }))
            .await
            .refused(403, "not_your_step");
        act(&office.resident, &id, &json!({ "action": action }))
            .await
            .refused(403, "not_your_step");
    }
    act(&office.resident, &id, &json!({ "action": "submit" }))
        .await
        .refused(422, "invalid");
    act(&office.lurah, &id, &json!({ "action": "dance" }))
        .await
        .refused(422, "invalid");
}
