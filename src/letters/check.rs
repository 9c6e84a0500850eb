//! Whether a letter is genuine, for anybody who holds one. Answers say nothing that the paper does not show, and less
//! of its holder.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use super::code::LetterCode;
use super::error::LetterError;
use super::state::{LetterState, Level};
use super::store;
use super::store::register::{self, EntryRow};
use crate::app::Ctx;
use crate::areas::{self, AreaCode};
use crate::platform::error::Error;

crate::text_enum! {
    /// What a check finds.
    pub enum CheckState {
        Valid => "valid",
        /// Issued by us, taken back since.
        Revoked => "revoked",
        /// Genuine, past its last day.
        Expired => "expired",
        /// It carries our seal, but is not, byte for byte, what we sealed.
        Altered => "altered",
        /// Nothing that we know.
        Unknown => "unknown",
    }
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignerView {
    pub name: String,
    /// As printed, `Lurah Mutiara`.
    pub office: String,
}

/// The lurah's part of a letter that the camat signed last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LowerView {
    pub number: String,
    pub issued_on: NaiveDate,
    pub signer: SignerView,
}

/// What the office stands for about one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterFacts {
    /// The letter's own code, in groups of four.
    pub code: String,
    /// Number of the office that signed last.
    pub number: String,
    pub issued_on: NaiveDate,
    /// Last day on which it counts; null for letters without an end.
    pub valid_until: Option<NaiveDate>,
    /// Catalogue code.
    pub service: String,
    /// Title as printed.
    pub service_name: String,
    /// The kelurahan that served the request.
    #[schema(value_type = String)]
    pub area: AreaCode,
    pub area_name: String,
    pub signer: SignerView,
    /// First letters of the holder's name.
    pub holder_masked: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<LowerView>,
}

/// A state, and the facts of the letter unless it is altered or unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterCheck {
    pub state: CheckState,
    #[serde(flatten)]
    pub facts: Option<LetterFacts>,
}

impl LetterCheck {
    /// A state that comes without facts.
    #[must_use]
    pub fn bare(state: CheckState) -> Self {
        Self { state, facts: None }
    }
}

/// The letter of a code; none when there is no such letter or it is not issued yet.
///
/// # Errors
/// What the database says.
pub fn by_code(conn: &mut PgConnection, ctx: &Ctx<'_>, code: &LetterCode) -> Result<Option<LetterCheck>, Error> {
    let row = store::public_by_code(conn, code.as_str()).map_err(LetterError::from)?;
    row.map(|row| view(conn, ctx, row)).transpose()
}

/// The letter whose file has this SHA-256; none when no file of ours has it.
///
/// # Errors
/// What the database says.
pub fn by_file_hash(conn: &mut PgConnection, ctx: &Ctx<'_>, sha256: &[u8]) -> Result<Option<LetterCheck>, Error> {
    let row = store::public_by_hash(conn, sha256).map_err(LetterError::from)?;
    row.map(|row| view(conn, ctx, row)).transpose()
}

fn view(conn: &mut PgConnection, ctx: &Ctx<'_>, row: store::PublicRow) -> Result<LetterCheck, Error> {
    let mut entries = register::entries_of(conn, row.id).map_err(LetterError::from)?;
    entries.sort_by_key(|entry| entry.level);
    let last = entries
        .pop()
        .ok_or_else(|| Error::internal("an issued letter without a number"))?;
    let lower = entries
        .pop()
        .filter(|entry| entry.level == Level::Kelurahan)
        .map(|entry| LowerView {
            signer: signer(&entry),
            number: entry.number,
            issued_on: entry.issued_on,
        });
    let today = ctx.now.with_timezone(&ctx.config.zone).date_naive();
    Ok(LetterCheck {
        state: state(row.state, row.valid_until, today),
        facts: Some(LetterFacts {
            code: LetterCode::parse(&row.code).map_or(row.code, |code| code.to_string()),
            signer: signer(&last),
            number: last.number,
            issued_on: last.issued_on,
            valid_until: row.valid_until,
            service: row.service_code,
            service_name: row.title.unwrap_or_default(),
            area_name: areas::name(conn, &row.area)?,
            area: row.area,
            holder_masked: row.holder_masked,
            lower,
        }),
    })
}

fn signer(entry: &EntryRow) -> SignerView {
    SignerView {
        name: entry.signer_name.clone(),
        office: entry.signer_office.clone(),
    }
}

fn state(letter: LetterState, valid_until: Option<NaiveDate>, today: NaiveDate) -> CheckState {
    match letter {
        LetterState::Issued if valid_until.is_some_and(|last| last < today) => CheckState::Expired,
        LetterState::Issued => CheckState::Valid,
        LetterState::Revoked => CheckState::Revoked,
        // Never read from the table: nobody outside knows of these.
        LetterState::Reserved | LetterState::Void => CheckState::Unknown,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::letters) fn facts() -> LetterFacts {
        let on = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let signer = |name: &str, office: &str| SignerView {
            name: name.into(),
            office: office.into(),
        };
        LetterFacts {
            code: "7F3K-Q2ZM-8HWT".into(),
            number: "400.12.2.1/45/KKT/XI/2026".into(),
            issued_on: on(24),
            valid_until: Some(on(30)),
            service: "SKTM".into(),
            service_name: "Surat Keterangan Tidak Mampu".into(),
            area: AreaCode::parse("12.09.20.1006").unwrap(),
            area_name: "Mutiara".into(),
            signer: signer("Nurhayati, S.Sos.", "Camat Kota Kisaran Timur"),
            holder_masked: "S*** A*****".into(),
            lower: Some(LowerView {
                number: "400.12.2.1/123/MTR/XI/2026".into(),
                issued_on: on(23),
                signer: signer("Rahmad Hidayat", "Lurah Mutiara"),
            }),
        }
    }

    #[test]
    fn a_check_is_one_flat_object() {
        let full = LetterCheck {
            state: CheckState::Valid,
            facts: Some(facts()),
        };
        insta::assert_json_snapshot!([full, LetterCheck::bare(CheckState::Altered)]);
    }

    #[test]
    fn a_letter_counts_to_the_end_of_its_last_day_and_a_revoked_one_never() {
        let day = |n| NaiveDate::from_ymd_opt(2026, 11, n);
        let today = day(24).unwrap();
        for (letter, valid_until, expected) in [
            (LetterState::Issued, None, CheckState::Valid),
            (LetterState::Issued, day(24), CheckState::Valid),
            (LetterState::Issued, day(23), CheckState::Expired),
            (LetterState::Revoked, None, CheckState::Revoked),
            (LetterState::Revoked, day(23), CheckState::Revoked),
            (LetterState::Reserved, None, CheckState::Unknown),
            (LetterState::Void, None, CheckState::Unknown),
        ] {
            assert_eq!(state(letter, valid_until, today), expected, "{letter} {valid_until:?}");
        }
    }
}
