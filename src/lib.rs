//! SEPAKAT: the citizen-service portal of a kecamatan. The map is docs/architecture.md.

pub mod platform;

pub mod areas;

pub mod accounts;
