//! Letters that reach the camat: shape B with two numbers, shape C with the lurah's paper, and steps that are skipped.

use diesel::prelude::*;
use sepakat::accounts::{KasiSection, Position};
use sepakat::schema::{register_entries as entries, service_versions as versions};
use serde_json::{Value, json};

use super::scene::{Kecamatan, Office, act, chain_holds, event, id, papers};
use crate::support::{KECAMATAN, MUTIARA, Papers, appointment};

/// The dispensation for a wedding in less than ten working days.
fn dispensation() -> Papers {
    let mut papers = papers("DISP-NIKAH");
    papers.body["fields"]["tgl_daftar"] = "2026-11-23".into();
    papers.body["fields"]["tgl_akad"] = "2026-11-29".into();
    papers
}

#[tokio::test]
async fn a_letter_of_both_offices_has_a_number_of_each() {
    let office = Office::new().await;
    let staff = Kecamatan::new(&office.app).await;
    let id = office.of(&office.resident, &papers("SKAW"), "").await;
    let seen = office.seen(&id).await;
    assert_eq!((&seen["status"], &seen["step"]["n"]), (&json!("submitted"), &json!(5)));
    assert_eq!(
        (&seen["step"]["area"], &seen["letter"]),
        (&json!(KECAMATAN), &Value::Null)
    );
    let told = event(&office.resident, &id, "level_signed").await;
    assert_eq!(
        (&told["from"], &told["party"]),
        (&json!("signing"), &json!("kecamatan"))
    );
    for (action, officer) in staff.desks() {
        officer.act(&id, &json!({ "action": action })).await;
    }
    office.app.drain_jobs();
    let seen = office.seen(&id).await;
    assert_eq!(seen["status"], "issued");
    let letter = office.letter(&seen["letter"]["code"]).await;
    assert_eq!(letter["state"], "valid");
    assert_eq!(letter["signer"]["office"], "Camat Kota Kisaran Timur");
    assert!(
        letter["number"].as_str().unwrap().contains("/1/KKT/XI/2026"),
        "{letter}"
    );
    let lower = &letter["lower"];
    assert_eq!(
        (&lower["signer"]["office"], &lower["issued_on"]),
        (&json!("Lurah Mutiara"), &json!("2026-11-24"))
    );
    assert!(lower["number"].as_str().unwrap().contains("/1/MTR/XI/2026"), "{lower}");
    let books: Vec<(String, String, String)> = entries::table
        .order(entries::level.desc())
        .select((entries::area, entries::level, entries::state))
        .load(&mut office.app.connect())
        .unwrap();
    let used = |area: &str, level: &str| (area.to_owned(), level.to_owned(), "used".to_owned());
    assert_eq!(books, [used(MUTIARA, "kelurahan"), used(KECAMATAN, "kecamatan")]);
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn the_section_of_the_service_decides_which_kasi_initials() {
    let office = Office::new().await;
    let staff = Kecamatan::new(&office.app).await;
    let mut other = appointment(Position::Kasi, KECAMATAN);
    other.section = Some(KasiSection::Kesra);
    let kesra = office.app.appointed(vec![other], None).await;
    // SKAW is of Pemerintahan, the dispensation of Kesra.
    let id_b = office.of(&office.resident, &papers("SKAW"), "").await;
    let id_c = id(&office.resident.submit(&dispensation()).await);
    let initial = json!({ "action": "initial" });
    for (request, own, another) in [(&id_b, &staff.kasi, &kesra), (&id_c, &kesra, &staff.kasi)] {
        staff.loket.act(request, &json!({ "action": "verify" })).await;
        assert_eq!(office.seen(request).await["holder"], own.account.to_string());
        act(another, request, &initial).await.refused(403, "not_your_step");
        own.act(request, &initial).await;
    }
}

#[tokio::test]
async fn a_letter_of_the_camat_wants_the_lurahs_paper_and_has_one_number() {
    let office = Office::new().await;
    let staff = Kecamatan::new(&office.app).await;
    let mut kesra = appointment(Position::Kasi, KECAMATAN);
    kesra.section = Some(KasiSection::Kesra);
    let kasi = office.app.appointed(vec![kesra], None).await;
    let mut without = dispensation();
    without.kinds.retain(|kind| kind != "rek_lurah");
    let body = office.resident.with_uploads(&without).await;
    let refused = office.resident.post("/api/v1/requests", &body).await;
    assert_eq!(super::scene::wrong(&refused)[0].0, "attachments.rek_lurah");
    let id = id(&office.resident.submit(&dispensation()).await);
    let seen = office.seen(&id).await;
    assert_eq!(
        (&seen["area"], &seen["step"]["area"]),
        (&json!(MUTIARA), &json!(KECAMATAN))
    );
    act(&office.petugas, &id, &json!({ "action": "verify" }))
        .await
        .refused(403, "not_your_step");
    act(
        &staff.loket,
        &id,
        &json!({ "action": "transfer", "to": super::scene::TELADAN }),
    )
    .await
    .refused(409, "wrong_state");
    for (action, officer) in [
        ("verify", &staff.loket),
        ("initial", &kasi),
        ("initial", &staff.sekcam),
        ("sign", &staff.camat),
    ] {
        officer.act(&id, &json!({ "action": action })).await;
    }
    office.app.drain_jobs();
    let letter = office.letter(&office.seen(&id).await["letter"]["code"]).await;
    assert!(letter["number"].as_str().unwrap().contains("/KKT/"), "{letter}");
    assert_eq!(
        (&letter["lower"], &letter["valid_until"]),
        (&Value::Null, &json!("2026-12-04"))
    );
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn a_paraf_that_the_office_switched_off_is_passed_over_and_its_time_goes_on() {
    let office = Office::new().await;
    let conn = &mut office.app.connect();
    let mut definition: Value = versions::table
        .filter(versions::code.eq("SKD"))
        .select(versions::definition)
        .first(conn)
        .unwrap();
    definition["steps"][2]["off"] = true.into();
    let share = |n: usize| definition["steps"][n]["share_percent"].as_i64().unwrap();
    let expected = 420 * (share(2) + share(3)) / 100;
    diesel::insert_into(versions::table)
        .values((
            versions::code.eq("SKD"),
            versions::version.eq(2),
            versions::definition.eq(&definition),
            versions::published_at.eq(office.app.app.now()),
        ))
        .execute(conn)
        .unwrap();
    let id = office.at("initial").await;
    let seen = office.seen(&id).await;
    assert_eq!(
        (&seen["step"]["n"], &seen["step"]["position"]),
        (&json!(4), &json!("lurah"))
    );
    let told = event(&office.resident, &id, "submit").await;
    assert_eq!(
        told["data"]["skipped"],
        json!([{ "step": 3, "reason": "switched_off" }])
    );
    let due: chrono::DateTime<chrono::Utc> = seen["step"]["due_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(due, office.app.app.now() + chrono::TimeDelta::minutes(expected));
    // Nobody goes back to a step that there is not.
    let reply = act(&office.lurah, &id, &json!({ "action": "send_back", "to": 3 })).await;
    assert_eq!(super::scene::wrong(&reply), super::scene::only("to", "no_earlier_step"));
    office.lurah.act(&id, &json!({ "action": "sign" })).await;
    office.app.drain_jobs();
    assert_eq!(office.seen(&id).await["status"], "issued");
}

#[tokio::test]
async fn without_a_kepling_or_with_his_paper_it_begins_at_the_petugas() {
    let office = Office::new().await;
    let mut elsewhere = papers("SKD");
    elsewhere.body["applicant"]["lingkungan"] = format!("{MUTIARA}.01").into();
    let mut with_paper = papers("SKD");
    with_paper.kinds.push("pengantar".into());
    for (papers, reason) in [(elsewhere, "no_kepling"), (with_paper, "pengantar_uploaded")] {
        let id = id(&office.resident.submit(&papers).await);
        assert_eq!(office.step(&id).await, 2);
        let told = event(&office.resident, &id, "submit").await;
        assert_eq!(told["data"]["skipped"], json!([{ "step": 1, "reason": reason }]));
    }
}
