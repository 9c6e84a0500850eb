//! Logs as JSON lines and numbers for Prometheus.

use std::time::Duration;

use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

/// Sends log lines to standard error as JSON; `RUST_LOG` filters them (default `info`).
pub fn init_logs() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,actix_server=warn"));
    // A second call (tests) leaves the first in place.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// The numbers of this process.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    calls: IntCounterVec,
    seconds: HistogramVec,
    jobs: IntCounterVec,
}

impl Metrics {
    /// # Errors
    /// Never in practice: the names are constants.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let calls = IntCounterVec::new(
            Opts::new("sepakat_http_requests_total", "Calls"),
            &["method", "route", "status"],
        )?;
        let seconds = HistogramVec::new(HistogramOpts::new("sepakat_http_seconds", "Time per call"), &["route"])?;
        let jobs = IntCounterVec::new(
            Opts::new("sepakat_jobs_total", "Background work by outcome"),
            &["kind", "outcome"],
        )?;
        registry.register(Box::new(calls.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(jobs.clone()))?;
        Ok(Self {
            registry,
            calls,
            seconds,
            jobs,
        })
    }

    pub fn observe(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.calls
            .with_label_values(&[method, route, &status.to_string()])
            .inc();
        self.seconds.with_label_values(&[route]).observe(took.as_secs_f64());
    }

    pub fn job(&self, kind: &str, outcome: &str) {
        self.jobs.with_label_values(&[kind, outcome]).inc();
    }

    /// Text format for Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = Vec::new();
        // Writing to memory cannot fail.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}
