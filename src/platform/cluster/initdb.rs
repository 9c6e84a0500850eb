//! Making a cluster: under another name first, so that a half-made one is never taken for a whole one.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use super::binaries::Binaries;
use super::error::ClusterError;
use super::home::Home;
use super::process::{Signal, bind_to_us};
use super::{APP_ROLE, Durability, OWNER_ROLE, SUPERUSER};

/// Where a cluster is made; what lies here at a start is the rest of an interrupted attempt.
const UNFINISHED: &str = "data.unfinished";
/// How long the processes of a killed initdb may live on.
const CHILDREN_END_WITHIN: Duration = Duration::from_secs(30);
/// Name of the map from system users to roles.
const MAP: &str = "sepakat";

/// Makes the cluster unless there is one. The last step is a rename: the cluster is there wholly or not at all.
pub(super) fn make_if_missing(home: &Home, binaries: &Binaries, durability: Durability) -> Result<(), ClusterError> {
    if home.version()?.is_some() {
        return Ok(());
    }
    let unfinished = home.pg.join(UNFINISHED);
    remove(&unfinished)?;
    run_initdb(home, binaries, durability)?;
    write(
        &unfinished.join("pg_hba.conf"),
        &format!("local all all peer map={MAP}\n"),
    )?;
    write(&unfinished.join("pg_ident.conf"), &map(home)?)?;
    fs::rename(&unfinished, home.data())
        .map_err(ClusterError::io(format!("put {} in place", home.data().display())))?;
    let synced = File::open(&home.pg).and_then(|pg| pg.sync_all());
    synced.map_err(ClusterError::io(format!("store {}", home.pg.display())))
}

fn run_initdb(home: &Home, binaries: &Binaries, durability: Durability) -> Result<(), ClusterError> {
    let (mut command, inherit) = home.command(&binaries.program("initdb"));
    command
        .args(["--username", SUPERUSER, "--encoding", "UTF8", "--locale", "C.UTF-8"])
        .args(["--data-checksums", "--auth", "peer", "--pgdata"])
        .arg(home.pg_from_inside().join(UNFINISHED));
    if durability == Durability::Test {
        command.arg("--no-sync");
    }
    bind_to_us(&mut command, Signal::Kill, inherit);
    let output = command.output().map_err(ClusterError::io("run initdb"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().find(|line| line.contains("error:")).unwrap_or(said.trim());
    Err(ClusterError::Initdb { said: said.to_owned() })
}

/// Each system user in it may become each role; nobody else may connect.
fn map(home: &Home) -> Result<String, ClusterError> {
    let mut lines = String::new();
    for user in home.system_users()? {
        for role in [SUPERUSER, OWNER_ROLE, APP_ROLE] {
            lines.push_str(&format!("{MAP} \"{user}\" {role}\n"));
        }
    }
    Ok(lines)
}

fn remove(unfinished: &Path) -> Result<(), ClusterError> {
    let begun = Instant::now();
    loop {
        match fs::remove_dir_all(unfinished) {
            // What a killed initdb had started ends by itself, but may still write a file meanwhile.
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty && begun.elapsed() < CHILDREN_END_WITHIN => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(ClusterError::io(format!("remove {}", unfinished.display()))(error));
            }
            _ => return Ok(()),
        }
    }
}

fn write(file: &Path, text: &str) -> Result<(), ClusterError> {
    let written = fs::write(file, text).and_then(|()| File::open(file)?.sync_all());
    written.map_err(ClusterError::io(format!("write {}", file.display())))
}
