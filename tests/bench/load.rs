//! Calls over HTTP. A client of a hundred lines, because what it costs is taken from the same processors.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::CONNECTIONS;
use crate::data::Stage;
use crate::paths::Path;
use crate::server::{Server, cpu_of_postgres};

/// A call that is ready to be sent.
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub token: Option<String>,
    pub key: Option<String>,
    pub body: Option<String>,
    pub status: u16,
}

impl Call {
    pub fn get(path: String, token: Option<&str>) -> Self {
        Self {
            method: "GET",
            path,
            token: token.map(str::to_owned),
            key: None,
            body: None,
            status: 200,
        }
    }

    pub fn post(path: String, token: Option<&str>, body: String, status: u16) -> Self {
        Self {
            method: "POST",
            body: Some(body),
            status,
            ..Self::get(path, token)
        }
    }
}

/// One kept-alive connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: String,
}

impl Connection {
    pub fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self {
            stream: BufReader::new(stream),
            address: address.to_owned(),
        }
    }

    /// Sends a call and gives the body of its answer, whose status must be the expected one.
    pub fn send(&mut self, call: &Call) -> Vec<u8> {
        let body = call.body.as_deref().unwrap_or_default();
        let mut text = format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\naccept: application/json\r\n",
            call.method, call.path, self.address
        );
        if let Some(token) = &call.token {
            text.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        if let Some(key) = &call.key {
            text.push_str(&format!("idempotency-key: {key}\r\n"));
        }
        if call.body.is_some() {
            text.push_str(&format!(
                "content-type: application/json\r\ncontent-length: {}\r\n",
                body.len()
            ));
        }
        text.push_str("\r\n");
        text.push_str(body);
        self.stream.get_mut().write_all(text.as_bytes()).unwrap();
        let (status, body) = self.answer();
        assert_eq!(
            status,
            call.status,
            "{} {}: {}",
            call.method,
            call.path,
            String::from_utf8_lossy(&body)
        );
        body
    }

    fn answer(&mut self) -> (u16, Vec<u8>) {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        let status = line
            .split_whitespace()
            .nth(1)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let (mut length, mut is_chunked) = (0, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            is_chunked |= header.starts_with("transfer-encoding:") && header.ends_with("chunked");
        }
        let mut body = Vec::new();
        if !is_chunked {
            body.resize(length, 0);
            self.stream.read_exact(&mut body).unwrap();
            return (status, body);
        }
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let size = usize::from_str_radix(line.trim(), 16).unwrap();
            let mut chunk = vec![0; size + 2];
            self.stream.read_exact(&mut chunk).unwrap();
            if size == 0 {
                return (status, body);
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }
}

/// What one path took in one round.
pub struct Measured {
    pub calls: usize,
    pub wall: Duration,
    /// Ascending.
    pub latencies: Vec<Duration>,
    /// Processor seconds.
    pub server_cpu: f64,
    pub postgres_cpu: f64,
}

impl Measured {
    pub fn per_second(&self) -> f64 {
        self.calls as f64 / self.wall.as_secs_f64()
    }
}

/// The share of the ascending values that a percentile asks for.
pub fn percentile(ascending: &[Duration], share: f64) -> Duration {
    let at = (ascending.len() as f64 * share).ceil() as usize;
    ascending.get(at.max(1) - 1).copied().unwrap_or_default()
}

/// Every connection sends its next call as soon as the last one is answered.
pub fn closed(stage: &mut Stage, server: &Server, path: &Path) -> Measured {
    let calls = (path.calls)(stage, path.per_round);
    let (next, postmaster) = (AtomicUsize::new(0), stage.postmaster());
    let (server_before, postgres_before) = (server.cpu(), cpu_of_postgres(postmaster));
    let begun = Instant::now();
    let mut latencies: Vec<Duration> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = Connection::open(&server.address);
                    let mut own = Vec::new();
                    while let Some(call) = calls.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let sent = Instant::now();
                        connection.send(call);
                        own.push(sent.elapsed());
                    }
                    own
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let wall = begun.elapsed();
    latencies.sort_unstable();
    Measured {
        calls: calls.len(),
        wall,
        latencies,
        server_cpu: server.cpu() - server_before,
        postgres_cpu: cpu_of_postgres(postmaster) - postgres_before,
    }
}
