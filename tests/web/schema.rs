//! What the database refuses by itself, and that it and the program mean the same words.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use sepakat::platform::db;

use crate::support::Database;

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    rule: String,
}

fn ask(conn: &mut PgConnection, question: &str) -> Vec<Words> {
    diesel::sql_query(question).load(conn).unwrap()
}

/// Words in quotes: `'a'::text, 'b'::text` or the variants of a list in Rust.
fn quoted(text: &str, quote: char) -> Vec<String> {
    text.split(quote).skip(1).step_by(2).map(str::to_owned).collect()
}

/// The CHECK of each `table.column` that lists words.
fn checks(conn: &mut PgConnection) -> BTreeMap<String, Vec<String>> {
    let found = ask(
        conn,
        "SELECT rel.relname || '.' || att.attname AS place, pg_get_constraintdef(con.oid) AS rule \
         FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid \
         JOIN pg_attribute att ON att.attrelid = rel.oid AND att.attnum = con.conkey[1] \
         WHERE con.contype = 'c' AND cardinality(con.conkey) = 1 AND pg_get_constraintdef(con.oid) LIKE '%ARRAY[%'",
    );
    found
        .into_iter()
        .map(|row| (row.place, sorted(quoted(&row.rule, '\''))))
        .collect()
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words
}

macro_rules! words {
    ($list:ty) => {
        sorted(<$list>::ALL.iter().map(|word| word.as_str().to_owned()).collect())
    };
}

#[test]
fn every_stored_list_of_words_is_the_same_in_the_program_and_in_the_database() {
    use sepakat::accounts::login::SessionKind;
    use sepakat::{accounts, areas, assignment, files, letters, notifications, requests, services};
    let officers = |all: Vec<String>| -> Vec<String> {
        all.into_iter()
            .filter(|word| word != "admin" && word != "pengawas")
            .collect()
    };
    let program: BTreeMap<&str, Vec<String>> = BTreeMap::from([
        ("accounts.sex", words!(accounts::Sex)),
        ("appointments.acting", words!(accounts::Acting)),
        ("appointments.position", words!(accounts::Position)),
        ("areas.level", words!(areas::AreaLevel)),
        ("attachments.media_type", words!(files::MediaType)),
        ("letters.state", words!(letters::LetterState)),
        ("mail_tokens.purpose", words!(accounts::LinkPurpose)),
        ("offices.assignment_mode", words!(assignment::Mode)),
        ("outbox.state", words!(notifications::OutboxState)),
        ("register_entries.level", words!(letters::Level)),
        ("register_entries.state", words!(letters::EntryState)),
        ("request_contents.relation", words!(services::Relation)),
        ("request_message_reads.side", words!(requests::conversation::Side)),
        ("request_messages.position", words!(accounts::Position)),
        ("request_messages.side", words!(requests::conversation::Side)),
        ("request_events.party", words!(requests::route::Party)),
        ("requests.kepling", words!(requests::route::Kepling)),
        ("requests.state", words!(requests::stage::State)),
        ("requests.step_name", words!(services::StepName)),
        ("requests.step_position", officers(words!(accounts::Position))),
        ("sessions.kind", words!(SessionKind)),
    ]);
    let database = Database::new();
    let stored = checks(&mut database.connect());
    for (place, words) in &stored {
        let same = program
            .get(place.as_str())
            .unwrap_or_else(|| panic!("{place} has a CHECK that this test does not know"));
        assert_eq!(words, same, "{place}");
    }
    for place in program.keys() {
        assert!(stored.contains_key(*place), "{place} has no CHECK");
    }
}

/// Columns whose name says it all, or whose table's comment does.
const SELF_EVIDENT: &[&str] = &[
    "id",
    "code",
    "name",
    "at",
    "created_at",
    "version",
    "state",
    "area",
    "kecamatan",
    "kelurahan",
    "lingkungan",
    "level",
    "parent",
    "seq",
    "number",
    "subject",
    "recipient",
    "published_at",
    "published_by",
    "expires_at",
    "used_at",
    "issued_at",
    "ended_at",
    "submitted_at",
    "assigned_at",
    "sent_at",
    "account_id",
    "request_id",
    "letter_id",
    "session_id",
    "attachment_id",
    "position",
    "step",
    "kind",
    "action",
    "actor",
    "owner",
    "submitter",
    "signer",
    "year",
    "bytes",
    "postal_code",
    "address",
    "phone",
    "email",
    "birth_date",
    "sex",
    "valid_from",
    "valid_until",
    "disabled_at",
    "revoked_at",
    "last_used_at",
    "email_verified_at",
    "totp_confirmed_at",
    "identity_verified_by",
    "user_agent",
    "token_hash",
    "purpose",
    "tracking_code",
    "service_code",
    "service_version",
    "applicant_account",
    "applicant_name",
    "signer_name",
    "holder_name",
    "step_name",
    "step_position",
    "step_section",
    "calendar_version",
    "target_minutes",
    "from_state",
    "to_state",
    "from_step",
    "to_step",
    "data",
    "prev_hash",
    "body_text",
    "body_html",
    "message_id",
    "attempts",
    "next_attempt_at",
    "leased_until",
    "last_error",
    "last_seq",
    "wrapped_key",
    "master_key_id",
];

