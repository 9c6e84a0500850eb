//! The processes: a private Postgres, two servers, two workers, and a directory that goes with us, however we end.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use sepakat::platform::cluster::{Cluster, Durability};

use crate::smtp::SmtpSink;

/// What can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Victim {
    Server,
    Worker,
    Postgres,
}

/// A process of the program that is started again whenever it ends.
struct Post {
    kind: Victim,
    port: u16,
    child: Option<Child>,
}

pub struct House {
    pub dir: PathBuf,
    pub mail: SmtpSink,
    cluster: Option<Cluster>,
    posts: Vec<Post>,
    guard: Child,
}

impl House {
    /// The people come from the program's own demo, started once and stopped.
    pub fn build() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("sepakat-drill-")
            .tempdir()
            .unwrap()
            .keep();
        let guard = guard(&dir);
        let mut demo = bound(Command::new("setpriv").args(["--pdeathsig", "TERM", program(), "demo", "--empty"]))
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&dir)
            .stdout(Stdio::piped())
            .stderr(log(&dir, "demo"))
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(demo.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(
            line.starts_with("ready "),
            "the demo did not start; see {}",
            dir.display()
        );
        let stopped = Command::new("kill").arg(demo.id().to_string()).status().unwrap();
        // Whether it ended cleanly is proved elsewhere; here the next start recovers what it must.
        assert!(stopped.success());
        demo.wait().unwrap();
        fs::create_dir(dir.join("points")).unwrap();
        let cluster = Some(Cluster::start(&dir, Durability::Full).unwrap());
        let kinds = [Victim::Server, Victim::Server, Victim::Worker, Victim::Worker];
        let posts = kinds.map(|kind| Post {
            kind,
            port: free_port(),
            child: None,
        });
        Self {
            dir,
            mail: SmtpSink::start(),
            cluster,
            posts: posts.into(),
            guard,
        }
    }

    /// Where the servers answer.
    pub fn urls(&self) -> Vec<String> {
        let servers = self.posts.iter().filter(|post| post.kind == Victim::Server);
        servers.map(|post| format!("http://127.0.0.1:{}", post.port)).collect()
    }

    pub fn points(&self) -> PathBuf {
        self.dir.join("points")
    }

    pub fn connect(&self) -> PgConnection {
        self.try_connect().unwrap()
    }

    pub fn try_connect(&self) -> ConnectionResult<PgConnection> {
        PgConnection::establish(&self.cluster.as_ref().unwrap().owner_url())
    }

    /// Starts everything and waits until it answers.
    pub fn open(&mut self) {
        let begun = Instant::now();
        while !self.all_answer() {
            self.restart();
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "the servers do not start; see {}",
                self.dir.display()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// As `open`, after kills: Postgres first.
    pub fn revive(&mut self) {
        self.await_postgres();
        self.open();
    }

    /// Starts whatever has ended.
    pub fn restart(&mut self) {
        for n in 0..self.posts.len() {
            let ended = match &mut self.posts[n].child {
                Some(child) => child.try_wait().unwrap().is_some(),
                None => true,
            };
            if ended {
                self.posts[n].child = Some(self.start(n));
            }
        }
    }

    fn start(&self, n: usize) -> Child {
        let post = &self.posts[n];
        let secret = |name: &str| {
            fs::read_to_string(self.dir.join("secrets").join(name))
                .unwrap()
                .trim()
                .to_owned()
        };
        let (command, name) = match post.kind {
            Victim::Worker => ("worker", format!("worker{n}")),
            _ => ("serve", format!("server{n}")),
        };
        bound(Command::new("setpriv").args(["--pdeathsig", "KILL", program(), command]))
            .env("DATABASE_URL", self.cluster.as_ref().unwrap().app_url())
            .env("SEPAKAT_LISTEN", format!("127.0.0.1:{}", post.port))
            .env("PUBLIC_URL", &self.urls()[0])
            .env("SEPAKAT_MASTER_KEY", secret("master.key"))
            .env("SEPAKAT_FILES", self.dir.join("files"))
            .env("SEPAKAT_SEAL_KEY", self.dir.join("secrets/seal"))
            .env("SEPAKAT_SEAL_PASSWORD", secret("seal.password"))
            .env("SEPAKAT_SMTP_URL", self.mail.url())
            .env("SEPAKAT_WORKER", "off")
            .env("SEPAKAT_POOL", "8")
            .env("SEPAKAT_CRASH_POINTS", self.points())
            .stdout(Stdio::null())
            .stderr(log(&self.dir, &name))
            .spawn()
            .unwrap()
    }

    fn all_answer(&self) -> bool {
        self.posts.iter().all(|post| match post.kind {
            Victim::Server => std::net::TcpStream::connect(("127.0.0.1", post.port)).is_ok(),
            _ => post.child.is_some(),
        })
    }

    /// Kills (-9) the process with this id, and says what it was.
    pub fn kill_process(&mut self, pid: u32) -> Option<Victim> {
        let post = self
            .posts
            .iter_mut()
            .find(|post| post.child.as_ref().is_some_and(|child| child.id() == pid))?;
        let mut child = post.child.take()?;
        child.kill().unwrap();
        child.wait().unwrap();
        Some(post.kind)
    }

    /// Some process of this kind.
    pub fn any(&self, kind: Victim, turn: usize) -> Option<u32> {
        let running = self.posts.iter().filter(|post| post.kind == kind);
        let ids: Vec<u32> = running.filter_map(|post| Some(post.child.as_ref()?.id())).collect();
        ids.get(turn % ids.len().max(1)).copied()
    }

    /// Kills (-9) the postmaster; its backends notice.
    pub fn kill_postgres(&mut self) -> bool {
        let Some(pid) = self.cluster.as_ref().and_then(Cluster::postmaster_pid) else {
            return false;
        };
        Command::new("kill")
            .args(["-9", &pid.to_string()])
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    }

    /// Postgres is started again by its keeper; this waits until it has recovered.
    pub fn await_postgres(&self) {
        let begun = Instant::now();
        while self.try_connect().is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "Postgres does not come back; see {}",
                self.dir.display()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops servers and workers as an operator would, and Postgres.
    pub fn close(&mut self) {
        for post in &mut self.posts {
            if let Some(mut child) = post.child.take() {
                let _ = Command::new("kill").arg(child.id().to_string()).status();
                let _ = child.wait();
            }
        }
        if let Some(cluster) = self.cluster.take() {
            cluster.stop();
        }
    }

    /// Keeps the directory for whoever looks into a failure.
    pub fn keep(&mut self) -> &Path {
        let _ = self.guard.kill();
        &self.dir
    }

    /// `sepakat audit verify` on the drill's database.
    pub fn audit_verify(&self) -> Result<String, String> {
        let done = Command::new(program())
            .args(["audit", "verify"])
            .env("DATABASE_URL", self.cluster.as_ref().unwrap().app_url())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if done.status.success() {
            Ok(text(&done.stdout))
        } else {
            Err(text(&done.stderr))
        }
    }
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_sepakat")
}

/// In a group of its own, so that Ctrl-C reaches us alone; the death signal then ends it.
fn bound(command: &mut Command) -> &mut Command {
    command.process_group(0).stdin(Stdio::null())
}

fn log(dir: &Path, name: &str) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(dir.join(format!("{name}.log")))
        .unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A shell that removes the directory when we have ended, however: its standard input then closes.
fn guard(dir: &Path) -> Child {
    let script = r#"read -r _; n=0
        while [ -e "$1/pg/data/postmaster.pid" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done; rm -rf "$1""#;
    Command::new("sh")
        .args(["-c", script, "guard"])
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap()
}
