//! Kills (-9): in each phase the process that reached it, and Postgres under it; and anything at any moment.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use sepakat::platform::crash::Phase;
use sepakat::platform::ids::Entropy;

use crate::house::{House, Victim};

/// How many kills.
pub struct Plan {
    /// Of the process that reached it, in each phase.
    pub of_program: u32,
    /// Of Postgres, in each phase.
    pub of_postgres: u32,
    /// Phases in which Postgres is killed.
    postgres_in: &'static [Phase],
    /// Whether the clock is helped at the end: a lease of two minutes would take the short drill's whole time.
    pub hurries: bool,
}

impl Plan {
    pub fn full() -> Self {
        Self {
            of_program: 5,
            of_postgres: 5,
            postgres_in: Phase::ALL,
            hurries: false,
        }
    }

    /// Postgres only where it hurts most.
    pub fn short() -> Self {
        const WORST: &[Phase] = &[Phase::Signing, Phase::FileStored, Phase::MailHanded];
        Self {
            of_program: 1,
            of_postgres: 1,
            postgres_in: WORST,
            hurries: true,
        }
    }

    fn rounds(&self) -> Vec<(Phase, bool)> {
        let mut rounds = Vec::new();
        for _ in 0..self.of_program {
            rounds.extend(Phase::ALL.iter().map(|phase| (*phase, false)));
        }
        for _ in 0..self.of_postgres {
            rounds.extend(self.postgres_in.iter().map(|phase| (*phase, true)));
        }
        // In no order that a protocol might happen to like.
        rounds.sort_by_cached_key(|_| Entropy.bytes::<8>());
        rounds
    }
}

/// What was killed where; no phase = at a random moment.
#[derive(Default)]
pub struct Kills(BTreeMap<(Option<Phase>, Victim), u32>);

impl Kills {
    fn note(&mut self, phase: Option<Phase>, victim: Victim) {
        *self.0.entry((phase, victim)).or_default() += 1;
    }

    fn of(&self, phase: Option<Phase>, victim: Victim) -> u32 {
        self.0.get(&(phase, victim)).copied().unwrap_or(0)
    }

    /// Phases that were not hit as often as planned.
    pub fn missing(&self, plan: &Plan) -> Vec<String> {
        let mut missing = Vec::new();
        for phase in Phase::ALL {
            let program = self.of(Some(*phase), Victim::Server) + self.of(Some(*phase), Victim::Worker);
            let postgres = self.of(Some(*phase), Victim::Postgres);
            let wanted = if plan.postgres_in.contains(phase) {
                plan.of_postgres
            } else {
                0
            };
            if program < plan.of_program || postgres < wanted {
                missing.push(format!(
                    "phase {phase} was killed only {program} times, under Postgres {postgres} times"
                ));
            }
        }
        missing
    }
}

impl fmt::Display for Kills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const VICTIMS: [Victim; 3] = [Victim::Server, Victim::Worker, Victim::Postgres];
        writeln!(
            f,
            "{:<14} {:>7} {:>7} {:>9}",
            "killed -9 in", "server", "worker", "Postgres"
        )?;
        let mut sums = [0; 3];
        for phase in Phase::ALL.iter().copied().map(Some).chain([None]) {
            let name = phase.map_or("at random", Phase::as_str);
            let counts = VICTIMS.map(|victim| self.of(phase, victim));
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            writeln!(f, "{name:<14} {:>7} {:>7} {:>9}", counts[0], counts[1], counts[2])?;
        }
        writeln!(f, "{:<14} {:>7} {:>7} {:>9}", "together", sums[0], sums[1], sums[2])
    }
}

pub fn run(plan: &Plan, house: &mut House, say: &impl Fn(&str)) -> Kills {
    let mut kills = Kills::default();
    let mut rounds = plan.rounds();
    let all = rounds.len();
    let mut done = 0;
    let mut misses = 0;
    while let Some((phase, of_postgres)) = rounds.pop() {
        house.restart();
        match reached(house, phase) {
            Some(pid) => {
                let victim = if of_postgres {
                    house.kill_postgres().then_some(Victim::Postgres)
                } else {
                    house.kill_process(pid)
                };
                release(&house.points(), phase, pid);
                if let Some(victim) = victim {
                    kills.note(Some(phase), victim);
                }
                done += 1;
            }
            // The load did not come by; once more later.
            None if misses < all => {
                misses += 1;
                rounds.insert(0, (phase, of_postgres));
            }
            None => say(&format!("nobody reached {phase}")),
        }
        if of_postgres {
            house.await_postgres();
        }
        house.restart();
        if done % 5 == 4 {
            at_random(house, &mut kills, done);
        }
        if done % 10 == 0 {
            say(&format!("{done} of {all} phases"));
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    house.await_postgres();
    kills
}

/// Asks for a phase and waits until a process has reached it; gives its id.
fn reached(house: &mut House, phase: Phase) -> Option<u32> {
    let points = house.points();
    let asked = points.join(phase.as_str());
    fs::write(&asked, "").unwrap();
    let begun = Instant::now();
    loop {
        if let Some(pid) = taken(&points, phase) {
            return Some(pid);
        }
        if begun.elapsed() > Duration::from_secs(25) {
            // Taken at the last moment?
            return match fs::remove_file(&asked) {
                Ok(()) => None,
                Err(_) => taken(&points, phase),
            };
        }
        house.restart();
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn taken(points: &Path, phase: Phase) -> Option<u32> {
    let start = format!("{phase}.");
    let files = fs::read_dir(points)
        .unwrap()
        .filter_map(|file| file.ok()?.file_name().into_string().ok());
    files.filter_map(|name| name.strip_prefix(&start)?.parse().ok()).next()
}

fn release(points: &Path, phase: Phase, pid: u32) {
    let _ = fs::remove_file(points.join(format!("{phase}.{pid}")));
}

fn at_random(house: &mut House, kills: &mut Kills, turn: usize) {
    std::thread::sleep(Duration::from_millis(u64::from(u8::from_le_bytes(Entropy.bytes()))));
    let kind = [Victim::Server, Victim::Worker, Victim::Postgres][(turn / 5) % 3];
    let killed = match kind {
        Victim::Postgres => house.kill_postgres().then_some(kind),
        _ => house.any(kind, turn).and_then(|pid| house.kill_process(pid)),
    };
    if let Some(victim) = killed {
        kills.note(None, victim);
    }
    if kind == Victim::Postgres {
        house.await_postgres();
    }
}
