//! The demo's quarter: every state is there, everything fits together, nobody got a mail of the past, and a start that
//! was cut short is gone on with.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use sepakat::calendar::national_holidays;
use serde_json::Value;

use crate::support::{Client, Demo, KECAMATAN};

/// Every request as its resident sees it.
async fn requests(demo: &Demo) -> Vec<Value> {
    let mut all = BTreeMap::new();
    for resident in demo.residents() {
        let client = demo.log_in(&resident).await;
        let mut cursor = String::new();
        loop {
            let list = client
                .get(&format!("/api/v1/requests?limit=100&cursor={cursor}"))
                .await
                .json(200);
            for request in list["items"].as_array().unwrap() {
                all.insert(request["id"].as_str().unwrap().to_owned(), request.clone());
            }
            match list["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
    }
    all.into_values().collect()
}

async fn events(camat: &Client, request: &Value) -> Vec<Value> {
    let id = request["id"].as_str().unwrap();
    let list = camat.get(&format!("/api/v1/requests/{id}/events")).await.json(200);
    list["items"].as_array().unwrap().clone()
}

fn date(moment: &Value) -> NaiveDate {
    moment.as_str().unwrap()[..10].parse().unwrap()
}

#[actix_web::test]
async fn the_demo_has_a_quarter_behind_it() {
    let demo = Demo::with_history();
    assert!(!demo.log().contains("has a gap"), "{}", demo.log());
    assert!(demo.mail.all().is_empty());
    assert_eq!(demo.residents().len(), 40);
    let all = requests(&demo).await;
    assert_eq!(all.len(), 400);
    let words = |name: &str| -> BTreeSet<&str> { all.iter().map(|request| request[name].as_str().unwrap()).collect() };
    let states = [
        "cancelled",
        "expired",
        "issued",
        "rejected",
        "returned",
        "revoked",
        "submitted",
    ];
    assert_eq!(words("status").into_iter().collect::<Vec<_>>(), states);
    assert_eq!(words("area").len(), 12, "every kelurahan");
    assert!(words("service").len() >= 30, "{:?}", words("service"));
    let desks: BTreeSet<_> = all
        .iter()
        .filter_map(|request| request["step"]["position"].as_str())
        .collect();
    assert_eq!(desks.len(), 7, "a request waits at every kind of desk: {desks:?}");

    let camat = demo.log_in(&demo.people("camat", KECAMATAN)[0]).await;
    let (mut actions, mut finished) = (BTreeSet::new(), 0);
    let (mut days, mut moved) = (BTreeSet::new(), BTreeSet::new());
    for request in &all {
        let events = events(&camat, request).await;
        let mut is_finished = false;
        for event in &events {
            let action = event["action"].as_str().unwrap().to_owned();
            is_finished = match action.as_str() {
                "issue" | "reject" => true,
                "object" => false,
                _ => is_finished,
            };
            actions.insert(action);
        }
        finished += usize::from(is_finished);
        days.insert(date(&events[0]["at"]));
        moved.extend(events.iter().map(|event| date(&event["at"])));
    }
    for action in [
        "object",
        "transfer",
        "reissue",
        "revoke",
        "send_back",
        "correct",
        "refer",
        "expire",
        "level_signed",
    ] {
        assert!(actions.contains(action), "{action} in {actions:?}");
    }
    let (first, last) = (*days.first().unwrap(), *days.last().unwrap());
    let worked = working_days(first, last);
    assert!((58..=62).contains(&worked), "{worked} working days: {first} to {last}");
    figures(&camat, first, *moved.last().unwrap(), finished).await;
    talk(&demo).await;
    demo.audit();
}

/// Those after the first up to the last day.
fn working_days(first: NaiveDate, last: NaiveDate) -> usize {
    let holidays = national_holidays().unwrap();
    let closed = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || holidays.contains_key(day);
    first
        .iter_days()
        .skip(1)
        .take_while(|day| *day <= last)
        .filter(|day| !closed(day))
        .count()
}

/// The report counts what the events say, and both punctual and late work.
async fn figures(camat: &Client, first: NaiveDate, until: NaiveDate, finished: usize) {
    let path = format!("/api/v1/reports/service-levels?from={first}&to={until}&group_by=area");
    let report = camat.get(&path).await.json(200);
    let total = &report["total"];
    assert_eq!(
        (&total["received"], &total["finished"]),
        (&400.into(), &finished.into()),
        "{report}"
    );
    let share = total["on_time_share"].as_f64().unwrap();
    assert!((0.6..0.99).contains(&share), "{share}");
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(
        rows.iter().filter(|row| row["received"].as_i64() > Some(0)).count(),
        12,
        "{report}"
    );
}

/// Some wrote to each other, some put a form aside.
async fn talk(demo: &Demo) {
    let (mut messages, mut drafts) = (0, 0);
    for resident in demo.residents() {
        let client = demo.log_in(&resident).await;
        let aside = client.get("/api/v1/drafts").await.json(200);
        drafts += aside["items"].as_array().unwrap().len();
        let list = client.get("/api/v1/requests").await.json(200);
        messages += list["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["unread_messages"] == 1)
            .count();
    }
    assert_eq!(drafts, 2);
    assert!(messages > 5, "{messages}");
}

#[actix_web::test]
async fn a_past_that_was_cut_short_is_gone_on_with() {
    let demo = Demo::killed_in_its_past();
    let all = requests(&demo).await;
    assert_eq!(all.len(), 400, "none is lost and none is there twice");
    assert!(!demo.log().contains("has a gap"), "{}", demo.log());
    let waiting = all.iter().filter(|request| request["status"] == "submitted").count();
    assert!(
        waiting < 60,
        "{waiting} still wait: what was cut short was not gone on with"
    );
    demo.audit();
}
