//! The register and the issue protocol.

use chrono::TimeDelta;
use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::letters::{self, Reservation};
use sepakat::platform::error::Error;
use sepakat::schema::letters as letter_rows;
use serde_json::{Value, json};

use super::scene::Scene;
use crate::support::{KECAMATAN, MUTIARA};

#[tokio::test]
async fn fifty_signatures_at_once_get_the_numbers_1_to_50() {
    let scene = Scene::new().await;
    let all: Vec<Reservation> = (0..50).map(|_| scene.reservation(scene.request())).collect();
    let mut numbers: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .iter()
            .map(|from| {
                let scene = &scene;
                scope.spawn(move || scene.reserve(from).number)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    numbers.sort();
    let mut expected: Vec<String> = (1..=50).map(|n| format!("400.12.2.1/{n}/MTR/XI/2026")).collect();
    expected.sort();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn a_signature_that_is_rolled_back_leaves_no_gap() {
    let scene = Scene::new().await;
    let (lost, kept) = (scene.reservation(scene.request()), scene.reservation(scene.request()));
    let failed = scene.app.app.write_now(|conn, ctx| {
        letters::reserve(conn, ctx, &lost)?;
        Err::<(), _>(Error::NotFound)
    });
    assert!(failed.is_err());
    assert_eq!(scene.reserve(&kept).number, "400.12.2.1/1/MTR/XI/2026");
}

#[tokio::test]
async fn a_letter_that_could_not_be_sealed_keeps_its_number_and_date() {
    let scene = Scene::new().await;
    let first = scene.reservation(scene.request());
    let reserved = scene.reserve(&first);
    scene.app.wait(TimeDelta::days(40));
    let again = Reservation {
        signer_name: "Plt. Siregar".into(),
        ..scene.reservation(first.request_id)
    };
    assert_ne!(again.on, first.on);
    assert_eq!(scene.reserve(&again), reserved);
    scene.issue(&reserved);
    let check = scene.check(&reserved.code).await;
    assert_eq!(check["issued_on"], "2026-11-24");
    assert_eq!(
        check["signer"],
        json!({ "name": "Plt. Siregar", "office": "Lurah Mutiara" })
    );
    // The year of the next letter has turned.
    assert_eq!(
        scene.reserve(&scene.reservation(scene.request())).number,
        "400.12.2.1/1/MTR/I/2027"
    );
}

#[tokio::test]
async fn a_number_that_is_given_up_stays_taken_with_its_reason() {
    let scene = Scene::new().await;
    let from = scene.reservation(scene.request());
    let given_up = scene.reserve(&from);
    scene
        .app
        .app
        .write_now(|conn, ctx| Ok(letters::void(conn, ctx, from.request_id, "returned")?))
        .unwrap();
    let next = scene.reserve(&from);
    assert_ne!(next.letter_id, given_up.letter_id);
    assert_eq!(next.number, "400.12.2.1/2/MTR/XI/2026");
    scene.issue(&next);
    assert_eq!(
        scene.entries(),
        [(1, "void".into(), Some("returned".into())), (2, "used".into(), None)]
    );
    let code = format!("/api/v1/letters/{}", given_up.code);
    scene.app.visitor().get(&code).await.refused(404, "not_found");
}

#[tokio::test]
async fn nobody_knows_of_a_letter_before_its_last_transaction() {
    let scene = Scene::new().await;
    let from = scene.reservation(scene.request());
    let reserved = scene.reserve(&from);
    let address = format!("/api/v1/letters/{}", reserved.code);
    scene.app.visitor().get(&address).await.refused(404, "not_found");
    let summary = |request| {
        scene
            .app
            .app
            .read_now(move |conn, _| Ok(letters::summary(conn, request)?))
            .unwrap()
    };
    assert_eq!(summary(from.request_id), None);

    let file = scene.issue(&reserved);
    let told = summary(from.request_id).unwrap();
    assert_eq!(
        (told.code.as_str(), told.number.as_str()),
        (reserved.code.as_str(), reserved.number.as_str())
    );
    let opened = scene
        .app
        .app
        .read_now(|conn, ctx| {
            Ok(letters::open_document(
                conn,
                ctx,
                &scene.app.app.extras().files,
                told.letter_id,
            )?)
        })
        .unwrap();
    assert_eq!(opened, file);
    assert_eq!(letters::read_stub(&opened).unwrap().number, reserved.number);
    let sealed: Vec<u8> = letter_rows::table
        .select(letter_rows::data_sealed.assume_not_null())
        .first(&mut scene.app.connect())
        .unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("Aminah"), "sealed at rest");
}

#[tokio::test]
async fn a_letter_issued_anew_takes_the_place_of_the_old_one_only_at_the_end() {
    let scene = Scene::new().await;
    let from = scene.reservation(scene.request());
    let old = scene.reserve(&from);
    scene.issue(&old);
    scene.app.wait(TimeDelta::days(1));
    let new = scene.reserve(&scene.reservation(from.request_id));
    assert_ne!(new.code, old.code);
    assert_eq!(scene.check(&old.code).await["state"], "valid");
    scene.issue(&new);
    assert_eq!(scene.check(&old.code).await["state"], "revoked");
    let summary = scene
        .app
        .app
        .read_now(|conn, _| Ok(letters::summary(conn, from.request_id)?))
        .unwrap()
        .unwrap();
    assert_eq!(summary.code, new.code);
}

#[tokio::test]
async fn the_agenda_book_lists_every_number_for_who_keeps_it() {
    let scene = Scene::new().await;
    for _ in 0..3 {
        scene.reserve(&scene.reservation(scene.request()));
    }
    let petugas = scene.app.officer(Position::Petugas, MUTIARA).await;
    let first = petugas.get("/api/v1/register?limit=2").await.json(200);
    let seqs = |page: &Value| -> Vec<i64> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|line| line["seq"].as_i64().unwrap()).collect()
    };
    assert_eq!(seqs(&first), [3, 2]);
    assert_eq!(first["items"][0]["holder_name"], "Siti Aminah");
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = petugas
        .get(&format!(
            "/api/v1/register?area={MUTIARA}&year=2026&limit=2&cursor={cursor}"
        ))
        .await
        .json(200);
    assert_eq!((seqs(&second), &second["next_cursor"]), (vec![1], &Value::Null));
    assert_eq!(
        seqs(&petugas.get("/api/v1/register?year=2025").await.json(200)),
        Vec::<i64>::new()
    );
    petugas.get("/api/v1/register?year=abc").await.refused(422, "invalid");
    petugas
        .get("/api/v1/register?area=12.09.20.1001")
        .await
        .refused(404, "not_found");
    let camat = scene.app.officer(Position::Camat, KECAMATAN).await;
    let page = camat.get(&format!("/api/v1/register?area={MUTIARA}")).await.json(200);
    assert_eq!(seqs(&page), [3, 2, 1]);
    let resident = scene.app.resident("Budi Santoso").await;
    resident.get("/api/v1/register").await.refused(403, "not_allowed");
    scene
        .app
        .visitor()
        .get("/api/v1/register")
        .await
        .refused(401, "login_required");
}
