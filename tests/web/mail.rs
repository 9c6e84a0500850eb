//! Mail: nothing is lost, nothing is sent under two names, and an address that refuses is left in peace.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::prelude::*;
use sepakat::notifications::{Message, OutboxState, enqueue};
use sepakat::platform::error::Error;
use sepakat::schema::{jobs, outbox};
use sepakat::worker::Worker;

use crate::support::TestApp;
use crate::support::smtp::{Answer, SmtpSink};

fn mail(to: &str, key: &str) -> Message {
    Message {
        to: to.into(),
        subject: format!("Permohonan {key} – diterima"),
        text: format!("Yth. warga,\n.\nkunci {key}"),
        html: format!("<p>kunci {key}</p>"),
        dedupe_key: key.into(),
    }
}

fn send(test: &TestApp, to: &str, key: &str) {
    let message = mail(to, key);
    test.app.write_now(|conn, ctx| enqueue(conn, ctx, &message)).unwrap();
}

fn state(test: &TestApp, key: &str) -> OutboxState {
    outbox::table
        .filter(outbox::dedupe_key.eq(key))
        .select(outbox::state)
        .first(&mut test.connect())
        .unwrap()
}

/// What the outbox keeps of a mail: subject, text, html.
fn kept(test: &TestApp, key: &str) -> (String, String, String) {
    outbox::table
        .filter(outbox::dedupe_key.eq(key))
        .select((outbox::subject, outbox::body_text, outbox::body_html))
        .first(&mut test.connect())
        .unwrap()
}

/// A link in a mail opens an account, so its text is kept no longer than it is needed.
fn assert_blank(test: &TestApp, key: &str) {
    let subject = format!("Permohonan {key} – diterima");
    assert_eq!(kept(test, key), (subject, String::new(), String::new()));
}

fn with_sink() -> (TestApp, SmtpSink) {
    let sink = SmtpSink::start();
    (TestApp::with(&[("SEPAKAT_SMTP_URL", &sink.url())]), sink)
}

#[test]
fn a_mail_goes_out_once_with_text_and_html_and_is_marked() {
    let (test, sink) = with_sink();
    send(&test, "Siti@Example.test", "a");
    send(&test, "siti@example.test", "a");
    assert_eq!(test.drain_jobs(), 1);
    assert_eq!(test.drain_jobs(), 0);
    let [taken] = &sink.taken()[..] else { unreachable!() };
    assert_eq!(
        (taken.to.as_str(), taken.from.as_str()),
        ("siti@example.test", "sepakat@localhost")
    );
    assert_eq!(taken.header("Auto-Submitted"), "auto-generated");
    assert!(taken.header("Message-ID").ends_with("@[127.0.0.1]>"));
    assert!(taken.message.contains("kunci a") && taken.message.contains("<p>kunci a</p>"));
    assert_eq!(state(&test, "a"), OutboxState::Sent);
    assert_blank(&test, "a");
}

#[test]
fn a_transaction_that_fails_sends_nothing() {
    let (test, sink) = with_sink();
    let message = mail("siti@example.test", "a");
    let failed = test.app.write_now(|conn, ctx| {
        enqueue(conn, ctx, &message)?;
        Err::<(), _>(Error::Conflict { code: "wrong_state" })
    });
    assert!(failed.is_err());
    test.drain_jobs();
    assert!(sink.taken().is_empty());
}

#[test]
fn a_server_that_says_later_gets_each_mail_later_and_none_is_lost() {
    let (test, sink) = with_sink();
    for n in 0..20 {
        let to = format!("warga{n}@example.test");
        if n % 2 == 0 {
            sink.answer(
                &to,
                &[
                    Answer::AtRcpt("451 4.3.0 later"),
                    Answer::Drop,
                    Answer::AtEnd("452 4.3.1 full"),
                ],
            );
        }
        send(&test, &to, &format!("k{n}"));
    }
    test.drain_jobs();
    assert_eq!(sink.taken().len(), 10);
    for _ in 0..4 {
        test.wait(TimeDelta::minutes(1));
        test.drain_jobs();
    }
    let mut to: Vec<String> = sink.taken().into_iter().map(|mail| mail.to).collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), sink.taken().len()), (20, 20));
}

#[test]
fn a_mail_whose_acceptance_was_not_heard_is_repeated_under_the_same_message_id() {
    let (test, sink) = with_sink();
    sink.answer("siti@example.test", &[Answer::DropAfterTaking]);
    send(&test, "siti@example.test", "a");
    test.drain_jobs();
    assert_eq!(state(&test, "a"), OutboxState::Queued);
    test.wait(TimeDelta::minutes(1));
    test.drain_jobs();
    let ids: Vec<String> = sink.taken().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(state(&test, "a"), OutboxState::Sent);
}

