//! From settings to a running `App`: which database, which keys, which seal. Refuses with one sentence what cannot
//! work, before a socket is open.

mod data_dir;
mod database_url;
mod error;
mod verify;

pub use data_dir::DataDir;
pub(crate) use data_dir::write_private;
pub use error::StartError;
pub use verify::verify;

use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};

use crate::accounts::Passwords;
use crate::app::{App, Extras};
use crate::config::Config;
use crate::files::FileStore;
use crate::letters::{Seal, Typeset};
use crate::platform::db;
use crate::platform::ids::Entropy;
use crate::platform::telemetry::Metrics;
use crate::platform::time::Clock;
use crate::{areas, calendar, services};

/// Builds the application. The schema must be current.
///
/// # Errors
/// The first setting that is missing or cannot be used, as one sentence.
pub fn app(config: Config, clock: Clock, typeset: Typeset) -> Result<App, StartError> {
    let url = database(&config)?;
    let keys = config
        .keys
        .clone()
        .ok_or(StartError::Missing("SEPAKAT_MASTER_KEY", "ID:64 hexadecimal digits"))?;
    let files = config
        .files
        .clone()
        .ok_or(StartError::Missing("SEPAKAT_FILES", "a directory"))?;
    let seal = config.seal.clone().ok_or(StartError::Missing(
        "SEPAKAT_SEAL_KEY",
        "a directory with the keys of the seal",
    ))?;
    let pool = db::pool(url, config.pool, db::PATIENCE)?;
    db::check_schema(&pool)?;
    let extras = Extras {
        files: FileStore::open(&files).map_err(StartError::internal("the directory SEPAKAT_FILES"))?,
        passwords: Passwords::new(Entropy).map_err(StartError::internal("hashing passwords"))?,
        seal: Seal::open(&seal.dir, seal.password.as_bytes())?,
        typeset,
    };
    let metrics = Metrics::new().map_err(|error| StartError::Internal("metrics", error.into()))?;
    Ok(App::new(config, pool, keys, clock, metrics, extras))
}

/// The address of the database, if it may be used.
fn database(config: &Config) -> Result<&str, StartError> {
    let url = config.database_url.as_deref().ok_or(StartError::NoDatabase)?;
    if !config.insecure_database && !database_url::is_local_or_verified(url) {
        return Err(StartError::InsecureDatabase);
    }
    Ok(url)
}

/// Brings a database up to date with the owner role and gives a new cell its areas, calendar and catalogue. What is
/// there stays as it is; several servers may do it at once.
///
/// # Errors
/// What the database says.
pub fn migrate(owner_url: &str, kecamatan: &str, now: DateTime<Utc>) -> Result<(), StartError> {
    db::migrate(owner_url)?;
    let mut conn = PgConnection::establish(owner_url).map_err(|error| db::DbError::Connect(error.to_string()))?;
    db::transaction(
        &mut conn,
        |conn| {
            areas::seed_areas(conn)?;
            calendar::seed(conn, kecamatan)?;
            services::seed(conn, now)
        },
        db::lost_a_race,
    )
    .map_err(StartError::internal("seeding areas, calendar and catalogue"))
}

/// Opens the private database and the secrets of a data directory, making what is missing, and puts them into the
/// configuration. Keep what this gives: the database ends with it.
///
/// # Errors
/// Why it cannot be opened, as one sentence.
pub fn data_dir(
    dir: &Path,
    config: &mut Config,
    now: DateTime<Utc>,
    seal_from: DateTime<Utc>,
) -> Result<DataDir, StartError> {
    let opened = DataDir::open(dir)?;
    migrate(&opened.cluster.owner_url(), &config.kecamatan, now)?;
    opened.configure(config, seal_from)?;
    Ok(opened)
}
