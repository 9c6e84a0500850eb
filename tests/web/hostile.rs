//! Hostile input: whatever stands in a string of a body, a path or a query, the answer is a refusal that says so, and
//! never our fault.

pub mod bodies;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp};
use bodies::{Call, World};

/// What is put into every position of a body where a string belongs, as raw JSON.
fn hostile_values() -> Vec<(&'static str, String)> {
    vec![
        ("NUL", r#""a\u0000b""#.to_owned()),
        ("lone surrogate", r#""\ud800""#.to_owned()),
        ("200,000 characters", format!("\"{}\"", "a".repeat(200_000))),
        ("number", "7".to_owned()),
        ("array", r#"["a"]"#.to_owned()),
        ("object", r#"{"a":"b"}"#.to_owned()),
        ("bool", "true".to_owned()),
        // Last: what is optional may be null, and then the call has its effect.
        ("null", "null".to_owned()),
    ]
}

/// JSON pointers to every string of a body.
fn strings(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                strings(item, &format!("{at}/{place}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                strings(item, &format!("{at}/{key}"), found);
            }
        }
        _ => {}
    }
}

/// The body as text with `raw` in one place.
fn with_raw(body: &Value, pointer: &str, raw: &str) -> String {
    let mark = "\u{1}here\u{1}";
    let mut body = body.clone();
    *body.pointer_mut(pointer).unwrap() = mark.into();
    let text = serde_json::to_string(&body).unwrap();
    text.replace(&serde_json::to_string(mark).unwrap(), raw)
}

async fn send(client: &Client, method: &Method, path: &str, text: String) -> Reply {
    let call = client.call(method.clone(), path);
    Reply::to(call.header("content-type", "application/json").body(text)).await
}

/// The calls of the API that take a JSON body, from the document that we publish.
async fn documented(app: &TestApp) -> Vec<(Method, String, Value)> {
    let document = app.visitor().get("/api/openapi.json").await.json(200);
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, call) in item.as_object().unwrap() {
            if let Ok(method) = method.to_uppercase().parse::<Method>() {
                found.push((method, path.clone(), call.clone()));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_json_body_that_is_documented_is_attacked_here() {
    let app = TestApp::new();
    let known: BTreeSet<String> = bodies::CALLS.iter().map(|(path, _)| (*path).to_owned()).collect();
    let documented: BTreeSet<String> = documented(&app)
        .await
        .into_iter()
        .filter(|(_, _, call)| call["requestBody"]["content"]["application/json"].is_object())
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    assert_eq!(documented, known);
}

#[tokio::test]
async fn no_string_of_any_body_can_hurt() {
    let world = World::new().await;
    for (name, calls) in bodies::CALLS {
        for call in calls(&world).await {
            attack(name, &call).await;
        }
    }
    // The emptied mails of those calls that a null did not stop.
    world.app.drain_jobs();
}

async fn attack(name: &str, call: &Call) {
    let mut pointers = Vec::new();
    strings(&call.body, "", &mut pointers);
    assert!(!pointers.is_empty(), "{name} has no string");
    for (kind, raw) in hostile_values() {
        for pointer in &pointers {
            let text = with_raw(&call.body, pointer, &raw);
            let reply = send(&call.client, &call.method, &call.path, text).await;
            let status = reply.status.as_u16();
            let what = format!("{name}: {kind} at {pointer}: {status} {}", reply.text());
            if kind == "null" && status < 400 {
                continue;
            }
            assert!((400..500).contains(&status), "{what}");
            // A refusal must be about the input, not about a call that nobody could make.
            assert!(kind == "null" || ![401, 404, 405, 429].contains(&status), "{what}");
            reply.problem();
        }
    }
}

#[tokio::test]
async fn a_body_that_is_no_body_is_refused() {
    let world = World::new().await;
    for (name, calls) in bodies::CALLS {
        for call in calls(&world).await {
            let raw = |kind: &str, body: String| {
                let http = call.client.call(call.method.clone(), &call.path);
                Reply::to(http.header("content-type", kind).body(body))
            };
            let json = "application/json";
            for broken in [
                "",
                "{",
                "{\"a\":",
                "\u{feff}{}",
                "{} {}",
                "NaN",
                "[1,",
                "{\"a\":1e999999}",
                "\"\\x\"",
            ] {
                let reply = raw(json, broken.to_owned()).await;
                assert!(
                    [400, 422].contains(&reply.status.as_u16()),
                    "{name} {broken:?}: {}",
                    reply.status
                );
                reply.problem();
            }
            let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
            raw(json, deep).await.refused(400, "malformed_json");
            for wrong in ["[]", "7", "null", "\"a\"", "true"] {
                let reply = raw(json, wrong.to_owned()).await;
                assert_eq!(reply.status, 422, "{name} {wrong}: {}", reply.text());
                reply.problem();
            }
            raw(json, format!("\"{}\"", "a".repeat(1_100_000)))
                .await
                .refused(413, "too_large");
            let valid = serde_json::to_string(&call.body).unwrap();
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "nonsense",
            ] {
                raw(kind, valid.clone()).await.refused(415, "unsupported_media_type");
            }
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_refused() {
    let app = TestApp::new();
    let call = app.visitor().call(Method::POST, "/api/v1/auth/login");
    let body = b"{\"login\":\"\xff\xfe\",\"password\":\"x\"}".to_vec();
    let reply = Reply::to(call.header("content-type", "application/json").body(body)).await;
    reply.refused(400, "malformed_json");
}

/// Fills the parameters of a path.
fn filled(path: &str, value: &str) -> String {
    let mut out = String::new();
    for part in path.split('/').skip(1) {
        out.push('/');
        out.push_str(if part.starts_with('{') { value } else { part });
    }
    out
}

#[tokio::test]
async fn no_path_and_no_query_can_hurt() {
    let world = World::new().await;
    let ids = [
        "%00",
        "%FF",
        "%ed%a0%80",
        "..",
        "%2e%2e%2f",
        "%2F",
        "'",
        "%27%3B--",
        "0",
        "-1",
        "9".repeat(400).as_str(),
        "%F0%9F%92%A9",
        "00000000-0000-0000-0000-000000000000",
        "%0d%0aset-cookie:a=b",
    ]
    .map(str::to_owned);
    for (method, path, _) in documented(&world.app).await {
        if method != Method::GET {
            continue;
        }
        if path.contains('{') {
            for id in &ids {
                refused_or_fine(&world.lurah, &filled(&path, id)).await;
            }
        }
        for query in [
            "limit=%00",
            "limit=-1",
            "limit=abc",
            "limit=99999999999999999999",
            "cursor=%FF",
            "cursor=abc",
            "q=%00",
            "q=%ED%A0%80",
            "area=%27",
            "from=2026-13-45&to=x",
            "group_by=%00",
            "a=%",
            "=&&=",
            "format=exe",
            "overdue=x",
            "step=%2e",
            "assignee=7",
            &"x=y&".repeat(400),
        ] {
            let path = filled(&path, "12.09.20.1006");
            refused_or_fine(&world.lurah, &format!("{path}?{query}")).await;
        }
    }
}

async fn refused_or_fine(client: &Client, path: &str) {
    let reply = client.get(path).await;
    assert!(reply.status.as_u16() < 500, "GET {path}: {}", reply.text());
    if reply.status.as_u16() >= 400 {
        reply.problem();
    }
}

#[tokio::test]
async fn another_method_is_answered_405_with_those_that_are_allowed() {
    let app = TestApp::new();
    let documented = documented(&app).await;
    let paths: BTreeSet<&String> = documented.iter().map(|(_, path, _)| path).collect();
    for path in paths {
        let allowed: BTreeSet<&str> = documented
            .iter()
            .filter(|(_, p, _)| p == path)
            .map(|(m, _, _)| m.as_str())
            .collect();
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::POST, Method::GET] {
            if allowed.contains(method.as_str()) {
                continue;
            }
            let filled = filled(path, "00000000-0000-0000-0000-000000000000");
            let reply = Reply::to(app.visitor().call(method, &filled)).await;
            // An address such as /letters/keys is also a /letters/{code}.
            reply.refused(405, "method_not_allowed");
            let listed: BTreeSet<&str> = reply.header("allow").split(", ").collect();
            assert_eq!(listed, allowed, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_and_what_we_do_not_speak_406() {
    let app = TestApp::new();
    app.visitor().get("/api/v1/nothing").await.refused(404, "not_found");
    app.visitor().get("/api/v1").await.refused(404, "not_found");
    let call = app.visitor().call(Method::GET, "/api/v1/services");
    Reply::to(call.header("accept", "application/xml"))
        .await
        .refused(406, "not_acceptable");
    let page = app.visitor().get("/tidak-ada").await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.text());
}

#[tokio::test]
async fn odd_headers_are_refused_or_ignored() {
    let world = World::new().await;
    for (name, value) in [
        ("idempotency-key", "a".repeat(5_000)),
        ("idempotency-key", "\u{e9}".to_owned()),
        ("if-match", "\"x\"".to_owned()),
        ("authorization", "Bearer x".to_owned()),
        ("authorization", "Basic eDp5".to_owned()),
        ("x-forwarded-for", "1.2.3.4, '".to_owned()),
    ] {
        let call = world
            .resident
            .call(Method::POST, "/api/v1/requests")
            .header(name, &value);
        let reply = Reply::to(call.json(&json!({ "service": "SKD" }))).await;
        assert!((400..500).contains(&reply.status.as_u16()), "{name}: {}", reply.text());
        reply.problem();
    }
}
