//! Lives the plan: every request goes through the real operations, each at its moment of the past quarter.

mod acts;
mod follow;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use uuid::Uuid;

use super::actors::Actors;
use super::plan::{Planned, plan};
use super::scans::Scans;
use super::submission::{self, Residents};
use super::talk;
use crate::app::App;
use crate::calendar::{self, Calendar};
use crate::platform::error::{Error, log_chain};
use crate::requests::{expire, remind, store, submit};
use crate::services::fields::Origin;
use crate::worker;

/// How long the office of the demo leaves the last minutes alone, so that nothing of the past collides with the present.
const UNTIL_BEFORE_NOW: TimeDelta = TimeDelta::minutes(2);

/// Something that happens; the number is its place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// An officer goes on leave.
    Leave(usize),
    Submit(usize),
    /// The resident writes a message.
    Ask(usize),
    /// The officer who holds it acts.
    Act(usize),
    /// The resident completes, objects or cancels.
    Resident(usize),
    /// Whoever signed the letter takes it back or issues it anew.
    Signer(usize),
    /// The timer that reminds of silent requests looks.
    Remind,
    /// The timer that ends them looks.
    Expire,
    /// A resident puts a form aside.
    Draft(usize),
}

/// A request of the plan that has been handed in.
struct Live {
    id: Uuid,
    resident: Uuid,
    /// What makes it special has happened.
    turned: bool,
    objected: bool,
    /// A message of the resident waits for an answer.
    asked: bool,
    signer: Option<Uuid>,
}

/// The past of one demo.
pub(super) struct History {
    app: App,
    plan: Vec<Planned>,
    calendar: Calendar,
    actors: Actors,
    residents: Residents,
    scans: Scans,
    coming: BinaryHeap<Reverse<(DateTime<Utc>, Happening)>>,
    live: HashMap<usize, Live>,
    end: DateTime<Utc>,
}

impl History {
    /// Of a portal that is seeded, with `past` as the application of that time. What an earlier start made of the
    /// same past is gone on with.
    ///
    /// # Errors
    /// What the database says.
    pub(super) fn new(past: App, now: DateTime<Utc>) -> Result<Self, Error> {
        past.clock().set(now);
        let (calendar, actors) = past.read_now(|conn, ctx| {
            let kecamatan = &ctx.config.kecamatan;
            Ok((
                calendar::load(conn, ctx.config.zone, kecamatan)?,
                Actors::load(conn, ctx)?,
            ))
        })?;
        let residents = Residents::load(past.config(), &actors)?;
        let mut history = Self {
            app: past,
            plan: plan(),
            calendar,
            actors,
            residents,
            scans: Scans::default(),
            coming: BinaryHeap::new(),
            live: HashMap::new(),
            end: now - UNTIL_BEFORE_NOW,
        };
        history.plan_all(now)?;
        Ok(history)
    }

    /// Lives it through. What fails is logged and left as it stands: a demo with a gap is better than none.
    pub(super) fn live(mut self) {
        while let Some(Reverse((at, happening))) = self.coming.pop() {
            self.app.clock().set(at);
            if let Err(error) = self.happen(at, happening) {
                tracing::error!(?happening, "the demo's past has a gap");
                log_chain(&error);
            }
        }
        self.app.clock().set(self.end);
        if let Err(error) = worker::drain(&self.app) {
            log_chain(&error);
        }
    }

