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
use crate::config::Config;
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
    residents: &Residents,
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
    let (account, member, home) = residents.of_sex(sex, place).ok_or(Error::NotFound)?;
    let account = *account;
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
        let Value::Object(own) = answers_of(member, home, place) else {
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

/// Who asks for letters.
pub(super) struct Residents {
    all: Vec<(Uuid, Member, Home)>,
    kelurahan: Vec<AreaCode>,
}

impl Residents {
    /// # Errors
    /// When the demo's people are not the ones in the database.
    pub(super) fn load(config: &Config, actors: &Actors) -> Result<Self, Error> {
        let kecamatan = AreaCode::parse(&config.kecamatan).map_err(Error::internal)?;
        let roster = people::roster(&areas::seed().map_err(Error::internal)?, &kecamatan);
        let (mut all, mut kelurahan) = (Vec::new(), Vec::new());
        for member in roster {
            let Some(home) = member.home.clone() else { continue };
            if !kelurahan.contains(&member.area) {
                kelurahan.push(member.area.clone());
            }
            all.push((actors.by_email(&member.email)?, member, home));
        }
        Ok(Self { all, kelurahan })
    }

    /// One resident of that sex after the other, through all kelurahan.
    fn of_sex(&self, sex: Sex, place: usize) -> Option<&(Uuid, Member, Home)> {
        let fitting: Vec<_> = self.all.iter().filter(|(_, _, home)| home.nik.sex() == sex).collect();
        // Without a common divisor with their number, so that everybody has a turn.
        fitting.get(place * 7 % fitting.len().max(1)).copied()
    }

    /// Account, name and kelurahan of one of them.
    pub(super) fn nth(&self, n: usize) -> Option<(Uuid, &str, &AreaCode)> {
        let (account, member, _) = self.all.get(n)?;
        Some((*account, &member.name, &member.area))
    }

    /// To the next kelurahan.
    pub(super) fn transfer(&self, from: &AreaCode) -> Value {
        let at = self.kelurahan.iter().position(|area| area == from).unwrap_or(0);
        let to = self
            .kelurahan
            .get((at + 1) % self.kelurahan.len().max(1))
            .unwrap_or(from);
        json!({
            "action": "transfer",
            "to": to,
            "applicant": { "kelurahan_code": to, "lingkungan": format!("{to}.01") },
            "reason_code": "not_resident",
            "note": "Alamat pada KTP terletak di kelurahan sebelah; permohonan dipindahkan ke sana.",
        })
    }
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

/// The paper that is photographed again: the KK where the letter asks for one, else what it asks for first.
pub(super) fn again(service: &str) -> String {
    let seed = catalogue::ALL.iter().find(|seed| seed.code == service);
    let kinds = seed
        .and_then(|seed| seed.definition().ok())
        .map(|service| service.attachments);
    let kinds = kinds.unwrap_or_default();
    let kind = kinds.iter().find(|kind| kind.key == "kk").or(kinds.first());
    kind.map_or_else(|| "kk".to_owned(), |kind| kind.key.clone())
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

/// The resident does not agree with a rejection.
pub(super) fn objection() -> Value {
    json!({
        "action": "object",
        "note": "Keadaan saya sudah sesuai syarat; mohon diperiksa sekali lagi. Bukti dapat saya tunjukkan.",
    })
}

/// Petugas mends a slip of the pen.
pub(super) fn correction(place: usize) -> Value {
    json!({
        "action": "correct",
        "applicant": { "alamat": format!("Jl. Sisingamangaraja Gang Rukun No. {}", 3 + place % 90) },
        "note": "Nama gang ditambahkan sesuai KK.",
    })
}

/// A colleague must look again.
pub(super) fn sent_back(step: Option<i16>) -> Value {
    json!({
        "action": "send_back",
        "to": step.unwrap_or(1).saturating_sub(1),
        "note": "Tanggal mulai tinggal belum dicocokkan dengan KK.",
    })
}

/// The applicant is not in the list of the poor yet.
pub(super) fn referral() -> Value {
    json!({
        "action": "refer",
        "note": "Pemohon belum terdaftar dalam DTSEN. Silakan mendaftar lewat kelurahan lebih dulu.",
    })
}

/// A letter with a mistake is made anew.
pub(super) fn reissue() -> Value {
    json!({ "action": "reissue", "note": "Nama usaha pada surat keliru ditulis." })
}

/// Why a letter is withdrawn.
pub(super) fn revocation() -> Value {
    json!({
        "action": "revoke",
        "reason_code": "wrong_facts",
        "note": "Pemohon ternyata sudah pindah sebelum surat terbit.",
    })
}
