//! The HTTP server and the background worker of one process, from the open socket to the last answer.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{HttpResponse, HttpServer, web};
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::platform::http::finish;
use crate::routes;
use crate::start::StartError;
use crate::worker::{Running, Worker};

/// How long answers in progress may take once the server is told to stop.
const GRACE_SECONDS: u64 = 3;
/// A stop takes at most 10 seconds (design, section 12). Should anything hang, the process ends before, and with it
/// a private Postgres, which then recovers at its next start.
const STOP_WITHIN: Duration = Duration::from_millis(9_500);
/// A client that sends its headers more slowly is hung up on.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Threads per worker for operations; more would only wait for a database connection.
const OPERATIONS_AT_ONCE: usize = 24;

/// Opens the socket. With port 0 the system chooses; ask the listener which.
///
/// # Errors
/// `Listen`.
pub fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|error| StartError::Listen(address, error))
}

/// The server on an open socket; it serves as soon as it is awaited or spawned, and handles no signals.
///
/// # Errors
/// What the system says.
pub fn http(app: &App, listener: TcpListener) -> std::io::Result<Server> {
    let workers = app.config().http_workers;
    let app = app.clone();
    Ok(HttpServer::new(move || {
        let app = app.clone();
        actix_web::App::new()
            .configure(move |cfg| routes::register(&app, cfg))
            .wrap(Compress::default())
            .wrap(from_fn(finish)) // the last one wrapped is the outermost
    })
    .workers(workers)
    .worker_max_blocking_threads(OPERATIONS_AT_ONCE)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEADERS_WITHIN)
    .shutdown_timeout(GRACE_SECONDS)
    .disable_signals()
    .listen(listener)?
    .run())
}

/// Serves until SIGTERM or SIGINT, with the worker unless it is switched off. `ready` is called when calls are taken.
///
/// # Errors
/// What the system says.
pub fn run(app: &App, listener: TcpListener, ready: impl FnOnce()) -> Result<(), StartError> {
    let failed = |error: std::io::Error| StartError::Internal("the server", error.into());
    actix_web::rt::System::new().block_on(async {
        let told = told_to_stop().map_err(failed)?;
        let server = http(app, listener).map_err(failed)?;
        let metrics = app.config().metrics_listen.map(|at| metrics(app, at)).transpose()?;
        let worker = worker(app)?;
        let handles: Vec<_> = metrics.iter().chain([&server]).map(Server::handle).collect();
        let mut serving = actix_web::rt::spawn(server);
        if let Some(metrics) = metrics {
            actix_web::rt::spawn(metrics);
        }
        ready();
        tokio::select! {
            () = told => {}
            ended = &mut serving => return ended.map_err(std::io::Error::other).flatten().map_err(failed),
        }
        tracing::info!("stopping");
        end_in_time();
        let worker = web::block(move || worker.map(Running::stop));
        for handle in handles {
            handle.stop(true).await;
        }
        // Only when its thread could not be had; the process ends all the same.
        let _ = worker.await;
        Ok(())
    })
}

/// Runs the background work alone, until SIGTERM or SIGINT.
///
/// # Errors
/// What the system says.
pub fn run_worker(app: &App, ready: impl FnOnce()) -> Result<(), StartError> {
    let failed = |error: std::io::Error| StartError::Internal("the worker", error.into());
    actix_web::rt::System::new().block_on(async {
        let told = told_to_stop().map_err(failed)?;
        let worker = Worker::new(app.clone())
            .spawn()
            .map_err(StartError::internal("the worker"))?;
        ready();
        told.await;
        end_in_time();
        worker.stop();
        Ok(())
    })
}

fn worker(app: &App) -> Result<Option<Running>, StartError> {
    let worker = app.config().worker.then(|| Worker::new(app.clone()).spawn());
    worker.transpose().map_err(StartError::internal("the worker"))
}

/// Numbers for Prometheus on a socket of their own, which is not shown to the world.
fn metrics(app: &App, at: SocketAddr) -> Result<Server, StartError> {
    let listener = bind(at)?;
    let app = app.clone();
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(web::Data::new(app.clone()))
            .route("/metrics", web::get().to(numbers))
    });
    let listening = server.workers(1).disable_signals().listen(listener);
    Ok(listening.map_err(|error| StartError::Listen(at, error))?.run())
}

async fn numbers(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(app.metrics().render())
}

/// Resolves at the first SIGTERM or SIGINT from now on.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn end_in_time() {
    // Without the thread we merely wait as long as the slowest part takes.
    let _ = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(STOP_WITHIN);
        tracing::error!("did not stop in time; ending at once");
        std::process::exit(1);
    });
}
