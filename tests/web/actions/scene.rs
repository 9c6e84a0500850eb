//! A kelurahan with all its desks, and a request that walks over them.

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::requests::events;
use sepakat::schema::request_measures as measures;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{KECAMATAN, MUTIARA, Papers, Reply, Someone, TestApp};

/// Teladan, another kelurahan.
pub const TELADAN: &str = "12.09.20.1001";

/// Desk by desk; the camat's only where a test needs them.
pub struct Office {
    pub app: TestApp,
    pub resident: Someone,
    pub kepling: Someone,
    pub petugas: Someone,
    pub seklur: Someone,
    pub lurah: Someone,
}

impl Office {
    pub async fn new() -> Self {
        let app = TestApp::new();
        Self {
            resident: app.resident("Siti Aminah").await,
            kepling: app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await,
            petugas: app.officer(Position::Petugas, MUTIARA).await,
            seklur: app.officer(Position::Seklur, MUTIARA).await,
            lurah: app.officer(Position::Lurah, MUTIARA).await,
            app,
        }
    }

    /// The desks of the kelurahan in the order of a letter.
    pub fn desks(&self) -> [(&'static str, &Someone); 4] {
        [
            ("endorse", &self.kepling),
            ("verify", &self.petugas),
            ("initial", &self.seklur),
            ("sign", &self.lurah),
        ]
    }

    /// A domicile letter that waits for the desk of this action.
    pub async fn at(&self, action: &str) -> String {
        self.of(&self.resident, &papers("SKD"), action).await
    }

    /// Somebody's request that waits for the desk of this action.
    pub async fn of(&self, resident: &Someone, papers: &Papers, action: &str) -> String {
        let id = id(&resident.submit(papers).await);
        self.onwards(&id, "endorse", action).await;
        id
    }

    /// From the desk of one action to that of another, or to the end of the kelurahan.
    pub async fn onwards(&self, id: &str, from: &str, to: &str) {
        let desks = self.desks();
        let from = desks.iter().position(|(action, _)| *action == from).unwrap();
        for (action, officer) in desks[from..].iter().take_while(|(action, _)| *action != to) {
            officer.act(id, &json!({ "action": action })).await;
        }
        self.app.drain_jobs();
    }

    /// A domicile letter that was issued.
    pub async fn issued(&self) -> String {
        self.at("").await
    }

    /// The request as its applicant reads it.
    pub async fn seen(&self, id: &str) -> Value {
        self.resident.get(&format!("/api/v1/requests/{id}")).await.json(200)
    }

    /// Number of the step that is due.
    pub async fn step(&self, id: &str) -> i64 {
        self.seen(id).await["step"]["n"].as_i64().unwrap()
    }

    pub async fn letter(&self, code: &Value) -> Value {
        let path = format!("/api/v1/letters/{}", code.as_str().unwrap());
        self.app.visitor().get(&path).await.json(200)
    }
}

/// The sample of a service, moved to Mutiara.
pub fn papers(code: &str) -> Papers {
    let mut papers = Papers::of(code);
    papers.body["area"] = MUTIARA.into();
    papers.body["applicant"]["kelurahan_code"] = MUTIARA.into();
    papers.body["applicant"]["lingkungan"] = format!("{MUTIARA}.02").into();
    papers
}

pub fn id(request: &Value) -> String {
    request["id"].as_str().unwrap().to_owned()
}

/// Tries an action.
pub async fn act(who: &Someone, id: &str, action: &Value) -> Reply {
    who.post(&format!("/api/v1/requests/{id}/actions"), action).await
}

/// The event of an action, newest first, as somebody reads it.
pub async fn event(who: &Someone, id: &str, action: &str) -> Value {
    let events = who.get(&format!("/api/v1/requests/{id}/events")).await.json(200);
    let mut newest = events["items"].as_array().unwrap().iter().rev();
    newest.find(|event| event["action"] == action).unwrap().clone()
}

/// Wrong fields of a refusal with their codes.
#[track_caller]
pub fn wrong(reply: &Reply) -> Vec<(String, String)> {
    let problem = reply.refused(422, "invalid");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|error| (text(&error["field"]), text(&error["code"])))
        .collect()
}

/// One wrong field.
pub fn only(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

/// The chain of events holds from the first to the last, and the row carries its head.
pub fn chain_holds(app: &TestApp, id: &str) {
    use sepakat::schema::requests as t;
    let request: Uuid = id.parse().unwrap();
    let conn = &mut app.connect();
    let events = events::of_request(conn, request).unwrap();
    assert_eq!(events::first_break(&events), None);
    let head: Vec<u8> = t::table.find(request).select(t::event_head).first(conn).unwrap();
    assert_eq!(events.last().unwrap().hash, head);
}

/// Where a request counts in the reports, and whether it is finished there.
pub fn counted(app: &TestApp, id: &str) -> (String, bool, Option<i32>) {
    let request: Uuid = id.parse().unwrap();
    let row: (String, Option<chrono::DateTime<chrono::Utc>>, Option<i32>) = measures::table
        .find(request)
        .select((measures::area, measures::finished_at, measures::office_minutes))
        .first(&mut app.connect())
        .unwrap();
    (row.0, row.1.is_some(), row.2)
}

/// The one mail to somebody whose subject begins so.
#[track_caller]
pub fn mail(app: &TestApp, address: &str, subject: &str) -> String {
    let all = app.mails_to(address);
    let mut found = all.iter().filter(|(known, _)| known.starts_with(subject));
    let Some((_, text)) = found.next() else {
        panic!("no mail {subject} among {all:?}")
    };
    assert_eq!(found.next(), None);
    text.clone()
}

/// The desks of the kecamatan; the kasi of a section.
pub struct Kecamatan {
    pub loket: Someone,
    pub kasi: Someone,
    pub sekcam: Someone,
    pub camat: Someone,
}

impl Kecamatan {
    pub async fn new(app: &TestApp) -> Self {
        Self {
            loket: app.officer(Position::Petugas, KECAMATAN).await,
            kasi: app.officer(Position::Kasi, KECAMATAN).await,
            sekcam: app.officer(Position::Sekcam, KECAMATAN).await,
            camat: app.officer(Position::Camat, KECAMATAN).await,
        }
    }

    pub fn desks(&self) -> [(&'static str, &Someone); 4] {
        [
            ("verify", &self.loket),
            ("initial", &self.kasi),
            ("initial", &self.sekcam),
            ("sign", &self.camat),
        ]
    }
}
