//! A request that stands where its letter begins, without the steps before.

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::areas::AreaCode;
use sepakat::letters::{self, LetterData, Level, Reservation, Reserved};
use sepakat::platform::ids::Entropy;
use sepakat::schema::{register_entries as entries, requests};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{KECAMATAN, MUTIARA, TestApp};

/// A request as far as its letter is concerned.
pub struct Scene {
    pub app: TestApp,
    lurah: Uuid,
}

impl Scene {
    pub async fn new() -> Self {
        let app = TestApp::new();
        let lurah = app.officer(Position::Lurah, MUTIARA).await.account;
        Self { app, lurah }
    }

    pub fn request(&self) -> Uuid {
        let id = Entropy.id(self.app.app.now());
        diesel::insert_into(requests::table)
            .values((
                (
                    requests::id.eq(id),
                    requests::tracking_code.eq(id.to_string()),
                    requests::service_code.eq("SKD"),
                    requests::service_version.eq(1),
                    requests::area.eq(MUTIARA),
                    requests::lingkungan.eq(format!("{MUTIARA}.02")),
                    requests::kecamatan.eq(KECAMATAN),
                    requests::submitter.eq(self.lurah),
                    requests::applicant_hash.eq(vec![1]),
                    requests::applicant_name.eq("Siti Aminah"),
                    requests::state.eq("signing"),
                ),
                (
                    requests::kepling.eq("acts"),
                    requests::target_minutes.eq(420),
                    requests::effort_minutes.eq(10),
                    requests::calendar_version.eq(1),
                    requests::submitted_at.eq(self.app.app.now()),
                    requests::event_seq.eq(1),
                    requests::event_head.eq(vec![1]),
                ),
            ))
            .execute(&mut self.app.connect())
            .unwrap();
        id
    }

    pub fn reservation(&self, request_id: Uuid) -> Reservation {
        let mutiara = AreaCode::parse(MUTIARA).unwrap();
        Reservation {
            request_id,
            service_code: "SKD".into(),
            archive_code: "400.12.2.1".into(),
            area: mutiara.clone(),
            unit_code: "MTR".into(),
            level: Level::Kelurahan,
            letter_area: mutiara,
            holder_name: "Siti Aminah".into(),
            signer: self.lurah,
            signer_name: "Rahmad Hidayat".into(),
            signer_office: "Lurah Mutiara".into(),
            on: self
                .app
                .app
                .now()
                .with_timezone(&self.app.app.config().zone)
                .date_naive(),
            valid_until: None,
        }
    }

    pub fn camat_too(&self, mutiara: &Reservation) -> Reservation {
        Reservation {
            area: AreaCode::parse(KECAMATAN).unwrap(),
            unit_code: "KKT".into(),
            level: Level::Kecamatan,
            signer_name: "Nurhayati".into(),
            signer_office: "Camat Kota Kisaran Timur".into(),
            ..mutiara.clone()
        }
    }

    pub fn reserve(&self, from: &Reservation) -> Reserved {
        self.app
            .app
            .write_now(|conn, ctx| Ok(letters::reserve(conn, ctx, from)?))
            .unwrap()
    }

    /// From the last signature to the last transaction; gives the file.
    pub fn issue(&self, reserved: &Reserved) -> Vec<u8> {
        let app = &self.app.app;
        let data = data(reserved, &app.config().link(&format!("/v/{}", reserved.code)));
        app.write_now(|conn, ctx| Ok(letters::set_data(conn, ctx, reserved.letter_id, &data)?))
            .unwrap();
        let letter = app
            .read_now(|conn, ctx| Ok(letters::load_for_render(conn, ctx, reserved.letter_id)?))
            .unwrap();
        let file = letters::render_and_sign(app.extras().typeset, &app.extras().seal, &letter).unwrap();
        let stored = letters::store_document(app, reserved.letter_id, &file).unwrap();
        app.write_now(|conn, ctx| Ok(letters::mark_issued(conn, ctx, reserved.letter_id, &stored)?))
            .unwrap();
        file
    }

    pub async fn check(&self, code: &str) -> Value {
        self.app
            .visitor()
            .get(&format!("/api/v1/letters/{code}"))
            .await
            .json(200)
    }

    pub async fn verify(&self, file: &[u8]) -> Value {
        let visitor = self.app.visitor();
        let reply = visitor
            .post_file("/api/v1/letters/verify", "surat.pdf", file.to_vec())
            .await;
        reply.json(200)
    }

    pub fn entries(&self) -> Vec<(i32, String, Option<String>)> {
        entries::table
            .order((entries::area, entries::seq))
            .select((entries::seq, entries::state, entries::reason))
            .load(&mut self.app.connect())
            .unwrap()
    }
}

fn data(reserved: &Reserved, url: &str) -> LetterData {
    let mut data: LetterData = serde_json::from_str(include_str!("../../../src/letters/samples/skd.json")).unwrap();
    data.number.clone_from(&reserved.number);
    data.code.clone_from(&reserved.code);
    data.url = url.to_owned();
    data
}
