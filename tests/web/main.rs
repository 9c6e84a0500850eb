//! The one integration binary: HTTP against a real Postgres.
mod assignment;
mod cluster;
mod reports;
mod rows;
