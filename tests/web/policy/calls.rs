//! One cell: the request is put in place, the role asks, the answer becomes a word of the matrix.

use diesel::connection::SimpleConnection;
use reqwest::Method;
use reqwest::multipart::Form;
use sepakat::platform::http::registered;
use serde_json::json;
use uuid::Uuid;

use super::bodies::{self, Body};
use super::scene::{Place, Scene, Where};
use super::table::{Line, ROLES, is_built};
use crate::support::Reply;

/// Names nothing.
const NOBODY: &str = "0190a000-0000-7000-8000-000000000000";
/// A leave, and a second session of each person, that come back before every cell.
const ABSENCE: &str = "0190a000-0000-7000-8000-000000000001";
const SESSION: &str = "0190a000-0000-7000-8000-000000000002";

/// The step of SKTS at which a role acts; the petugas' for whoever has none.
fn turn_of(role: usize) -> i16 {
    match ROLES[role] {
        "kepling" => 1,
        "seklur" => 3,
        "lurah" | "stale" => 4,
        "loket" => 5,
        "kasi" => 6,
        "sekcam" => 7,
        "camat" => 8,
        _ => 2,
    }
}

/// The name of the style sheet.
fn style() -> String {
    let sheet = registered()
        .into_iter()
        .find(|(_, path)| path.ends_with(".css") && !is_built(path))
        .unwrap()
        .1;
    sheet.rsplit('/').next().unwrap().to_owned()
}

/// A cell of matrix.csv.
pub async fn ask(scene: &Scene, line: &Line, role: usize) -> String {
    let (call, query) = line.call.split_once('?').unwrap_or((&line.call, ""));
    let (method, route) = call.split_once(' ').unwrap();
    let me = scene.role(role).map(|role| role.someone.account);
    if ["/requests/{", "/permohonan/{"].iter().any(|part| route.contains(part)) {
        let is_letter = route.ends_with("/letter") || route.ends_with("/surat");
        scene.put(place(&line.case, role, me, is_letter));
    } else {
        // Nothing waits for anybody.
        scene.put(place("ended", role, None, false));
    }
    let person = prepare(scene, line, route, me);
    let path = filled(scene, route, person);
    let path = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let method: Method = method.parse().unwrap();
    let body = |csrf: &str| bodies::of(call, csrf);
    send(scene, role, method, &path, &body).await
}

/// A cell of actions.csv.
pub async fn act(scene: &Scene, line: &Line, role: usize) -> String {
    let me = scene.role(role).map(|role| role.someone.account);
    scene.put(place(&line.case, role, me, false));
    let actions: Vec<&str> = match line.call.as_str() {
        "*" => sepakat::requests::stage::Action::ALL
            .iter()
            .map(|action| action.as_str())
            .collect(),
        one => vec![one],
    };
    let mut seen = Vec::new();
    for action in actions {
        // Who signs without a fresh factor must come as far as being asked for it.
        let asks = ROLES[role] == "stale" && matches!(action, "sign" | "revoke");
        let version = if asks { scene.version } else { 0 };
        let to = match action {
            "transfer" => json!("12.09.20.1002"),
            _ => json!(1),
        };
        let body = json!({ "action": action, "version": version, "note": "x", "reason_code": "other", "to": to });
        let path = format!("/api/v1/requests/{}/actions", scene.request);
        let cell = send(scene, role, Method::POST, &path, &|_| Body::Json(body.clone())).await;
        if seen.last() != Some(&cell) {
            seen.push(cell);
        }
    }
    seen.join(" and ")
}

/// Where a case has the request, as the head of the files explains.
fn place(case: &str, role: usize, me: Option<Uuid>, is_letter: bool) -> Place {
    let turn = turn_of(role);
    let (state, step) = match case {
        _ if is_letter => ("issued", None),
        "ended" | "own ended" => ("issued", None),
        "returned" | "own returned" => ("returned", Some(2)),
        "rejected" | "own rejected" => ("rejected", Some(2)),
        "not turn" if turn == 3 => ("submitted", Some(4)),
        "not turn" => ("submitted", Some(3)),
        "other" | "area" => ("submitted", Some(2)),
        "reached" | "kecamatan" => ("submitted", Some(5)),
        "own" | "turn" | "own turn" | "area turn" | "kecamatan turn" => ("submitted", Some(turn)),
        unknown => panic!("no case {unknown:?}"),
    };
    Place {
        owner: me.filter(|_| case.starts_with("own")),
        where_: match case.split(' ').next() {
            Some("area") => Where::OtherKelurahan,
            Some("kecamatan") => Where::OtherKecamatan,
            _ => Where::Here,
        },
        state,
        step,
        has_reached: is_letter || state == "issued" || step.is_some_and(|step| step > 4),
    }
}

