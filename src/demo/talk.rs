//! What people of the demo do beside requests: they write to each other, put forms aside, go on leave.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::actors::Actors;
use super::submission::Residents;
use crate::accounts::Actor;
use crate::app::App;
use crate::assignment::officers::{self, NewAbsence};
use crate::platform::error::Error;
use crate::requests::conversation::{self, NewMessage};
use crate::requests::drafts::{self, Contents};
use crate::services::RawSubmission;
use crate::services::fields::Origin;

/// Every so many requests the resident asks something.
pub(super) const ASKS: usize = 9;

/// Who goes on leave: the login, how many days ago it was noted, after how many days it begins, how long it lasts.
pub(super) const LEAVES: [(&str, i64, i64, i64); 5] = [
    ("petugas1.mutiara", 70, 2, 4),
    ("petugas2.teladan", 48, 1, 2),
    ("petugas2", 30, 3, 5),
    ("petugas1.siumbut.umbut", 5, 1, 12),
    ("petugas3", 1, 4, 3),
];

/// Forms that were put aside: the place of the resident, the letter, how many minutes ago.
pub(super) const DRAFTS: [(usize, &str, i64); 2] = [(3, "SKU", 1_500), (12, "SKTM", 190)];

const QUESTIONS: [&str; 3] = [
    "Selamat pagi, apakah KTP asli perlu dibawa ke kantor lurah?",
    "Mohon dibantu, surat ini saya perlukan untuk mendaftar sekolah anak hari Jumat.",
    "Apakah boleh nanti suratnya diambil oleh istri saya?",
];
const ANSWERS: [&str; 3] = [
    "Tidak perlu, foto yang diunggah sudah cukup.",
    "Baik, berkasnya sudah kami teruskan.",
    "Surat dapat diunduh sendiri begitu terbit, tidak perlu diambil.",
];

pub(super) fn leave_noted(n: usize) -> i64 {
    LEAVES.get(n).map_or(0, |leave| leave.1)
}

pub(super) fn draft_age(n: usize) -> TimeDelta {
    TimeDelta::minutes(DRAFTS.get(n).map_or(0, |draft| draft.2))
}

/// An officer notes leave.
///
/// # Errors
/// What the operation says.
pub(super) fn leave(app: &App, actors: &Actors, n: usize) -> Result<(), Error> {
    let (login, _, begins, lasts) = *LEAVES.get(n).ok_or(Error::NotFound)?;
    let Ok(officer) = actors.by_email(&format!("{login}@kkt.example")) else {
        return Ok(()); // another kecamatan has other kelurahan
    };
    let actor = actors.at(officer, app.now())?;
    let today = app.now().with_timezone(&app.config().zone).date_naive();
    let days = NewAbsence {
        from: (today + TimeDelta::days(begins)).to_string(),
        until: (today + TimeDelta::days(begins + lasts - 1)).to_string(),
    };
    app.write_now(|conn, ctx| officers::add_absence(conn, ctx, &actor, officer, &days).map(drop))
}

/// A resident puts half a form aside.
///
/// # Errors
/// What the operation says.
pub(super) fn draft(app: &App, actors: &Actors, residents: &Residents, n: usize) -> Result<(), Error> {
    let (place, service, _) = *DRAFTS.get(n).ok_or(Error::NotFound)?;
    let (account, name, area) = residents.nth(place).ok_or(Error::NotFound)?;
    let actor = actors.at(account, app.now())?;
    let raw = RawSubmission {
        area: json!(area),
        applicant: json!({ "nama": name, "kelurahan_code": area }),
        fields: json!({ "keperluan": "Pengajuan pinjaman ke bank" }),
        ..RawSubmission::default()
    };
    let contents = Contents::of(raw, Origin::Form);
    app.write_now(|conn, ctx| Ok(drafts::create(conn, ctx, &actor, service, &contents).map(drop)?))
}

/// The resident asks.
///
/// # Errors
/// What the operation says.
pub(super) fn ask(app: &App, actor: &Actor, id: Uuid, place: usize) -> Result<(), Error> {
    write(app, actor, id, QUESTIONS.get(place % QUESTIONS.len()))
}

/// The officer answers.
///
/// # Errors
/// What the operation says.
pub(super) fn answer(app: &App, actor: &Actor, id: Uuid, place: usize) -> Result<(), Error> {
    write(app, actor, id, ANSWERS.get(place % ANSWERS.len()))
}

fn write(app: &App, actor: &Actor, id: Uuid, text: Option<&&str>) -> Result<(), Error> {
    let new = NewMessage {
        text: text.copied().unwrap_or_default().to_owned(),
    };
    app.write_now(|conn, ctx| Ok(conversation::write(conn, ctx, actor, id, &new).map(drop)?))
}
