//! The running server: one thread of ours spawns it, waits until it is ready, starts it again should it die, and
//! ends it. The thread must live as long as the server, since the kernel ends the server with the thread.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Durability;
use super::binaries::Binaries;
use super::error::ClusterError;
use super::home::Home;
use super::process::{Signal, bind_to_us, signal};

/// Recovery after a crash reads at most `max_wal_size`; minutes on the slowest disk.
const READY_WITHIN: Duration = Duration::from_secs(300);
/// How long the backends of a killed postmaster may hold on to the shared memory.
const ORPHANS_END_WITHIN: Duration = Duration::from_secs(30);
/// A fast shutdown writes a checkpoint; then we insist. Together under the 10 seconds that a stop may take.
const FAST_WITHIN: Duration = Duration::from_secs(6);
const IMMEDIATE_WITHIN: Duration = Duration::from_secs(2);
/// How soon we notice that the server died.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// For both kinds: no network, no statement or value of a person in the log (terse drops "Key (nik)=(..)").
const ALWAYS: &[&str] = &[
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "logging_collector=off",
    "log_destination=stderr",
    "max_connections=200",
];
const FULL: &[&str] = &["fsync=on", "synchronous_commit=on", "full_page_writes=on"];
/// Autovacuum would only hold up CREATE DATABASE .. TEMPLATE.
const TEST: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
];

/// A server that we run. Dropping it ends the server.
#[derive(Debug)]
pub(super) struct Server {
    /// Its end tells the thread to stop.
    keep: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Returns when the server is ready for connections.
    pub(super) fn start(home: &Home, binaries: &Binaries, durability: Durability) -> Result<Self, ClusterError> {
        let plan = Plan {
            home: home.clone(),
            binaries: binaries.clone(),
            durability,
        };
        let (report, reported) = mpsc::channel();
        let (keep, kept) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || match plan.start() {
                Ok(child) => {
                    // Nobody listens any more only when our caller is gone; then `kept` says so at once.
                    let _ = report.send(Ok(()));
                    plan.watch(child, &kept);
                }
                Err(error) => drop(report.send(Err(error))),
            })
            .map_err(ClusterError::io("start a thread for Postgres"))?;
        let server = Self {
            keep: Some(keep),
            thread: Some(thread),
        };
        reported.recv().unwrap_or_else(|_| {
            Err(ClusterError::Ended {
                said: "its thread ended".to_owned(),
                log: home.log.clone(),
            })
        })?;
        Ok(server)
    }

    /// Returns when the server has ended.
    pub(super) fn stop(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keep.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has ended the server, too, by its death signal.
            let _ = thread.join();
        }
    }
}

struct Plan {
    home: Home,
    binaries: Binaries,
    durability: Durability,
}

impl Plan {
    /// Spawns the server and waits until it is ready. Backends left by a killed postmaster are waited for.
    fn start(&self) -> Result<Child, ClusterError> {
        let begun = Instant::now();
        loop {
            let log_begins = self.log()?.metadata().map_or(0, |file| file.len());
            let mut child = self.spawn()?;
            if self.becomes_ready(&mut child)? {
                return Ok(child);
            }
            let log = self.log_since(log_begins);
            let orphans = log.contains("shared memory block") || log.contains("lock file \"postmaster.pid\"");
            if !orphans || begun.elapsed() > ORPHANS_END_WITHIN {
                let said = log
                    .lines()
                    .rev()
                    .find(|line| line.contains("FATAL"))
                    .unwrap_or("it left no message");
                return Err(ClusterError::Ended {
                    said: said.to_owned(),
                    log: self.home.log.clone(),
                });
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// False when it ended instead.
    fn becomes_ready(&self, child: &mut Child) -> Result<bool, ClusterError> {
        let begun = Instant::now();
        loop {
            if child
                .try_wait()
                .map_err(ClusterError::io("wait for Postgres"))?
                .is_some()
            {
                return Ok(false);
            }
            // The file may still be the one of a killed predecessor: compare the process.
            if self
                .home
                .postmaster()
                .is_some_and(|it| it.ready && it.pid == child.id())
            {
                return Ok(true);
            }
            if begun.elapsed() > READY_WITHIN {
                end(child);
                return Err(ClusterError::Slow {
                    seconds: READY_WITHIN.as_secs(),
                    log: self.home.log.clone(),
                });
            }
            thread::sleep(Duration::from_millis(3));
        }
    }

    fn spawn(&self) -> Result<Child, ClusterError> {
        let (mut command, inherit) = self.home.command(&self.binaries.program("postgres"));
        let pg = self.home.pg_from_inside();
        command.arg("-D").arg(pg.join("data")).arg("-k").arg(&pg);
        let of_kind = match self.durability {
            Durability::Full => FULL,
            Durability::Test => TEST,
        };
        for setting in ALWAYS.iter().chain(of_kind) {
            command.arg("-c").arg(setting);
        }
        command.stdout(Stdio::null()).stderr(self.log()?);
        bind_to_us(&mut command, Signal::Fast, inherit);
        command.spawn().map_err(ClusterError::io("run postgres"))
    }

    /// Keeps the server running until `kept` ends. One that died (killed for want of memory, say) is started anew.
    fn watch(&self, mut child: Child, kept: &Receiver<()>) {
        while matches!(kept.recv_timeout(LOOK_AGAIN), Err(RecvTimeoutError::Timeout)) {
            if let Ok(Some(status)) = child.try_wait() {
                tracing::error!(%status, "Postgres ended by itself; starting it again");
                match self.spawn() {
                    Ok(again) => child = again,
                    Err(error) => tracing::error!(%error, "Postgres could not be started again"),
                }
            }
        }
        end(&mut child);
    }

    fn log(&self) -> Result<File, ClusterError> {
        let opened = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .mode(0o600)
            .open(&self.home.log);
        opened.map_err(ClusterError::io(format!("open {}", self.home.log.display())))
    }

    fn log_since(&self, begin: u64) -> String {
        let mut text = Vec::new();
        if let Ok(mut log) = self.log() {
            // What cannot be read is missing from an error text, no more.
            let _ = log
                .seek(SeekFrom::Start(begin))
                .and_then(|_| log.read_to_end(&mut text));
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// Asks, insists, kills; always returns with the child gone.
fn end(child: &mut Child) {
    for (how, within) in [(Signal::Fast, FAST_WITHIN), (Signal::Immediate, IMMEDIATE_WITHIN)] {
        signal(child, how);
        let begun = Instant::now();
        while begun.elapsed() < within {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(3));
        }
        tracing::warn!(?how, "Postgres did not end in time; insisting");
    }
    signal(child, Signal::Kill);
    let _ = child.wait();
}
