//! What stands in the controls of a form: typed a moment ago, or stored before.

use chrono::DateTime;
use chrono_tz::Tz;
use serde_json::Value;

use super::fields::{Answers, Field, FieldKind};

/// Values by control name, in order; a name may repeat. Holds personal data, so it does not print itself.
#[derive(Clone, Default)]
pub struct FormValues(Vec<(String, String)>);

impl FormValues {
    /// The pairs that a browser sent.
    #[must_use]
    pub fn typed(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The value of a control; empty when there is none.
    #[must_use]
    pub fn first(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all<'v>(&'v self, name: &str) -> impl Iterator<Item = &'v str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Adds a value.
    pub fn put(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// How many rows a table has, blank ones included: one more than the highest row number.
    #[must_use]
    pub fn rows(&self, table: &str) -> usize {
        self.0
            .iter()
            .filter_map(|(name, _)| {
                name.strip_prefix(table)?
                    .strip_prefix('.')?
                    .split('.')
                    .next()?
                    .parse()
                    .ok()
            })
            .map(|row: usize| row.saturating_add(1))
            .max()
            .unwrap_or_default()
    }

    /// Adds stored answers as a person would have typed them, so that reading them again gives the same.
    pub fn put_answers(&mut self, place: &str, fields: &[Field], answers: &Answers, zone: Tz) {
        for field in fields {
            if let Some(value) = answers.get(&field.key) {
                self.put_answer(&format!("{place}.{}", field.key), &field.kind, value, zone);
            }
        }
    }

    fn put_answer(&mut self, name: &str, kind: &FieldKind, value: &Value, zone: Tz) {
        match (kind, value) {
            (FieldKind::Table { columns, .. }, Value::Array(rows)) => {
                for (n, row) in rows.iter().enumerate() {
                    for column in columns {
                        if let Some(value) = row.get(&column.key) {
                            self.put_answer(&format!("{name}.{n}.{}", column.key), &column.kind, value, zone);
                        }
                    }
                }
            }
            (FieldKind::Geo, Value::Object(point)) => {
                for (axis, degrees) in point {
                    self.put(format!("{name}.{axis}"), degrees.to_string().replace('.', ","));
                }
            }
            // A point could mean thousands when it is typed.
            (FieldKind::Decimal, Value::String(number)) => self.put(name, number.replace('.', ",")),
            (FieldKind::Datetime, Value::String(moment)) => self.put(name, local_moment(moment, zone)),
            (_, Value::String(text)) => self.put(name, text.as_str()),
            (_, other) => self.put(name, other.to_string()),
        }
    }
}

/// What `<input type=datetime-local>` takes.
fn local_moment(text: &str, zone: Tz) -> String {
    DateTime::parse_from_rfc3339(text).map_or_else(
        |_| text.to_owned(),
        |moment| moment.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string(),
    )
}
