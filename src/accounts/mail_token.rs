//! Links sent by mail: random, stored as a hash, used once, dead after a while.

use chrono::TimeDelta;
use diesel::PgConnection;
use uuid::Uuid;

use super::error::AccountError;
use super::store::mail_tokens as store;
use crate::app::Ctx;
use crate::platform::error::Error;
use crate::platform::ids::token_hash;

crate::text_enum! {
    /// What a link is for.
    pub enum Purpose {
        VerifyEmail => "verify_email",
        ResetPassword => "reset_password",
        Invitation => "invitation",
    }
}

impl Purpose {
    /// How long the link works.
    #[must_use]
    pub const fn lasts(self) -> TimeDelta {
        match self {
            Self::VerifyEmail => TimeDelta::hours(48),
            Self::ResetPassword => TimeDelta::hours(1),
            Self::Invitation => TimeDelta::days(7),
        }
    }
}

/// A new link for the account.
///
/// # Errors
/// What the database says.
pub fn issue(conn: &mut PgConnection, ctx: &Ctx<'_>, account: Uuid, purpose: Purpose) -> Result<String, Error> {
    let token = ctx.entropy.token();
    store::insert(
        conn,
        &token_hash(&token),
        account,
        purpose,
        ctx.now,
        ctx.now + purpose.lasts(),
    )?;
    Ok(token)
}

/// Whose link it is, without using it up.
///
/// # Errors
/// `link_invalid`.
pub fn peek(conn: &mut PgConnection, ctx: &Ctx<'_>, token: &str, of: &[Purpose]) -> Result<Uuid, AccountError> {
    store::find(conn, &token_hash(token), of, ctx.now)?.ok_or(AccountError::LinkInvalid)
}

/// Uses the link up; of two at once one gets it.
///
/// # Errors
/// `link_invalid`.
pub fn take(conn: &mut PgConnection, ctx: &Ctx<'_>, token: &str, of: &[Purpose]) -> Result<Uuid, AccountError> {
    store::take(conn, &token_hash(token), of, ctx.now)?.ok_or(AccountError::LinkInvalid)
}

/// Ends every open link of the account.
///
/// # Errors
/// What the database says.
pub fn void(conn: &mut PgConnection, ctx: &Ctx<'_>, account: Uuid) -> Result<(), Error> {
    store::void(conn, account, ctx.now)
}
