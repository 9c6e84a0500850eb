//! The connection pool, migrations and the one place where a transaction is opened.

use std::time::Duration;

use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use sha2::{Digest, Sha256};

use super::error::Error;

/// Every migration, compiled in.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Lock under which one server migrates while others wait.
const MIGRATION_LOCK: i64 = 0x5345_5041_4b41_5401;

/// How often a transaction that lost a race is tried anew.
const ATTEMPTS: u32 = 3;

pub type DbPool = Pool<ConnectionManager<PgConnection>>;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("cannot connect to the database: {0}")]
    Connect(String),
    #[error("cannot migrate the database: {0}")]
    Migrate(String),
    #[error("the database schema is older than this program; run `sepakat migrate` with the owner role first")]
    OldSchema,
}

/// How long a call of the portal waits for a free connection before it is told to come back later.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the pool of the runtime role; who finds no connection free waits for `patience`. A connection is used as it
/// is, without a probe on every check-out; `App` retries once when it turns out broken.
///
/// # Errors
/// `Connect` when no connection can be made.
pub fn pool(url: &str, size: u32, patience: Duration) -> Result<DbPool, DbError> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(2.min(size)))
        .test_on_check_out(false)
        .connection_timeout(patience)
        .build(ConnectionManager::new(url))
        .map_err(|error| DbError::Connect(error.to_string()))
}

/// Brings the schema up to date with the owner role. Safe to call from several servers at once.
///
/// # Errors
/// `Connect`, or `Migrate` with what Postgres said.
pub fn migrate(owner_url: &str) -> Result<(), DbError> {
    let mut conn = PgConnection::establish(owner_url).map_err(|error| DbError::Connect(error.to_string()))?;
    lock(&mut conn, "SELECT pg_advisory_lock($1)")?;
    let done = conn
        .run_pending_migrations(MIGRATIONS)
        .map(drop)
        .map_err(|error| DbError::Migrate(error.to_string()));
    lock(&mut conn, "SELECT pg_advisory_unlock($1)")?;
    done
}

fn lock(conn: &mut PgConnection, statement: &str) -> Result<(), DbError> {
    diesel::sql_query(statement)
        .bind::<diesel::sql_types::BigInt, _>(MIGRATION_LOCK)
        .execute(conn)
        .map(drop)
        .map_err(|error| DbError::Migrate(error.to_string()))
}

/// Refuses a schema that lacks a migration of this program; a newer one is fine.
///
/// # Errors
/// `OldSchema`, or `Connect`.
pub fn check_schema(pool: &DbPool) -> Result<(), DbError> {
    let mut conn = pool.get().map_err(|error| DbError::Connect(error.to_string()))?;
    match has_current_schema(&mut conn) {
        Ok(true) => Ok(()),
        // An empty database has no bookkeeping table.
        Ok(false) | Err(_) => Err(DbError::OldSchema),
    }
}

/// Whether every migration of this program has run. Only reads: diesel's own check makes its bookkeeping table first,
/// which the runtime role may not.
///
/// # Errors
/// What the database says, as on one that was never migrated.
pub fn has_current_schema(conn: &mut PgConnection) -> Result<bool, Error> {
    #[derive(QueryableByName)]
    struct Ran {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let ran: Vec<Ran> = diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(conn)?;
    let wanted = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(Error::internal)?;
    Ok(wanted.iter().all(|migration| {
        let version = migration.name().version().to_string();
        ran.iter().any(|row| row.version == version)
    }))
}

/// Runs `work` in one transaction; a deadlock or serialization failure runs it again, so `work` must have no
/// effect outside the database.
///
/// # Errors
/// What `work` returns, or what Postgres says at commit.
pub fn transaction<T, E: From<Error>>(
    conn: &mut PgConnection,
    work: impl Fn(&mut PgConnection) -> Result<T, E>,
    retry: impl Fn(&E) -> bool,
) -> Result<T, E> {
    type Manager = <PgConnection as Connection>::TransactionManager;
    let mut attempt = 1;
    loop {
        let outcome = (|| {
            Manager::begin_transaction(conn).map_err(Error::from)?;
            match work(conn) {
                Ok(value) => match Manager::commit_transaction(conn) {
                    Ok(()) => Ok(value),
                    Err(error) => {
                        let _ = Manager::rollback_transaction(conn);
                        let error = Error::from(error);
                        // Nobody knows whether it was committed, so it must not simply run again. The caller asks
                        // again under its key, and then finds out.
                        let is_unknown = connection_broke(&error);
                        Err(E::from(if is_unknown { Error::Unavailable } else { error }))
                    }
                },
                Err(error) => {
                    // Reports its own failure only when the connection is gone; then r2d2 drops it.
                    let _ = Manager::rollback_transaction(conn);
                    Err(error)
                }
            }
        })();
        match outcome {
            Err(error) if attempt < ATTEMPTS && retry(&error) => attempt += 1,
            done => return done,
        }
    }
}

diesel::define_sql_function! {
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
}

/// Waits until nobody else holds the lock of this name, and holds it until the transaction ends. Two names that share
/// a number only wait for each other.
///
/// # Errors
/// What the database says.
pub fn lock_name(conn: &mut PgConnection, name: &str) -> Result<(), Error> {
    let mut number = [0; 8];
    number
        .iter_mut()
        .zip(Sha256::digest(name))
        .for_each(|(to, from)| *to = from);
    diesel::select(pg_advisory_xact_lock(i64::from_be_bytes(number))).execute(conn)?;
    Ok(())
}

/// Whether a transaction lost a race that a second attempt may win.
#[must_use]
pub fn lost_a_race(error: &Error) -> bool {
    let Error::Internal(cause) = error else { return false };
    match cause.downcast_ref::<DieselError>() {
        Some(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        // diesel has no kind of its own for 40P01.
        Some(DieselError::DatabaseError(_, info)) => info.message().contains("deadlock detected"),
        _ => false,
    }
}

/// Whether the connection broke, and with it all that was not committed.
#[must_use]
pub fn connection_broke(error: &Error) -> bool {
    let Error::Internal(cause) = error else { return false };
    matches!(
        cause.downcast_ref::<DieselError>(),
        Some(
            DieselError::BrokenTransactionManager
                | DieselError::DatabaseError(
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                    _
                )
        )
    )
}

/// Lets the pool know that a connection is dead, so that it gives it to nobody again. diesel itself does not notice
/// when a statement cannot even be prepared, and such a connection then comes back for ever.
pub fn throw_away(conn: &mut PgConnection) {
    // Fails, and by that marks the connection.
    let _ = conn.batch_execute("SELECT 1");
}
