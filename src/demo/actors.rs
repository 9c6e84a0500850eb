//! The people of the demo as those who act.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use crate::accounts::{Actor, seed};
use crate::app::Ctx;
use crate::platform::error::Error;

/// Everybody by account.
pub(super) struct Actors(HashMap<Uuid, Actor>);

impl Actors {
    /// # Errors
    /// What the database says.
    pub(super) fn load(conn: &mut PgConnection, ctx: &Ctx<'_>) -> Result<Self, Error> {
        let all = seed::actors(conn, ctx)?;
        Ok(Self(all.into_iter().map(|actor| (actor.account_id, actor)).collect()))
    }

    /// Somebody who has just logged in, with the second factor.
    ///
    /// # Errors
    /// `NotFound`.
    pub(super) fn at(&self, account: Uuid, now: DateTime<Utc>) -> Result<Actor, Error> {
        let mut actor = self.0.get(&account).cloned().ok_or(Error::NotFound)?;
        actor.second_factor_at = Some(now);
        Ok(actor)
    }

    /// How somebody is called; nothing for a stranger.
    pub(super) fn name(&self, account: Uuid) -> &str {
        self.0.get(&account).map_or("", |actor| actor.name.as_str())
    }

    /// The account with this address.
    ///
    /// # Errors
    /// `NotFound`.
    pub(super) fn by_email(&self, email: &str) -> Result<Uuid, Error> {
        let found = self.0.values().find(|actor| actor.email == email);
        found.map(|actor| actor.account_id).ok_or(Error::NotFound)
    }
}
