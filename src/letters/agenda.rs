//! The agenda book (buku agenda): every number of one register and year, newest first, void and revoked ones too.

use chrono::{Datelike, NaiveDate};
use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use super::check::SignerView;
use super::error::LetterError;
use super::state::{EntryState, Level};
use super::store::register;
use crate::accounts::{Actor, Position};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::platform::pagination::{Page, PageRequest};

/// A line of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgendaLine {
    pub seq: i32,
    pub number: String,
    pub issued_on: NaiveDate,
    /// `kelurahan` or `kecamatan`.
    pub level: Level,
    /// Catalogue code.
    pub service: String,
    pub holder_name: String,
    pub signer: SignerView,
    /// `reserved`, `used`, `void` or `revoked`.
    pub state: EntryState,
    /// Why it is void or revoked.
    pub reason: Option<String>,
}

/// Which book is asked for, as it came.
#[derive(Debug, Clone, Default)]
pub struct AgendaQuery {
    /// The caller's own book when it is not said.
    pub area: Option<String>,
    /// This year when it is not said.
    pub year: Option<String>,
}

/// One page of a book.
///
/// # Errors
/// 403 `not_allowed` for who keeps no book; 404 for a book that is not the caller's; 422 for a year that is none.
pub fn agenda(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    query: &AgendaQuery,
    page: &PageRequest<i32>,
) -> Result<Page<AgendaLine>, Error> {
    let area = book(actor, query.area.as_deref())?;
    let year = match query.year.as_deref().filter(|text| !text.is_empty()) {
        None => ctx.now.with_timezone(&ctx.config.zone).year(),
        Some(text) => text
            .parse()
            .ok()
            .filter(|year| (2000..2200).contains(year))
            .ok_or_else(|| Error::field("year", "invalid", "Isi dengan tahun, misalnya 2026."))?,
    };
    let rows = register::lines(conn, &area, year, page.after, page.rows_to_read()).map_err(LetterError::from)?;
    Ok(page.page(rows, |row| row.seq)?.map(|row| AgendaLine {
        seq: row.seq,
        number: row.number,
        issued_on: row.issued_on,
        level: row.level,
        service: row.service_code,
        holder_name: row.holder_name,
        signer: SignerView {
            name: row.signer_name,
            office: row.signer_office,
        },
        state: row.state,
        reason: row.reason,
    }))
}

/// The book to open: lurah and petugas keep that of their office, sekcam and camat read all of the kecamatan.
fn book(actor: &Actor, asked: Option<&str>) -> Result<AreaCode, Error> {
    let mut readers = actor.appointments.iter().filter(|held| {
        matches!(
            held.position,
            Position::Petugas | Position::Lurah | Position::Sekcam | Position::Camat
        )
    });
    let Some(asked) = asked.filter(|text| !text.is_empty()) else {
        let own = readers.next().ok_or(Error::Forbidden { code: "not_allowed" })?;
        return Ok(own.area.clone());
    };
    let readers: Vec<_> = readers.collect();
    if readers.is_empty() {
        return Err(Error::Forbidden { code: "not_allowed" });
    }
    let area = AreaCode::parse(asked).map_err(|_| Error::NotFound)?;
    let may_read = readers.into_iter().any(|held| match held.position {
        Position::Sekcam | Position::Camat => held.area.contains(&area),
        _ => held.area == area,
    });
    may_read.then_some(area).ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Appointment;
    use uuid::Uuid;

    fn actor(held: &[(Position, &str)]) -> Actor {
        Actor {
            account_id: Uuid::nil(),
            name: "Rahmad Hidayat".into(),
            email: "rahmad@example.org".into(),
            nik_hash: None,
            identity_verified: true,
            appointments: held
                .iter()
                .map(|(position, area)| Appointment {
                    id: Uuid::nil(),
                    area: AreaCode::parse(area).unwrap(),
                    position: *position,
                    section: None,
                    title: None,
                    acting: None,
                })
                .collect(),
            second_factor_missing: false,
            session_id: Uuid::nil(),
            second_factor_at: None,
        }
    }

    #[test]
    fn each_office_reads_its_own_book_and_the_camat_all_of_the_kecamatan() {
        let (mutiara, teladan, kecamatan) = ("12.09.20.1006", "12.09.20.1001", "12.09.20");
        let status = |held, area: Option<&str>| match book(&actor(held), area) {
            Ok(area) => area.to_string(),
            Err(error) => error.status().as_u16().to_string(),
        };
        for (held, asked, expected) in [
            (&[(Position::Lurah, mutiara)][..], None, mutiara),
            (&[(Position::Petugas, mutiara)], Some(mutiara), mutiara),
            (&[(Position::Petugas, mutiara)], Some(teladan), "404"),
            (&[(Position::Lurah, mutiara)], Some(kecamatan), "404"),
            (&[(Position::Petugas, kecamatan)], Some(kecamatan), kecamatan),
            (&[(Position::Petugas, kecamatan)], Some(mutiara), "404"),
            (&[(Position::Camat, kecamatan)], Some(mutiara), mutiara),
            (&[(Position::Camat, kecamatan)], None, kecamatan),
            (&[(Position::Camat, kecamatan)], Some("12.09.21.2001"), "404"),
            (&[(Position::Camat, kecamatan)], Some("junk"), "404"),
            (&[(Position::Kepling, "12.09.20.1006.01")], Some(mutiara), "403"),
            (&[], None, "403"),
        ] {
            assert_eq!(status(held, asked), expected, "{held:?} {asked:?}");
        }
    }
}
