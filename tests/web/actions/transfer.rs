//! To the kelurahan where the applicant lives.

use sepakat::accounts::Position;
use serde_json::{Value, json};

use super::scene::{Office, TELADAN, act, chain_holds, counted, event, mail, only, papers, wrong};
use crate::support::MUTIARA;

fn to_teladan() -> Value {
    json!({ "action": "transfer", "to": TELADAN, "applicant": { "lingkungan": format!("{TELADAN}.01") } })
}

#[tokio::test]
async fn it_goes_on_in_the_other_kelurahan_with_its_clock_and_counts_there() {
    let office = Office::new().await;
    let kepling = office.app.officer(Position::Kepling, &format!("{TELADAN}.01")).await;
    let petugas = office.app.officer(Position::Petugas, TELADAN).await;
    let id = office.at("verify").await;
    let before = office.seen(&id).await;
    office.app.wait(chrono::TimeDelta::minutes(10));
    let request = office.petugas.act(&id, &to_teladan()).await;
    assert_eq!(request["area"], TELADAN);
    let step = &request["step"];
    assert_eq!(
        (&step["n"], &step["area"]),
        (&json!(1), &json!(format!("{TELADAN}.01")))
    );
    let after = office.seen(&id).await;
    assert_eq!(after["holder"], kepling.account.to_string());
    assert_eq!(
        (&after["due_at"], &after["clock"]["office_minutes"]),
        (&before["due_at"], &json!(10))
    );
    assert_eq!(after["applicant"]["kelurahan_code"], TELADAN);
    assert_eq!(counted(&office.app, &id).0, TELADAN);
    let told = event(&office.resident, &id, "transfer").await;
    assert_eq!(
        (&told["data"]["from_area"], &told["data"]["to_area"]),
        (&json!(MUTIARA), &json!(TELADAN))
    );
    let text = mail(&office.app, &office.resident.email, "Dipindahkan");
    assert!(text.contains("Kelurahan Teladan"), "{text}");
    // The old kelurahan has no business with it any more.
    act(&office.petugas, &id, &to_teladan()).await.refused(404, "not_found");
    kepling.act(&id, &json!({ "action": "endorse" })).await;
    petugas.act(&id, &json!({ "action": "verify" })).await;
    chain_holds(&office.app, &id);
    let camat = office.app.officer(Position::Camat, crate::support::KECAMATAN).await;
    let report = camat
        .get("/api/v1/reports/service-levels?group_by=area")
        .await
        .json(200);
    assert_eq!(
        (&report["rows"][0]["area"], &report["total"]["received"]),
        (&json!(TELADAN), &json!(1))
    );
}

#[tokio::test]
async fn without_a_kepling_there_it_begins_at_the_petugas_with_a_time_of_its_own() {
    let office = Office::new().await;
    let petugas = office.app.officer(Position::Petugas, TELADAN).await;
    // The pengantar is of a kepling of Mutiara.
    let mut papers = papers("SKD");
    papers.kinds.push("pengantar".into());
    let id = super::scene::id(&office.resident.submit(&papers).await);
    assert_eq!(office.step(&id).await, 2);
    let before = office.seen(&id).await;
    office.app.wait(chrono::TimeDelta::minutes(10));
    office.petugas.act(&id, &to_teladan()).await;
    let after = office.seen(&id).await;
    assert_eq!(
        (&after["step"]["n"], &after["holder"]),
        (&json!(2), &json!(petugas.account))
    );
    assert_ne!(after["step"]["due_at"], before["step"]["due_at"]);
    let told = event(&petugas, &id, "transfer").await;
    assert_eq!(told["data"]["skipped"], json!([{ "step": 1, "reason": "no_kepling" }]));

    let kepling = office.app.officer(Position::Kepling, &format!("{MUTIARA}.01")).await;
    let back = json!({ "action": "transfer", "to": MUTIARA, "applicant": { "lingkungan": format!("{MUTIARA}.01") } });
    petugas.act(&id, &back).await;
    let after = office.seen(&id).await;
    assert_eq!(
        (&after["step"]["n"], &after["holder"]),
        (&json!(1), &json!(kepling.account))
    );
    // Sent again without a new paper, the old one does not pass for the new kepling's.
    kepling
        .act(&id, &json!({ "action": "return", "note": "Siapa saksinya?" }))
        .await;
    office.resident.act(&id, &json!({ "action": "resubmit" })).await;
    assert_eq!(office.step(&id).await, 1);
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn refusals_of_transfer_come_in_their_order() {
    let office = Office::new().await;
    let stranger = office.app.resident("Budi Santoso").await;
    let id = office.at("endorse").await;
    act(&stranger, &id, &to_teladan()).await.refused(404, "not_found");
    act(&office.resident, &id, &to_teladan())
        .await
        .refused(409, "own_request");
    act(&office.petugas, &id, &to_teladan())
        .await
        .refused(403, "not_your_step");
    act(&office.kepling, &id, &to_teladan())
        .await
        .refused(409, "wrong_state");
    office.onwards(&id, "endorse", "verify").await;
    let stale = json!({ "action": "transfer", "version": 1 });
    act(&office.petugas, &id, &stale).await.refused(412, "stale_version");
    let there = json!({ "lingkungan": format!("{TELADAN}.01") });
    for (to, code) in [
        (json!(null), "required"),
        (json!({}), "wrong_type"),
        (json!("Teladan"), "not_an_area"),
        (json!(MUTIARA), "no_other_kelurahan"),
        (json!("12.09.20"), "no_other_kelurahan"),
        (json!("12.09.19.1001"), "no_other_kelurahan"),
        (json!("12.09.20.1099"), "no_other_kelurahan"),
    ] {
        let body = json!({ "action": "transfer", "to": to, "applicant": there });
        assert_eq!(wrong(&act(&office.petugas, &id, &body).await), only("to", code), "{to}");
    }
    for applicant in [json!(null), json!({}), json!({ "lingkungan": format!("{MUTIARA}.01") })] {
        let body = json!({ "action": "transfer", "to": TELADAN, "applicant": applicant });
        let reply = act(&office.petugas, &id, &body).await;
        assert_eq!(wrong(&reply)[0].0, "applicant.lingkungan", "{applicant}");
    }
    let other = json!({ "kelurahan_code": "12.09.20.1002", "lingkungan": "12.09.20.1002.01" });
    let body = json!({ "action": "transfer", "to": TELADAN, "applicant": other });
    assert_eq!(
        wrong(&act(&office.petugas, &id, &body).await)[0].0,
        "applicant.kelurahan_code"
    );
    let body = json!({ "action": "transfer", "to": TELADAN, "applicant": ["x"] });
    act(&office.petugas, &id, &body).await.refused(422, "invalid");
    assert_eq!(counted(&office.app, &id).0, MUTIARA, "nothing happened");
    assert_eq!(office.step(&id).await, 2);
}
