//! A letter issued anew, and taken back: the old one counts until the new one does.

use chrono::TimeDelta;
use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::schema::{letters, register_entries as entries};
use serde_json::{Value, json};

use super::scene::{Office, act, chain_holds, counted, event, mail};
use crate::support::KECAMATAN;

fn revoke() -> Value {
    json!({ "action": "revoke", "reason_code": "mismatch", "note": "Data keliru." })
}

/// States of the letters of the only request, oldest first.
fn states(office: &Office) -> Vec<String> {
    letters::table
        .order(letters::created_at)
        .select(letters::state)
        .load(&mut office.app.connect())
        .unwrap()
}

#[tokio::test]
async fn the_old_letter_counts_until_the_new_one_is_issued() {
    let mut office = Office::new().await;
    let id = office.issued().await;
    let old = office.seen(&id).await["letter"].clone();
    let finished = counted(&office.app, &id);
    office.app.wait(TimeDelta::days(2));
    let Office {
        app,
        resident,
        kepling,
        petugas,
        seklur,
        lurah,
    } = &mut office;
    for who in [resident, kepling, petugas, seklur, lurah] {
        app.again(who).await;
    }
    let request = office
        .lurah
        .act(&id, &json!({ "action": "reissue", "note": "Salah ketik." }))
        .await;
    assert_eq!(
        (&request["status"], &request["step"]["n"]),
        (&json!("submitted"), &json!(2))
    );
    // A promise of its own.
    let seen = office.seen(&id).await;
    assert_eq!(
        (&seen["clock"]["office_minutes"], &seen["clock"]["on_time"]),
        (&json!(0), &json!(true))
    );
    assert!(seen["due_at"].as_str().unwrap() > "2026-11-26T09:00", "{seen}");
    mail(&office.app, &office.resident.email, "Surat diterbitkan ulang");
    office
        .petugas
        .act(
            &id,
            &json!({ "action": "correct", "fields": { "keperluan": "Melamar kerja" } }),
        )
        .await;
    office.onwards(&id, "verify", "sign").await;
    assert_eq!(office.letter(&old["code"]).await["state"], "valid");
    let pdf = office.resident.get(&format!("/api/v1/requests/{id}/letter")).await;
    assert_eq!(pdf.status, 200, "the old file is there as long as it counts");
    office.onwards(&id, "sign", "").await;
    let new = office.seen(&id).await["letter"].clone();
    assert_ne!(new["code"], old["code"]);
    assert_eq!(office.letter(&old["code"]).await["state"], "revoked");
    assert_eq!(office.letter(&new["code"]).await["state"], "valid");
    assert_eq!(states(&office), ["revoked", "issued"]);
    let replaced = event(&office.resident, &id, "issue").await["data"]["replaces"].clone();
    assert!(replaced.is_string(), "{replaced}");
    let told = office.app.mails_to(&office.resident.email);
    assert!(
        told.iter()
            .any(|(_, text)| text.contains("Surat yang lama tidak berlaku lagi")),
        "{told:?}"
    );
    assert_eq!(counted(&office.app, &id), finished, "a past figure stays");
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn a_reissue_that_is_given_up_leaves_the_letter_which_may_still_be_revoked() {
    let office = Office::new().await;
    for end in ["cancel", "reject", "expire"] {
        let id = office.issued().await;
        let code = office.seen(&id).await["letter"]["code"].clone();
        let finished = counted(&office.app, &id);
        office.lurah.act(&id, &json!({ "action": "reissue" })).await;
        match end {
            "cancel" => drop(office.resident.act(&id, &json!({ "action": "cancel" })).await),
            "reject" => {
                let reject = json!({ "action": "reject", "reason_code": "other", "note": "Tidak perlu." });
                office.petugas.act(&id, &reject).await;
                let object = json!({ "action": "object", "note": "Perlu." });
                office.resident.act(&id, &object).await;
                assert_eq!(
                    counted(&office.app, &id),
                    finished,
                    "an objection changes no past figure"
                );
                office.lurah.act(&id, &reject).await;
            }
            _ => {
                office
                    .petugas
                    .act(&id, &json!({ "action": "return", "note": "KK?" }))
                    .await;
                let now = office.app.app.now();
                office.app.wait(TimeDelta::days(15));
                office.app.sweep();
                office.app.app.clock().set(now);
                assert_eq!(office.seen(&id).await["status"], "expired");
            }
        }
        assert_eq!(office.letter(&code).await["state"], "valid", "{end}");
        assert_eq!(counted(&office.app, &id), finished, "{end}");
        assert!(
            office
                .resident
                .get(&format!("/api/v1/requests/{id}/letter"))
                .await
                .status
                == 200
        );
        let mine = office.lurah.get(&format!("/api/v1/requests/{id}")).await.json(200);
        assert_eq!(mine["allowed"], json!(["revoke"]), "{end}");
        act(&office.lurah, &id, &json!({ "action": "reissue" }))
            .await
            .refused(409, "wrong_state");
        let revoked = office.lurah.act(&id, &revoke()).await;
        assert_eq!(revoked["status"], "revoked");
        assert_eq!(office.letter(&code).await["state"], "revoked", "{end}");
        act(&office.lurah, &id, &revoke()).await.refused(409, "wrong_state");
        chain_holds(&office.app, &id);
    }
    let numbers: Vec<(i32, String)> = entries::table
        .order(entries::seq)
        .select((entries::seq, entries::state))
        .load(&mut office.app.connect())
        .unwrap();
    let revoked = |seq| (seq, "revoked".to_owned());
    assert_eq!(
        numbers,
        [revoked(1), revoked(2), revoked(3)],
        "what was given up took no number"
    );
}

#[tokio::test]
async fn a_revoked_letter_changes_no_report_and_its_holder_is_told_why() {
    let office = Office::new().await;
    let camat = office.app.officer(Position::Camat, KECAMATAN).await;
    let id = office.issued().await;
    let report = async || {
        let path = "/api/v1/reports/service-levels?group_by=area,service,day";
        camat.get(path).await.json(200)
    };
    let (before, row) = (report().await, counted(&office.app, &id));
    office.lurah.act(&id, &revoke()).await;
    assert_eq!((report().await, counted(&office.app, &id)), (before, row));
    let text = mail(&office.app, &office.resident.email, "Surat dicabut");
    assert!(text.contains("Data keliru."), "{text}");
}

#[tokio::test]
async fn refusals_of_reissue_and_revoke_come_in_their_order() {
    let office = Office::new().await;
    let stranger = office.app.resident("Budi Santoso").await;
    let id = office.at("sign").await;
    for action in ["reissue", "revoke"] {
        let body = json!({ "action": action });
        act(&stranger, &id, &body).await.refused(404, "not_found");
        act(&office.resident, &id, &body).await.refused(409, "own_request");
        act(&office.petugas, &id, &body).await.refused(403, "not_your_step");
        act(&office.lurah, &id, &body).await.refused(409, "wrong_state");
    }
    office.onwards(&id, "sign", "").await;
    let stale = json!({ "action": "reissue", "version": 1 });
    act(&office.lurah, &id, &stale).await.refused(412, "stale_version");
    let reply = act(&office.lurah, &id, &json!({ "action": "revoke" })).await;
    assert_eq!(super::scene::wrong(&reply), super::scene::only("note", "required"));
    office.lurah.act(&id, &json!({ "action": "reissue" })).await;
    act(&office.lurah, &id, &json!({ "action": "reissue" }))
        .await
        .refused(409, "wrong_state");
    chain_holds(&office.app, &id);
}