    /// Plans what does not follow from something else. What was made already is looked up.
    fn plan_all(&mut self, now: DateTime<Utc>) -> Result<(), Error> {
        worker::drain(&self.app)?;
        let made: HashMap<DateTime<Utc>, Uuid> = self.app.read_now(|conn, _| {
            let all = store::submitted(conn)?;
            Ok(all.into_iter().map(|(id, at)| (at, id)).collect())
        })?;
        let mut last = None;
        for place in 0..self.plan.len() {
            let at = self.handed_in(place, now);
            match made.get(&at) {
                Some(id) => last = last.max(Some(self.resume(place, *id)?)),
                None => self.plan(at, Happening::Submit(place)),
            }
        }
        let others = (0..talk::LEAVES.len())
            .map(|n| (now - TimeDelta::days(talk::leave_noted(n)), Happening::Leave(n)))
            .chain((0..talk::DRAFTS.len()).map(|n| (now - talk::draft_age(n), Happening::Draft(n))));
        for (at, happening) in others.filter(|(at, _)| last.is_none_or(|last| *at > last)) {
            self.plan(at, happening);
        }
        Ok(())
    }

    fn plan(&mut self, at: DateTime<Utc>, happening: Happening) {
        if at < self.end {
            self.coming.push(Reverse((at, happening)));
        }
    }

    /// The moment of handing in; some residents do it in the evening. No two are the same, so that a request is known
    /// by it.
    fn handed_in(&self, place: usize, now: DateTime<Utc>) -> DateTime<Utc> {
        let ago = self.plan.get(place).map_or(0, |planned| planned.ago);
        let at = working_minutes_before(&self.calendar, now, ago);
        let evening = at
            .with_timezone(&self.calendar.zone)
            .with_hour(19)
            .and_then(|at| at.with_minute(u32::try_from(place * 7 % 60).ok()?))
            .map(|at| at.to_utc());
        let at = match evening {
            Some(evening) if ago > 900 && place % 5 == 2 => evening,
            _ => at,
        };
        // Whole seconds, but for the place.
        let whole = at.with_nanosecond(0).unwrap_or(at);
        whole + TimeDelta::milliseconds(i64::try_from(place).unwrap_or(0))
    }

    fn happen(&mut self, at: DateTime<Utc>, happening: Happening) -> Result<(), Error> {
        match happening {
            Happening::Leave(n) => talk::leave(&self.app, &self.actors, n),
            Happening::Draft(n) => talk::draft(&self.app, &self.actors, &self.residents, n),
            Happening::Ask(place) => self.ask(place),
            Happening::Remind => remind::remind_due(&self.app).map(drop),
            Happening::Expire => expire::expire_due(&self.app).map(drop),
            Happening::Submit(place) => self.submit(place, at),
            Happening::Act(place) => self.office_acts(place, at),
            Happening::Resident(place) => self.resident_acts(place),
            Happening::Signer(place) => self.signer_acts(place),
        }?;
        match happening {
            Happening::Submit(place)
            | Happening::Act(place)
            | Happening::Resident(place)
            | Happening::Signer(place) => self.follow(place, at),
            _ => Ok(()),
        }
    }

    fn submit(&mut self, place: usize, at: DateTime<Utc>) -> Result<(), Error> {
        let planned = *self.plan.get(place).ok_or(Error::NotFound)?;
        let today = self.calendar.today(at);
        let (resident, new) = submission::of(
            &self.app,
            &self.residents,
            &mut self.scans,
            planned.service,
            place,
            today,
        )?;
        let actor = self.actors.at(resident, at)?;
        let request = self
            .app
            .write_now(|conn, ctx| Ok(submit::submit(conn, ctx, &actor, &new, Origin::Json)?))?;
        let live = Live {
            id: request.id,
            resident,
            turned: false,
            objected: false,
            asked: false,
            signer: None,
        };
        self.live.insert(place, live);
        if place % talk::ASKS == 4 {
            self.plan(at + TimeDelta::minutes(20), Happening::Ask(place));
        }
        Ok(())
    }
}

/// The last moment from which so much working time lies before `now`, by halving: working time only grows.
fn working_minutes_before(calendar: &Calendar, now: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    let (mut early, mut late) = (now - TimeDelta::days(2 + minutes / 120), now);
    while late - early > TimeDelta::seconds(30) {
        let middle = early + (late - early) / 2;
        if calendar.working_minutes(middle, now) >= minutes {
            early = middle;
        } else {
            late = middle;
        }
    }
    early
}
