//! Everybody who appears in the matrix, and the one request that all of them ask for, put where each case has it.

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::schema::{requests, sessions};
use sepakat::services::catalogue;
use serde_json::json;
use uuid::Uuid;

use super::table::ROLES;
use crate::pages::browser;
use crate::support::{Client, KECAMATAN, MUTIARA, Someone, TestApp, samples};

/// A kecamatan of the same cell that is not ours.
pub const FOREIGN: &str = "12.09.21";

/// A letter that passes every desk.
const SERVICE: &str = "SKTS";

pub struct Scene {
    pub app: TestApp,
    pub people: Vec<Option<Role>>,
    /// Whose request it is when it is nobody's of the matrix.
    pub owner: Someone,
    pub request: Uuid,
    pub tracking_code: String,
    pub attachment: String,
    pub letter_code: String,
    pub version: i32,
    /// Everybody's draft by account.
    pub drafts: HashMap<Uuid, Uuid>,
    /// Officers of Mutiara, of another kelurahan and of another kecamatan, who are not in the matrix.
    pub colleagues: [Uuid; 3],
    /// Residents of the same three places, not verified.
    pub residents: [Uuid; 3],
}

/// A column.
pub struct Role {
    pub someone: Someone,
    pub browser: Client,
    pub csrf: String,
}

