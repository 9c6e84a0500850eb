//! A letter's file: sealed with the letter's own key, under the hash of what is written. It lies in the store before
//! any row names it.

use diesel::PgConnection;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::LetterError;
use super::{issue, store};
use crate::app::{App, Ctx};
use crate::files::{self, FileStore};
use crate::platform::error::Error;

/// Folder of letters in the store.
const FOLDER: &str = "letters";

/// A file that lies in the store, not yet named by a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// Name in the store.
    pub blob: String,
    /// Hash of the file as it is handed out.
    pub pdf_sha256: Vec<u8>,
    /// Its length.
    pub bytes: i64,
}

/// Seals and writes a letter's file. Blocks, and must not run inside a transaction. Safe to repeat: a file that no
/// row came to name is swept.
///
/// # Errors
/// What the database or the store says.
pub fn store_document(app: &App, letter_id: Uuid, pdf: &[u8]) -> Result<StoredDocument, LetterError> {
    let key = app
        .read_now(|conn, ctx| Ok(issue::key(conn, ctx, letter_id)?))
        .map_err(LetterError::Files)?;
    let sealed = key.seal(app.entropy(), &place(letter_id), pdf)?;
    Ok(StoredDocument {
        blob: files::put_blob(&app.extras().files, FOLDER, sealed).map_err(LetterError::Files)?,
        pdf_sha256: Sha256::digest(pdf).to_vec(),
        bytes: i64::try_from(pdf.len()).map_err(|_| LetterError::WrongState("of a size that can be stored"))?,
    })
}

/// The file of an issued or revoked letter, byte for byte as it was signed. Who may have it is the caller's business.
///
/// # Errors
/// `WrongState` when it has no file; what the store says.
pub fn open_document(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    files: &FileStore,
    letter_id: Uuid,
) -> Result<Vec<u8>, LetterError> {
    let blob = store::blob(conn, letter_id)?.ok_or(LetterError::WrongState("with a file"))?;
    let key = issue::key(conn, ctx, letter_id)?;
    let sealed = files::get_blob(files, &blob).map_err(LetterError::Files)?;
    Ok(key.open(&place(letter_id), &sealed)?.to_vec())
}

/// Removes files that no letter came to name: a job that ended between writing and its last transaction.
///
/// # Errors
/// What the database or the store says; the next run goes on.
pub fn sweep_documents(app: &App) -> Result<usize, Error> {
    files::sweep_blobs(app, &app.extras().files, FOLDER, |conn, blobs| {
        Ok(store::named_blobs(conn, blobs)?)
    })
}

/// What binds the sealed file to its row: swapped files do not open.
fn place(letter_id: Uuid) -> String {
    format!("letters.blob {letter_id}")
}
