//! The demo: a portal of its own in one directory, with people and, unless told otherwise, a quarter behind it.
//! Its contract is design section 14, "Demo contract".

mod actors;
mod history;
mod logins;
mod names;
mod people;
mod plan;
mod scans;
mod seed;
mod submission;
mod talk;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::config::{Config, Lookup, public_url_of};
use crate::letters::Typeset;
use crate::platform::db;
use crate::platform::time::Clock;
use crate::server;
use crate::start::{self, StartError};

use history::History;
use logins::Logins;

/// How long before the first start the office of the demo began: its people, and the seal that signs its letters.
const BEGAN_BEFORE: TimeDelta = TimeDelta::days(110);

/// Content of DIR/history once the past is made, or was not wanted.
const DONE: &str = "done";

/// What `sepakat demo` was called with.
pub struct Demo {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    /// People and catalogue, but no requests.
    pub empty: bool,
}

/// Serves the demo until it is told to stop. What an earlier start made is kept.
///
/// # Errors
/// Why it does not run, as one sentence.
pub fn run(demo: &Demo, environment: Lookup<'_>, typeset: Typeset, out: &mut dyn Write) -> Result<(), StartError> {
    // Before anything else: an address in use is the commonest mistake, and the real port goes into links.
    let listener = server::bind(demo.listen)?;
    let address = listener
        .local_addr()
        .map_err(|error| StartError::Listen(demo.listen, error))?;
    let mut config = config(address, environment)?;
    let now = Clock::System.now();
    let dir = start::data_dir(&demo.data_dir, &mut config, now, now - BEGAN_BEFORE)?;
    let served = prepare(demo, config, now, typeset).and_then(|(app, mut logins)| {
        logins.url = app.config().link("");
        logins.write(&demo.data_dir)?;
        server::run(&app, listener, || greet(out, address, &demo.data_dir, &logins))
    });
    dir.close();
    served
}

/// The environment counts, but for what belongs to the directory.
fn config(address: SocketAddr, environment: Lookup<'_>) -> Result<Config, StartError> {
    let ours = |name: &str| match name {
        "SEPAKAT_LISTEN" => Some(address.to_string()),
        "DATABASE_URL" | "SEPAKAT_MASTER_KEY" | "SEPAKAT_SEAL_KEY" | "SEPAKAT_FILES" => None,
        other => environment(other),
    };
    let mut config = Config::read(&ours)?;
    if environment("PUBLIC_URL").is_none() {
        config.public_url = public_url_of(address)?;
    }
    config.demo_inbox = true;
    Ok(config)
}

fn prepare(demo: &Demo, config: Config, now: DateTime<Utc>, typeset: Typeset) -> Result<(App, Logins), StartError> {
    let app = start::app(config, Clock::System, typeset)?;
    let past = past_of(&app, now)?;
    let logins = seed::people(&app, &past, &demo.data_dir, now - BEGAN_BEFORE)?;
    live_past(past, demo, now)?;
    Ok((app, logins))
}

/// The application of the past: its clock is set by hand, its mails go into the inbox and never to a server, and its
/// transactions do not wait for the disk one by one (the first one of the present brings all of them there).
fn past_of(app: &App, now: DateTime<Utc>) -> Result<App, StartError> {
    let mut config = app.config().clone();
    config.smtp = None;
    config.demo_inbox = true;
    let url = config.database_url.clone().ok_or(StartError::NoDatabase)?;
    let pool = db::pool(&format!("{url} options='-c synchronous_commit=off'"), 4, db::PATIENCE)?;
    Ok(app.with(config, Clock::given(now), pool))
}

/// Makes the past of the first start, once. When it was begun is written down, so that a start that was cut short is
/// gone on with, not begun anew.
fn live_past(past: App, demo: &Demo, now: DateTime<Utc>) -> Result<(), StartError> {
    let path = demo.data_dir.join("history");
    let note = |text: &str| std::fs::write(&path, text).map_err(|error| StartError::File(path.clone(), error));
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    if before == DONE {
        return Ok(());
    }
    if !demo.empty {
        let begun = before.parse().unwrap_or(now);
        note(&begun.to_rfc3339())?;
        let history = History::new(past, begun).map_err(StartError::internal("the demo's past"))?;
        history.live();
    }
    note(DONE)
}

/// The line that scripts wait for, then what people need. Whoever hung up need not know.
fn greet(out: &mut dyn Write, address: SocketAddr, dir: &std::path::Path, logins: &Logins) {
    let mut text = format!("ready http://{address}\n\n");
    let mut shown = Vec::new();
    for login in &logins.accounts {
        if !shown.contains(&&login.role) {
            shown.push(&login.role);
            text.push_str(&format!("  {:<9} {:<34} {}\n", login.role, login.login, login.name));
        }
    }
    if let Some(login) = logins.accounts.first() {
        text.push_str(&format!(
            "\n  kata sandi semua akun: {}\n  semua akun dan kode rahasia TOTP: {}\n  berhenti: Ctrl+C\n",
            login.password,
            Logins::path(dir).display()
        ));
    }
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
