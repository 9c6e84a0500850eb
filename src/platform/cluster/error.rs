//! Why the private Postgres does not run, each as one sentence that says what to do.

use std::io;
use std::path::PathBuf;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "the data directory's path is too long: the database socket {} would take {bytes} bytes and a Unix socket may take 107; choose a shorter data directory",
        socket.display()
    )]
    SocketPathTooLong { socket: PathBuf, bytes: usize },
    #[error("the data directory's path {} is not UTF-8; choose another", path.display())]
    PathNotUtf8 { path: PathBuf },
    #[error(
        "{} belongs to the user {owner}, but Postgres would run as {wanted}; start as the user who made this data directory, or choose another data directory",
        path.display()
    )]
    OtherUser {
        path: PathBuf,
        owner: String,
        wanted: String,
    },
    #[error(
        "no PostgreSQL server 15 or newer found (looked in /usr/lib/postgresql and PATH); install it, on Debian: apt install postgresql"
    )]
    NoServer,
    #[error(
        "{} was made by PostgreSQL {version}, which is not installed; install it, on Debian: apt install postgresql-{version}",
        pg.display()
    )]
    NoServerOfVersion { pg: PathBuf, version: String },
    #[error("started as root, and there is no user `postgres` as whom the database could run; install postgresql")]
    NoPostgresUser,
    #[error("another server uses {} and does not answer; end it first", pg.display())]
    OtherServer { pg: PathBuf },
    #[error("the database cluster could not be made: {said}")]
    Initdb { said: String },
    #[error("Postgres ended while it started: {said} (see {})", log.display())]
    Ended { said: String, log: PathBuf },
    #[error("Postgres was not ready after {seconds} seconds (see {})", log.display())]
    Slow { seconds: u64, log: PathBuf },
    #[error("cannot {doing}")]
    Io { doing: String, source: io::Error },
    #[error("cannot set up the database roles: {0}")]
    Roles(String),
}

impl ClusterError {
    /// For `map_err`: what was being done when the system refused.
    pub(super) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
