//! The one integration binary: HTTP against a real Postgres.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    reason = "what breaks in a test may panic"
)]

mod accounts;
mod actions;
mod assignment;
mod browser;
mod bulk;
mod cluster;
mod concurrency;
mod demo;
mod drafts;
mod hostile;
mod layers;
mod letters;
mod mail;
mod messages;
mod moving;
mod officers;
mod on_behalf;
mod once;
mod openapi;
mod outage;
mod oversight;
mod pages;
mod policy;
mod reference;
mod reports;
mod requests;
mod round_trips;
mod rows;
mod schema;
mod services;
mod smoke;
mod support;
mod uploads;
mod walk;
