//! Whether a person is the one whose action it is. The table `who` says whose; this asks whether it is you.

use super::error::RequestError;
use super::events::Event;
use super::route::Route;
use super::stage::{Action, Stage};
use super::store::Request;
use super::who::{Who, who};
use super::world::World;
use crate::accounts::Actor;
use crate::accounts::policy::{holds_step, is_own, is_party};
use crate::assignment;

/// A request with all that says who may act on it.
pub struct Case<'a> {
    pub world: &'a World,
    pub request: &'a Request,
    pub route: &'a Route,
    pub stage: Stage,
    pub history: &'a [Event],
}

impl Case<'_> {
    /// 409 `own_request`, then 403 `not_your_step`.
    ///
    /// # Errors
    /// As said.
    pub fn authorise(&self, actor: &Actor, action: Action) -> Result<(), RequestError> {
        let whose = who(action, self.stage);
        let facts = self.request.facts();
        if whose.is_office() && is_own(actor, &facts) {
            return Err(RequestError::OwnRequest);
        }
        let allowed = match whose {
            Who::StepHolder => self.holds_step(actor),
            Who::ApplicantOrSubmitter => is_party(actor, &facts),
            Who::SignerOfLastLevel => self.signs_last(actor),
            Who::NoOne => actor.is_staff(),
            Who::System => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(RequestError::NotYourStep)
        }
    }

    /// Whether a page may offer the action to this person, as far as the person goes.
    #[must_use]
    pub fn may(&self, actor: &Actor, action: Action) -> bool {
        who(action, self.stage) != Who::NoOne && self.authorise(actor, action).is_ok()
    }

    /// Whether the actor holds the position that the request waits for, or was given this very request.
    ///
    /// What was objected to is decided above the desk that rejected it: that desk must not decide again.
    fn holds_step(&self, actor: &Actor) -> bool {
        let (Some(position), Some(area)) = (self.request.step_position, &self.request.step_area) else {
            return false;
        };
        if self.request.holder == Some(actor.account_id) && actor.is_staff() {
            return true;
        }
        if is_objected(self.history) {
            return assignment::is_superior(actor, area, position);
        }
        holds_step(actor, position, area, self.request.step_section)
    }

    /// Whether the actor holds the position whose signature issues this letter.
    fn signs_last(&self, actor: &Actor) -> bool {
        self.route.steps().last().is_some_and(|step| {
            let place = self.world.place(step, &self.request.lingkungan);
            holds_step(actor, place.position, &place.area, place.section)
        })
    }
}

/// Whether the request stands where an objection brought it: nothing has moved it to another step since.
fn is_objected(history: &[Event]) -> bool {
    is_objected_at(history, history.last().and_then(|event| event.to_step))
}

/// Whether a request that is (again) at this step has been there since an objection.
#[must_use]
pub fn is_objected_at(history: &[Event], step: Option<i16>) -> bool {
    let stayed = |event: &&Event| event.to_step == step;
    let visit = history.iter().rev().take_while(stayed);
    step.is_some() && visit.into_iter().any(|event| event.action == Action::Object)
}
