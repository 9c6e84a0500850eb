//! Why an operation on a request is refused.

use crate::platform::error::Error;
use crate::platform::field_error::FieldError;

use super::refusal::Refusal;

/// In the order in which refusals are told (design section 14): existence, own request, place, state, version, input.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error("no such request, or not visible")]
    NotFound,
    #[error("applicant or submitter cannot act for the office")]
    OwnRequest,
    #[error("another position acts at this step")]
    NotYourStep,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("a colleague has it open")]
    HeldByOther,
    #[error("the request changed since it was read")]
    Stale,
    #[error("{} wrong fields", .0.len())]
    Invalid(Vec<FieldError>),
    #[error("the second factor must be shown first")]
    SecondFactor,
    #[error("too many requests open at once")]
    CapReached,
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<diesel::result::Error> for RequestError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::NotFound => Self::NotFound,
            RequestError::OwnRequest => Self::Conflict { code: "own_request" },
            RequestError::NotYourStep => Self::Forbidden { code: "not_your_step" },
            RequestError::Refused(refusal) => refusal.into(),
            RequestError::HeldByOther => Self::Conflict { code: "held_by_other" },
            RequestError::Stale => Self::Stale,
            RequestError::Invalid(errors) => Self::Invalid(errors),
            RequestError::SecondFactor => Self::Forbidden {
                code: "second_factor_required",
            },
            RequestError::CapReached => Self::Conflict { code: "cap_reached" },
            RequestError::Other(error) => error,
        }
    }
}
