//! The clock of a request: how long who had it, and when it is due. Pure: events + calendar in, numbers out.
//!
//! Everything is exact working time of the kecamatan's calendar; it is cut to whole minutes only where a figure
//! leaves this file, so parts add up to the whole and "on time" says the same as `due_at`. While the resident holds
//! a request the clock of the office stands still.

use super::route::Party;
use super::stage::State;
use crate::calendar::Calendar;
use chrono::{DateTime, TimeDelta, Utc};

/// Working minutes in one working day of a target (design section 4), also for the shorter Friday.
pub const TARGET_DAY_MINUTES: i64 = 420;

/// What the clock needs of an event: how things stood after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockEvent {
    pub at: DateTime<Utc>,
    pub state: State,
    /// The step it was at; for `returned` the step that returned it.
    pub step: Option<i16>,
    /// Who holds it from now on. In `signing` that is the party of the sign step.
    pub party: Option<Party>,
    /// The step is entered anew, also where its number is the one before: another office, a superior.
    pub enters: bool,
}

/// Working time that one party had the request at one step, all visits together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepTime {
    pub step: i16,
    pub party: Party,
    pub time: TimeDelta,
}

/// Who had a request for how long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    /// By step, then party.
    pub steps: Vec<StepTime>,
    pub kelurahan: TimeDelta,
    pub kecamatan: TimeDelta,
    pub resident: TimeDelta,
}

/// A stretch in which the resident had to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub from: DateTime<Utc>,
    /// When it came back; now, while it has not.
    pub until: DateTime<Utc>,
}

impl StepTime {
    /// Whole minutes, cut downwards.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.time.num_minutes()
    }
}

impl Measured {
    /// Exact working time of the office: kelurahan and kecamatan.
    #[must_use]
    pub fn office(&self) -> TimeDelta {
        self.kelurahan + self.kecamatan
    }

    /// Whole minutes of the office, cut downwards once.
    #[must_use]
    pub fn office_minutes(&self) -> i64 {
        self.office().num_minutes()
    }

    /// Whole minutes of the resident, cut downwards.
    #[must_use]
    pub fn resident_minutes(&self) -> i64 {
        self.resident.num_minutes()
    }

    /// Whether the office kept its target so far. Exact, so it is true until the very moment of `due_at`.
    #[must_use]
    pub fn is_on_time(&self, target_minutes: i64) -> bool {
        self.office() <= minutes(target_minutes)
    }

    fn add(&mut self, held: Held, time: TimeDelta) {
        let sum = match held.party {
            Party::Kelurahan => &mut self.kelurahan,
            Party::Kecamatan => &mut self.kecamatan,
            Party::Resident => &mut self.resident,
        };
        *sum += time;
        let Some(step) = held.step else { return };
        match self.steps.iter_mut().find(|s| s.step == step && s.party == held.party) {
            Some(known) => known.time += time,
            None => self.steps.push(StepTime {
                step,
                party: held.party,
                time,
            }),
        }
    }
}

/// The events that a promise counts: all, or those since the letter is issued anew, which is a promise of its own.
#[must_use]
pub fn counted(events: &[ClockEvent]) -> &[ClockEvent] {
    let pairs = events.iter().zip(events.iter().skip(1));
    let reissued =
        |(before, after): (&ClockEvent, &ClockEvent)| before.state == State::Issued && after.state == State::Submitted;
    let begins = pairs.rev().position(reissued).map_or(0, |back| events.len() - 1 - back);
    events.get(begins..).unwrap_or_default()
}

/// A target of whole working days in working minutes.
#[must_use]
pub const fn target_minutes(working_days: i64) -> i64 {
    working_days.saturating_mul(TARGET_DAY_MINUTES)
}

/// Working time per step and per party until `now`, from the events of one request in their order.
#[must_use]
pub fn measure(calendar: &Calendar, events: &[ClockEvent], now: DateTime<Utc>) -> Measured {
    let mut measured = Measured::default();
    for held in holdings(events, now) {
        measured.add(held, calendar.working_time(held.from, held.to));
    }
    measured.steps.sort_by_key(|s| (s.step, s.party));
    measured
}

/// The moment the last of the target's working minutes ends for the office.
///
/// While the office has it, this does not depend on `now`. While the resident has it, it is the moment it would be
/// if it came back now; store it again when it does. Once it has ended it stays where it was. Without events: the
/// promise to somebody who submits now. `None` when the calendar does not reach that far.
#[must_use]
pub fn due_at(
    calendar: &Calendar,
    events: &[ClockEvent],
    target_minutes: i64,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let office = holdings(events, now)
        .filter(|held| held.party != Party::Resident)
        .map(|held| (held.from, held.to));
    let ended = events
        .last()
        .filter(|e| e.at <= now && holder(e).is_none())
        .map(|e| e.at);
    work_ends(calendar, office, ended.unwrap_or(now), minutes(target_minutes))
}

/// The moment the share of a step ends that was entered at `entered_at`, standing still in the pauses (in order).
#[must_use]
pub fn step_due_at(
    calendar: &Calendar,
    entered_at: DateTime<Utc>,
    share_minutes: i64,
    pauses: &[Pause],
) -> Option<DateTime<Utc>> {
    let begins = std::iter::once(entered_at).chain(pauses.iter().map(|p| p.until));
    let worked = begins.zip(pauses.iter().map(|p| p.from));
    let resumes = pauses.last().map_or(entered_at, |p| p.until.max(entered_at));
    work_ends(calendar, worked, resumes, minutes(share_minutes))
}

/// A stretch in which one party had the request.
#[derive(Debug, Clone, Copy)]
struct Held {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    step: Option<i16>,
    party: Party,
}

/// When `amount` is worked off: first in the stretches given, the rest from `then` on.
fn work_ends(
    calendar: &Calendar,
    stretches: impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)>,
    then: DateTime<Utc>,
    amount: TimeDelta,
) -> Option<DateTime<Utc>> {
    let mut left = amount;
    // A stretch may begin after `now`, where it ends: nothing was worked in it, and nothing becomes due in it.
    for (from, to) in stretches.filter(|(from, to)| from <= to) {
        let here = calendar.working_time(from, to);
        if here >= left {
            return calendar.add_working_time(from, left);
        }
        left -= here;
    }
    calendar.add_working_time(then, left)
}

/// Who had it from when to when. Clocks of two servers may differ a little: an event never lies before the one it
/// follows, so no minute counts twice.
fn holdings(events: &[ClockEvent], now: DateTime<Utc>) -> impl Iterator<Item = Held> {
    let ends = events.iter().skip(1).map(|e| e.at).chain(std::iter::once(now));
    let mut latest = DateTime::<Utc>::MIN_UTC;
    events.iter().zip(ends).filter_map(move |(event, end)| {
        latest = latest.max(event.at);
        let (from, to) = (latest, end.min(now));
        Some(Held {
            from,
            to,
            step: event.step,
            party: holder(event)?,
        })
    })
}

/// Who holds it after an event: nobody before it is submitted and after it has ended.
fn holder(event: &ClockEvent) -> Option<Party> {
    match event.state {
        State::Submitted | State::Signing => event.party,
        State::Returned => Some(Party::Resident),
        State::Draft | State::Issued | State::Rejected | State::Cancelled | State::Expired | State::Revoked => None,
    }
}

/// Minutes as exact time. A count beyond every calendar stays beyond every calendar.
fn minutes(count: i64) -> TimeDelta {
    TimeDelta::try_minutes(count).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
