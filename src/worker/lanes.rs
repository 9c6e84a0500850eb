//! The threads of the worker and the same loops for tests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::{TIMERS, Timer, run};
use crate::app::App;
use crate::notifications::{Mailer, send_due};
use crate::platform::crash::Phase;
use crate::platform::error::{Error, log_chain};
use crate::platform::jobs;

/// How often a thread looks for work that nobody in this process told it of.
const POLL: Duration = Duration::from_secs(1);
/// Rest between two looks while the bell keeps ringing.
const REST: Duration = Duration::from_millis(20);
/// How often the timers look at the clock.
const TICK: Duration = Duration::from_millis(250);
/// How long mails in flight may take once the worker is told to stop; their leases bring the rest back.
const MAIL_GRACE: Duration = Duration::from_secs(2);
/// How long `stop` waits for the job at hand.
const STOP_WITHIN: Duration = Duration::from_secs(6);

/// The background work of one process.
pub struct Worker {
    app: App,
}

impl Worker {
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn spawn(self) -> Result<Running, Error> {
        let (stop, stopped) = watch::channel(false);
        let runtime = mail_runtime()?;
        let app = &self.app;
        let threads = vec![
            thread("jobs", app, &stopped, jobs_lane)?,
            thread("mail", app, &stopped, move |app, stopped| {
                mail_lane(app, stopped, &runtime);
            })?,
            thread("timers", app, &stopped, timers_lane)?,
        ];
        Ok(Running {
            app: self.app,
            stop,
            threads,
        })
    }
}

/// A started worker; dropping it tells it to stop without waiting.
pub struct Running {
    app: App,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    /// Lets the job at hand finish, then returns: at the latest after a few seconds, because whatever was cut off
    /// becomes due again when its lease ends.
    pub fn stop(mut self) {
        self.tell();
        let began = Instant::now();
        while began.elapsed() < STOP_WITHIN && self.threads.iter().any(|thread| !thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(10));
        }
        for thread in self.threads.drain(..).filter(JoinHandle::is_finished) {
            // A panic was caught and logged inside.
            let _ = thread.join();
        }
    }

    fn tell(&self) {
        self.stop.send_replace(true);
        self.app.wake_worker();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tell();
    }
}

fn thread(
    name: &str,
    app: &App,
    stopped: &watch::Receiver<bool>,
    lane: impl FnOnce(&App, &watch::Receiver<bool>) + Send + 'static,
) -> Result<JoinHandle<()>, Error> {
    let (app, stopped) = (app.clone(), stopped.clone());
    std::thread::Builder::new()
        .name(format!("worker-{name}"))
        .spawn(move || lane(&app, &stopped))
        .map_err(Error::internal)
}

/// Runs `once` as long as it finds something, then waits for the bell or the next poll.
fn watch_for(app: &App, stopped: &watch::Receiver<bool>, once: impl Fn() -> Result<bool, Error>) {
    while !*stopped.borrow() {
        // Heard before looking: a ring in between is not lost.
        let heard = app.bell().heard();
        match guarded(&once) {
            Ok(true) => continue,
            Ok(false) => std::thread::sleep(REST),
            // The database is away, most likely: do not hammer at it.
            Err(error) => {
                log(&error);
                std::thread::sleep(POLL);
            }
        }
        if !*stopped.borrow() {
            app.bell().wait(heard, POLL);
        }
    }
}

fn jobs_lane(app: &App, stopped: &watch::Receiver<bool>) {
    watch_for(app, stopped, || run_next(app));
}

fn mail_lane(app: &App, stopped: &watch::Receiver<bool>, runtime: &Runtime) {
    let mailer = Mailer::new(app.config());
    watch_for(app, stopped, || {
        runtime.block_on(async {
            tokio::select! {
                sent = send_due(app, &mailer) => Ok(sent? > 0),
                () = grace(stopped.clone()) => Ok(false),
            }
        })
    });
}

async fn grace(mut stopped: watch::Receiver<bool>) {
    // An error means that nobody is left to tell us: the same as being told.
    let _ = stopped.wait_for(|stopped| *stopped).await;
    tokio::time::sleep(MAIL_GRACE).await;
}

fn mail_runtime() -> Result<Runtime, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::internal)
}

fn timers_lane(app: &App, stopped: &watch::Receiver<bool>) {
    let mut last: Vec<(&Timer, Option<Instant>)> = TIMERS.iter().map(|timer| (timer, None)).collect();
    while !*stopped.borrow() {
        for (timer, ran) in &mut last {
            if ran.is_none_or(|ran| ran.elapsed() >= timer.every) && !*stopped.borrow() {
                *ran = Some(Instant::now());
                if let Err(error) = run_timer(app, timer) {
                    log(&error);
                }
            }
        }
        std::thread::sleep(TICK);
    }
}

fn run_timer(app: &App, timer: &Timer) -> Result<usize, Error> {
    let done = guarded(&|| (timer.run)(app));
    app.metrics()
        .job(timer.name, if done.is_ok() { "done" } else { "failed" });
    if let Ok(done @ 1..) = &done {
        tracing::info!(timer = timer.name, done, "timer");
    }
    done
}

/// Claims one job, runs it, writes down what became of it. False = nothing is due.
fn run_next(app: &App) -> Result<bool, Error> {
    let claimed = app.write_now(|conn, ctx| {
        let claimed = jobs::claim(conn, ctx.now)?;
        if claimed.is_some() {
            ctx.config.crash_points.reach(Phase::Signed);
        }
        Ok(claimed)
    })?;
    let Some(job) = claimed else { return Ok(false) };
    match guarded(&|| run(app, &job)) {
        Ok(()) => {
            app.write_now(|conn, _| jobs::done(conn, job.id))?;
            app.metrics().job(&job.kind, "done");
        }
        Err(error) => {
            tracing::warn!(job = %job.id, kind = %job.kind, attempt = job.attempts, "a job failed");
            log(&error);
            let given_up = app.write_now(|conn, ctx| jobs::failed(conn, &job, &error.to_string(), ctx.now))?;
            app.metrics()
                .job(&job.kind, if given_up { "given up" } else { "failed" });
        }
    }
    Ok(true)
}

/// A panic in a job must not end the loop; its text went to standard error by itself.
fn guarded<T>(work: &impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::internal("background work panicked")))
}

fn log(error: &Error) {
    log_chain(error);
}

/// Runs everything that is due, jobs and mails, until nothing is left, and gives how much that was. For tests and
/// for the demo's history; a given clock decides what is due. Blocks: not from an asynchronous thread that also
/// serves the mail server it talks to.
///
/// # Errors
/// What the database says; a failing job or mail is put off, not reported.
pub fn drain(app: &App) -> Result<usize, Error> {
    // Of its own, because a runtime cannot be started on a thread that runs one already.
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = mail_runtime()?;
            let mailer = Mailer::new(app.config());
            let mut done = 0;
            loop {
                let before = done;
                while run_next(app)? {
                    done += 1;
                }
                done += runtime.block_on(send_due(app, &mailer))?;
                if done == before {
                    return Ok(done);
                }
            }
        });
        thread.join().map_err(|_| Error::internal("draining panicked"))?
    })
}

/// Runs every timer once, whenever it ran last. For tests and commands.
///
/// # Errors
/// The first that failed; the others ran.
pub fn sweep_all(app: &App) -> Result<usize, Error> {
    let mut done = Ok(0);
    for timer in TIMERS {
        done = match (done, run_timer(app, timer)) {
            (Ok(sum), Ok(more)) => Ok(sum + more),
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
    }
    done
}
