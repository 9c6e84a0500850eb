//! Who is acting: an account in a live session, with the appointments that are valid now.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::position::{KasiSection, Position};
use super::store;
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::error::Error;

/// A signature needs a second factor that was shown at most this long ago (design: 15 minutes).
const SECOND_FACTOR_LASTS: TimeDelta = TimeDelta::minutes(15);

/// A session's last use is known to this precision; noting every call would make each read a write.
const USE_IS_NOTED_EVERY: TimeDelta = TimeDelta::minutes(10);

crate::text_enum! {
    /// For whom an acting officer signs.
    pub enum Acting {
        /// "a.n.": in the name of the holder.
        An => "an",
        /// "Plt.": in place of a holder who is missing.
        Plt => "plt",
    }
}

/// A position that a person holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: Uuid,
    /// Lingkungan of a kepling, else kelurahan or kecamatan.
    pub area: AreaCode,
    pub position: Position,
    /// Only a kasi has one.
    pub section: Option<KasiSection>,
    /// Printed on letters when it differs from the position.
    pub title: Option<String>,
    pub acting: Option<Acting>,
}

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub account_id: Uuid,
    pub name: String,
    pub email: String,
    /// Keyed hash of the person's NIK; staff without a resident account have none.
    pub nik_hash: Option<Vec<u8>>,
    /// Petugas has compared the person with the KTP.
    pub identity_verified: bool,
    /// Valid now, and proven as far as the position demands.
    pub appointments: Vec<Appointment>,
    /// A position of this person demands a second factor that this session has not shown: it is left out of
    /// `appointments` until then, so that such a person can log in to enrol and to do what any resident does.
    pub second_factor_missing: bool,
    pub session_id: Uuid,
    /// When this session last showed the second factor.
    pub second_factor_at: Option<DateTime<Utc>>,
}

impl Actor {
    /// Whether the person holds `position` anywhere.
    #[must_use]
    pub fn holds(&self, position: Position) -> bool {
        self.appointments.iter().any(|held| held.position == position)
    }

    /// Whether the person is of the staff at all.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        !self.appointments.is_empty()
    }
}

/// Whether a signature may rest on the second factor that the session has shown.
#[must_use]
pub fn second_factor_fresh(actor: &Actor, now: DateTime<Utc>) -> bool {
    actor
        .second_factor_at
        .is_some_and(|at| at <= now && now - at <= SECOND_FACTOR_LASTS)
}

/// How a call names its session.
#[derive(Clone)]
pub enum Credential {
    /// From an access token.
    Session { session_id: Uuid, account_id: Uuid },
    /// Hash of a browser's cookie.
    Cookie(Vec<u8>),
}

/// An actor, and whether the session's last use should be noted.
pub struct Found {
    pub actor: Actor,
    pub is_use_to_note: bool,
}

/// The account behind a credential: not disabled, session neither revoked nor expired. One statement.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut PgConnection, ctx: &Ctx<'_>, credential: &Credential) -> Result<Option<Found>, Error> {
    let rows = match credential {
        Credential::Session { session_id, account_id } => {
            store::actor_of_session(conn, *session_id, *account_id, ctx.now)?
        }
        Credential::Cookie(hash) => store::actor_of_cookie(conn, hash, ctx.now)?,
    };
    let last_use = rows.first().map(|(row, _)| row.last_used_at);
    Ok(assemble(rows).map(|actor| Found {
        actor,
        is_use_to_note: last_use.is_some_and(|at| ctx.now - at >= USE_IS_NOTED_EVERY),
    }))
}

/// Notes that the session is in use.
///
/// # Errors
/// What the database says.
pub fn note_use(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<(), Error> {
    store::sessions::touch(conn, actor.session_id, ctx.now)
}

/// One account with its appointments, from rows that repeat the account.
fn assemble(rows: Vec<(store::ActorRow, Option<store::AppointmentRow>)>) -> Option<Actor> {
    let mut rows = rows.into_iter().peekable();
    let account = rows.peek()?.0.clone();
    let held: Vec<Appointment> = rows
        .filter_map(|(_, appointment)| appointment.map(Into::into))
        .collect();
    let proven = account.totp_confirmed_at.is_some() && account.second_factor_at.is_some();
    let (appointments, withheld): (Vec<_>, Vec<_>) = held
        .into_iter()
        .partition(|appointment| proven || !appointment.position.needs_second_factor());
    Some(Actor {
        account_id: account.account_id,
        name: account.name,
        email: account.email,
        nik_hash: account.nik_hash,
        identity_verified: account.identity_verified_at.is_some(),
        appointments,
        second_factor_missing: !withheld.is_empty(),
        session_id: account.session_id,
        second_factor_at: account.second_factor_at,
    })
}
