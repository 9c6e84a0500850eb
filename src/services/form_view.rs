//! A form as a page shows it: every control with its label, help, value and error.

use super::fields::{Control, Field, FieldKind, Options, option_label};
use super::form_values::FormValues;
use super::{AttachmentKind, messages};
use crate::areas::{AreaCode, Areas};
use crate::platform::field_error::FieldError;
use crate::shell::FormErrors;

/// Rows that an empty table begins with, and by which it grows.
const BLANK_ROWS: usize = 3;

/// What a form is filled with.
pub struct FormContext<'a> {
    pub values: &'a FormValues,
    pub errors: &'a FormErrors,
    pub areas: &'a Areas,
    /// Only lingkungan of this kelurahan can be chosen: a request does not move by an edit.
    pub only_kelurahan: Option<&'a AreaCode>,
    /// The table that gets more rows, by its name.
    pub grow: &'a str,
}

/// One control with all that belongs to it.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// Name and id of the control; an error of the same name belongs to it.
    pub name: String,
    pub label: String,
    pub hint: String,
    pub required: bool,
    /// A browser may insist on it. Not in a table: a row counts as a whole, and blank ones are no mistake.
    pub insists: bool,
    pub error: String,
    pub widget: Widget,
}

/// What a person types into or chooses from.
#[derive(Debug, Clone)]
pub enum Widget {
    Input {
        html_type: &'static str,
        inputmode: &'static str,
        autocomplete: &'static str,
        value: String,
    },
    Textarea(String),
    YesNo(Option<bool>),
    Select(Vec<Group>),
    Geo {
        lat: String,
        lon: String,
    },
    Table {
        rows: Vec<Row>,
        can_grow: bool,
    },
}

/// Options under a common heading; without one they stand alone.
#[derive(Debug, Clone)]
pub struct Group {
    pub label: String,
    pub choices: Vec<Choice>,
}

#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

/// One row of a table. `number` counts from 1, as people do.
#[derive(Debug, Clone)]
pub struct Row {
    pub number: usize,
    pub cells: Vec<FieldView>,
}

/// The upload of one kind of paper.
#[derive(Debug, Clone)]
pub struct FileView {
    pub name: String,
    pub label: String,
    pub required: bool,
    pub max_files: usize,
    pub error: String,
    /// Ids of files that were uploaded already and are kept.
    pub kept: Vec<String>,
}

/// The controls of a list of fields.
#[must_use]
pub fn fields_view(place: &str, fields: &[Field], form: &FormContext<'_>) -> Vec<FieldView> {
    fields
        .iter()
        // The lingkungan tells the kelurahan: one control asks for both.
        .filter(|field| !(place == "applicant" && field.key == "kelurahan_code"))
        .map(|field| one(format!("{place}.{}", field.key), field, form))
        .collect()
}

/// The uploads that a service asks for.
#[must_use]
pub fn files_view(kinds: &[AttachmentKind], form: &FormContext<'_>) -> Vec<FileView> {
    let view = |kind: &AttachmentKind| {
        let name = format!("attachments.{}", kind.key);
        FileView {
            label: kind.label.clone(),
            required: kind.required,
            max_files: kind.max_files,
            error: form.errors.at(&name).to_owned(),
            kept: form
                .values
                .all(&name)
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect(),
            name,
        }
    };
    kinds.iter().map(view).collect()
}

/// The errors as the summary above a form lists them: in the order of the form, each with the label of its control,
/// so that it can be read alone. What belongs to no control comes first and stays as it is.
#[must_use]
pub fn labelled(errors: &FormErrors, fields: &[FieldView], files: &[FileView]) -> FormErrors {
    let mut labels: Vec<(&str, String)> = Vec::new();
    for field in fields {
        labels.push((&field.name, field.label.clone()));
        let Widget::Table { rows, .. } = &field.widget else {
            continue;
        };
        for row in rows {
            let label = |cell: &FieldView| format!("{} baris {}, {}", field.label, row.number, cell.label);
            labels.extend(row.cells.iter().map(|cell| (cell.name.as_str(), label(cell))));
        }
    }
    labels.extend(files.iter().map(|file| (file.name.as_str(), file.label.clone())));
    let mut listed: Vec<(Option<usize>, FieldError)> = Vec::with_capacity(errors.0.len());
    for error in &errors.0 {
        let place = labels.iter().position(|(name, _)| *name == error.field);
        let mut error = error.clone();
        if let Some((_, label)) = place.and_then(|place| labels.get(place)) {
            error.message = format!("{label}: {}", error.message);
        }
        listed.push((place, error));
    }
    listed.sort_by_key(|(place, _)| *place);
    FormErrors(listed.into_iter().map(|(_, error)| error).collect())
}

