//! A superior moves work by hand.

use diesel::prelude::*;
use reqwest::Method;
use sepakat::accounts::Position;
use sepakat::schema::{absences, assignments, request_events};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::pages::browser;
use crate::pages::form::PageForm;
use crate::support::{Client, MUTIARA, Reply, Someone, TestApp, skd};

struct Office {
    app: TestApp,
    petugas: [Someone; 2],
    lurah: Someone,
    id: String,
    /// Who was given it, and who was not.
    holder: usize,
}

impl Office {
    async fn new() -> Self {
        let app = TestApp::new();
        let petugas = [
            app.officer(Position::Petugas, MUTIARA).await,
            app.officer(Position::Petugas, MUTIARA).await,
        ];
        let lurah = app.officer(Position::Lurah, MUTIARA).await;
        let resident = app.resident("Siti Aminah").await;
        let id = resident.submit(&skd()).await["id"].as_str().unwrap().to_owned();
        let detail = lurah.get(&format!("/api/v1/requests/{id}")).await.json(200);
        let holder = usize::from(detail["holder"] != petugas[0].account.to_string());
        Self {
            app,
            petugas,
            lurah,
            id,
            holder,
        }
    }

    fn path(&self) -> String {
        format!("/api/v1/requests/{}/assignment", self.id)
    }

    async fn give(&self, who: &Client, to: &str) -> Reply {
        let body = json!({ "account": to });
        Reply::to(who.call(Method::PUT, &self.path()).json(&body)).await
    }

    async fn holder(&self) -> Value {
        let path = format!("/api/v1/requests/{}", self.id);
        self.lurah.get(&path).await.json(200)["holder"].clone()
    }

    fn outcomes(&self) -> Vec<Value> {
        assignments::table
            .select(assignments::reason)
            .load::<Value>(&mut self.app.connect())
            .unwrap()
            .into_iter()
            .map(|reason| reason["outcome"].clone())
            .collect()
    }
}

#[tokio::test]
async fn a_superior_gives_work_to_a_colleague_and_takes_it_away() {
    let office = Office::new().await;
    let (had, gets) = (&office.petugas[office.holder], &office.petugas[1 - office.holder]);
    // It is open on a screen, which does not keep the superior from moving it.
    let open = had.next().await;
    let moved = office.give(&office.lurah, &gets.account.to_string()).await.json(200);
    assert_eq!(
        moved["version"].as_i64(),
        open["version"].as_i64().map(|version| version + 1)
    );
    assert_eq!(office.holder().await, gets.account.to_string());
    let verify = json!({ "action": "verify", "version": open["version"] });
    let late = had
        .post(&format!("/api/v1/requests/{}/actions", office.id), &verify)
        .await;
    late.refused(412, "stale_version");
    // Once more is no change.
    let again = office.give(&office.lurah, &gets.account.to_string()).await.json(200);
    assert_eq!(again["version"], moved["version"]);

    let taken = Reply::to(office.lurah.call(Method::DELETE, &office.path())).await;
    taken.json(200);
    assert_eq!(office.holder().await, Value::Null);
    assert_eq!(had.next().await["id"], office.id.as_str());
    // Who has it may give it back.
    Reply::to(had.call(Method::DELETE, &office.path())).await.json(200);
    assert_eq!(office.holder().await, Value::Null);
    let events: Vec<(Option<Uuid>, Value)> = request_events::table
        .filter(request_events::action.eq("assign"))
        .order(request_events::seq)
        .select((request_events::actor, request_events::data))
        .load(&mut office.app.connect())
        .unwrap();
    let by: Vec<_> = events.iter().map(|(actor, _)| *actor).collect();
    assert_eq!(
        by,
        [
            Some(office.lurah.account),
            Some(office.lurah.account),
            Some(had.account)
        ]
    );
    assert_eq!(events[0].1["from"], had.account.to_string());
    assert_eq!(events[0].1["holder"], gets.account.to_string());
    let mut outcomes = office.outcomes();
    outcomes.sort_unstable_by_key(ToString::to_string);
    assert_eq!(outcomes, ["given", "moved", "taken_away", "taken_away"]);
    office.app.drain_jobs();
}

#[tokio::test]
async fn who_cannot_do_the_step_is_refused_alike_known_or_not() {
    let office = Office::new().await;
    let other = office.app.officer(Position::Petugas, "12.09.20.1001").await;
    let resident = office.app.resident("Budi Santoso").await;
    let away = &office.petugas[1 - office.holder];
    let today = office.app.app.now().date_naive();
    diesel::insert_into(absences::table)
        .values((
            absences::id.eq(Uuid::from_u128(1)),
            absences::account_id.eq(away.account),
            absences::from_date.eq(today),
            absences::until_date.eq(today),
            absences::created_at.eq(office.app.app.now()),
            absences::created_by.eq(away.account),
        ))
        .execute(&mut office.app.connect())
        .unwrap();
    let mut told = Vec::new();
    for to in [
        other.account,
        resident.account,
        away.account,
        office.lurah.account,
        Uuid::from_u128(9),
    ] {
        told.push(office.give(&office.lurah, &to.to_string()).await);
    }
    told.push(office.give(&office.lurah, "bukan-id").await);
    for reply in &told {
        let problem = reply.refused(422, "invalid");
        assert_eq!(problem["errors"], told[0].problem()["errors"]);
        assert_eq!(problem["errors"][0]["field"], "account");
    }
    // A colleague is no superior.
    let colleague = office.give(away, &away.account.to_string()).await;
    colleague.refused(403, "not_your_step");
    office.app.drain_jobs();
}

#[tokio::test]
async fn the_page_of_a_request_moves_it_too() {
    let office = Office::new().await;
    let gets = &office.petugas[1 - office.holder];
    office.app.wait(chrono::TimeDelta::minutes(1));
    let otp = office.lurah.totp.as_ref().unwrap().code_at(office.app.app.now());
    let client = browser(&office.app, &office.lurah.email, Some(&otp)).await;
    let address = format!("/permohonan/{}", office.id);
    let page = client.get(&address).await.text();
    let form = PageForm::to(&format!("{address}/petugas"), &page);
    let moved = form
        .clone()
        .fill("account", &gets.account.to_string())
        .send(&client)
        .await;
    assert_eq!(
        (moved.status.as_u16(), moved.header("location")),
        (303, address.as_str())
    );
    assert_eq!(office.holder().await, gets.account.to_string());
    assert!(client.get(&address).await.text().contains("Dialihkan oleh atasan"));
    let stale = form.fill("kunci", "lain").send(&client).await;
    assert_eq!(stale.status, 412);
    // Who stands above nobody sees no such form.
    let petugas = browser(&office.app, &gets.email, None).await;
    assert!(!petugas.get(&address).await.text().contains("/petugas\""));
    office.app.drain_jobs();
}
