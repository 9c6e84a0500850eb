//! Every letter that is offered goes the whole way, by the operations that people use.

use sepakat::accounts::{KasiSection, Position};
use sepakat::schema::register_entries;
use sepakat::services::catalogue;
use serde_json::{Value, json};

use diesel::prelude::*;

use crate::pages::{PageForm, browser, led_to, page};
use crate::support::{Client, KECAMATAN, MUTIARA, Papers, Someone, TUESDAY, TestApp, moment};

const LINGKUNGAN: &str = "12.09.20.1006.02";

/// Everybody whom a letter may need.
struct Office {
    kepling: Someone,
    petugas: Someone,
    seklur: Someone,
    lurah: Someone,
    loket: Someone,
    kasi: Vec<(KasiSection, Someone)>,
    sekcam: Someone,
    camat: Someone,
}

impl Office {
    async fn new(app: &TestApp) -> Self {
        let mut kasi = Vec::new();
        for section in KasiSection::ALL {
            kasi.push((*section, app.kasi(*section, KECAMATAN).await));
        }
        Self {
            kepling: app.officer(Position::Kepling, LINGKUNGAN).await,
            petugas: app.officer(Position::Petugas, MUTIARA).await,
            seklur: app.officer(Position::Seklur, MUTIARA).await,
            lurah: app.officer(Position::Lurah, MUTIARA).await,
            loket: app.officer(Position::Petugas, KECAMATAN).await,
            kasi,
            sekcam: app.officer(Position::Sekcam, KECAMATAN).await,
            camat: app.officer(Position::Camat, KECAMATAN).await,
        }
    }

    /// Whoever acts at the step of a request, and the action.
    fn desk(&self, request: &Value, section: KasiSection) -> (&Someone, String) {
        let step = &request["step"];
        let at_kecamatan = step["area"] == KECAMATAN;
        let officer = match step["position"].as_str().unwrap() {
            "kepling" => &self.kepling,
            "petugas" if at_kecamatan => &self.loket,
            "petugas" => &self.petugas,
            "seklur" => &self.seklur,
            "lurah" => &self.lurah,
            "kasi" => &self.kasi.iter().find(|(known, _)| *known == section).unwrap().1,
            "sekcam" => &self.sekcam,
            "camat" => &self.camat,
            other => panic!("{other}"),
        };
        (officer, step["name"].as_str().unwrap().to_owned())
    }
}

/// The example of the catalogue, asked for in Mutiara.
fn sample(code: &str) -> Papers {
    let seed = catalogue::ALL.iter().find(|seed| seed.code == code).unwrap();
    let sample = seed.sample(moment(TUESDAY).date_naive()).unwrap();
    let mut applicant = sample.applicant;
    applicant["kelurahan_code"] = MUTIARA.into();
    applicant["lingkungan"] = LINGKUNGAN.into();
    Papers {
        body: json!({ "service": code, "area": MUTIARA, "applicant": applicant, "fields": sample.fields }),
        kinds: sample.attachments,
    }
}

async fn look(who: &Client, id: &str) -> Value {
    who.get(&format!("/api/v1/requests/{id}")).await.json(200)
}

#[tokio::test]
async fn every_letter_that_is_offered_is_issued_by_the_people_of_its_steps() {
    let app = TestApp::new();
    let office = Office::new(&app).await;
    let resident = app.resident("Siti Aminah").await;
    let mut issued = 0;
    for service in catalogue::definitions()
        .unwrap()
        .iter()
        .filter(|service| service.active)
    {
        let request = resident.submit(&sample(&service.code)).await;
        let id = request["id"].as_str().unwrap();
        let mut way = Vec::new();
        let mut seen = look(&resident, id).await;
        while seen["step"].is_object() {
            let (officer, action) = office.desk(&seen, service.kasi);
            way.push((seen["step"]["position"].clone(), action.clone()));
            officer.act(id, &json!({ "action": action })).await;
            app.drain_jobs();
            seen = look(&resident, id).await;
        }
        assert_eq!(seen["status"], "issued", "{} after {way:?}", service.code);
        let expected: Vec<(Value, String)> = service
            .steps
            .iter()
            .filter(|step| !step.off)
            .map(|step| (json!(step.position), step.name.to_string()))
            .collect();
        assert_eq!(way, expected, "{}", service.code);
        let letter = resident.get(&format!("/api/v1/requests/{id}/letter")).await;
        assert_eq!((letter.status.as_u16(), letter.bytes.is_empty()), (200, false));
        let code = seen["letter"]["code"].as_str().unwrap();
        let public = app.visitor().get(&format!("/api/v1/letters/{code}")).await.json(200);
        assert_eq!(public["state"], "valid", "{}", service.code);
        let is_two_levels = json!(service.shape) == "B";
        assert_eq!(public["lower"].is_object(), is_two_levels, "{}: {public}", service.code);
        assert!(
            seen["letter"]["number"]
                .as_str()
                .unwrap()
                .starts_with(&service.archive_code)
        );
        issued += 1;
    }
    assert_eq!(issued, 33);
    // Each place counted its own letters without a gap.
    let entries: Vec<(String, i32)> = register_entries::table
        .order((register_entries::area, register_entries::seq))
        .select((register_entries::area, register_entries::seq))
        .load(&mut app.connect())
        .unwrap();
    for area in [MUTIARA, KECAMATAN] {
        let numbers: Vec<i32> = entries
            .iter()
            .filter(|(at, _)| at == area)
            .map(|(_, seq)| *seq)
            .collect();
        let count = i32::try_from(numbers.len()).unwrap();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>(), "{area}");
    }
}

/// The whole way by forms: the request is handed in by the API, everything of the office is pressed on pages.
async fn by_page(code: &str) {
    let app = TestApp::new();
    let office = Office::new(&app).await;
    let service = catalogue::definitions()
        .unwrap()
        .into_iter()
        .find(|service| service.code == code)
        .unwrap();
    let resident = app.resident("Siti Aminah").await;
    let request = resident.submit(&sample(code)).await;
    let id = request["id"].as_str().unwrap();
    let place = format!("/permohonan/{id}");
    let mut seen = look(&resident, id).await;
    while seen["step"].is_object() {
        let (officer, action) = office.desk(&seen, service.kasi);
        // Another code of the authenticator: each counts once.
        app.wait(chrono::TimeDelta::minutes(1));
        let otp = officer.totp.as_ref().map(|secret| secret.code_at(app.app.now()));
        let client = browser(&app, &officer.email, otp.as_deref()).await;
        let text = page(&client.get(&place).await, 200);
        let button = PageForm::all(&format!("{place}/tindakan"), &text)
            .into_iter()
            .find(|form| form.value("action") == action)
            .unwrap_or_else(|| panic!("{action} in {text}"));
        assert_eq!(
            led_to(&button.send(&client).await),
            format!("/antrean?selesai={action}")
        );
        app.drain_jobs();
        seen = look(&resident, id).await;
    }
    assert_eq!(seen["status"], "issued", "{seen}");
    let own = browser(&app, &resident.email, None).await;
    let text = page(&own.get(&place).await, 200);
    let number = seen["letter"]["number"].as_str().unwrap();
    assert!(text.contains("Surat sudah terbit") && text.contains(number), "{text}");
    let letter = own.get(&format!("{place}/surat")).await;
    assert_eq!(letter.header("content-type"), "application/pdf");
}

#[tokio::test]
async fn a_letter_of_two_levels_is_issued_by_page() {
    by_page("SKTM").await;
}

#[tokio::test]
async fn a_letter_of_the_kecamatan_alone_is_issued_by_page() {
    by_page("REK-ORMAS").await;
}
