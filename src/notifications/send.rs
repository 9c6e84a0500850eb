//! Empties the outbox. A mail is claimed under a lease in one short transaction, offered outside of any, and marked
//! in another as soon as its fate is known: a crash repeats at most the mails in flight, under their Message-IDs.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use diesel::PgConnection;
use futures_util::StreamExt;
use lettre::message::Mailbox;

use super::compose::compose;
use super::smtp::{Outcome, Server};
use super::store::{self, Outgoing};
use crate::app::{App, Ctx};
use crate::config::Config;
use crate::platform::crash::Phase;
use crate::platform::error::Error;
use crate::platform::ids::Entropy;

/// How long claimed mails are left alone. A batch needs BATCH / AT_ONCE times the longest delivery (20 s).
const LEASE: TimeDelta = TimeDelta::seconds(120);
const BATCH: i64 = 32;
/// Connections used at once.
const AT_ONCE: usize = 8;
/// A mail that nobody took for so long is given up (design: 3 days; RFC 5321, 4.5.4.1 asks for 4 to 5).
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(3);
/// Longest pause between two attempts; with an unreachable server a shorter one, as it returns for all at once.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(2);
const LONGEST_PAUSE_UNREACHABLE: TimeDelta = TimeDelta::seconds(60);
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(5);
/// How long an address that refused mail for good gets none.
const SUPPRESSED_FOR: TimeDelta = TimeDelta::days(30);
/// How long ended mails are kept: long enough to ask what was sent.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Where mail goes. Holds open connections, so it belongs to one runtime.
pub struct Mailer(Channel);

enum Channel {
    Server {
        server: Server,
        sender: Mailbox,
    },
    /// The inbox inside the demo takes everything.
    Inbox,
    /// Nothing is configured: mail waits.
    Nowhere,
}

impl Mailer {
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self(match &config.smtp {
            Some(smtp) => Channel::Server {
                server: Server::new(config, &smtp.url),
                sender: config.mail_from.clone(),
            },
            None if config.demo_inbox => Channel::Inbox,
            None => Channel::Nowhere,
        })
    }
}

/// Sends a batch of due mails and gives its size; 0 = nothing is due. Safe on any number of servers at once.
///
/// # Errors
/// What the database says; mails claimed meanwhile become due again when their lease ends.
pub async fn send_due(app: &App, mailer: &Mailer) -> Result<usize, Error> {
    let (server, sender) = match &mailer.0 {
        Channel::Server { server, sender } => (server, sender),
        Channel::Inbox => return write(app, |conn, ctx| store::accept_all(conn, ctx.now)).await,
        Channel::Nowhere => return Ok(0),
    };
    let batch = write(app, |conn, ctx| {
        let batch = store::claim(conn, ctx.now, ctx.now + LEASE, BATCH)?;
        reach_if(!batch.is_empty(), ctx.config, Phase::MailQueued);
        Ok(batch)
    })
    .await?;
    let size = batch.len();
    reach_if(size > 0, app.config(), Phase::MailClaimed);
    let unreachable = AtomicBool::new(false);
    futures_util::stream::iter(batch)
        .for_each_concurrent(AT_ONCE, |mail| async {
            let outcome = offer(server, sender, &mail, &unreachable).await;
            let was_sent = outcome == Outcome::Sent;
            reach_if(was_sent, app.config(), Phase::MailHanded);
            if let Err(error) = mark(app, mail, outcome).await {
                tracing::error!(error = %error, "a mail's fate was not written down; it is tried again");
            }
            reach_if(was_sent, app.config(), Phase::MailMarked);
        })
        .await;
    Ok(size)
}

fn reach_if(reached: bool, config: &Config, phase: Phase) {
    if reached {
        config.crash_points.reach(phase);
    }
}

