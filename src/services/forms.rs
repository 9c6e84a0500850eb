//! From the pairs of an HTML form to the same raw submission that the API reads.

use serde_json::{Map, Value, json};

use super::RawSubmission;

/// `applicant.nik`, `fields.ahli_waris.0.nik`: no name of ours is deeper.
const MAX_DEPTH: usize = 4;

/// Builds a submission from form pairs: names are paths with dots, numbers are rows, `attachments.ktp` (repeated)
/// holds an uploaded file's id, `area` follows from the applicant's kelurahan unless it is sent. Names that begin
/// otherwise belong to the page and are left alone.
#[must_use]
pub fn from_form(pairs: &[(String, String)]) -> RawSubmission {
    let mut tree = Map::new();
    let mut files = Vec::new();
    for (name, value) in pairs {
        let path: Vec<&str> = name.split('.').collect();
        match path.as_slice() {
            ["attachments", kind] if !value.is_empty() => files.push(json!({ "kind": kind, "id": value })),
            ["applicant" | "fields" | "area" | "relation", ..] if path.len() <= MAX_DEPTH => {
                put(&mut tree, &path, value);
            }
            _ => {}
        }
    }
    let mut take = |key: &str| tree.shift_remove(key).map(rows_of).unwrap_or_default();
    let (applicant, fields) = (take("applicant"), take("fields"));
    let area = match take("area") {
        Value::Null => applicant.get("kelurahan_code").cloned().unwrap_or_default(),
        area => area,
    };
    RawSubmission {
        area,
        applicant,
        fields,
        attachments: files.into(),
        relation: take("relation"),
    }
}

fn put(tree: &mut Map<String, Value>, path: &[&str], value: &str) {
    match path {
        [] => {}
        [last] => {
            tree.entry((*last).to_owned()).or_insert_with(|| value.into());
        }
        [first, rest @ ..] => {
            let below = tree
                .entry((*first).to_owned())
                .or_insert_with(|| Value::Object(Map::new()));
            // A name that is both a value and a group is not one of ours: the first wins.
            if let Value::Object(below) = below {
                put(below, rest, value);
            }
        }
    }
}

/// Groups whose names are all numbers are the rows of a table, in the order of the numbers.
fn rows_of(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let numbers: Option<Vec<u32>> = members.keys().map(|key| key.parse().ok()).collect();
    let members = members.into_iter().map(|(key, value)| (key, rows_of(value)));
    match numbers {
        Some(numbers) if !numbers.is_empty() => {
            let mut rows: Vec<(u32, Value)> = numbers.into_iter().zip(members.map(|(_, row)| row)).collect();
            rows.sort_by_key(|(number, _)| *number);
            rows.into_iter().map(|(_, row)| row).collect()
        }
        _ => Value::Object(members.collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> RawSubmission {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        from_form(&pairs)
    }

    #[test]
    fn names_with_dots_become_the_objects_and_rows_of_the_api() {
        let raw = form(&[
            ("csrf", "x"),
            ("applicant.nama", "Budi"),
            ("applicant.kelurahan_code", "12.09.20.1006"),
            ("fields.ahli_waris.10.nama", "Kedua"),
            ("fields.ahli_waris.2.nama", "Pertama"),
            ("fields.ahli_waris.2.nik", ""),
            ("fields.koordinat.lat", "2,9"),
            ("attachments.ktp", "one"),
            ("attachments.ktp", "two"),
            ("attachments.kk", ""),
        ]);
        assert_eq!(raw.area, "12.09.20.1006");
        assert_eq!(raw.applicant["nama"], "Budi");
        let fields = json!({
            "ahli_waris": [{ "nama": "Pertama", "nik": "" }, { "nama": "Kedua" }], "koordinat": { "lat": "2,9" }
        });
        assert_eq!(raw.fields, fields);
        assert_eq!(
            raw.attachments,
            json!([{ "kind": "ktp", "id": "one" }, { "kind": "ktp", "id": "two" }])
        );
        assert_eq!(raw.relation, Value::Null);
    }

    #[test]
    fn names_that_contradict_each_other_do_no_harm() {
        let raw = form(&[
            ("fields.a", "1"),
            ("fields.a.b", "2"),
            ("fields..", "3"),
            ("fields.a.b.c.d.e", "4"),
            ("", "5"),
        ]);
        assert_eq!(raw.fields["a"], "1");
        assert_eq!(form(&[("fields", "x"), ("fields.a", "1")]).fields, "x");
    }
}
