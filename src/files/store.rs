//! Rows of `attachments`.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use uuid::Uuid;

use super::{MediaType, Sealed};
use crate::platform::error::Error;
use crate::schema::{attachments as t, draft_attachments, request_attachments};

/// What is needed to open one.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub(super) struct AttachmentRow {
    pub media_type: MediaType,
    pub blob: String,
    pub wrapped_key: Vec<u8>,
    pub master_key_id: String,
}

pub(super) fn insert(conn: &mut PgConnection, owner: Uuid, sealed: &Sealed, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::insert_into(t::table)
        .values((
            t::id.eq(sealed.id),
            t::owner.eq(owner),
            t::media_type.eq(sealed.media_type),
            t::bytes.eq(sealed.bytes),
            t::sha256.eq(&sealed.sha256),
            t::blob.eq(&sealed.blob),
            t::wrapped_key.eq(&sealed.wrapped_key),
            t::master_key_id.eq(&sealed.master_key_id),
            t::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn find(conn: &mut PgConnection, id: Uuid) -> Result<AttachmentRow, Error> {
    Ok(t::table.find(id).select(AttachmentRow::as_select()).first(conn)?)
}

/// Removes rows made before `moment` that no request and no draft names, and gives the names of their blobs. A request that names
/// one at this very moment wins: its foreign key holds the row.
pub(super) fn delete_unused(conn: &mut PgConnection, moment: DateTime<Utc>) -> Result<Vec<String>, Error> {
    let named = request_attachments::table.filter(request_attachments::attachment_id.eq(t::id));
    let put_aside = draft_attachments::table.filter(draft_attachments::attachment_id.eq(t::id));
    Ok(diesel::delete(
        t::table
            .filter(t::created_at.lt(moment))
            .filter(not(exists(named)))
            .filter(not(exists(put_aside))),
    )
    .returning(t::blob)
    .get_results(conn)?)
}

/// Which of these blobs a row names.
pub(super) fn named(conn: &mut PgConnection, blobs: &[String]) -> Result<Vec<String>, Error> {
    Ok(t::table.filter(t::blob.eq_any(blobs)).select(t::blob).load(conn)?)
}