async fn offer(server: &Server, sender: &Mailbox, mail: &Outgoing, unreachable: &AtomicBool) -> Outcome {
    if unreachable.load(Ordering::Relaxed) {
        let why = "unreachable".to_owned();
        return Outcome::Later { why, unreachable: true };
    }
    let outcome = match compose(mail, sender) {
        Ok(composed) => server.deliver(&composed).await,
        Err(why) => Outcome::Refused {
            why: why.to_owned(),
            by_address: why == "address",
        },
    };
    if matches!(outcome, Outcome::Later { unreachable: true, .. }) {
        unreachable.store(true, Ordering::Relaxed);
    }
    outcome
}

async fn mark(app: &App, mail: Outgoing, outcome: Outcome) -> Result<(), Error> {
    let (word, why) = match &outcome {
        Outcome::Sent => ("sent", ""),
        Outcome::Refused { why, .. } => ("refused", why.as_str()),
        Outcome::Later { why, .. } => ("later", why.as_str()),
    };
    app.metrics().job("mail", word);
    tracing::info!(mail = %mail.id, attempt = mail.attempts, outcome = word, why, "mail");
    write(app, move |conn, ctx| mark_row(conn, ctx, &mail, &outcome)).await
}

fn mark_row(conn: &mut PgConnection, ctx: &Ctx<'_>, mail: &Outgoing, outcome: &Outcome) -> Result<(), Error> {
    match outcome {
        Outcome::Sent => store::sent(conn, mail.id, ctx.now),
        Outcome::Refused { why, by_address } => {
            store::failed(conn, mail.id, why)?;
            if *by_address {
                store::suppress(conn, &mail.recipient, why, ctx.now, ctx.now + SUPPRESSED_FOR)?;
            }
            Ok(())
        }
        Outcome::Later { why, unreachable } => {
            let next = ctx.now + pause(mail.attempts, *unreachable, ctx.entropy);
            if next - mail.created_at > GIVE_UP_AFTER {
                store::failed(conn, mail.id, why)
            } else {
                store::postpone(conn, mail.id, next, why)
            }
        }
    }
}

/// Twice the pause each time, up to a limit, a quarter more or less so that mails do not come back all at once.
fn pause(attempts: i32, unreachable: bool, entropy: Entropy) -> TimeDelta {
    let longest = if unreachable {
        LONGEST_PAUSE_UNREACHABLE
    } else {
        LONGEST_PAUSE
    };
    let doubled = FIRST_PAUSE * (1_i32 << attempts.saturating_sub(1).clamp(0, 16));
    let percent = 75 + i32::from(u8::from_le_bytes(entropy.bytes()) % 51);
    doubled.min(longest) * percent / 100
}

/// Removes ended mails and outworn suppressions.
///
/// # Errors
/// What the database says.
pub fn sweep(app: &App) -> Result<usize, Error> {
    app.write_now(|conn, ctx| store::forget(conn, ctx.now - KEPT, ctx.now))
}

/// A transaction that does not hold up the mails in flight, and does not ring the bell it was woken by.
async fn write<T: Send + 'static>(
    app: &App,
    work: impl Fn(&mut PgConnection, &Ctx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let app = app.clone();
    tokio::task::spawn_blocking(move || app.write_now(work))
        .await
        .map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    #[test]
    fn pauses_double_up_to_their_limit_and_vary() {
        let seconds = |attempts, unreachable| pause(attempts, unreachable, Entropy).num_seconds();
        for _ in 0..50 {
            assert!((3..=7).contains(&seconds(1, false)));
            assert!((7..=13).contains(&seconds(2, false)));
            assert!((5_400..=9_000).contains(&seconds(i32::MAX, false)));
            assert!((45..=75).contains(&seconds(20, true)));
        }
        assert!(
            (0..50)
                .map(|_| pause(5, false, Entropy))
                .collect::<std::collections::HashSet<_>>()
                .len()
                > 1
        );
    }

    #[test]
    fn a_mail_that_nobody_takes_is_tried_for_three_days() {
        let created = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap();
        let (mut at, mut attempts) = (created, 0);
        while at - created <= GIVE_UP_AFTER {
            attempts += 1;
            at += pause(attempts, false, Entropy);
        }
        assert!((35..=70).contains(&attempts), "{attempts}");
    }
}
