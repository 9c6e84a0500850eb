//! The figures as one table, and what of the promises they keep.

use std::time::Duration;

use crate::CONNECTIONS;
use crate::load::{Measured, percentile};
use crate::open_loop::Busy;
use crate::paths::PATHS;

/// Issue 3: a submission at 50 a second beside queue and report load.
const P99: Duration = Duration::from_millis(100);
const ROUND_TRIPS_OF_SUBMIT: usize = 8;
/// From the smallest to the largest size.
const GROWTH: f64 = 1.3;

struct Figure {
    size: usize,
    path: &'static str,
    per_second: f64,
    p50: f64,
    p99: f64,
    server: f64,
    postgres: f64,
    pgbench: f64,
    round_trips: usize,
}

/// One figure for every round, size and path.
#[derive(Default)]
pub struct Figures(Vec<Figure>);

impl Figures {
    pub fn add(&mut self, size: usize, path: &'static str, http: Measured, pgbench: f64, round_trips: usize) {
        let millis = |share| percentile(&http.latencies, share).as_secs_f64() * 1e3;
        let micros = |seconds: f64| seconds * 1e6 / http.calls as f64;
        self.0.push(Figure {
            size,
            path,
            per_second: http.per_second(),
            p50: millis(0.5),
            p99: millis(0.99),
            server: micros(http.server_cpu),
            postgres: micros(http.postgres_cpu),
            pgbench,
            round_trips,
        });
    }

    fn of(&self, size: usize, path: &str) -> Vec<&Figure> {
        self.0
            .iter()
            .filter(|figure| figure.size == size && figure.path == path)
            .collect()
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints everything; true when a promise is broken.
pub fn print(sizes: &[usize], rounds: usize, figures: &Figures, busy: &[Busy]) -> bool {
    let (smallest, largest) = (sizes[0], sizes[sizes.len() - 1]);
    let mut broken = Vec::new();
    println!(
        "Medians of {rounds} interleaved rounds, {CONNECTIONS} connections. us: processor microseconds of a call."
    );
    println!(
        "pgbench: the same statements alone, prepared, on as many connections. growth: median over the rounds of the"
    );
    println!("p50 (and of the processor time) of a call at this size against the smallest one.\n");
    println!(
        "{:>9}  {:<23} {:>7} {:>8} {:>8} {:>5} {:>9} {:>11} {:>9} {:>6} {:>7} {:>7}",
        "requests",
        "path",
        "calls/s",
        "p50 ms",
        "p99 ms",
        "trips",
        "server us",
        "postgres us",
        "pgbench/s",
        "ratio",
        "growth",
        "(cpu)"
    );
    for path in PATHS {
        for size in sizes {
            let own = figures.of(*size, path.name);
            let first = figures.of(smallest, path.name);
            let of = |value: fn(&Figure) -> f64| median(own.iter().map(|figure| value(figure)));
            let grown = |value: fn(&Figure) -> f64| median(own.iter().zip(&first).map(|(a, b)| value(a) / value(b)));
            let ratio = of(|figure| figure.per_second / figure.pgbench);
            let growth = grown(|figure| figure.p50);
            let trips = own[0].round_trips;
            println!(
                "{size:>9}  {:<23} {:>7.0} {:>8.2} {:>8.2} {trips:>5} {:>9.0} {:>11.0} {:>9.0} {ratio:>6.2} {growth:>7.2} {:>7.2}",
                path.name,
                of(|figure| figure.per_second),
                of(|figure| figure.p50),
                of(|figure| figure.p99),
                of(|figure| figure.server),
                of(|figure| figure.postgres),
                of(|figure| figure.pgbench),
                grown(|figure| figure.server + figure.postgres),
            );
            if *size == largest && path.is_keyed && growth > GROWTH {
                broken.push(format!(
                    "{} grows {growth:.2} times from {smallest} to {largest} requests (must: {GROWTH})",
                    path.name
                ));
            }
            if path.name == "submit" && trips > ROUND_TRIPS_OF_SUBMIT {
                broken.push(format!(
                    "submit takes {trips} round trips (must: {ROUND_TRIPS_OF_SUBMIT})"
                ));
            }
            if *size == largest && path.aim.is_some_and(|aim| ratio < aim) {
                println!("           aim missed: {:.2} of pgbench", path.aim.unwrap_or_default());
            }
        }
    }
    println!("\nOpen loop at {largest} requests, worker on, time counted from when a call was due:");
    for kind in busy {
        println!(
            "{:>9.0}/s {:<23} {:>6} calls, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            kind.per_second,
            kind.name,
            kind.calls,
            kind.p50.as_secs_f64() * 1e3,
            kind.p99.as_secs_f64() * 1e3,
            kind.longest.as_secs_f64() * 1e3
        );
        if kind.name == "submit" && kind.p99 >= P99 {
            broken.push(format!(
                "p99 of submit is {:.0} ms at 50 a second (must: under {} ms)",
                kind.p99.as_secs_f64() * 1e3,
                P99.as_millis()
            ));
        }
    }
    println!();
    for promise in &broken {
        println!("BROKEN: {promise}");
    }
    if broken.is_empty() {
        println!("Every promise is kept.");
    }
    !broken.is_empty()
}
