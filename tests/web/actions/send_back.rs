//! Back to an earlier desk inside the office.

use serde_json::json;

use super::scene::{Office, act, chain_holds, event, mail, only, wrong};

#[tokio::test]
async fn the_lurah_sends_it_back_to_who_had_verified_it_and_it_comes_up_again() {
    let office = Office::new().await;
    // A colleague with an empty desk would get it, were it chosen anew.
    let colleague = office
        .app
        .officer(sepakat::accounts::Position::Petugas, crate::support::MUTIARA)
        .await;
    let id = office.at("verify").await;
    let holder = |request: &serde_json::Value| request["holder"].as_str().map(str::to_owned);
    let had = holder(&office.seen(&id).await);
    let petugas = if had == Some(colleague.account.to_string()) {
        &colleague
    } else {
        &office.petugas
    };
    petugas.act(&id, &json!({ "action": "verify" })).await;
    office.onwards(&id, "initial", "sign").await;
    let back = json!({ "action": "send_back", "to": 2, "note": "Nomor KK keliru, cocokkan lagi." });
    let request = office.lurah.act(&id, &back).await;
    assert_eq!(
        (&request["status"], &request["step"]["n"]),
        (&json!("submitted"), &json!(2))
    );
    assert_eq!(holder(&office.seen(&id).await), had);
    // What one officer writes to another stays in the office.
    assert_eq!(event(petugas, &id, "send_back").await["note"], back["note"]);
    assert_eq!(event(&office.resident, &id, "send_back").await["note"], json!(null));
    let text = mail(&office.app, &office.resident.email, "Permohonan diperiksa sekali lagi");
    assert!(!text.contains("Nomor KK"), "{text}");
    petugas.act(&id, &json!({ "action": "verify" })).await;
    office.onwards(&id, "initial", "").await;
    assert_eq!(office.seen(&id).await["status"], "issued");
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn refusals_of_send_back_come_in_their_order() {
    let office = Office::new().await;
    let stranger = office.app.resident("Budi Santoso").await;
    let id = office.at("initial").await;
    let back = json!({ "action": "send_back", "to": 1 });
    act(&stranger, &id, &back).await.refused(404, "not_found");
    act(&office.resident, &id, &back).await.refused(409, "own_request");
    act(&office.petugas, &id, &back).await.refused(403, "not_your_step");
    let stale = json!({ "action": "send_back", "to": true, "version": 1 });
    act(&office.seklur, &id, &stale).await.refused(412, "stale_version");
    for (to, code) in [
        (json!(null), "required"),
        (json!(3), "no_earlier_step"),
        (json!(0), "no_earlier_step"),
        (json!("4"), "no_earlier_step"),
        (json!("satu"), "not_a_step"),
        (json!([1]), "wrong_type"),
    ] {
        let reply = act(&office.seklur, &id, &json!({ "action": "send_back", "to": to })).await;
        assert_eq!(wrong(&reply), only("to", code), "{to}");
    }
    office
        .seklur
        .act(&id, &json!({ "action": "send_back", "to": "1" }))
        .await;
    assert_eq!(office.step(&id).await, 1);
    // Twice: it is not the seklur's any more; and whoever verifies sends nothing back.
    act(&office.seklur, &id, &back).await.refused(403, "not_your_step");
    office.onwards(&id, "endorse", "verify").await;
    act(&office.petugas, &id, &back).await.refused(409, "wrong_state");
    chain_holds(&office.app, &id);
}
