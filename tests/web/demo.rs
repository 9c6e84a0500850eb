//! The demo's month: every state is there, nothing failed on the way, and nobody got a mail of the past.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Demo, KECAMATAN};

#[actix_web::test]
async fn the_demo_has_a_month_behind_it() {
    let demo = Demo::with_history();
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    let mut desks = BTreeSet::new();
    for resident in demo.residents() {
        let client = demo.log_in(&resident).await;
        let list = client.get("/api/v1/requests?limit=100").await.json(200);
        for request in list["items"].as_array().unwrap() {
            let state = request["status"].as_str().unwrap();
            *states.entry(state.to_owned()).or_default() += 1;
            if state == "submitted" {
                desks.insert(request["step"]["position"].as_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(states.values().sum::<usize>(), 60, "{states:?}");
    let words: Vec<&str> = states.keys().map(String::as_str).collect();
    let all = [
        "cancelled",
        "expired",
        "issued",
        "rejected",
        "returned",
        "revoked",
        "submitted",
    ];
    assert_eq!(words, all, "{states:?}");
    // A request waits at every kind of desk.
    assert_eq!(desks.len(), 7, "{desks:?}");
    let camat = demo.log_in(&demo.people("camat", KECAMATAN)[0]).await;
    let queue = camat.get("/api/v1/queue").await.json(200);
    assert!(!queue["items"].as_array().unwrap().is_empty());
    assert!(!demo.log().contains("has a gap"), "{}", demo.log());
    assert!(demo.mail.all().is_empty());
}
