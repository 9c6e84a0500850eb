//! The pages as people read them, from given data.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use uuid::Uuid;

use super::action_forms::{Targets, Typed};
use super::conversation::{Conversation, Said};
use super::progress::{Line, Station, StationState};
use super::show::{Loaded, Paper, RequestPage, Scan};
use super::submit::{Form, SubmitPage};
use crate::accounts::Position;
use crate::areas::{AreaCode, Areas, seed};
use crate::platform::field_error::FieldError;
use crate::platform::time::LocalTime;
use crate::requests::route::StepName;
use crate::requests::stage::{Action, State};
use crate::requests::view::{ClockView, IdentityView, RequestDetail, RequestView, StepView};
use crate::services::catalogue::ALL;
use crate::services::fields::Printed;
use crate::services::{FormValues, ServiceDefinition};
use crate::shell::{Chrome, FormErrors, Who};

fn service(code: &str) -> ServiceDefinition {
    ALL.iter().find(|seed| seed.code == code).unwrap().definition().unwrap()
}

fn chrome() -> Chrome {
    let who = Who {
        name: "Budi".into(),
        csrf: "token".into(),
        is_officer: false,
        reads_reports: false,
    };
    Chrome { who: Some(who) }
}

/// Without what changes with the style sheet, and without the blank lines of the template.
fn shown(page: &impl Template) -> String {
    let html = page
        .render()
        .unwrap()
        .replace(&Chrome::default().style(), "/assets/style.css");
    let main = html.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    main.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn submit_page(code: &str, values: FormValues, errors: Vec<FieldError>) -> SubmitPage {
    let form = Form {
        service: service(code),
        areas: Areas::from_seed(&seed().unwrap()),
        values,
        errors,
        grow: String::new(),
        aside: Default::default(),
        only: None,
    };
    SubmitPage::new(chrome(), "key".into(), form)
}

#[test]
fn every_service_on_offer_has_a_form_that_is_sent_with_its_token_first() {
    for seed in ALL {
        let html = shown(&submit_page(seed.code, FormValues::default(), Vec::new()));
        let token = html.find("name=\"csrf\" value=\"token\"").unwrap();
        assert!(
            token < html.find("type=\"file\"").unwrap(),
            "{}: files are taken only after the token",
            seed.code
        );
        assert!(html.contains("enctype=\"multipart/form-data\"") && html.contains("name=\"kunci\" value=\"key\""));
        assert!(html.contains(&format!("action=\"/layanan/{}/ajukan\"", seed.code)));
    }
}

#[test]
fn a_form_with_errors_lists_them_with_their_labels_and_keeps_what_was_typed() {
    let values = FormValues::typed(vec![
        ("applicant.nik".into(), "12".into()),
        ("attachments.ktp".into(), Uuid::nil().to_string()),
        ("relation".into(), "kuasa".into()),
    ]);
    let errors = vec![
        FieldError::new("applicant.nik", "length", "NIK harus 16 angka."),
        FieldError::new("area", "required", "Wajib diisi."),
        FieldError::new("applicant.kelurahan_code", "required", "Wajib diisi."),
        FieldError::new("applicant.lingkungan", "required", "Wajib diisi."),
    ];
    let html = shown(&submit_page("SKD", values, errors));
    assert!(
        html.contains("<a href=\"#applicant.nik\">NIK: NIK harus 16 angka.</a>"),
        "{html}"
    );
    assert_eq!(
        html.matches("<a href=\"#applicant.lingkungan\">Kelurahan dan lingkungan: Wajib diisi.</a>")
            .count(),
        1
    );
    assert!(html.contains("value=\"12\"") && html.contains(&format!("value=\"{}\" checked", Uuid::nil())));
    assert!(html.contains("<option value=\"kuasa\" selected>"));
}

fn at(text: &str) -> LocalTime {
    LocalTime::new(text.parse::<DateTime<Utc>>().unwrap(), Tz::Asia__Jakarta)
}

fn detail(status: State, label: &str, allowed: Vec<Action>) -> RequestDetail {
    let area = AreaCode::parse("12.09.20.1006").unwrap();
    let step = StepView {
        n: 2,
        name: StepName::Verify,
        position: Position::Petugas,
        area: area.clone(),
        due_at: Some(at("2026-11-24T07:00:00Z")),
    };
    RequestDetail {
        summary: RequestView {
            id: Uuid::nil(),
            tracking_code: "KKT-7F3K-Q2ZM-8HWT-5".into(),
            service: "SKD".into(),
            service_name: "Surat Keterangan Domisili".into(),
            area,
            status,
            status_label: label.into(),
            step: Some(step),
            due_at: Some(at("2026-11-25T03:00:00Z")),
            predicted: None,
            submitted_at: at("2026-11-24T02:00:00Z"),
            version: 3,
        },
        applicant_name: "Rahmat <Hidayat>".into(),
        relation: None,
        identity: IdentityView {
            account_id: Some(Uuid::nil()),
            verified: false,
            claims: 2,
            by_other: false,
        },
        applicant: Value::Null,
        fields: Value::Null,
        attachments: Vec::new(),
        clock: ClockView {
            target_minutes: 420,
            office_minutes: 10,
            resident_minutes: 0,
            steps: Vec::new(),
            on_time: true,
        },
        letter: None,
        holder: None,
        lease_until: None,
        unread_messages: 0,
        allowed,
    }
}

fn loaded(detail: RequestDetail, is_party: bool) -> Loaded {
    let line = |what, by, note: Option<&str>| Line {
        at: "24 November 2026 pukul 09.00".into(),
        what,
        by,
        note: note.map(str::to_owned),
        reason: note.map(|_| "Berkas tidak terbaca"),
    };
    let returned = line(
        "Dikembalikan untuk dilengkapi",
        "Petugas pelayanan",
        Some("Foto KTP <buram>."),
    );
    let station = |what, state| Station {
        what,
        who: "Petugas pelayanan Mutiara".into(),
        state,
        due: None,
    };
    Loaded {
        movable: None,
        service: service("SKD"),
        is_party,
        stations: vec![
            station("Pengantar", StationState::Done),
            station("Pemeriksaan", StationState::Now),
        ],
        last_word: Some(returned.clone()),
        lines: vec![line("Permohonan diajukan", "", None), returned],
        answers: vec![
            ("Keperluan".into(), Printed::Text("Membuka <rekening>".into())),
            (
                "Ahli waris".into(),
                Printed::Table {
                    columns: vec!["Nama".into()],
                    rows: vec![vec!["Zahra".into()]],
                },
            ),
        ],
        papers: vec![Paper {
            kind: "ktp".into(),
            label: "KTP-el pemohon".into(),
            files: vec![
                Scan {
                    id: Uuid::nil(),
                    is_image: true,
                },
                Scan {
                    id: Uuid::max(),
                    is_image: false,
                },
            ],
        }],
        area: "Mutiara".into(),
        submitted: "24 November 2026 pukul 09.00".into(),
        promise: Some("25 November 2026 pukul 10.00".into()),
        step_due: Some("8 Desember 2026 pukul 09.00".into()),
        is_late: false,
        may_verify: false,
        open_at: None,
        earlier: vec![Targets {
            heading: String::new(),
            choices: vec![("1".into(), "1. Pengantar, Kepala Lingkungan".into())],
        }],
        elsewhere: vec![Targets {
            heading: "Kelurahan Teladan".into(),
            choices: vec![("12.09.20.1001.01".into(), "Teladan, Lingkungan I".into())],
        }],
        detail,
    }
}

fn page(view: Loaded) -> RequestPage {
    RequestPage {
        chrome: chrome(),
        view,
        is_new: false,
        key: "key".into(),
        errors: FormErrors::default(),
        message: "",
        typed: Typed::default(),
        conversation: talk(),
    }
}

fn talk() -> Conversation {
    let message = |by: &str, text: Option<&str>, is_own, unread| Said {
        by: by.to_owned(),
        at: "24 November 2026 pukul 10.00".into(),
        text: text.map(str::to_owned),
        is_own,
        unread,
    };
    Conversation {
        messages: vec![
            message("Pemohon", Some("KK yang <mana>?"), true, false),
            message("Petugas pelayanan", Some("Halaman kedua."), false, true),
            message("Petugas pelayanan", None, false, false),
        ],
        older: Some("CURSOR".into()),
        may_write: true,
        text: String::new(),
    }
}

#[test]
fn a_resident_reads_what_is_missing_and_how_to_go_on() {
    let allowed = vec![Action::Resubmit, Action::Cancel];
    let html = shown(&page(loaded(
        detail(State::Returned, "Perlu dilengkapi", allowed),
        true,
    )));
    insta::assert_snapshot!("returned_to_the_resident", html);
}

#[test]
fn a_new_request_is_confirmed_with_its_code_and_promise() {
    let mut page = page(loaded(detail(State::Submitted, "Diajukan", vec![Action::Cancel]), true));
    page.is_new = true;
    let html = shown(&page);
    let confirmation = html.split("</div>").next().unwrap();
    assert!(confirmation.contains("KKT-7F3K-Q2ZM-8HWT-5") && confirmation.contains("25 November 2026"));
    assert!(
        !html.contains("Tindakan</h2>"),
        "the office's actions are not the resident's"
    );
}

#[test]
fn an_officer_sees_form_and_scans_side_by_side_and_acts() {
    let allowed = vec![Action::Verify, Action::Return, Action::Reject];
    let html = shown(&page(loaded(detail(State::Submitted, "Diperiksa", allowed), false)));
    insta::assert_snapshot!("open_at_the_officer", html);
    assert!(!html.contains("<Hidayat>") && !html.contains("<buram>") && !html.contains("<rekening>"));
}

#[test]
fn a_refused_action_keeps_what_the_officer_wrote() {
    let mut page = page(loaded(
        detail(State::Submitted, "Diperiksa", vec![Action::Verify, Action::Reject]),
        false,
    ));
    page.errors = FormErrors(vec![FieldError::new("reason_code", "required", "Pilih alasannya.")]);
    page.typed = Typed {
        action: "reject".into(),
        note: "Bukan <warga>".into(),
        reason_code: "not_resident".into(),
        target: String::new(),
    };
    let html = shown(&page);
    assert!(
        html.contains("<details open>") && html.contains("Bukan &#60;warga&#62;"),
        "{html}"
    );
    assert!(html.contains("<option value=\"not_resident\" selected>"));
}

#[test]
fn a_petugas_of_a_social_letter_has_a_form_for_every_way_out() {
    let allowed = vec![
        Action::Verify,
        Action::Return,
        Action::SendBack,
        Action::Correct,
        Action::Transfer,
        Action::Reject,
        Action::Refer,
    ];
    let mut view = loaded(detail(State::Submitted, "Diperiksa", allowed), false);
    view.service = service("SKTM");
    let mut page = page(view);
    page.errors = FormErrors(vec![FieldError::new(
        "applicant.lingkungan",
        "required",
        "Pilih tujuannya.",
    )]);
    page.typed = Typed {
        action: "transfer".into(),
        note: "Rumahnya di Teladan.".into(),
        ..Typed::default()
    };
    let html = shown(&page);
    let forms = html.split("<h2 id=\"tindakan\">").nth(1).unwrap();
    insta::assert_snapshot!("all_ways_out", forms.split("</section>").next().unwrap());
}

#[test]
fn a_resident_objects_once() {
    let view = |allowed| loaded(detail(State::Rejected, "Ditolak", allowed), true);
    let html = shown(&page(view(vec![Action::Object])));
    let section = html.split("<h2 id=\"alasan\">").nth(1).unwrap();
    insta::assert_snapshot!("objection", section.split("</section>").next().unwrap());
    let html = shown(&page(view(Vec::new())));
    assert!(html.contains("Keputusan ini akhir"), "{html}");
}

#[test]
fn every_id_stands_once() {
    let all: Vec<Action> = Action::ALL.to_vec();
    for is_party in [true, false] {
        let html = shown(&page(loaded(
            detail(State::Submitted, "Diperiksa", all.clone()),
            is_party,
        )));
        let mut ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
    assert_eq!(
        json!(Action::ALL).as_array().map(Vec::len),
        Some(21),
        "a new action needs its words"
    );
}
