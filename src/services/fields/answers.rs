//! Answers that were read: canonical values in the order of the form.

use std::fmt;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::accounts::{Email, Nik, NoKk, Phone, Sex};
use crate::areas::AreaCode;

/// Canonical values by key. Holds personal data, so it does not print itself.
#[derive(Clone, Default, PartialEq)]
pub struct Answers(Map<String, Value>);

impl Answers {
    /// Answers as they were stored, after unsealing.
    #[must_use]
    pub fn from_map(values: Map<String, Value>) -> Self {
        Self(values)
    }

    /// The values as an object, for sealing, storing and sending to whom they belong.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    #[must_use]
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.get(key)?.as_i64()
    }

    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// The day of a date or of a date with time, as its own offset has it.
    #[must_use]
    pub fn date(&self, key: &str) -> Option<NaiveDate> {
        self.text(key)?.get(..10)?.parse().ok()
    }

    #[must_use]
    pub fn nik(&self, key: &str) -> Option<Nik> {
        Nik::parse(self.text(key)?).ok()
    }

    #[must_use]
    pub fn kk(&self, key: &str) -> Option<NoKk> {
        NoKk::parse(self.text(key)?).ok()
    }

    #[must_use]
    pub fn phone(&self, key: &str) -> Option<Phone> {
        Phone::parse(self.text(key)?).ok()
    }

    #[must_use]
    pub fn email(&self, key: &str) -> Option<Email> {
        Email::parse(self.text(key)?).ok()
    }

    #[must_use]
    pub fn sex(&self, key: &str) -> Option<Sex> {
        self.text(key)?.parse().ok()
    }

    #[must_use]
    pub fn area(&self, key: &str) -> Option<AreaCode> {
        AreaCode::parse(self.text(key)?).ok()
    }

    /// The rows of a table; none when it was left out.
    #[must_use]
    pub fn rows(&self, key: &str) -> &[Value] {
        self.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answers({} values)", self.0.len())
    }
}

/// Stored answers with a correction laid over them: a key replaces, null clears. The result is raw again and must be
/// read as a whole, because rules look at several fields.
#[must_use]
pub fn merge(stored: &Answers, correction: &Value) -> Value {
    let changes = match correction {
        Value::Object(changes) => changes,
        Value::Null => return stored.to_value(),
        // Not an object: reading it will say so.
        other => return other.clone(),
    };
    let mut merged = stored.0.clone();
    for (key, value) in changes {
        if value.is_null() {
            merged.shift_remove(key);
        } else {
            merged.insert(key.clone(), value.clone());
        }
    }
    Value::Object(merged)
}
