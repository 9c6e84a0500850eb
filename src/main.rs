//! The commands of `sepakat`. What they do lies in the library; only this file knows typst and standard output.

#[cfg(feature = "typeset")]
mod typeset;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use sepakat::admin::{self, Invite};
use sepakat::app::App;
use sepakat::config::{Config, SETTINGS, environment};
use sepakat::demo::{self, Demo};
use sepakat::letters::Typeset;
use sepakat::platform::telemetry;
use sepakat::platform::time::Clock;
use sepakat::start::{self, StartError};
use sepakat::{routes, server};

/// SEPAKAT: portal pelayanan surat kecamatan. `sepakat config` lists the settings of the environment.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal (and run its background work, unless SEPAKAT_WORKER=off)
    Serve(Place),
    /// Run background work only: letters, mail, timers
    Worker(Place),
    /// Bring the database of MIGRATE_DATABASE_URL up to date
    Migrate,
    /// Serve a demo with people and requests of its own
    Demo {
        /// Address and port; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Where everything of the demo lies; a second start goes on with it
        #[arg(long)]
        data_dir: PathBuf,
        /// People and catalogue, but no requests
        #[arg(long)]
        empty: bool,
    },
    /// Look after the portal
    #[command(subcommand)]
    Admin(Admin),
    /// Look whether the histories are as they were written
    #[command(subcommand)]
    Audit(Audit),
    /// List the settings of the environment
    Config,
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum Admin {
    /// Appoint a person and send the invitation
    Invite {
        #[arg(long)]
        email: String,
        /// With degrees, as printed on letters
        #[arg(long)]
        name: String,
        /// kepling, petugas, seklur, lurah, kasi, sekcam, camat, admin or pengawas
        #[arg(long)]
        position: String,
        /// Code of the lingkungan, kelurahan or kecamatan
        #[arg(long)]
        area: String,
        /// Section of a kasi
        #[arg(long)]
        section: Option<String>,
        #[arg(long)]
        nip: Option<String>,
        /// Pangkat and golongan
        #[arg(long)]
        rank: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Check every chain of events, the audit and the daily anchors; name the first row that does not fit
    Verify(Place),
}

#[derive(Args)]
struct Place {
    /// Private database, files and secrets in this directory instead of DATABASE_URL
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

fn main() -> ExitCode {
    // Wrong arguments end here, with 2.
    let cli = Cli::parse();
    telemetry::init_logs();
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "sepakat: {}", error.told());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), StartError> {
    match command {
        Command::Serve(place) => serve(&place),
        Command::Worker(place) => with_app(&place, |app| server::run_worker(app, || say("ready"))),
        Command::Migrate => migrate(),
        Command::Demo {
            listen,
            data_dir,
            empty,
        } => {
            let demo = Demo {
                listen,
                data_dir,
                empty,
            };
            demo::run(&demo, &environment, typesetter(), &mut std::io::stdout())
        }
        Command::Admin(Admin::Invite {
            email,
            name,
            position,
            area,
            section,
            nip,
            rank,
            place,
        }) => with_app(&place, |app| {
            let invite = Invite {
                email: &email,
                name: &name,
                position: &position,
                area: &area,
                section: section.as_deref(),
                nip: nip.as_deref(),
                rank: rank.as_deref(),
            };
            say(&admin::invite(app, &invite)?);
            Ok(())
        }),
        Command::Audit(Audit::Verify(place)) => {
            let report = start::verify(Config::read(&environment)?, place.data_dir.as_deref())?;
            say(&report.to_string());
            Ok(())
        }
        Command::Config => {
            settings();
            Ok(())
        }
        Command::Openapi => {
            let document = routes::openapi(&Config::read(&environment)?);
            say(&format!("{document:#}"));
            Ok(())
        }
    }
}

fn serve(place: &Place) -> Result<(), StartError> {
    let listener = server::bind(Config::read(&environment)?.listen)?;
    with_app(place, |app| {
        let address = listener.local_addr().unwrap_or(app.config().listen);
        server::run(app, listener, || say(&format!("ready http://{address}")))
    })
}

fn migrate() -> Result<(), StartError> {
    let config = Config::read(&environment)?;
    let url = environment("MIGRATE_DATABASE_URL").ok_or(StartError::NoOwner)?;
    start::migrate(&url, &config.kecamatan, Clock::System.now())?;
    say("the database is up to date");
    Ok(())
}

/// Builds the application on the database that is meant, and stops a private one afterwards.
fn with_app(place: &Place, work: impl FnOnce(&App) -> Result<(), StartError>) -> Result<(), StartError> {
    let mut config = Config::read(&environment)?;
    let now = Clock::System.now();
    let dir = match &place.data_dir {
        Some(dir) => Some(start::data_dir(dir, &mut config, now, now)?),
        None => None,
    };
    let done = start::app(config, Clock::System, typesetter()).and_then(|app| work(&app));
    if let Some(dir) = dir {
        dir.close();
    }
    done
}

#[cfg(feature = "typeset")]
fn typesetter() -> Typeset {
    typeset::typeset
}

/// Letters are their data, not PDF: for developing without typst.
#[cfg(not(feature = "typeset"))]
fn typesetter() -> Typeset {
    sepakat::letters::stub_typeset
}

fn settings() {
    for setting in SETTINGS {
        let default = match setting.default {
            "" => String::new(),
            default => format!(" [{default}]"),
        };
        say(&format!("{}{default}\n    {}", setting.name, setting.meaning));
    }
}

/// One line to whoever still listens.
fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
