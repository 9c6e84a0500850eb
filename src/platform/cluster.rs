//! The private Postgres of a data directory: made when missing, started, watched over and stopped by us, and
//! reachable by nothing but the Unix socket in `DIR/pg`.
//!
//! - `home` knows where it lies and as whom it runs, `initdb` makes it, `server` runs it, `binaries` finds
//!   Postgres, `process` holds every unsafe line.
//! - Whoever we are, kill -9 of us stops Postgres, and the next start recovers what was committed.

mod binaries;
mod error;
mod home;
mod initdb;
mod process;
mod roles;
mod server;

use std::path::Path;
use std::time::{Duration, Instant};

pub use error::ClusterError;

use binaries::Binaries;
use home::Home;
use roles::Roles;
use server::Server;

/// Name of the database in which the portal lives.
pub const DATABASE: &str = "sepakat";
/// Role that owns the database and migrates it.
pub const OWNER_ROLE: &str = "sepakat_owner";
/// Role of the running portal: reads and writes rows, changes no structure.
pub const APP_ROLE: &str = "sepakat_app";
/// Role that made the cluster; only we and the tests use it.
const SUPERUSER: &str = "postgres";

/// How long an old server on the same directory may take to end before we say that it does not.
const OTHER_SERVER_ENDS: Duration = Duration::from_secs(30);

/// How much a crash of the machine may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// What was committed stays committed, also without power.
    Full,
    /// Nothing waits for the disk: for clusters that live as long as a test run.
    Test,
}

/// A running private Postgres. Dropping it stops the server, unless another process runs it.
#[derive(Debug)]
pub struct Cluster {
    home: Home,
    /// None: another process started it and we only use it.
    server: Option<Server>,
}

impl Cluster {
    /// Starts the cluster of `dir` (in `dir/pg`), making it when there is none, with the database `sepakat` and
    /// its two roles. A cluster that already runs is used as it is: [`Cluster::attached`].
    ///
    /// # Errors
    /// One sentence that says what to do: path too long, directory of another user, no Postgres, another major
    /// version, or what Postgres itself said.
    pub fn start(dir: &Path, durability: Durability) -> Result<Self, ClusterError> {
        let home = Home::open(dir)?;
        // Two that start at the same moment: the second waits here and then finds the first one's server.
        let starting = home.lock()?;
        let server = if running(&home)? {
            tracing::warn!(directory = %home.pg.display(), "Postgres of this data directory already runs under another process; using it");
            None
        } else {
            let binaries = Binaries::find(home.version()?.as_deref(), &home)?;
            initdb::make_if_missing(&home, &binaries, durability)?;
            Some(Server::start(&home, &binaries, durability)?)
        };
        let cluster = Self { home, server };
        Roles::ensure(&cluster.superuser_url("postgres"))?;
        drop(starting);
        Ok(cluster)
    }

    /// Whether another process runs the server; it then ends with that process, not with us.
    #[must_use]
    pub fn attached(&self) -> bool {
        self.server.is_none()
    }

    /// libpq string of the owner role for the database `sepakat`.
    #[must_use]
    pub fn owner_url(&self) -> String {
        self.owner_url_of(DATABASE)
    }

    /// libpq string of the owner role for any database of the cluster.
    #[must_use]
    pub fn owner_url_of(&self, database: &str) -> String {
        self.home.url(OWNER_ROLE, database)
    }

    /// libpq string of the runtime role for the database `sepakat`.
    #[must_use]
    pub fn app_url(&self) -> String {
        self.app_url_of(DATABASE)
    }

    /// libpq string of the runtime role for any database of the cluster.
    #[must_use]
    pub fn app_url_of(&self, database: &str) -> String {
        self.home.url(APP_ROLE, database)
    }

    /// libpq string of the superuser, who alone may CREATE DATABASE; the database `postgres` always exists.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        self.home.url(SUPERUSER, database)
    }

    /// Process id of the postmaster, while one runs.
    #[must_use]
    pub fn postmaster_pid(&self) -> Option<u32> {
        self.home.postmaster().map(|postmaster| postmaster.pid)
    }

    /// Clean, fast shutdown: open transactions are rolled back. Takes at most about 9 seconds, after which the
    /// server is killed and recovers at the next start. Leaves a server alone that another process runs.
    pub fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }
}

/// Whether a server of this directory answers. One that is just ending is waited for.
fn running(home: &Home) -> Result<bool, ClusterError> {
    let until = Instant::now() + OTHER_SERVER_ENDS;
    while home.socket_answers() {
        if Roles::can_connect(&home.url(SUPERUSER, "postgres")) {
            return Ok(true);
        }
        if Instant::now() > until {
            return Err(ClusterError::OtherServer { pg: home.pg.clone() });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(false)
}
