//! The life of a request as one pure table: `next(stage, action)` gives the new stage or the refusal.
//!
//! Who may do it is data too ([`who`]); whether this person is that one is asked elsewhere. The source is
//! design section 3. Every stage x action pair is in one snapshot beside this file.

pub use super::refusal::Refusal;
use super::route::{Route, StepName};
pub use super::stage::{Action, Stage, State};
pub use super::who::{Who, who};
use crate::areas::AreaLevel;
use crate::text_enum;

text_enum! {
    /// Why the numbers reserved for a letter that was not issued are given up.
    pub enum VoidReason {
        Returned => "returned",
        Transferred => "transferred",
        Rejected => "rejected",
        Cancelled => "cancelled",
        Expired => "expired",
    }
}

/// Days a returned request waits for the resident before it expires.
pub const RETURN_EXPIRES_AFTER_DAYS: i64 = 14;
/// Days of silence after a return on which the resident is reminded.
pub const RETURN_REMINDER_DAYS: [i64; 2] = [5, 10];
/// Days a request waits while its applicant gets listed first (`refer`).
pub const REFERRAL_EXPIRES_AFTER_DAYS: i64 = 90;
/// The reason code that `refer` records.
pub const REFERRAL_REASON: &str = "to_be_listed";

/// What the table must know beside the stage: about the request, and about what came with the action.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// A level of the letter now in the making was signed, so a number is reserved. An older letter that a
    /// `reissue` is to replace does not count.
    pub signed: bool,
    /// An issued letter of this request counts: what ends here is its reissue, and the letter stays until it is revoked.
    pub stands: bool,
    /// A rejection is final: the one objection was used, or nobody stands above who rejects (the camat).
    pub is_final: bool,
    /// This action changes data that the letter prints.
    pub data_changed: bool,
    /// It came with a text.
    pub note: bool,
    /// It came with a reason code.
    pub reason_code: bool,
    /// `send_back`: the step to go to.
    pub to: Option<i16>,
    /// `transfer`: the route in the new kelurahan; `None` when `to` names no other kelurahan.
    pub new_route: Option<&'a Route>,
}

/// Who gets the request at the new stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Chosen by load.
    Choose,
    /// Whoever had this step before, if present; else chosen.
    Previous,
    /// Stays with who has it.
    Keep,
    /// Whom a superior named, or nobody yet.
    Given,
    /// The superior of who rejected it.
    Superior,
    /// The resident must act.
    Resident,
    /// Nobody: it has ended.
    Nobody,
}

/// What an allowed action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    pub to: Stage,
    pub holder: Holder,
    /// The numbers reserved for the letter in the making are given up for this reason.
    pub voids: Option<VoidReason>,
    /// The resident has this many days, then the request expires.
    pub expires_after_days: Option<i64>,
}

/// The table.
///
/// # Errors
/// A conflict when the life of the request forbids the action; else what its input lacks.
pub fn next(stage: Stage, action: Action, route: &Route, facts: &Facts<'_>) -> Result<Transition, Refusal> {
    let transition = match stage {
        Stage::Draft => from_draft(action, route),
        Stage::Submitted(n) => from_submitted(n, action, route, facts),
        Stage::Returned(n) => from_returned(n, action, route, facts),
        Stage::Signing(n) => from_signing(n, action, route),
        Stage::Issued => from_issued(action, route, facts),
        Stage::Rejected(n) if action == Action::Object => object(n, route, facts),
        Stage::Rejected(_) | Stage::Cancelled | Stage::Expired if action == Action::Revoke && facts.stands => {
            from_issued(action, route, facts)
        }
        Stage::Rejected(_) | Stage::Cancelled | Stage::Expired | Stage::Revoked => Err(Refusal::NotNow),
    }?;
    Ok(Transition {
        voids: transition.voids.filter(|_| facts.signed),
        ..transition
    })
}

/// The actions that a page may offer at this stage, whoever looks at it.
#[must_use]
pub fn offered(stage: Stage, route: &Route, facts: &Facts<'_>) -> Vec<Action> {
    let fits = |action: &Action| !matches!(next(stage, *action, route, facts), Err(refusal) if refusal.is_conflict());
    Action::ALL.iter().copied().filter(fits).collect()
}

fn from_draft(action: Action, route: &Route) -> Result<Transition, Refusal> {
    match action {
        Action::Submit => Ok(goes(Stage::Submitted(route.first()), Holder::Choose)),
        Action::Cancel => Ok(goes(Stage::Cancelled, Holder::Nobody)),
        _ => Err(Refusal::NotNow),
    }
}

