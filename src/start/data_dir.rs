//! A data directory: the private database, the sealed files and the secrets, all in one place. For one office and for
//! the demo.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, Utc};
use zeroize::Zeroizing;

use super::StartError;
use crate::areas;
use crate::config::{Config, SealFiles};
use crate::letters::Seal;
use crate::platform::cluster::{Cluster, Durability};
use crate::platform::crypto::Keys;
use crate::platform::ids::Entropy;

/// How long a seal made here is good: ten years, so that a small office need not think of it soon.
const SEAL_LASTS: Days = Days::new(3_652);

/// See the module. Dropping it stops the database.
pub struct DataDir {
    pub cluster: Cluster,
    dir: PathBuf,
}

impl DataDir {
    /// Starts the database of a directory, making both when they are missing.
    ///
    /// # Errors
    /// Why Postgres does not run.
    pub(super) fn open(dir: &Path) -> Result<Self, StartError> {
        let cluster = Cluster::start(dir, Durability::Full)?;
        Ok(Self {
            cluster,
            dir: dir.to_owned(),
        })
    }

    /// Stops the database cleanly.
    pub fn close(self) {
        self.cluster.stop();
    }

    /// Fills in database, files and secrets; what the environment says of keys and files goes before.
    pub(super) fn configure(&self, config: &mut Config, seal_from: DateTime<Utc>) -> Result<(), StartError> {
        config.database_url = Some(self.cluster.app_url());
        config.files.get_or_insert_with(|| self.dir.join("files"));
        if config.keys.is_some() && config.seal.is_some() {
            return Ok(());
        }
        let secrets = self.dir.join("secrets");
        make_dir(&secrets)?;
        if config.keys.is_none() {
            let path = secrets.join("master.key");
            let text = secret(&path, || format!("1:{}", hex::encode(Entropy.bytes::<32>())))?;
            let keys = Keys::parse(text.trim())
                .map_err(|error| StartError::File(path, std::io::Error::new(ErrorKind::InvalidData, error)))?;
            config.keys = Some(keys);
        }
        if config.seal.is_none() {
            config.seal = Some(seal(&secrets, &config.kecamatan, seal_from)?);
        }
        Ok(())
    }
}

/// The seal of the office and its password, made once.
fn seal(secrets: &Path, kecamatan: &str, from: DateTime<Utc>) -> Result<SealFiles, StartError> {
    let password = secret(&secrets.join("seal.password"), || Entropy.token())?;
    let dir = secrets.join("seal");
    if !Seal::exists(&dir) {
        let until = from.checked_add_days(SEAL_LASTS).unwrap_or(from);
        // Made beside and moved into place, so that a start that was cut short leaves no half of a seal.
        let making = secrets.join(format!("seal.{}", hex::encode(Entropy.bytes::<8>())));
        Seal::create(
            &making,
            password.trim().as_bytes(),
            &office_name(kecamatan),
            from..until,
            Entropy,
        )?;
        if let Err(error) = fs::rename(&making, &dir) {
            if !Seal::exists(&dir) {
                return Err(StartError::File(dir, error));
            }
            // Another start was faster; its seal counts.
            fs::remove_dir_all(&making).map_err(|error| StartError::File(making, error))?;
        }
    }
    let password = Zeroizing::new(password.trim().to_owned());
    Ok(SealFiles { dir, password })
}

fn office_name(kecamatan: &str) -> String {
    let name = areas::seed()
        .unwrap_or_default()
        .into_iter()
        .find(|area| area.code.as_str() == kecamatan)
        .map_or_else(|| kecamatan.to_owned(), |area| area.name);
    format!("Kecamatan {name}")
}

/// Reads a secret, making it when it is missing. Written beside and linked into place: whole or not at all, and of
/// two starts at once the first one's counts.
fn secret(path: &Path, make: impl FnOnce() -> String) -> Result<Zeroizing<String>, StartError> {
    let failed = |error| StartError::File(path.to_owned(), error);
    if let Ok(text) = fs::read_to_string(path) {
        return Ok(Zeroizing::new(text));
    }
    let beside = path.with_extension(hex::encode(Entropy.bytes::<8>()));
    write_private(&beside, make().as_bytes())?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside).map_err(failed)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(Zeroizing::new(fs::read_to_string(path).map_err(failed)?)),
    }
}

/// A new file that only this user can read, on the disk when this returns.
///
/// # Errors
/// What the file system says.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), StartError> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
    written.map_err(|error| StartError::File(path.to_owned(), error))
}

fn make_dir(path: &Path) -> Result<(), StartError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| StartError::File(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_for_this_user_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        assert_eq!(*secret(&path, || "first".into()).unwrap(), "first");
        assert_eq!(*secret(&path, || "second".into()).unwrap(), "first");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_seal_is_made_once_under_the_name_of_the_office() {
        let dir = tempfile::tempdir().unwrap();
        let from = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let first = seal(dir.path(), "12.09.20", from).unwrap();
        let again = seal(dir.path(), "12.09.20", from).unwrap();
        assert_eq!(first.password, again.password);
        assert!(Seal::open(&first.dir, first.password.as_bytes()).is_ok());
        assert_eq!(office_name("12.09.20"), "Kecamatan Kota Kisaran Timur");
    }
}
