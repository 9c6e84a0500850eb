//! Where NIK and KK numbers stand among answers, at any depth: what is sealed before it is stored.

use serde_json::Value;

use super::{Field, FieldKind};

/// Places of all NIK and KK numbers in an object of answers: `nik`, `ahli_waris.0.nik`.
#[must_use]
pub fn identifier_paths(fields: &[Field], answers: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    for field in fields {
        match (&field.kind, answers.get(&field.key)) {
            (_, None | Some(Value::Null)) => {}
            (FieldKind::Nik | FieldKind::Kk, Some(_)) => paths.push(field.key.clone()),
            (FieldKind::Table { columns, .. }, Some(Value::Array(rows))) => {
                for (n, row) in rows.iter().enumerate() {
                    let inner = identifier_paths(columns, row);
                    paths.extend(inner.into_iter().map(|path| format!("{}.{n}.{path}", field.key)));
                }
            }
            _ => {}
        }
    }
    paths
}

/// Replaces every NIK and KK value by what `change` makes of it: sealing on the way in, unsealing on the way out.
///
/// `change` sees whatever stands there, also in unread drafts, where it may be any JSON.
pub fn map_identifiers<E>(
    fields: &[Field],
    answers: &mut Value,
    change: &mut impl FnMut(&FieldKind, &Value) -> Result<Value, E>,
) -> Result<(), E> {
    for field in fields {
        let Some(value) = answers.get_mut(&field.key).filter(|v| !v.is_null()) else {
            continue;
        };
        match &field.kind {
            FieldKind::Nik | FieldKind::Kk => *value = change(&field.kind, value)?,
            FieldKind::Table { columns, .. } => {
                let rows = value.as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
                rows.iter_mut()
                    .try_for_each(|row| map_identifiers(columns, row, change))?;
            }
            FieldKind::Text
            | FieldKind::Textarea
            | FieldKind::Date
            | FieldKind::Time
            | FieldKind::Datetime
            | FieldKind::Number
            | FieldKind::Decimal
            | FieldKind::Money
            | FieldKind::Bool
            | FieldKind::Select(_)
            | FieldKind::Phone
            | FieldKind::Email
            | FieldKind::Geo => {}
        }
    }
    Ok(())
}
