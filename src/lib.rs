//! SEPAKAT: the citizen-service portal of a kecamatan. The map is docs/architecture.md.

pub mod app;
pub mod config;
#[rustfmt::skip]
pub mod schema;

pub mod platform;
pub mod shell;

pub mod areas;

pub mod calendar;

pub mod audit;

pub mod files;
pub mod notifications;

pub mod accounts;

pub mod services;

pub mod measures;

pub mod assignment;

pub mod letters;

pub mod requests;

pub mod oversight;

pub mod reports;

pub mod worker;

pub mod routes;

pub mod start;

pub mod server;

pub mod admin;

pub mod demo;
