//! The forms of actions that ask for more than the press of a button, each with what was typed when it came back.

use super::messages::{self, FormWords};
use crate::areas::Areas;
use crate::requests::messages::{REASONS, reason};
use crate::requests::route::Route;
use crate::requests::stage::Action;
use crate::requests::store::Request;
use crate::services::{Category, ServiceDefinition};
use crate::shell::FormErrors;

/// What stands in a form that came back.
#[derive(Default)]
pub(super) struct Typed {
    pub action: String,
    pub note: String,
    pub reason_code: String,
    /// A step's number, or a lingkungan's code.
    pub target: String,
}

/// Where a request can go, under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Targets {
    /// Empty where the choices stand alone.
    pub heading: String,
    /// Value and label.
    pub choices: Vec<(String, String)>,
}

/// One form.
pub(super) struct ActionForm<'a> {
    pub action: Action,
    pub words: FormWords,
    /// Codes with their words; none where no reason is asked.
    pub reasons: Vec<(&'static str, &'static str)>,
    pub targets: &'a [Targets],
    /// It came back and lies open.
    pub is_open: bool,
    typed: &'a Typed,
    errors: &'a FormErrors,
}

impl ActionForm<'_> {
    /// Name of the control that asks where to.
    pub(super) fn target_name(&self) -> &'static str {
        if self.action == Action::Transfer {
            messages::PLACE
        } else {
            "to"
        }
    }

    /// The summary of errors leads to the controls of the form that came back; in the others a name stands twice.
    pub(super) fn id(&self, name: &str) -> String {
        if self.is_open {
            name.to_owned()
        } else {
            format!("{}-{name}", self.action)
        }
    }

    pub(super) fn error(&self, name: &str) -> &str {
        if self.is_open { self.errors.at(name) } else { "" }
    }

    pub(super) fn note(&self) -> &str {
        if self.is_open { &self.typed.note } else { "" }
    }

    pub(super) fn is_reason(&self, code: &str) -> bool {
        self.is_open && self.typed.reason_code == code
    }

    pub(super) fn is_target(&self, value: &str) -> bool {
        self.is_open && self.typed.target == value
    }
}

/// The forms of those actions that the page may offer.
pub(super) fn forms<'a>(
    allowed: &[Action],
    (steps, places): (&'a [Targets], &'a [Targets]),
    typed: &'a Typed,
    errors: &'a FormErrors,
) -> Vec<ActionForm<'a>> {
    let form = |action: &Action| {
        let words = messages::form(*action)?;
        Some(ActionForm {
            action: *action,
            words,
            reasons: match action {
                Action::Reject | Action::Revoke => REASONS.iter().map(|code| (*code, reason(code))).collect(),
                _ => Vec::new(),
            },
            targets: match action {
                Action::SendBack => steps,
                Action::Transfer => places,
                _ => &[],
            },
            is_open: typed.action == action.as_str(),
            typed,
            errors,
        })
    };
    allowed.iter().filter_map(form).collect()
}

/// Being listed first matters for letters of social aid only.
pub(super) fn fits(action: Action, service: &ServiceDefinition) -> bool {
    action != Action::Refer || service.category == Category::Sosial
}

/// Earlier steps that this request has.
pub(super) fn earlier_steps(route: &Route, request: &Request) -> Vec<Targets> {
    let here = request.step.unwrap_or_default();
    let earlier = route
        .steps()
        .iter()
        .filter(|step| step.n < here && step.skipped.is_none());
    let choices = earlier.map(|step| {
        let label = format!("{}. {}, {}", step.n, step.name.label(), step.position.label());
        (step.n.to_string(), label)
    });
    vec![Targets {
        heading: String::new(),
        choices: choices.collect(),
    }]
}

/// Lingkungan of the other kelurahan of the kecamatan.
pub(super) fn other_places(areas: &Areas, request: &Request) -> Vec<Targets> {
    let others = areas
        .kelurahan()
        .filter(|area| area.code != request.area && area.code.parent().as_ref() == Some(&request.kecamatan));
    let targets = others.map(|kelurahan| Targets {
        heading: format!("Kelurahan {}", kelurahan.name),
        choices: areas
            .below(&kelurahan.code)
            .map(|area| (area.code.to_string(), format!("{}, {}", kelurahan.name, area.name)))
            .collect(),
    });
    targets.collect()
}