#[test]
fn an_address_that_refuses_for_good_is_left_in_peace_for_30_days() {
    let (test, sink) = with_sink();
    for how in [
        Answer::AtRcpt("550 5.1.1 no such user"),
        Answer::AtRcptThenDrop("550 unknown"),
    ] {
        test.wait(TimeDelta::days(31));
        let key = |n: u8| format!("{how:?}{n}");
        sink.answer("bukan@example.test", std::slice::from_ref(&how));
        send(&test, "bukan@example.test", &key(1));
        test.drain_jobs();
        assert_eq!(state(&test, &key(1)), OutboxState::Failed);
        assert_blank(&test, &key(1));
        send(&test, "Bukan@example.test", &key(2));
        send(&test, "siti@example.test", &key(3));
        test.drain_jobs();
        assert_eq!(state(&test, &key(2)), OutboxState::Suppressed);
        assert_blank(&test, &key(2));
        assert_eq!(state(&test, &key(3)), OutboxState::Sent);
        assert!(sink.newest_to("bukan@example.test").is_none());
    }
    test.wait(TimeDelta::days(31));
    send(&test, "bukan@example.test", "again");
    test.drain_jobs();
    assert_eq!(state(&test, "again"), OutboxState::Sent);
}

#[test]
fn a_refusal_of_us_or_of_the_text_does_not_condemn_the_address() {
    let (test, sink) = with_sink();
    sink.answer("a@example.test", &[Answer::AtRcpt("554 5.7.1 relay access denied")]);
    sink.answer("b@example.test", &[Answer::AtRcpt("530 5.7.0 log in first")]);
    sink.answer("c@example.test", &[Answer::AtEnd("554 5.6.0 not this text")]);
    for address in ["a", "b", "c"] {
        send(&test, &format!("{address}@example.test"), address);
    }
    test.drain_jobs();
    assert_eq!(state(&test, "c"), OutboxState::Failed);
    test.wait(TimeDelta::minutes(1));
    send(&test, "c@example.test", "c2");
    test.drain_jobs();
    for key in ["a", "b", "c2"] {
        assert_eq!(state(&test, key), OutboxState::Sent, "{key}");
    }
}

#[test]
fn after_three_days_a_mail_is_given_up_and_its_error_names_nobody() {
    let (test, sink) = with_sink();
    sink.answer(
        "siti@example.test",
        &vec![Answer::AtRcpt("451 4.7.1 <siti@example.test> greylisted"); 100],
    );
    send(&test, "siti@example.test", "a");
    for _ in 0..24 * 3 + 4 {
        test.drain_jobs();
        test.wait(TimeDelta::hours(1));
    }
    assert_eq!(state(&test, "a"), OutboxState::Failed);
    let error: Option<String> = outbox::table
        .select(outbox::last_error)
        .first(&mut test.connect())
        .unwrap();
    assert_eq!(error.as_deref(), Some("rcpt 451 4.7.1"));
}

#[tokio::test]
async fn while_no_server_answers_mail_waits_and_goes_out_within_two_minutes_of_its_return() {
    // Ours from now on, but nobody listens yet: a connection is refused.
    let reserved = tokio::net::TcpSocket::new_v4().unwrap();
    reserved.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = reserved.local_addr().unwrap().port();
    let test = TestApp::with(&[("SEPAKAT_SMTP_URL", &format!("smtp://127.0.0.1:{port}"))]);
    for n in 0..40 {
        send(&test, &format!("warga{n}@example.test"), &format!("k{n}"));
    }
    for _ in 0..60 {
        test.drain_jobs();
        test.wait(TimeDelta::minutes(1));
    }
    let sink = SmtpSink::start_on(reserved.listen(64).unwrap().into_std().unwrap());
    for _ in 0..2 {
        test.wait(TimeDelta::minutes(1));
        test.drain_jobs();
    }
    assert_eq!(sink.taken().len(), 40);
}

#[test]
fn several_workers_send_each_mail_once_over_few_connections() {
    let (test, sink) = with_sink();
    for n in 0..200 {
        send(&test, &format!("warga{n}@example.test"), &format!("k{n}"));
    }
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| test.drain_jobs());
        }
    });
    let mut times: HashMap<String, usize> = HashMap::new();
    for taken in sink.taken() {
        *times.entry(taken.to).or_default() += 1;
    }
    assert_eq!((times.len(), times.values().max()), (200, Some(&1)));
    assert!(sink.connections() <= 3 * 8, "{}", sink.connections());
}

