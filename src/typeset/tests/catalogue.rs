//! The example of every service, in print.

use super::{SKAW, SKD, keep, letter, pdf, squeezed, text_of};
use sepakat::letters::{LetterData, Row, Table, title_of};
use sepakat::services::Shape;
use sepakat::services::catalogue::{ALL, Seed};
use sepakat::services::fields::{PrintContext, Printed};

/// The example of a service as its letter; wording and who signs are those of another letter.
fn example(seed: &Seed) -> LetterData {
    let definition = seed.definition().unwrap();
    let sample = seed.sample("2026-11-24".parse().unwrap()).unwrap();
    let context = PrintContext {
        zone: chrono_tz::Asia::Jakarta,
        area_name: &|_| None,
    };
    let mut data = letter(if definition.shape == Shape::B { SKAW } else { SKD });
    if seed.code != "SKD" {
        data.body = Vec::new();
    }
    (data.fields, data.tables) = (Vec::new(), Vec::new());
    data.service = definition.code;
    data.title = title_of(&definition.name).to_owned();
    for field in &definition.fields {
        let Some(value) = sample.fields.get(&field.key) else {
            continue;
        };
        match field.kind.print(value, &context) {
            Printed::Text(text) => data.fields.push(Row::new(&field.key, &field.label, text)),
            Printed::Table { columns, rows } => {
                data.tables.push(Table {
                    key: field.key.clone(),
                    label: field.label.clone(),
                    columns,
                    rows,
                });
            }
        }
    }
    data
}

#[test]
fn every_service_prints_its_example() {
    for seed in ALL {
        let data = example(seed);
        let pdf = pdf(&data);
        keep(&format!("all-{}.pdf", seed.code), &pdf);
        let Some(text) = text_of(&pdf).filter(|_| seed.code != "SKD") else {
            continue;
        };
        let cells = data.tables.iter().flat_map(|table| table.rows.iter().flatten());
        for value in data.fields.iter().map(|row| &row.value).chain(cells) {
            assert!(
                text.contains(&squeezed(value)),
                "{}: {value} is not in {text}",
                seed.code
            );
        }
    }
}
