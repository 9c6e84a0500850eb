//! The owner of the database changes history; `audit verify` names the first row that does not fit.

use std::process::{Command, Output};

use diesel::connection::SimpleConnection;
use sepakat::audit::VerifyError;
use sepakat::oversight;

use super::two_days;
use crate::support::TestApp;

/// What is said after these statements, which are then taken back.
fn verdict(app: &TestApp, statements: &str) -> String {
    let mut owner = app.connect();
    owner.batch_execute("BEGIN").unwrap();
    owner.batch_execute(statements).unwrap();
    match oversight::check(&mut owner) {
        Ok(report) => report.to_string(),
        Err(VerifyError::Broken(flaw)) => flaw.to_string(),
        Err(VerifyError::Failed(error)) => panic!("{statements}: {error:?}"),
    }
}

fn audit_verify(app: &TestApp) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sepakat"))
        .args(["audit", "verify"])
        .env("DATABASE_URL", app.database_url())
        .output()
        .unwrap()
}

#[tokio::test]
async fn whatever_the_owner_changes_the_first_row_that_does_not_fit_is_named() {
    let (app, one, two) = two_days().await;
    let whole = verdict(&app, "SELECT 1");
    assert!(whole.ends_with("everything fits"), "{whole}");
    let of = |id: &str| format!("WHERE request_id = '{id}'");
    // Texts hang on their events.
    let free = "ALTER TABLE event_notes DROP CONSTRAINT event_notes_request_id_seq_fkey; \
        ALTER TABLE anchor_heads DROP CONSTRAINT anchor_heads_anchor_fkey;";
    let last_head = "(SELECT hash FROM request_events e WHERE e.request_id = requests.id AND e.seq = event_seq - 1)";
    let cut = format!(
        "DELETE FROM request_events {} AND seq = 3; UPDATE requests SET event_head = {last_head}, event_seq = 2, \
         state = 'returned', step = (SELECT to_step FROM request_events e WHERE e.request_id = requests.id AND e.seq = 2), \
         step_position = 'kepling' WHERE id = '{one}'",
        of(&one)
    );
    for (statements, expected) in [
        (
            format!("UPDATE request_events SET action = 'verify' {} AND seq = 2", of(&one)),
            format!("chain events:{one}, row 2: altered; its content does not give its hash"),
        ),
        (
            format!(
                "UPDATE request_events SET at = at + interval '1 microsecond' {} AND seq = 1",
                of(&two)
            ),
            format!("chain events:{two}, row 1: altered; its content does not give its hash"),
        ),
        (
            format!("DELETE FROM request_events {} AND seq = 2", of(&one)),
            format!("chain events:{one}, row 2: missing; the next row there is has number 3"),
        ),
        (
            format!("DELETE FROM request_events {} AND seq = 4", of(&two)),
            format!("chain events:{two}, row 4: missing; the chain's head is row 4"),
        ),
        (
            format!("DELETE FROM request_events {}", of(&one)),
            format!("chain events:{one}, row 1: missing, and every row after it"),
        ),
        (
            format!(
                "UPDATE request_events SET seq = 99 {0} AND seq = 1; UPDATE request_events SET seq = 1 {0} AND seq = 2; \
                 UPDATE request_events SET seq = 2 {0} AND seq = 99",
                of(&one)
            ),
            format!("chain events:{one}, row 1: reordered; what stands here was row 2"),
        ),
        (
            format!("UPDATE event_notes SET note = 'Foto baik' {}", of(&one)),
            format!("chain events:{one}, row 2: its text was altered"),
        ),
        (
            format!("UPDATE requests SET state = 'issued' WHERE id = '{one}'"),
            format!("chain events:{one}, row 3: left the request in submitted, its row says issued"),
        ),
        // The tail and the row's head with it: only the anchor knows.
        (
            cut,
            format!("chain events:{one}, row 3: missing; anchor 1 of 2026-11-24 holds it"),
        ),
        (
            format!("UPDATE audit_entries SET actor = NULL WHERE chain = 'request:{one}'"),
            format!("chain request:{one}, row 1: altered; its content does not give its hash"),
        ),
        (
            format!("DELETE FROM audit_entries WHERE chain = 'request:{one}'"),
            format!("chain request:{one}, row 1: missing, and every row after it; only the head is left"),
        ),
        (
            format!("DELETE FROM audit_heads WHERE chain = 'request:{one}'"),
            format!("chain request:{one}, row 1: has no head: its row in audit_heads is gone"),
        ),
        (
            format!(
                "DELETE FROM audit_entries WHERE chain = 'request:{one}'; DELETE FROM audit_heads WHERE chain = 'request:{one}'"
            ),
            format!("chain request:{one}, row 1: missing; anchor 1 of 2026-11-24 holds it"),
        ),
        (
            "UPDATE anchors SET day = '2026-11-23'".to_owned(),
            "chain anchor, row 1: altered; its content does not give its hash".to_owned(),
        ),
        (
            format!("DELETE FROM anchor_heads WHERE chain = 'events:{one}'"),
            "chain anchor, row 1: altered; its content does not give its hash".to_owned(),
        ),
        (
            "DELETE FROM anchors".to_owned(),
            "chain anchor, row 1: missing; the audit chain says that it was made".to_owned(),
        ),
        (
            "DELETE FROM anchor_heads; DELETE FROM anchors; DELETE FROM audit_entries WHERE chain = 'anchors'"
                .to_owned(),
            "chain anchors, row 1: missing, and every row after it; only the head is left".to_owned(),
        ),
    ] {
        assert_eq!(verdict(&app, &format!("{free} {statements}")), expected, "{statements}");
    }
}

