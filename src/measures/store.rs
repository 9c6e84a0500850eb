//! Rows of `request_measures`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Finished, Received};
use crate::platform::error::Error;
use crate::platform::time::exact;
use crate::schema::request_measures as t;

pub(super) fn insert(conn: &mut PgConnection, fact: &Received<'_>) -> Result<(), Error> {
    diesel::insert_into(t::table)
        .values((
            t::request_id.eq(fact.request_id),
            t::area.eq(fact.area),
            t::kecamatan.eq(fact.kecamatan),
            t::service_code.eq(fact.service_code),
            t::target_minutes.eq(fact.target_minutes),
            t::submitted_at.eq(fact.at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The row of a request that came in, by column.
pub(super) fn document(fact: &Received<'_>) -> Value {
    json!({
        "request_id": fact.request_id,
        "area": fact.area,
        "kecamatan": fact.kecamatan,
        "service_code": fact.service_code,
        "target_minutes": fact.target_minutes,
        "submitted_at": exact(fact.at),
    })
}

/// Whether it was on time is decided by the row itself, so that the figure cannot disagree with its target.
pub(super) fn finish(conn: &mut PgConnection, fact: &Finished) -> Result<(), Error> {
    diesel::update(t::table.find(fact.request_id).filter(t::finished_at.is_null()))
        .set((
            t::finished_at.eq(fact.at),
            t::office_minutes.eq(fact.office_minutes),
            t::resident_minutes.eq(fact.resident_minutes),
            t::on_time.eq(t::target_minutes.ge(fact.office_minutes).nullable()),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn reopen(conn: &mut PgConnection, request_id: Uuid) -> Result<(), Error> {
    diesel::update(t::table.find(request_id))
        .set((
            t::finished_at.eq(None::<DateTime<Utc>>),
            t::office_minutes.eq(None::<i32>),
            t::resident_minutes.eq(None::<i32>),
            t::on_time.eq(None::<bool>),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn move_to(conn: &mut PgConnection, request_id: Uuid, area: &str) -> Result<(), Error> {
    diesel::update(t::table.find(request_id))
        .set(t::area.eq(area))
        .execute(conn)?;
    Ok(())
}
