//! What must hold for a service before it may be published.

use std::collections::HashSet;

use super::fields::{Field, FieldKind, Options};
use super::{ServiceDefinition, StepName};
use crate::accounts::Position;
use crate::areas::AreaLevel;

/// Why a service cannot be published. For the admin who edits the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    #[error("service cannot be read")]
    Json(#[from] serde_json::Error),
    #[error("service {code}: {fault}")]
    Fault { code: String, fault: String },
}

impl ServiceDefinition {
    /// Reads and checks a service.
    pub fn from_json(text: &str) -> Result<Self, DefinitionError> {
        let service: Self = serde_json::from_str(text)?;
        service.check()?;
        Ok(service)
    }

    /// Whether requests, letters and reports can work with this service.
    pub fn check(&self) -> Result<(), DefinitionError> {
        let faults = [
            steps(self),
            attachments(self),
            fields("fields", &self.fields),
            rules(self),
        ];
        let fault = faults.into_iter().flatten().next();
        fault.map_or(Ok(()), |fault| {
            Err(DefinitionError::Fault {
                code: self.code.clone(),
                fault,
            })
        })
    }
}

fn steps(service: &ServiceDefinition) -> Option<String> {
    let shares: u32 = service
        .steps
        .iter()
        .map(|s| s.share_percent)
        .fold(0, u32::saturating_add);
    if shares != 100 {
        return Some(format!("shares add up to {shares}, not 100"));
    }
    if service.target_working_days == 0 {
        return Some("a target of no days".to_owned());
    }
    if service.steps.last().is_none_or(|s| s.name != StepName::Sign) {
        return Some("the last step is not a signature".to_owned());
    }
    let odd = service
        .steps
        .iter()
        .find(|s| !acts_at(s.position, s.level) || (s.off && !s.switchable()));
    odd.map(|s| format!("step {} of {} cannot be so", s.name, s.position))
}

fn acts_at(position: Position, level: AreaLevel) -> bool {
    match position {
        Position::Kepling => level == AreaLevel::Lingkungan,
        Position::Petugas => matches!(level, AreaLevel::Kelurahan | AreaLevel::Kecamatan),
        Position::Seklur | Position::Lurah => level == AreaLevel::Kelurahan,
        Position::Kasi | Position::Sekcam | Position::Camat => level == AreaLevel::Kecamatan,
        Position::Admin | Position::Pengawas => false,
    }
}

fn attachments(service: &ServiceDefinition) -> Option<String> {
    let keys = service.attachments.iter().map(|a| a.key.as_str());
    repeated_or_odd("attachments", keys).or_else(|| {
        service
            .attachments
            .iter()
            .find(|a| a.max_files == 0)
            .map(|a| format!("{} allows no file", a.key))
    })
}

fn fields(place: &str, all: &[Field]) -> Option<String> {
    let odd_keys = repeated_or_odd(place, all.iter().map(|f| f.key.as_str()));
    odd_keys.or_else(|| all.iter().find_map(|f| field(place, f)))
}

fn field(place: &str, field: &Field) -> Option<String> {
    match &field.kind {
        FieldKind::Select(Options::Listed { options }) if options.is_empty() => {
            Some(format!("{place}.{} has no options", field.key))
        }
        FieldKind::Table { columns, max_rows } => {
            if columns.is_empty() || *max_rows == 0 {
                return Some(format!("{place}.{} is an empty table", field.key));
            }
            if columns.iter().any(|c| matches!(c.kind, FieldKind::Table { .. })) {
                return Some(format!("{place}.{} has a table in a table", field.key));
            }
            fields(&format!("{place}.{}", field.key), columns)
        }
        _ => None,
    }
}

fn rules(service: &ServiceDefinition) -> Option<String> {
    let is_date = |key: &str| {
        service
            .field(key)
            .is_some_and(|f| matches!(f.kind, FieldKind::Date | FieldKind::Datetime))
    };
    let keys = service.rules.iter().flat_map(super::Rule::fields);
    keys.into_iter()
        .find(|key| !is_date(key))
        .map(|key| format!("a rule needs the date {key}"))
}

fn repeated_or_odd<'a>(place: &str, keys: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut seen = HashSet::new();
    for key in keys {
        let plain = key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !plain || !key.starts_with(|c: char| c.is_ascii_lowercase()) || key.len() > 40 {
            return Some(format!("{place}: key {key} is not a plain word"));
        }
        if !seen.insert(key) {
            return Some(format!("{place}: key {key} twice"));
        }
    }
    None
}