fn from_submitted(n: i16, action: Action, route: &Route, facts: &Facts<'_>) -> Result<Transition, Refusal> {
    let step = route.step(n).ok_or(Refusal::NotNow)?;
    match (action, step.name) {
        (Action::Endorse, StepName::Endorse)
        | (Action::Verify, StepName::Verify)
        | (Action::Initial, StepName::Initial) => {
            let next = route.next_after(n).ok_or(Refusal::NotNow)?;
            Ok(goes(Stage::Submitted(next), Holder::Choose))
        }
        (Action::Sign, StepName::Sign) => Ok(goes(Stage::Signing(n), Holder::Keep)),
        (Action::Return, _) => {
            needs(facts.note || facts.reason_code, &["note"])?;
            Ok(waits(n, RETURN_EXPIRES_AFTER_DAYS))
        }
        (Action::SendBack, StepName::Initial | StepName::Sign) => send_back(n, route, facts),
        (Action::Correct, StepName::Verify) if facts.signed && facts.data_changed => Ok(restarts(route)),
        (Action::Correct, StepName::Verify) => Ok(goes(Stage::Submitted(n), Holder::Keep)),
        (Action::Refer, StepName::Verify) => Ok(waits(n, REFERRAL_EXPIRES_AFTER_DAYS)),
        (Action::Transfer, StepName::Verify) if step.level == AreaLevel::Kelurahan => {
            let there = facts.new_route.ok_or(Refusal::NoOtherKelurahan)?;
            Ok(voiding(
                goes(Stage::Submitted(there.first()), Holder::Choose),
                VoidReason::Transferred,
            ))
        }
        (Action::Reject, StepName::Verify | StepName::Sign) => {
            needs(facts.note || facts.reason_code, &["reason_code", "note"])?;
            needs(facts.reason_code, &["reason_code"])?;
            needs(facts.note, &["note"])?;
            let rejected = goes(Stage::Rejected(n), Holder::Nobody);
            // While an objection may revive it at this very step, the letter keeps the lower level's number.
            Ok(if facts.is_final {
                voiding(rejected, VoidReason::Rejected)
            } else {
                rejected
            })
        }
        (Action::Assign, _) => Ok(goes(Stage::Submitted(n), Holder::Given)),
        (Action::Cancel, _) => Ok(voiding(goes(Stage::Cancelled, Holder::Nobody), VoidReason::Cancelled)),
        _ => Err(Refusal::NotNow),
    }
}

fn from_returned(n: i16, action: Action, route: &Route, facts: &Facts<'_>) -> Result<Transition, Refusal> {
    match action {
        Action::Resubmit if facts.signed && facts.data_changed => Ok(restarts(route)),
        Action::Resubmit => {
            // The step may be passed over by now: the resident has just uploaded the kepling's paper.
            let back = route.at_or_after(n).ok_or(Refusal::NotNow)?;
            Ok(goes(Stage::Submitted(back), Holder::Previous))
        }
        Action::Cancel => Ok(voiding(goes(Stage::Cancelled, Holder::Nobody), VoidReason::Cancelled)),
        Action::Expire => Ok(voiding(goes(Stage::Expired, Holder::Nobody), VoidReason::Expired)),
        _ => Err(Refusal::NotNow),
    }
}

fn from_signing(n: i16, action: Action, route: &Route) -> Result<Transition, Refusal> {
    match action {
        Action::Issue if route.is_last_level(n) => Ok(goes(Stage::Issued, Holder::Nobody)),
        Action::LevelSigned if !route.is_last_level(n) => {
            let next = route.next_after(n).ok_or(Refusal::NotNow)?;
            Ok(goes(Stage::Submitted(next), Holder::Choose))
        }
        // The number stays with the letter: the same signer tries again.
        Action::SignFailed => Ok(goes(Stage::Submitted(n), Holder::Previous)),
        _ => Err(Refusal::NotNow),
    }
}

fn from_issued(action: Action, route: &Route, facts: &Facts<'_>) -> Result<Transition, Refusal> {
    match action {
        Action::Reissue => Ok(goes(Stage::Submitted(route.first_verify()), Holder::Choose)),
        Action::Revoke => {
            needs(facts.note || facts.reason_code, &["note"])?;
            Ok(goes(Stage::Revoked, Holder::Nobody))
        }
        _ => Err(Refusal::NotNow),
    }
}

fn object(n: i16, route: &Route, facts: &Facts<'_>) -> Result<Transition, Refusal> {
    if facts.is_final {
        return Err(Refusal::NoObjection);
    }
    let back = route.at_or_after(n).ok_or(Refusal::NotNow)?;
    Ok(goes(Stage::Submitted(back), Holder::Superior))
}

fn send_back(n: i16, route: &Route, facts: &Facts<'_>) -> Result<Transition, Refusal> {
    let to = facts.to.ok_or(Refusal::Missing(&["to"]))?;
    let earlier = route
        .step(to)
        .filter(|s| s.n < n && s.skipped.is_none())
        .ok_or(Refusal::NoEarlierStep)?;
    Ok(goes(Stage::Submitted(earlier.n), Holder::Previous))
}

/// Data was changed under a signature: that letter is given up, everybody looks again.
fn restarts(route: &Route) -> Transition {
    voiding(
        goes(Stage::Submitted(route.first_verify()), Holder::Previous),
        VoidReason::Returned,
    )
}

fn waits(n: i16, days: i64) -> Transition {
    Transition {
        expires_after_days: Some(days),
        ..goes(Stage::Returned(n), Holder::Resident)
    }
}

fn goes(to: Stage, holder: Holder) -> Transition {
    Transition {
        to,
        holder,
        voids: None,
        expires_after_days: None,
    }
}

fn voiding(transition: Transition, reason: VoidReason) -> Transition {
    Transition {
        voids: Some(reason),
        ..transition
    }
}

fn needs(given: bool, fields: &'static [&'static str]) -> Result<(), Refusal> {
    if given { Ok(()) } else { Err(Refusal::Missing(fields)) }
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
