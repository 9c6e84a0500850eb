//! Who may start a cluster, and as whom Postgres then runs.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::process::Command;

use sepakat::platform::cluster::{Cluster, Durability};

use super::launcher::{Launcher, for_nobody};
use super::{dir, ends_within, start_quick};

fn superuser() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

pub(super) fn id_of(user: &str) -> u32 {
    let said = Command::new("id").args(["-u", user]).output().unwrap().stdout;
    String::from_utf8(said).unwrap().trim().parse().unwrap()
}

#[test]
fn an_ordinary_user_can_have_a_cluster_and_nobody_else_takes_it() {
    if !superuser() {
        return; // then every other test has shown it
    }
    let dir = dir();
    let (program, home) = for_nobody(dir.path());
    let mut launcher = Launcher::of(program, &home);
    let postmaster = launcher.postmaster();
    assert_eq!(
        fs::metadata(format!("/proc/{postmaster}")).unwrap().uid(),
        id_of("nobody")
    );
    launcher.kill();
    assert!(ends_within(postmaster, 30));
    let refused = Cluster::start(&home, Durability::Full).unwrap_err();
    assert!(refused.to_string().contains("belongs to the user nobody"), "{refused}");
}

#[test]
fn an_ordinary_user_is_told_whose_the_cluster_is() {
    if !superuser() {
        return; // cannot make another user's directory
    }
    let dir = dir();
    let (program, home) = for_nobody(dir.path());
    fs::create_dir(home.join("pg")).unwrap();
    chown(home.join("pg"), Some(id_of("daemon")), None).unwrap();
    let mut launcher = Launcher::of(program, &home);
    let said = launcher.says();
    assert!(
        said.contains("belongs to the user daemon") && said.contains("run as nobody"),
        "{said}"
    );
}

#[test]
fn root_runs_postgres_as_another_user_below_a_directory_closed_to_it() {
    if !superuser() {
        return;
    }
    let dir = dir();
    // Like /root.
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let cluster = start_quick(&dir.path().join("a/b"));
    let postmaster = cluster.postmaster_pid().unwrap();
    assert_eq!(
        fs::metadata(format!("/proc/{postmaster}")).unwrap().uid(),
        id_of("postgres")
    );
    assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o700);
}
