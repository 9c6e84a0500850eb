//! The lurah is away or missing: whoever is appointed to act for the position signs, and the paper says so.

use sepakat::accounts::{Acting, Position};
use serde_json::{Value, json};

use super::scene::{Kecamatan, Office, act, chain_holds, papers};
use crate::support::{KECAMATAN, MUTIARA, Someone, appointment};

/// The seklur, who acts for the lurah in this form.
async fn standing_in(office: &Office, form: Acting) -> Someone {
    let mut acting = appointment(Position::Lurah, MUTIARA);
    acting.acting = Some(form);
    let own = appointment(Position::Seklur, MUTIARA);
    office.app.appointed(vec![own, acting], None).await
}

async fn on_leave(who: &Someone) {
    let leave = json!({ "from": "2026-11-24", "until": "2026-11-30" });
    let path = format!("/api/v1/officers/{}/absences", who.account);
    who.post(&path, &leave).await.json(201);
}

/// What the paper says, as its stub carries it.
async fn paper(office: &Office, id: &str) -> Value {
    let pdf = office.resident.get(&format!("/api/v1/requests/{id}/letter")).await;
    serde_json::to_value(sepakat::letters::read_stub(&pdf.bytes).unwrap()).unwrap()
}

#[tokio::test]
async fn the_holder_signs_as_long_as_there_is_one_and_then_who_acts_in_the_holders_name() {
    let office = Office::new().await;
    let acting = standing_in(&office, Acting::An).await;
    // With nothing on the desk the acting one would win by load.
    for _ in 0..2 {
        let id = office.at("sign").await;
        assert_eq!(office.seen(&id).await["holder"], office.lurah.account.to_string());
    }
    on_leave(&office.lurah).await;
    let id = office.at("sign").await;
    assert_eq!(office.seen(&id).await["holder"], acting.account.to_string());
    acting.act(&id, &json!({ "action": "sign" })).await;
    office.app.drain_jobs();
    let letter = office.letter(&office.seen(&id).await["letter"]["code"]).await;
    assert_eq!(letter["signer"]["office"], "a.n. Lurah Mutiara, Sekretaris Lurah");
    let paper = paper(&office, &id).await;
    assert_eq!(
        paper["signer"]["office"],
        json!(["a.n. Lurah Mutiara", "Sekretaris Lurah"])
    );
    assert_eq!(paper["signer"]["name"], letter["signer"]["name"]);
    assert_eq!(
        (&paper["signer"]["rank"], &paper["signer"]["nip"]),
        (&json!("Penata (III/c)"), &json!("198001012005011001"))
    );
    assert!(
        paper["opening"]
            .as_str()
            .unwrap()
            .contains("a.n. Lurah Mutiara, Sekretaris Lurah"),
        "{paper}"
    );
    let page = office
        .app
        .visitor()
        .get(&format!("/v/{}", letter["code"].as_str().unwrap()))
        .await
        .text();
    assert!(page.contains("a.n. Lurah Mutiara, Sekretaris Lurah"), "{page}");
    let book = office
        .lurah
        .get(&format!("/api/v1/register?area={MUTIARA}&year=2026"))
        .await
        .json(200);
    assert!(
        book.to_string().contains("a.n. Lurah Mutiara, Sekretaris Lurah"),
        "{book}"
    );
    // Who acts for the holder may take the letter back, too.
    acting.act(&id, &json!({ "action": "revoke", "note": "Keliru." })).await;
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn in_a_vacant_office_the_plt_signs_and_the_camat_confirms_with_the_sekcam_in_the_camats_name() {
    let office = Office::new().await;
    let plt = standing_in(&office, Acting::Plt).await;
    let staff = Kecamatan::new(&office.app).await;
    let mut acting = appointment(Position::Camat, KECAMATAN);
    acting.acting = Some(Acting::An);
    acting.title = Some("Sekretaris Kecamatan".into());
    let sekcam = office
        .app
        .appointed(vec![appointment(Position::Sekcam, KECAMATAN), acting], None)
        .await;
    on_leave(&office.lurah).await;
    on_leave(&staff.camat).await;
    let id = office.of(&office.resident, &papers("SKAW"), "sign").await;
    plt.act(&id, &json!({ "action": "sign" })).await;
    office.app.drain_jobs();
    for (action, officer) in [
        ("verify", &staff.loket),
        ("initial", &staff.kasi),
        ("initial", &staff.sekcam),
        ("sign", &sekcam),
    ] {
        officer.act(&id, &json!({ "action": action })).await;
    }
    office.app.drain_jobs();
    let letter = office.letter(&office.seen(&id).await["letter"]["code"]).await;
    assert_eq!(letter["lower"]["signer"]["office"], "Plt. Lurah Mutiara");
    assert_eq!(
        letter["signer"]["office"],
        "a.n. Camat Kota Kisaran Timur, Sekretaris Kecamatan"
    );
    let paper = paper(&office, &id).await;
    assert_eq!(paper["lower"]["signer"]["office"], json!(["Plt. Lurah Mutiara"]));
    assert_eq!(
        paper["signer"]["office"],
        json!(["a.n. Camat Kota Kisaran Timur", "Sekretaris Kecamatan"])
    );
}

#[tokio::test]
async fn the_lurahs_own_letter_is_signed_by_who_acts_for_the_lurah() {
    let office = Office::new().await;
    let acting = standing_in(&office, Acting::An).await;
    let id = office.of(&office.lurah, &papers("SKD"), "sign").await;
    let seen = acting.get(&format!("/api/v1/requests/{id}")).await.json(200);
    assert_eq!(seen["holder"], acting.account.to_string());
    act(&office.lurah, &id, &json!({ "action": "sign" }))
        .await
        .refused(409, "own_request");
    acting.act(&id, &json!({ "action": "sign" })).await;
    office.app.drain_jobs();
}

#[tokio::test]
async fn an_appointment_that_has_ended_gives_nothing() {
    let office = Office::new().await;
    let mut ended = appointment(Position::Lurah, MUTIARA);
    ended.acting = Some(Acting::Plt);
    ended.valid_until = Some(office.app.app.now());
    let past = office
        .app
        .appointed(vec![appointment(Position::Seklur, MUTIARA), ended], None)
        .await;
    on_leave(&office.lurah).await;
    let id = office.at("sign").await;
    assert_eq!(office.seen(&id).await["holder"], Value::Null, "nobody is there");
    act(&past, &id, &json!({ "action": "sign" }))
        .await
        .refused(403, "not_your_step");
}
