//! One thing that is wrong with one field of an input.

use serde::Serialize;
use utoipa::ToSchema;

/// An error at a field, as the API sends it: the code is stable, the message is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Path of the field, such as `applicant.nik`, `fields.keperluan`, `attachments.ktp`.
    pub field: String,
    /// Stable code.
    #[schema(value_type = String)]
    pub code: &'static str,
    /// Indonesian sentence that says what to do; never repeats personal data.
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
        }
    }
}
