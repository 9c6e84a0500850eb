//! The fair queue: what waits for an officer, and "Ambil berikutnya".

use std::cmp::Reverse;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use uuid::Uuid;

use super::error::RequestError;
use super::route::StepName;
use super::store::{self, Request};
use super::tracking_code::TrackingCode;
use crate::accounts::policy::{Scope, scopes};
use crate::accounts::{Actor, Position};
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::platform::db;
use crate::platform::error::Error;
use crate::platform::pagination::{PageRequest, TimeKey};
use crate::schema::requests as t;

/// How long an opened request is left to who opened it.
pub const LEASE: TimeDelta = TimeDelta::minutes(15);

/// What the queue is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub area: Option<AreaCode>,
    pub step: Option<StepName>,
    pub assignee: Option<Uuid>,
    pub service: Option<String>,
    pub overdue: bool,
    /// Tracking code or part of a name.
    pub q: Option<String>,
    /// Only what the actor could act on: the own desks, not all that a superior sees.
    pub own: bool,
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Whether a request waits for an officer (migration 13): a condition without a parameter, so that prepared
    /// statements meet the partial indexes.
    fn is_waiting(state: diesel::sql_types::Text) -> diesel::sql_types::Bool;
}

type Condition = Box<dyn BoxableExpression<t::table, diesel::pg::Pg, SqlType = diesel::sql_types::Bool>>;

fn pile(scope: &Scope) -> Condition {
    let area = scope.area.clone();
    match (scope.position, scope.section) {
        (Position::Lurah, _) => Box::new(t::area.eq(area)),
        (Position::Camat | Position::Sekcam, _) => Box::new(t::kecamatan.eq(area)),
        (position, Some(section)) => Box::new(
            t::step_area
                .assume_not_null()
                .eq(area)
                .and(t::step_position.assume_not_null().eq(position))
                .and(t::step_section.assume_not_null().eq(section)),
        ),
        (position, None) => Box::new(
            t::step_area
                .assume_not_null()
                .eq(area)
                .and(t::step_position.assume_not_null().eq(position)),
        ),
    }
}

/// A page of the queue, most urgent first. Each pile of the actor is read in its own order by its own index and the
/// piles are merged here: nearly everybody has one, and an OR over several would read and sort them whole.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    actor: &Actor,
    filter: &Filter,
    page: &PageRequest<TimeKey>,
) -> Result<Vec<Request>, Error> {
    let mut piles = Vec::new();
    for scope in scopes(actor) {
        piles.push(read_pile(conn, ctx, &scope, filter, page)?);
    }
    Ok(merge(piles, page.rows_to_read(), queue_key))
}

/// The first `limit` rows of several lists, each in the order of its key; a row that is in two counts once.
fn merge<K: Ord>(lists: Vec<Vec<Request>>, limit: i64, key: impl Fn(&Request) -> K) -> Vec<Request> {
    if lists.len() == 1 {
        return lists.into_iter().flatten().collect();
    }
    let mut all: Vec<Request> = lists.into_iter().flatten().collect();
    all.sort_by_key(|request| key(request));
    all.dedup_by_key(|request| request.id);
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    all
}

