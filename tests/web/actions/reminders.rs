//! Silence after a return: reminded on the fifth and the tenth day, ended after the fourteenth.

use chrono::TimeDelta;
use serde_json::json;

use super::scene::{Office, chain_holds, mail, papers};

fn reminders(office: &Office) -> usize {
    let mails = office.app.mails_to(&office.resident.email);
    mails
        .iter()
        .filter(|(subject, _)| subject.starts_with("Menunggu Anda"))
        .count()
}

/// The timers run, twice, and on two servers.
fn sweep_twice(office: &Office) {
    office.app.sweep();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| office.app.sweep());
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reminder_is_sent_once_and_then_the_request_is_closed() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    office
        .petugas
        .act(&id, &json!({ "action": "return", "note": "Foto KK buram." }))
        .await;
    let mut sent = Vec::new();
    for _ in 0..14 {
        sweep_twice(&office);
        sent.push(reminders(&office));
        office.app.wait(TimeDelta::days(1));
    }
    assert_eq!(sent, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    let mails = office.app.mails_to(&office.resident.email);
    let (_, text) = mails
        .iter()
        .find(|(subject, _)| subject.starts_with("Menunggu Anda"))
        .unwrap();
    assert!(
        text.contains("Foto KK buram.") && text.contains("8 Desember 2026 pukul 09.00"),
        "{text}"
    );
    office.app.wait(TimeDelta::minutes(1));
    sweep_twice(&office);
    assert_eq!(reminders(&office), 2);
    mail(&office.app, &office.resident.email, "Permohonan ditutup");
    chain_holds(&office.app, &id);
}

#[tokio::test]
async fn a_late_run_sends_the_last_reminder_only_and_a_second_return_reminds_anew() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    let back = json!({ "action": "return", "note": "Foto KK buram." });
    office.petugas.act(&id, &back).await;
    let now = office.app.app.now();
    office.app.wait(TimeDelta::days(12));
    office.app.sweep();
    office.app.sweep();
    assert_eq!(reminders(&office), 1, "not two on one day");
    office.app.app.clock().set(now);
    office.resident.act(&id, &json!({ "action": "resubmit" })).await;
    office.petugas.act(&id, &back).await;
    office.app.wait(TimeDelta::days(5));
    office.app.sweep();
    assert_eq!(reminders(&office), 2);
}

#[tokio::test]
async fn whoever_answered_is_not_reminded_and_a_referral_is_reminded_before_its_end() {
    let office = Office::new().await;
    let id = office.at("verify").await;
    office
        .petugas
        .act(&id, &json!({ "action": "return", "note": "Foto KK buram." }))
        .await;
    office.resident.act(&id, &json!({ "action": "resubmit" })).await;
    let referred = office.of(&office.resident, &papers("SKTM"), "verify").await;
    office.petugas.act(&referred, &json!({ "action": "refer" })).await;
    let mut sent = Vec::new();
    for days in [5, 10, 65, 1, 4, 1] {
        office.app.wait(TimeDelta::days(days));
        office.app.sweep();
        sent.push(reminders(&office));
    }
    // On day 5, 10, 80, 81, 85 and 86 of 90.
    assert_eq!(sent, [0, 0, 0, 1, 1, 2]);
    let mails = office.app.mails_to(&office.resident.email);
    let (_, text) = mails
        .iter()
        .find(|(subject, _)| subject.starts_with("Menunggu Anda"))
        .unwrap();
    assert!(text.contains("Perlu didaftarkan lebih dulu"), "{text}");
}
