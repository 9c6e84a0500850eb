//! Mail. A room renders a `Message` when its decision is made and enqueues it in the same transaction; a worker
//! sends it afterwards, at least once and always under the same Message-ID. Knows no other room.

mod compose;
pub mod pages;
mod send;
mod smtp;
mod store;

use diesel::PgConnection;
use serde_json::Value;
use url::Host;
use uuid::Uuid;

use crate::app::Ctx;
use crate::platform::error::Error;

pub use send::{Mailer, send_due, sweep};

/// A rendered mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// One address.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Event, recipient and channel: the same mail is enqueued once.
    pub dedupe_key: String,
}

crate::text_enum! {
    /// Where a mail stands.
    pub enum OutboxState {
        Queued => "queued",
        /// Accepted by the mail server; nobody knows whether it was read.
        Sent => "sent",
        /// Refused for good, or not accepted within three days.
        Failed => "failed",
        /// Never tried: the address refused mail for good before.
        Suppressed => "suppressed",
    }
}

/// Puts a mail into the outbox of the running transaction. A mail with the same `dedupe_key` is there already:
/// nothing happens. To a suppressed address it is kept, but not sent.
///
/// # Errors
/// What the database says.
pub fn enqueue(conn: &mut PgConnection, ctx: &Ctx<'_>, message: &Message) -> Result<(), Error> {
    let (id, message_id) = identity(ctx);
    store::insert(conn, id, message, &message_id, ctx.now)
}

/// What `enqueue` writes by column, for whoever stores it with other rows in one statement; that statement looks
/// whether the address is suppressed.
#[must_use]
pub fn document(ctx: &Ctx<'_>, message: &Message) -> Value {
    let (id, message_id) = identity(ctx);
    store::document(id, message, &message_id, ctx.now)
}

fn identity(ctx: &Ctx<'_>) -> (Uuid, String) {
    let id = ctx.entropy.id(ctx.now);
    // Made of the row's id, so that every repeat carries the same one and a mail server can drop duplicates.
    let message_id = format!("<{}@{}>", id.simple(), mail_domain(ctx));
    (id, message_id)
}

/// The right side of our Message-IDs (RFC 5322, 3.6.4): an address in digits is written in brackets.
fn mail_domain(ctx: &Ctx<'_>) -> String {
    match ctx.config.public_url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(address)) => format!("[{address}]"),
        Some(Host::Ipv6(address)) => format!("[IPv6:{address}]"),
        None => "localhost".to_owned(),
    }
}
