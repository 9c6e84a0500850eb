//! The program as people run it: `sepakat demo` in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;
use totp_rs::Builder;

use super::Client;
use super::mail_server::MailServer;

/// A running demo; dropping it ends it as an operator would.
pub struct Demo {
    pub url: String,
    pub mail: MailServer,
    logins: Vec<Login>,
    child: Child,
    dir: TempDir,
}

/// A line of demo.json.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Login {
    pub role: String,
    pub login: String,
    pub password: String,
    pub totp_secret: Option<String>,
    pub area: String,
}

impl Demo {
    pub fn start() -> Self {
        Self::run(&["--empty"])
    }

    /// With the quarter behind it.
    pub fn with_history() -> Self {
        Self::run(&[])
    }

    /// With a past whose first maker was killed on the way.
    pub fn killed_in_its_past() -> Self {
        let dir = TempDir::with_prefix("demo").unwrap();
        let mut first = Self::command(dir.path(), &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while !dir.path().join("history").exists() {
            assert!(begun.elapsed() < Duration::from_secs(300), "the past does not begin");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_secs(4));
        first.kill().unwrap();
        first.wait().unwrap();
        let came_so_far = fs::read_to_string(dir.path().join("history")).unwrap();
        assert_ne!(came_so_far, "done", "killed too late");
        Self::run_in(dir, &[])
    }

    fn run(arguments: &[&str]) -> Self {
        Self::run_in(TempDir::with_prefix("demo").unwrap(), arguments)
    }

    /// Should this process be killed, the demo ends, too.
    fn command(dir: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "TERM", env!("CARGO_BIN_EXE_sepakat"), "demo"])
            .args(arguments)
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(dir);
        command
    }

    /// Every chain fits.
    pub fn audit(&self) {
        let done = Command::new(env!("CARGO_BIN_EXE_sepakat"))
            .args(["audit", "verify", "--data-dir"])
            .arg(self.dir.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    fn run_in(dir: TempDir, arguments: &[&str]) -> Self {
        let mail = MailServer::start();
        let mut child = Self::command(dir.path(), arguments)
            .env("SEPAKAT_SMTP_URL", mail.url())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(dir.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let log = || fs::read_to_string(dir.path().join("log")).unwrap();
        let url = line
            .trim()
            .strip_prefix("ready ")
            .unwrap_or_else(|| panic!("{line:?}\n{}", log()))
            .to_owned();
        let told: Value = serde_json::from_slice(&fs::read(dir.path().join("demo.json")).unwrap()).unwrap();
        assert_eq!(told["url"], url.as_str());
        Self {
            logins: serde_json::from_value(told["accounts"].clone()).unwrap(),
            url,
            mail,
            child,
            dir,
        }
    }

    pub fn visitor(&self) -> Client {
        Client::new(&self.url)
    }

    /// Everybody with this role in this area.
    pub fn people(&self, role: &str, area: &str) -> Vec<Login> {
        let found = self
            .logins
            .iter()
            .filter(|login| login.role == role && login.area == area);
        found.cloned().collect()
    }

    /// Every resident.
    pub fn residents(&self) -> Vec<Login> {
        let found = self.logins.iter().filter(|login| login.role == "resident");
        found.cloned().collect()
    }

    /// Logs in, with a code of the authenticator app where there is one.
    pub async fn log_in(&self, who: &Login) -> Client {
        let mut client = self.visitor();
        client.login(&who.login, &who.password, who.code().as_deref()).await;
        client
    }

    /// What the program wrote to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap()
    }
}

impl Login {
    /// The code of now.
    pub fn code(&self) -> Option<String> {
        let secret = base32(self.totp_secret.as_ref()?);
        #[expect(
            clippy::disallowed_methods,
            reason = "the program under test reads the machine's clock, too"
        )]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let secret: [u8; 20] = secret.try_into().unwrap();
        Some(
            Builder::new()
                .with_secret(secret)
                .build_noncompliant()
                .generate(now)
                .to_string(),
        )
    }
}

fn base32(text: &str) -> Vec<u8> {
    let (mut held, mut bits, mut out) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
            .iter()
            .position(|known| *known == letter)
            .unwrap();
        held = (held << 5) | value as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    out
}

impl Drop for Demo {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            // It ends itself after 9.5 seconds; a loaded machine may be late to say so.
            if begun.elapsed() > Duration::from_secs(20) {
                self.child.kill().unwrap();
                assert!(std::thread::panicking(), "the demo did not end within 20 seconds");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let postmaster = self.dir.path().join("pg/data/postmaster.pid");
        // Where the program had to end at once, Postgres is still ending behind it.
        while postmaster.exists() && !std::thread::panicking() {
            assert!(begun.elapsed() < Duration::from_secs(60), "Postgres outlived the demo");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
