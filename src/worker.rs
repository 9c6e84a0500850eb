//! Every job and every timer, and the loops that run them: claim in a short transaction, work outside of any, finish
//! in another. Three threads, so that a silent mail server holds up no letter and a long sweep holds up neither.
//! Any number of processes may run them at once.

mod lanes;

use std::time::Duration;

use crate::app::App;
use crate::platform::error::Error;
use crate::platform::idempotency;
use crate::platform::jobs::Job;
use crate::requests::{drafts, expire, issue, remind};
use crate::{files, letters, notifications, oversight};

pub use lanes::{Running, Worker, drain, sweep_all};

/// What runs a job of each kind. A job may run twice; an error puts it off, and a person sees it after the last try.
fn run(app: &App, job: &Job) -> Result<(), Error> {
    match job.kind.as_str() {
        issue::JOB => issue::run(app, job),
        other => Err(Error::internal(format!("no job of kind {other}"))),
    }
}

/// Work that looks at the tables by itself, so that a missed run heals at the next.
struct Timer {
    name: &'static str,
    every: Duration,
    /// Gives how much it did.
    run: fn(&App) -> Result<usize, Error>,
}

const HOUR: Duration = Duration::from_secs(60 * 60);

const TIMERS: &[Timer] = &[
    Timer {
        name: "end requests that the resident left unanswered",
        every: Duration::from_secs(10 * 60),
        run: expire::expire_due,
    },
    Timer {
        name: "remind residents of requests that wait for them",
        every: HOUR,
        run: remind::remind_due,
    },
    Timer {
        name: "forget idempotency keys after a day",
        every: HOUR,
        run: |app| app.write_now(|conn, ctx| idempotency::sweep(conn, ctx.now)),
    },
    Timer {
        name: "forget drafts that nobody touched for 30 days",
        every: HOUR,
        run: drafts::sweep,
    },
    Timer {
        name: "remove uploads that no request names",
        every: HOUR,
        run: files::sweep_attachments,
    },
    Timer {
        name: "remove letter files that no letter names",
        every: HOUR,
        run: letters::sweep_documents,
    },
    Timer {
        name: "forget old mails and suppressions",
        every: HOUR,
        run: notifications::sweep,
    },
    Timer {
        name: "anchor the chains of the day that ended",
        every: HOUR,
        run: oversight::anchor_due,
    },
];
