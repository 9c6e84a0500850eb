//! pgbench with the statements of a path: taken from the log of Postgres with their parameters while a real call ran,
//! and replayed prepared, on as many connections, in the same round. What must be new in every repetition (ids, keys,
//! codes) is made inside the statement from a number that counts up; nothing else is changed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::CONNECTIONS;
use crate::data::Stage;
use crate::load::{Call, Connection};
use crate::paths::{PATHS, Path};
use crate::server::Server;

/// The statements of one path, ready for pgbench.
pub struct Script {
    /// Every client repeats a call of its own, as different people would: `\if :client_id = n`.
    file: PathBuf,
    /// `-D` name=value.
    variables: Vec<String>,
    /// Statements of a call: what the program asks of Postgres, one after the other.
    pub round_trips: usize,
}

/// A statement as it was logged; a parameter that is None was NULL.
#[derive(Debug)]
struct Statement {
    text: String,
    parameters: Vec<Option<String>>,
}

/// Lets a server of one connection serve some calls of every path and takes down what reaches Postgres.
pub fn capture(stage: &mut Stage) -> Vec<Script> {
    stage.sql(
        "ALTER ROLE sepakat_app SET log_statement = 'all'; ALTER ROLE sepakat_app SET log_error_verbosity = 'default'",
    );
    let server = Server::start(stage, &[("SEPAKAT_WORKER", "off"), ("SEPAKAT_POOL", "1")]);
    stage.sql("ALTER ROLE sepakat_app RESET log_statement; ALTER ROLE sepakat_app RESET log_error_verbosity");
    let mut connection = Connection::open(&server.address);
    let scripts = PATHS
        .iter()
        .map(|path| {
            let calls = (path.calls)(stage, 2 * CONNECTIONS);
            // The first calls of a kind may read what is kept in memory afterwards.
            for call in &calls[..CONNECTIONS] {
                connection.send(call);
            }
            let mut script = Script::new(
                stage
                    .dir
                    .join(format!("{}.sql", path.name.replace([' ', ',', '(', ')'], ""))),
            );
            let mut text = String::from("\\set n :base + :client_id * :each + :k\n\\set k :k + 1\n");
            for (client, call) in calls[CONNECTIONS..].iter().enumerate() {
                let log = stage.dir.join("postgres.log");
                let begun = std::fs::metadata(&log).unwrap().len();
                let answer = connection.send(call);
                let statements = read(&log, begun);
                script.round_trips = statements.len();
                let fresh = fresh(path, call, &answer, &statements);
                let branch = if client == 0 { "if" } else { "elif" };
                text.push_str(&format!("\\{branch} :client_id = {client}\n"));
                text.push_str(&script.write(client, &statements, &fresh));
            }
            text.push_str("\\endif\n");
            std::fs::write(&script.file, text).unwrap();
            script
        })
        .collect();
    drop(server);
    scripts
}

/// Runs one round and gives transactions a second.
pub fn run(stage: &mut Stage, path: &Path, script: &Script) -> f64 {
    let each = path.replays / CONNECTIONS;
    let base = if path.name.starts_with("act") {
        stage.back -= path.replays;
        stage.back
    } else {
        stage.next_serial(path.replays)
    };
    if path.name == "submit" {
        let owner = stage.residents[0].account;
        stage.uploads(base..base + path.replays, owner);
    }
    let mut command = Command::new(pgbench());
    command
        .args(["-n", "-M", "prepared", "-h"])
        .arg(stage.dir.join("pg"))
        .args(["-p", "5432", "-U", "sepakat_app"])
        .args([
            "-c",
            &CONNECTIONS.to_string(),
            "-j",
            &CONNECTIONS.min(2).to_string(),
            "-t",
            &each.to_string(),
        ])
        .args([
            "-D",
            &format!("base={base}"),
            "-D",
            &format!("each={each}"),
            "-D",
            "k=0",
        ]);
    for variable in &script.variables {
        command.args(["-D", variable]);
    }
    let output = command.arg("-f").arg(&script.file).arg("sepakat").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    assert!(
        output.status.success() && !errors.contains("ERROR"),
        "pgbench, {}: {errors}\n{text}",
        path.name
    );
    if path.name == "submit" {
        forget(stage);
    }
    rate.unwrap_or_else(|| panic!("{text}"))
}

/// Takes away what pgbench submitted, so that desks are as full as before.
fn forget(stage: &Stage) {
    const OURS: &str =
        "request_id >= 'f0000000-0000-0000-0000-000000000000' AND request_id < 'f0000001-0000-0000-0000-000000000000'";
    let tables = [
        "request_contents",
        "request_events",
        "request_attachments",
        "request_measures",
        "assignments",
    ];
    let mut statements = String::from("SET session_replication_role = replica; ");
    for table in tables {
        statements.push_str(&format!("DELETE FROM {table} WHERE {OURS}; "));
    }
    statements.push_str(&format!(
        "DELETE FROM requests WHERE {}",
        OURS.replace("request_id", "id")
    ));
    stage.sql(&statements);
}

fn pgbench() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin/pgbench"))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from("pgbench"))
}

