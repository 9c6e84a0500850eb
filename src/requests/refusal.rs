//! Why an action is refused by the life of a request, and how that is said.

use crate::platform::error::Error;
use crate::platform::field_error::FieldError;

/// Why an action is refused. The first two are conflicts (409) and come before the check of the version,
/// the others are about its input (422) and come after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the action does not fit the state of the request")]
    NotNow,
    #[error("this rejection is final")]
    NoObjection,
    #[error("these inputs are missing: {0:?}")]
    Missing(&'static [&'static str]),
    #[error("`to` is no earlier step of this request")]
    NoEarlierStep,
    #[error("`to` is no other kelurahan")]
    NoOtherKelurahan,
}

impl Refusal {
    /// Whether the life of the request forbids it, whatever the input.
    #[must_use]
    pub const fn is_conflict(self) -> bool {
        matches!(self, Self::NotNow | Self::NoObjection)
    }

    /// The stable code of the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotNow => "wrong_state",
            Self::NoObjection => "no_objection",
            Self::Missing(_) => "required",
            Self::NoEarlierStep => "no_earlier_step",
            Self::NoOtherKelurahan => "no_other_kelurahan",
        }
    }

    /// The input fields the refusal is about.
    #[must_use]
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::NotNow | Self::NoObjection => &[],
            Self::Missing(fields) => fields,
            Self::NoEarlierStep | Self::NoOtherKelurahan => &["to"],
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        if refusal.is_conflict() {
            return Self::Conflict { code };
        }
        let errors = refusal
            .fields()
            .iter()
            .map(|field| FieldError::new(*field, code, advice(refusal, field)));
        Self::Invalid(errors.collect())
    }
}

/// What to do about one field.
fn advice(refusal: Refusal, field: &str) -> &'static str {
    match (refusal, field) {
        (Refusal::NoEarlierStep, _) => "Pilih langkah sebelumnya yang ada pada permohonan ini.",
        (Refusal::NoOtherKelurahan, _) => "Pilih kelurahan lain di kecamatan ini.",
        (_, "note") => "Tuliskan alasannya.",
        (_, "reason_code") => "Pilih alasannya.",
        _ => "Wajib diisi.",
    }
}