/// Tables whose columns are told by the table's comment.
const TOLD_BY_THEIR_TABLE: &[&str] = &[
    "login_failures",
    "recovery_codes",
    "suppressions",
    "absences",
    "event_notes",
];

#[test]
fn every_table_is_described_and_most_columns_are() {
    let database = Database::new();
    let conn = &mut database.connect();
    let silent = ask(
        conn,
        "SELECT relname::text AS place, '' AS rule FROM pg_class WHERE relkind = 'r' \
         AND relnamespace = 'public'::regnamespace AND relname <> '__diesel_schema_migrations' \
         AND obj_description(oid) IS NULL",
    );
    let silent: Vec<_> = silent.iter().map(|row| &row.place).collect();
    assert!(silent.is_empty(), "tables without a comment: {silent:?}");
    let columns = ask(
        conn,
        "SELECT rel.relname::text AS place, att.attname::text AS rule FROM pg_class rel \
         JOIN pg_attribute att ON att.attrelid = rel.oid AND att.attnum > 0 AND NOT att.attisdropped \
         WHERE rel.relkind = 'r' AND rel.relnamespace = 'public'::regnamespace \
         AND rel.relname <> '__diesel_schema_migrations' AND col_description(rel.oid, att.attnum) IS NULL",
    );
    let silent: Vec<String> = columns
        .iter()
        .filter(|row| !SELF_EVIDENT.contains(&row.rule.as_str()) && !TOLD_BY_THEIR_TABLE.contains(&row.place.as_str()))
        .map(|row| format!("{}.{}", row.place, row.rule))
        .collect();
    assert!(silent.is_empty(), "columns without a comment: {silent:#?}");
}

#[test]
fn the_runtime_role_can_neither_rewrite_history_nor_change_the_schema() {
    let database = Database::new();
    for forbidden in [
        "UPDATE request_events SET action = 'x'",
        "DELETE FROM request_events",
        "TRUNCATE request_events CASCADE",
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "DELETE FROM audit_heads",
        "UPDATE anchors SET heads = 0",
        "DELETE FROM anchors",
        "TRUNCATE anchors CASCADE",
        "UPDATE anchor_heads SET seq = 1",
        "DELETE FROM anchor_heads",
        "TRUNCATE requests CASCADE",
        "UPDATE service_versions SET version = 2",
        "DELETE FROM calendar_versions",
        "DELETE FROM register_entries",
        "UPDATE register_entries SET number = 'x'",
        "DELETE FROM assignments",
        "CREATE TABLE mine (n int)",
        "CREATE TEMP TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "ALTER TABLE requests ADD COLUMN mine int",
        "DROP TABLE requests",
        "ALTER TABLE request_events DISABLE TRIGGER ALL",
        "DELETE FROM __diesel_schema_migrations",
    ] {
        let mut conn = PgConnection::establish(&database.app_url()).unwrap();
        let refused = conn.batch_execute(forbidden).unwrap_err().to_string();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{forbidden}: {refused}"
        );
    }
    let mut conn = PgConnection::establish(&database.app_url()).unwrap();
    for allowed in [
        "SELECT FROM request_events",
        "UPDATE requests SET version = version + 1",
        "DELETE FROM jobs",
        "UPDATE register_entries SET state = 'void'",
    ] {
        conn.batch_execute(allowed).unwrap();
    }
}

#[test]
fn four_that_migrate_an_empty_database_at_once_all_succeed() {
    let database = Database::empty();
    let owner = database.owner_url();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| db::migrate(&owner))).collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
    });
    db::check_schema(&db::pool(&owner, 1, db::PATIENCE).unwrap()).unwrap();
}

#[test]
fn an_empty_database_is_refused_as_too_old() {
    let database = Database::empty();
    let pool = db::pool(&database.app_url(), 1, db::PATIENCE).unwrap();
    assert!(matches!(db::check_schema(&pool), Err(db::DbError::OldSchema)));
}