/// What of a call must be another in every repetition, and the SQL text expression that makes it of `:n`.
fn fresh(path: &Path, call: &Call, answer: &[u8], statements: &[Statement]) -> Vec<(String, String)> {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let uuid = |prefix: &str| format!("'{prefix}-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0')");
    let mut fresh = Vec::new();
    let name = path.name;
    if name == "submit" || name.starts_with("act") {
        let request = if name == "submit" { "f0000000" } else { "d1000000" };
        fresh.push((answer["id"].as_str().unwrap().to_owned(), uuid(request)));
        fresh.push((
            answer["tracking_code"].as_str().unwrap().to_owned(),
            "'Z' || to_hex(:n::bigint)".to_owned(),
        ));
    }
    if let Some(key) = &call.key {
        fresh.push((key.clone(), "'kunci' || :n::text".to_owned()));
    }
    if name == "submit" {
        let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
        for (page, file) in body["attachments"].as_array().unwrap().iter().enumerate() {
            fresh.push((file["id"].as_str().unwrap().to_owned(), uuid(&format!("fa00000{page}"))));
        }
    }
    for (at, statement) in statements.iter().enumerate() {
        let new_rows = [
            "INSERT INTO \"assignments\"",
            "INSERT INTO \"sessions\"",
            "INSERT INTO \"outbox\"",
        ];
        if new_rows.iter().any(|start| statement.text.starts_with(start)) {
            let id = statement.parameters[0].clone().unwrap();
            fresh.push((id, uuid(&format!("f{at:02}00000"))));
        }
        if statement.text.starts_with("INSERT INTO \"sessions\"") {
            let hash = statement
                .parameters
                .iter()
                .flatten()
                .find(|text| text.starts_with("\\x"));
            fresh.push((
                hash.unwrap().clone(),
                "'\\x' || lpad(to_hex(:n::bigint), 64, '0')".to_owned(),
            ));
        }
        if statement.text.contains("store_submission") {
            // Rows of assignments and outbox inside the documents; a Message-ID is the row's id without dashes.
            for (n, document) in statement
                .parameters
                .iter()
                .flatten()
                .filter(|text| text.starts_with('['))
                .enumerate()
            {
                let rows: Value = serde_json::from_str(document).unwrap_or_default();
                if let Some(id) = rows[0]["id"].as_str() {
                    fresh.push((id.to_owned(), uuid(&format!("f7{n}00000"))));
                    fresh.push((
                        id.replace('-', ""),
                        format!("'7{n}' || lpad(to_hex(:n::bigint), 30, '0')"),
                    ));
                }
            }
        }
    }
    fresh
}

impl Script {
    fn new(file: PathBuf) -> Self {
        Self {
            file,
            variables: Vec::new(),
            round_trips: 0,
        }
    }

    /// The statements of one call; their parameters become variables of the whole run.
    fn write(&mut self, sample: usize, statements: &[Statement], fresh: &[(String, String)]) -> String {
        let mut text = String::new();
        for (at, statement) in statements.iter().enumerate() {
            let mut sql = statement.text.clone();
            // From the last, so that $1 is not found in $12.
            for (place, value) in statement.parameters.iter().enumerate().rev() {
                let name = format!("s{sample}_{at}_{place}");
                let written = match value {
                    None => "NULL".to_owned(),
                    // pgbench takes no empty variable.
                    Some(value) if value.is_empty() => "''".to_owned(),
                    Some(value) => {
                        self.variables.push(format!("{name}={value}"));
                        written(&name, value, fresh)
                    }
                };
                sql = sql.replace(&format!("${}", place + 1), &written);
            }
            text.push_str(&sql);
            text.push_str(";\n");
        }
        text
    }
}

fn written(name: &str, value: &str, fresh: &[(String, String)]) -> String {
    let mut expression = format!(":{name}");
    let mut is_changed = false;
    for (from, to) in fresh.iter().filter(|(from, _)| value.contains(from.as_str())) {
        expression = if value == from {
            to.clone()
        } else {
            format!("replace({expression}, '{from}', {to})")
        };
        is_changed = true;
    }
    if !is_changed {
        return expression;
    }
    let kind = if value.starts_with("{\"") || value.starts_with('[') {
        "jsonb"
    } else if value.starts_with('{') {
        "uuid[]"
    } else if value.starts_with("\\x") {
        "bytea"
    } else if value.parse::<uuid::Uuid>().is_ok() {
        "uuid"
    } else {
        "text"
    };
    format!("({expression})::{kind}")
}

/// What was logged since: one line a statement, one with its parameters, tabs before lines that go on.
fn read(log: &std::path::Path, from: u64) -> Vec<Statement> {
    let mut file = File::open(log).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix('\t') {
            Some(more) => {
                if let Some(last) = entries.last_mut() {
                    last.push('\n');
                    last.push_str(more);
                }
            }
            None => entries.push(line.to_owned()),
        }
    }
    let mut statements: Vec<Statement> = Vec::new();
    for entry in entries {
        if let Some((_, parameters)) = entry.split_once("DETAIL:  parameters: ") {
            if let Some(last) = statements.last_mut() {
                last.parameters = split(parameters);
            }
        } else if let Some((_, text)) = entry.split_once("LOG:  statement: ") {
            statements.push(statement(text));
        } else if let Some((_, text)) = entry.split_once("LOG:  execute ") {
            statements.push(statement(text.split_once(": ").unwrap().1));
        }
    }
    statements
}

fn statement(text: &str) -> Statement {
    Statement {
        text: text.trim_end_matches(';').to_owned(),
        parameters: Vec::new(),
    }
}

/// `$1 = 'it''s', $2 = NULL`
fn split(text: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(" = ") {
        if let Some(after) = after.strip_prefix("NULL") {
            values.push(None);
            rest = after;
            continue;
        }
        let mut value = String::new();
        let mut letters = after.strip_prefix('\'').unwrap().char_indices().peekable();
        let mut end = after.len();
        while let Some((at, letter)) = letters.next() {
            if letter != '\'' {
                value.push(letter);
            } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
                value.push('\'');
            } else {
                end = at + 2;
                break;
            }
        }
        values.push(Some(value));
        rest = after.get(end..).unwrap_or_default();
    }
    values
}
