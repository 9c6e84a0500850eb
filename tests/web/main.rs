//! The one integration binary: HTTP against a real Postgres.
mod cluster;
