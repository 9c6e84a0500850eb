//! Officers and their leave, for themselves and their superiors.

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::assignment::officers::{self, NewAbsence};
use uuid::Uuid;

use crate::assignment::{Ask, NOW, choose};
use crate::rows::{self, KECAMATAN, KELURAHAN, World, person};

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
