//! Service levels on a real database, worked out by hand.
#![expect(clippy::unwrap_used, reason = "tests")]

mod http;

use diesel::prelude::*;
use sepakat::accounts::{Actor, Position};
use sepakat::measures::{self, Finished, Received};
use sepakat::platform::error::Error;
use sepakat::reports::{self, RawQuery, ServiceLevels};
use uuid::Uuid;

use crate::rows::{self, World, at};
use crate::support::KECAMATAN;

const TELADAN: &str = "12.09.20.1001";
const OTHER: &str = "12.09.20.1002";

fn actor(position: Position, area: &str) -> Actor {
    rows::person(Uuid::from_u128(1), position, area)
}

fn read(conn: &mut PgConnection, actor: &Actor, query: &str) -> Result<ServiceLevels, Error> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let raw = RawQuery::from_pairs(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
    let world = World::at("2026-11-24T09:00:00+07:00");
    Ok(reports::service_levels(conn, &world.ctx(), actor, &raw)?.0)
}

fn received(conn: &mut PgConnection, area: &str, service: &str, moment: &str) -> Uuid {
    let request_id = rows::request(conn, None, 10);
    let fact = Received {
        request_id,
        area,
        kecamatan: KECAMATAN,
        service_code: service,
        target_minutes: 420,
        at: at(moment),
    };
    measures::received(conn, &fact).unwrap();
    request_id
}

fn finished(conn: &mut PgConnection, request_id: Uuid, moment: &str, office_minutes: i32, resident_minutes: i32) {
    let fact = Finished {
        request_id,
        at: at(moment),
        office_minutes,
        resident_minutes,
    };
    measures::finished(conn, &fact).unwrap();
}

/// Target of each: 420 working minutes.
///
/// | n | area | service | received | finished | office | resident | on time |
/// | 1 | Teladan | SKD | 30 Oct 23:30 WIB | 2 Nov | 100 | 0 | yes |
/// | 2 | Teladan | SKD | 31 Oct 23:59:59 WIB | 1 Nov 00:00 WIB | 420 | 30 | yes, exactly |
/// | 3 | Teladan | SKU | 1 Nov 00:00 WIB | 30 Nov 23:59:59 WIB | 421 | 60 | no |
/// | 4 | other | SKD | 10 Nov | 1 Dec 00:00 WIB | 50 | 0 | yes |
/// | 5 | other | SKU | 11 Nov | - | | | |
fn five(conn: &mut PgConnection) {
    let r1 = received(conn, TELADAN, "SKD", "2026-10-30T23:30:00+07:00");
    let r2 = received(conn, TELADAN, "SKD", "2026-10-31T23:59:59+07:00");
    let r3 = received(conn, TELADAN, "SKU", "2026-11-01T00:00:00+07:00");
    let r4 = received(conn, OTHER, "SKD", "2026-11-10T09:00:00+07:00");
    received(conn, OTHER, "SKU", "2026-11-11T09:00:00+07:00");
    finished(conn, r1, "2026-11-02T10:00:00+07:00", 100, 0);
    finished(conn, r2, "2026-11-01T00:00:00+07:00", 420, 30);
    finished(conn, r3, "2026-11-30T23:59:59+07:00", 421, 60);
    finished(conn, r4, "2026-12-01T00:00:00+07:00", 50, 0);
}

#[test]
fn the_figures_of_november_are_those_worked_out_by_hand() {
    let conn = &mut rows::scratch();
    five(conn);
    let camat = actor(Position::Camat, KECAMATAN);
    // Received in November: 3, 4, 5. Finished: 1, 2, 3 with 100, 420, 421 office minutes: the median is 420, nine of
    // ten lie below 420 + 0.8 x 1 = 420.8, shown as 421; the resident's 0, 30, 60: 30 and 30 + 0.8 x 30 = 54.
    let report = read(conn, &camat, "from=2026-11-01&to=2026-11-30&group_by=area").unwrap();
    insta::assert_json_snapshot!(report);
    assert_eq!(read(conn, &camat, "").unwrap(), report);
}

#[test]
fn several_groups_at_once_and_months_in_the_zone_of_the_cell() {
    let conn = &mut rows::scratch();
    five(conn);
    let lurah = actor(Position::Lurah, TELADAN);
    let report = read(conn, &lurah, "from=2026-10-01&to=2026-12-31&group_by=month,service").unwrap();
    let rows: Vec<_> = report
        .rows
        .iter()
        .map(|row| {
            let key = (row.key.service.as_deref().unwrap(), row.key.month.as_deref().unwrap());
            (key, row.figures.received, row.figures.finished, row.figures.on_time)
        })
        .collect();
    assert_eq!(
        rows,
        [
            (("SKD", "2026-10"), 2, 0, 0),
            (("SKD", "2026-11"), 0, 2, 2),
            (("SKU", "2026-11"), 1, 1, 0),
        ]
    );
    assert!(
        report
            .rows
            .iter()
            .all(|row| row.key.area.is_none() && row.key.day.is_none())
    );
    assert_eq!(report.rows[0].figures.on_time_share, None);
    assert_eq!(
        (report.total.received, report.total.finished, report.total.on_time),
        (3, 3, 2)
    );
}

