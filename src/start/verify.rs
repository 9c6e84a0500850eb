//! `sepakat audit verify` needs the database alone: no keys, no seal, no files.

use std::path::Path;

use super::{DataDir, StartError, database};
use crate::audit::VerifyError;
use crate::config::Config;
use crate::oversight::{self, Report};
use crate::platform::db;

/// Checks all histories of the configured database, or of a data directory.
///
/// # Errors
/// `Broken` with the first row that does not fit; why the database cannot be read.
pub fn verify(mut config: Config, data_dir: Option<&Path>) -> Result<Report, StartError> {
    let opened = match data_dir {
        // Opening makes what is missing; a mistyped directory must not verify as an empty portal.
        Some(dir) if !dir.join("pg").is_dir() => {
            return Err(StartError::Argument(
                "--data-dir",
                "there is no database in it".to_owned(),
            ));
        }
        Some(dir) => Some(DataDir::open(dir)?),
        None => None,
    };
    if let Some(opened) = &opened {
        config.database_url = Some(opened.cluster.app_url());
    }
    let done = database(&config).and_then(check);
    if let Some(opened) = opened {
        opened.close();
    }
    done
}

fn check(url: &str) -> Result<Report, StartError> {
    let pool = db::pool(url, 1, db::PATIENCE)?;
    db::check_schema(&pool)?;
    let mut conn = pool.get().map_err(|error| db::DbError::Connect(error.to_string()))?;
    // Read-only, so there is no race that a second attempt could win.
    let done = db::transaction(&mut conn, oversight::verify, |_| false);
    done.map_err(|error| match error {
        VerifyError::Broken(flaw) => StartError::Broken(flaw),
        VerifyError::Failed(error) => StartError::internal("reading the histories")(error),
    })
}
