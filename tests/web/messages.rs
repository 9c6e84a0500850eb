//! Resident and office write to each other about a request.

use diesel::prelude::*;
use reqwest::Method;
use sepakat::accounts::Position;
use sepakat::schema::{audit_entries, request_messages};
use serde_json::{Value, json};

use crate::pages::{PageForm, browser, led_to, page};
use crate::support::{Client, KECAMATAN, MUTIARA, PASSWORD, Reply, Someone, TestApp, skd};

/// A request in the hands of its kepling.
struct Scene {
    app: TestApp,
    resident: Someone,
    kepling: Someone,
    id: String,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new();
        let resident = app.resident("Siti Aminah").await;
        let kepling = app.officer(Position::Kepling, &format!("{MUTIARA}.02")).await;
        let request = resident.submit(&skd()).await;
        let id = request["id"].as_str().unwrap().to_owned();
        Self {
            app,
            resident,
            kepling,
            id,
        }
    }

    fn path(&self) -> String {
        format!("/api/v1/requests/{}/messages", self.id)
    }

    async fn write(&self, who: &Client, text: &str) -> Reply {
        who.post(&self.path(), &json!({ "text": text })).await
    }

    async fn read(&self, who: &Client) -> Vec<Value> {
        let list = who.get(&self.path()).await.json(200);
        list["items"].as_array().unwrap().clone()
    }

    async fn unread(&self, who: &Client) -> Value {
        who.get(&format!("/api/v1/requests/{}", self.id)).await.json(200)["unread_messages"].take()
    }
}

#[tokio::test]
async fn each_side_reads_what_the_other_wrote_and_hears_of_it_by_mail() {
    let scene = Scene::new().await;
    let (resident, kepling) = (&scene.resident, &scene.kepling);
    let question = "Apakah KK lama\nmasih boleh? <b>";
    let written = scene.write(resident, question).await.json(201);
    assert_eq!(
        (&written["side"], &written["position"]),
        (&json!("resident"), &Value::Null)
    );
    scene.write(resident, "Yang tahun 2019.").await.json(201);
    let mails = scene.app.mails_to(&kepling.email);
    let about: Vec<_> = mails
        .iter()
        .filter(|(subject, _)| subject.starts_with("Pesan dari pemohon"))
        .collect();
    assert_eq!(about.len(), 1, "one mail until it is opened: {mails:?}");
    assert!(
        about[0].1.contains(&scene.id) && !about[0].1.contains("KK lama"),
        "{}",
        about[0].1
    );

    assert_eq!(scene.unread(kepling).await, 2);
    let queue = kepling.get("/api/v1/queue").await.json(200);
    assert_eq!(queue["items"][0]["unread_messages"], 2);
    let read = scene.read(kepling).await;
    let texts: Vec<_> = read.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Yang tahun 2019.", question], "newest first");
    assert!(read.iter().all(|message| message["unread"] == true));
    assert_eq!(scene.unread(kepling).await, 0);
    assert!(
        scene
            .read(kepling)
            .await
            .iter()
            .all(|message| message["unread"] == false)
    );

    scene.write(kepling, "Boleh.").await.json(201);
    let mails = scene.app.mails_to(&resident.email);
    let (_, text) = mails
        .iter()
        .find(|(subject, _)| subject.starts_with("Pesan dari petugas"))
        .unwrap();
    assert!(text.contains("Boleh."), "{text}");
    let own = resident.get("/api/v1/requests").await.json(200);
    assert_eq!(own["items"][0]["unread_messages"], 1);
    assert_eq!(scene.read(resident).await[0]["position"], "kepling");
    assert_eq!(scene.unread(resident).await, 0);
    scene.app.drain_jobs();
}

#[tokio::test]
async fn only_the_parties_and_the_officers_of_the_request_take_part() {
    let scene = Scene::new().await;
    scene.write(&scene.resident, "Halo").await.json(201);
    let kecamatan = KECAMATAN;
    let strangers = [
        scene.app.resident("Budi").await,
        scene.app.officer(Position::Kepling, &format!("{MUTIARA}.01")).await,
        scene.app.officer(Position::Petugas, "12.09.20.1007").await,
        scene.app.officer(Position::Pengawas, kecamatan).await,
        scene.app.officer(Position::Admin, kecamatan).await,
    ];
    for who in &strangers {
        who.get(&scene.path()).await.refused(404, "not_found");
        scene.write(who, "Halo").await.refused(404, "not_found");
        // Not even that the body is wrong.
        who.post(&scene.path(), &json!({ "text": 7 }))
            .await
            .refused(404, "not_found");
    }
    scene
        .app
        .visitor()
        .get(&scene.path())
        .await
        .refused(401, "login_required");
    let petugas = scene.app.officer(Position::Petugas, MUTIARA).await;
    assert_eq!(scene.read(&petugas).await.len(), 1);
}

#[tokio::test]
async fn an_officer_writes_as_the_resident_about_an_own_request() {
    let scene = Scene::new().await;
    let petugas = scene.app.officer(Position::Petugas, MUTIARA).await;
    let request = petugas.submit(&skd()).await;
    let path = format!("/api/v1/requests/{}/messages", request["id"].as_str().unwrap());
    let written = petugas.post(&path, &json!({ "text": "Titipan warga" })).await.json(201);
    assert_eq!(written["side"], "resident");
}

