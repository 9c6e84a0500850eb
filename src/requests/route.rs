//! The way of one request: the steps of its service, and which of them it skips. Pure.
//!
//! The steps are data (a service version); what is skipped depends on the request: a kepling step when the
//! signed pengantar was uploaded or no kepling is appointed, an initial step that the office switched off.

use crate::accounts::Position;
use crate::areas::AreaLevel;
use crate::services::Step;
pub use crate::services::StepName;
use crate::text_enum;

text_enum! {
    /// Who holds a request, for the clock. The kepling counts with the kelurahan.
    pub enum Party {
        Kelurahan => "kelurahan",
        Kecamatan => "kecamatan",
        Resident => "resident",
    }
}

text_enum! {
    /// Why a request passes over a step; kept in the event that says so.
    pub enum SkipReason {
        PengantarUploaded => "pengantar_uploaded",
        NoKepling => "no_kepling",
        SwitchedOff => "switched_off",
    }
}

text_enum! {
    /// What becomes of the kepling's step for one request.
    pub enum Kepling {
        /// Acts online.
        Acts => "acts",
        /// The resident uploaded the signed pengantar.
        PengantarUploaded => "pengantar_uploaded",
        /// Nobody is appointed in that lingkungan.
        NotAppointed => "not_appointed",
    }
}

impl Party {
    /// The party whose time the work of a level is. No step is above the kecamatan.
    #[must_use]
    pub const fn of_level(level: AreaLevel) -> Self {
        match level {
            AreaLevel::Lingkungan | AreaLevel::Kelurahan => Self::Kelurahan,
            AreaLevel::Kecamatan | AreaLevel::Kabupaten => Self::Kecamatan,
        }
    }
}

/// One step of a route. `n` is its number in the service, from 1; a skipped step keeps its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteStep {
    pub n: i16,
    pub name: StepName,
    pub position: Position,
    pub level: AreaLevel,
    /// Its part of the service's target, in percent.
    pub share_percent: u32,
    pub skipped: Option<SkipReason>,
}

/// The steps of one request in order. Has at least one step to do, and the last one is a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    first: i16,
    steps: Vec<RouteStep>,
}

/// Why a list of steps is no route. A published service never gives one; the catalogue refuses it before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRoute {
    #[error("step numbers must rise")]
    Unordered,
    #[error("the last step must be a signature")]
    NoFinalSignature,
    #[error("a signature cannot be skipped")]
    SignatureSkipped,
    #[error("every level with an office must end with a signature")]
    LevelWithoutSignature,
    #[error("the shares must be more than nothing")]
    NoShares,
}

impl Route {
    /// The route of a request through the steps of its service version.
    ///
    /// # Errors
    /// [`BadRoute`] when the steps are none; a published service never has such.
    pub fn of(steps: &[Step], kepling: Kepling) -> Result<Self, BadRoute> {
        let skipped = |step: &Step| match (step.name, kepling) {
            _ if step.off => Some(SkipReason::SwitchedOff),
            (StepName::Endorse, Kepling::PengantarUploaded) => Some(SkipReason::PengantarUploaded),
            (StepName::Endorse, Kepling::NotAppointed) => Some(SkipReason::NoKepling),
            _ => None,
        };
        let numbered = (1..).zip(steps).map(|(n, step)| RouteStep {
            n,
            name: step.name,
            position: step.position,
            level: step.level,
            share_percent: step.share_percent,
            skipped: skipped(step),
        });
        Self::new(numbered.collect())
    }

