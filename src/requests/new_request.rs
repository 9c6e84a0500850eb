//! A request as it is handed in, before it is read.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::services::RawSubmission;

/// `POST /api/v1/requests` as it arrives: read by `reading`, which says everything that is wrong.
#[derive(Clone, Deserialize, ToSchema)]
pub struct NewRequest {
    /// Code of the service, `SKD`.
    pub service: String,
    /// Kelurahan that serves the request.
    #[serde(default)]
    #[schema(value_type = String)]
    pub area: Value,
    /// Answers about the applicant by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub applicant: Value,
    /// `self`, `same_kk` or `kuasa`.
    #[serde(default)]
    #[schema(value_type = Option<crate::services::Relation>)]
    pub relation: Value,
    /// Answers to the service's own fields by key.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: Value,
    /// The uploads that belong to it.
    #[serde(default)]
    #[schema(value_type = Vec<AttachmentRef>)]
    pub attachments: Value,
    /// Id of the own draft that this grew from; it is removed when the request is stored.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub draft: Value,
}

/// An upload and which paper of the service it is, as the document shows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the body")]
pub struct AttachmentRef {
    /// Key of the paper in the service, `ktp`.
    kind: String,
    /// From `POST /api/v1/attachments`.
    id: Uuid,
}

impl NewRequest {
    /// What the rules of the service are asked about.
    pub(super) fn raw(&self) -> RawSubmission {
        RawSubmission {
            area: self.area.clone(),
            applicant: self.applicant.clone(),
            fields: self.fields.clone(),
            attachments: self.attachments.clone(),
            relation: self.relation.clone(),
        }
    }
}
