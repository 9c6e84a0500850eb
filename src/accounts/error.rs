//! Why the room refuses.

use crate::platform::error::Error;
use crate::platform::field_error::FieldError;

/// Refusals of registration, login and account pages.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// One answer for an unknown name, a wrong password and a disabled account.
    #[error("login failed")]
    LoginFailed,
    #[error("too many failed logins, again in {retry_after} s")]
    TooManyFailures { retry_after: u32 },
    #[error("e-mail not confirmed")]
    EmailUnverified,
    #[error("a second factor is needed")]
    OtpRequired,
    #[error("second factor not accepted")]
    OtpInvalid,
    #[error("no second factor enrolled")]
    NotEnrolled,
    #[error("second factor already confirmed")]
    AlreadyConfirmed,
    #[error("a fresh second factor is needed")]
    SecondFactorRequired,
    #[error("link used or expired")]
    LinkInvalid,
    #[error("session ended")]
    SessionEnded,
    #[error("spent refresh token")]
    RefreshReused,
    #[error("not there")]
    NotFound,
    #[error("changed meanwhile")]
    Stale,
    #[error("not allowed")]
    NotAllowed,
    #[error("own matter")]
    Own,
    #[error("another account of this NIK is verified")]
    NikTaken,
    #[error("input refused")]
    Invalid(Vec<FieldError>),
    #[error(transparent)]
    Platform(#[from] Error),
}

impl AccountError {
    /// A wrong code inside a session, as an error at its field.
    #[must_use]
    pub fn wrong_otp_field() -> Error {
        Error::Invalid(vec![super::messages::OTP.at("otp")])
    }
}

impl From<AccountError> for Error {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::LoginFailed => Self::Unauthorized { code: "login_failed" },
            AccountError::TooManyFailures { retry_after } => Self::TooManyRequests { retry_after },
            AccountError::EmailUnverified => Self::Forbidden {
                code: "email_unverified",
            },
            AccountError::OtpRequired => Self::Unauthorized { code: "otp_required" },
            AccountError::OtpInvalid => Self::Unauthorized { code: "otp_invalid" },
            AccountError::NotEnrolled => Self::Conflict {
                code: "totp_not_enrolled",
            },
            AccountError::AlreadyConfirmed => Self::Conflict {
                code: "totp_already_confirmed",
            },
            AccountError::SecondFactorRequired => Self::Forbidden {
                code: "second_factor_required",
            },
            AccountError::LinkInvalid => Self::Unprocessable { code: "link_invalid" },
            AccountError::SessionEnded => Self::Unauthorized { code: "login_required" },
            AccountError::RefreshReused => Self::Unauthorized { code: "refresh_reused" },
            AccountError::NotFound => Self::NotFound,
            AccountError::Stale => Self::Stale,
            AccountError::NotAllowed => Self::Forbidden { code: "not_allowed" },
            AccountError::Own => Self::Conflict { code: "own_request" },
            AccountError::NikTaken => Self::Conflict {
                code: "nik_already_verified",
            },
            AccountError::Invalid(errors) => Self::Invalid(errors),
            AccountError::Platform(error) => error,
        }
    }
}

impl From<diesel::result::Error> for AccountError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Platform(error.into())
    }
}

impl From<crate::platform::crypto::CryptoError> for AccountError {
    fn from(error: crate::platform::crypto::CryptoError) -> Self {
        Self::Platform(error.into())
    }
}
