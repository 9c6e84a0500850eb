//! The OpenAPI document: what each room documents, completed by what holds for every call.
//!
//! A room documents a handler by `#[utoipa::path]` in its `Doc`: summary, tag, `security(("bearer" = []))` unless it is
//! public, parameters, body, its success, and of the refusals only 403, 409, 412 (which also brings If-Match) and those
//! that need words of their own. Everything else follows from these here: the other refusals, Idempotency-Key (every
//! POST with a login outside /auth; a PUT or DELETE that takes `Once` names the header), headers, operation ids, and
//! examples, whose words are in `document/examples.json` by the name of the property (or `Schema.property`, or
//! `POST /path` for a whole body).

mod example;
mod refusals;
mod schemas;
mod shared;

use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::Server;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use crate::config::Config;
use crate::{accounts, areas, assignment, files, letters, oversight, reports, requests, services};

use example::Examples;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "SEPAKAT",
        description = "Letters of a kecamatan, from the request to the sealed PDF that anyone can verify. Times are \
            RFC 3339 with offset, dates YYYY-MM-DD. Every refusal is `application/problem+json` (RFC 9457) with a stable \
            `code`; another method than the documented ones \
            is 405 with Allow; every answer has X-Request-Id. The page docs/api.md says what holds everywhere and takes a tour."
    ),
    components(schemas(crate::platform::error::Problem)),
    tags(
        (name = "catalogue", description = "Areas and letters that can be asked for; public."),
        (name = "auth", description = "Registration, login, tokens, passwords, the second factor."),
        (name = "me", description = "The own account and its sessions."),
        (name = "accounts", description = "People at the counter: their identity is compared with the KTP once."),
        (name = "attachments", description = "Scans, uploaded before the request that names them."),
        (name = "requests", description = "A request from submission to its letter, and where it is."),
        (name = "queue", description = "An officer's work, most urgent first."),
        (name = "officers", description = "Who works where, and when they are away."),
        (name = "letters", description = "Verification for anybody; the agenda book for the office."),
        (name = "audit", description = "Who did or opened what, by ids only, and the daily anchors; for pengawas."),
        (name = "reports", description = "How well the promised times were kept."),
    )
)]
struct Doc;

/// The whole document.
#[must_use]
pub fn openapi(config: &Config) -> Value {
    let mut whole = Doc::openapi();
    for room in rooms() {
        whole.merge(room);
    }
    whole.servers = Some(vec![Server::new(config.link(""))]);
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    whole
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", bearer);
    complete(serde_json::to_value(whole).unwrap_or_default())
}

/// Each room's part.
fn rooms() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        accounts::api::Doc::openapi(),
        areas::api::Doc::openapi(),
        services::api::Doc::openapi(),
        files::api::Doc::openapi(),
        letters::api::Doc::openapi(),
        requests::api::Doc::openapi(),
        assignment::api::Doc::openapi(),
        oversight::api::Doc::openapi(),
        reports::api::Doc::openapi(),
    ]
}

/// Adds what follows from the rest.
fn complete(mut document: Value) -> Value {
    for (_, schema) in entries(&mut document, "/components/schemas") {
        schemas::open(schema);
    }
    let examples = Examples::of(&document);
    for (path, item) in entries(&mut document, "/paths") {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let call = Call { method, path };
            call.name(operation);
            call.headers(operation);
            call.refusals(operation);
            call.answers(operation, &examples);
            call.body(operation, &examples);
        }
    }
    if let Some(components) = document.pointer_mut("/components").and_then(Value::as_object_mut) {
        components.insert("responses".to_owned(), refusals::responses());
        components.insert("parameters".to_owned(), shared::parameters());
        components.insert("headers".to_owned(), shared::headers());
    }
    document
}

fn entries<'a>(document: &'a mut Value, at: &str) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    let found = document.pointer_mut(at).and_then(Value::as_object_mut);
    found.into_iter().flatten()
}

const ONCE: &str = "#/components/parameters/IdempotencyKey";
const IF_MATCH: &str = "#/components/parameters/IfMatch";

/// One operation of the document.
struct Call<'a> {
    method: &'a str,
    path: &'a str,
}