#[test]
fn a_day_is_whole_and_stands_under_its_date() {
    let conn = &mut rows::scratch();
    five(conn);
    let camat = actor(Position::Sekcam, KECAMATAN);
    let report = read(conn, &camat, "from=2026-11-30&to=2026-12-01&group_by=day").unwrap();
    let rows: Vec<_> = report
        .rows
        .iter()
        .map(|row| (row.key.day.as_deref(), row.figures.finished))
        .collect();
    assert_eq!(rows, [(Some("2026-11-30"), 1), (Some("2026-12-01"), 1)]);
}

#[test]
fn nothing_happened_is_an_empty_table_with_a_total_of_nothing() {
    let conn = &mut rows::scratch();
    let report = read(conn, &actor(Position::Camat, KECAMATAN), "group_by=service").unwrap();
    assert!(report.rows.is_empty());
    let total = serde_json::to_value(report.total).unwrap();
    let nothing = serde_json::json!({ "p50": null, "p90": null });
    assert_eq!(
        total,
        serde_json::json!({ "received": 0, "finished": 0, "on_time": 0, "on_time_share": null,
            "office_minutes": nothing, "resident_minutes": nothing })
    );
}

#[test]
fn everybody_reads_what_is_theirs_and_nothing_else() {
    let conn = &mut rows::scratch();
    five(conn);
    let code = |conn: &mut PgConnection, position, area, query: &str| match read(conn, &actor(position, area), query) {
        Ok(report) => format!("{} received", report.total.received),
        Err(error) => error.to_string(),
    };
    let all = |area: &str| format!("from=2026-01-01&to=2026-12-31&area={area}");
    let (lurah, camat) = (Position::Lurah, Position::Camat);
    assert_eq!(code(conn, lurah, TELADAN, &all("")), "3 received");
    assert_eq!(code(conn, lurah, TELADAN, &all(TELADAN)), "3 received");
    assert_eq!(code(conn, lurah, TELADAN, &all(OTHER)), "404 not_found");
    assert_eq!(code(conn, lurah, TELADAN, &all(KECAMATAN)), "404 not_found");
    assert_eq!(code(conn, camat, KECAMATAN, &all("")), "5 received");
    assert_eq!(code(conn, camat, KECAMATAN, &all(KECAMATAN)), "5 received");
    assert_eq!(code(conn, camat, KECAMATAN, &all(OTHER)), "2 received");
    assert_eq!(code(conn, camat, KECAMATAN, &all("12.09.20.9999")), "404 not_found");
    assert_eq!(code(conn, camat, KECAMATAN, &all("12.09.01")), "404 not_found");
    assert_eq!(code(conn, camat, "12.09.01", &all("")), "0 received");
    assert_eq!(code(conn, camat, KECAMATAN, &all("mutiara")), "422 invalid");
    for position in Position::ALL {
        let may = matches!(position, Position::Lurah | Position::Sekcam | Position::Camat);
        let area = if *position == lurah { TELADAN } else { KECAMATAN };
        assert_eq!(
            code(conn, *position, area, &all("")) == "403 not_allowed",
            !may,
            "{position}"
        );
    }
}

#[test]
fn an_objection_takes_the_end_back_and_a_second_end_counts_no_second_time() {
    let conn = &mut rows::scratch();
    let lurah = actor(Position::Lurah, TELADAN);
    let id = received(conn, TELADAN, "SKD", "2026-11-02T09:00:00+07:00");
    let figures = |conn: &mut PgConnection| {
        let total = read(conn, &lurah, "").unwrap().total;
        (total.received, total.finished, total.on_time, total.office_minutes.p50)
    };
    finished(conn, id, "2026-11-03T09:00:00+07:00", 400, 0);
    assert_eq!(figures(conn), (1, 1, 1, Some(400)));
    measures::reopened(conn, id).unwrap();
    assert_eq!(figures(conn), (1, 0, 0, None));
    finished(conn, id, "2026-11-05T09:00:00+07:00", 800, 0);
    finished(conn, id, "2026-11-06T09:00:00+07:00", 10, 0);
    assert_eq!(figures(conn), (1, 1, 0, Some(800)));
    measures::transferred(conn, id, OTHER).unwrap();
    assert_eq!(figures(conn), (0, 0, 0, None));
}
