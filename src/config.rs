//! The environment, read once into typed values. `sepakat config` lists what there is.

use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use chrono_tz::Tz;
use lettre::message::Mailbox;
use url::Url;
use zeroize::Zeroizing;

use crate::platform::crash::CrashPoints;
use crate::platform::crypto::Keys;

/// One setting: name, default, meaning.
pub struct Setting {
    pub name: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
}

/// Every setting, as `sepakat config` prints it.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "DATABASE_URL",
        default: "",
        meaning: "Postgres >= 15 with the runtime role, given to libpq as it is",
    },
    Setting {
        name: "MIGRATE_DATABASE_URL",
        default: "",
        meaning: "the same database with the owner role; read by `migrate` only",
    },
    Setting {
        name: "SEPAKAT_INSECURE_DATABASE",
        default: "off",
        meaning: "on: DATABASE_URL may name another host without sslmode=verify-full",
    },
    Setting {
        name: "SEPAKAT_LISTEN",
        default: "127.0.0.1:8080",
        meaning: "address to serve on",
    },
    Setting {
        name: "PUBLIC_URL",
        default: "http://LISTEN",
        meaning: "address that people open; https makes cookies Secure",
    },
    Setting {
        name: "SEPAKAT_MASTER_KEY",
        default: "",
        meaning: "ID:64 hex digits[,older ones]: seals personal data; keep it apart from the database",
    },
    Setting {
        name: "SEPAKAT_FILES",
        default: "DATA_DIR/files",
        meaning: "directory of sealed scans and letters",
    },
    Setting {
        name: "SEPAKAT_SEAL_KEY",
        default: "",
        meaning: "directory with ca.pem, seal.pem and the encrypted seal.key.pem and qr.key.pem",
    },
    Setting {
        name: "SEPAKAT_SEAL_PASSWORD",
        default: "",
        meaning: "password of both keys",
    },
    Setting {
        name: "SEPAKAT_SMTP_URL",
        default: "",
        meaning: "smtp://[user:password@]host:port or smtps://..; empty: mail waits in the outbox",
    },
    Setting {
        name: "SEPAKAT_MAIL_FROM",
        default: "SEPAKAT <sepakat@localhost>",
        meaning: "sender of every mail",
    },
    Setting {
        name: "SEPAKAT_TIME_ZONE",
        default: "Asia/Jakarta",
        meaning: "time zone of the cell",
    },
    Setting {
        name: "SEPAKAT_KECAMATAN",
        default: "12.09.20",
        meaning: "kecamatan shown on the home page",
    },
    Setting {
        name: "SEPAKAT_HTTP_WORKERS",
        default: "2",
        meaning: "threads that read and answer calls",
    },
    Setting {
        name: "SEPAKAT_POOL",
        default: "16",
        meaning: "database connections",
    },
    Setting {
        name: "SEPAKAT_CALLS_PER_MINUTE",
        default: "3000",
        meaning: "calls per account and minute",
    },
    Setting {
        name: "SEPAKAT_ADDRESS_CALLS_PER_MINUTE",
        default: "1200",
        meaning: "calls per client address and minute; loopback is free",
    },
    Setting {
        name: "SEPAKAT_LOGIN_FAILURES_PER_MINUTE",
        default: "10",
        meaning: "failed logins per login name and minute",
    },
    Setting {
        name: "SEPAKAT_UPLOAD_BYTES",
        default: "10485760",
        meaning: "largest upload",
    },
    Setting {
        name: "SEPAKAT_LEASE_CAP",
        default: "5",
        meaning: "requests one officer may have open at once",
    },
    Setting {
        name: "TRUSTED_PROXIES",
        default: "",
        meaning: "addresses whose X-Forwarded-For is believed, separated by commas",
    },
    Setting {
        name: "METRICS_LISTEN",
        default: "",
        meaning: "address for Prometheus /metrics; empty: off",
    },
    Setting {
        name: "SEPAKAT_WORKER",
        default: "on",
        meaning: "off: `serve` runs no background jobs",
    },
];

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{name} = {value:?} cannot be used: {expected}")]
pub struct ConfigError {
    pub name: &'static str,
    pub value: String,
    pub expected: &'static str,
}

/// Mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub url: Url,
}

/// Where the seal of the office lies.
#[derive(Clone)]
pub struct SealFiles {
    pub dir: PathBuf,
    pub password: Zeroizing<String>,
}

impl std::fmt::Debug for SealFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealFiles({})", self.dir.display())
    }
}

/// Everything that is set from outside.
#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: Option<String>,
    pub insecure_database: bool,
    pub listen: SocketAddr,
    pub public_url: Url,
    pub keys: Option<Keys>,
    pub files: Option<PathBuf>,
    pub seal: Option<SealFiles>,
    pub smtp: Option<Smtp>,
    pub mail_from: Mailbox,
    pub zone: Tz,
    pub kecamatan: String,
    pub http_workers: usize,
    pub pool: u32,
    pub calls_per_minute: u32,
    pub address_calls_per_minute: u32,
    pub login_failures_per_minute: i32,
    pub upload_bytes: usize,
    pub lease_cap: i64,
    pub trusted_proxies: Vec<IpAddr>,
    pub metrics_listen: Option<SocketAddr>,
    pub worker: bool,
    /// Shows the built-in inbox instead of sending; only the demo sets it.
    pub demo_inbox: bool,
    /// Not a setting of the portal: only the crash drill's builds look at it.
    pub crash_points: CrashPoints,
}

/// Looks a variable up; the real one reads the environment, tests and the demo give their own.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The process environment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Config {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used, with what was expected.
    pub fn read(get: Lookup<'_>) -> Result<Self, ConfigError> {
        let listen: SocketAddr = parsed(get, "SEPAKAT_LISTEN", "an address such as 127.0.0.1:8080")?;
        let public_url = match get("PUBLIC_URL") {
            Some(text) => text
                .parse()
                .map_err(|_| bad("PUBLIC_URL", &text, "an address such as https://sepakat.example.go.id"))?,
            None => public_url_of(listen)?,
        };
        Ok(Self {
            database_url: get("DATABASE_URL"),
            insecure_database: switch(get, "SEPAKAT_INSECURE_DATABASE")?,
            listen,
            public_url,
            keys: optional(
                get,
                "SEPAKAT_MASTER_KEY",
                |text| Keys::parse(text).ok(),
                "ID:64 hexadecimal digits, several separated by commas",
            )?,
            files: get("SEPAKAT_FILES").map(PathBuf::from),
            seal: get("SEPAKAT_SEAL_KEY").map(|dir| SealFiles {
                dir: PathBuf::from(dir),
                password: Zeroizing::new(get("SEPAKAT_SEAL_PASSWORD").unwrap_or_default()),
            }),
            smtp: optional(
                get,
                "SEPAKAT_SMTP_URL",
                smtp,
                "smtp://host:port or smtps://user:password@host:port",
            )?,
            mail_from: parsed::<Mailbox>(
                get,
                "SEPAKAT_MAIL_FROM",
                "a sender such as SEPAKAT <surat@example.go.id>",
            )?,
            zone: parsed(get, "SEPAKAT_TIME_ZONE", "a time zone such as Asia/Jakarta")?,
            kecamatan: get("SEPAKAT_KECAMATAN").unwrap_or_else(|| default_of("SEPAKAT_KECAMATAN").to_owned()),
            http_workers: parsed::<NonZeroUsize>(get, "SEPAKAT_HTTP_WORKERS", "a number of threads")?.get(),
            pool: parsed::<NonZeroU32>(get, "SEPAKAT_POOL", "a number of connections")?.get(),
            calls_per_minute: parsed(get, "SEPAKAT_CALLS_PER_MINUTE", "a number")?,
            address_calls_per_minute: parsed(get, "SEPAKAT_ADDRESS_CALLS_PER_MINUTE", "a number")?,
            login_failures_per_minute: parsed(get, "SEPAKAT_LOGIN_FAILURES_PER_MINUTE", "a number")?,
            upload_bytes: parsed(get, "SEPAKAT_UPLOAD_BYTES", "a number of bytes")?,
            lease_cap: parsed(get, "SEPAKAT_LEASE_CAP", "a number")?,
            trusted_proxies: addresses(get)?,
            metrics_listen: optional(
                get,
                "METRICS_LISTEN",
                |text| text.parse().ok(),
                "an address such as 127.0.0.1:9090",
            )?,
            worker: switch(get, "SEPAKAT_WORKER")?,
            demo_inbox: false,
            crash_points: CrashPoints::read(get("SEPAKAT_CRASH_POINTS")),
        })
    }

    /// Whether cookies must be Secure.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// An absolute address under PUBLIC_URL.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}

