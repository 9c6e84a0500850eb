//! What other rooms may know of a person: how to address them and what stands under their signature.

use diesel::prelude::*;
use uuid::Uuid;

use crate::platform::error::Error;
use crate::schema::accounts as t;

/// A person by account.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    /// Civil servant number.
    pub nip: Option<String>,
    /// Pangkat and golongan.
    pub rank: Option<String>,
}

impl Person {
    /// # Errors
    /// What the database says; `NotFound`.
    pub fn get(conn: &mut PgConnection, id: Uuid) -> Result<Self, Error> {
        Ok(t::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// The account that has proven to be the person with this NIK.
    ///
    /// # Errors
    /// What the database says.
    pub fn verified(conn: &mut PgConnection, nik_hash: &[u8]) -> Result<Option<Self>, Error> {
        Ok(t::table
            .filter(t::nik_hash.eq(nik_hash))
            .filter(t::identity_verified_at.is_not_null())
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }
}
