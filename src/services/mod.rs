//! The catalogue of letters: what each asks for, who acts on it, how long it may take; and the reading of everything
//! a person types into its form.

pub mod api;
mod attachments;
pub mod catalogue;
mod check;
mod definition;
pub mod fields;
mod form_values;
mod form_view;
mod forms;
mod messages;
pub mod pages;
mod rules;
mod store;
mod submission;

pub use attachments::AttachedFile;
pub use check::DefinitionError;
pub use definition::{AttachmentKind, Category, ServiceDefinition, Shape, Step, StepName};
pub use form_values::FormValues;
pub use form_view::{
    Choice, FieldView, FileView, FormContext, Group, Row, Widget, fields_view, files_view, fold_place_errors, labelled,
};
pub use forms::from_form;
pub use messages::working_time;
pub use rules::Rule;
pub use store::{Published, current, list, seed, versions};
pub use submission::{RawSubmission, Relation, Submission, SubmissionContext, parse_submission};

#[cfg(test)]
mod tests;
