//! What is measured: each path as calls that are ready to be sent.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use crate::data::{PASSWORD, SLOTS, Stage, upload_ids};
use crate::load::Call;

pub struct Path {
    pub name: &'static str,
    /// Calls of a round; a multiple of the connections.
    pub per_round: usize,
    pub calls: fn(&mut Stage, usize) -> Vec<Call>,
    /// Found by a key or read by pages: must not grow with the history.
    pub is_keyed: bool,
    /// Share of what pgbench reaches that is aimed at.
    pub aim: Option<f64>,
    /// Repetitions of pgbench in a round; more than of calls, because its connections are new each time and must
    /// first prepare and plan what those of the server have long prepared.
    pub replays: usize,
}

const fn read(name: &'static str, per_round: usize, replays: usize, calls: fn(&mut Stage, usize) -> Vec<Call>) -> Path {
    Path {
        name,
        per_round,
        calls,
        is_keyed: true,
        aim: None,
        replays,
    }
}

pub const PATHS: &[Path] = &[
    Path {
        aim: Some(0.6),
        ..read("submit", 240, 480, submit)
    },
    read("act (verify)", 120, 300, verify),
    // At most five for each of the petugas: more they cannot have open.
    read("next", 96, 480, next),
    read("track", 1_600, 4_000, track),
    Path {
        aim: Some(0.75),
        ..read("queue, first page", 600, 2_000, queue_first)
    },
    Path {
        aim: Some(0.75),
        ..read("queue, 500th page", 600, 2_000, queue_deep)
    },
    read("detail", 400, 1_200, detail),
    read("own requests", 400, 1_600, own),
    read("login", 24, 240, login),
    Path {
        is_keyed: false,
        ..read("report (month by area)", 16, 16, report)
    },
];

pub fn submit(stage: &mut Stage, count: usize) -> Vec<Call> {
    let serial = stage.next_serial(count);
    let mut calls = Vec::new();
    for slot in 0..SLOTS.min(count) {
        let own: Vec<usize> = (serial..serial + count)
            .filter(|n| (n - serial) % SLOTS == slot)
            .collect();
        let list: Vec<String> = own.iter().map(usize::to_string).collect();
        stage.sql(&format!(
            "INSERT INTO attachments (id, owner, media_type, bytes, sha256, blob, wrapped_key, master_key_id, created_at)
             SELECT bench_id('fa00000' || p, n), '{}', 'image/jpeg', 200000, sha256(''), 'bench/f' || n || '/' || p, sha256(''), '1', now()
             FROM unnest('{{{}}}'::bigint[]) n, generate_series(0, 1) p",
            stage.residents[slot].account,
            list.join(",")
        ));
    }
    for n in serial..serial + count {
        let slot = (n - serial) % SLOTS;
        let body = stage.papers(slot, upload_ids(n)).to_string();
        let token = stage.token(&stage.residents[slot]);
        let mut call = Call::post("/api/v1/requests".to_owned(), Some(&token), body, 201);
        call.key = Some(format!("kunci-{n}"));
        calls.push(call);
    }
    calls
}

fn verify(stage: &mut Stage, count: usize) -> Vec<Call> {
    let mut calls = Vec::new();
    while calls.len() < count {
        let n = stage.front;
        stage.front += 1;
        assert!(
            n < stage.back,
            "nothing waits for verification any more; fewer BENCH_ROUNDS"
        );
        let holder = stage.holders[n % SLOTS].and_then(|holder| stage.petugas.iter().find(|who| who.account == holder));
        let Some(holder) = holder else { continue };
        let path = format!("/api/v1/requests/d1000000-0000-7000-8000-{n:012x}/actions");
        let token = stage.token(holder);
        calls.push(Call::post(
            path,
            Some(&token),
            json!({ "action": "verify" }).to_string(),
            200,
        ));
    }
    calls
}

fn next(stage: &mut Stage, count: usize) -> Vec<Call> {
    stage.sql("UPDATE requests SET lease_until = NULL WHERE state = 'submitted' AND lease_until IS NOT NULL");
    let of = |n: usize| stage.token(&stage.petugas[n % stage.petugas.len()]);
    (0..count)
        .map(|n| Call::post("/api/v1/queue/next".to_owned(), Some(&of(n)), "{}".to_owned(), 200))
        .collect()
}

fn track(stage: &mut Stage, count: usize) -> Vec<Call> {
    let code = |n: usize| &stage.codes[n * 7 % stage.codes.len()];
    (0..count)
        .map(|n| Call::get(format!("/api/v1/track/{}", code(n)), None))
        .collect()
}

/// The camat sees all that waits in the kecamatan.
pub fn queue_first(stage: &mut Stage, count: usize) -> Vec<Call> {
    let token = stage.token(&stage.camat);
    (0..count)
        .map(|_| Call::get("/api/v1/queue?limit=10".to_owned(), Some(&token)))
        .collect()
}

fn queue_deep(stage: &mut Stage, count: usize) -> Vec<Call> {
    let token = stage.token(&stage.camat);
    // The cursor that the 499th page gave: its last row is the 4,990th.
    let row = stage.ask(
        "SELECT (extract(epoch FROM step_due_at) * 1000000)::bigint || ' ' || id AS value FROM requests
         WHERE state = 'submitted' ORDER BY step_due_at, id OFFSET 4989 LIMIT 1",
    );
    let (micros, id) = row[0].split_once(' ').unwrap();
    let key = json!({ "t": micros.parse::<i64>().unwrap(), "i": id });
    let cursor = URL_SAFE_NO_PAD.encode(key.to_string());
    (0..count)
        .map(|_| Call::get(format!("/api/v1/queue?limit=10&cursor={cursor}"), Some(&token)))
        .collect()
}

fn detail(stage: &mut Stage, count: usize) -> Vec<Call> {
    (0..count)
        .map(|n| {
            // The i-th newest is of slot i modulo SLOTS, and its resident's own.
            let i = 1 + n * 5 % 1_000;
            let id = format!("e0000000-0000-7000-8000-{:012x}", stage.ended() - i + 1);
            Call::get(
                format!("/api/v1/requests/{id}"),
                Some(&stage.token(&stage.residents[i % SLOTS])),
            )
        })
        .collect()
}

fn own(stage: &mut Stage, count: usize) -> Vec<Call> {
    let of = |n: usize| stage.token(&stage.residents[n % SLOTS]);
    (0..count)
        .map(|n| Call::get("/api/v1/requests".to_owned(), Some(&of(n))))
        .collect()
}

fn login(stage: &mut Stage, count: usize) -> Vec<Call> {
    let body = |n: usize| json!({ "login": stage.residents[n % SLOTS].email, "password": PASSWORD }).to_string();
    (0..count)
        .map(|n| Call::post("/api/v1/auth/login".to_owned(), None, body(n), 200))
        .collect()
}

pub fn report(stage: &mut Stage, count: usize) -> Vec<Call> {
    let token = stage.token(&stage.camat);
    let today = stage.app.now().date_naive();
    let (from, to) = (today - chrono::Days::new(30), today);
    let path = format!("/api/v1/reports/service-levels?from={from}&to={to}&group_by=area");
    (0..count).map(|_| Call::get(path.clone(), Some(&token))).collect()
}
