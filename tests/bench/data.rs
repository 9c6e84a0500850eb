//! A stage: a private Postgres that holds so many requests, and the people who call. Officers, residents and one model
//! of every state are made by the portal's own operations; `fill.sql` copies the models. Kept with BENCH_KEEP.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use sepakat::accounts::invitation::NewAppointment;
use sepakat::accounts::seed::{self, Identity, Person};
use sepakat::accounts::totp::TotpSecret;
use sepakat::accounts::{Actor, Bearer, Email, Nik, NoKk, Password, Phone, Position};
use sepakat::app::App;
use sepakat::areas::AreaCode;
use sepakat::config::{Config, environment};
use sepakat::letters::stub_typeset;
use sepakat::platform::cluster::{Cluster, Durability};
use sepakat::platform::error::Error;
use sepakat::platform::ids::Entropy;
use sepakat::platform::time::Clock;
use sepakat::requests::act::{NewAction, act};
use sepakat::requests::store::Request;
use sepakat::requests::submit::{NewRequest, submit};
use sepakat::requests::tracking_code::TrackingCode;
use sepakat::services::catalogue;
use sepakat::services::fields::Origin;
use sepakat::{start, worker};
use serde_json::{Value, json};
use uuid::Uuid;

pub const PASSWORD: &str = "sebuah kata sandi uji";
/// Residents who call, two of every kelurahan; also the number of models of each state.
pub const SLOTS: usize = 24;
/// Kelurahan whose officers take their work themselves.
const PULL: usize = 3;
/// The newest requests are those of the residents who call, the same number at every size.
const OWN: usize = 60 * SLOTS;
/// What waits (open.sql).
const OPEN: usize = 6_000;
pub const WAITING_VERIFY: usize = 3_600;

#[derive(Clone)]
pub struct Someone {
    pub account: Uuid,
    pub session: Uuid,
    pub email: String,
    pub area: String,
    nik: String,
}

