//! The data key of a person: seals every NIK and KK that is stored about them. Erasing the row makes it unreadable.

use diesel::prelude::*;

use crate::app::Ctx;
use crate::platform::crypto::{DataKey, WrappedKey};
use crate::platform::error::Error;
use crate::schema::person_keys as t;

/// Place name under which identifiers are sealed (`DataKey::seal`).
pub const IDENTIFIER: &str = "identifier";

/// Keyed hash of a NIK: how a person is found without the number being stored.
#[must_use]
pub fn nik_hash(ctx: &Ctx<'_>, nik: &super::Nik) -> Vec<u8> {
    ctx.keys.lookup_hash("nik", nik.expose())
}

/// The key of the person, made now if there is none. Two that make it at once end with the same one.
///
/// # Errors
/// What the database or the key ring says.
pub fn ensure(conn: &mut PgConnection, ctx: &Ctx<'_>, nik_hash: &[u8]) -> Result<DataKey, Error> {
    if let Some(key) = find(conn, ctx, nik_hash)? {
        return Ok(key);
    }
    let key = DataKey::random(ctx.entropy);
    let wrapped = ctx.keys.wrap(ctx.entropy, &key)?;
    let inserted = diesel::insert_into(t::table)
        .values((
            t::nik_hash.eq(nik_hash),
            t::wrapped_key.eq(wrapped.bytes),
            t::master_key_id.eq(wrapped.master_key_id),
            t::created_at.eq(ctx.now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 1 {
        return Ok(key);
    }
    find(conn, ctx, nik_hash)?.ok_or_else(|| Error::internal("a person key vanished"))
}

/// A key for a person who has none yet, with what is stored of it.
///
/// # Errors
/// What the key ring says.
pub fn fresh(ctx: &Ctx<'_>) -> Result<WrappedKey, Error> {
    Ok(ctx.keys.wrap(ctx.entropy, &DataKey::random(ctx.entropy))?)
}

/// The key of a person from what is stored of it.
///
/// # Errors
/// What the key ring says.
pub fn open(ctx: &Ctx<'_>, stored: &WrappedKey) -> Result<DataKey, Error> {
    Ok(ctx.keys.unwrap(&stored.master_key_id, &stored.bytes)?)
}

/// The key of the person, if something was ever sealed for them.
///
/// # Errors
/// What the database or the key ring says.
pub fn find(conn: &mut PgConnection, ctx: &Ctx<'_>, nik_hash: &[u8]) -> Result<Option<DataKey>, Error> {
    let row: Option<(Vec<u8>, String)> = t::table
        .find(nik_hash)
        .select((t::wrapped_key, t::master_key_id))
        .first(conn)
        .optional()?;
    row.map(|(wrapped, id)| ctx.keys.unwrap(&id, &wrapped))
        .transpose()
        .map_err(Error::from)
}
