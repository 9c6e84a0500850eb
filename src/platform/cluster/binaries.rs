//! Where the programs of a Postgres server lie.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;
use super::home::Home;

/// Oldest major version that the migrations are written for.
const OLDEST: u32 = 15;
/// Where Debian and Ubuntu keep every installed major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The directory with `initdb` and `postgres`.
#[derive(Clone, Debug)]
pub(super) struct Binaries(PathBuf);

impl Binaries {
    /// The newest installed server; for an existing cluster (`version`) that very major version, since data
    /// directories of different ones are not compatible.
    pub(super) fn find(version: Option<&str>, home: &Home) -> Result<Self, ClusterError> {
        let installed = installed();
        match version {
            None => installed
                .into_iter()
                .next_back()
                .map(|(_, bin)| Self(bin))
                .ok_or(ClusterError::NoServer),
            Some(version) => installed
                .into_iter()
                .find(|(major, _)| major.to_string() == version)
                .map(|(_, bin)| Self(bin))
                .ok_or_else(|| ClusterError::NoServerOfVersion {
                    pg: home.pg.clone(),
                    version: version.to_owned(),
                }),
        }
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// Major version and directory of each usable server, oldest first.
fn installed() -> Vec<(u32, PathBuf)> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| complete(bin))
        .collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let elsewhere = std::env::split_paths(&path).filter(|bin| complete(bin) && !found.iter().any(|(_, b)| b == bin));
    // PATH last within a version: the version directory wins over a link to it.
    let elsewhere: Vec<_> = elsewhere.filter_map(|bin| Some((major(&bin)?, bin))).collect();
    for (major, bin) in elsewhere {
        if !found.iter().any(|(known, _)| *known == major) {
            found.push((major, bin));
        }
    }
    found.retain(|(major, _)| *major >= OLDEST);
    found.sort();
    found
}

fn complete(bin: &Path) -> bool {
    bin.is_absolute() && bin.join("initdb").exists() && bin.join("postgres").exists()
}

/// Asks the server itself: `postgres (PostgreSQL) 15.14 (Debian ..)`.
fn major(bin: &Path) -> Option<u32> {
    let said = Command::new(bin.join("postgres"))
        .arg("--version")
        .output()
        .ok()?
        .stdout;
    let said = String::from_utf8(said).ok()?;
    let number = said.split_whitespace().nth(2)?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
