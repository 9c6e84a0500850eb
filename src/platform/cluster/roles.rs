//! The database of the portal and its two roles, made when missing at every start.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::error::ClusterError;
use super::{APP_ROLE, DATABASE, OWNER_ROLE};

/// See the module.
pub(super) struct Roles;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

impl Roles {
    /// Whether the server takes connections.
    pub(super) fn can_connect(superuser_url: &str) -> bool {
        PgConnection::establish(superuser_url).is_ok()
    }

    /// Each statement alone: CREATE DATABASE runs in no transaction. A start that was cut short is completed by
    /// the next one, and starts of one directory wait for each other, so nothing races here.
    pub(super) fn ensure(superuser_url: &str) -> Result<(), ClusterError> {
        let failed = |error: &dyn std::fmt::Display| ClusterError::Roles(error.to_string());
        let mut conn = PgConnection::establish(superuser_url).map_err(|error| failed(&error))?;
        for role in [OWNER_ROLE, APP_ROLE] {
            if !found(
                &mut conn,
                "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS found",
                role,
            )? {
                run(&mut conn, &format!("CREATE ROLE {role} LOGIN"))?;
            }
        }
        if !found(
            &mut conn,
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS found",
            DATABASE,
        )? {
            run(&mut conn, &format!("CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}"))?;
        }
        run(
            &mut conn,
            &format!(
                "REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC; GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}"
            ),
        )
    }
}

fn found(conn: &mut PgConnection, question: &str, name: &str) -> Result<bool, ClusterError> {
    diesel::sql_query(question)
        .bind::<diesel::sql_types::Text, _>(name)
        .get_result::<Found>(conn)
        .map(|row| row.found)
        .map_err(|error| ClusterError::Roles(error.to_string()))
}

fn run(conn: &mut PgConnection, statement: &str) -> Result<(), ClusterError> {
    conn.batch_execute(statement)
        .map_err(|error| ClusterError::Roles(error.to_string()))
}