/// The address people open when nothing else is said.
///
/// # Errors
/// Never for a real address; the type of `Url` asks.
pub fn public_url_of(listen: SocketAddr) -> Result<Url, ConfigError> {
    let text = format!("http://{listen}");
    text.parse().map_err(|_| bad("PUBLIC_URL", &text, "an address"))
}

fn bad(name: &'static str, value: &str, expected: &'static str) -> ConfigError {
    // A secret is never repeated.
    let secret =
        name.contains("KEY") || name.contains("PASSWORD") || name.contains("SMTP") || name.contains("DATABASE");
    ConfigError {
        name,
        value: if secret { "...".to_owned() } else { value.to_owned() },
        expected,
    }
}

fn default_of(name: &str) -> &'static str {
    SETTINGS
        .iter()
        .find(|setting| setting.name == name)
        .map_or("", |setting| setting.default)
}

fn parsed<T: std::str::FromStr>(get: Lookup<'_>, name: &'static str, expected: &'static str) -> Result<T, ConfigError> {
    let text = get(name).unwrap_or_else(|| default_of(name).to_owned());
    text.parse().map_err(|_| bad(name, &text, expected))
}

fn optional<T>(
    get: Lookup<'_>,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
    expected: &'static str,
) -> Result<Option<T>, ConfigError> {
    get(name)
        .map(|text| parse(&text).ok_or_else(|| bad(name, &text, expected)))
        .transpose()
}

fn smtp(text: &str) -> Option<Smtp> {
    let url: Url = text.parse().ok()?;
    (matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some()).then_some(Smtp { url })
}

fn addresses(get: Lookup<'_>) -> Result<Vec<IpAddr>, ConfigError> {
    let text = get("TRUSTED_PROXIES").unwrap_or_default();
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse()
                .map_err(|_| bad("TRUSTED_PROXIES", part, "addresses separated by commas"))
        })
        .collect()
}

fn switch(get: Lookup<'_>, name: &'static str) -> Result<bool, ConfigError> {
    match get(name).as_deref().unwrap_or_else(|| default_of(name)) {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(bad(name, other, "on or off")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let get = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Config::read(&get)
    }

    #[test]
    fn defaults_suffice_and_the_public_address_follows_listen() {
        let config = read(&[("SEPAKAT_LISTEN", "127.0.0.1:9000")]).unwrap();
        assert_eq!(config.link("/v/x"), "http://127.0.0.1:9000/v/x");
        assert!(!config.is_https());
    }

    #[test]
    fn a_wrong_value_is_named_with_what_was_expected_and_a_secret_is_not_repeated() {
        for (name, value) in [
            ("SEPAKAT_POOL", "many"),
            ("TRUSTED_PROXIES", "10.0.0.300"),
            ("SEPAKAT_WORKER", "yes"),
            ("METRICS_LISTEN", "9090"),
            ("SEPAKAT_MAIL_FROM", "kantor"),
        ] {
            let text = read(&[(name, value)]).unwrap_err().to_string();
            assert!(text.contains(name) && text.contains("cannot be used: "), "{text}");
        }
        let text = read(&[("SEPAKAT_MASTER_KEY", "geheim")]).unwrap_err().to_string();
        assert!(!text.contains("geheim"), "{text}");
    }
}
