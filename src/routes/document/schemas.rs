//! Schemas that say more, or less, than is so, put right.

use serde_json::{Value, json};

use crate::platform::pagination::MAX_LIMIT;

/// `Option` in a query is a parameter that may be left out; an address cannot say null.
pub(super) fn absent_is_not_null(parameter: &mut Value) {
    let Some(schema) = parameter.get_mut("schema") else {
        return;
    };
    if let Some(Value::Array(kinds)) = schema.get("type") {
        let kind = kinds.iter().find(|kind| *kind != "null").cloned();
        super::set(schema, "type", kind.unwrap_or_default());
    } else if let Some(Value::Array(parts)) = schema.get("oneOf") {
        let there = parts.iter().find(|part| part.get("$ref").is_some()).cloned();
        *schema = there.unwrap_or_else(|| schema.clone());
    }
}

/// `limit` and `cursor` are the same in every list.
pub(super) fn paging(parameter: &mut Value) {
    match parameter.get("name").and_then(Value::as_str) {
        Some("limit") => {
            let words = format!("Rows of a page, 1 to {MAX_LIMIT}");
            super::set(
                parameter,
                "schema",
                json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT }),
            );
            super::set(parameter, "description", words.into());
        }
        Some("cursor") => {
            super::set(parameter, "schema", json!({ "type": "string", "maxLength": 512 }));
            super::set(parameter, "description", "`next_cursor` of the page before".into());
        }
        _ => {}
    }
}

/// A schema says what is there, not what will never be: answers may grow, and parts of an `allOf` would exclude each
/// other. What was flattened from an `Option` is all there or not at all.
pub(super) fn open(schema: &mut Value) {
    if let Value::Object(object) = schema {
        object.retain(|key, value| key != "additionalProperties" || *value != Value::Bool(false));
        for part in object
            .get_mut("allOf")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(Value::Array(parts)) = part.get("oneOf") {
                let there = parts.first().cloned().unwrap_or_default();
                *part = json!({ "anyOf": [there, { "type": "object" }] });
            }
        }
        object.values_mut().for_each(open);
    } else if let Value::Array(items) = schema {
        items.iter_mut().for_each(open);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_flattened_from_an_option_may_be_absent() {
        let mut schema = json!({ "allOf": [{ "oneOf": [{ "$ref": "a" }, { "type": "null" }] }, { "type": "object" }] });
        open(&mut schema);
        assert_eq!(
            schema["allOf"][0],
            json!({ "anyOf": [{ "$ref": "a" }, { "type": "object" }] })
        );
    }
}
