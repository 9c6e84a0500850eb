//! Files as they are kept: sealed, written, named by a row, opened again.

use diesel::PgConnection;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::store::{self, AttachmentRow};
use super::{Cleaned, FileStore, MediaType};
use crate::app::Ctx;
use crate::platform::crypto::DataKey;
use crate::platform::error::Error;

/// Folder of attachments in the store.
pub(super) const SCANS: &str = "scans";

/// A cleaned file that lies sealed in the store, not yet named by a row.
#[derive(Debug, Clone)]
pub struct Sealed {
    pub id: Uuid,
    pub media_type: MediaType,
    /// Length of the cleaned bytes.
    pub bytes: i64,
    /// Hash of the cleaned bytes.
    pub sha256: Vec<u8>,
    pub(super) blob: String,
    pub(super) wrapped_key: Vec<u8>,
    pub(super) master_key_id: String,
}

impl Sealed {
    /// Name in the store, to remove it when no row came to name it.
    #[must_use]
    pub fn blob(&self) -> &str {
        &self.blob
    }
}

/// An attachment's bytes, opened.
#[derive(Debug, Clone)]
pub struct Opened {
    pub media_type: MediaType,
    pub bytes: Vec<u8>,
}

/// Seals a cleaned file under a key of its own and writes it. Before the transaction that names it.
///
/// # Errors
/// What the store says.
pub fn seal(ctx: &Ctx<'_>, files: &FileStore, cleaned: &Cleaned) -> Result<Sealed, Error> {
    let id = ctx.entropy.id(ctx.now);
    let key = DataKey::random(ctx.entropy);
    let wrapped = ctx.keys.wrap(ctx.entropy, &key)?;
    // Random, so that the directory tells nothing; two letters first, so that none grows endlessly.
    let random = hex::encode(ctx.entropy.bytes::<16>());
    let blob = format!("{SCANS}/{}/{random}", random.get(..2).unwrap_or_default());
    files.put(&blob, key.seal(ctx.entropy, &place(id), &cleaned.bytes)?)?;
    Ok(Sealed {
        id,
        media_type: cleaned.media_type,
        bytes: i64::try_from(cleaned.bytes.len()).map_err(Error::internal)?,
        sha256: Sha256::digest(&cleaned.bytes).to_vec(),
        blob,
        wrapped_key: wrapped.bytes,
        master_key_id: wrapped.master_key_id,
    })
}

/// Writes the row that names a sealed file: from now on it is an attachment of `owner`.
///
/// # Errors
/// What the database says.
pub fn record(conn: &mut PgConnection, ctx: &Ctx<'_>, owner: Uuid, sealed: &Sealed) -> Result<(), Error> {
    store::insert(conn, owner, sealed, ctx.now)
}

/// Opens an attachment. Who may see it, and the audit of it, are the caller's business.
///
/// # Errors
/// `NotFound`; internal when the file is missing, damaged or sealed under an unknown key.
pub fn open(conn: &mut PgConnection, ctx: &Ctx<'_>, files: &FileStore, attachment: Uuid) -> Result<Opened, Error> {
    let AttachmentRow {
        media_type,
        blob,
        wrapped_key,
        master_key_id,
    } = store::find(conn, attachment)?;
    let key = ctx.keys.unwrap(&master_key_id, &wrapped_key)?;
    Ok(Opened {
        media_type,
        bytes: key.open(&place(attachment), &files.get(&blob)?)?.to_vec(),
    })
}

/// What binds sealed bytes to their row: swapped files do not open.
fn place(id: Uuid) -> String {
    format!("attachments.blob {id}")
}

/// Writes bytes under the hash of themselves and gives the name. Safe to repeat.
///
/// # Errors
/// What the store says.
pub fn put_blob(files: &FileStore, folder: &str, bytes: Vec<u8>) -> Result<String, Error> {
    let name = format!("{folder}/{}", hex::encode(Sha256::digest(&bytes)));
    files.put(&name, bytes)?;
    Ok(name)
}

/// Reads what `put_blob` wrote.
///
/// # Errors
/// What the store says.
pub fn get_blob(files: &FileStore, name: &str) -> Result<Vec<u8>, Error> {
    files.get(name)
}