#[tokio::test]
async fn in_an_audit_chain_of_several_rows_each_kind_of_change_is_named() {
    let (app, ..) = two_days().await;
    // The account of the resident: logged in, viewed twice.
    let chain = "(SELECT chain FROM audit_heads WHERE chain LIKE 'account:%' ORDER BY seq DESC, chain LIMIT 1)";
    let tail = "(SELECT max(seq) FROM audit_entries WHERE chain = (SELECT chain FROM named))";
    let named = format!("CREATE TEMP TABLE named AS SELECT {chain} AS chain; ");
    let of = |what: &str| format!("{named} {what}");
    for (statements, expected) in [
        (
            of("DELETE FROM audit_entries WHERE chain = (SELECT chain FROM named) AND seq = 1"),
            "missing; the next row",
        ),
        (
            of(&format!(
                "DELETE FROM audit_entries WHERE chain = (SELECT chain FROM named) AND seq = {tail}"
            )),
            "missing; the chain's head",
        ),
        (
            of(
                "UPDATE audit_entries SET seq = -seq WHERE chain = (SELECT chain FROM named) AND seq < 3; \
                UPDATE audit_entries SET seq = 3 + seq WHERE chain = (SELECT chain FROM named) AND seq < 0",
            ),
            "reordered; what stands here was row 2",
        ),
        (
            of(
                "UPDATE audit_entries SET at = at - interval '1 hour' WHERE chain = (SELECT chain FROM named) AND seq = 2",
            ),
            "altered",
        ),
    ] {
        let said = verdict(&app, &statements);
        assert!(
            said.contains("chain account:") && said.contains(expected),
            "{statements}\n{said}"
        );
    }
}

#[tokio::test]
async fn the_command_says_what_it_checked_and_fails_on_what_was_changed() {
    let (app, one, _) = two_days().await;
    let good = audit_verify(&app);
    let said = String::from_utf8(good.stdout).unwrap();
    assert_eq!(
        good.status.code(),
        Some(0),
        "{said} {}",
        String::from_utf8_lossy(&good.stderr)
    );
    assert!(
        said.contains("events:  7 rows of 2 requests, 2 texts") && said.contains("anchors: 1 with"),
        "{said}"
    );
    let change = format!("UPDATE request_events SET actor = NULL WHERE request_id = '{one}' AND seq = 1");
    app.connect().batch_execute(&change).unwrap();
    let bad = audit_verify(&app);
    let said = String::from_utf8(bad.stderr).unwrap();
    assert_eq!(bad.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("chain events:{one}, row 1: altered")), "{said}");
}
