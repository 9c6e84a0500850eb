//! What the API sends of a request, as it goes over the wire.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::Position;
use crate::areas::AreaCode;
use crate::platform::time::LocalTime;
use crate::requests::route::{Party, StepName};
use crate::requests::stage::{Action, State};
use crate::services::Relation;

/// The step that is due.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepView {
    /// Its number in the service, from 1.
    pub n: i16,
    pub name: StepName,
    pub position: Position,
    #[schema(value_type = String)]
    pub area: AreaCode,
    pub due_at: Option<LocalTime>,
}

/// What every list and answer shows of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestView {
    pub id: Uuid,
    pub tracking_code: String,
    pub service: String,
    pub service_name: String,
    #[schema(value_type = String)]
    pub area: AreaCode,
    pub status: State,
    pub status_label: String,
    /// Null once the request has ended.
    pub step: Option<StepView>,
    pub due_at: Option<LocalTime>,
    /// Null until there is enough history.
    pub predicted: Option<Predicted>,
    pub submitted_at: LocalTime,
    pub version: i32,
}

/// A row in the list of the own requests.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnRequest {
    #[serde(flatten)]
    pub request: RequestView,
    /// Messages of the office that were not opened.
    pub unread_messages: i64,
}

/// When it will probably be done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Predicted {
    pub p50: LocalTime,
    pub p90: LocalTime,
}

/// Working minutes so far.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClockView {
    pub target_minutes: i32,
    pub office_minutes: i64,
    pub resident_minutes: i64,
    pub steps: Vec<StepMinutes>,
    pub on_time: bool,
}

/// Working minutes of one party at one step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepMinutes {
    pub n: i16,
    pub party: Party,
    pub minutes: i64,
}

/// A scan of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RequestAttachment)]
pub struct AttachmentView {
    pub id: Uuid,
    pub kind: String,
    pub media_type: String,
    pub bytes: i64,
    pub sha256: String,
}

/// The letter, once issued.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LetterView {
    pub code: String,
    pub number: String,
    pub issued_on: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    pub state: String,
}

/// One request in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestDetail {
    #[serde(flatten)]
    pub summary: RequestView,
    pub applicant_name: String,
    pub relation: Option<Relation>,
    pub identity: IdentityView,
    #[schema(value_type = Object)]
    pub applicant: Value,
    #[schema(value_type = Object)]
    pub fields: Value,
    pub attachments: Vec<AttachmentView>,
    pub clock: ClockView,
    pub letter: Option<LetterView>,
    pub holder: Option<Uuid>,
    pub lease_until: Option<LocalTime>,
    /// Messages of the other side that nobody of the caller's side has opened.
    pub unread_messages: i64,
    /// What the caller may do now.
    pub allowed: Vec<Action>,
}

/// What is known of the applicant's identity. An unverified account blocks nothing; petugas verifies it by an action
/// of its own (`POST /accounts/{account_id}/verification`).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IdentityView {
    /// The applicant's account, when there is one.
    pub account_id: Option<Uuid>,
    /// Whether petugas has compared that account's owner with the KTP.
    pub verified: bool,
    /// How many accounts claim the applicant's NIK.
    pub claims: usize,
    /// Handed in by petugas at the counter, or by somebody else for the applicant.
    pub by_other: bool,
}

/// What happened, as whoever may see it reads it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventView {
    pub seq: i32,
    pub at: LocalTime,
    pub action: Action,
    pub from: State,
    pub to: State,
    pub from_step: Option<i16>,
    pub to_step: Option<i16>,
    /// `kelurahan`, `kecamatan`, `resident`.
    pub party: Option<Party>,
    pub actor: Option<Uuid>,
    pub note: Option<String>,
    #[schema(value_type = Object)]
    pub data: Value,
    pub hash: String,
}
