//! Requests that came back to the resident and stayed silent past their deadline end by themselves.

use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::act::stage_of;
use super::advance::{Change, advance};
use super::lifecycle::{self, Facts};
use super::stage::{Action, State};
use super::store;
use super::world::World;
use crate::app::App;
use crate::letters;
use crate::platform::error::Error;
use crate::schema::requests as t;

/// How many are ended in one run; the next run goes on.
const BATCH: i64 = 200;

/// Ends every returned request whose deadline has passed, each in a transaction of its own.
///
/// # Errors
/// What the database says; what was ended stays so.
pub fn expire_due(app: &App) -> Result<usize, Error> {
    let due: Vec<Uuid> = app.read_now(|conn, ctx| {
        Ok(t::table
            .filter(t::state.eq(State::Returned))
            .filter(t::step_due_at.lt(ctx.now))
            .order(t::step_due_at)
            .limit(BATCH)
            .select(t::id)
            .load(conn)?)
    })?;
    for id in &due {
        app.write_now(|conn, ctx| {
            let mut request = store::lock(conn, *id)?;
            // Resubmitted since we looked: not silent after all.
            if request.state != State::Returned || request.step_due_at.is_none_or(|at| at >= ctx.now) {
                return Ok(());
            }
            let world = World::of(conn, ctx, &request)?;
            let route = world.route(request.kepling)?;
            let facts = Facts {
                signed: letters::is_reserved(conn, *id)?,
                ..Facts::default()
            };
            let transition = lifecycle::next(stage_of(&request)?, Action::Expire, &route, &facts)?;
            let change = Change {
                action: Action::Expire,
                transition,
                actor: None,
                note: None,
                reason_code: None,
                data: json!({}),
            };
            Ok(advance(conn, ctx, &world, &mut request, change)?)
        })?;
    }
    Ok(due.len())
}
