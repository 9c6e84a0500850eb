//! A busy portal at the largest size: 50 submissions a second beside officers who look at their queue, a report every
//! second and the background work. Open loop: a call is due by the clock, whether or not the ones before it were
//! answered, and its time is counted from then on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::data::Stage;
use crate::load::{Call, Connection, percentile};
use crate::paths::{queue_first, report, submit};
use crate::server::Server;

const SUBMITS_PER_SECOND: f64 = 50.0;
const QUEUES_PER_SECOND: f64 = 20.0;
const REPORTS_PER_SECOND: f64 = 1.0;
const SECONDS: usize = 30;
/// Not counted.
const WARM_UP_SECONDS: usize = 5;

/// Calls at once while warming up.
const AT_ONCE: usize = 24;

/// What one kind of call took.
pub struct Busy {
    pub name: &'static str,
    pub per_second: f64,
    pub calls: usize,
    pub p50: Duration,
    pub p99: Duration,
    pub longest: Duration,
}

pub fn run(stage: &mut Stage, server: &Server) -> Vec<Busy> {
    let mut kinds = Vec::new();
    let all: [(&'static str, f64, fn(&mut Stage, usize) -> Vec<Call>, usize); 3] = [
        ("submit", SUBMITS_PER_SECOND, submit, 32),
        ("queue, first page", QUEUES_PER_SECOND, queue_first, 8),
        ("report (month by area)", REPORTS_PER_SECOND, report, 2),
    ];
    for (name, rate, calls, workers) in all {
        let count = (rate * (SECONDS + WARM_UP_SECONDS) as f64) as usize;
        kinds.push((name, rate, calls(stage, count), workers));
    }
    warm_up(stage, server);
    let begun = Instant::now() + Duration::from_millis(200);
    std::thread::scope(|scope| {
        let running: Vec<_> = kinds
            .iter()
            .map(|(name, rate, calls, workers)| {
                scope.spawn(move || of_kind(name, *rate, calls, *workers, &server.address, begun))
            })
            .collect();
        running.into_iter().map(|kind| kind.join().unwrap()).collect()
    })
}

/// More calls at once than there are connections to Postgres, so that each of them has planned its statements, as in a
/// portal that has run for a while.
fn warm_up(stage: &mut Stage, server: &Server) {
    for (calls, count) in [
        (submit as fn(&mut Stage, usize) -> Vec<Call>, 480),
        (queue_first, 480),
        (report, 16),
    ] {
        let calls = calls(stage, count);
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    let mut connection = Connection::open(&server.address);
                    while let Some(call) = calls.get(next.fetch_add(1, Ordering::Relaxed)) {
                        connection.send(call);
                    }
                });
            }
        });
    }
}

fn of_kind(name: &'static str, rate: f64, calls: &[Call], workers: usize, address: &str, begun: Instant) -> Busy {
    let next = AtomicUsize::new(0);
    let counted_from = (rate * WARM_UP_SECONDS as f64) as usize;
    let mut latencies: Vec<Duration> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = Connection::open(address);
                    let mut own = Vec::new();
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        let Some(call) = calls.get(n) else { return own };
                        let due = begun + Duration::from_secs_f64(n as f64 / rate);
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                        connection.send(call);
                        if n >= counted_from {
                            own.push(due.elapsed());
                        }
                    }
                })
            })
            .collect();
        running.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    latencies.sort_unstable();
    Busy {
        name,
        per_second: rate,
        calls: latencies.len(),
        p50: percentile(&latencies, 0.5),
        p99: percentile(&latencies, 0.99),
        longest: latencies.last().copied().unwrap_or_default(),
    }
}
