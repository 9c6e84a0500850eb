//! Answers as a letter and a page show them.

use chrono::DateTime;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

use super::{Answers, Field, FieldKind, Options};
use crate::accounts::{Phone, Sex};
use crate::areas::AreaCode;
use crate::platform::indonesian::{grouped, long_date, rupiah};

/// What printing depends on besides the value.
pub struct PrintContext<'a> {
    /// The cell's zone, for moments.
    pub zone: Tz,
    /// The name of an area; without one its code is printed.
    pub area_name: &'a dyn Fn(&AreaCode) -> Option<String>,
}

/// An answer in print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Printed {
    Text(String),
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

/// The control of a form page for a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// `<input>` with its type and its on-screen keyboard.
    Input {
        html_type: &'static str,
        inputmode: &'static str,
    },
    Textarea,
    /// Two radio buttons: an unticked box could not say whether it was answered.
    YesNo,
    Select,
    /// Two inputs, `.lat` and `.lon`.
    Geo,
    /// Rows of inputs, `.0.column`.
    Table,
}

impl FieldKind {
    /// The control that asks for this kind.
    #[must_use]
    pub const fn control(&self) -> Control {
        let (html_type, inputmode) = match self {
            Self::Textarea => return Control::Textarea,
            Self::Bool => return Control::YesNo,
            Self::Select(_) => return Control::Select,
            Self::Geo => return Control::Geo,
            Self::Table { .. } => return Control::Table,
            Self::Text => ("text", "text"),
            Self::Date => ("date", "text"),
            Self::Time => ("time", "text"),
            Self::Datetime => ("datetime-local", "text"),
            // Not type=number: it steps by the mouse wheel and shows no thousands.
            Self::Number | Self::Money | Self::Nik | Self::Kk => ("text", "numeric"),
            Self::Decimal => ("text", "decimal"),
            Self::Phone => ("tel", "tel"),
            Self::Email => ("email", "email"),
        };
        Control::Input { html_type, inputmode }
    }

    /// A canonical value as a letter shows it. A value of another kind prints as nothing.
    #[must_use]
    pub fn print(&self, value: &Value, context: &PrintContext<'_>) -> Printed {
        let text = match self {
            Self::Text | Self::Textarea | Self::Nik | Self::Kk | Self::Email => value.as_str().map(str::to_owned),
            Self::Date => value.as_str().and_then(|d| d.parse().ok()).map(long_date),
            Self::Time => value.as_str().map(|t| t.replace(':', ".")),
            Self::Datetime => value.as_str().and_then(|m| long_moment(m, context.zone)),
            Self::Number => value.as_i64().map(|n| n.to_string()),
            Self::Decimal => value.as_str().map(comma),
            Self::Money => value.as_i64().map(rupiah),
            Self::Bool => value.as_bool().map(|b| if b { "Ya" } else { "Tidak" }.to_owned()),
            Self::Select(Options::Listed { options }) => {
                value.as_str().map(|option| option_label(options, option).to_owned())
            }
            Self::Select(Options::From { .. }) => value.as_str().map(|code| area(code, context)),
            Self::Phone => value
                .as_str()
                .map(|p| Phone::parse(p).map_or_else(|_| p.to_owned(), |p| p.national())),
            Self::Geo => point(value),
            Self::Table { columns, .. } => return rows(columns, value, context),
        };
        Printed::Text(text.unwrap_or_default())
    }
}

impl Answers {
    /// What was answered, in the order of the form, with its labels.
    #[must_use]
    pub fn printed<'f>(&self, fields: &'f [Field], context: &PrintContext<'_>) -> Vec<(&'f Field, Printed)> {
        fields
            .iter()
            .filter_map(|f| self.get(&f.key).map(|value| (f, f.kind.print(value, context))))
            .collect()
    }
}

/// An option as people read it. The only abbreviations in the catalogue are those of the KTP for sex.
#[must_use]
pub fn option_label<'a>(options: &[String], option: &'a str) -> &'a str {
    let sexes = options.len() == Sex::ALL.len() && options.iter().all(|o| o.parse::<Sex>().is_ok());
    option
        .parse()
        .ok()
        .filter(|_| sexes)
        .map_or(option, |sex: Sex| sex.label())
}

/// A decimal string with the Indonesian comma.
fn comma(decimal: &str) -> String {
    let (whole, places) = decimal.split_once('.').map_or((decimal, None), |(w, p)| (w, Some(p)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    places.map_or_else(|| whole.clone(), |places| format!("{whole},{places}"))
}

/// `5 Desember 2026 pukul 08.00 WIB`.
fn long_moment(text: &str, zone: Tz) -> Option<String> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&zone);
    let zone = match zone {
        Tz::Asia__Jakarta | Tz::Asia__Pontianak => "WIB".to_owned(),
        Tz::Asia__Makassar => "WITA".to_owned(),
        Tz::Asia__Jayapura => "WIT".to_owned(),
        _ => moment.format("%:z").to_string(),
    };
    Some(format!(
        "{} pukul {} {zone}",
        long_date(moment.date_naive()),
        moment.format("%H.%M")
    ))
}

fn area(code: &str, context: &PrintContext<'_>) -> String {
    let name = AreaCode::parse(code).ok().and_then(|code| (context.area_name)(&code));
    name.unwrap_or_else(|| code.to_owned())
}

/// `2.98712, 99.63245`: the way maps take it.
fn point(value: &Value) -> Option<String> {
    Some(format!(
        "{}, {}",
        value.get("lat")?.as_f64()?,
        value.get("lon")?.as_f64()?
    ))
}

fn rows(columns: &[Field], value: &Value, context: &PrintContext<'_>) -> Printed {
    let cell = |row: &Value, column: &Field| match row.get(&column.key).map(|v| column.kind.print(v, context)) {
        Some(Printed::Text(text)) => text,
        // No table stands in a table: check.rs refuses it.
        Some(Printed::Table { .. }) | None => String::new(),
    };
    let rows = value.as_array().map(Vec::as_slice).unwrap_or_default();
    Printed::Table {
        columns: columns.iter().map(|c| c.label.clone()).collect(),
        rows: rows
            .iter()
            .map(|row| columns.iter().map(|c| cell(row, c)).collect())
            .collect(),
    }
}
