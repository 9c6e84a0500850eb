//! What happened to an account, in its audit chain: ids and codes only.

use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use crate::app::Ctx;
use crate::audit::{self, Entry};
use crate::platform::error::Error;

/// Notes a change of the account; `actor` is none when a mailed link or the system did it.
///
/// # Errors
/// What the database says.
pub(super) fn note(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    account: Uuid,
    actor: Option<Uuid>,
    action: &str,
    data: Value,
) -> Result<(), Error> {
    let name = format!("account:{account}");
    let entry = Entry {
        chain: name.clone(),
        actor,
        action,
        subject: name,
        data,
    };
    audit::record(conn, ctx, &entry)
}
