//! Reading answers: every kind from JSON and from a form, all errors at once.

mod numbers;
mod scalars;
#[cfg(test)]
mod tests;

use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::{Answers, Field, FieldKind, Problem};
use crate::platform::field_error::FieldError;
use crate::platform::plain_text::Printable;

/// Errors beyond this many are not listed: a hostile body must not be answered by a larger one.
const MAX_ERRORS: usize = 100;

/// Where a value comes from. A form has only strings: `"5"`, `"on"`, and `""` for what was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Json,
    Form,
}

/// What reading depends on besides the value.
#[derive(Clone, Copy)]
pub struct ParseContext {
    pub origin: Origin,
    /// The cell's zone: a form's date and time have no offset.
    pub zone: Tz,
    /// Whether the letter's font has every character.
    pub printable: Printable,
}

/// Reads an object of answers. What was left out is absent in the result; values are in their canonical form, and
/// reading them again changes nothing.
///
/// `place` is `applicant` or `fields`. Errors are added, never returned early.
pub fn parse_all(
    fields: &[Field],
    raw: &Value,
    place: &str,
    context: &ParseContext,
    errors: &mut Vec<FieldError>,
) -> Answers {
    let empty = Map::new();
    let members = match raw {
        Value::Object(members) => members,
        Value::Null => &empty,
        _ => {
            report(errors, Problem::WrongType("sebuah objek").at(place));
            return Answers::default();
        }
    };
    Answers::from_map(object(fields, members, place, context, errors))
}

fn object(
    fields: &[Field],
    members: &Map<String, Value>,
    place: &str,
    context: &ParseContext,
    errors: &mut Vec<FieldError>,
) -> Map<String, Value> {
    let mut answers = Map::new();
    for field in fields {
        let at = format!("{place}.{}", field.key);
        let raw = members.get(&field.key).unwrap_or(&Value::Null);
        if is_absent(raw, context.origin) {
            if field.required {
                report(errors, Problem::Required.at(at));
            }
        } else if let Some(value) = field.kind.parse(raw, &at, context, errors) {
            answers.insert(field.key.clone(), value);
        }
    }
    let unknown = members.keys().filter(|key| !fields.iter().any(|f| f.key == **key));
    for key in unknown {
        report(errors, Problem::UnknownKey.at(unknown_place(place, key)));
    }
    answers
}

impl FieldKind {
    /// The canonical value, or none with the reasons added to `errors`.
    pub fn parse(&self, raw: &Value, at: &str, context: &ParseContext, errors: &mut Vec<FieldError>) -> Option<Value> {
        let value = match self {
            Self::Text => scalars::line(raw, context),
            Self::Textarea => scalars::paragraph(raw, context),
            Self::Date => scalars::date(raw),
            Self::Time => scalars::time(raw),
            Self::Datetime => scalars::datetime(raw, context),
            Self::Number => numbers::integer(raw, context.origin),
            Self::Decimal => numbers::decimal(raw, context.origin),
            Self::Money => numbers::money(raw, context.origin),
            Self::Bool => scalars::yes_no(raw, context.origin),
            Self::Select(options) => scalars::select(raw, options),
            Self::Nik => scalars::nik(raw),
            Self::Kk => scalars::kk(raw),
            Self::Phone => scalars::phone(raw),
            Self::Email => scalars::email(raw),
            Self::Geo => numbers::geo(raw, context.origin),
            Self::Table { columns, max_rows } => return table(columns, *max_rows, raw, at, context, errors),
        };
        value.map_err(|problem| report(errors, problem.at(at))).ok()
    }
}

fn table(
    columns: &[Field],
    max_rows: usize,
    raw: &Value,
    at: &str,
    context: &ParseContext,
    errors: &mut Vec<FieldError>,
) -> Option<Value> {
    let Value::Array(rows) = raw else {
        report(errors, Problem::WrongType("daftar baris").at(at));
        return None;
    };
    if rows.len() > max_rows {
        report(errors, Problem::TooManyRows(max_rows).at(at));
        return None;
    }
    let mut read = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let at = format!("{at}.{n}");
        match row {
            // A form sends the rows that nobody filled.
            _ if context.origin == Origin::Form && is_absent(row, context.origin) => {}
            Value::Object(members) => read.push(Value::Object(object(columns, members, &at, context, errors))),
            _ => report(errors, Problem::WrongType("sebuah objek").at(at)),
        }
    }
    Some(Value::Array(read))
}

/// Nothing was answered: null, blank text, an empty list; in a form also a group of blanks.
fn is_absent(raw: &Value, origin: Origin) -> bool {
    match raw {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(rows) => rows.is_empty() || (origin == Origin::Form && rows.iter().all(|v| is_absent(v, origin))),
        Value::Object(members) => origin == Origin::Form && members.values().all(|v| is_absent(v, origin)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A key is repeated only when it looks like one of ours: anything else may hold personal data.
fn unknown_place(place: &str, key: &str) -> String {
    let plain = key.len() <= 40 && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if plain {
        format!("{place}.{key}")
    } else {
        place.to_owned()
    }
}

pub(in crate::services) fn report(errors: &mut Vec<FieldError>, error: FieldError) {
    if errors.len() < MAX_ERRORS {
        errors.push(error);
    }
}
