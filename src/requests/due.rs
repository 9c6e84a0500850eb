//! When a request and the step it stands at are due.

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::{self, ClockEvent, Pause};
use super::route::Route;
use super::stage::State;
use super::store::Request;
use super::world::World;
use crate::app::Ctx;

/// Sets both due moments from the events so far, the new one included.
pub fn set_due(
    ctx: &Ctx<'_>,
    world: &World,
    request: &mut Request,
    route: &Route,
    expires_after_days: Option<i64>,
    timeline: &[ClockEvent],
) {
    let (target, timeline) = (i64::from(request.target_minutes), clock::counted(timeline));
    request.due_at = clock::due_at(&world.calendar, timeline, target, ctx.now);
    request.step_due_at = match (request.state, request.step) {
        (State::Submitted | State::Signing, Some(n)) => {
            let (entered_at, pauses) = visit(timeline, n, ctx.now);
            clock::step_due_at(&world.calendar, entered_at, route.share_of(n, target), &pauses)
        }
        // The resident's own deadline.
        (State::Returned, _) => expires_after_days.map(|days| ctx.now + TimeDelta::days(days)),
        _ => None,
    };
}

/// When the running visit to a step began, and where it stood still because the resident had to act.
fn visit(timeline: &[ClockEvent], step: i16, now: DateTime<Utc>) -> (DateTime<Utc>, Vec<Pause>) {
    let entry = timeline.iter().rposition(|event| event.enters).unwrap_or(0);
    let begins = timeline
        .iter()
        .rposition(|event| event.step != Some(step))
        .map_or(entry, |last| entry.max(last + 1));
    let visit = timeline.get(begins..).unwrap_or_default();
    let ends = visit.iter().skip(1).map(|event| event.at).chain([now]);
    let pauses = visit
        .iter()
        .zip(ends)
        .filter(|(event, _)| event.state == State::Returned)
        .map(|(event, until)| Pause { from: event.at, until })
        .collect();
    (visit.first().map_or(now, |event| event.at), pauses)
}
