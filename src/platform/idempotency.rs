//! Idempotency-Key: the key is inserted in the transaction of the effect, so a repeat finds either nothing (the
//! first failed: it runs) or the answer (the first committed: it is given again). Two at once: the second waits
//! at the unique key until the first has ended.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::crypto::Keys;
use super::error::Error;
use super::ids::Entropy;
use crate::schema::idempotency_keys as t;

/// The key that a call carries, if any, and the route it belongs to.
#[derive(Debug, Clone)]
pub struct Once {
    key: Option<String>,
    route: String,
}

impl Once {
    /// A key given by other means than the header: a form's hidden field.
    ///
    /// # Errors
    /// `idempotency_key_invalid`.
    pub fn with_key(route: &str, key: &str) -> Result<Self, Error> {
        check(key)?;
        Ok(Self {
            key: Some(key.to_owned()),
            route: route.to_owned(),
        })
    }
}

fn check(key: &str) -> Result<(), Error> {
    let fits = (1..=200).contains(&key.len()) && key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if fits {
        Ok(())
    } else {
        Err(Error::BadRequest {
            code: "idempotency_key_invalid",
        })
    }
}

impl FromRequest for Once {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        // The path, not its pattern: the same key on another object is another call.
        let route = format!("{} {}", req.method(), req.path());
        let key = match req.headers().get("idempotency-key") {
            None => None,
            Some(value) => match value.to_str().map_err(|_| Error::BadRequest {
                code: "idempotency_key_invalid",
            }) {
                Ok(key) => match check(key) {
                    Ok(()) => Some(key.to_owned()),
                    Err(error) => return ready(Err(error)),
                },
                Err(error) => return ready(Err(error)),
            },
        };
        ready(Ok(Self { key, route }))
    }
}

/// A stored answer, or a free way.
pub enum Begun {
    /// Run the operation; nothing was stored because the call carries no key.
    Unkeyed,
    /// Run the operation, then `finish`.
    First,
    /// Another run has begun and not ended: it was cut off, or is under way. Only of calls of several transactions.
    Unfinished,
    /// The operation ran before: give this answer.
    Repeat { status: u16, body: Vec<u8> },
}

impl Once {
    /// The same key for one part of a call that is made of several transactions.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        Self {
            key: self.key.clone(),
            route: format!("{} {name}", self.route),
        }
    }
}

/// First statement of the transaction. `scope` is the account.
///
/// # Errors
/// `idempotency_mismatch` (422) when the key was used with another body.
pub fn begin(
    conn: &mut PgConnection,
    keys: &Keys,
    once: &Once,
    scope: &str,
    body_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Begun, Error> {
    match begin_or_go_on(conn, keys, once, scope, body_hash, now)? {
        Begun::Unfinished => Err(Error::internal("an answer was not kept")),
        begun => Ok(begun),
    }
}

/// As `begin`, for a call of several transactions: the key is committed before the first of them, so that the call is
/// known, and its answer after the last. A repeat of one that was cut off goes on.
///
/// # Errors
/// As `begin`.
pub fn begin_or_go_on(
    conn: &mut PgConnection,
    keys: &Keys,
    once: &Once,
    scope: &str,
    body_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Begun, Error> {
    let Some(key) = &once.key else {
        return Ok(Begun::Unkeyed);
    };
    let inserted = diesel::insert_into(t::table)
        .values((
            t::scope.eq(scope),
            t::route.eq(&once.route),
            t::key.eq(key),
            t::body_hash.eq(body_hash),
            t::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 1 {
        return Ok(Begun::First);
    }
    let (hash, status, answer): (Vec<u8>, Option<i16>, Option<Vec<u8>>) = t::table
        .find((scope, &once.route, key))
        .select((t::body_hash, t::status, t::answer))
        .first(conn)?;
    if hash != body_hash {
        return Err(Error::Unprocessable {
            code: "idempotency_mismatch",
        });
    }
    let (Some(status), Some(answer)) = (status, answer) else {
        return Ok(Begun::Unfinished);
    };
    let body = keys.open("idempotency", &answer)?.to_vec();
    Ok(Begun::Repeat {
        status: u16::try_from(status).map_err(Error::internal)?,
        body,
    })
}

/// Last statement of the transaction: keeps the answer, sealed.
///
/// # Errors
/// What the database says.
pub fn finish(
    conn: &mut PgConnection,
    keys: &Keys,
    entropy: Entropy,
    once: &Once,
    scope: &str,
    status: u16,
    body: &[u8],
) -> Result<(), Error> {
    let Some(key) = &once.key else { return Ok(()) };
    let sealed = keys.seal(entropy, "idempotency", body)?;
    diesel::update(t::table.find((scope, &once.route, key)))
        .set((
            t::status.eq(i16::try_from(status).map_err(Error::internal)?),
            t::answer.eq(sealed),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets keys older than 24 hours.
///
/// # Errors
/// What the database says.
pub fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(t::table.filter(t::created_at.lt(now - chrono::TimeDelta::hours(24)))).execute(conn)?)
}
