//! The private Postgres: it keeps what was committed and leaves nothing behind, whoever starts it and however we end.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod launcher;
mod users;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use sepakat::platform::cluster::{Cluster, ClusterError, Durability};
use tempfile::TempDir;

use launcher::Launcher;

fn dir() -> TempDir {
    TempDir::with_prefix("pg").unwrap()
}

/// As in production.
fn start(dir: &Path) -> Cluster {
    Cluster::start(dir, Durability::Full).unwrap()
}

/// Where it does not matter what a crash of the machine would cost; quicker on a slow disk.
fn start_quick(dir: &Path) -> Cluster {
    Cluster::start(dir, Durability::Test).unwrap()
}

fn run(url: &str, sql: &str) -> Result<(), diesel::result::Error> {
    PgConnection::establish(url).unwrap().batch_execute(sql)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn rows(url: &str) -> i64 {
    let mut conn = PgConnection::establish(url).unwrap();
    diesel::sql_query("SELECT count(*) FROM kept")
        .get_result::<Count>(&mut conn)
        .unwrap()
        .count
}

fn keep_a_row(cluster: &Cluster) {
    run(
        &cluster.owner_url(),
        "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)",
    )
    .unwrap();
}

fn alive(pid: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

fn ends_within(pid: u32, seconds: u64) -> bool {
    let begun = Instant::now();
    while alive(pid) {
        if begun.elapsed() > Duration::from_secs(seconds) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

#[test]
fn a_new_cluster_is_ready_and_its_roles_may_do_what_they_should() {
    let dir = dir();
    let begun = Instant::now();
    let cluster = start(&dir.path().join("demo"));
    // Two seconds on a quiet machine; tests share theirs with builds, and its disk with other tests.
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let pg = dir.path().join("demo/pg");
    assert_eq!(fs::metadata(&pg).unwrap().permissions().mode() & 0o777, 0o700);
    keep_a_row(&cluster);
    run(&cluster.owner_url(), "GRANT SELECT, INSERT ON kept TO sepakat_app").unwrap();
    run(&cluster.app_url(), "INSERT INTO kept VALUES (2)").unwrap();
    assert_eq!(rows(&cluster.app_url()), 2);
    for forbidden in [
        "CREATE TABLE mine (n int)",
        "CREATE TEMP TABLE mine (n int)",
        "DROP TABLE kept",
        "CREATE ROLE me",
    ] {
        assert!(run(&cluster.app_url(), forbidden).is_err(), "{forbidden}");
    }
    assert!(run(&cluster.owner_url(), "CREATE ROLE me").is_err());
    run(
        &cluster.superuser_url("postgres"),
        "CREATE DATABASE copy OWNER sepakat_owner TEMPLATE sepakat",
    )
    .unwrap();
    assert_eq!(rows(&cluster.owner_url_of("copy")), 2);
    let settings = "DO $$ BEGIN ASSERT current_setting('data_checksums') = 'on' AND current_setting('fsync') = 'on' \
        AND current_setting('listen_addresses') = '' AND current_setting('server_encoding') = 'UTF8'; END $$";
    run(&cluster.app_url(), settings).unwrap();
}

#[test]
fn a_stopped_cluster_leaves_no_process_and_keeps_its_rows() {
    let dir = dir();
    let cluster = start(dir.path());
    keep_a_row(&cluster);
    let postmaster = cluster.postmaster_pid().unwrap();
    // An open transaction does not hold it up.
    let mut busy = PgConnection::establish(&cluster.owner_url()).unwrap();
    busy.batch_execute("BEGIN; INSERT INTO kept VALUES (2)").unwrap();
    let begun = Instant::now();
    cluster.stop();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(!alive(postmaster));
    assert!(!dir.path().join("pg/data/postmaster.pid").exists());
    let begun = Instant::now();
    let again = start(dir.path());
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(rows(&again.owner_url()), 1);
}

#[test]
fn a_second_one_on_the_same_directory_attaches_and_leaves_the_server_alone() {
    let dir = dir();
    let first = start_quick(dir.path());
    keep_a_row(&first);
    let second = start_quick(dir.path());
    assert!(second.attached() && !first.attached());
    assert_eq!(second.postmaster_pid(), first.postmaster_pid());
    second.stop();
    assert_eq!(rows(&first.owner_url()), 1);
}

#[test]
fn two_that_start_at_once_share_one_server() {
    let dir = dir();
    let both: Vec<Cluster> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| start_quick(dir.path()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(both.iter().filter(|cluster| cluster.attached()).count(), 1);
}

#[test]
fn kill_9_of_the_program_leaves_no_postgres_and_loses_no_row() {
    let dir = dir();
    let mut launcher = Launcher::new(dir.path());
    let postmaster = launcher.postmaster();
    assert!(alive(postmaster));
    launcher.kill();
    assert!(ends_within(postmaster, 30));
    assert_eq!(rows(&start(dir.path()).owner_url()), 1);
}

#[test]
fn kill_9_of_the_program_and_of_postgres_loses_no_row() {
    let dir = dir();
    let mut launcher = Launcher::new(dir.path());
    let postmaster = launcher.postmaster();
    assert!(
        Command::new("kill")
            .args(["-9", &postmaster.to_string()])
            .status()
            .unwrap()
            .success()
    );
    launcher.kill();
    assert_eq!(rows(&start(dir.path()).owner_url()), 1);
}

#[test]
fn postgres_is_started_again_when_it_dies_alone() {
    let dir = dir();
    let cluster = start(dir.path());
    keep_a_row(&cluster);
    let postmaster = cluster.postmaster_pid().unwrap();
    assert!(
        Command::new("kill")
            .args(["-9", &postmaster.to_string()])
            .status()
            .unwrap()
            .success()
    );
    let begun = Instant::now();
    while PgConnection::establish(&cluster.owner_url()).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_ne!(cluster.postmaster_pid().unwrap(), postmaster);
    assert_eq!(rows(&cluster.owner_url()), 1);
}

#[test]
fn a_cluster_whose_making_was_cut_short_is_made_anew() {
    let dir = dir();
    let launcher = Launcher::new(dir.path());
    let begun = Instant::now();
    while !dir.path().join("pg/data.unfinished/PG_VERSION").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(1));
    }
    launcher.kill();
    assert!(!dir.path().join("pg/data").exists());
    let cluster = start_quick(dir.path());
    keep_a_row(&cluster);
    assert!(!dir.path().join("pg/data.unfinished").exists());
}

#[test]
fn a_path_that_no_socket_can_have_is_refused_before_anything_is_made() {
    let dir = dir();
    let long = dir.path().join("d".repeat(90));
    let refused = Cluster::start(&long, Durability::Full).unwrap_err();
    assert!(
        matches!(refused, ClusterError::SocketPathTooLong { bytes: 108.., .. }),
        "{refused}"
    );
    assert!(!long.exists());
}

#[test]
fn a_path_with_quotes_and_spaces_works() {
    let dir = dir();
    let cluster = start_quick(&dir.path().join(r"kantor 'camat' \1"));
    keep_a_row(&cluster);
}

#[test]
fn a_cluster_of_another_major_version_names_the_package_to_install() {
    let dir = dir();
    start_quick(dir.path()).stop();
    fs::write(dir.path().join("pg/data/PG_VERSION"), "9\n").unwrap();
    let refused = Cluster::start(dir.path(), Durability::Full).unwrap_err();
    assert!(refused.to_string().contains("postgresql-9"), "{refused}");
}

#[test]
fn a_cluster_that_cannot_start_repeats_what_postgres_said() {
    let dir = dir();
    start_quick(dir.path()).stop();
    fs::write(dir.path().join("pg/data/postgresql.conf"), "no_such_setting = 1\n").unwrap();
    let begun = Instant::now();
    let refused = Cluster::start(dir.path(), Durability::Full).unwrap_err();
    assert!(refused.to_string().contains("FATAL"), "{refused}");
    assert!(begun.elapsed() < Duration::from_secs(60));
}
