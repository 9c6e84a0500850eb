//! The OpenAPI document is complete, and its page needs nothing from elsewhere. That answers are what the document
//! says is held by the contract test (tests/contract), which also checks every example.

use std::collections::{BTreeMap, BTreeSet};

use sepakat::platform::http::registered;
use serde_json::{Value, json};

use crate::support::browser::Driver;
use crate::support::{Reply, TestApp};

/// Method, path and operation of everything documented.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    found
}

async fn document(app: &TestApp) -> Value {
    app.visitor().get("/api/openapi.json").await.json(200)
}

#[tokio::test]
async fn every_route_of_the_api_is_documented_and_nothing_else() {
    let app = TestApp::new();
    let document = document(&app).await;
    let served: BTreeSet<(String, String)> = registered()
        .into_iter()
        .filter(|(_, path)| path.starts_with("/api/v1/"))
        .collect();
    let documented: BTreeSet<(String, String)> = operations(&document)
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    let missing: Vec<_> = served.difference(&documented).collect();
    assert!(missing.is_empty(), "served, but in no room's Doc: {missing:?}");
    let gone: Vec<_> = documented.difference(&served).collect();
    assert!(gone.is_empty(), "documented, but not served: {gone:?}");
}

#[tokio::test]
async fn every_operation_says_what_it_takes_and_answers() {
    let app = TestApp::new();
    let document = document(&app).await;
    let tags: BTreeMap<&str, &str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| (tag["name"].as_str().unwrap(), tag["description"].as_str().unwrap()))
        .collect();
    let (mut names, mut wrong) = (BTreeSet::new(), Vec::new());
    for (method, path, operation) in operations(&document) {
        let mut lacks = |what: &str| wrong.push(format!("{method} {path} {what}"));
        if operation["summary"].as_str().is_none_or(str::is_empty) {
            lacks("has no summary: the first line of the handler's comment");
        }
        for tag in operation["tags"].as_array().unwrap() {
            if !tags.contains_key(tag.as_str().unwrap()) {
                lacks("has a tag that src/routes/document.rs does not describe");
            }
        }
        if !names.insert(operation["operationId"].as_str().unwrap()) {
            lacks("has the operationId of another");
        }
        let responses = operation["responses"].as_object().unwrap();
        if !responses.keys().any(|status| status.starts_with('2')) {
            lacks("has no success");
        }
        let mut expected = vec!["400", "406", "429", "503"];
        if operation["security"].is_array() {
            expected.push("401");
        }
        if path.contains('{') {
            expected.push("404");
        }
        if operation["requestBody"].is_object() {
            expected.extend(["413", "415", "422"]);
        }
        for status in expected {
            if !responses.contains_key(status) {
                lacks(&format!("has no {status}"));
            }
        }
        bodies(operation, &mut lacks);
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["$ref"].is_null()
                && parameter["schema"]["type"].is_null()
                && parameter["schema"]["$ref"].is_null()
            {
                lacks(&format!("does not say what {} is", parameter["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every body has a schema, and every JSON body an example in words of the office.
fn bodies(operation: &Value, lacks: &mut impl FnMut(&str)) {
    let answers = operation["responses"].as_object().unwrap();
    for (status, answer) in answers {
        if !answer["$ref"].is_null() {
            continue;
        }
        if status != "204" && answer["content"].as_object().is_none_or(serde_json::Map::is_empty) {
            lacks(&format!("answers {status} with nothing"));
        }
        media(&answer["content"], status, lacks);
    }
    media(&operation["requestBody"]["content"], "its body", lacks);
}

fn media(content: &Value, of: &str, lacks: &mut impl FnMut(&str)) {
    for (kind, media) in content.as_object().into_iter().flatten() {
        if media["schema"].is_null() {
            lacks(&format!("has no schema of {of} as {kind}"));
        }
        if kind != "application/json" {
            continue;
        }
        let mut unknown = Vec::new();
        unknown_words(&media["example"], "", &mut unknown);
        if media["example"].is_null() || !unknown.is_empty() {
            let file = "src/routes/document/examples.json";
            lacks(&format!("has no example of {of}: {unknown:?} belong into {file}"));
        }
    }
}

/// Where a string stands that nobody gave an example for.
fn unknown_words(example: &Value, at: &str, found: &mut Vec<String>) {
    match example {
        Value::String(text) if text == "…" => found.push(at.to_owned()),
        Value::Object(object) => {
            for (key, value) in object {
                unknown_words(value, &format!("{at}.{key}"), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| unknown_words(item, at, found)),
        _ => {}
    }
}

#[tokio::test]
async fn refusals_are_documented_as_they_are_sent() {
    let app = TestApp::new();
    let document = document(&app).await;
    for (name, answer) in document["components"]["responses"].as_object().unwrap() {
        let content = answer["content"].as_object().unwrap();
        assert_eq!(
            content.keys().collect::<Vec<_>>(),
            ["application/problem+json"],
            "{name}"
        );
        assert!(answer["headers"]["X-Request-Id"].is_object(), "{name}");
    }
    for name in ["TooManyRequests", "Unavailable"] {
        assert!(document["components"]["responses"][name]["headers"]["Retry-After"].is_object());
    }
    for (method, path, operation) in operations(&document) {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let is_shared = answer["$ref"]
                .as_str()
                .is_some_and(|name| name.starts_with("#/components/responses/"));
            assert!(status.starts_with('2') || is_shared, "{method} {path} {status}");
        }
    }
}

#[tokio::test]
async fn the_calls_that_take_an_idempotency_key_are_those_that_say_so() {
    let app = TestApp::new();
    let document = document(&app).await;
    let resident = app.resident("Siti Aminah").await;
    let writing = operations(&document).into_iter().filter(|(method, path, _)| {
        // Two end the session that the others need.
        method != "GET" && !path.ends_with("/logout") && !path.contains("/me/sessions")
    });
    for (method, path, operation) in writing {
        let says = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|known| known["$ref"] == "#/components/parameters/IdempotencyKey");
        let filled = path.replace(['{', '}'], "");
        let call = resident.client.call(method.parse().unwrap(), &filled);
        let call = call.header("idempotency-key", "k".repeat(201)).json(&json!({}));
        let reply = Reply::to(call).await;
        let takes = reply.text().contains("idempotency_key_invalid");
        assert_eq!(takes, says, "{method} {path}: {} {}", reply.status, reply.text());
    }
}

#[tokio::test]
async fn the_page_of_the_api_loads_only_what_is_embedded() {
    let app = TestApp::new();
    let page = app.visitor().get("/api/docs").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.contains("script-src 'self'; style-src 'self';") && !policy.contains("unsafe"),
        "{policy}"
    );
    let text = page.text();
    assert!(!text.contains("://"), "{text}");
    let addresses: Vec<&str> = text.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert!(addresses.len() >= 6, "run make assets, then build again: {text}");
    for address in addresses {
        let call = app.visitor().call(reqwest::Method::GET, address);
        let file = Reply::to(call.header("accept-encoding", "gzip")).await;
        assert_eq!(file.status, 200, "{address}");
        assert!(file.header("cache-control").contains("immutable") || address.ends_with("emblem.svg"));
        if !address.ends_with("emblem.svg") {
            assert_eq!(file.header("content-encoding"), "gzip", "{address}");
            let plain = app.visitor().get(address).await;
            assert!(plain.bytes.len() > file.bytes.len(), "{address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_the_api_shows_the_document() {
    let (app, driver) = (TestApp::new(), Driver::start());
    for (browser, screen) in [
        (driver.desk(&app.url).await, "api-docs"),
        (driver.telephone(&app.url).await, "api-docs-hp"),
    ] {
        browser.goto("/api/docs").await;
        browser.sees("Hands a request in").await;
        browser.screen(screen).await;
        browser.close().await;
    }
}
