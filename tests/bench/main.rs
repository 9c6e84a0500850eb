//! `make bench`: how fast the portal is, beside what Postgres alone does with the same statements, and whether it stays
//! so when the history grows. One table on standard output; ends with 1 when a promise is broken.
//!
//! For every size a private Postgres with that many requests (`data`), a real `sepakat serve` on it (`server`), and
//! rounds in which every path is called over HTTP (`load`) and its statements, as Postgres logged them with their
//! parameters, are replayed by pgbench on as many connections (`replay`). Rounds go through all sizes in turn, so that
//! a machine that is slow for a minute is slow for all of them; figures are medians over the rounds.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a measurement that fails may panic, and it takes the machine's time itself"
)]

mod data;
mod load;
mod open_loop;
mod paths;
mod replay;
mod server;
mod table;

use std::path::PathBuf;

use data::Stage;
use paths::PATHS;
use server::Server;
use table::Figures;

/// Connections of each measurement, over HTTP and of pgbench.
pub const CONNECTIONS: usize = 4;

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty());
    text.map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name}={text} cannot be read"))
    })
}

fn main() {
    let mut sizes: Vec<usize> = setting("BENCH_SIZES", "10000,100000,1000000".to_owned())
        .split(',')
        .map(|size| {
            size.trim()
                .parse()
                .unwrap_or_else(|_| panic!("BENCH_SIZES: {size} is no number"))
        })
        .collect();
    sizes.sort_unstable();
    let rounds = setting("BENCH_ROUNDS", 5_usize);
    let keep: String = setting("BENCH_KEEP", String::new());
    let base = if keep.is_empty() {
        std::env::temp_dir().join(format!("sepakat-bench-{}", std::process::id()))
    } else {
        PathBuf::from(&keep)
    };
    let broken = measure(&base, &sizes, rounds);
    if keep.is_empty() {
        let _ = std::fs::remove_dir_all(&base);
    }
    std::process::exit(i32::from(broken));
}

fn measure(base: &std::path::Path, sizes: &[usize], rounds: usize) -> bool {
    let mut stages: Vec<Stage> = sizes
        .iter()
        .map(|size| Stage::open(&base.join(size.to_string()), *size))
        .collect();
    let mut figures = Figures::default();
    let scripts: Vec<Vec<replay::Script>> = stages.iter_mut().map(replay::capture).collect();
    let mut servers: Vec<Server> = stages
        .iter()
        .map(|stage| Server::start(stage, &[("SEPAKAT_WORKER", "off")]))
        .collect();
    // Round 0 warms caches and plans and is not counted.
    for round in 0..=rounds {
        for (at, stage) in stages.iter_mut().enumerate() {
            for (path, script) in PATHS.iter().zip(&scripts[at]) {
                let http = load::closed(stage, &servers[at], path);
                let alone = replay::run(stage, path, script);
                eprintln!(
                    "round {round}, {} requests, {}: {:.0}/s, pgbench {:.0}/s",
                    stage.size,
                    path.name,
                    http.per_second(),
                    alone
                );
                if round > 0 {
                    figures.add(stage.size, path.name, http, alone, script.round_trips);
                }
            }
        }
    }
    let largest = stages.len() - 1;
    let busy = {
        let stopped = servers.remove(largest);
        drop(stopped);
        let server = Server::start(&stages[largest], &[]);
        open_loop::run(&mut stages[largest], &server)
    };
    drop(servers);
    let broken = table::print(sizes, rounds, &figures, &busy);
    for stage in stages {
        stage.close();
    }
    broken
}