impl Call<'_> {
    /// `postRequestsIdActions`: unique, because method and path are.
    fn name(&self, operation: &mut Value) {
        let words = self.path.trim_start_matches("/api/v1/");
        let words = words.split(['/', '-', '_', '{', '}']).filter(|word| !word.is_empty());
        let name = words.fold(self.method.to_owned(), |name, word| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            name + &first.to_uppercase() + rest
        });
        set(operation, "operationId", name.into());
    }

    /// Whether a repeat with the same Idempotency-Key is answered as the first was: every POST with a login outside
    /// /auth, and what names the header.
    fn is_once(&self, operation: &Value) -> bool {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let names = |known: &Value| {
            known.get("name").and_then(Value::as_str) == Some("Idempotency-Key")
                || known.get("$ref").and_then(Value::as_str) == Some(ONCE)
        };
        let is_named = parameters.into_iter().flatten().any(names);
        let is_auth = self.path.starts_with("/api/v1/auth/");
        is_named || (self.method == "post" && operation.get("security").is_some() && !is_auth)
    }

    fn headers(&self, operation: &mut Value) {
        let mut wanted = Vec::new();
        if self.is_once(operation) {
            wanted.push(("Idempotency-Key", ONCE));
        }
        if operation.pointer("/responses/412").is_some() {
            wanted.push(("If-Match", IF_MATCH));
        }
        let mut parameters = match operation.get("parameters") {
            Some(Value::Array(parameters)) => parameters.clone(),
            _ => Vec::new(),
        };
        for (name, reference) in wanted {
            parameters.retain(|known| known.get("name").and_then(Value::as_str) != Some(name));
            parameters.push(json!({ "$ref": reference }));
        }
        for known in &mut parameters {
            schemas::absent_is_not_null(known);
            if known.get("in").and_then(Value::as_str) == Some("query") {
                // A form sends what was left empty.
                set(known, "allowEmptyValue", true.into());
            }
            schemas::paging(known);
        }
        if !parameters.is_empty() {
            set(operation, "parameters", parameters.into());
        }
    }

    fn refusals(&self, operation: &mut Value) {
        let statuses = refusals::of(self.method, self.is_once(operation), operation);
        let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
            return;
        };
        responses.retain(|status, _| status.starts_with('2'));
        for (status, words) in statuses {
            responses.insert(status.to_string(), refusals::reference(status, &words));
        }
    }

    fn answers(&self, operation: &mut Value, examples: &Examples) {
        for (status, answer) in entries(operation, "/responses").filter(|(status, _)| status.starts_with('2')) {
            if answer
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or("")
                .is_empty()
            {
                let done = if status == "204" { "Done; no body" } else { "Done" };
                set(answer, "description", done.into());
            }
            if let Some(object) = answer.as_object_mut() {
                let headers = object.entry("headers").or_insert_with(|| json!({}));
                set(
                    headers,
                    "X-Request-Id",
                    json!({ "$ref": "#/components/headers/RequestId" }),
                );
            }
            for (kind, media) in entries(answer, "/content") {
                if media.get("schema").is_none() {
                    set(media, "schema", json!({ "type": "string", "format": "binary" }));
                }
                if kind == "application/json" {
                    examples.give(media, None);
                }
            }
        }
    }

    fn body(&self, operation: &mut Value, examples: &Examples) {
        let key = format!("{} {}", self.method.to_uppercase(), self.path);
        for (kind, media) in entries(operation, "/requestBody/content") {
            if kind == "application/json" {
                examples.give(media, Some(&key));
            }
        }
    }
}

fn set(value: &mut Value, key: &str, to: Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert(key.to_owned(), to);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    /// The second of two schemas of one name would silently be lost.
    #[test]
    fn a_name_means_the_same_schema_in_every_room() {
        let mut known: Map<String, Value> = Map::new();
        for room in rooms() {
            let room = serde_json::to_value(room).unwrap();
            for (name, schema) in room["components"]["schemas"].as_object().into_iter().flatten() {
                let before = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(
                    before, schema,
                    "two rooms have a schema {name}: name one by #[schema(as = ..)]"
                );
            }
        }
    }
}
