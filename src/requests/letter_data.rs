//! From a request to the values that its letter prints.

use diesel::PgConnection;
use serde_json::Value;

use super::store::Request;
use super::world::{Place, World};
use crate::accounts::{Acting, Actor, Person, Position};
use crate::app::Ctx;
use crate::areas::{self, AreaCode, AreaLevel};
use crate::letters::{
    self, LOCAL_SEAL_NOTE, LetterData, Letterhead, Lower, Reserved, Row, Signer, Table, Wording, validity_sentence,
};
use crate::platform::error::Error;
use crate::platform::indonesian::long_date;
use crate::services::Shape;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::{Answers, Field, PrintContext, Printed};

/// Answers about the applicant that identify them on a letter, in the order of an identity table.
const IDENTITY: &[(&str, &str)] = &[
    ("nama", "Nama"),
    ("nik", "NIK"),
    ("no_kk", "Nomor KK"),
    ("ttl", "Tempat, tanggal lahir"),
    ("jk", "Jenis kelamin"),
    ("agama", "Agama"),
    ("status_kawin", "Status perkawinan"),
    ("pekerjaan", "Pekerjaan"),
    ("kewarganegaraan", "Kewarganegaraan"),
    ("alamat", "Alamat"),
];

/// The office lines under which the actor signs at a place: `Lurah Mutiara`, or with the acting forms of tata naskah
/// dinas (Permendagri 1/2023): `Plt. Lurah Mutiara`, `a.n. Lurah Mutiara` over the actor's own title. A superior who
/// decides an objection signs under the own office.
#[must_use]
pub fn signing_office(world: &World, actor: &Actor, place: &Place) -> Vec<String> {
    let mut here = actor
        .appointments
        .iter()
        .filter(|held| held.position == place.position && held.area == place.area);
    // Who holds the position does not act for its holder.
    let held = here.clone().find(|held| held.acting.is_none()).or_else(|| here.next());
    let office = format!("{} {}", place.position.label(), world.areas.name(&place.area));
    match held.map(|held| (held.acting, &held.title)) {
        Some((None, title)) => vec![title.clone().unwrap_or(office)],
        Some((Some(Acting::Plt), _)) => vec![format!("Plt. {office}")],
        Some((Some(Acting::An), title)) => {
            let title = title.clone().or_else(|| own_title(world, actor, place));
            std::iter::once(format!("a.n. {office}")).chain(title).collect()
        }
        None => vec![own_title(world, actor, place).unwrap_or(office)],
    }
}

/// What the actor is, other than acting for somebody.
fn own_title(world: &World, actor: &Actor, place: &Place) -> Option<String> {
    let own = || actor.appointments.iter().filter(|held| held.acting.is_none());
    let held = own().find(|held| held.area == place.area).or_else(|| own().next())?;
    let label = held.position.label();
    let named = match held.section {
        Some(section) => format!("{label} {section}"),
        None if held.area == place.area => label.to_owned(),
        None => format!("{label} {}", world.areas.name(&held.area)),
    };
    Some(held.title.clone().unwrap_or(named))
}

/// Everything the letter says.
///
/// # Errors
/// What the database says; `Internal` for a wording with an unknown placeholder, which cannot be published.
#[expect(clippy::too_many_arguments, reason = "one letter, from all that it is made of")]
pub fn assemble(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    (applicant, fields): &(Answers, Answers),
    reserved: &Reserved,
    signer: &Person,
    office: Vec<String>,
) -> Result<LetterData, Error> {
    let definition = world.definition();
    let area_name = |code: &AreaCode| world.areas.get(code).map(|area| area.name.clone());
    let print = PrintContext {
        zone: ctx.config.zone,
        area_name: &area_name,
    };
    let identity = identity(applicant, &print);
    let (rows, tables) = printed(&definition.fields, fields, &print);
    let letterhead = letterhead(conn, world, request)?;
    let lower = match definition.shape {
        Shape::B => lower(conn, reserved)?,
        Shape::A | Shape::C => None,
    };
    // A letter that the camat countersigns speaks in the lurah's name.
    let speaker = lower.as_ref().map_or(&office, |lower| &lower.signer.office);
    let words = Words {
        office: speaker.join(", "),
        kelurahan: format!("Kelurahan {}", world.areas.name(&request.area)),
        kecamatan: letterhead.district.clone(),
        kabupaten: letterhead.regency.clone(),
        identity: &identity,
        rows: &rows,
    };
    let wording = Wording::seed(&definition.code)
        .fill(&|name| words.value(name, &definition.fields))
        .map_err(Error::internal)?;
    Ok(LetterData {
        service: definition.code.clone(),
        letterhead,
        title: letters::title_of(&definition.name).to_owned(),
        number: reserved.number.clone(),
        opening: wording.opening,
        identity,
        body: wording.body,
        fields: rows,
        tables,
        validity: reserved.valid_until.map(validity_sentence),
        closing: wording.closing,
        place: "Kisaran".to_owned(),
        date: long_date(reserved.issued_on),
        signer: signer_of(signer, office),
        lower,
        seal_note: Some(LOCAL_SEAL_NOTE.to_owned()),
        code: reserved.code.clone(),
        url: ctx.config.link(&format!("/v/{}", reserved.code)),
    })
}