impl Scene {
    pub async fn new() -> Self {
        let app = TestApp::with_all(&[("SEPAKAT_LOGIN_FAILURES_PER_MINUTE", "1000")]);
        app.connect().batch_execute(include_str!("foreign.sql")).unwrap();
        sepakat::calendar::seed(&mut app.connect(), FOREIGN).unwrap();
        let mut people = Vec::new();
        for role in ROLES {
            people.push(somebody(&app, role).await);
        }
        let owner = app.resident("Pemilik Permohonan").await;
        let colleagues = [
            app.officer(Position::Petugas, MUTIARA).await.account,
            app.officer(Position::Petugas, "12.09.20.1001").await.account,
            app.officer(Position::Petugas, "12.09.21.1001").await.account,
        ];
        let residents = residents(&app).await;
        let mut scene = Self {
            request: Uuid::nil(),
            tracking_code: String::new(),
            attachment: String::new(),
            letter_code: String::new(),
            version: 0,
            drafts: HashMap::new(),
            app,
            people,
            owner,
            colleagues,
            residents,
        };
        scene.make_the_request().await;
        let everybody = scene.people.iter().flatten().map(|role| &role.someone);
        for someone in everybody.chain([&scene.owner]) {
            let draft = someone
                .post("/api/v1/drafts", &json!({ "service": "SKD" }))
                .await
                .json(201);
            scene
                .drafts
                .insert(someone.account, draft["id"].as_str().unwrap().parse().unwrap());
        }
        // Two logins cannot rest on one code: the browser's comes a minute later.
        scene.app.wait(chrono::TimeDelta::minutes(1));
        for role in scene.people.iter_mut().flatten() {
            let otp = role
                .someone
                .totp
                .as_ref()
                .map(|secret| secret.code_at(scene.app.app.now()));
            role.browser = browser(&scene.app, &role.someone.email, otp.as_deref()).await;
            let page = role.browser.get("/akun").await.text();
            role.csrf = page
                .split("name=\"csrf\" value=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .unwrap_or_else(|| panic!("{page}"))
                .to_owned();
        }
        let stale = scene.people[6].as_ref().unwrap().someone.account;
        let long_ago = scene.app.app.now() - chrono::TimeDelta::minutes(16);
        diesel::update(sessions::table.filter(sessions::account_id.eq(stale)))
            .set(sessions::second_factor_at.eq(long_ago))
            .execute(&mut scene.app.connect())
            .unwrap();
        scene
    }

    /// Walks a letter through all desks of the matrix.
    async fn make_the_request(&mut self) {
        let mut papers = samples::Papers::of(SERVICE);
        papers.body["area"] = MUTIARA.into();
        papers.body["applicant"]["kelurahan_code"] = MUTIARA.into();
        papers.body["applicant"]["lingkungan"] = format!("{MUTIARA}.02").into();
        let made = self.owner.submit(&papers).await;
        let id = made["id"].as_str().unwrap();
        for role in [
            "kepling", "petugas", "seklur", "lurah", "loket", "kasi", "sekcam", "camat",
        ] {
            let place = ROLES.iter().position(|known| *known == role).unwrap();
            let desk = &self.people[place].as_ref().unwrap().someone;
            let action = match role {
                "kepling" => "endorse",
                "petugas" | "loket" => "verify",
                "lurah" | "camat" => "sign",
                _ => "initial",
            };
            desk.act(id, &json!({ "action": action })).await;
            self.app.drain_jobs();
        }
        let detail = self.owner.get(&format!("/api/v1/requests/{id}")).await.json(200);
        let text = |at: &str| detail.pointer(at).unwrap().as_str().unwrap().to_owned();
        self.request = id.parse().unwrap();
        self.tracking_code = text("/tracking_code");
        self.attachment = text("/attachments/0/id");
        self.letter_code = text("/letter/code");
        self.version = detail["version"].as_i64().unwrap() as i32;
    }

    pub fn role(&self, place: usize) -> Option<&Role> {
        self.people[place].as_ref()
    }

    /// Puts the request where a case has it: whose it is, in which area, at which step.
    pub fn put(&self, place: Place) {
        let (area, kecamatan) = match place.where_ {
            Where::Here => (MUTIARA, KECAMATAN),
            Where::OtherKelurahan => ("12.09.20.1001", KECAMATAN),
            Where::OtherKecamatan => ("12.09.21.1001", FOREIGN),
        };
        let lingkungan = format!("{area}.02");
        let seed = catalogue::ALL.iter().find(|seed| seed.code == SERVICE).unwrap();
        let steps = seed.definition().unwrap().steps;
        let step = place.step.map(|n| &steps[n as usize - 1]);
        let step_area = step.map(|step| match step.level {
            sepakat::areas::AreaLevel::Lingkungan => lingkungan.clone(),
            sepakat::areas::AreaLevel::Kelurahan => area.to_owned(),
            _ => kecamatan.to_owned(),
        });
        let kasi = step
            .filter(|step| step.position == Position::Kasi)
            .map(|_| "Pemerintahan");
        diesel::update(requests::table.find(self.request))
            .set((
                requests::area.eq(area),
                requests::lingkungan.eq(&lingkungan),
                requests::kecamatan.eq(kecamatan),
                requests::submitter.eq(place.owner.unwrap_or(self.owner.account)),
                requests::applicant_account.eq(place.owner.is_none().then_some(self.owner.account)),
                requests::state.eq(place.state),
                requests::step.eq(place.step),
                requests::step_name.eq(step.map(|step| step.name.as_str())),
                requests::step_position.eq(step.map(|step| step.position)),
                requests::step_area.eq(step_area),
                requests::step_section.eq(kasi),
                requests::holder.eq(None::<Uuid>),
                requests::lease_until.eq(None::<chrono::DateTime<chrono::Utc>>),
                requests::reached_kecamatan.eq(place.has_reached),
            ))
            .execute(&mut self.app.connect())
            .unwrap();
    }

    /// Sessions that a call has ended live on for the next line.
    pub fn revive(&self) {
        diesel::update(sessions::table)
            .set(sessions::revoked_at.eq(None::<chrono::DateTime<chrono::Utc>>))
            .execute(&mut self.app.connect())
            .unwrap();
    }
}

/// Where a case has the request.
pub struct Place {
    /// A person of the matrix as submitter.
    pub owner: Option<Uuid>,
    pub where_: Where,
    pub state: &'static str,
    pub step: Option<i16>,
    pub has_reached: bool,
}

pub enum Where {
    Here,
    OtherKelurahan,
    OtherKecamatan,
}

async fn somebody(app: &TestApp, role: &str) -> Option<Role> {
    let lingkungan = format!("{MUTIARA}.02");
    let (position, area) = match role {
        "anon" => return None,
        "resident" => {
            let someone = app.resident("Warga Lain").await;
            return Some(Role::of(app, someone));
        }
        "kepling" => (Position::Kepling, lingkungan.as_str()),
        "petugas" => (Position::Petugas, MUTIARA),
        "seklur" => (Position::Seklur, MUTIARA),
        "lurah" | "stale" => (Position::Lurah, MUTIARA),
        "loket" => (Position::Petugas, KECAMATAN),
        "kasi" => (Position::Kasi, KECAMATAN),
        "sekcam" => (Position::Sekcam, KECAMATAN),
        "camat" => (Position::Camat, KECAMATAN),
        "admin" => (Position::Admin, KECAMATAN),
        "pengawas" => (Position::Pengawas, KECAMATAN),
        other => panic!("nobody is {other}"),
    };
    Some(Role::of(app, app.officer(position, area).await))
}

impl Role {
    fn of(app: &TestApp, someone: Someone) -> Self {
        Self {
            someone,
            browser: app.visitor(),
            csrf: String::new(),
        }
    }
}

/// Somebody to verify in each place.
async fn residents(app: &TestApp) -> [Uuid; 3] {
    let mut made = Vec::new();
    for area in [MUTIARA, "12.09.20.1001", "12.09.21.1001"] {
        let someone = app.resident(&format!("Warga {area}")).await;
        diesel::sql_query(format!(
            "UPDATE accounts SET area = '{area}.02', identity_verified_at = NULL WHERE id = '{}'",
            someone.account
        ))
        .execute(&mut app.connect())
        .unwrap();
        made.push(someone.account);
    }
    made.try_into().unwrap()
}
