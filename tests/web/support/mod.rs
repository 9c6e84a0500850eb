//! What every test of the portal stands on: `TestApp` serves the real routes on a real Postgres, with a clock that
//! stands still; people come from builders and speak HTTP.

pub mod browser;
mod client;
mod database;
mod demo;
mod mail_server;
mod people;
pub mod samples;
mod server;
pub mod smtp;
pub mod statements;

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use sepakat::app::{App, Extras};
use sepakat::config::Config;
use sepakat::files::FileStore;
use sepakat::letters::{Seal, stub_typeset};
use sepakat::platform::crypto::Keys;
use sepakat::platform::db;
use sepakat::platform::ids::Entropy;
use sepakat::platform::telemetry::Metrics;
use sepakat::platform::time::Clock;
use sepakat::schema::jobs;
use sepakat::worker;

pub use client::{Client, Reply};
pub use database::{Database, KECAMATAN, number, run_dir};
pub use demo::Demo;
pub use people::{PASSWORD, Someone, appointment};
pub use samples::{Papers, a_photo, skd};

use server::Server;

/// Kelurahan Mutiara, which serves most of the requests here.
pub const MUTIARA: &str = "12.09.20.1006";

/// A Tuesday morning in office hours, WIB; no holiday is near.
pub const TUESDAY: &str = "2026-11-24T09:00";

/// A moment written as the wall clock of the office shows it.
pub fn moment(wib: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(wib, "%Y-%m-%dT%H:%M").unwrap();
    local.and_utc() - TimeDelta::hours(7)
}

/// SEPAKAT_MASTER_KEY of every test.
pub fn master_key() -> String {
    format!("uji:{}", "5a".repeat(32))
}

/// A test that asks for many things at once on a loaded machine waits for its connection.
const POOL_PATIENCE: Duration = Duration::from_secs(60);

/// Made once: deriving keys from passwords is slow by design.
static SEAL: LazyLock<Seal> = LazyLock::new(|| {
    let dir = run_dir().join("seal");
    let valid = moment("2026-01-01T00:00")..moment("2028-01-01T00:00");
    Seal::create(&dir, b"rahasia", "Kecamatan Kota Kisaran Timur", valid, Entropy).unwrap();
    Seal::open(&dir, b"rahasia").unwrap()
});

/// The portal with a database of its own. Dropping it fails the test when jobs are left that nobody ran.
pub struct TestApp {
    pub app: App,
    pub url: String,
    /// Where its sealed files lie.
    pub files: PathBuf,
    server: Option<Server>,
    database: Database,
}

impl TestApp {
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With settings of the environment.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        Self::changed(settings, |_| {})
    }

    /// With the demo's inbox.
    pub fn with_inbox() -> Self {
        Self::changed(&[], |config| config.demo_inbox = true)
    }

    /// With the demo's inbox and settings of the environment.
    pub fn with_all(settings: &[(&str, &str)]) -> Self {
        Self::changed(settings, |config| config.demo_inbox = true)
    }

    fn changed(settings: &[(&str, &str)], change: impl Fn(&mut Config)) -> Self {
        statements::listen();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut given: HashMap<&str, &str> = settings.iter().copied().collect();
        given.insert("PUBLIC_URL", &url);
        given.entry("SEPAKAT_HTTP_WORKERS").or_insert("1");
        let mut config = Config::read(&|name| given.get(name).map(|value| (*value).to_owned())).unwrap();
        change(&mut config);
        let database = Database::new();
        let pool = db::pool(&database.app_url(), 8, POOL_PATIENCE).unwrap();
        let keys = Keys::parse(&master_key()).unwrap();
        let files = run_dir().join(format!("files-{}", number()));
        let extras = Extras {
            files: FileStore::open(&files).unwrap(),
            passwords: people::passwords(),
            seal: SEAL.clone(),
            typeset: stub_typeset,
        };
        let clock = Clock::given(moment(TUESDAY));
        let app = App::new(config, pool, keys, clock, Metrics::new().unwrap(), extras);
        let server = Some(Server::start(&app, listener));
        Self {
            app,
            url,
            files,
            server,
            database,
        }
    }

    /// DATABASE_URL of another server on the same database.
    pub fn database_url(&self) -> String {
        self.database.app_url()
    }

    /// Ends every connection to the database, as its crash would.
    pub fn disconnect_all(&self) {
        self.database.disconnect_all();
    }

    /// Sets the office's wall clock.
    pub fn at(&self, wib: &str) {
        self.app.clock().set(moment(wib));
    }

    /// Lets time pass.
    pub fn wait(&self, time: TimeDelta) {
        self.app.clock().set(self.app.now() + time);
    }

    /// Runs every job and mail that is due, and gives how many that were.
    pub fn drain_jobs(&self) -> usize {
        worker::drain(&self.app).unwrap()
    }

    /// Runs every timer once.
    pub fn sweep(&self) -> usize {
        worker::sweep_all(&self.app).unwrap()
    }

    /// Somebody who is not logged in.
    pub fn visitor(&self) -> Client {
        Client::new(&self.url)
    }

    /// As the owner of the database, for looking and for setting a scene.
    pub fn connect(&self) -> PgConnection {
        self.database.connect()
    }

    /// Name of its database.
    pub fn database(&self) -> &str {
        self.database.name()
    }

    /// Mails to an address, oldest first: subject and text.
    pub fn mails_to(&self, address: &str) -> Vec<(String, String)> {
        use sepakat::schema::outbox as t;
        t::table
            .filter(t::recipient.eq(address))
            .order(t::id)
            .select((t::subject, t::body_text))
            .load(&mut self.connect())
            .unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.take());
        if std::thread::panicking() {
            return;
        }
        let left: Vec<String> = jobs::table.select(jobs::kind).load(&mut self.connect()).unwrap();
        assert!(left.is_empty(), "jobs are left: {left:?}; call drain_jobs()");
    }
}
