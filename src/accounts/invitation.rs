//! Staff do not register: they are invited, with the position they will hold.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;
use uuid::Uuid;

use super::error::AccountError;
use super::mail_token::{self, Purpose};
use super::store::people as store;
use super::{Acting, Email, KasiSection, Position, emails, trail};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::notifications;
use crate::platform::error::Error;

/// An appointment to make.
#[derive(Debug, Clone)]
pub struct NewAppointment {
    /// Lingkungan for a kepling, else kelurahan or kecamatan.
    pub area: AreaCode,
    pub position: Position,
    /// Only for a kasi.
    pub section: Option<KasiSection>,
    pub title: Option<String>,
    pub acting: Option<Acting>,
    pub valid_from: DateTime<Utc>,
    pub valid_until: Option<DateTime<Utc>>,
}

/// Appoints a person, making a staff account if the address has none, and sends the link to choose a password;
/// somebody who has one is only told. Gives the account's id.
///
/// # Errors
/// What the database says, such as an unknown area.
pub fn invite(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    email: &Email,
    name: &str,
    appointment: &NewAppointment,
) -> Result<Uuid, AccountError> {
    let staff = store::ensure_staff(conn, ctx.entropy.id(ctx.now), email.expose(), name, ctx.now)?;
    appoint(conn, ctx, staff.id, appointment)?;
    let message = if staff.has_password {
        emails::appointed(ctx, name, email.expose(), appointment)?
    } else {
        let token = mail_token::issue(conn, ctx, staff.id, Purpose::Invitation)?;
        emails::invitation(ctx, name, email.expose(), appointment, &token)?
    };
    notifications::enqueue(conn, ctx, &message)?;
    Ok(staff.id)
}

/// Adds an appointment to an account.
///
/// # Errors
/// What the database says.
pub fn appoint(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    account: Uuid,
    appointment: &NewAppointment,
) -> Result<Uuid, AccountError> {
    let id = ctx.entropy.id(ctx.now);
    store::insert_appointment(conn, id, account, appointment)?;
    let data = json!({
        "appointment": id, "area": appointment.area, "position": appointment.position, "section": appointment.section,
        "acting": appointment.acting, "from": appointment.valid_from, "until": appointment.valid_until,
    });
    trail::note(conn, ctx, account, None, "appointed", data)?;
    Ok(id)
}

/// Notes what is printed under a civil servant's signature; what is not given stays.
///
/// # Errors
/// What the database says.
pub fn set_standing(
    conn: &mut PgConnection,
    account: Uuid,
    nip: Option<&str>,
    rank: Option<&str>,
) -> Result<(), Error> {
    store::set_standing(conn, account, nip, rank)
}
