//! What a resident changes when a request came back, and an officer who mends it: answers by key, uploads by kind.

use diesel::PgConnection;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::error::RequestError;
use super::route::Kepling;
use super::store::{self, Contents, Request};
use super::wanted::NewAction;
use super::world::World;
use super::{reading, sealing, submit};
use crate::accounts::{Actor, person_key};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::{Answers, Origin, merge};
use crate::services::{AttachmentKind, RawSubmission, Submission};

/// What changed.
pub struct Amended {
    /// Something that the letter prints.
    pub letter_changed: bool,
    /// Neither an answer nor a scan.
    pub is_nothing: bool,
    /// Keys and ids for the event.
    pub event_data: Map<String, Value>,
}

/// Answers of a request with their identifiers.
///
/// # Errors
/// What the database or the cipher says.
pub fn open_contents(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
) -> Result<(Answers, Answers), Error> {
    let stored = store::contents(conn, request.id)?;
    open_stored(conn, ctx, world, request, stored)
}

/// The same of contents that were read already.
///
/// # Errors
/// As `open_contents`.
pub fn open_stored(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    stored: Contents,
) -> Result<(Answers, Answers), Error> {
    let (mut applicant, mut fields) = (stored.applicant, stored.fields);
    let key = person_key::find(conn, ctx, &request.applicant_hash)?
        .ok_or_else(|| Error::internal("the person's key is gone"))?;
    sealing::open(applicant_fields(), &mut applicant, &key)?;
    sealing::open(&world.definition().fields, &mut fields, &key)?;
    Ok((answers(applicant), answers(fields)))
}

fn answers(value: Value) -> Answers {
    match value {
        Value::Object(map) => Answers::from_map(map),
        _ => Answers::default(),
    }
}

/// Reads the change against what is there, stores it, and updates the row's copies. `area` is the kelurahan that serves
/// the request from now on.
///
/// # Errors
/// `Invalid` with every wrong field at once.
pub fn amend(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &mut Request,
    (actor, wanted, area): (&Actor, &NewAction, &AreaCode),
    origin: Origin,
) -> Result<Amended, RequestError> {
    let stored = store::contents(conn, request.id)?;
    let relation = stored.relation;
    let (applicant, fields) = open_stored(conn, ctx, world, request, stored)?;
    let there = store::attached(conn, request.id)?;
    let new_files = wanted.attachments.as_array().cloned().unwrap_or_default();
    let named: Vec<String> = new_files
        .iter()
        .filter_map(|file| file.get("kind")?.as_str())
        .map(str::to_owned)
        .collect();
    let kept: Vec<Value> = there
        .iter()
        .filter(|file| !named.contains(&file.kind))
        .map(|file| json!({ "kind": file.kind, "id": file.id }))
        .collect();
    let raw = RawSubmission {
        area: Value::String(area.to_string()),
        applicant: merge(&applicant, &wanted.applicant),
        fields: merge(&fields, &wanted.fields),
        attachments: if wanted.attachments.is_array() || wanted.attachments.is_null() {
            Value::Array(kept.into_iter().chain(new_files).collect())
        } else {
            wanted.attachments.clone()
        },
        relation: relation.map_or(Value::Null, |relation| relation.as_str().into()),
    };
    let submission = reading::read(ctx, world, &raw, origin)?;
    let ids: Vec<Uuid> = there.iter().map(|file| file.id).collect();
    reading::check_attachments(conn, &submission, &ids, actor.account_id)?;
    let letter_changed = submission.applicant != applicant || submission.fields != fields;
    update_row(conn, ctx, request, actor, &submission, &ids)?;
    let contents = sealing::contents(conn, ctx, world, request, &submission)?;
    store::replace_contents(conn, &contents)?;
    let files_changed = replace_files(conn, ctx, request, &submission, &ids)?;
    let new_files = submission.attachments.iter().map(|file| file.id);
    let told = [
        ("applicant", json!(changed_keys(&applicant, &submission.applicant))),
        ("fields", json!(changed_keys(&fields, &submission.fields))),
        (
            "attachments",
            json!(new_files.filter(|id| !ids.contains(id)).collect::<Vec<_>>()),
        ),
    ];
    Ok(Amended {
        letter_changed,
        is_nothing: !letter_changed && !files_changed,
        event_data: told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    })
}

/// The row's copies of what the answers say. Another NIK is another person: who may see the request follows it.
fn update_row(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request: &mut Request,
    actor: &Actor,
    submission: &Submission,
    there: &[Uuid],
) -> Result<(), Error> {
    request.area.clone_from(&submission.area);
    request.lingkungan.clone_from(&submission.lingkungan);
    request.applicant_name.clone_from(&submission.name);
    let hash = person_key::nik_hash(ctx, &submission.nik);
    if hash != request.applicant_hash {
        request.applicant_account = submit::applicant_account(conn, actor, &hash)?;
        request.applicant_hash = hash;
    }
    // A paper that was there before came from the kepling of the kelurahan that it was transferred from.
    let brings_pengantar = submission
        .attachments
        .iter()
        .any(|file| file.kind == AttachmentKind::PENGANTAR && !there.contains(&file.id));
    if brings_pengantar && request.kepling == Kepling::Acts {
        request.kepling = Kepling::PengantarUploaded;
    }
    Ok(())
}

/// Kinds that were named carry afterwards exactly the uploads that were named. Tells whether anything changed.
fn replace_files(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request: &Request,
    submission: &Submission,
    there: &[Uuid],
) -> Result<bool, RequestError> {
    let wanted: Vec<Uuid> = submission.attachments.iter().map(|file| file.id).collect();
    let gone: Vec<Uuid> = there.iter().copied().filter(|id| !wanted.contains(id)).collect();
    if !gone.is_empty() {
        store::retire_attachments(conn, request.id, &gone, ctx.now)?;
    }
    let new: Vec<(String, Uuid)> = submission
        .attachments
        .iter()
        .filter(|file| !there.contains(&file.id))
        .map(|file| (file.kind.clone(), file.id))
        .collect();
    if !new.is_empty() {
        store::attach(conn, request.id, &new).map_err(reading::already_used)?;
    }
    Ok(!gone.is_empty() || !new.is_empty())
}

/// Names of the answers that differ; never the answers.
fn changed_keys(old: &Answers, new: &Answers) -> Vec<String> {
    let (old, new) = (old.to_value(), new.to_value());
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
        return Vec::new();
    };
    let mut keys: Vec<String> = new
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(value))
        .map(|(key, _)| key.clone())
        .collect();
    keys.extend(old.keys().filter(|key| !new.contains_key(*key)).cloned());
    keys
}
