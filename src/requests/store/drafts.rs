//! Rows of drafts and of the uploads that they name.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use uuid::Uuid;

use crate::platform::error::Error;
use crate::platform::pagination::{PageRequest, TimeKey};
use crate::schema::{draft_attachments as da, drafts as t};

/// A form that was put aside.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = t)]
pub struct Draft {
    pub id: Uuid,
    pub owner: Uuid,
    pub service_code: String,
    /// Sealed JSON.
    pub contents: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

/// # Errors
/// What the database says.
pub fn insert(conn: &mut PgConnection, draft: &Draft) -> Result<(), Error> {
    diesel::insert_into(t::table).values(draft).execute(conn)?;
    Ok(())
}

/// How many an account has.
///
/// # Errors
/// What the database says.
pub fn count(conn: &mut PgConnection, owner: Uuid) -> Result<i64, Error> {
    Ok(t::table.filter(t::owner.eq(owner)).select(count_star()).first(conn)?)
}

/// A page of an account's drafts, newest first.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut PgConnection, owner: Uuid, page: &PageRequest<TimeKey>) -> Result<Vec<Draft>, Error> {
    let mut query = t::table
        .filter(t::owner.eq(owner))
        .order((t::created_at.desc(), t::id.desc()))
        .limit(page.rows_to_read())
        .select(Draft::as_select())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(
            t::created_at
                .lt(after.at)
                .or(t::created_at.eq(after.at).and(t::id.lt(after.id))),
        );
    }
    Ok(query.load(conn)?)
}

/// A draft of this account.
///
/// # Errors
/// What the database says; `NotFound`, also for another's.
pub fn get(conn: &mut PgConnection, owner: Uuid, id: Uuid) -> Result<Draft, Error> {
    Ok(t::table
        .find(id)
        .filter(t::owner.eq(owner))
        .select(Draft::as_select())
        .first(conn)?)
}

/// The same, for changing it.
///
/// # Errors
/// As `get`.
pub fn lock(conn: &mut PgConnection, owner: Uuid, id: Uuid) -> Result<Draft, Error> {
    Ok(t::table
        .find(id)
        .filter(t::owner.eq(owner))
        .select(Draft::as_select())
        .for_no_key_update()
        .first(conn)?)
}

/// Writes a locked draft.
///
/// # Errors
/// What the database says.
pub fn update(conn: &mut PgConnection, draft: &Draft) -> Result<(), Error> {
    diesel::update(t::table.find(draft.id))
        .set((
            t::contents.eq(&draft.contents),
            t::updated_at.eq(draft.updated_at),
            t::version.eq(draft.version),
        ))
        .execute(conn)?;
    Ok(())
}

/// Removes a draft of this account; false when there is none.
///
/// # Errors
/// What the database says.
pub fn delete(conn: &mut PgConnection, owner: Uuid, id: Uuid) -> Result<bool, Error> {
    let removed = diesel::delete(t::table.find(id).filter(t::owner.eq(owner))).execute(conn)?;
    Ok(removed == 1)
}

/// Removes drafts that were not touched since `moment`.
///
/// # Errors
/// What the database says.
pub fn delete_older(conn: &mut PgConnection, moment: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(t::table.filter(t::updated_at.lt(moment))).execute(conn)?)
}

/// Says which uploads a draft names from now on.
///
/// # Errors
/// What the database says.
pub fn name_attachments(conn: &mut PgConnection, draft: Uuid, ids: &[Uuid]) -> Result<(), Error> {
    diesel::delete(da::table.filter(da::draft_id.eq(draft))).execute(conn)?;
    let rows: Vec<_> = ids
        .iter()
        .map(|id| (da::draft_id.eq(draft), da::attachment_id.eq(id)))
        .collect();
    diesel::insert_into(da::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}