pub struct Stage {
    pub size: usize,
    pub dir: PathBuf,
    pub cluster: Cluster,
    pub app: App,
    pub residents: Vec<Someone>,
    /// Two of each kelurahan.
    pub petugas: Vec<Someone>,
    pub camat: Someone,
    /// Who holds what waits for verification, by slot; none where officers take their work themselves.
    pub holders: Vec<Option<Uuid>>,
    pub codes: Vec<String>,
    /// Waiting for verification, used up from the front over HTTP and from the back by pgbench.
    pub front: usize,
    pub back: usize,
    pub serial: usize,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Stage {
    pub fn open(dir: &Path, size: usize) -> Self {
        std::fs::create_dir_all(dir).unwrap();
        let cluster = Cluster::start(dir, Durability::Full).unwrap();
        let mut config = Config::read(&environment).unwrap();
        let now = Clock::System.now();
        // Migrates and makes the secrets; the cluster stays ours.
        start::data_dir(dir, &mut config, now, now).unwrap().close();
        let app = start::app(config, Clock::System, stub_typeset).unwrap();
        let filled = dir.join("filled");
        let is_new = !filled.exists();
        let (residents, officers) = people(&app, is_new);
        let of = |position| {
            officers
                .iter()
                .filter(|(p, _)| *p == position)
                .map(|(_, who)| who.clone())
                .collect::<Vec<_>>()
        };
        let mut stage = Self {
            size,
            dir: dir.to_owned(),
            cluster,
            app,
            residents,
            petugas: of(Position::Petugas),
            camat: of(Position::Camat).remove(0),
            holders: Vec::new(),
            codes: Vec::new(),
            front: 1,
            back: WAITING_VERIFY,
            serial: usize::try_from(now.timestamp_millis()).unwrap() % 1_000_000_000 * 1_000,
        };
        if is_new {
            stage.models(&officers);
            stage.fill();
        }
        stage.what_waits();
        std::fs::write(filled, "").unwrap();
        stage
    }

    pub fn close(self) {
        drop(self.app);
        self.cluster.stop();
    }

    pub fn postmaster(&self) -> u32 {
        self.cluster.postmaster_pid().unwrap()
    }

    /// As superuser, without triggers where rows are made in bulk.
    pub fn sql(&self, statements: &str) {
        let mut conn = PgConnection::establish(&self.cluster.superuser_url("sepakat")).unwrap();
        conn.batch_execute("SET synchronous_commit = off").unwrap();
        conn.batch_execute(statements)
            .unwrap_or_else(|error| panic!("{error}: {}", &statements[..statements.len().min(300)]));
    }

    pub fn ask(&self, question: &str) -> Vec<String> {
        let mut conn = PgConnection::establish(&self.cluster.superuser_url("sepakat")).unwrap();
        let rows: Vec<Row> = diesel::sql_query(question).load(&mut conn).unwrap();
        rows.into_iter().map(|row| row.value).collect()
    }

    pub fn token(&self, who: &Someone) -> String {
        let bearer = Bearer {
            account_id: who.account,
            session_id: who.session,
        };
        self.app.tokens().sign(bearer, self.app.now()).unwrap()
    }

    /// How many requests have ended.
    pub fn ended(&self) -> usize {
        self.size.saturating_sub(OPEN).max(OWN)
    }

    /// Free uploads with these numbers, two each, of a resident.
    pub fn uploads(&self, numbers: std::ops::Range<usize>, owner: Uuid) {
        let (from, until) = (numbers.start, numbers.end);
        self.sql(&format!(
            "INSERT INTO attachments (id, owner, media_type, bytes, sha256, blob, wrapped_key, master_key_id, created_at)
             SELECT bench_id('fa00000' || p, n), '{owner}', 'image/jpeg', 200000, sha256(''), 'bench/f' || n || '/' || p, sha256(''), '1', now()
             FROM generate_series({from}, {until} - 1) n, generate_series(0, 1) p"
        ));
    }

    /// What a resident of a slot hands in.
    pub fn papers(&self, slot: usize, uploads: [Uuid; 2]) -> Value {
        let who = &self.residents[slot];
        let seed = catalogue::ALL.iter().find(|seed| seed.code == "SKD").unwrap();
        let mut body: Value = serde_json::from_str(seed.sample).unwrap();
        let kelurahan = AreaCode::parse(&who.area).unwrap().parent().unwrap().to_string();
        body["service"] = "SKD".into();
        body["relation"] = "self".into();
        body["area"] = kelurahan.clone().into();
        body["applicant"]["nik"] = who.nik.clone().into();
        body["applicant"]["kelurahan_code"] = kelurahan.into();
        body["applicant"]["lingkungan"] = who.area.clone().into();
        body["attachments"] = json!([{ "kind": "ktp", "id": uploads[0] }, { "kind": "kk", "id": uploads[1] }]);
        body
    }

    pub fn next_serial(&mut self, count: usize) -> usize {
        self.serial += count;
        self.serial - count
    }

    /// One request of every slot in every state, by the real operations.
    fn models(&mut self, officers: &[(Position, Someone)]) {
        self.sql(
            "CREATE FUNCTION bench_id(prefix text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
             $$ SELECT (prefix || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
             CREATE TABLE bench_t (slot integer, stage integer, request_id uuid);",
        );
        let pulling: Vec<String> = (0..PULL)
            .map(|slot| format!("'{}'", &self.residents[slot].area[..13]))
            .collect();
        self.sql(&format!(
            "UPDATE offices SET assignment_mode = 'pull' WHERE area IN ({})",
            pulling.join(",")
        ));
        let app = self.app.clone();
        let actors: HashMap<Uuid, Actor> = app
            .read_now(|conn, ctx| seed::actors(conn, ctx))
            .unwrap()
            .into_iter()
            .map(|actor| (actor.account_id, actor))
            .collect();
        for slot in 0..SLOTS {
            for steps in 0..5 {
                let serial = self.next_serial(1);
                self.uploads(serial..serial + 1, self.residents[slot].account);
                let new: NewRequest = serde_json::from_value(self.papers(slot, upload_ids(serial))).unwrap();
                let resident = &actors[&self.residents[slot].account];
                let mut request = app
                    .write_now(|conn, ctx| Ok(submit(conn, ctx, resident, &new, Origin::Json)?))
                    .unwrap();
                for action in ["endorse", "verify", "initial", "sign"].iter().take(steps) {
                    let account = request.holder.unwrap_or_else(|| somebody(officers, &request));
                    let wanted: NewAction = serde_json::from_value(json!({ "action": action })).unwrap();
                    request = app
                        .write_now(|conn, ctx| {
                            let mut actor = actors[&account].clone();
                            actor.second_factor_at = Some(ctx.now);
                            Ok(act(conn, ctx, &actor, request.id, &wanted, Origin::Json)?)
                        })
                        .unwrap();
                }
                if steps == 4 {
                    while worker::drain(&app).unwrap() > 0 {}
                }
                self.sql(&format!(
                    "INSERT INTO bench_t VALUES ({slot}, {steps}, '{}')",
                    request.id
                ));
            }
        }
        self.sql(
            "CREATE TABLE bench_model AS SELECT r.* FROM requests r JOIN bench_t ON request_id = r.id;
             CREATE TABLE bench_contents AS SELECT c.* FROM request_contents c JOIN bench_t USING (request_id);
             CREATE TABLE bench_events AS SELECT e.* FROM request_events e JOIN bench_t USING (request_id);
             CREATE TABLE bench_assignments AS SELECT a.* FROM assignments a JOIN bench_t USING (request_id);
             CREATE TABLE bench_session AS SELECT id FROM sessions;",
        );
    }

    fn fill(&self) {
        let begun = std::time::Instant::now();
        let values = [
            ("{ended}", self.ended().to_string()),
            ("{accounts}", (self.size / 4).max(1).to_string()),
            ("{own}", OWN.to_string()),
            ("{slots}", SLOTS.to_string()),
            ("{resident}", self.residents[0].account.to_string()),
        ];
        let mut text = include_str!("fill.sql").to_owned();
        for (name, value) in values {
            text = text.replace(name, &value);
        }
        self.sql("ALTER SYSTEM SET max_wal_size = '2GB'");
        self.sql("SELECT pg_reload_conf()");
        for statement in text.split(";\n").filter(|statement| !statement.trim().is_empty()) {
            self.sql(&format!("SET session_replication_role = replica; {statement}"));
        }
        eprintln!("{} requests made in {} s", self.size, begun.elapsed().as_secs());
    }

    fn what_waits(&mut self) {
        let text = include_str!("open.sql").replace("{slots}", &SLOTS.to_string());
        self.sql(&format!("SET session_replication_role = replica; {text}"));
        self.sql("UPDATE sessions SET last_used_at = now(), second_factor_at = now(), expires_at = now() + interval '30 days' WHERE id IN (SELECT id FROM bench_session)");
        let holders = self.ask("SELECT coalesce(holder::text, '') AS value FROM bench_model JOIN bench_t ON request_id = id WHERE stage = 1 ORDER BY slot");
        self.holders = holders.iter().map(|id| id.parse().ok()).collect();
        // Codes that can be typed: those of SQL lack the check character.
        let every = (self.ended() / 200).max(1);
        for n in 0..200 {
            let code = TrackingCode::new("KKT", (n as u64 + 1) * 0x0123_4567_89ab)
                .unwrap()
                .to_string();
            self.sql(&format!(
                "UPDATE requests SET tracking_code = '{code}' WHERE id = bench_id('e0000000', {})",
                n * every + 1
            ));
            self.codes.push(code);
        }
        self.sql("VACUUM ANALYZE");
        self.sql("CHECKPOINT");
    }
}

pub fn upload_ids(serial: usize) -> [Uuid; 2] {
    [0, 1].map(|page| format!("fa00000{page}-0000-7000-8000-{serial:012x}").parse().unwrap())
}

fn somebody(officers: &[(Position, Someone)], request: &Request) -> Uuid {
    let area = request.step_area.as_ref().unwrap().to_string();
    let found = officers
        .iter()
        .find(|(position, who)| Some(*position) == request.step_position && who.area == area);
    found.unwrap().1.account
}

/// Residents and officers of the kecamatan, made when they are not there; and a session for each.
fn people(app: &App, make: bool) -> (Vec<Someone>, Vec<(Position, Someone)>) {
    let reference = app.read_now(|conn, ctx| ctx.reference(conn)).unwrap();
    let kecamatan = app.config().kecamatan.clone();
    let kelurahan: Vec<AreaCode> = reference
        .areas
        .kelurahan()
        .filter(|area| area.code.parent().is_some_and(|parent| parent.to_string() == kecamatan))
        .map(|area| area.code.clone())
        .collect();
    assert_eq!(kelurahan.len() * 2, SLOTS);
    let hash = app
        .extras()
        .passwords
        .hash_now(Entropy, &Password::typed(PASSWORD))
        .unwrap();
    let mut residents = Vec::new();
    for slot in 0..SLOTS {
        let area = &kelurahan[slot % kelurahan.len()];
        let home = reference.areas.below(area).next().unwrap().code.clone();
        residents.push(one(app, make, &hash, &format!("warga{slot}"), &home, None, Some(slot)));
    }
    let mut posts: Vec<(Position, AreaCode, usize)> = Vec::new();
    for area in &kelurahan {
        posts.extend(
            reference
                .areas
                .below(area)
                .map(|below| (Position::Kepling, below.code.clone(), 0)),
        );
        posts.extend([0, 1].map(|n| (Position::Petugas, area.clone(), n)));
        posts.extend([(Position::Seklur, area.clone(), 0), (Position::Lurah, area.clone(), 0)]);
    }
    posts.push((Position::Camat, AreaCode::parse(&kecamatan).unwrap(), 0));
    let officers = posts
        .iter()
        .map(|(position, area, n)| {
            (
                *position,
                one(
                    app,
                    make,
                    &hash,
                    &format!("{position}{n}.{area}"),
                    area,
                    Some(*position),
                    None,
                ),
            )
        })
        .collect();
    (residents, officers)
}

fn one(
    app: &App,
    make: bool,
    hash: &str,
    name: &str,
    area: &AreaCode,
    position: Option<Position>,
    slot: Option<usize>,
) -> Someone {
    let email = format!("{name}@bench.example");
    let nik = slot.map(|slot| format!("12092015059{slot:05}")).unwrap_or_default();
    let person = Person {
        name: "Rahmat Hidayat Siregar".to_owned(),
        email: Email::parse(&email).unwrap(),
        password_hash: hash.to_owned(),
        identity: slot.map(|slot| Identity {
            nik: Nik::parse(&format!("120920150590{:04}", slot + 1)).unwrap(),
            no_kk: NoKk::parse(&format!("120920010115{:04}", slot + 1)).unwrap(),
            birth_date: "1990-05-15".parse().unwrap(),
        }),
        phone: slot.map(|_| Phone::parse("081200009901").unwrap()),
        area: slot.map(|_| area.clone()),
        totp: position
            .is_some_and(Position::needs_second_factor)
            .then(|| TotpSecret::random(Entropy)),
        nip: None,
        rank: None,
        appointments: position
            .map(|position| NewAppointment {
                area: area.clone(),
                position,
                section: None,
                title: None,
                acting: None,
                valid_from: app.now() - chrono::TimeDelta::days(1_000),
                valid_until: None,
            })
            .into_iter()
            .collect(),
    };
    let nik = slot.map_or(nik, |slot| format!("120920150590{:04}", slot + 1));
    #[derive(QueryableByName)]
    struct Ids {
        #[diesel(sql_type = SqlUuid)]
        account: Uuid,
        #[diesel(sql_type = SqlUuid)]
        session: Uuid,
    }
    let ids = app
        .write_now(|conn, ctx| {
            if make {
                let account = seed::person(conn, ctx, &person).map_err(Error::from)?;
                diesel::sql_query(
                    "INSERT INTO sessions (id, account_id, kind, token_hash, created_at, last_used_at, expires_at, second_factor_at)
                     VALUES (gen_random_uuid(), $1, 'api', sha256($2::bytea), now(), now(), now() + interval '30 days', now())",
                )
                .bind::<SqlUuid, _>(account)
                .bind::<Text, _>(&email)
                .execute(conn)?;
            }
            let found: Ids = diesel::sql_query(
                "SELECT a.id AS account, s.id AS session FROM accounts a JOIN sessions s ON s.account_id = a.id WHERE a.email = $1 AND s.kind = 'api' LIMIT 1",
            )
            .bind::<Text, _>(&email)
            .get_result(conn)?;
            Ok(found)
        })
        .unwrap();
    Someone {
        account: ids.account,
        session: ids.session,
        email,
        area: area.to_string(),
        nik,
    }
}
