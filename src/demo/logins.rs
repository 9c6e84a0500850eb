//! `demo.json`: how to log in, for scripts and for whoever tries the portal.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::people::Member;
use crate::accounts::Position;
use crate::accounts::totp::TotpSecret;
use crate::platform::ids::Entropy;
use crate::start::{StartError, write_private};

/// The file's content; its shape is the demo's contract.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Logins {
    pub url: String,
    pub accounts: Vec<Login>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Login {
    pub role: String,
    pub login: String,
    pub password: String,
    /// Base32, for positions that need a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
    pub area: String,
    pub name: String,
}

impl Logins {
    pub(super) fn path(dir: &Path) -> PathBuf {
        dir.join("demo.json")
    }

    /// What an earlier start wrote.
    ///
    /// # Errors
    /// `File` when it is there but cannot be read.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>, StartError> {
        let path = Self::path(dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StartError::File(path, error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| StartError::File(path, error.into()))
    }

    /// New logins for everybody: one password for all, chosen now, and second factors where they are needed.
    pub(super) fn make(members: &[Member], entropy: Entropy) -> Self {
        let digits = hex::encode(entropy.bytes::<8>());
        let (first, second) = digits.split_at_checked(8).unwrap_or((&digits, ""));
        let password = format!("coba-{first}-{second}");
        let accounts = members.iter().map(|member| Login {
            role: member.role.to_owned(),
            login: member.email.clone(),
            password: password.clone(),
            totp_secret: member
                .post
                .as_ref()
                .is_some_and(|post| Position::needs_second_factor(post.position))
                .then(|| TotpSecret::random(entropy).base32()),
            area: member.area.to_string(),
            name: member.name.clone(),
        });
        Self {
            url: String::new(),
            accounts: accounts.collect(),
        }
    }

    /// Writes the file anew, whole or not at all, readable for this user only.
    ///
    /// # Errors
    /// What the file system says.
    pub(super) fn write(&self, dir: &Path) -> Result<(), StartError> {
        let path = Self::path(dir);
        let text = serde_json::to_string_pretty(self).map_err(|error| StartError::File(path.clone(), error.into()))?;
        let beside = dir.join(format!("demo.{}", hex::encode(Entropy.bytes::<8>())));
        write_private(&beside, text.as_bytes())?;
        fs::rename(&beside, &path).map_err(|error| StartError::File(path, error))
    }

    pub(super) fn of(&self, email: &str) -> Option<&Login> {
        self.accounts.iter().find(|login| login.login == email)
    }
}
