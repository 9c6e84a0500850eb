//! One private Postgres for all tests of a run, and a database for each of them, copied from one that is migrated
//! and seeded.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use sepakat::platform::cluster::{Cluster, DATABASE, Durability};
use sepakat::platform::db;
use sepakat::{areas, calendar, services};

use super::moment;

/// The kecamatan of every test.
pub const KECAMATAN: &str = "12.09.20";

/// Ends with this process: the kernel tells Postgres, and the guard then removes what it wrote.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let dir = guarded_dir();
    let cluster = Cluster::start(&dir, Durability::Test).unwrap();
    db::migrate(&cluster.owner_url()).unwrap();
    let mut conn = PgConnection::establish(&cluster.owner_url()).unwrap();
    areas::seed_areas(&mut conn).unwrap();
    calendar::seed(&mut conn, KECAMATAN).unwrap();
    services::seed(&mut conn, moment("2026-01-02T09:00")).unwrap();
    cluster
});

/// Statics are not dropped, so a shell waits for the end of this process (its standard input ends) and of Postgres.
/// In a group of its own, so that Ctrl-C does not reach it.
fn guarded_dir() -> PathBuf {
    let dir = tempfile::Builder::new()
        .prefix("sepakat-tests-")
        .tempdir()
        .unwrap()
        .keep();
    let script = r#"read -r _; n=0
        while [ -e "$1/pg/data/postmaster.pid" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done; rm -rf "$1""#;
    let guard = Command::new("sh")
        .args(["-c", script, "guard"])
        .arg(&dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    // Its standard input must stay open as long as we live.
    std::mem::forget(guard);
    dir
}

/// A directory that goes with the run, beside the cluster's.
pub fn run_dir() -> PathBuf {
    static FILES: LazyLock<PathBuf> = LazyLock::new(guarded_dir);
    FILES.clone()
}

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A number that no other test of this run has.
pub fn number() -> u32 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A database of one test; dropping it drops it.
pub struct Database {
    name: String,
}

impl Database {
    /// Migrated and seeded: areas, calendar, catalogue, no person.
    pub fn new() -> Self {
        Self::of(&format!("TEMPLATE {DATABASE}"))
    }

    /// Nothing in it.
    pub fn empty() -> Self {
        Self::of("TEMPLATE template0")
    }

    fn of(template: &str) -> Self {
        let name = format!("test_{}", number());
        as_superuser(&format!("CREATE DATABASE {name} OWNER sepakat_owner {template}"));
        as_superuser(&format!(
            "REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO sepakat_app"
        ));
        Self { name }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn app_url(&self) -> String {
        CLUSTER.app_url_of(&self.name)
    }

    pub fn owner_url(&self) -> String {
        CLUSTER.owner_url_of(&self.name)
    }

    /// Ends every connection but ours.
    pub fn disconnect_all(&self) {
        as_superuser(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{}'",
            self.name
        ));
    }

    /// As the owner, for looking and for setting a scene.
    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.owner_url()).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        if std::thread::panicking() {
            // A second panic would end the run and hide every other result.
            let _ = std::panic::catch_unwind(|| as_superuser(&drop));
        } else {
            as_superuser(&drop);
        }
    }
}

/// Several statements in one message would be one transaction, which CREATE and DROP DATABASE refuse.
fn as_superuser(statements: &str) {
    let mut conn = PgConnection::establish(&CLUSTER.superuser_url("postgres")).unwrap();
    for statement in statements.split("; ") {
        conn.batch_execute(statement).unwrap();
    }
}

#[test]
fn the_guard_removes_the_directory_when_its_process_ends() {
    // Two processes in a row would be a slow test; the guard itself is a line of shell that this shows.
    let dir = tempfile::tempdir().unwrap().keep();
    let mut guard = Command::new("sh")
        .args(["-c", r#"read -r _; rm -rf "$1""#, "guard"])
        .arg(&dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(guard.stdin.take());
    let mut said = String::new();
    guard.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    guard.wait().unwrap();
    assert!(!Path::new(&dir).exists());
}
