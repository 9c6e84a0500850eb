//! Whose action it is at a stage, as data; whether a person is that one is asked elsewhere.

use super::stage::{Action, Stage};

/// Who may do an action at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The holder of the current step (or a free colleague of the same position).
    StepHolder,
    /// Who signs the last level of this service in this area.
    SignerOfLastLevel,
    /// The applicant's account or whoever submitted for them.
    ApplicantOrSubmitter,
    /// No person: jobs and sweeps.
    System,
    /// There is no step to hold, so the life of the request forbids it to everyone alike.
    NoOne,
}

impl Who {
    /// Whether it is the office that acts: then it may not be the applicant or the submitter.
    #[must_use]
    pub const fn is_office(self) -> bool {
        matches!(self, Self::StepHolder | Self::SignerOfLastLevel | Self::NoOne)
    }
}

/// Whose action it is. Asked before [`super::lifecycle::next`], because "not yours" comes before "not now".
#[must_use]
pub const fn who(action: Action, stage: Stage) -> Who {
    use Action::{
        Assign, Cancel, Correct, Endorse, Expire, Initial, Issue, LevelSigned, Object, Refer, Reissue, Reject,
        Resubmit, Return, Revoke, SendBack, Sign, SignFailed, Submit, Transfer, Verify,
    };
    match action {
        Submit | Resubmit | Object | Cancel => Who::ApplicantOrSubmitter,
        // `assign` has an address of its own.
        Expire | LevelSigned | Issue | SignFailed | Assign => Who::System,
        Reissue | Revoke => Who::SignerOfLastLevel,
        Endorse | Verify | Initial | Sign | Return | SendBack | Correct | Transfer | Reject | Refer => match stage {
            Stage::Submitted(_) => Who::StepHolder,
            _ => Who::NoOne,
        },
    }
}