#[tokio::test]
async fn a_text_is_plain_and_not_too_long() {
    let scene = Scene::new().await;
    let long = "é".repeat(1_001);
    for (text, code) in [
        ("", "required"),
        (" \n ", "required"),
        (long.as_str(), "too_long"),
        ("a\u{202e}b", "forbidden_character"),
    ] {
        let refused = scene.write(&scene.resident, text).await.refused(422, "invalid");
        assert_eq!(
            (&refused["errors"][0]["field"], &refused["errors"][0]["code"]),
            (&json!("text"), &json!(code))
        );
    }
    scene.write(&scene.resident, &"é".repeat(1_000)).await.json(201);
}

#[tokio::test]
async fn people_may_write_until_30_days_after_the_end() {
    let scene = Scene::new().await;
    scene.resident.act(&scene.id, &json!({ "action": "cancel" })).await;
    scene.app.wait(chrono::TimeDelta::days(29));
    let again = scene.log_in_again().await;
    scene.write(&again, "Terima kasih").await.json(201);
    scene.app.wait(chrono::TimeDelta::days(2));
    let again = scene.log_in_again().await;
    scene.write(&again, "Terlambat").await.refused(409, "messages_closed");
    assert_eq!(scene.read(&again).await.len(), 1);
    scene.app.drain_jobs();
}

impl Scene {
    /// The resident, after the session ran out.
    async fn log_in_again(&self) -> Client {
        let mut client = self.app.visitor();
        client.login(&self.resident.email, PASSWORD, None).await;
        client
    }
}

#[tokio::test]
async fn the_same_key_writes_once_and_a_long_talk_comes_in_pages() {
    let scene = Scene::new().await;
    let body = json!({ "text": "Sekali" });
    let path = scene.path();
    let (first, second) = futures_util::join!(
        scene.resident.post_once(&path, "k", &body),
        scene.resident.post_once(&path, "k", &body)
    );
    assert_eq!(first.json(201), second.json(201));
    for n in 2..=5 {
        scene.write(&scene.resident, &n.to_string()).await.json(201);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let list = scene
            .kepling
            .get(&format!("{}?limit=2&cursor={cursor}", scene.path()))
            .await
            .json(200);
        let texts = list["items"].as_array().unwrap().iter();
        seen.extend(texts.map(|message| message["text"].as_str().unwrap().to_owned()));
        match list["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ["5", "4", "3", "2", "Sekali"]);
    // That it was written stays, whatever becomes of the text.
    let conn = &mut scene.app.connect();
    diesel::update(request_messages::table)
        .set(request_messages::body.eq(None::<String>))
        .execute(conn)
        .unwrap();
    assert_eq!(scene.read(&scene.kepling).await[0]["text"], Value::Null);
    let trail: Vec<Value> = audit_entries::table
        .filter(audit_entries::action.eq("message_written"))
        .order(audit_entries::seq)
        .select(audit_entries::data)
        .load(conn)
        .unwrap();
    assert_eq!(trail.len(), 5);
    assert!(
        trail
            .iter()
            .all(|data| data["text_hash"].as_str().is_some_and(|hash| hash.len() == 64))
    );
    assert!(!json!(trail).to_string().contains("Sekali"));
}

#[tokio::test]
async fn both_write_on_the_page_of_the_request_without_scripts() {
    let scene = Scene::new().await;
    let place = format!("/permohonan/{}", scene.id);
    let action = format!("{place}/pesan");
    let resident = browser(&scene.app, &scene.resident.email, None).await;
    let kepling = browser(&scene.app, &scene.kepling.email, None).await;
    let form = PageForm::to(&action, &page(&resident.get(&place).await, 200));
    let text = page(&form.clone().fill("text", "\u{202e}x").send(&resident).await, 422);
    assert!(text.contains("Pesan memuat karakter"), "{text}");
    let sent = form.fill("text", "Kapan <selesai>?");
    assert_eq!(led_to(&sent.send(&resident).await), format!("{place}#pesan"));
    // Pressed twice.
    led_to(&sent.send(&resident).await);
    let queue = page(&kepling.get("/antrean").await, 200);
    assert!(queue.contains("1 pesan baru"), "{queue}");
    let text = page(&kepling.get(&place).await, 200);
    assert!(
        text.contains("Kapan &#60;selesai&#62;?") && text.contains(">Baru<"),
        "{text}"
    );
    led_to(&PageForm::to(&action, &text).fill("text", "Besok.").send(&kepling).await);
    let mine = page(&resident.get("/permohonan").await, 200);
    assert!(mine.contains("1 pesan baru"), "{mine}");
    let text = page(&resident.get(&place).await, 200);
    assert_eq!(text.matches("Besok.").count(), 1);
    assert!(!page(&resident.get("/permohonan").await, 200).contains("pesan baru"));
    let stranger = browser(&scene.app, &scene.app.resident("Budi").await.email, None).await;
    let theirs = PageForm::to(&action, &text).fill("text", "x");
    page(&theirs.send(&stranger).await, 403);
    let call = resident.call(Method::GET, &action);
    assert_eq!(Reply::to(call).await.status, 405);
}