/// Errors at the place of residence all go to the one control that asks for it, once.
#[must_use]
pub fn fold_place_errors(errors: Vec<FieldError>) -> Vec<FieldError> {
    const CONTROL: &str = "applicant.lingkungan";
    let mut folded: Vec<FieldError> = Vec::with_capacity(errors.len());
    for mut error in errors {
        if matches!(error.field.as_str(), "area" | "applicant.kelurahan_code") {
            CONTROL.clone_into(&mut error.field);
        }
        let said = error.field == CONTROL && folded.iter().any(|known| known.field == CONTROL);
        if !said {
            folded.push(error);
        }
    }
    folded
}

fn one(name: String, field: &Field, form: &FormContext<'_>) -> FieldView {
    let is_place = matches!(field.kind, FieldKind::Select(Options::From { .. }));
    FieldView {
        label: if is_place {
            messages::PLACE_LABEL.to_owned()
        } else {
            field.label.clone()
        },
        hint: messages::hint(&field.kind).to_owned(),
        required: field.required,
        insists: field.required,
        error: form.errors.at(&name).to_owned(),
        widget: widget(&name, field, form),
        name,
    }
}

fn widget(name: &str, field: &Field, form: &FormContext<'_>) -> Widget {
    let value = form.values.first(name);
    match field.kind.control() {
        Control::Input { html_type, inputmode } => Widget::Input {
            html_type,
            inputmode,
            autocomplete: autocomplete(name),
            value: value.to_owned(),
        },
        Control::Textarea => Widget::Textarea(value.to_owned()),
        Control::YesNo => Widget::YesNo(value.parse().ok()),
        Control::Select => Widget::Select(groups(&field.kind, value, form)),
        Control::Geo => Widget::Geo {
            lat: form.values.first(&format!("{name}.lat")).to_owned(),
            lon: form.values.first(&format!("{name}.lon")).to_owned(),
        },
        Control::Table => table(name, &field.kind, form),
    }
}

fn table(name: &str, kind: &FieldKind, form: &FormContext<'_>) -> Widget {
    let FieldKind::Table { columns, max_rows } = kind else {
        return Widget::Textarea(String::new()); // no other kind has this control
    };
    let there = form.values.rows(name);
    let wanted = if form.grow == name {
        there.saturating_add(BLANK_ROWS)
    } else {
        there.max(BLANK_ROWS)
    };
    let count = wanted.min(*max_rows);
    let cell = |n: usize, column: &Field| FieldView {
        insists: false,
        ..one(format!("{name}.{n}.{}", column.key), column, form)
    };
    let rows = (0..count).map(|n| Row {
        number: n + 1,
        cells: columns.iter().map(|column| cell(n, column)).collect(),
    });
    Widget::Table {
        rows: rows.collect(),
        can_grow: count < *max_rows,
    }
}

fn groups(kind: &FieldKind, value: &str, form: &FormContext<'_>) -> Vec<Group> {
    let FieldKind::Select(options) = kind else {
        return Vec::new();
    };
    let choice = |option: &str, label: String| Choice {
        value: option.to_owned(),
        label,
        selected: option == value,
    };
    match options {
        Options::Listed { options } => vec![Group {
            label: String::new(),
            choices: options
                .iter()
                .map(|o| choice(o, option_label(options, o).to_owned()))
                .collect(),
        }],
        Options::From { .. } => {
            // Who has only said the kelurahan so far finds it first.
            let own = form.values.first("applicant.kelurahan_code");
            let (first, others): (Vec<_>, Vec<_>) = form
                .areas
                .kelurahan()
                .filter(|kelurahan| form.only_kelurahan.is_none_or(|only| *only == kelurahan.code))
                .partition(|kelurahan| kelurahan.code.as_str() == own);
            let group = |kelurahan: &crate::areas::Area| Group {
                label: format!("Kelurahan {}", kelurahan.name),
                choices: form
                    .areas
                    .below(&kelurahan.code)
                    .map(|area| choice(area.code.as_str(), format!("{}, {}", kelurahan.name, area.name)))
                    .collect(),
            };
            first.into_iter().chain(others).map(group).collect()
        }
    }
}

/// What a browser may fill in by itself (HTML autofill tokens): only about the applicant.
fn autocomplete(name: &str) -> &'static str {
    match name {
        "applicant.nama" => "name",
        "applicant.tgl_lahir" => "bday",
        "applicant.hp" => "tel",
        "applicant.email" => "email",
        _ => "off",
    }
}
