//! The crash drill: a mixed load on two servers and two workers over a real Postgres, all of which are killed (-9) at
//! random and in every phase of the issue protocol and of the outbox. Then everything that was acknowledged must be
//! there, once, and everything that was begun must be ended.
//!
//! `cargo test --test drill -- full` (minutes; at least five kills of the program and of Postgres in each phase) or
//! `-- short` (about a minute; every phase). Exits with 1 and says what was lost.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a drill that cannot go on ends"
)]

mod caller;
mod chaos;
mod checks;
mod house;
mod ledger;
mod load;
mod people;
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../web/support/smtp.rs"]
mod smtp;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use chaos::Plan;
use house::House;
use ledger::Ledger;

fn main() -> ExitCode {
    let plan = match std::env::args().nth(1).as_deref() {
        Some("full") => Plan::full(),
        Some("short") => Plan::short(),
        _ => {
            eprintln!("drill: say which: cargo test --test drill -- full|short");
            return ExitCode::from(2);
        }
    };
    let begun = Instant::now();
    let say = |what: &str| println!("drill: {:>4} s  {what}", begun.elapsed().as_secs());
    say("an office with its people");
    let mut house = House::build();
    let people = people::read(&house);
    house.open();
    say("servers and workers are up; everybody logs in");
    let ledger = Arc::new(Ledger::default());
    let mut load = load::Load::start(&house, people, Arc::clone(&ledger));
    say("the office works; now it is killed");
    let kills = chaos::run(&plan, &mut house, &say);
    load.stop();
    say("the load has ended; the rest is left to the workers");
    house.revive();
    let mut lost = checks::drained(&house, &plan);
    say("drained; looking at what is there");
    load.log_residents_in();
    lost.extend(checks::all(&house, &ledger, &load));
    println!("\n{kills}\n{ledger}");
    house.close();
    say("done");
    lost.extend(kills.missing(&plan));
    if lost.is_empty() {
        println!("drill: nothing was lost, nothing happened twice");
        return ExitCode::SUCCESS;
    }
    for what in &lost {
        println!("drill: LOST: {what}");
    }
    println!(
        "drill: {} findings; what the programs said is kept in {}",
        lost.len(),
        house.keep().display()
    );
    ExitCode::FAILURE
}
