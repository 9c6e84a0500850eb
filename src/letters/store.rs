//! Rows of `letters`; those of the agenda book are in `register`.

pub(super) mod register;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::reserve::Reservation;
use super::state::LetterState;
use crate::areas::AreaCode;
use crate::platform::crypto::WrappedKey;
use crate::schema::letters as t;

/// States in which a letter is known outside.
const PUBLIC: [LetterState; 2] = [LetterState::Issued, LetterState::Revoked];

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

/// States of the letters of a request that are not ended.
pub(super) fn live_states(conn: &mut PgConnection, request_id: Uuid) -> Result<Vec<LetterState>> {
    t::table
        .filter(t::request_id.eq(request_id))
        .filter(t::state.eq_any([LetterState::Reserved, LetterState::Issued]))
        .select(t::state)
        .load(conn)
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

/// Ends the letter of a request that stands in `from`. None when there is no such letter.
pub(super) fn end(
    conn: &mut PgConnection,
    request_id: Uuid,
    from: LetterState,
    to: LetterState,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    diesel::update(t::table.filter(t::request_id.eq(request_id)).filter(t::state.eq(from)))
        .set((t::state.eq(to), t::ended_at.eq(now)))
        .returning(t::id)
        .get_result(conn)
        .optional()
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
        .filter(t::state.eq_any(PUBLIC))
        .order((t::issued_at.desc(), t::id.desc()))
        .select(IssuedRow::as_select())
        .first(conn)
        .optional()
}

/// What strangers may learn of a letter.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(super) struct PublicRow {
    pub id: Uuid,
    pub code: String,
    pub state: LetterState,
    pub service_code: String,
    pub title: Option<String>,
    pub area: AreaCode,
    pub holder_masked: String,
    pub valid_until: Option<NaiveDate>,
}

pub(super) fn public_by_code(conn: &mut PgConnection, code: &str) -> Result<Option<PublicRow>> {
    t::table
        .filter(t::code.eq(code))
        .filter(t::state.eq_any(PUBLIC))
        .select(PublicRow::as_select())
        .first(conn)
        .optional()
}

pub(super) fn public_by_hash(conn: &mut PgConnection, sha256: &[u8]) -> Result<Option<PublicRow>> {
    t::table
        .filter(t::pdf_sha256.eq(sha256))
        .filter(t::state.eq_any(PUBLIC))
        .select(PublicRow::as_select())
        .first(conn)
        .optional()
}
