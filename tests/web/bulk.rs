//! Many signatures with one call, and the signing desk.

use diesel::prelude::*;
use sepakat::accounts::Position;
use sepakat::schema::{idempotency_keys, request_events, requests};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::concurrency::copies::copies;
use crate::concurrency::crowd::at_the_lurah;
use crate::pages::browser;
use crate::pages::form::PageForm;
use crate::support::{MUTIARA, Someone, TestApp};

const BULK: &str = "/api/v1/actions/bulk";

struct Desk {
    app: TestApp,
    lurah: Someone,
    /// Letters that wait for the lurah.
    waiting: Vec<Uuid>,
    version: i32,
}

impl Desk {
    async fn new(number: i32) -> Self {
        let app = TestApp::new();
        let first = at_the_lurah(&app).await;
        let lurah = app.officer(Position::Lurah, MUTIARA).await;
        let conn = &mut app.connect();
        let waiting = copies(conn, first, MUTIARA, Some(lurah.account), number);
        let version = requests::table
            .find(first)
            .select(requests::version)
            .first(conn)
            .unwrap();
        // The first stays out of sight.
        diesel::update(requests::table.find(first))
            .set(requests::state.eq("cancelled"))
            .execute(conn)
            .unwrap();
        Self {
            app,
            lurah,
            waiting,
            version,
        }
    }

    fn items(&self, ids: &[Uuid]) -> Vec<Value> {
        let item = |id: &Uuid| json!({ "id": id, "version": self.version });
        ids.iter().map(item).collect()
    }

    fn sign(&self, ids: &[Uuid]) -> Value {
        json!({ "action": "sign", "items": self.items(ids) })
    }

    fn signatures(&self) -> i64 {
        request_events::table
            .filter(request_events::action.eq("sign"))
            .count()
            .get_result(&mut self.app.connect())
            .unwrap()
    }
}

#[tokio::test]
async fn each_letter_is_signed_or_refused_on_its_own() {
    let desk = Desk::new(4).await;
    let foreign = copies(&mut desk.app.connect(), desk.waiting[0], "12.09.20.1001", None, 1)[0];
    let mut items = desk.items(&[
        desk.waiting[0],
        desk.waiting[1],
        desk.waiting[2],
        foreign,
        Uuid::from_u128(7),
    ]);
    items[2]["version"] = 1.into();
    items.push(json!({ "id": "bukan-id", "version": 1 }));
    let body = json!({ "action": "sign", "items": items });
    let done = desk.lurah.post_once(BULK, "sekaligus", &body).await.json(200);
    let told: Vec<(u64, &str)> = done["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["status"].as_u64().unwrap(), item["code"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            (202, ""),
            (202, ""),
            (412, "stale_version"),
            (404, "not_found"),
            (404, "not_found"),
            (404, "not_found")
        ]
    );
    // What is another's and what is nothing are told alike.
    let silent = |place: usize| {
        let mut item = done["items"][place].clone();
        item["id"] = Value::Null;
        item
    };
    assert!(silent(3) == silent(4) && silent(4) == silent(5), "{done}");
    assert_eq!(done["items"][0]["version"], desk.version + 1);
    desk.app.drain_jobs();
    let issued: i64 = requests::table
        .filter(requests::state.eq("issued"))
        .count()
        .get_result(&mut desk.app.connect())
        .unwrap();
    assert_eq!((desk.signatures(), issued), (2, 2));
}

