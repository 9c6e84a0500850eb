//! Transaction 1 of the issue protocol (design.md section 6): with the last signature of a level its letter gets a
//! number, which belongs to that letter for ever, whatever happens next.

use chrono::{Datelike, NaiveDate};
use diesel::PgConnection;
use uuid::Uuid;

use super::code::LetterCode;
use super::data::mask_name;
use super::error::LetterError;
use super::number::format_number;
use super::state::{LetterState, Level};
use super::store::{self, register};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::crypto::DataKey;

/// What a number is asked for.
#[derive(Debug, Clone)]
pub struct Reservation {
    pub request_id: Uuid,
    /// Catalogue code, `SKD`.
    pub service_code: String,
    /// Archive code of Permendagri 83/2022.
    pub archive_code: String,
    /// Whose register: the kelurahan, or the kecamatan.
    pub area: AreaCode,
    /// Its mark in numbers, `MTR`.
    pub unit_code: String,
    pub level: Level,
    /// The kelurahan that serves the request.
    pub letter_area: AreaCode,
    /// Full name of whom the letter is about.
    pub holder_name: String,
    pub signer: Uuid,
    pub signer_name: String,
    /// As printed, `Lurah Mutiara`.
    pub signer_office: String,
    /// Today in the cell's time zone.
    pub on: NaiveDate,
    /// Last day on which the letter counts, if it ends.
    pub valid_until: Option<NaiveDate>,
}

/// A number and the letter it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    pub letter_id: Uuid,
    /// The letter's own code, without dashes.
    pub code: String,
    pub number: String,
    /// Date of the first signature under this number; a repeat after a failure keeps it.
    pub issued_on: NaiveDate,
    /// As it was given with that first signature.
    pub valid_until: Option<NaiveDate>,
}

/// Gives the letter of a request its number at one level, making the letter itself when it has none yet.
///
/// Asked again (the first attempt could not be sealed) it gives the same number and date, and notes who signs now.
/// The caller holds the row of the request.
///
/// # Errors
/// `RegisterFull`, or what the database says.
pub fn reserve(conn: &mut PgConnection, ctx: &Ctx<'_>, from: &Reservation) -> Result<Reserved, LetterError> {
    let known = store::reserved(conn, from.request_id)?;
    if let Some(letter) = &known
        && let Some((number, issued_on)) = register::entry(conn, letter.id, from.level)?
    {
        register::set_signer(conn, letter.id, from)?;
        return Ok(Reserved {
            letter_id: letter.id,
            code: letter.code.clone(),
            number,
            issued_on,
            valid_until: letter.valid_until,
        });
    }
    let (letter_id, code) = match known {
        Some(letter) => {
            store::set_valid_until(conn, letter.id, from.valid_until)?;
            (letter.id, letter.code)
        }
        None => new_letter(conn, ctx, from)?,
    };
    Ok(Reserved {
        letter_id,
        code,
        number: take_number(conn, letter_id, from)?,
        issued_on: from.on,
        valid_until: from.valid_until,
    })
}

/// Whether a level of the request's letter in the making was signed.
///
/// # Errors
/// What the database says.
pub fn is_reserved(conn: &mut PgConnection, request_id: Uuid) -> Result<bool, LetterError> {
    Ok(store::reserved(conn, request_id)?.is_some())
}

/// How the letters of a request stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// One is in the making: a level was signed.
    pub is_reserved: bool,
    /// One was issued and counts.
    pub is_issued: bool,
}

/// Which letters of a request live: one that was issued, and beside it the one that shall replace it.
///
/// # Errors
/// What the database says.
pub fn standing(conn: &mut PgConnection, request_id: Uuid) -> Result<Standing, LetterError> {
    let states = store::live_states(conn, request_id)?;
    Ok(Standing {
        is_reserved: states.contains(&LetterState::Reserved),
        is_issued: states.contains(&LetterState::Issued),
    })
}

/// The lurah's number on a letter that the camat signs, too.
#[derive(Debug, Clone)]
pub struct LowerEntry {
    pub number: String,
    pub issued_on: NaiveDate,
    pub signer: Uuid,
    /// Lines of the signature block, joined by commas.
    pub signer_office: String,
}

/// What the register of the lower level says of a letter.
///
/// # Errors
/// What the database says.
pub fn lower_entry(conn: &mut PgConnection, letter: Uuid) -> Result<Option<LowerEntry>, LetterError> {
    let lower = store::register::entries_of(conn, letter)?
        .into_iter()
        .find(|entry| entry.level == Level::Kelurahan);
    Ok(lower.map(|entry| LowerEntry {
        number: entry.number,
        issued_on: entry.issued_on,
        signer: entry.signer,
        signer_office: entry.signer_office,
    }))
}

fn new_letter(conn: &mut PgConnection, ctx: &Ctx<'_>, from: &Reservation) -> Result<(Uuid, String), LetterError> {
    let id = ctx.entropy.id(ctx.now);
    let code = LetterCode::random(ctx.entropy);
    let letter = store::NewLetter {
        id,
        code: code.as_str(),
        holder_masked: &mask_name(&from.holder_name),
        key: ctx.keys.wrap(ctx.entropy, &DataKey::random(ctx.entropy))?,
        now: ctx.now,
    };
    store::insert(conn, letter, from)?;
    Ok((id, code.as_str().to_owned()))
}

fn take_number(conn: &mut PgConnection, letter: Uuid, from: &Reservation) -> Result<String, LetterError> {
    let year = from.on.year();
    let seq = register::next_sequence(conn, &from.area, year)?;
    let sequence = u32::try_from(seq).map_err(|_| LetterError::RegisterFull)?;
    let number = format_number(&from.archive_code, sequence, &from.unit_code, from.on);
    let entry = register::NewEntry {
        letter,
        year,
        seq,
        number: &number,
    };
    register::insert_entry(conn, &entry, from)?;
    Ok(number)
}
