//! What somebody wants to be done to a request, as it arrives and as it is read.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::RequestError;
use super::lifecycle::REFERRAL_REASON;
use super::stage::Action;
use crate::areas::AreaCode;
use crate::platform::field_error::FieldError;
use crate::platform::plain_text::{Lines, clean};

/// Longest free text.
const NOTE_MAX: usize = 1_000;
/// Longest reason code.
const CODE_MAX: usize = 40;

/// `POST /api/v1/requests/{id}/actions`.
#[derive(Clone, Default, Deserialize, ToSchema)]
pub struct NewAction {
    /// `endorse`, `verify`, `initial`, `sign`, `return`, `resubmit`, `send_back`, `correct`, `transfer`, `reject`,
    /// `object`, `refer`, `cancel`, `reissue`, `revoke`.
    pub action: String,
    /// Free text, as the reason of a return.
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub reason_code: Option<String>,
    /// Answers that change: merged by key, null clears.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub applicant: Value,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub fields: Value,
    /// Replaces the uploads of the kinds named.
    #[serde(default)]
    #[schema(value_type = Option<Vec<super::submit::AttachmentRef>>)]
    