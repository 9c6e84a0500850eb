//! Why the program does not start or run.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::ConfigError;
use crate::letters::SealError;
use crate::platform::cluster::ClusterError;
use crate::platform::db::DbError;
use crate::platform::error::Error;

/// See the module; each is one sentence for whoever started the program.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("no database is given: set DATABASE_URL, or use --data-dir DIR for a private one")]
    NoDatabase,
    #[error("no database is given: set MIGRATE_DATABASE_URL to the one to migrate, with the owner role")]
    NoOwner,
    #[error(
        "DATABASE_URL names another host without sslmode=verify-full; add it (with sslrootcert), or set SEPAKAT_INSECURE_DATABASE=on if that network is yours alone"
    )]
    InsecureDatabase,
    #[error("{0} is not set: it must be {1} (or use --data-dir DIR, which makes its own)")]
    Missing(&'static str, &'static str),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Database(#[from] DbError),
    #[error("the office's seal cannot be opened: {0}")]
    Seal(#[from] SealError),
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    #[error("{} cannot be read or written", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    #[error("{} is gone, and with it the logins of the demo in this directory; choose another --data-dir", .0.display())]
    LoginsLost(PathBuf),
    #[error("{0} cannot be used: {1}")]
    Argument(&'static str, String),
    #[error("the histories were changed: {0}")]
    Broken(crate::audit::Flaw),
    #[error("{0} failed")]
    Internal(&'static str, #[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StartError {
    /// For `map_err`: what was being done when it failed.
    pub fn internal(doing: &'static str) -> impl FnOnce(Error) -> Self {
        move |error| Self::Internal(doing, error.into())
    }

    /// The sentence with its causes.
    #[must_use]
    pub fn told(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            let more = inner.to_string();
            if !text.contains(&more) {
                text = format!("{text}: {more}");
            }
            cause = inner.source();
        }
        text
    }
}
