//! Lives the plan: every request goes through the real operations, each at its moment of the past month.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use uuid::Uuid;

use super::actors::Actors;
use super::plan::{Fate, PLAN, Planned, pause};
use super::scans::Scans;
use super::submission;
use crate::app::App;
use crate::calendar::{self, Calendar};
use crate::platform::error::{Error, log_chain};
use crate::requests::act::{self, NewAction};
use crate::requests::lifecycle::RETURN_REMINDER_DAYS;
use crate::requests::stage::State;
use crate::requests::store::{self, Request};
use crate::requests::{expire, remind, submit};
use crate::services::StepName;
use crate::services::fields::Origin;
use crate::worker;

/// How long the office of the demo leaves the last minutes alone, so that nothing of the past collides with the present.
const UNTIL_BEFORE_NOW: TimeDelta = TimeDelta::minutes(2);
/// A returned request ends by itself after 14 days (design, section 3).
const SILENCE: TimeDelta = TimeDelta::days(14);

/// Something that happens to one request; the number is its place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Submit(usize),
    /// The officer who holds it acts.
    Act(usize),
    Resubmit(usize),
    Cancel(usize),
    Revoke(usize),
    /// The timer that reminds of silent requests looks.
    Remind,
    /// The timer that ends them looks.
    Expire,
}

/// A request of the plan that has been handed in.
struct Live {
    id: Uuid,
    resident: Uuid,
    was_returned: bool,
    signer: Option<Uuid>,
}

/// The past of one demo.
pub(super) struct History {
    app: App,
    calendar: Calendar,
    actors: Actors,
    scans: Scans,
    coming: BinaryHeap<Reverse<(DateTime<Utc>, Happening)>>,
    live: HashMap<usize, Live>,
    end: DateTime<Utc>,
}

