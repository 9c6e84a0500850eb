//! The words of a request's life: its states, what can happen to it, and the stage = state + step.

use crate::text_enum;

text_enum! {
    /// The word that is stored and sent as `status`.
    pub enum State {
        Draft => "draft",
        Submitted => "submitted",
        Returned => "returned",
        Signing => "signing",
        Issued => "issued",
        Rejected => "rejected",
        Cancelled => "cancelled",
        Expired => "expired",
        Revoked => "revoked",
    }
}

text_enum! {
    /// What can happen to a request. The last three and `expire` are done by the system only.
    pub enum Action {
        Submit => "submit",
        Endorse => "endorse",
        Verify => "verify",
        Initial => "initial",
        Sign => "sign",
        Return => "return",
        Resubmit => "resubmit",
        SendBack => "send_back",
        Correct => "correct",
        Transfer => "transfer",
        Reject => "reject",
        Object => "object",
        Refer => "refer",
        Cancel => "cancel",
        Expire => "expire",
        Reissue => "reissue",
        Revoke => "revoke",
        LevelSigned => "level_signed",
        Issue => "issue",
        SignFailed => "sign_failed",
        /// The step goes to another person, by a superior's hand; asked for at an address of its own.
        Assign => "assign",
    }
}

/// A state with the step it is about: where it is, who returned it, who signs, who rejected it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Draft,
    Submitted(i16),
    Returned(i16),
    Signing(i16),
    Issued,
    Rejected(i16),
    Cancelled,
    Expired,
    Revoked,
}

impl Stage {
    /// The stage that a stored row tells; `None` when the row lacks the step that its state needs.
    #[must_use]
    pub const fn of(state: State, step: Option<i16>) -> Option<Self> {
        Some(match (state, step) {
            (State::Draft, _) => Self::Draft,
            (State::Submitted, Some(n)) => Self::Submitted(n),
            (State::Returned, Some(n)) => Self::Returned(n),
            (State::Signing, Some(n)) => Self::Signing(n),
            (State::Rejected, Some(n)) => Self::Rejected(n),
            (State::Issued, _) => Self::Issued,
            (State::Cancelled, _) => Self::Cancelled,
            (State::Expired, _) => Self::Expired,
            (State::Revoked, _) => Self::Revoked,
            (State::Submitted | State::Returned | State::Signing | State::Rejected, None) => return None,
        })
    }

    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Draft => State::Draft,
            Self::Submitted(_) => State::Submitted,
            Self::Returned(_) => State::Returned,
            Self::Signing(_) => State::Signing,
            Self::Issued => State::Issued,
            Self::Rejected(_) => State::Rejected,
            Self::Cancelled => State::Cancelled,
            Self::Expired => State::Expired,
            Self::Revoked => State::Revoked,
        }
    }

    /// The step to store. `rejected` keeps it, because an objection goes back to that step.
    #[must_use]
    pub const fn step(self) -> Option<i16> {
        match self {
            Self::Submitted(n) | Self::Returned(n) | Self::Signing(n) | Self::Rejected(n) => Some(n),
            Self::Draft | Self::Issued | Self::Cancelled | Self::Expired | Self::Revoked => None,
        }
    }

    /// Whether somebody still has to act. The API shows `step` only then.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Submitted(_) | Self::Returned(_) | Self::Signing(_))
    }
}
