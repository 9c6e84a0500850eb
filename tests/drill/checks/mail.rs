//! Every mail that was decided is in the outbox and was taken by the server, again and again under one Message-ID.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use sepakat::notifications::OutboxState;
use sepakat::requests::messages;
use sepakat::requests::stage::Action;
use sepakat::schema::{outbox, request_events as events};
use uuid::Uuid;

use crate::smtp::SmtpSink;

pub fn all(conn: &mut PgConnection, sink: &SmtpSink) -> Vec<String> {
    let rows: Vec<(String, String, String, OutboxState)> = outbox::table
        .select((outbox::dedupe_key, outbox::message_id, outbox::recipient, outbox::state))
        .load(conn)
        .unwrap();
    let mut lost = decided(conn, &rows.iter().map(|(key, ..)| key.as_str()).collect());
    let mut taken: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in sink.taken() {
        taken.entry(mail.header("Message-ID")).or_default().push(mail.to);
    }
    let known: BTreeMap<&str, &str> = rows.iter().map(|(_, id, to, _)| (bare(id), to.as_str())).collect();
    for (key, id, _, state) in &rows {
        let times = taken
            .iter()
            .find(|(taken, _)| bare(taken) == bare(id))
            .map_or(0, |(_, to)| to.len());
        if *state != OutboxState::Sent {
            lost.push(format!("mail {key} is {state}"));
        } else if times == 0 {
            lost.push(format!("mail {key} is marked as sent and no server took it"));
        }
    }
    for (id, to) in &taken {
        if to.iter().any(|to| known.get(bare(id)) != Some(&to.as_str())) {
            lost.push(format!(
                "a mail {id} to {to:?} was taken that the outbox does not know so"
            ));
        }
    }
    let all: usize = taken.values().map(Vec::len).sum();
    println!(
        "drill: {} mails decided, {all} taken: {} came twice under their Message-ID",
        rows.len(),
        all - taken.len()
    );
    lost
}

fn bare(id: &str) -> &str {
    id.trim_matches(['<', '>'])
}

/// Each event that tells the resident something has its row.
fn decided(conn: &mut PgConnection, there: &BTreeSet<&str>) -> Vec<String> {
    let rows: Vec<(Uuid, i32, Action)> = events::table
        .select((events::request_id, events::seq, events::action))
        .load(conn)
        .unwrap();
    rows.into_iter()
        .filter(|(.., action)| messages::mail(*action).is_some())
        .map(|(request, seq, action)| (format!("request:{request}:{seq}:mail"), action))
        .filter(|(key, _)| !there.contains(key.as_str()))
        .map(|(key, action)| format!("the mail {key} of {action} was never decided"))
        .collect()
}