impl History {
    /// Of a portal that is seeded, with `past` as the application of that time.
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
        let mut history = Self {
            app: past,
            calendar,
            actors,
            scans: Scans::default(),
            coming: BinaryHeap::new(),
            live: HashMap::new(),
            end: now - UNTIL_BEFORE_NOW,
        };
        for (place, planned) in PLAN.iter().enumerate() {
            let at = history.handed_in(place, planned, now);
            history.plan(at, Happening::Submit(place));
        }
        Ok(history)
    }

    /// Lives it through. `skip` requests were handed in by a start that was cut short; `handed_in` hears of each new
    /// one. What fails is logged and left as it stands: a demo with a gap is better than none.
    ///
    /// # Errors
    /// What `handed_in` says.
    pub(super) fn live<E>(mut self, skip: usize, mut handed_in: impl FnMut(usize) -> Result<(), E>) -> Result<(), E> {
        let mut submitted = 0;
        while let Some(Reverse((at, happening))) = self.coming.pop() {
            let is_submit = matches!(happening, Happening::Submit(_));
            submitted += usize::from(is_submit);
            if is_submit && submitted <= skip {
                continue;
            }
            self.app.clock().set(at);
            if let Err(error) = self
                .happen(at, happening)
                .and_then(|()| worker::drain(&self.app).map(drop))
            {
                tracing::error!(?happening, "the demo's past has a gap");
                log_chain(&error);
            }
            if is_submit {
                handed_in(submitted)?;
            }
        }
        Ok(())
    }

    fn plan(&mut self, at: DateTime<Utc>, happening: Happening) {
        if at < self.end {
            self.coming.push(Reverse((at, happening)));
        }
    }

    /// The moment of handing in; some residents do it in the evening.
    fn handed_in(&self, place: usize, planned: &Planned, now: DateTime<Utc>) -> DateTime<Utc> {
        let at = working_minutes_before(&self.calendar, now, planned.ago);
        let evening = at
            .with_timezone(&self.calendar.zone)
            .with_hour(19)
            .and_then(|at| at.with_minute(u32::try_from(place * 7 % 60).ok()?))
            .map(|at| at.to_utc());
        match evening {
            Some(evening) if planned.ago > 900 && place % 5 == 2 => evening,
            _ => at,
        }
    }

    /// The holder acts this many working minutes later.
    fn plan_act(&mut self, place: usize, at: DateTime<Utc>, minutes: i64) {
        if let Some(then) = self.calendar.add_working(at, minutes) {
            self.plan(then, Happening::Act(place));
        }
    }

    fn happen(&mut self, at: DateTime<Utc>, happening: Happening) -> Result<(), Error> {
        match happening {
            Happening::Submit(place) => self.submit(place, at),
            Happening::Act(place) => self.office_acts(place, at),
            Happening::Resubmit(place) => self.resubmit(place, at),
            Happening::Cancel(place) => {
                let (id, resident) = self.party(place)?;
                self.act(id, resident, &serde_json::json!({ "action": "cancel" }))
                    .map(drop)
            }
            Happening::Revoke(place) => self.revoke(place),
            Happening::Remind => remind::remind_due(&self.app).map(drop),
            Happening::Expire => expire::expire_due(&self.app).map(drop),
        }
    }

    fn submit(&mut self, place: usize, at: DateTime<Utc>) -> Result<(), Error> {
        let planned = PLAN.get(place).ok_or(Error::NotFound)?;
        let today = self.calendar.today(at);
        let (resident, new) = submission::of(&self.app, &self.actors, &mut self.scans, planned.service, place, today)?;
        let actor = self.actors.at(resident, at)?;
        let request = self
            .app
            .write_now(|conn, ctx| Ok(submit::submit(conn, ctx, &actor, &new, Origin::Json)?))?;
        let live = Live {
            id: request.id,
            resident,
            was_returned: false,
            signer: None,
        };
        self.live.insert(place, live);
        if planned.fate == Fate::Cancelled {
            self.plan(at + TimeDelta::hours(5), Happening::Cancel(place));
        } else {
            self.plan_act(place, at, pause(place, 0, planned.fate));
        }
        Ok(())
    }

    fn office_acts(&mut self, place: usize, at: DateTime<Utc>) -> Result<(), Error> {
        let fate = PLAN.get(place).ok_or(Error::NotFound)?.fate;
        let (id, _) = self.party(place)?;
        let request = self.app.read_now(|conn, _| store::get(conn, id))?;
        let (Some(step), Some(name), Some(holder)) = (request.step, request.step_name, request.holder) else {
            return Ok(()); // nobody has it
        };
        if request.state != State::Submitted || fate == Fate::At(step) {
            return Ok(());
        }
        let was_returned = self.live.get(&place).is_some_and(|live| live.was_returned);
        match (name, fate) {
            (StepName::Verify, Fate::IssuedAfterReturn) if !was_returned => {
                self.give_back(&request, place, holder)?;
                self.plan(at + TimeDelta::hours(20), Happening::Resubmit(place));
                Ok(())
            }
            (StepName::Verify, Fate::Returned) => self.give_back(&request, place, holder),
            (StepName::Verify, Fate::Expired) => {
                self.give_back(&request, place, holder)?;
                self.plan(at + SILENCE + TimeDelta::hours(1), Happening::Expire);
                Ok(())
            }
            (StepName::Verify, Fate::RejectedAtVerify) | (StepName::Sign, Fate::RejectedBySigner) => {
                self.act(id, holder, &submission::rejection(name)).map(drop)
            }
            _ => self.go_on(&request, place, holder, at),
        }
    }

    /// The step's own action, and when the next one follows.
    fn go_on(&mut self, request: &Request, place: usize, holder: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
        let Some(name) = request.step_name else { return Ok(()) };
        self.act(request.id, holder, &serde_json::json!({ "action": name.as_str() }))?;
        if name == StepName::Sign {
            if let Some(live) = self.live.get_mut(&place) {
                live.signer = Some(holder);
            }
            worker::drain(&self.app)?;
        }
        let now_at = self.app.read_now(|conn, _| store::get(conn, request.id))?;
        let fate = PLAN.get(place).map_or(Fate::Issued, |planned| planned.fate);
        if now_at.state == State::Issued && fate == Fate::Revoked {
            if let Some(then) = self.calendar.add_working(at, 600) {
                self.plan(then, Happening::Revoke(place));
            }
        } else if let Some(step) = now_at.step {
            self.plan_act(place, at, pause(place, step, fate));
        }
        Ok(())
    }

    fn give_back(&mut self, request: &Request, place: usize, holder: Uuid) -> Result<(), Error> {
        self.act(request.id, holder, &submission::return_for(place))?;
        if let Some(live) = self.live.get_mut(&place) {
            live.was_returned = true;
        }
        for day in RETURN_REMINDER_DAYS {
            self.plan(self.app.now() + TimeDelta::days(day), Happening::Remind);
        }
        Ok(())
    }

    fn resubmit(&mut self, place: usize, at: DateTime<Utc>) -> Result<(), Error> {
        let (id, resident) = self.party(place)?;
        let scan = self.scans.upload(&self.app, resident, "kk")?;
        let again = serde_json::json!({ "action": "resubmit", "attachments": [{ "kind": "kk", "id": scan }] });
        self.act(id, resident, &again)?;
        self.plan_act(place, at, 25);
        Ok(())
    }

    fn revoke(&mut self, place: usize) -> Result<(), Error> {
        let live = self.live.get(&place).ok_or(Error::NotFound)?;
        let signer = live.signer.ok_or(Error::NotFound)?;
        self.act(live.id, signer, &submission::revocation()).map(drop)
    }

    fn party(&self, place: usize) -> Result<(Uuid, Uuid), Error> {
        let live = self.live.get(&place).ok_or(Error::NotFound)?;
        Ok((live.id, live.resident))
    }

    fn act(&self, id: Uuid, who: Uuid, wanted: &serde_json::Value) -> Result<Request, Error> {
        let actor = self.actors.at(who, self.app.now())?;
        let wanted: NewAction = serde_json::from_value(wanted.clone()).map_err(Error::internal)?;
        self.app
            .write_now(|conn, ctx| Ok(act::act(conn, ctx, &actor, id, &wanted, Origin::Json)?))
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
