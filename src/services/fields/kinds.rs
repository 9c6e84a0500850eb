//! The kinds of field a form can have. A new kind is a variant here; the compiler then names the matches to complete.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One question of a form, or one column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Field {
    /// The key in `applicant`, `fields` or a table row.
    pub key: String,
    pub label: String,
    /// `type`, and with it `options`, `options_from`, or `columns` and `max_rows`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub kind: FieldKind,
    pub required: bool,
}

/// What a value is. In JSON: `"type": "select", "options": [...]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FieldKind {
    /// One line, at most 200 characters.
    Text,
    /// Several lines, at most 1,000 characters.
    Textarea,
    /// YYYY-MM-DD.
    Date,
    /// HH:MM, 24 hours, local.
    Time,
    /// RFC 3339 with offset.
    Datetime,
    /// A count or a year: an integer from 0.
    Number,
    /// A decimal string from 0, `"3.15"`: no rounding on the way.
    Decimal,
    /// Rupiah, an integer from 0.
    Money,
    Bool,
    Select(Options),
    Nik,
    Kk,
    /// Stored as +62….
    Phone,
    Email,
    /// `{lat, lon}` in degrees (WGS 84).
    Geo,
    /// An array of objects with these columns.
    Table {
        columns: Vec<Field>,
        max_rows: usize,
    },
}

/// What can be chosen in a `select`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Options {
    Listed {
        options: Vec<String>,
    },
    /// Codes of the areas that the cell serves.
    From {
        options_from: OptionSource,
    },
}

crate::text_enum! {
    /// A list that is not written in the catalogue.
    pub enum OptionSource {
        Areas => "areas",
    }
}
