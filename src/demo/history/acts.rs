//! What people do to a request, each by the real operation.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{History, Live};
use crate::demo::plan::Fate;
use crate::demo::{submission, talk};
use crate::platform::error::Error;
use crate::requests::act::{self, NewAction};
use crate::requests::stage::State;
use crate::requests::store::{self, Request};
use crate::services::StepName;
use crate::services::fields::Origin;
use crate::worker;

impl History {
    /// The holder does what the plan wants at this step.
    pub(super) fn office_acts(&mut self, place: usize, at: DateTime<Utc>) -> Result<(), Error> {
        let fate = self.fate(place)?;
        let id = self.one(place)?.id;
        let request = self.app.read_now(|conn, _| store::get(conn, id))?;
        let (Some(name), Some(holder)) = (request.step_name, request.holder) else {
            return Ok(()); // nobody has it
        };
        if request.state != State::Submitted {
            return Ok(());
        }
        if std::mem::take(&mut self.one_mut(place)?.asked) {
            let actor = self.actors.at(holder, at)?;
            talk::answer(&self.app, &actor, id, place)?;
        }
        let turned = self.one(place)?.turned;
        let special = match (name, fate) {
            (StepName::Verify, Fate::IssuedAfterReturn | Fate::Returned | Fate::Expired) if !turned => {
                Some(submission::return_for(place))
            }
            (StepName::Verify, Fate::RejectedAtVerify | Fate::ObjectedRefused)
            | (StepName::Sign, Fate::RejectedBySigner) => Some(submission::rejection(name)),
            (StepName::Verify, Fate::ObjectedIssued) if !turned => Some(submission::rejection(name)),
            (StepName::Verify, Fate::Transferred) if !turned => Some(self.residents.transfer(&request.area)),
            (StepName::Verify, Fate::Corrected) if !turned => Some(submission::correction(place)),
            (StepName::Verify, Fate::Referred) => Some(submission::referral()),
            (StepName::Initial, Fate::SentBack) if !turned => Some(submission::sent_back(request.step)),
            _ => None,
        };
        match special {
            Some(action) => {
                self.act(id, holder, &action)?;
                self.one_mut(place)?.turned = true;
                Ok(())
            }
            None => self.go_on(&request, place, holder),
        }
    }

    /// The step's own action.
    fn go_on(&mut self, request: &Request, place: usize, holder: Uuid) -> Result<(), Error> {
        let Some(name) = request.step_name else { return Ok(()) };
        self.act(request.id, holder, &json!({ "action": name.as_str() }))?;
        if name == StepName::Sign {
            self.one_mut(place)?.signer = Some(holder);
            worker::drain(&self.app)?;
        }
        Ok(())
    }

    pub(super) fn resident_acts(&mut self, place: usize) -> Result<(), Error> {
        let (id, resident) = (self.one(place)?.id, self.one(place)?.resident);
        let state = self.app.read_now(|conn, _| store::get(conn, id))?.state;
        let action = match state {
            State::Returned => {
                let kind = submission::again(self.plan.get(place).map_or("", |planned| planned.service));
                let scan = self.scans.upload(&self.app, resident, &kind)?;
                json!({ "action": "resubmit", "attachments": [{ "kind": kind, "id": scan }] })
            }
            State::Rejected => {
                self.one_mut(place)?.objected = true;
                submission::objection()
            }
            _ => json!({ "action": "cancel" }),
        };
        self.act(id, resident, &action).map(drop)
    }

    pub(super) fn signer_acts(&mut self, place: usize) -> Result<(), Error> {
        let action = match self.fate(place)? {
            Fate::Reissued => submission::reissue(),
            _ => submission::revocation(),
        };
        let live = self.one(place)?;
        self.act(live.id, live.signer.ok_or(Error::NotFound)?, &action)?;
        self.one_mut(place)?.turned = true;
        Ok(())
    }

    pub(super) fn ask(&mut self, place: usize) -> Result<(), Error> {
        let live = self.one(place)?;
        let actor = self.actors.at(live.resident, self.app.now())?;
        talk::ask(&self.app, &actor, live.id, place)?;
        self.one_mut(place)?.asked = true;
        Ok(())
    }

    fn one(&self, place: usize) -> Result<&Live, Error> {
        self.live.get(&place).ok_or(Error::NotFound)
    }

    fn one_mut(&mut self, place: usize) -> Result<&mut Live, Error> {
        self.live.get_mut(&place).ok_or(Error::NotFound)
    }

    fn act(&self, id: Uuid, who: Uuid, wanted: &Value) -> Result<Request, Error> {
        let actor = self.actors.at(who, self.app.now())?;
        let wanted: NewAction = serde_json::from_value(wanted.clone()).map_err(Error::internal)?;
        self.app
            .write_now(|conn, ctx| Ok(act::act(conn, ctx, &actor, id, &wanted, Origin::Json)?))
    }
}
