//! Rows of `letters`, `register_counters` and `register_entries`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::reserve::Reservation;
use super::state::{EntryState, LetterState, Level};
use crate::areas::AreaCode;
use crate::platform::crypto::WrappedKey;
use crate::schema::{letters as t, register_counters as counters, register_entries as entries};

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// What of a letter is settled with its first signature.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(super) struct ReservedRow {
    pub id: Uuid,
    pub code: String,
    pub valid_until: Option<NaiveDate>,
}

/// The letter of a request that waits for its file.
pub(super) fn reserved(conn: &mut PgConnection, request_id: Uuid) -> Result<Option<ReservedRow>> {
    t::table
        .filter(t::request_id.eq(request_id))
        .filter(t::state.eq(LetterState::Reserved))
        .select(ReservedRow::as_select())
        .first(conn)
        .optional()
}

pub(super) struct NewLetter<'a> {
    pub id: Uuid,
    pub code: &'a str,
    pub holder_masked: &'a str,
    pub key: WrappedKey,
    pub now: DateTime<Utc>,
}

pub(super) fn insert(conn: &mut PgConnection, new: NewLetter<'_>, from: &Reservation) -> Result<()> {
    diesel::insert_into(t::table)
        .values((
            t::id.eq(new.id),
            t::request_id.eq(from.request_id),
            t::code.eq(new.code),
            t::state.eq(LetterState::Reserved),
            t::service_code.eq(&from.service_code),
            t::area.eq(&from.letter_area),
            t::holder_masked.eq(new.holder_masked),
            t::wrapped_key.eq(new.key.bytes),
            t::master_key_id.eq(new.key.master_key_id),
            t::valid_until.eq(from.valid_until),
            t::created_at.eq(new.now),
        ))
        .execute(conn)
        .map(drop)
}

pub(super) fn set_valid_until(conn: &mut PgConnection, id: Uuid, valid_until: Option<NaiveDate>) -> Result<()> {
    diesel::update(t::table.find(id))
        .set(t::valid_until.eq(valid_until))
        .execute(conn)
        .map(drop)
}

/// The number that a letter has at a level already, with its date.
pub(super) fn entry(conn: &mut PgConnection, letter: Uuid, level: Level) -> Result<Option<(String, NaiveDate)>> {
    entries::table
        .filter(entries::letter_id.eq(letter))
        .filter(entries::level.eq(level))
        .select((entries::number, entries::issued_on))
        .first(conn)
        .optional()
}

