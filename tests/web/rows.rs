//! A database for rooms whose operations are called directly, and rows put there without the conductor.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sepakat::accounts::{Actor, Appointment, Position};
use sepakat::app::{Ctx, ReferenceCache};
use sepakat::areas::AreaCode;
use sepakat::config::Config;
use sepakat::platform::crypto::Keys;
use sepakat::platform::ids::Entropy;
use sepakat::schema::{absences, accounts, appointments, requests};
use uuid::Uuid;

use crate::support::{Database, KECAMATAN, number};

pub const KELURAHAN: &str = "12.09.20.1001";

/// Shared by all tests that commit nothing.
static SHARED: LazyLock<Database> = LazyLock::new(Database::new);

pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// A connection of the runtime role on which nothing is ever committed.
pub fn scratch() -> PgConnection {
    let mut conn = connect(&SHARED);
    conn.begin_test_transaction().unwrap();
    conn
}

/// As the runtime role; what is written is committed.
pub fn connect(database: &Database) -> PgConnection {
    PgConnection::establish(&database.app_url()).unwrap()
}

/// What operations are given; its moment is set by hand.
pub struct World {
    config: Config,
    keys: Keys,
    reference: ReferenceCache,
    pub now: DateTime<Utc>,
}

impl World {
    pub fn at(moment: &str) -> Self {
        Self {
            config: Config::read(&|_| None).unwrap(),
            keys: Keys::parse(&format!("test:{}", "7".repeat(64))).unwrap(),
            reference: ReferenceCache::default(),
            now: at(moment),
        }
    }

    pub fn ctx(&self) -> Ctx<'_> {
        Ctx {
            now: self.now,
            config: &self.config,
            keys: &self.keys,
            entropy: Entropy,
            reference: self.reference.handle(),
        }
    }
}

/// Identifiers that rise, so that ties by id are known.
fn next_id() -> Uuid {
    Uuid::from_u128(number().into())
}

pub fn account(conn: &mut PgConnection) -> Uuid {
    let id = next_id();
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id),
            accounts::email.eq(format!("{}@example.org", id.simple())),
            accounts::name.eq("Orang"),
            accounts::created_at.eq(at("2026-01-01T00:00:00+07:00")),
        ))
        .execute(conn)
        .unwrap();
    id
}

/// A new account that holds a position from 2026 on.
pub fn officer(conn: &mut PgConnection, area: &str, position: Position) -> Uuid {
    let account = account(conn);
    appoint(conn, account, area, position, None);
    account
}

pub fn appoint(conn: &mut PgConnection, account: Uuid, area: &str, position: Position, until: Option<&str>) {
    diesel::insert_into(appointments::table)
        .values((
            appointments::id.eq(next_id()),
            appointments::account_id.eq(account),
            appointments::area.eq(area),
            appointments::position.eq(position),
            appointments::valid_from.eq(at("2026-01-01T00:00:00+07:00")),
            appointments::valid_until.eq(until.map(at)),
        ))
        .execute(conn)
        .unwrap();
}

pub fn absent(conn: &mut PgConnection, account: Uuid, from: &str, until: &str) {
    diesel::insert_into(absences::table)
        .values((
            absences::id.eq(next_id()),
            absences::account_id.eq(account),
            absences::from_date.eq(from.parse::<chrono::NaiveDate>().unwrap()),
            absences::until_date.eq(until.parse::<chrono::NaiveDate>().unwrap()),
            absences::created_at.eq(at("2026-01-01T00:00:00+07:00")),
            absences::created_by.eq(account),
        ))
        .execute(conn)
        .unwrap();
}

/// A submitted SKD at petugas.
pub fn request(conn: &mut PgConnection, holder: Option<Uuid>, effort: i32) -> Uuid {
    let (id, submitter) = (next_id(), account(conn));
    let moment = at("2026-11-23T09:00:00+07:00");
    diesel::insert_into(requests::table)
        .values((
            (
                requests::id.eq(id),
                requests::tracking_code.eq(id.simple().to_string()),
                requests::service_code.eq("SKD"),
                requests::service_version.eq(1),
                requests::area.eq(KELURAHAN),
                requests::lingkungan.eq(format!("{KELURAHAN}.01")),
                requests::kecamatan.eq(KECAMATAN),
                requests::submitter.eq(submitter),
                requests::applicant_hash.eq(vec![1_u8]),
                requests::applicant_name.eq("Orang"),
                requests::state.eq("submitted"),
                requests::kepling.eq("acts"),
            ),
            (
                requests::step.eq(2_i16),
                requests::step_name.eq("verify"),
                requests::step_position.eq("petugas"),
                requests::step_area.eq(KELURAHAN),
                requests::target_minutes.eq(420),
                requests::effort_minutes.eq(effort),
                requests::holder.eq(holder),
                requests::calendar_version.eq(1),
                requests::submitted_at.eq(moment),
                requests::event_seq.eq(1),
                requests::event_head.eq(vec![0_u8; 32]),
            ),
        ))
        .execute(conn)
        .unwrap();
    id
}

/// Somebody logged in who holds a position.
pub fn person(account_id: Uuid, position: Position, area: &str) -> Actor {
    Actor {
        account_id,
        name: "Orang".into(),
        email: "orang@example.org".into(),
        nik_hash: None,
        identity_verified: false,
        appointments: vec![Appointment {
            id: Uuid::from_u128(1),
            area: AreaCode::parse(area).unwrap(),
            position,
            section: None,
            title: None,
            acting: None,
        }],
        second_factor_missing: false,
        session_id: Uuid::from_u128(2),
        second_factor_at: None,
    }
}
