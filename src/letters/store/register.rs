//! Rows of the agenda book: `register_counters` and `register_entries`.

use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

use crate::areas::AreaCode;
use crate::letters::reserve::Reservation;
use crate::letters::state::{EntryState, Level};
use crate::schema::{register_counters as counters, register_entries as entries};

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// The number that a letter has at a level already, with its date.
pub(in crate::letters) fn entry(
    conn: &mut PgConnection,
    letter: Uuid,
    level: Level,
) -> Result<Option<(String, NaiveDate)>> {
    entries::table
        .filter(entries::letter_id.eq(letter))
        .filter(entries::level.eq(level))
        .select((entries::number, entries::issued_on))
        .first(conn)
        .optional()
}

/// The number stays; whoever signs now stands behind it.
pub(in crate::letters) fn set_signer(conn: &mut PgConnection, letter: Uuid, from: &Reservation) -> Result<()> {
    diesel::update(
        entries::table
            .filter(entries::letter_id.eq(letter))
            .filter(entries::level.eq(from.level))
            .filter(entries::state.eq(EntryState::Reserved)),
    )
    .set((
        entries::signer.eq(from.signer),
        entries::signer_name.eq(&from.signer_name),
        entries::signer_office.eq(&from.signer_office),
    ))
    .execute(conn)
    .map(drop)
}

/// The next number of a register. The row stays locked until the transaction ends, so that a number that is rolled
/// back is given to the next one and nobody sees a gap.
pub(in crate::letters) fn next_sequence(conn: &mut PgConnection, area: &AreaCode, year: i32) -> Result<i32> {
    diesel::insert_into(counters::table)
        .values((
            counters::area.eq(area),
            counters::year.eq(year),
            counters::last_seq.eq(1),
        ))
        .on_conflict((counters::area, counters::year))
        .do_update()
        .set(counters::last_seq.eq(counters::last_seq + 1))
        .returning(counters::last_seq)
        .get_result(conn)
}

pub(in crate::letters) struct NewEntry<'a> {
    pub letter: Uuid,
    pub year: i32,
    pub seq: i32,
    pub number: &'a str,
}

pub(in crate::letters) fn insert_entry(conn: &mut PgConnection, new: &NewEntry<'_>, from: &Reservation) -> Result<()> {
    diesel::insert_into(entries::table)
        .values((
            entries::area.eq(&from.area),
            entries::year.eq(new.year),
            entries::seq.eq(new.seq),
            entries::number.eq(new.number),
            entries::letter_id.eq(new.letter),
            entries::level.eq(from.level),
            entries::service_code.eq(&from.service_code),
            entries::holder_name.eq(&from.holder_name),
            entries::signer.eq(from.signer),
            entries::signer_name.eq(&from.signer_name),
            entries::signer_office.eq(&from.signer_office),
            entries::issued_on.eq(from.on),
            entries::state.eq(EntryState::Reserved),
        ))
        .execute(conn)
        .map(drop)
}

/// What a register says of a letter, level by level.
#[derive(Queryable, Selectable)]
#[diesel(table_name = entries)]
pub(in crate::letters) struct EntryRow {
    pub area: AreaCode,
    pub level: Level,
    pub number: String,
    pub issued_on: NaiveDate,
    pub signer: Uuid,
    pub signer_name: String,
    pub signer_office: String,
}

pub(in crate::letters) fn entries_of(conn: &mut PgConnection, letter: Uuid) -> Result<Vec<EntryRow>> {
    entries::table
        .filter(entries::letter_id.eq(letter))
        .select(EntryRow::as_select())
        .load(conn)
}

pub(in crate::letters) fn set_used(conn: &mut PgConnection, letter: Uuid) -> Result<()> {
    diesel::update(
        entries::table
            .filter(entries::letter_id.eq(letter))
            .filter(entries::state.eq(EntryState::Reserved)),
    )
    .set(entries::state.eq(EntryState::Used))
    .execute(conn)
    .map(drop)
}

/// Ends the numbers of a letter, with the reason.
pub(in crate::letters) fn end(conn: &mut PgConnection, letter: Uuid, to: EntryState, reason: &str) -> Result<()> {
    diesel::update(entries::table.filter(entries::letter_id.eq(letter)))
        .set((entries::state.eq(to), entries::reason.eq(reason)))
        .execute(conn)
        .map(drop)
}

/// A line of the agenda book.
#[derive(Queryable, Selectable)]
#[diesel(table_name = entries)]
pub(in crate::letters) struct LineRow {
    pub seq: i32,
    pub number: String,
    pub level: Level,
    pub service_code: String,
    pub holder_name: String,
    pub signer_name: String,
    pub signer_office: String,
    pub issued_on: NaiveDate,
    pub state: EntryState,
    pub reason: Option<String>,
}

/// Newest first, below the sequence number `after`.
pub(in crate::letters) fn lines(
    conn: &mut PgConnection,
    area: &AreaCode,
    year: i32,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<LineRow>> {
    entries::table
        .filter(entries::area.eq(area))
        .filter(entries::year.eq(year))
        .filter(entries::seq.lt(after.unwrap_or(i32::MAX)))
        .order(entries::seq.desc())
        .limit(limit)
        .select(LineRow::as_select())
        .load(conn)
}
