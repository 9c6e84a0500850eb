//! Removes what nothing names after a day: uploads that were never submitted, files whose transaction failed.

use std::collections::HashSet;

use chrono::TimeDelta;
use diesel::PgConnection;

use super::sealed::SCANS;
use super::{FileStore, store};
use crate::app::App;
use crate::platform::error::Error;

/// How long an upload waits for its request.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Blobs asked for in one query.
const BATCH: usize = 1_000;

/// Removes attachments that no request names, then scans that no attachment names. Gives their number.
///
/// # Errors
/// What the database or the store says; the next run goes on.
pub fn sweep_attachments(app: &App) -> Result<usize, Error> {
    // Rows first: a crash in between leaves a blob, which the second part of the next run finds.
    let blobs = app.write_now(|conn, ctx| store::delete_unused(conn, ctx.now - KEPT))?;
    for blob in &blobs {
        app.extras().files.delete(blob)?;
    }
    Ok(blobs.len() + sweep_blobs(app, &app.extras().files, SCANS, store::named)?)
}

/// Removes blobs of a folder that were written more than a day ago and that `named` does not find in any row.
///
/// # Errors
/// As `sweep_attachments`.
pub fn sweep_blobs(
    app: &App,
    files: &FileStore,
    folder: &str,
    named: impl Fn(&mut PgConnection, &[String]) -> Result<Vec<String>, Error>,
) -> Result<usize, Error> {
    let mut removed = 0;
    for batch in files.older_than(folder, app.now() - KEPT)?.chunks(BATCH) {
        let kept: HashSet<String> = app.read_now(|conn, _| named(conn, batch))?.into_iter().collect();
        for blob in batch.iter().filter(|blob| !kept.contains(*blob)) {
            files.delete(blob)?;
            removed += 1;
        }
    }
    Ok(removed)
}
