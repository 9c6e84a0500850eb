//! The chain upwards: who hears an objection, is told of an empty desk, moves work (design section 2).

use diesel::PgConnection;
use uuid::Uuid;

use super::Own;
use super::store::{self, SuperiorRow};
use crate::accounts::{Actor, Position};
use crate::app::Ctx;
use crate::areas::{AreaCode, AreaLevel};
use crate::platform::error::Error;

/// The superior of a position: the first step of the chain where somebody is present today, else the first where
/// anybody is appointed, whose own matter it is not. Nobody stands above the camat.
///
/// # Errors
/// What the database says.
pub fn superior(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    area: &str,
    position: Position,
    own: &Own,
) -> Result<Option<Uuid>, Error> {
    Ok(find(conn, ctx, area, position, own)?.map(|row| row.account))
}

/// As [`superior`], with the address to write to. One statement.
pub(super) fn find(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    area: &str,
    position: Position,
    own: &Own,
) -> Result<Option<SuperiorRow>, Error> {
    let Ok(area) = AreaCode::parse(area) else {
        return Ok(None);
    };
    let chain = chain(&area, position);
    if chain.is_empty() {
        return Ok(None);
    }
    let (areas, positions): (Vec<String>, Vec<Position>) = chain
        .iter()
        .map(|(area, position)| (area.to_string(), *position))
        .unzip();
    let today = ctx.now.with_timezone(&ctx.config.zone).date_naive();
    let rows = store::appointed(conn, &areas, &positions, today, ctx.now)?;
    let rank = |row: &SuperiorRow| {
        chain
            .iter()
            .position(|(area, position)| row.area == area.as_str() && row.position == *position)
            .map(|place| (row.absent, place))
    };
    let may = rows
        .into_iter()
        .filter(|row| !own.is(row.account, row.nik_hash.as_deref()));
    let ranked = may.filter_map(|row| Some((rank(&row)?, row)));
    // The first of equals wins: holders come before those who act for them.
    Ok(ranked.min_by_key(|(rank, _)| *rank).map(|(_, row)| row))
}

/// Whether the actor stands anywhere above a position.
#[must_use]
pub fn is_superior(actor: &Actor, area: &AreaCode, position: Position) -> bool {
    let holds = |(area, position): (AreaCode, Position)| {
        actor
            .appointments
            .iter()
            .any(|held| held.position == position && held.area == area)
    };
    chain(area, position).into_iter().any(holds)
}

/// Places above a position, nearest first.
fn chain(area: &AreaCode, position: Position) -> Vec<(AreaCode, Position)> {
    let camat = area.kecamatan().map(|area| (area, Position::Camat));
    let sekcam = area.kecamatan().map(|area| (area, Position::Sekcam));
    let lurah = area.kelurahan().map(|area| (area, Position::Lurah));
    let places = match position {
        Position::Petugas if area.level() == AreaLevel::Kecamatan => [sekcam, camat],
        Position::Kepling | Position::Petugas | Position::Seklur => [lurah, camat],
        Position::Kasi => [sekcam, camat],
        Position::Lurah | Position::Sekcam => [camat, None],
        Position::Camat | Position::Admin | Position::Pengawas => [None, None],
    };
    places.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn above(area: &str, position: Position) -> Vec<String> {
        let chain = chain(&AreaCode::parse(area).unwrap(), position);
        chain
            .iter()
            .map(|(area, position)| format!("{position} {area}"))
            .collect()
    }

    #[test]
    fn the_chain_ends_at_the_camat() {
        let kelurahan = ["lurah 12.09.20.1001", "camat 12.09.20"];
        assert_eq!(above("12.09.20.1001.03", Position::Kepling), kelurahan);
        assert_eq!(above("12.09.20.1001", Position::Petugas), kelurahan);
        assert_eq!(above("12.09.20.1001", Position::Seklur), kelurahan);
        assert_eq!(above("12.09.20.1001", Position::Lurah), ["camat 12.09.20"]);
        let kecamatan = ["sekcam 12.09.20", "camat 12.09.20"];
        assert_eq!(above("12.09.20", Position::Petugas), kecamatan);
        assert_eq!(above("12.09.20", Position::Kasi), kecamatan);
        assert_eq!(above("12.09.20", Position::Sekcam), ["camat 12.09.20"]);
        assert!(above("12.09.20", Position::Camat).is_empty());
    }
}
