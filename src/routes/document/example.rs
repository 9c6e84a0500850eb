//! An example of every body, put together from the words in `examples.json` along the schema.

use serde_json::{Map, Value};

const WORDS: &str = include_str!("examples.json");

/// What a string is shown as that nobody gave an example for; a test asks for one.
const UNKNOWN: &str = "…";

/// Deeper than any schema, so that one which names itself ends.
const DEEPEST: usize = 12;

pub(super) struct Examples {
    words: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Examples {
    pub(super) fn of(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        Self {
            words: serde_json::from_str(WORDS).unwrap_or_default(),
            schemas: schemas.cloned().unwrap_or_default(),
        }
    }

    /// Gives a body its example unless it has one; `key` names a whole body.
    pub(super) fn give(&self, media: &mut Value, key: Option<&str>) {
        if media.get("example").is_some() || media.get("examples").is_some() {
            return;
        }
        let whole = key.and_then(|key| self.words.get(key)).cloned();
        let example = whole.or_else(|| media.get("schema").map(|schema| self.along(schema, "", "", 0)));
        if let Some(example) = example {
            super::set(media, "example", example);
        }
    }

    fn along(&self, schema: &Value, owner: &str, name: &str, depth: usize) -> Value {
        let at = |key: &str| schema.get(key);
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(said) = at("example")
            .or_else(|| at("const"))
            .or_else(|| schema.pointer("/examples/0"))
        {
            return said.clone();
        }
        if let Some(word) = self.words.get(&format!("{owner}.{name}")) {
            return word.clone();
        }
        if let Some(word) = schema.pointer("/enum/0") {
            return word.clone();
        }
        if let Some(target) = at("$ref").and_then(Value::as_str) {
            let target = target.rsplit('/').next().unwrap_or("");
            let found = self.schemas.get(target);
            return found.map_or(Value::Null, |schema| self.along(schema, target, "", depth + 1));
        }
        if let Some(word) = self.words.get(name) {
            return word.clone();
        }
        if let Some(Value::Array(parts)) = at("allOf") {
            return self.all_of(parts, owner, depth);
        }
        if let Some(Value::Array(parts)) = at("oneOf").or_else(|| at("anyOf")) {
            let first = parts
                .iter()
                .find(|part| part.get("type").and_then(Value::as_str) != Some("null"));
            return first.map_or(Value::Null, |part| self.along(part, owner, name, depth + 1));
        }
        match kind(schema) {
            "object" => self.object(schema, owner, depth),
            "array" => at("items").map_or_else(
                || Value::Array(Vec::new()),
                |items| Value::Array(vec![self.along(items, owner, name, depth + 1)]),
            ),
            "string" => text(at("format").and_then(Value::as_str)).into(),
            "integer" => at("minimum")
                .filter(|least| **least != 0)
                .cloned()
                .unwrap_or_else(|| 1.into()),
            "number" => 0.9.into(),
            "boolean" => true.into(),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, owner: &str, depth: usize) -> Value {
        let mut object = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            object.insert(name.clone(), self.along(property, owner, name, depth + 1));
        }
        object.into()
    }

    fn all_of(&self, parts: &[Value], owner: &str, depth: usize) -> Value {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(part) = self.along(part, owner, "", depth + 1) {
                whole.extend(part);
            }
        }
        whole.into()
    }
}

fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or("")
        }
        Some(kind) => kind.as_str().unwrap_or(""),
        None => "",
    }
}

fn text(format: Option<&str>) -> &'static str {
    match format {
        Some("uuid") => "0199f6f0-c5a2-7b60-a9f3-d1c2b4e5f607",
        Some("date") => "2026-11-24",
        Some("date-time") => "2026-11-26T14:30:00+07:00",
        _ => UNKNOWN,
    }
}
