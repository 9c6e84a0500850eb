//! Reading which uploaded files stand for which required paper.

use std::collections::HashSet;

use serde_json::Value;
use uuid::Uuid;

use super::fields::{Problem, report};
use super::{AttachmentKind, Relation, ServiceDefinition};
use crate::platform::field_error::FieldError;

/// An uploaded file and the paper it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// A key of the service's attachments, or `AttachmentKind::KUASA`.
    pub kind: String,
    /// Given by the upload. Whether it exists and is free is for the table to say.
    pub id: Uuid,
}

/// Reads `[{kind, id}]`. An error stands at `attachments.{kind}`, or at `attachments` where no kind of ours was named.
pub(super) fn parse(
    service: &ServiceDefinition,
    relation: Option<Relation>,
    raw: &Value,
    errors: &mut Vec<FieldError>,
) -> Vec<AttachedFile> {
    let items = match raw {
        Value::Null => &[],
        Value::Array(items) => items.as_slice(),
        _ => {
            report(errors, Problem::WrongType("daftar lampiran").at("attachments"));
            return Vec::new();
        }
    };
    let mut files: Vec<AttachedFile> = Vec::new();
    let mut seen = HashSet::new();
    for item in items {
        match one(service, relation, item) {
            Ok(file) if !seen.insert(file.id) => report(errors, Problem::DuplicateFile.at(place(&file.kind))),
            Ok(file) => files.push(file),
            Err(error) => report(errors, error),
        }
    }
    for kind in &service.attachments {
        let count = files.iter().filter(|f| f.kind == kind.key).count();
        if count > kind.max_files {
            report(errors, Problem::TooManyFiles(kind.max_files).at(place(&kind.key)));
        }
        // An error in a file of this kind has been reported: "required" beside it would be untrue.
        let named = items
            .iter()
            .any(|item| item.get("kind").and_then(Value::as_str) == Some(kind.key.as_str()));
        if kind.required && !named {
            report(errors, Problem::AttachmentRequired.at(place(&kind.key)));
        }
    }
    if files.iter().filter(|f| f.kind == AttachmentKind::KUASA).count() > AttachmentKind::KUASA_FILES {
        report(
            errors,
            Problem::TooManyFiles(AttachmentKind::KUASA_FILES).at(place(AttachmentKind::KUASA)),
        );
    }
    files
}

fn one(service: &ServiceDefinition, relation: Option<Relation>, item: &Value) -> Result<AttachedFile, FieldError> {
    let Value::Object(members) = item else {
        return Err(Problem::WrongType("objek {kind, id}").at("attachments"));
    };
    if members.keys().any(|key| key != "kind" && key != "id") {
        return Err(Problem::UnknownKey.at("attachments"));
    }
    let Some(kind) = members.get("kind").and_then(Value::as_str) else {
        return Err(Problem::WrongType("kind berupa teks").at("attachments"));
    };
    // An unknown kind is not repeated: it may hold anything.
    let for_kuasa = kind == AttachmentKind::KUASA && relation == Some(Relation::Kuasa);
    if !for_kuasa && service.attachment(kind).is_none() {
        return Err(Problem::UnknownAttachment.at("attachments"));
    }
    let Some(id) = members.get("id").and_then(Value::as_str) else {
        return Err(Problem::WrongType("id berupa teks").at(place(kind)));
    };
    let id = Uuid::parse_str(id).map_err(|_| Problem::FileId.at(place(kind)))?;
    Ok(AttachedFile {
        kind: kind.to_owned(),
        id,
    })
}

fn place(kind: &str) -> String {
    format!("attachments.{kind}")
}
