//! What the residents of the demo hand in, and what the office writes to them.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::actors::Actors;
use super::people::{self, Home, Member};
use super::scans::Scans;
use crate::accounts::Sex;
use crate::app::App;
use crate::areas::{self, AreaCode};
use crate::platform::error::Error;
use crate::requests::submit::NewRequest;
use crate::services::{AttachmentKind, StepName, catalogue};

const STREETS: [&str; 6] = [
    "Jl. Cokroaminoto",
    "Jl. Imam Bonjol",
    "Jl. Sisingamangaraja",
    "Jl. Diponegoro",
    "Jl. Kartini",
    "Jl. Merdeka",
];

/// Every fourth request brings the kepling's signed paper along.
const WITH_PENGANTAR: usize = 4;

/// The catalogue's example of a service, asked for by a resident of the demo, with fresh scans.
///
/// # Errors
/// What the database or the file store says.
pub(super) fn of(
    app: &App,
    actors: &Actors,
    scans: &mut Scans,
    service: &str,
    place: usize,
    today: NaiveDate,
) -> Result<(Uuid, NewRequest), Error> {
    let seed = catalogue::ALL
        .iter()
        .find(|seed| seed.code == service)
        .ok_or(Error::NotFound)?;
    let sample = seed.sample(today).map_err(Error::internal)?;
    let definition = seed.definition().map_err(Error::internal)?;
    let sex = match sample.applicant.get("jk").and_then(Value::as_str) {
        Some("P") => Sex::Female,
        _ => Sex::Male,
    };
    let (member, home) = resident(app, sex, place)?;
    let account = actors.by_email(&member.email)?;
    let mut kinds = sample.attachments.clone();
    let takes_pengantar = definition
        .attachments
        .iter()
        .any(|kind| kind.key == AttachmentKind::PENGANTAR);
    if takes_pengantar && place % WITH_PENGANTAR == 1 {
        kinds.push(AttachmentKind::PENGANTAR.to_owned());
    }
    let mut files = Vec::new();
    for kind in kinds {
        files.push(json!({ "kind": kind, "id": scans.upload(app, account, &kind)? }));
    }
    let mut applicant = sample.applicant;
    if let Value::Object(answers) = &mut applicant {
        let Value::Object(own) = answers_of(&member, &home, place) else {
            return Err(Error::internal("no answers"));
        };
        answers.extend(own);
    }
    let new = json!({
        "service": service,
        "area": member.area,
        "applicant": applicant,
        "relation": "self",
        "fields": sample.fields,
        "attachments": files,
    });
    Ok((account, serde_json::from_value(new).map_err(Error::internal)?))
}

/// One resident of that sex after the other, through all kelurahan.
fn resident(app: &App, sex: Sex, place: usize) -> Result<(Member, Home), Error> {
    let kecamatan = AreaCode::parse(&app.config().kecamatan).map_err(Error::internal)?;
    let all = people::roster(&areas::seed().map_err(Error::internal)?, &kecamatan);
    let fitting: Vec<(Member, Home)> = all
        .into_iter()
        .filter_map(|member| member.home.clone().map(|home| (member, home)))
        .filter(|(_, home)| home.nik.sex() == sex)
        .collect();
    let n = fitting.len().max(1);
    fitting.into_iter().nth(place * 5 % n).ok_or(Error::NotFound)
}

fn answers_of(member: &Member, home: &Home, place: usize) -> Value {
    let street = STREETS.get(place % STREETS.len()).copied().unwrap_or_default();
    json!({
        "nik": home.nik.expose(),
        "no_kk": home.no_kk.expose(),
        "nama": member.name,
        "tempat_lahir": "Kisaran",
        "tgl_lahir": home.birth_date,
        "alamat": format!("{street} No. {}", 3 + place * 4),
        "lingkungan": home.lingkungan,
        "kelurahan_code": member.area,
        "hp": home.phone,
        "email": member.email,
    })
}

/// Why a request goes back to the resident.
pub(super) fn return_for(place: usize) -> Value {
    const REASONS: [(&str, &str); 3] = [
        (
            "unreadable",
            "Foto Kartu Keluarga buram pada bagian nomor. Mohon difoto ulang dengan cahaya terang.",
        ),
        (
            "incomplete",
            "Halaman kedua Kartu Keluarga belum diunggah. Mohon dilengkapi.",
        ),
        (
            "mismatch",
            "Alamat pada Kartu Keluarga berbeda dengan yang diisi. Mohon unggah KK yang terbaru.",
        ),
    ];
    let (code, note) = REASONS.get(place % REASONS.len()).copied().unwrap_or_default();
    json!({ "action": "return", "reason_code": code, "note": note })
}

/// Why a request is refused.
pub(super) fn rejection(step: StepName) -> Value {
    let (code, note) = match step {
        StepName::Sign => (
            "disputed",
            "Batas tanah pada sket masih disengketakan dengan tetangga sebelah timur. Selesaikan dahulu di kelurahan.",
        ),
        StepName::Endorse | StepName::Verify | StepName::Initial => (
            "not_eligible",
            "Berdasarkan pemeriksaan lapangan, keadaan yang diterangkan tidak sesuai dengan kenyataan.",
        ),
    };
    json!({ "action": "reject", "reason_code": code, "note": note })
}

/// Why a letter is withdrawn.
pub(super) fn revocation() -> Value {
    json!({
        "action": "revoke",
        "reason_code": "wrong_facts",
        "note": "Pemohon ternyata sudah pindah sebelum surat terbit.",
    })
}
