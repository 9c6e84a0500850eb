//! A process that holds a cluster and can be killed: this test binary once more, running one ignored test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sepakat::platform::cluster::{Cluster, Durability};

use super::keep_a_row;
use super::users::id_of;

const DIRECTORY: &str = "CLUSTER_TEST_DIRECTORY";

/// A process of its own that starts the cluster of `dir` and holds it; `program` is this test binary.
pub(super) struct Launcher {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Launcher {
    pub(super) fn of(mut program: Command, dir: &Path) -> Self {
        program
            .args(["--exact", "cluster::launcher::hold", "--ignored", "--nocapture"])
            .env(DIRECTORY, dir);
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self { child, said }
    }

    pub(super) fn new(dir: &Path) -> Self {
        Self::of(Command::new(std::env::current_exe().unwrap()), dir)
    }

    /// What it says once the cluster runs (its postmaster) or does not (the reason).
    pub(super) fn says(&mut self) -> String {
        let mut line = String::new();
        while self.said.read_line(&mut line).unwrap() > 0 {
            // The test harness prints its "test cluster::launcher::hold ..." on the same line.
            if let Some((_, said)) = line.trim().split_once("launcher says ") {
                return said.to_owned();
            }
            line.clear();
        }
        panic!("the launcher ended without a word");
    }

    pub(super) fn postmaster(&mut self) -> u32 {
        self.says().parse().unwrap()
    }

    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
#[ignore = "not a test: the process that other tests start and kill"]
fn hold() {
    let Some(dir) = std::env::var_os(DIRECTORY) else { return };
    match Cluster::start(Path::new(&dir), Durability::Full) {
        Ok(cluster) => {
            keep_a_row(&cluster);
            println!("launcher says {}", cluster.postmaster_pid().unwrap());
            std::thread::sleep(Duration::from_secs(60));
        }
        Err(error) => println!("launcher says {error}"),
    }
}

/// This test binary where every user may run it, and a directory of `nobody`.
pub(super) fn for_nobody(dir: &Path) -> (Command, PathBuf) {
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    let program = dir.join("program");
    // By a process of its own: a child that another test forks meanwhile would hold our copy open for writing, and
    // then nobody may run it.
    let copied = Command::new("cp")
        .arg(std::env::current_exe().unwrap())
        .arg(&program)
        .status();
    assert!(copied.unwrap().success());
    let home = dir.join("home");
    fs::create_dir(&home).unwrap();
    let nobody = id_of("nobody");
    chown(&home, Some(nobody), None).unwrap();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=nobody", "--clear-groups"])
        .arg(program)
        .current_dir("/")
        .process_group(0);
    (command, home)
}