#[tokio::test]
async fn the_same_call_again_signs_nothing_twice_also_after_it_was_cut_off() {
    let desk = Desk::new(3).await;
    let body = desk.sign(&desk.waiting);
    let done = desk.lurah.post_once(BULK, "sekaligus", &body).await.json(200);
    assert_eq!(desk.lurah.post_once(BULK, "sekaligus", &body).await.json(200), done);
    // Cut off before the whole was answered: the key is there, the answer is not, and one letter was not reached.
    let conn = &mut desk.app.connect();
    let unreached = desk.waiting[2];
    diesel::update(idempotency_keys::table.filter(idempotency_keys::route.eq(format!("POST {BULK}"))))
        .set((
            idempotency_keys::status.eq(None::<i16>),
            idempotency_keys::answer.eq(None::<Vec<u8>>),
        ))
        .execute(conn)
        .unwrap();
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::route.like(format!("%{unreached}"))))
        .execute(conn)
        .unwrap();
    let again = desk.lurah.post_once(BULK, "sekaligus", &body).await.json(200);
    assert_eq!(again["items"][0], done["items"][0]);
    assert_eq!(again["items"][1], done["items"][1]);
    // It had been done after all, without its key: the life of the letter refuses a second signature.
    assert_eq!(again["items"][2]["status"], 409, "{again}");
    assert_eq!(desk.signatures(), 3);
    let other = desk.sign(&desk.waiting[..1]);
    desk.lurah
        .post_once(BULK, "sekaligus", &other)
        .await
        .refused(422, "idempotency_mismatch");
    desk.app.drain_jobs();
}

#[tokio::test]
async fn what_is_wrong_with_the_whole_is_said_before_anything_is_signed() {
    let desk = Desk::new(1).await;
    let id = desk.waiting[0];
    let refused = async |body: Value, code: &str| {
        let problem = desk.lurah.post(BULK, &body).await.refused(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    };
    refused(desk.sign(&[id, id]), "duplicate").await;
    refused(desk.sign(&[]), "required").await;
    let many: Vec<Uuid> = (1..=101).map(Uuid::from_u128).collect();
    refused(desk.sign(&many), "too_many").await;
    let body = json!({ "action": "reject", "items": desk.items(&[id]) });
    refused(body, "unknown_action").await;
    let resident = desk.app.resident("Warga Lain").await;
    resident.post(BULK, &desk.sign(&[id])).await.refused(403, "not_allowed");
    desk.app.wait(chrono::TimeDelta::minutes(14));
    let mut lurah = desk.lurah.client.clone();
    let spent = json!({ "refresh_token": lurah.refresh_token });
    let tokens = lurah.post("/api/v1/auth/refresh", &spent).await.json(200);
    lurah.token = tokens["access_token"].as_str().map(str::to_owned);
    desk.app.wait(chrono::TimeDelta::minutes(2));
    lurah
        .post(BULK, &desk.sign(&[id]))
        .await
        .refused(403, "second_factor_required");
    assert_eq!(desk.signatures(), 0);
}

#[tokio::test]
async fn a_lurah_ticks_letters_says_yes_and_reads_what_became_of_each() {
    let desk = Desk::new(3).await;
    desk.app.wait(chrono::TimeDelta::minutes(1));
    let otp = desk.lurah.totp.as_ref().unwrap().code_at(desk.app.app.now());
    let client = browser(&desk.app, &desk.lurah.email, Some(&otp)).await;
    assert!(client.get("/antrean").await.text().contains("href=\"/tanda-tangan\""));
    let page = client.get("/tanda-tangan").await.text();
    assert_eq!(page.matches("type=\"checkbox\"").count(), 3, "{page}");
    let form = PageForm::to("/tanda-tangan", &page);
    let nothing = form.send(&client).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text().contains("Centang paling sedikit satu surat"));
    let version = desk.version.to_string();
    let ticked = form
        .press(&format!("surat.{}", desk.waiting[0]), &version)
        .press(&format!("surat.{}", desk.waiting[1]), &version);
    let sure = ticked.send(&client).await.text();
    assert!(sure.contains("Ya, tanda tangani 2 surat"), "{sure}");
    assert_eq!(desk.signatures(), 0);
    let yes = PageForm::to("/tanda-tangan", &sure);
    let done = yes.send(&client).await;
    assert_eq!(done.status, 200);
    assert!(done.text().contains("2 dari 2 surat ditandatangani"), "{}", done.text());
    // The page sent again, as an impatient hand does.
    let again = yes.send(&client).await.text();
    assert!(again.contains("2 dari 2 surat ditandatangani"), "{again}");
    assert_eq!(desk.signatures(), 2);
    desk.app.drain_jobs();
}
