//! Officers and their leave, for themselves and their superiors.

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::assignment::officers::{self, NewAbsence};
use sepakat::schema::audit_entries;
use serde_json::json;
use uuid::Uuid;

use crate::assignment::{Ask, NOW, choose};
use crate::rows::{self, KELURAHAN, World, person};
use crate::support::{KECAMATAN, MUTIARA, TestApp};

#[test]
fn a_superior_sees_those_below_and_everybody_themselves() {
    let conn = &mut rows::scratch();
    let world = World::at(NOW);
    let kepling = rows::officer(conn, "12.09.20.1001.02", Position::Kepling);
    let petugas = rows::officer(conn, KELURAHAN, Position::Petugas);
    let lurah = rows::officer(conn, KELURAHAN, Position::Lurah);
    let loket = rows::officer(conn, KECAMATAN, Position::Petugas);
    let camat = rows::officer(conn, KECAMATAN, Position::Camat);
    rows::officer(conn, "12.09.20.1002", Position::Petugas);
    rows::request(conn, Some(petugas), 15);
    rows::absent(conn, kepling, "2026-11-24", "2026-11-25");
    let seen = |conn: &mut PgConnection, who, position, area| {
        let officers = officers::list(conn, &world.ctx(), &person(who, position, area)).unwrap();
        let mut ids: Vec<Uuid> = officers.iter().map(|officer| officer.id).collect();
        ids.sort_unstable();
        (ids, officers)
    };
    let (ids, officers) = seen(conn, lurah, Position::Lurah, KELURAHAN);
    assert_eq!(ids, [kepling, petugas, lurah]);
    let of = |id| officers.iter().find(|officer| officer.id == id).unwrap();
    assert!(of(kepling).absent_today && !of(petugas).absent_today);
    assert_eq!((of(petugas).open_items, of(petugas).open_minutes), (1, 15));
    assert_eq!(seen(conn, petugas, Position::Petugas, KELURAHAN).0, [petugas]);
    let all = seen(conn, camat, Position::Camat, KECAMATAN).0;
    assert!(
        [kepling, petugas, lurah, loket, camat]
            .iter()
            .all(|id| all.contains(id))
    );
    let sekcam = rows::officer(conn, KECAMATAN, Position::Sekcam);
    assert_eq!(seen(conn, sekcam, Position::Sekcam, KECAMATAN).0, [loket, sekcam]);
}

#[test]
fn leave_is_noted_by_oneself_or_a_superior_and_by_nobody_else() {
    let conn = &mut rows::scratch();
    let world = World::at(NOW);
    let ctx = world.ctx();
    let petugas = rows::officer(conn, KELURAHAN, Position::Petugas);
    let own = person(petugas, Position::Petugas, KELURAHAN);
    let lurah = person(rows::account(conn), Position::Lurah, KELURAHAN);
    let colleague = person(rows::account(conn), Position::Petugas, KELURAHAN);
    let other_lurah = person(rows::account(conn), Position::Lurah, "12.09.20.1002");
    let leave = |from: &str, until: &str| NewAbsence {
        from: from.into(),
        until: until.into(),
    };
    let today = leave("2026-11-24", "2026-11-24");
    for stranger in [&colleague, &other_lurah] {
        let refused = officers::add_absence(conn, &ctx, stranger, petugas, &today).unwrap_err();
        assert_eq!(refused.code(), "not_found");
    }
    let noted = officers::add_absence(conn, &ctx, &own, petugas, &today).unwrap();
    assert_eq!(choose(conn, Ask::default()).account, None);
    assert_eq!(
        officers::absences(conn, &ctx, &lurah, petugas).unwrap(),
        std::slice::from_ref(&noted)
    );
    let foreign = officers::remove_absence(conn, &ctx, &lurah, petugas, Uuid::from_u128(77)).unwrap_err();
    assert_eq!(foreign.code(), "not_found");
    officers::remove_absence(conn, &ctx, &lurah, petugas, noted.id).unwrap();
    assert_eq!(choose(conn, Ask::default()).account, Some(petugas));
    for (from, until) in [
        ("2026-11-25", "2026-11-24"),
        ("2026-11-20", "2026-11-23"),
        ("x", "2026-11-25"),
        ("2026-11-24", ""),
    ] {
        let refused = officers::add_absence(conn, &ctx, &own, petugas, &leave(from, until)).unwrap_err();
        assert_eq!(refused.code(), "invalid", "{from} {until}");
    }
}

#[tokio::test]
async fn leave_over_http_is_noted_once_listed_and_taken_back() {
    let app = TestApp::new();
    let petugas = app.officer(Position::Petugas, MUTIARA).await;
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    let address = format!("/api/v1/officers/{}/absences", petugas.account);
    let days = json!({ "from": "2026-11-25", "until": "2026-11-26" });
    let noted = lurah.post_once(&address, "cuti", &days).await.json(201);
    assert_eq!(lurah.post_once(&address, "cuti", &days).await.json(201), noted);
    let listed = petugas.get(&address).await.json(200);
    assert_eq!(listed, json!({ "items": [noted], "next_cursor": null }));
    let officers = lurah.get("/api/v1/officers").await.json(200);
    let seen = |id: Uuid| {
        let items = officers["items"].as_array().unwrap();
        items.iter().find(|officer| officer["id"] == id.to_string()).unwrap()
    };
    assert_eq!(seen(petugas.account)["absences"], json!([noted]));
    assert_eq!(seen(petugas.account)["positions"][0]["position"], "petugas");
    assert_eq!(seen(lurah.account)["absent_today"], false);
    let one = format!("{address}/{}", noted["id"].as_str().unwrap());
    petugas.delete(&one).await.empty(204);
    petugas.delete(&one).await.refused(404, "not_found");
    petugas
        .delete(&format!("{address}/bukan-id"))
        .await
        .refused(404, "not_found");
    let foreign = format!("/api/v1/officers/{}/absences", lurah.account);
    petugas.post(&foreign, &days).await.refused(404, "not_found");
    let wrong = petugas
        .post(&address, &json!({ "from": "x", "until": "y" }))
        .await
        .refused(422, "invalid");
    assert_eq!(
        (&wrong["errors"][0]["field"], &wrong["errors"][1]["field"]),
        (&json!("from"), &json!("until"))
    );
    let resident = app.resident("Siti Aminah").await;
    resident.get("/api/v1/officers").await.refused(403, "not_allowed");
    resident.post(&address, &days).await.refused(404, "not_found");
    app.visitor()
        .get("/api/v1/officers")
        .await
        .refused(401, "login_required");
    let kept: Vec<String> = audit_entries::table
        .filter(audit_entries::chain.eq(format!("account:{}", petugas.account)))
        .filter(audit_entries::action.like("absence%"))
        .order(audit_entries::seq)
        .select(audit_entries::action)
        .load(&mut app.connect())
        .unwrap();
    assert_eq!(kept, ["absence_added", "absence_removed"]);
}
