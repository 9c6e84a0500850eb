//! The catalogue of letters: what each asks for, who acts on it, how long it may take; and the reading of everything
//! a person types into its form.

pub mod api;
mod attachments;
pub mod catalogue;
mod check;
mod definition;
pub mod fields;
mod forms;
mod rules;
pub mod store;
mod submission;

pub use attachments::AttachedFile;
pub use check::DefinitionError;
pub use definition::{AttachmentKind, Category, ServiceDefinition, Shape, Step, StepName};
pub use forms::from_form;
pub use rules::Rule;
pub use submission::{RawSubmission, Relation, Submission, SubmissionContext, parse_submission};

#[cfg(test)]
mod tests;
