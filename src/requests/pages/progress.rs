//! The way of one request as its page shows it: what is done, who must act now, what comes.

use chrono_tz::Tz;

use super::messages::{SUPERIOR, happened};
use crate::requests::messages::{moment, reason};
use crate::requests::route::{Route, RouteStep, SkipReason};
use crate::requests::stage::{Action, Stage};
use crate::requests::store::Request;
use crate::requests::track::desk;
use crate::requests::view::EventView;
use crate::requests::world::World;

/// One station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Station {
    pub what: &'static str,
    pub who: String,
    pub state: StationState,
    /// When it must be done, for the one that is due.
    pub due: Option<String>,
}

/// Where the request stands with regard to a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StationState {
    Done,
    Now,
    /// It asked the resident for more.
    Waiting,
    /// It refused the request.
    Refused,
    Next,
    Skipped(SkipReason),
}

impl StationState {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Done => "selesai",
            Self::Now => "sekarang",
            Self::Waiting => "menunggu kelengkapan dari pemohon",
            Self::Refused => "ditolak",
            Self::Next => "berikutnya",
            Self::Skipped(SkipReason::PengantarUploaded) => "dilewati, pengantar sudah diunggah",
            Self::Skipped(SkipReason::NoKepling) => "dilewati, belum ada Kepala Lingkungan",
            Self::Skipped(SkipReason::SwitchedOff) => "tidak diperlukan",
        }
    }
}

/// The stations of a request in order.
#[must_use]
pub(super) fn stations(world: &World, route: &Route, request: &Request, zone: Tz) -> Vec<Station> {
    let stage = Stage::of(request.state, request.step);
    let station = |step: &RouteStep| {
        let state = state_at(step, stage);
        Station {
            what: step.name.label(),
            who: desk(
                &world.areas,
                step.position,
                &world.place(step, &request.lingkungan).area,
            ),
            state,
            due: request
                .step_due_at
                .filter(|_| state == StationState::Now && matches!(stage, Some(Stage::Submitted(_))))
                .map(|at| moment(at, zone)),
        }
    };
    route.steps().iter().map(station).collect()
}

fn state_at(step: &RouteStep, stage: Option<Stage>) -> StationState {
    if let Some(reason) = step.skipped {
        return StationState::Skipped(reason);
    }
    match stage {
        Some(Stage::Submitted(n) | Stage::Signing(n)) => at(step, n, StationState::Now),
        Some(Stage::Returned(n)) => at(step, n, StationState::Waiting),
        Some(Stage::Rejected(n)) => at(step, n, StationState::Refused),
        Some(Stage::Issued | Stage::Revoked) => StationState::Done,
        Some(Stage::Draft | Stage::Cancelled | Stage::Expired) | None => StationState::Next,
    }
}

const fn at(step: &RouteStep, n: i16, here: StationState) -> StationState {
    if step.n < n {
        StationState::Done
    } else if step.n == n {
        here
    } else {
        StationState::Next
    }
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub at: String,
    pub what: &'static str,
    /// The position that did it; empty for the resident and the system.
    pub by: &'static str,
    pub note: Option<String>,
    /// The reason that was chosen, in words.
    pub reason: Option<&'static str>,
}

/// The history, oldest first.
#[must_use]
pub(super) fn history(events: &[EventView], route: &Route, zone: Tz) -> Vec<Line> {
    // After an objection it is the superior who acts at the step, until it goes on to another.
    let mut is_above = false;
    let line = |event: &EventView| Line {
        at: moment(event.at.utc(), zone),
        what: happened(event.action),
        by: {
            let above = is_above;
            is_above = event.action == Action::Object || (above && event.to_step == event.from_step);
            let step = event.from_step.filter(|_| event.actor.is_some());
            match step.and_then(|n| route.step(n)) {
                Some(_) if by_resident(event.action) => "",
                Some(_) if above => SUPERIOR,
                Some(step) => step.position.label(),
                None => "",
            }
        },
        note: event.note.clone(),
        reason: event.data.get("reason_code").and_then(|code| code.as_str()).map(reason),
    };
    events.iter().map(line).collect()
}

const fn by_resident(action: Action) -> bool {
    matches!(
        action,
        Action::Submit | Action::Resubmit | Action::Object | Action::Cancel
    )
}

/// What an officer last wrote to the resident: why it came back or was refused.
#[must_use]
pub(super) fn last_word(lines: &[Line], events: &[EventView]) -> Option<Line> {
    let told = |action| matches!(action, Action::Return | Action::Refer | Action::Reject | Action::Revoke);
    let place = events.iter().rposition(|event| told(event.action))?;
    lines.get(place).cloned()
}