#[test]
fn without_a_server_mail_waits() {
    let test = TestApp::new();
    send(&test, "siti@example.test", "a");
    assert_eq!(test.drain_jobs(), 0);
    assert_eq!(state(&test, "a"), OutboxState::Queued);
    assert!(kept(&test, "a").1.contains("kunci a"));
}

#[actix_web::test]
async fn a_running_worker_hears_of_a_commit_at_once_and_stops_when_told() {
    let (test, sink) = with_sink();
    let worker = Worker::new(test.app.clone()).spawn().unwrap();
    let mut fastest = Duration::MAX;
    for number in 0..10 {
        // Let it find nothing first, so that it waits for the bell; without one the next look is 0.7 s away.
        std::thread::sleep(Duration::from_millis(300));
        let key = format!("k{number}");
        let message = mail("siti@example.test", &key);
        let began = Instant::now();
        test.app
            .write(move |conn, ctx| enqueue(conn, ctx, &message))
            .await
            .unwrap();
        while sink.taken().len() <= number {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "mail {number} does not go out"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        fastest = fastest.min(began.elapsed());
        while state(&test, &key) != OutboxState::Sent {
            assert!(began.elapsed() < Duration::from_secs(60), "mail {number} is not marked");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    assert!(
        fastest < Duration::from_millis(500),
        "sooner than the next look: {fastest:?}"
    );
    let began = Instant::now();
    worker.stop();
    // It would be left alone after six.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_job_that_fails_is_put_off_and_leaves_the_others_alone() {
    let (test, sink) = with_sink();
    test.app
        .write_now(|conn, ctx| {
            let payload = serde_json::json!({});
            sepakat::platform::jobs::enqueue(conn, ctx.entropy, ctx.now, "no such kind", &payload, None)
        })
        .unwrap();
    send(&test, "siti@example.test", "a");
    assert_eq!(test.drain_jobs(), 2);
    assert_eq!(sink.taken().len(), 1);
    let (attempts, error): (i32, Option<String>) = jobs::table
        .select((jobs::attempts, jobs::last_error))
        .first(&mut test.connect())
        .unwrap();
    assert_eq!((attempts, error.as_deref()), (1, Some("500 internal")));
    diesel::delete(jobs::table).execute(&mut test.connect()).unwrap();
}

#[test]
fn old_mails_are_forgotten_but_not_what_still_waits() {
    let test = TestApp::new();
    send(&test, "siti@example.test", "waits");
    test.wait(TimeDelta::days(91));
    test.sweep();
    assert_eq!(state(&test, "waits"), OutboxState::Queued);
}

#[tokio::test]
async fn the_demo_s_inbox_takes_every_mail_and_shows_it_with_its_links() {
    let test = TestApp::with_inbox();
    let mut message = mail("siti@example.test", "a");
    message.text = "Yth. <b>Siti</b>,\nbuka https://kantor.example/x?a=1&b=2\nlalu masuk.".into();
    test.app.write_now(|conn, ctx| enqueue(conn, ctx, &message)).unwrap();
    test.wait(TimeDelta::minutes(1));
    send(&test, "budi@example.test", "b");
    assert_eq!(test.drain_jobs(), 2);
    assert_eq!(state(&test, "a"), OutboxState::Sent);
    let visitor = test.visitor();
    let all = visitor.get("/dev/inbox.json").await.json(200);
    assert_eq!(
        (&all[0]["to"], &all[1]["to"]),
        (&"budi@example.test".into(), &"siti@example.test".into())
    );
    for key in ["subject", "text", "html", "message_id", "created_at"] {
        assert!(all[0][key].is_string(), "{key}");
    }
    let one = visitor
        .get("/dev/inbox.json?to=Siti@example.test&limit=1")
        .await
        .json(200);
    assert_eq!(one.as_array().unwrap().len(), 1);
    let page = visitor.get("/dev/inbox").await.text();
    assert!(page.contains("&#60;b&#62;Siti"), "{page}");
    assert!(
        page.contains(r#"<a href="https://kantor.example/x?a=1&#38;b=2">"#),
        "{page}"
    );
}

#[tokio::test]
async fn where_mail_leaves_the_house_there_is_no_inbox() {
    for test in [TestApp::new(), with_sink().0] {
        for path in ["/dev/inbox", "/dev/inbox.json"] {
            assert_eq!(test.visitor().get(path).await.status, 404);
        }
    }
}
