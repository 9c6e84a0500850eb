//! From a reserved number to an issued letter: what it prints is sealed with the last signature, its file is stored
//! outside any transaction, and only the last transaction makes it visible.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::data::{LetterData, canonical_hash, canonical_json};
use super::document::StoredDocument;
use super::error::LetterError;
use super::render::template_for;
use super::state::{EntryState, LetterState};
use super::store::{self, register};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::crypto::DataKey;

/// Everything a file is made of; the same every time it is loaded.
#[derive(Debug, Clone)]
pub struct ToRender {
    pub letter_id: Uuid,
    /// Without dashes.
    pub code: String,
    pub data: LetterData,
    /// The office that signed last.
    pub area: AreaCode,
    /// Date of that office's number.
    pub issued_on: NaiveDate,
    pub holder_masked: String,
    /// Moment of the last signature.
    pub signed_at: DateTime<Utc>,
}

/// Settles what the letter prints, in the transaction of the last signature.
///
/// # Errors
/// `WrongState` unless the letter is reserved.
pub fn set_data(conn: &mut PgConnection, ctx: &Ctx<'_>, letter_id: Uuid, data: &LetterData) -> Result<(), LetterError> {
    let key = key(conn, ctx, letter_id)?;
    let row = store::SealedData {
        sealed: key.seal(ctx.entropy, &place(letter_id), &canonical_json(data))?,
        hash: canonical_hash(data).to_vec(),
        title: data.title.clone(),
        signed_at: ctx.now,
    };
    match store::set_data(conn, letter_id, &row)? {
        0 => Err(LetterError::WrongState("reserved")),
        _ => Ok(()),
    }
}

/// Opens what a reserved letter prints, for the job that makes its file.
///
/// # Errors
/// `WrongState` when it is not reserved or its data was not set.
pub fn load_for_render(conn: &mut PgConnection, ctx: &Ctx<'_>, letter_id: Uuid) -> Result<ToRender, LetterError> {
    const NEEDED: LetterError = LetterError::WrongState("reserved, with data");
    let row = store::for_render(conn, letter_id)?.ok_or(NEEDED)?;
    let (sealed, signed_at) = row.data_sealed.zip(row.signed_at).ok_or(NEEDED)?;
    let last = register::entries_of(conn, letter_id)?
        .into_iter()
        .max_by_key(|entry| entry.level)
        .ok_or(NEEDED)?;
    let key = ctx.keys.unwrap(&row.key.master_key_id, &row.key.wrapped_key)?;
    Ok(ToRender {
        letter_id,
        code: row.code,
        data: serde_json::from_slice(&key.open(&place(letter_id), &sealed)?)?,
        area: last.area,
        issued_on: last.issued_on,
        holder_masked: row.holder_masked,
        signed_at,
    })
}

/// The last transaction: the letter counts from now on. One that it replaces is revoked, and told.
///
/// # Errors
/// `WrongState` unless the letter is reserved.
pub fn mark_issued(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    letter_id: Uuid,
    document: &StoredDocument,
) -> Result<Option<Uuid>, LetterError> {
    const NEEDED: LetterError = LetterError::WrongState("reserved");
    let (request_id, service) = store::reserved_by_id(conn, letter_id)?.ok_or(NEEDED)?;
    let replaced = end(conn, ctx, request_id, LetterState::Issued, REVOKED, "reissued")?;
    let file = store::Issued {
        blob: &document.blob,
        pdf_sha256: &document.pdf_sha256,
        bytes: document.bytes,
        template_hash: &template_for(&service).hash(),
        now: ctx.now,
    };
    if store::set_issued(conn, letter_id, &file)? == 0 {
        return Err(NEEDED);
    }
    register::set_used(conn, letter_id)?;
    Ok(replaced)
}

/// Gives a reserved letter up: its numbers stay taken, with the reason. Nothing happens when there is none.
///
/// # Errors
/// What the database says.
pub fn void(conn: &mut PgConnection, ctx: &Ctx<'_>, request_id: Uuid, reason: &str) -> Result<(), LetterError> {
    let to = (LetterState::Void, EntryState::Void);
    end(conn, ctx, request_id, LetterState::Reserved, to, reason).map(drop)
}

/// Takes an issued letter back: whoever checks it is told.
///
/// # Errors
/// `WrongState` when the request has no issued letter.
pub fn revoke(conn: &mut PgConnection, ctx: &Ctx<'_>, request_id: Uuid, reason: &str) -> Result<(), LetterError> {
    match end(conn, ctx, request_id, LetterState::Issued, REVOKED, reason)? {
        Some(_) => Ok(()),
        None => Err(LetterError::WrongState("issued")),
    }
}

const REVOKED: (LetterState, EntryState) = (LetterState::Revoked, EntryState::Revoked);

/// Ends the letter of a request that stands in `from`, and its numbers with it.
fn end(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request_id: Uuid,
    from: LetterState,
    (letter_to, numbers_to): (LetterState, EntryState),
    reason: &str,
) -> Result<Option<Uuid>, LetterError> {
    let ended = store::end(conn, request_id, from, letter_to, ctx.now)?;
    if let Some(letter) = ended {
        register::end(conn, letter, numbers_to, reason)?;
    }
    Ok(ended)
}

pub(super) fn key(conn: &mut PgConnection, ctx: &Ctx<'_>, letter_id: Uuid) -> Result<DataKey, LetterError> {
    let row = store::key(conn, letter_id)?;
    Ok(ctx.keys.unwrap(&row.master_key_id, &row.wrapped_key)?)
}

/// What binds the sealed data to its row.
fn place(letter_id: Uuid) -> String {
    format!("letters.data {letter_id}")
}
