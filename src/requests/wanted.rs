//! What somebody wants to be done to a request, as it arrives and as it is read.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::RequestError;
use super::lifecycle::REFERRAL_REASON;
use super::stage::Action;
use crate::areas::AreaCode;
use crate::platform::field_error::FieldError;
use crate::platform::plain_text::{Lines, clean};

/// Longest free text.
const NOTE_MAX: usize = 1_000;
/// Longest reason code.
const CODE_MAX: usize = 40;

/// `POST /api/v1/requests/{id}/actions`.
#[derive(Clone, Default, Deserialize, ToSchema)]
pub struct NewAction {
    /// `endorse`, `verify`, `initial`, `sign`, `return`, `resubmit`, `send_back`, `correct`, `transfer`, `reject`,
    /// `object`, `refer`, `cancel`, `reissue`, `revoke`.
    #[schema(value_type = Action)]
    pub action: String,
    /// Free text, as the reason of a return.
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub reason_code: Option<String>,
    /// Answers that change: merged by key, null clears.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub applicant: Value,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub fields: Value,
    /// Replaces the uploads of the kinds named.
    #[serde(default)]
    #[schema(value_type = Option<Vec<super::submit::AttachmentRef>>)]
    pub attachments: Value,
    /// Where to: of `send_back` the number of an earlier step, of `transfer` the code of another kelurahan.
    #[serde(default)]
    #[schema(value_type = Option<Target>)]
    pub to: Value,
    /// The version that was read; another one is refused with 412.
    #[serde(default)]
    pub version: Option<i32>,
    /// The same from the `If-Match` header.
    #[serde(skip)]
    pub if_match: Option<i32>,
}

/// Where a request is sent, as the document shows it.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Target {
    Step(i16),
    Kelurahan(String),
}

/// What was read of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    pub note: Option<String>,
    pub reason_code: Option<String>,
    /// `send_back`: the step to go to.
    pub step: Option<i16>,
    /// `transfer`: the kelurahan to go to.
    pub kelurahan: Option<AreaCode>,
}

impl NewAction {
    /// Whether the request must have this version.
    #[must_use]
    pub fn fits_version(&self, version: i32) -> bool {
        [self.version, self.if_match]
            .into_iter()
            .flatten()
            .all(|wanted| wanted == version)
    }

    #[must_use]
    pub fn has_note(&self) -> bool {
        self.note.as_deref().is_some_and(|note| !note.trim().is_empty())
    }

    #[must_use]
    pub fn has_reason_code(&self) -> bool {
        self.reason_code.as_deref().is_some_and(|code| !code.is_empty())
    }

    /// Reads everything but the answers, which are read against those that are there.
    ///
    /// # Errors
    /// `Invalid` with every wrong field at once.
    pub fn read(&self, action: Action) -> Result<Input, RequestError> {
        let mut errors = Vec::new();
        let mut input = Input {
            note: self.read_note(&mut errors),
            reason_code: self.read_reason(&mut errors),
            ..Input::default()
        };
        match action {
            Action::SendBack => input.step = self.read_step(&mut errors),
            Action::Transfer => input.kelurahan = self.read_kelurahan(&mut errors),
            // Whoever is referred must be listed first: there is no other reason.
            Action::Refer => input.reason_code = Some(REFERRAL_REASON.to_owned()),
            _ => {}
        }
        if errors.is_empty() {
            Ok(input)
        } else {
            Err(RequestError::Invalid(errors))
        }
    }

    fn read_note(&self, errors: &mut Vec<FieldError>) -> Option<String> {
        let note = self.note.as_deref().filter(|_| self.has_note())?;
        clean(note, Lines::Many, NOTE_MAX, |_| None)
            .map_err(|problem| errors.push(FieldError::new("note", problem.code(), format!("Catatan {problem}."))))
            .ok()
    }

