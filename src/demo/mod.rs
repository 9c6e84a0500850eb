//! The demo: a portal of its own in one directory, with people and, unless told otherwise, a month behind it.
//! Its contract is design section 14, "Demo contract".

mod logins;
mod names;
mod people;
mod seed;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::config::{Config, Lookup, public_url_of};
use crate::letters::Typeset;
use crate::platform::time::Clock;
use crate::server;
use crate::start::{self, StartError};

use logins::Logins;

/// How long before the first start the office of the demo began: its people, and the seal that signs its letters.
const BEGAN_BEFORE: TimeDelta = TimeDelta::days(60);

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
    let logins = seed::people(&app, &demo.data_dir, now - BEGAN_BEFORE)?;
    Ok((app, logins))
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
