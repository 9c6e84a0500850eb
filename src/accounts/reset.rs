//! A forgotten password, and the first password of somebody who was invited.

use diesel::PgConnection;
use serde_json::json;
use uuid::Uuid;

use super::error::AccountError;
use super::mail_token::{self, Purpose};
use super::messages::Fields;
use super::password::{CHECKS, Password};
use super::store::{mail_tokens, profile as store, sessions};
use super::{Email, Nik, emails, person_key, trail};
use crate::app::Ctx;
use crate::notifications;

/// Sends a link to the address of each account that the login name may mean. Says nothing about whether there is
/// one; a link that went out within two minutes is not followed by another.
///
/// # Errors
/// What the database says.
pub fn forgot(conn: &mut PgConnection, ctx: &Ctx<'_>, login: &str) -> Result<(), AccountError> {
    let found = if let Ok(nik) = Nik::parse(login) {
        store::mailboxes_of_nik(conn, &person_key::nik_hash(ctx, &nik), CHECKS)?
    } else if let Ok(email) = Email::parse(login) {
        store::mailboxes_of_email(conn, email.expose(), CHECKS)?
    } else {
        Vec::new()
    };
    for mailbox in found {
        if mail_tokens::sent_recently(conn, mailbox.id, Purpose::ResetPassword, ctx.now)? {
            continue;
        }
        let token = mail_token::issue(conn, ctx, mailbox.id, Purpose::ResetPassword)?;
        let message = emails::reset(ctx, &mailbox.name, &mailbox.email, &token)?;
        notifications::enqueue(conn, ctx, &message)?;
    }
    Ok(())
}

/// Reads a chosen password of the reset form.
///
/// # Errors
/// The rule that fails, at `password`.
pub fn parse_password(text: &str) -> Result<Password, AccountError> {
    let mut fields = Fields::default();
    fields
        .take("password", Password::choose(text, &[]))
        .ok_or(AccountError::Invalid(fields.errors))
}

/// Whose link it is: asked before a password is hashed, so that a wrong link costs nothing.
///
/// # Errors
/// `link_invalid`.
pub fn check_link(conn: &mut PgConnection, ctx: &Ctx<'_>, token: &str) -> Result<Uuid, AccountError> {
    mail_token::peek(conn, ctx, token, &[Purpose::ResetPassword, Purpose::Invitation])
}

/// Sets the password by a mailed link, which also proves the address; ends every session and every other link.
///
/// # Errors
/// `link_invalid`.
pub fn reset(conn: &mut PgConnection, ctx: &Ctx<'_>, token: &str, password_hash: &str) -> Result<(), AccountError> {
    let account = mail_token::take(conn, ctx, token, &[Purpose::ResetPassword, Purpose::Invitation])?;
    store::set_password(conn, account, password_hash, ctx.now)?;
    mail_token::void(conn, ctx, account)?;
    sessions::revoke_others(conn, account, None, ctx.now)?;
    Ok(trail::note(
        conn,
        ctx,
        account,
        None,
        "password_set_by_mail",
        json!({}),
    )?)
}