fn signer_of(person: &Person, office: Vec<String>) -> Signer {
    Signer {
        office,
        name: person.name.clone(),
        rank: person.rank.clone(),
        nip: person.nip.clone(),
    }
}

fn letterhead(conn: &mut PgConnection, world: &World, request: &Request) -> Result<Letterhead, Error> {
    let at_kecamatan = request
        .step_position
        .is_some_and(|position| position == Position::Camat);
    let area = if at_kecamatan && world.definition().shape == Shape::C {
        &request.kecamatan
    } else {
        &request.area
    };
    let office = areas::office(conn, area)?;
    let kabupaten = request
        .kecamatan
        .parent()
        .map(|code| title_case(&world.areas.name(&code)))
        .unwrap_or_default();
    let contact = [("Telepon ", &office.phone), ("Surel: ", &office.email)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| format!("{label}{value}"))
        .collect::<Vec<_>>()
        .join(" · ");
    Ok(Letterhead {
        regency: kabupaten,
        district: format!("Kecamatan {}", world.areas.name(&request.kecamatan)),
        village: (area.level() == AreaLevel::Kelurahan).then(|| format!("Kelurahan {}", world.areas.name(area))),
        address: [office.address, contact]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect(),
    })
}

/// The table of areas writes the kabupaten in capitals; a sentence does not.
fn title_case(name: &str) -> String {
    name.split(' ')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .into_iter()
                .chain(letters.flat_map(char::to_lowercase))
                .collect::<String>()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn identity(applicant: &Answers, print: &PrintContext<'_>) -> Vec<Row> {
    IDENTITY
        .iter()
        .filter_map(|(key, label)| {
            let value = match *key {
                "ttl" => {
                    let born = applicant.date("tgl_lahir").map(long_date)?;
                    format!("{}, {born}", applicant.text("tempat_lahir")?)
                }
                "jk" => if applicant.text("jk")? == "P" {
                    "Perempuan"
                } else {
                    "Laki-laki"
                }
                .to_owned(),
                key => text_of(applicant_fields(), applicant, key, print)?,
            };
            Some(Row::new(key, label, value))
        })
        .collect()
}

fn text_of(fields: &[Field], answers: &Answers, key: &str, print: &PrintContext<'_>) -> Option<String> {
    let field = fields.iter().find(|field| field.key == key)?;
    match field.kind.print(answers.get(key)?, print) {
        Printed::Text(text) => Some(text),
        Printed::Table { .. } => None,
    }
}

fn printed(fields: &[Field], answers: &Answers, print: &PrintContext<'_>) -> (Vec<Row>, Vec<Table>) {
    let (mut rows, mut tables) = (Vec::new(), Vec::new());
    for field in fields {
        let Some(value) = answers.get(&field.key).filter(|value| **value != Value::Null) else {
            continue;
        };
        match field.kind.print(value, print) {
            Printed::Text(text) => rows.push(Row::new(&field.key, &field.label, text)),
            Printed::Table { columns, rows } => {
                tables.push(Table {
                    key: field.key.clone(),
                    label: field.label.clone(),
                    columns,
                    rows,
                });
            }
        }
    }
    (rows, tables)
}

/// The lurah's part of a B letter, as the register has it.
fn lower(conn: &mut PgConnection, reserved: &Reserved) -> Result<Option<Lower>, Error> {
    let Some(entry) = letters::lower_entry(conn, reserved.letter_id)? else {
        return Ok(None);
    };
    let person = Person::get(conn, entry.signer)?;
    Ok(Some(Lower {
        number: entry.number,
        date: long_date(entry.issued_on),
        signer: signer_of(&person, entry.signer_office.split(", ").map(str::to_owned).collect()),
    }))
}

/// Values of placeholders in the office's wording.
struct Words<'a> {
    office: String,
    kelurahan: String,
    kecamatan: String,
    kabupaten: String,
    identity: &'a [Row],
    rows: &'a [Row],
}

impl<'a> Words<'a> {
    /// None only for a name that neither every letter nor this service's form knows; a blank answer is a dash.
    fn value(&'a self, name: &str, fields: &[Field]) -> Option<&'a str> {
        match name {
            "jabatan" => Some(&self.office),
            "kelurahan" => Some(&self.kelurahan),
            "kecamatan" => Some(&self.kecamatan),
            "kabupaten" => Some(&self.kabupaten),
            _ => self
                .rows
                .iter()
                .chain(self.identity)
                .find(|row| row.key == name)
                .map(|row| row.value.as_str())
                .or_else(|| fields.iter().any(|field| field.key == name).then_some("-")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_of_the_table_become_a_name() {
        assert_eq!(title_case("KABUPATEN ASAHAN"), "Kabupaten Asahan");
    }

    #[test]
    fn a_letter_holds_on_its_last_day() {
        let on = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        assert_eq!(
            letters::validity_sentence(on),
            "Surat ini berlaku sampai dengan tanggal 24 November 2026."
        );
    }
}