    fn read_reason(&self, errors: &mut Vec<FieldError>) -> Option<String> {
        let code = self.reason_code.as_deref().filter(|_| self.has_reason_code())?;
        let is_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if code.len() <= CODE_MAX && code.bytes().all(is_code) {
            return Some(code.to_owned());
        }
        errors.push(FieldError::new(
            "reason_code",
            "unknown_reason",
            "Pilih alasan dari daftar.",
        ));
        None
    }

    /// A number, or a text with one in it; which steps there are is for the life of the request to say.
    fn read_step(&self, errors: &mut Vec<FieldError>) -> Option<i16> {
        let number = match &self.to {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if !text.trim().is_empty() => text.trim().parse().ok(),
            _ => return self.no_target(errors),
        };
        let step = number.and_then(|number| i16::try_from(number).ok());
        if step.is_none() {
            errors.push(FieldError::new(
                "to",
                "not_a_step",
                "Isi dengan nomor langkah, misalnya 2.",
            ));
        }
        step
    }

    /// A code as text; a number would have lost what stands behind its second point.
    fn read_kelurahan(&self, errors: &mut Vec<FieldError>) -> Option<AreaCode> {
        let code = match &self.to {
            Value::String(text) if !text.trim().is_empty() => AreaCode::parse(text.trim()).ok(),
            Value::Number(_) => None,
            _ => return self.no_target(errors),
        };
        if code.is_none() {
            errors.push(FieldError::new(
                "to",
                "not_an_area",
                "Isi dengan kode kelurahan, misalnya 12.09.20.1001.",
            ));
        }
        code
    }

    fn no_target<T>(&self, errors: &mut Vec<FieldError>) -> Option<T> {
        let is_blank = match &self.to {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            _ => false,
        };
        errors.push(if is_blank {
            FieldError::new("to", "required", "Pilih tujuannya.")
        } else {
            FieldError::new("to", "wrong_type", "Isi dengan angka atau teks.")
        });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(action: Action, to: &Value) -> Result<Input, Vec<(String, &'static str)>> {
        let wanted = NewAction {
            to: to.clone(),
            ..NewAction::default()
        };
        wanted.read(action).map_err(|error| match error {
            RequestError::Invalid(errors) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_step_is_a_number_or_a_text_with_one() {
        for to in [json!(2), json!("2"), json!(" 2 ")] {
            assert_eq!(read(Action::SendBack, &to).unwrap().step, Some(2), "{to}");
        }
        for (to, code) in [
            (json!(null), "required"),
            (json!(""), "required"),
            (json!("dua"), "not_a_step"),
            (json!(2.5), "not_a_step"),
            (json!(70_000), "not_a_step"),
            (json!("12.09.20.1001"), "not_a_step"),
            (json!([2]), "wrong_type"),
            (json!({ "n": 2 }), "wrong_type"),
            (json!(true), "wrong_type"),
        ] {
            assert_eq!(read(Action::SendBack, &to), Err(vec![("to".to_owned(), code)]), "{to}");
        }
    }

    #[test]
    fn a_kelurahan_is_a_code() {
        let mutiara = AreaCode::parse("12.09.20.1006").unwrap();
        assert_eq!(
            read(Action::Transfer, &json!("12.09.20.1006")).unwrap().kelurahan,
            Some(mutiara)
        );
        for (to, code) in [
            (json!(null), "required"),
            (json!("Mutiara"), "not_an_area"),
            (json!(1006), "not_an_area"),
            (json!(["12.09.20.1006"]), "wrong_type"),
        ] {
            assert_eq!(read(Action::Transfer, &to), Err(vec![("to".to_owned(), code)]), "{to}");
        }
    }

    #[test]
    fn other_actions_go_nowhere_and_a_referral_has_one_reason() {
        assert_eq!(read(Action::Verify, &json!([1])), Ok(Input::default()));
        let referred = read(Action::Refer, &Value::Null).unwrap();
        assert_eq!(referred.reason_code.as_deref(), Some("to_be_listed"));
    }
}
