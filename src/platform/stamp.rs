//! Whether what a server keeps in memory is still so: one row that whoever changes such a thing changes, too, in the
//! same transaction (migration 13). Two stamps can only be compared; which is newer does not matter.

use diesel::prelude::*;
use uuid::Uuid;

use super::error::Error;
use crate::schema::reference_stamp as t;

/// Names one stand of what is kept in memory.
pub type Stamp = Uuid;

/// The stamp that holds now.
///
/// # Errors
/// What the database says.
pub fn read(conn: &mut PgConnection) -> Result<Stamp, Error> {
    Ok(t::table.select(t::stamp).first(conn)?)
}