    /// Checks the steps once, so that everything after may rely on them.
    ///
    /// # Errors
    /// [`BadRoute`] names the first rule that the list breaks.
    pub fn new(steps: Vec<RouteStep>) -> Result<Self, BadRoute> {
        let pairs = || steps.iter().zip(steps.iter().skip(1));
        if pairs().any(|(a, b)| a.n >= b.n) {
            return Err(BadRoute::Unordered);
        }
        if steps.last().is_none_or(|s| s.name != StepName::Sign) {
            return Err(BadRoute::NoFinalSignature);
        }
        if steps.iter().any(|s| s.name == StepName::Sign && s.skipped.is_some()) {
            return Err(BadRoute::SignatureSkipped);
        }
        if pairs().any(|(a, b)| a.level != b.level && a.level != AreaLevel::Lingkungan && a.name != StepName::Sign) {
            return Err(BadRoute::LevelWithoutSignature);
        }
        if steps.iter().all(|s| s.share_percent == 0) {
            return Err(BadRoute::NoShares);
        }
        let first = steps
            .iter()
            .find(|s| s.skipped.is_none())
            .map(|s| s.n)
            .ok_or(BadRoute::NoFinalSignature)?;
        Ok(Self { first, steps })
    }

    /// Every step, the skipped ones too.
    #[must_use]
    pub fn steps(&self) -> &[RouteStep] {
        &self.steps
    }

    /// The step by its number, skipped or not.
    #[must_use]
    pub fn step(&self, n: i16) -> Option<&RouteStep> {
        self.steps.iter().find(|s| s.n == n)
    }

    /// Where a submitted request begins.
    #[must_use]
    pub fn first(&self) -> i16 {
        self.first
    }

    /// The next step to do after step `n`; `None` after the last signature.
    #[must_use]
    pub fn next_after(&self, n: i16) -> Option<i16> {
        self.to_do().find(|s| s.n > n).map(|s| s.n)
    }

    /// Step `n`, or the next one to do when `n` is skipped.
    #[must_use]
    pub fn at_or_after(&self, n: i16) -> Option<i16> {
        self.to_do().find(|s| s.n >= n).map(|s| s.n)
    }

    /// Where changed data is checked again: the first verify, or the beginning when there is none.
    #[must_use]
    pub fn first_verify(&self) -> i16 {
        self.to_do()
            .find(|s| s.name == StepName::Verify)
            .map_or(self.first, |s| s.n)
    }

    /// Whether step `n` is the signature that closes its level.
    #[must_use]
    pub fn is_level_end(&self, n: i16) -> bool {
        let Some(step) = self.step(n) else { return false };
        step.name == StepName::Sign && !self.steps.iter().any(|s| s.n > n && s.level == step.level)
    }

    /// Whether step `n` belongs to the level whose signature issues the letter.
    #[must_use]
    pub fn is_last_level(&self, n: i16) -> bool {
        match (self.step(n), self.steps.last()) {
            (Some(step), Some(last)) => step.level == last.level,
            _ => false,
        }
    }

    /// The target split over the steps to do, in working minutes; the parts sum to the target exactly.
    /// A skipped step leaves its share to the next one (design section 3).
    #[must_use]
    pub fn share_minutes(&self, target_minutes: i64) -> Vec<(i16, i64)> {
        let total: i64 = self.steps.iter().map(|s| i64::from(s.share_percent)).sum();
        let (mut shares, mut percent, mut given) = (Vec::with_capacity(self.steps.len()), 0_i64, 0_i64);
        for step in &self.steps {
            percent += i64::from(step.share_percent);
            if step.skipped.is_none() {
                // Cut the running sum, not each part: the remainders then cannot get lost.
                let until_here = target_minutes.saturating_mul(percent) / total;
                shares.push((step.n, until_here - given));
                given = until_here;
            }
        }
        shares
    }

    /// The share of step `n` in working minutes; nothing for a skipped or unknown step.
    #[must_use]
    pub fn share_of(&self, n: i16, target_minutes: i64) -> i64 {
        self.share_minutes(target_minutes)
            .into_iter()
            .find(|(step, _)| *step == n)
            .map_or(0, |(_, minutes)| minutes)
    }

    fn to_do(&self) -> impl Iterator<Item = &RouteStep> {
        self.steps.iter().filter(|s| s.skipped.is_none())
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
pub(super) mod tests;
