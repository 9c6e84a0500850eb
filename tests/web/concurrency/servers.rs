//! Two servers on one database, as processes of their own; one can be killed as a machine dies.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use sepakat::letters::Seal;
use sepakat::platform::ids::Entropy;
use serde_json::Value;

use crate::support::{Client, Reply, TestApp, master_key};

/// How long a call may be tried again.
const PATIENCE: Duration = Duration::from_secs(300);

const SEAL_PASSWORD: &str = "rahasia";

/// Where calls go. A server that does not answer is left for the next one, with the same key, as any client would.
pub struct Servers {
    urls: Vec<String>,
    first: Mutex<Option<Child>>,
    second: Option<Child>,
    answered: AtomicUsize,
    /// The first one dies at this answer.
    dies_at: Option<usize>,
}

impl Servers {
    /// The server inside the test.
    pub fn one(app: &TestApp) -> Self {
        Self {
            urls: vec![app.url.clone()],
            first: Mutex::new(None),
            second: None,
            answered: AtomicUsize::new(0),
            dies_at: None,
        }
    }

    /// Two processes of the program; the first is killed (-9) once so many calls were answered.
    pub fn two(app: &TestApp, dies_at: usize) -> Self {
        let seal = app.files.join("seal");
        let valid = app.app.now() - chrono::TimeDelta::days(1)..app.app.now() + chrono::TimeDelta::days(700);
        Seal::create(&seal, SEAL_PASSWORD.as_bytes(), "Kecamatan Uji", valid, Entropy).unwrap();
        let mut children: Vec<Child> = (1..=2).map(|number| start(app, number)).collect();
        let urls = children.iter_mut().map(|child| address(app, child)).collect();
        let second = children.pop();
        Self {
            urls,
            first: Mutex::new(children.pop()),
            second,
            answered: AtomicUsize::new(0),
            dies_at: Some(dies_at),
        }
    }

    /// Whether one may die.
    pub fn is_two(&self) -> bool {
        self.dies_at.is_some()
    }

    /// A person at every server, with the login of one: no server keeps logins to itself.
    fn clients(&self, who: &Client) -> Vec<Client> {
        self.urls.iter().map(|url| who.at(url)).collect()
    }

    /// Posts with a key until somebody answers; `turn` chooses whom to ask first.
    pub async fn post(&self, who: &Client, turn: usize, path: &str, key: &str, body: &Value) -> Reply {
        let clients = self.clients(who);
        let begun = Instant::now();
        for client in clients.iter().cycle().skip(turn % clients.len()) {
            let call = client
                .call(Method::POST, path)
                .header("idempotency-key", key)
                .json(body);
            // 408: a connection on which we were silent for too long, at the moment when we spoke.
            if let Ok(reply) = Reply::tried(call).await
                && ![408, 503].contains(&reply.status.as_u16())
            {
                self.count();
                return reply;
            }
            assert!(begun.elapsed() < PATIENCE, "nobody answers {path}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        unreachable!("a cycle has no end")
    }

    fn count(&self) {
        let answered = self.answered.fetch_add(1, Ordering::SeqCst) + 1;
        if self.dies_at == Some(answered) {
            self.kill_the_first();
        }
    }

    fn kill_the_first(&self) {
        let mut first = self.first.lock().unwrap().take().unwrap();
        assert!(first.try_wait().unwrap().is_none(), "it ended by itself");
        first.kill().unwrap();
        first.wait().unwrap();
    }

    /// Ends what is left; the first one must have died meanwhile.
    pub fn end(mut self) {
        if self.dies_at.is_some() {
            assert!(self.first.lock().unwrap().is_none(), "nobody was killed");
        }
        if let Some(mut second) = self.second.take() {
            assert!(second.try_wait().unwrap().is_none(), "the second one ended by itself");
            end(&mut second);
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let first = self.first.lock().map(|mut first| first.take()).unwrap_or_default();
        for mut child in first.into_iter().chain(self.second.take()) {
            end(&mut child);
        }
    }
}

fn end(child: &mut Child) {
    // What has ended already is what we want.
    let _ = child.kill();
    let _ = child.wait();
}

fn start(app: &TestApp, number: u32) -> Child {
    let log = fs::File::create(app.files.join(format!("log-{number}"))).unwrap();
    // Should this process be killed, they end, too.
    Command::new("setpriv")
        .args(["--pdeathsig", "KILL", env!("CARGO_BIN_EXE_sepakat"), "serve"])
        .env("DATABASE_URL", app.database_url())
        .env("SEPAKAT_LISTEN", "127.0.0.1:0")
        .env("SEPAKAT_MASTER_KEY", master_key())
        .env("SEPAKAT_FILES", &app.files)
        .env("SEPAKAT_SEAL_KEY", app.files.join("seal"))
        .env("SEPAKAT_SEAL_PASSWORD", SEAL_PASSWORD)
        .env("SEPAKAT_HTTP_WORKERS", "2")
        .env("SEPAKAT_POOL", "8")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn address(app: &TestApp, child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let log = || fs::read_to_string(app.files.join("log-1")).unwrap();
    line.trim()
        .strip_prefix("ready ")
        .unwrap_or_else(|| panic!("{line:?}\n{}", log()))
        .to_owned()
}
