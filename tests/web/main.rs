//! The one integration binary: HTTP against a real Postgres.
mod accounts;
mod assignment;
mod browser;
mod cluster;
mod concurrency;
mod hostile;
mod layers;
mod letters;
mod mail;
mod officers;
mod reports;
mod rows;
mod schema;
mod smoke;
mod support;
mod uploads;
mod walk;
