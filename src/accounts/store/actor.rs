//! Who is in a session, with the appointments of now.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::accounts::actor::{Acting, Appointment};
use crate::accounts::position::{KasiSection, Position};
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::schema::{accounts, appointments, sessions};

/// An account in its session.
#[derive(Debug, Clone, Queryable)]
pub(in crate::accounts) struct ActorRow {
    pub account_id: Uuid,
    pub name: String,
    pub email: String,
    pub nik_hash: Option<Vec<u8>>,
    pub identity_verified_at: Option<DateTime<Utc>>,
    pub totp_confirmed_at: Option<DateTime<Utc>>,
    pub session_id: Uuid,
    pub second_factor_at: Option<DateTime<Utc>>,
    pub last_used_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = appointments)]
pub(in crate::accounts) struct AppointmentRow {
    id: Uuid,
    area: AreaCode,
    position: Position,
    section: Option<KasiSection>,
    title: Option<String>,
    acting: Option<Acting>,
}

impl From<AppointmentRow> for Appointment {
    fn from(row: AppointmentRow) -> Self {
        Self {
            id: row.id,
            area: row.area,
            position: row.position,
            section: row.section,
            title: row.title,
            acting: row.acting,
        }
    }
}

type ActorRows = Vec<(ActorRow, Option<AppointmentRow>)>;

/// Session, account and appointments in one statement; the two ways to name a session differ in the last filter.
macro_rules! actor_rows {
    ($now:expr, $which:expr) => {
        sessions::table
            .inner_join(accounts::table)
            .left_join(
                appointments::table.on(appointments::account_id
                    .eq(sessions::account_id)
                    .and(appointments::valid_from.le($now))
                    .and(
                        appointments::valid_until
                            .is_null()
                            .or(appointments::valid_until.gt($now)),
                    )),
            )
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt($now))
            .filter(accounts::disabled_at.is_null())
            .filter($which)
            .order(appointments::id)
            .select((
                (
                    accounts::id,
                    accounts::name,
                    accounts::email,
                    accounts::nik_hash,
                    accounts::identity_verified_at,
                    accounts::totp_confirmed_at,
                    sessions::id,
                    sessions::second_factor_at,
                    sessions::last_used_at,
                ),
                Option::<AppointmentRow>::as_select(),
            ))
    };
}

pub(in crate::accounts) fn actor_of_session(
    conn: &mut PgConnection,
    session: Uuid,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<ActorRows, Error> {
    let which = sessions::id
        .eq(session)
        .and(sessions::account_id.eq(account))
        .and(sessions::kind.eq("api"));
    Ok(actor_rows!(now, which).load(conn)?)
}

pub(in crate::accounts) fn actor_of_cookie(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<ActorRows, Error> {
    let which = sessions::token_hash.eq(hash).and(sessions::kind.eq("browser"));
    Ok(actor_rows!(now, which).load(conn)?)
}
