//! No half-issued letter: issued means number, file, event, and a PDF that opens and is what was signed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use sepakat::letters::{EntryState, LetterState};
use sepakat::requests::stage::{Action, State};
use sepakat::schema::{
    accounts, letters, register_counters as counters, register_entries as entries, request_attachments as attached,
    request_events as events, requests,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::load::Load;

/// Scans that are opened; the rest is compared by row.
const SCANS: i64 = 60;

pub fn all(conn: &mut PgConnection, load: &Load) -> Vec<String> {
    let mut lost = numbers(conn);
    lost.extend(halves(conn));
    lost.extend(files(conn, load));
    lost.extend(scans(conn, load));
    lost
}

/// Per area and year 1..n, and the counter stands at n.
fn numbers(conn: &mut PgConnection) -> Vec<String> {
    let rows: Vec<(String, i32, i32)> = entries::table
        .order((entries::area, entries::year, entries::seq))
        .select((entries::area, entries::year, entries::seq))
        .load(conn)
        .unwrap();
    let counted: Vec<(String, i32, i32)> = counters::table
        .select((counters::area, counters::year, counters::last_seq))
        .load(conn)
        .unwrap();
    let mut books: BTreeMap<(String, i32), Vec<i32>> = BTreeMap::new();
    for (area, year, seq) in rows {
        books.entry((area, year)).or_default().push(seq);
    }
    let mut lost = Vec::new();
    for (area, year, last) in counted {
        let found = books.remove(&(area.clone(), year)).unwrap_or_default();
        if found != (1..=last).collect::<Vec<i32>>() {
            lost.push(format!("the register of {area} in {year} is not 1..{last}: {found:?}"));
        } else {
            println!("drill: register of {area} in {year}: 1..{last}, no gap");
        }
    }
    lost.extend(books.keys().map(|book| format!("register {book:?} has no counter")));
    lost
}

/// Requests, letters, numbers and events agree with each other.
fn halves(conn: &mut PgConnection) -> Vec<String> {
    let stands: Vec<(Uuid, State)> = requests::table
        .select((requests::id, requests::state))
        .load(conn)
        .unwrap();
    let of_letters: Vec<(Uuid, Uuid, LetterState, Option<String>)> = letters::table
        .select((letters::request_id, letters::id, letters::state, letters::blob))
        .load(conn)
        .unwrap();
    let of_numbers: Vec<(Uuid, EntryState)> = entries::table
        .select((entries::letter_id, entries::state))
        .load(conn)
        .unwrap();
    let issues: Vec<Uuid> = events::table
        .filter(events::action.eq(Action::Issue))
        .select(events::request_id)
        .load(conn)
        .unwrap();
    let issued: BTreeSet<Uuid> = stands
        .iter()
        .filter(|(_, state)| *state == State::Issued)
        .map(|(id, _)| *id)
        .collect();
    let mut lost = Vec::new();
    let once: BTreeSet<Uuid> = issues.iter().copied().collect();
    if once != issued || once.len() != issues.len() {
        lost.push(format!(
            "{} requests are issued, {} issue events are there",
            issued.len(),
            issues.len()
        ));
    }
    let with_letter: BTreeSet<Uuid> = of_letters
        .iter()
        .filter(|(.., state, blob)| *state == LetterState::Issued && blob.is_some())
        .map(|(id, ..)| *id)
        .collect();
    if with_letter != issued {
        lost.push(format!(
            "{} requests are issued, {} letters are",
            issued.len(),
            with_letter.len()
        ));
    }
    let states: BTreeMap<Uuid, LetterState> = of_letters.iter().map(|(_, id, state, _)| (*id, *state)).collect();
    for (letter, number) in of_numbers {
        let fits = matches!(
            (states.get(&letter), number),
            (Some(LetterState::Issued), EntryState::Used)
                | (Some(LetterState::Reserved), EntryState::Reserved)
                | (Some(LetterState::Void), EntryState::Void)
                | (Some(LetterState::Revoked), EntryState::Revoked)
        );
        if !fits {
            lost.push(format!(
                "letter {letter} is {:?}, its number {number:?}",
                states.get(&letter)
            ));
        }
    }
    println!("drill: {} letters are issued", issued.len());
    lost
}

/// Every issued letter opens for its owner, byte for byte as it was signed, and is known as valid.
fn files(conn: &mut PgConnection, load: &Load) -> Vec<String> {
    let rows: Vec<(Uuid, Option<Vec<u8>>, String)> = requests::table
        .inner_join(letters::table.on(letters::request_id.eq(requests::id)))
        .inner_join(accounts::table.on(accounts::id.eq(requests::submitter)))
        .filter(letters::state.eq(LetterState::Issued))
        .select((requests::id, letters::pdf_sha256, accounts::email))
        .load(conn)
        .unwrap();
    let caller = load.caller();
    let mut lost = Vec::new();
    for (request, hash, login) in rows {
        let token = token(load, &login);
        let (status, pdf) = load.block_on(caller.get(&token, &format!("/api/v1/requests/{request}/letter")));
        if status != 200 || !pdf.starts_with(b"%PDF") || hash.as_deref() != Some(&Sha256::digest(&pdf)[..]) {
            lost.push(format!(
                "the letter of {request} does not open as it was signed: {status}, {} bytes",
                pdf.len()
            ));
            continue;
        }
        let checked = load.block_on(caller.verify(pdf));
        if checked["state"] != "valid" {
            lost.push(format!("the letter of {request} is not valid: {checked}"));
        }
    }
    lost
}

fn scans(conn: &mut PgConnection, load: &Load) -> Vec<String> {
    let rows: Vec<(Uuid, Uuid, String)> = attached::table
        .inner_join(requests::table.inner_join(accounts::table.on(accounts::id.eq(requests::submitter))))
        .filter(attached::replaced_at.is_null())
        .order(attached::attachment_id.desc())
        .limit(SCANS)
        .select((attached::request_id, attached::attachment_id, accounts::email))
        .load(conn)
        .unwrap();
    let opens = |(request, file, login): &(Uuid, Uuid, String)| {
        let path = format!("/api/v1/requests/{request}/attachments/{file}");
        load.block_on(load.caller().get(&token(load, login), &path)).0 == 200
    };
    let lost = rows.iter().filter(|row| !opens(row));
    lost.map(|(request, file, _)| format!("scan {file} of {request} does not open"))
        .collect()
}

fn token(load: &Load, login: &str) -> String {
    load.people
        .iter()
        .find(|person| person.login == login)
        .map(|person| person.token.clone())
        .unwrap_or_default()
}