/// Undoes what an earlier cell did, and gives the person that the address names.
fn prepare(scene: &Scene, line: &Line, route: &str, me: Option<Uuid>) -> Option<Uuid> {
    let of = |people: &[Uuid; 3]| match line.case.as_str() {
        "own" => me,
        "other" => Some(people[0]),
        "area" => Some(people[1]),
        "kecamatan" => Some(people[2]),
        _ => None,
    };
    let conn = &mut scene.app.connect();
    if route.contains("/officers/") {
        let officer = of(&scene.colleagues)?;
        let sql = format!(
            "DELETE FROM absences;
             INSERT INTO absences VALUES ('{ABSENCE}', '{officer}', '2026-12-01', '2026-12-02', now(), '{officer}')"
        );
        conn.batch_execute(&sql).unwrap();
        return Some(officer);
    }
    if route.contains("{draft_id}") {
        let own = me.filter(|_| line.case == "own");
        return scene.drafts.get(&own.unwrap_or(scene.owner.account)).copied();
    }
    if route.contains("{session_id}") {
        let whose = if line.case == "own" { me? } else { scene.owner.account };
        let sql = format!(
            "DELETE FROM sessions WHERE id = '{SESSION}';
             INSERT INTO sessions (id, account_id, kind, token_hash, created_at, last_used_at, expires_at)
             VALUES ('{SESSION}', '{whose}', 'api', 'x', now(), now(), '2030-01-01')"
        );
        conn.batch_execute(&sql).unwrap();
    }
    if route.contains("{account_id}") {
        let person = of(&scene.residents)?;
        conn.batch_execute("UPDATE accounts SET identity_verified_at = NULL WHERE name LIKE 'Warga 12%'")
            .unwrap();
        return Some(person);
    }
    None
}

/// The address with what its parameters name.
fn filled(scene: &Scene, route: &str, person: Option<Uuid>) -> String {
    let part = |part: &str, before: &str| match (before, part) {
        ("requests" | "permohonan", "{id}") => scene.request.to_string(),
        ("attachments" | "lampiran", "{attachment_id}") => scene.attachment.clone(),
        ("officers", "{id}") | ("accounts", "{account_id}") | (_, "{draft_id}") => {
            person.map_or(NOBODY.to_owned(), |person| person.to_string())
        }
        ("absences", "{absence_id}") => ABSENCE.to_owned(),
        ("sessions", "{session_id}") => SESSION.to_owned(),
        ("services" | "layanan", "{code}") => "SKTS".to_owned(),
        ("letters" | "v", "{code}") => scene.letter_code.clone(),
        ("track", "{tracking_code}") => scene.tracking_code.clone(),
        (_, "{style}.css") => style(),
        (_, other) if other.starts_with('{') => NOBODY.to_owned(),
        (_, other) => other.to_owned(),
    };
    let parts: Vec<&str> = route.split('/').collect();
    let befores = std::iter::once("").chain(parts.iter().copied());
    let filled: Vec<String> = parts
        .iter()
        .zip(befores)
        .map(|(own, before)| part(own, before))
        .collect();
    filled.join("/")
}

async fn send(scene: &Scene, role: usize, method: Method, path: &str, body: &dyn Fn(&str) -> Body) -> String {
    let is_api = path.starts_with("/api/");
    let nobody = scene.app.visitor();
    let (client, csrf) = match scene.role(role) {
        Some(role) if is_api => (&role.someone.client, ""),
        Some(role) => (&role.browser, role.csrf.as_str()),
        None => (&nobody, ""),
    };
    // Where nothing else would stop a call that is allowed.
    let stale = (method == Method::DELETE).then_some("\"0\"");
    let call = client.call(method, path);
    let call = stale.into_iter().fold(call, |call, tag| call.header("if-match", tag));
    let call = match body(csrf) {
        Body::None => call,
        Body::Json(value) => call.json(&value),
        Body::Form(pairs) => call.form(&pairs),
        Body::Parts(pairs) => {
            // A form without any part would be no form.
            let form = Form::new().text("kosong", "");
            call.multipart(
                pairs
                    .into_iter()
                    .fold(form, |form, (name, value)| form.text(name, value)),
            )
        }
    };
    word(&Reply::to(call).await)
}

fn word(reply: &Reply) -> String {
    let to = reply.header("location");
    match reply.status.as_u16() {
        303 if to.starts_with("/masuk") => "login".to_owned(),
        303 if to.starts_with("/konfirmasi") => "factor".to_owned(),
        403 if reply.text().contains("second_factor_required") => "403f".to_owned(),
        status => status.to_string(),
    }
}
