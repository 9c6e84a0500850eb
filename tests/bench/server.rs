//! A real `sepakat serve` on the database of a stage, as its own process, and what the two cost the processor.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::data::Stage;

/// Ticks of /proc a second; Linux has said 100 to programs for thirty years.
const TICKS: f64 = 100.0;

pub struct Server {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
}

impl Server {
    pub fn start(stage: &Stage, settings: &[(&str, &str)]) -> Self {
        let program = std::env::current_exe().unwrap().with_file_name("sepakat");
        let mut child = Command::new(program)
            .args(["serve", "--data-dir"])
            .arg(&stage.dir)
            .env("SEPAKAT_LISTEN", "127.0.0.1:0")
            .env("SEPAKAT_CALLS_PER_MINUTE", "100000000")
            .env("SEPAKAT_LOGIN_FAILURES_PER_MINUTE", "1000000")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("target/release/sepakat is built by make bench");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next().unwrap().unwrap();
        let address = ready
            .strip_prefix("ready http://")
            .expect("the server says where it listens")
            .to_owned();
        Self { child, address }
    }

    /// Seconds of processor time so far.
    pub fn cpu(&self) -> f64 {
        cpu_of(self.child.id()).0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        for _ in 0..100 {
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds of the processes of a Postgres so far: its own, its children that live and those that ended.
pub fn cpu_of_postgres(postmaster: u32) -> f64 {
    let (own, ended, _) = {
        let (own, parent) = cpu_of(postmaster);
        (own, ended_children(postmaster), parent)
    };
    let living: f64 = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .map(cpu_of)
        .filter(|(_, parent)| *parent == postmaster)
        .map(|(seconds, _)| seconds)
        .sum();
    own + ended + living
}

/// Fields of /proc/PID/stat after the name, which may hold spaces.
fn stat(pid: u32) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    after.split_whitespace().map(str::to_owned).collect()
}

fn ticks(fields: &[String], at: usize) -> f64 {
    fields
        .get(at)
        .and_then(|text| text.parse::<f64>().ok())
        .unwrap_or_default()
        / TICKS
}

/// Seconds (user and system) of a process, and its parent.
fn cpu_of(pid: u32) -> (f64, u32) {
    let fields = stat(pid);
    let parent = fields.get(1).and_then(|text| text.parse().ok()).unwrap_or_default();
    (ticks(&fields, 11) + ticks(&fields, 12), parent)
}

fn ended_children(pid: u32) -> f64 {
    let fields = stat(pid);
    ticks(&fields, 13) + ticks(&fields, 14)
}