fn read_pile(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    scope: &Scope,
    filter: &Filter,
    page: &PageRequest<TimeKey>,
) -> Result<Vec<Request>, Error> {
    let mut query = t::table
        .filter(is_waiting(t::state))
        .filter(t::step_due_at.is_not_null())
        .filter(if filter.own { own_pile(scope) } else { pile(scope) })
        .order((t::step_due_at, t::id))
        .limit(page.rows_to_read())
        .select(Request::as_select())
        .into_boxed();
    if let Some(area) = &filter.area {
        query = query.filter(
            t::area
                .eq(area.clone())
                .or(t::step_area.assume_not_null().eq(area.clone())),
        );
    }
    if let Some(step) = filter.step {
        query = query.filter(t::step_name.eq(step));
    }
    if let Some(assignee) = filter.assignee {
        query = query.filter(t::holder.eq(assignee));
    }
    if let Some(service) = &filter.service {
        query = query.filter(t::service_code.eq(service.clone()));
    }
    if filter.overdue {
        query = query.filter(t::step_due_at.lt(ctx.now));
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let pattern = format!("%{}%", q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let code = q
            .parse::<TrackingCode>()
            .map(|code| code.to_string())
            .unwrap_or_default();
        query = query.filter(t::tracking_code.eq(code).or(t::applicant_name.ilike(pattern)));
    }
    if let Some(after) = page.after {
        query = query.filter(
            // The first half is where the index begins to read.
            t::step_due_at
                .ge(after.at)
                .and(t::step_due_at.gt(after.at).or(t::id.gt(after.id))),
        );
    }
    Ok(query.load(conn)?)
}

/// Leases the most urgent open request to the actor: first what is theirs and not open, then what nobody has.
/// Each call gives another one. None when nothing is left.
///
/// # Errors
/// `CapReached` when the actor has as many open as allowed.
pub fn next(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor) -> Result<Option<Request>, RequestError> {
    // Two presses at once must not both find the last free place.
    db::lock_name(conn, &format!("next {}", actor.account_id))?;
    let open: i64 = t::table
        .filter(t::holder.eq(actor.account_id))
        .filter(is_waiting(t::state))
        .filter(t::lease_until.gt(ctx.now))
        .select(count_star())
        .first(conn)?;
    if open >= ctx.config.lease_cap {
        return Err(RequestError::CapReached);
    }
    let found = match mine(conn, actor, ctx.now)? {
        Some(request) => Some(request),
        None => unassigned(conn, actor)?,
    };
    let Some(mut request) = found else { return Ok(None) };
    let until = ctx.now + LEASE;
    store::lease(conn, request.id, actor.account_id, until)?;
    (request.holder, request.lease_until) = (Some(actor.account_id), Some(until));
    Ok(Some(request))
}

fn mine(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Option<Request>, Error> {
    Ok(t::table
        .filter(is_waiting(t::state))
        .filter(t::holder.eq(actor.account_id))
        .filter(t::lease_until.is_null().or(t::lease_until.le(now)))
        .order((t::step_due_at, t::id))
        .select(Request::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?)
}

/// Work that nobody was given: the area lets people take it, or nobody was there when it came.
fn unassigned(conn: &mut PgConnection, actor: &Actor) -> Result<Option<Request>, Error> {
    let own_positions = scopes(actor)
        .iter()
        .map(own_pile)
        .reduce(|all, pile| -> Condition { Box::new(all.or(pile)) });
    let Some(piles) = own_positions else { return Ok(None) };
    let own_person = actor.nik_hash.clone().unwrap_or_default();
    Ok(t::table
        .filter(is_waiting(t::state))
        .filter(t::holder.is_null())
        .filter(t::submitter.ne(actor.account_id))
        .filter(
            t::applicant_account
                .is_null()
                .or(t::applicant_account.assume_not_null().ne(actor.account_id)),
        )
        .filter(t::applicant_hash.ne(own_person))
        .filter(piles)
        .order((t::step_due_at, t::id))
        .select(Request::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?)
}

fn own_pile(scope: &Scope) -> Condition {
    let here = t::step_area
        .assume_not_null()
        .eq(scope.area.clone())
        .and(t::step_position.assume_not_null().eq(scope.position));
    match scope.section {
        Some(section) => Box::new(here.and(t::step_section.assume_not_null().eq(section))),
        None => Box::new(here),
    }
}

/// Requests of a resident, newest first: as submitter or as applicant.
///
/// # Errors
/// What the database says.
pub fn of_resident(conn: &mut PgConnection, account: Uuid, page: &PageRequest<TimeKey>) -> Result<Vec<Request>, Error> {
    let mut lists = Vec::new();
    let own: [Condition; 2] = [
        Box::new(t::submitter.eq(account)),
        Box::new(t::applicant_account.assume_not_null().eq(account)),
    ];
    for condition in own {
        let mut query = t::table
            .filter(condition)
            .order((t::submitted_at.desc(), t::id.desc()))
            .limit(page.rows_to_read())
            .select(Request::as_select())
            .into_boxed();
        if let Some(after) = page.after {
            query = query.filter(
                t::submitted_at
                    .le(after.at)
                    .and(t::submitted_at.lt(after.at).or(t::id.lt(after.id))),
            );
        }
        lists.push(query.load(conn)?);
    }
    Ok(merge(lists, page.rows_to_read(), |request| {
        Reverse(resident_key(request))
    }))
}

/// The key of a queue row.
#[must_use]
pub fn queue_key(request: &Request) -> TimeKey {
    TimeKey {
        at: request.step_due_at.unwrap_or(request.submitted_at),
        id: request.id,
    }
}

/// The key of a row in a resident's list.
#[must_use]
pub fn resident_key(request: &Request) -> TimeKey {
    TimeKey {
        at: request.submitted_at,
        id: request.id,
    }
}