/// The number stays; whoever signs now stands behind it.
pub(super) fn set_signer(conn: &mut PgConnection, letter: Uuid, from: &Reservation) -> Result<()> {
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
pub(super) fn next_sequence(conn: &mut PgConnection, area: &AreaCode, year: i32) -> Result<i32> {
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

pub(super) struct NewEntry<'a> {
    pub letter: Uuid,
    pub year: i32,
    pub seq: i32,
    pub number: &'a str,
}

pub(super) fn insert_entry(conn: &mut PgConnection, new: &NewEntry<'_>, from: &Reservation) -> Result<()> {
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

/// A letter's data key as stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(super) struct KeyRow {
    pub master_key_id: String,
    pub wrapped_key: Vec<u8>,
}

pub(super) fn key(conn: &mut PgConnection, id: Uuid) -> Result<KeyRow> {
    t::table.find(id).select(KeyRow::as_select()).first(conn)
}

pub(super) struct SealedData {
    pub sealed: Vec<u8>,
    pub hash: Vec<u8>,
    pub title: String,
    pub signed_at: DateTime<Utc>,
}

/// Number of letters changed: none unless it is reserved.
pub(super) fn set_data(conn: &mut PgConnection, id: Uuid, data: &SealedData) -> Result<usize> {
    diesel::update(t::table.find(id).filter(t::state.eq(LetterState::Reserved)))
        .set((
            t::data_sealed.eq(&data.sealed),
            t::data_hash.eq(&data.hash),
            t::title.eq(&data.title),
            t::signed_at.eq(data.signed_at),
        ))
        .execute(conn)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(super) struct RenderRow {
    pub code: String,
    pub holder_masked: String,
    pub data_sealed: Option<Vec<u8>>,
    pub signed_at: Option<DateTime<Utc>>,
    #[diesel(embed)]
    pub key: KeyRow,
}

pub(super) fn for_render(conn: &mut PgConnection, id: Uuid) -> Result<Option<RenderRow>> {
    t::table
        .find(id)
        .filter(t::state.eq(LetterState::Reserved))
        .select(RenderRow::as_select())
        .first(conn)
        .optional()
}

/// What a register says of a letter, level by level.
#[derive(Queryable, Selectable)]
#[diesel(table_name = entries)]
pub(super) struct EntryRow {
    pub area: AreaCode,
    pub level: Level,
    pub number: String,
    pub issued_on: NaiveDate,
    pub signer_name: String,
    pub signer_office: String,
}

pub(super) fn entries_of(conn: &mut PgConnection, letter: Uuid) -> Result<Vec<EntryRow>> {
    entries::table
        .filter(entries::letter_id.eq(letter))
        .select(EntryRow::as_select())
        .load(conn)
}

pub(super) struct Issued<'a> {
    pub blob: &'a str,
    pub pdf_sha256: &'a [u8],
    pub bytes: i64,
    pub template_hash: &'a [u8],
    pub now: DateTime<Utc>,
}

/// The request of the letter and the letter's service, when it is reserved.
pub(super) fn reserved_by_id(conn: &mut PgConnection, id: Uuid) -> Result<Option<(Uuid, String)>> {
    t::table
        .find(id)
        .filter(t::state.eq(LetterState::Reserved))
        .select((t::request_id, t::service_code))
        .first(conn)
        .optional()
}

pub(super) fn set_issued(conn: &mut PgConnection, id: Uuid, file: &Issued<'_>) -> Result<usize> {
    diesel::update(t::table.find(id).filter(t::state.eq(LetterState::Reserved)))
        .set((
            t::state.eq(LetterState::Issued),
            t::blob.eq(file.blob),
            t::pdf_sha256.eq(file.pdf_sha256),
            t::bytes.eq(file.bytes),
            t::template_hash.eq(file.template_hash),
            t::issued_at.eq(file.now),
        ))
        .execute(conn)
}

pub(super) fn set_used(conn: &mut PgConnection, letter: Uuid) -> Result<()> {
    diesel::update(
        entries::table
            .filter(entries::letter_id.eq(letter))
            .filter(entries::state.eq(EntryState::Reserved)),
    )
    .set(entries::state.eq(EntryState::Used))
    .execute(conn)
    .map(drop)
}

/// Ends the letter of a request that stands in `from`, and its numbers with it. None when there is no such letter.
pub(super) fn end(
    conn: &mut PgConnection,
    request_id: Uuid,
    from: LetterState,
    to: (LetterState, EntryState),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let ended: Option<Uuid> = diesel::update(t::table.filter(t::request_id.eq(request_id)).filter(t::state.eq(from)))
        .set((t::state.eq(to.0), t::ended_at.eq(now)))
        .returning(t::id)
        .get_result(conn)
        .optional()?;
    if let Some(letter) = ended {
        diesel::update(entries::table.filter(entries::letter_id.eq(letter)))
            .set((entries::state.eq(to.1), entries::reason.eq(reason)))
            .execute(conn)?;
    }
    Ok(ended)
}

pub(super) fn blob(conn: &mut PgConnection, id: Uuid) -> Result<Option<String>> {
    t::table.find(id).select(t::blob).first(conn)
}

/// Which of these blobs a letter names.
pub(super) fn named_blobs(conn: &mut PgConnection, blobs: &[String]) -> Result<Vec<String>> {
    t::table
        .filter(t::blob.eq_any(blobs))
        .select(t::blob.assume_not_null())
        .load(conn)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(super) struct IssuedRow {
    pub id: Uuid,
    pub code: String,
    pub state: LetterState,
    pub valid_until: Option<NaiveDate>,
}

pub(super) fn newest_issued(conn: &mut PgConnection, request_id: Uuid) -> Result<Option<IssuedRow>> {
    t::table
        .filter(t::request_id.eq(request_id))
        .filter(t::state.eq_any([LetterState::Issued, LetterState::Revoked]))
        .order(t::issued_at.desc())
        .select(IssuedRow::as_select())
        .first(conn)
        .optional()
}
