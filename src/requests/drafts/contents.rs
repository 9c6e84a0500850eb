//! What a draft holds: answers as they were typed, and the uploads that go with them. Sealed at rest, as it may hold
//! any NIK.

use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::Actor;
use crate::app::Ctx;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::requests::error::RequestError;
use crate::requests::reading::unusable;
use crate::requests::store;
use crate::services::RawSubmission;
use crate::services::fields::Origin;

/// Largest contents of a draft as JSON, in bytes: ten times the longest form of the catalogue.
const MAX_BYTES: usize = 64 * 1024;
/// Most uploads that a draft names; no form takes more.
const MAX_FILES: usize = 60;

/// What is sealed.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Contents {
    #[schema(value_type = Option<String>)]
    pub(super) area: Value,
    #[schema(value_type = Option<Object>)]
    pub(super) applicant: Value,
    #[schema(value_type = Option<String>)]
    pub(super) relation: Value,
    #[schema(value_type = Option<Object>)]
    pub(super) fields: Value,
    #[schema(value_type = Option<Vec<crate::requests::submit::AttachmentRef>>)]
    pub(super) attachments: Value,
    /// Typed into a form: numbers and dates are then as a person wrote them.
    pub(super) typed: bool,
}

impl Contents {
    /// What somebody wrote.
    #[must_use]
    pub fn of(raw: RawSubmission, origin: Origin) -> Self {
        Self {
            area: raw.area,
            applicant: raw.applicant,
            relation: raw.relation,
            fields: raw.fields,
            attachments: raw.attachments,
            typed: origin == Origin::Form,
        }
    }

    /// The same as it would be handed in, and whether it was typed into a form.
    #[must_use]
    pub fn raw(self) -> (RawSubmission, bool) {
        let raw = RawSubmission {
            area: self.area,
            applicant: self.applicant,
            fields: self.fields,
            attachments: self.attachments,
            relation: self.relation,
        };
        (raw, self.typed)
    }
}

/// JSON merge patch (RFC 7396).
pub(super) fn merge(there: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        there.clone_from(patch);
        return;
    };
    if !there.is_object() {
        *there = json!({});
    }
    if let Value::Object(there) = there {
        for (key, value) in patch {
            if value.is_null() {
                there.shift_remove(key);
            } else {
                merge(there.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

/// Looks at types and uploads, nothing else: the answers are read when the request is handed in. Gives the uploads.
pub(super) fn check(conn: &mut PgConnection, actor: &Actor, contents: &Contents) -> Result<Vec<Uuid>, RequestError> {
    let mut errors = Vec::new();
    let mut demand = |field: &str, fits: bool| {
        if !fits {
            errors.push(FieldError::new(field, "wrong_type", "Bentuk isian ini tidak dikenal."));
        }
    };
    let (text, group) = (
        |value: &Value| value.is_null() || value.is_string(),
        |value: &Value| value.is_null() || value.is_object(),
    );
    demand("area", text(&contents.area));
    demand("relation", text(&contents.relation));
    demand("applicant", group(&contents.applicant));
    demand("fields", group(&contents.fields));
    let files = files(&contents.attachments);
    demand(
        "attachments",
        files.as_ref().is_some_and(|files| files.len() <= MAX_FILES),
    );
    let files = files.unwrap_or_default();
    let ids: Vec<Uuid> = files.iter().map(|(_, id)| *id).collect();
    let free = store::free_attachments(conn, &ids, actor.account_id)?;
    errors.extend(
        files
            .iter()
            .filter(|(_, id)| !free.contains(id))
            .map(|(kind, _)| unusable(kind)),
    );
    if errors.is_empty() {
        Ok(ids)
    } else {
        Err(RequestError::Invalid(errors))
    }
}

/// Kind and id of every upload; none when the list is not one.
fn files(attachments: &Value) -> Option<Vec<(&str, Uuid)>> {
    if attachments.is_null() {
        return Some(Vec::new());
    }
    attachments
        .as_array()?
        .iter()
        .map(|item| {
            let kind = item.get("kind")?.as_str()?;
            let is_key = kind.len() <= 60 && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let id = item.get("id")?.as_str()?.parse().ok()?;
            is_key.then_some((kind, id))
        })
        .collect()
}

fn place(id: Uuid) -> String {
    format!("draft {id}")
}

/// # Errors
/// `TooLarge`; what the cipher says.
pub(super) fn sealed(ctx: &Ctx<'_>, id: Uuid, contents: &Contents) -> Result<Vec<u8>, RequestError> {
    let bytes = serde_json::to_vec(contents).map_err(Error::internal)?;
    if bytes.len() > MAX_BYTES {
        return Err(RequestError::Other(Error::TooLarge));
    }
    Ok(ctx.keys.seal(ctx.entropy, &place(id), &bytes).map_err(Error::from)?)
}

/// # Errors
/// What the cipher says.
pub(super) fn opened(ctx: &Ctx<'_>, id: Uuid, sealed: &[u8]) -> Result<Contents, Error> {
    let bytes = ctx.keys.open(&place(id), sealed)?;
    serde_json::from_slice(&bytes).map_err(Error::internal)
}
