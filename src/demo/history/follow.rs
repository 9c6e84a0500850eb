//! What comes next for a request, from where it stands and what the plan wants of it.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Happening, History, Live};
use crate::demo::plan::{Fate, pause};
use crate::platform::error::Error;
use crate::requests::events;
use crate::requests::lifecycle::RETURN_REMINDER_DAYS;
use crate::requests::stage::{Action, State};
use crate::requests::store::{self, Request};

/// A returned request ends by itself after 14 days (design, section 3).
const SILENCE: TimeDelta = TimeDelta::days(14);
/// Working minutes until a mistake in a letter is found.
const MISTAKE_FOUND: i64 = 700;

/// What makes a request special, once it has happened.
const TURNS: &[Action] = &[
    Action::Return,
    Action::Reject,
    Action::Transfer,
    Action::Correct,
    Action::SendBack,
    Action::Refer,
    Action::Reissue,
];

impl History {
    /// Plans the next happening of a request.
    pub(super) fn follow(&mut self, place: usize, at: DateTime<Utc>) -> Result<(), Error> {
        let fate = self.fate(place)?;
        let live = self.live.get(&place).ok_or(Error::NotFound)?;
        let (id, turned, objected) = (live.id, live.turned, live.objected);
        let request = self.app.read_now(|conn, _| store::get(conn, id))?;
        if request.state == State::Returned {
            for day in RETURN_REMINDER_DAYS {
                self.plan(at + TimeDelta::days(day), Happening::Remind);
            }
        }
        match (request.state, fate) {
            (State::Submitted, Fate::Cancelled) => self.plan(at + TimeDelta::hours(5), Happening::Resident(place)),
            (State::Submitted, Fate::At(step)) if request.step == Some(step) => {}
            (State::Submitted, _) => self.plan_act(place, at, &request, fate),
            (State::Returned, Fate::IssuedAfterReturn) => {
                self.plan(at + TimeDelta::hours(20), Happening::Resident(place));
            }
            (State::Returned, Fate::Expired) => {
                self.plan(at + SILENCE + TimeDelta::hours(1), Happening::Expire);
            }
            (State::Rejected, Fate::ObjectedIssued | Fate::ObjectedRefused) if !objected => {
                self.plan(at + TimeDelta::hours(26), Happening::Resident(place));
            }
            (State::Issued, Fate::Revoked) => self.plan_signer(place, at),
            (State::Issued, Fate::Reissued) if !turned => self.plan_signer(place, at),
            _ => {}
        }
        Ok(())
    }

    fn plan_act(&mut self, place: usize, at: DateTime<Utc>, request: &Request, fate: Fate) {
        let officer = request
            .holder
            .map(|holder| self.actors.name(holder))
            .unwrap_or_default();
        let minutes = pause(place, request.step.unwrap_or(0), fate, officer);
        if let Some(then) = self.calendar.add_working(at, minutes) {
            self.plan(then, Happening::Act(place));
        }
    }

    fn plan_signer(&mut self, place: usize, at: DateTime<Utc>) {
        if let Some(then) = self.calendar.add_working(at, MISTAKE_FOUND) {
            self.plan(then, Happening::Signer(place));
        }
    }

    /// Takes up a request that an earlier start made; gives the moment of its last event.
    pub(super) fn resume(&mut self, place: usize, id: Uuid) -> Result<DateTime<Utc>, Error> {
        let (request, events) = self
            .app
            .read_now(|conn, _| Ok((store::get(conn, id)?, events::of_request(conn, id)?)))?;
        let has = |actions: &[Action]| events.iter().any(|event| actions.contains(&event.action));
        let live = Live {
            id,
            resident: request.submitter,
            turned: has(TURNS),
            objected: has(&[Action::Object]),
            asked: false,
            signer: events
                .iter()
                .rev()
                .find(|event| event.action == Action::Sign)
                .and_then(|event| event.actor),
        };
        self.live.insert(place, live);
        let last = events.last().map_or(request.submitted_at, |event| event.at);
        self.follow(place, last)?;
        Ok(last)
    }

    pub(super) fn fate(&self, place: usize) -> Result<Fate, Error> {
        self.plan.get(place).map(|planned| planned.fate).ok_or(Error::NotFound)
    }
}
