//! What becomes of a session: refreshed, ended, swept.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use serde_json::json;
use uuid::Uuid;

use super::error::AccountError;
use super::login::{Opened, REFRESH_LASTS};
use super::store::{login, mail_tokens, sessions as store};
use super::{Actor, trail};
use crate::app::Ctx;
use crate::platform::error::Error;
use crate::platform::ids::token_hash;

pub use super::login::SessionKind;

/// Ended sessions and links are kept this long, for questions of their owner.
const KEPT: TimeDelta = TimeDelta::days(30);

/// How a refresh ended. Not an error, because what it found out must be committed.
#[derive(Debug)]
pub enum Refreshed {
    Yes(Opened),
    /// The token was spent before: somebody else has a copy, so the family is ended.
    Reused,
    /// Another call with the same token was faster by a moment. Nobody is accused: clients do that.
    LostRace,
    Unknown,
}

/// Rotates a refresh token: the old one works no more, the session lives on. Does not renew the second factor.
///
/// # Errors
/// What the database says.
pub fn refresh(conn: &mut PgConnection, ctx: &Ctx<'_>, token: &str) -> Result<Refreshed, AccountError> {
    let old = token_hash(token);
    let Some((session_id, account_id)) = store::of_refresh_token(conn, &old, ctx.now)? else {
        return Ok(match store::spent_in(conn, &old)? {
            Some(session) => {
                if let Some(account) = store::revoke(conn, session, ctx.now)? {
                    let data = json!({ "session": session });
                    trail::note(conn, ctx, account, None, "refresh_token_reused", data)?;
                }
                Refreshed::Reused
            }
            None => Refreshed::Unknown,
        });
    };
    let new = ctx.entropy.token();
    let until = ctx.now + REFRESH_LASTS;
    if !store::rotate(conn, session_id, &old, &token_hash(&new), ctx.now, until)? {
        return Ok(Refreshed::LostRace);
    }
    Ok(Refreshed::Yes(Opened {
        account_id,
        session_id,
        token: new,
    }))
}

/// Ends the session that the actor is in.
///
/// # Errors
/// What the database says.
pub fn log_out(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<(), AccountError> {
    store::revoke(conn, actor.session_id, ctx.now)?;
    Ok(())
}

/// A live session, as its owner sees it.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: Uuid,
    pub kind: SessionKind,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub user_agent: String,
    /// The one that asks.
    pub is_current: bool,
}

/// Live sessions of the actor, newest first.
///
/// # Errors
/// What the database says.
pub fn list(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<Vec<Session>, AccountError> {
    let rows = store::live(conn, actor.account_id, ctx.now)?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            is_current: row.id == actor.session_id,
            id: row.id,
            kind: row.kind,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
        })
        .collect())
}

/// Ends one session of the actor, also the present one.
///
/// # Errors
/// `not_found` when it is not a live one of the actor.
pub fn end(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, session: Uuid) -> Result<(), AccountError> {
    if store::revoke_own(conn, actor.account_id, session, ctx.now)? {
        Ok(())
    } else {
        Err(AccountError::NotFound)
    }
}

/// Ends every session of the actor but the present one.
///
/// # Errors
/// What the database says.
pub fn end_others(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<(), AccountError> {
    Ok(store::revoke_others(
        conn,
        actor.account_id,
        Some(actor.session_id),
        ctx.now,
    )?)
}

/// Removes what has ended long ago; run daily.
///
/// # Errors
/// What the database says.
pub fn sweep(conn: &mut PgConnection, ctx: &Ctx<'_>) -> Result<usize, Error> {
    Ok(login::forget_before(conn, ctx.now - TimeDelta::days(1))?
        + mail_tokens::forget_before(conn, ctx.now - KEPT)?
        + store::forget_before(conn, ctx.now - KEPT)?)
}
