//! What an operation may use, and the only opener of transactions.

mod reference;

pub use reference::{Reference, ReferenceCache, ReferenceHandle};

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Serialize;

use crate::accounts::{AccessTokens, Passwords};
use crate::config::Config;
use crate::files::FileStore;
use crate::letters::{Seal, Typeset};
use crate::platform::bell::Bell;
use crate::platform::crash::Phase;
use crate::platform::crypto::Keys;
use crate::platform::db::{self, DbPool};
use crate::platform::error::Error;
use crate::platform::http::Limiter;
use crate::platform::idempotency::{self, Begun, Once};
use crate::platform::ids::Entropy;
use crate::platform::telemetry::Metrics;
use crate::platform::time::Clock;

/// The running application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    pool: DbPool,
    keys: Keys,
    clock: Clock,
    limiter: Limiter,
    metrics: Metrics,
    tokens: AccessTokens,
    extras: Arc<Extras>,
    bell: Bell,
    reference: ReferenceCache,
}

/// Parts that differ between the product and a test.
pub struct Extras {
    /// Sealed scans and letters.
    pub files: FileStore,
    /// The bounded pool that hashes passwords.
    pub passwords: Passwords,
    /// What letters are sealed with and recognised by.
    pub seal: Seal,
    /// Makes the PDF of a letter; a stub where typst is not compiled.
    pub typeset: Typeset,
}

/// What an operation is given beside its connection: the moment and what is configured.
pub struct Ctx<'a> {
    pub now: DateTime<Utc>,
    pub config: &'a Config,
    pub keys: &'a Keys,
    pub entropy: Entropy,
    pub reference: ReferenceHandle<'a>,
}

impl Ctx<'_> {
    /// Areas, calendars and the catalogue as they hold now, from memory; a short statement at most checks them.
    ///
    /// # Errors
    /// What the database says.
    pub fn reference(&self, conn: &mut PgConnection) -> Result<Arc<Reference>, Error> {
        self.reference.checked(conn, self.config.zone)
    }
}

/// What an operation answers: a status and a body that can be kept for a repeat.
pub struct Answer<T> {
    pub status: StatusCode,
    pub body: T,
}

impl<T> Answer<T> {
    pub fn ok(body: T) -> Self {
        Self {
            status: StatusCode::OK,
            body,
        }
    }

    pub fn created(body: T) -> Self {
        Self {
            status: StatusCode::CREATED,
            body,
        }
    }

    pub fn accepted(body: T) -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body,
        }
    }
}

impl App {
    #[must_use]
    pub fn new(config: Config, pool: DbPool, keys: Keys, clock: Clock, metrics: Metrics, extras: Extras) -> Self {
        let tokens = AccessTokens::new(&keys);
        Self(Arc::new(Inner {
            config,
            pool,
            keys,
            clock,
            limiter: Limiter::default(),
            metrics,
            tokens,
            extras: Arc::new(extras),
            bell: Bell::default(),
            reference: ReferenceCache::default(),
        }))
    }

    /// The same parts under another configuration, clock and pool: the demo's past.
    #[must_use]
    pub fn with(&self, config: Config, clock: Clock, pool: DbPool) -> Self {
        Self(Arc::new(Inner {
            config,
            clock,
            pool,
            keys: self.0.keys.clone(),
            limiter: Limiter::default(),
            metrics: self.0.metrics.clone(),
            tokens: AccessTokens::new(&self.0.keys),
            extras: Arc::clone(&self.0.extras),
            bell: Bell::default(),
            reference: ReferenceCache::default(),
        }))
    }

    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    #[must_use]
    pub fn entropy(&self) -> Entropy {
        Entropy
    }

    #[must_use]
    pub fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    #[must_use]
    pub fn tokens(&self) -> &AccessTokens {
        &self.0.tokens
    }

    #[must_use]
    pub fn extras(&self) -> &Extras {
        &self.0.extras
    }

    /// Rung after every commit of a call; the worker of this process waits for it.
    #[must_use]
    pub fn bell(&self) -> &Bell {
        &self.0.bell
    }

    /// Tells the worker of this process that there may be work.
    pub fn wake_worker(&self) {
        self.0.bell.ring();
    }

    /// The context of one operation.
    #[must_use]
    pub fn ctx(&self) -> Ctx<'_> {
        Ctx {
            now: self.now(),
            config: &self.0.config,
            keys: &self.0.keys,
            entropy: Entropy,
            reference: self.0.reference.handle(),
        }
    }

    /// Runs a query. Outside a transaction, so each statement sees what is committed.
    ///
    /// # Errors
    /// What `work` returns; `Unavailable` when no connection is free.
    pub async fn read<T, E>(
        &self,
        work: impl Fn(&mut PgConnection, &Ctx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        E: Into<Error>,
    {
        let app = self.clone();
        blocking(move || app.read_now(|conn, ctx| work(conn, ctx).map_err(Into::into))).await
    }

    /// Runs an operation in one transaction, all of it or nothing; a lost race runs it again.
    ///
    /// # Errors
    /// What `work` returns; `Unavailable` when no connection is free.
    pub async fn write<T, E>(
        &self,
        work: impl Fn(&mut PgConnection, &Ctx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        E: Into<Error>,
    {
        let app = self.clone();
        let done = blocking(move || app.write_now(|conn, ctx| work(conn, ctx).map_err(Into::into))).await?;
        self.wake_worker();
        Ok(done)
    }

    /// As `write`, once per Idempotency-Key: a repeat gets the first answer.
    ///
    /// # Errors
    /// As `write`, and `idempotency_mismatch`.
    pub async fn write_once<T, E>(
        &self,
        once: Once,
        scope: String,
        body_hash: Vec<u8>,
        work: impl Fn(&mut PgConnection, &Ctx<'_>) -> Result<Answer<T>, E> + Send + 'static,
    ) -> Result<HttpResponse, Error>
    where
        T: Serialize + 'static,
        E: Into<Error>,
    {
        let (status, body) = self.once(once, scope, body_hash, work).await?;
        let status = StatusCode::from_u16(status).map_err(Error::internal)?;
        if status == StatusCode::NO_CONTENT {
            return Ok(HttpResponse::NoContent().finish());
        }
        Ok(HttpResponse::build(status).content_type("application/json").body(body))
    }

    /// `write_once` for pages, which read the answer instead of passing it on.
    ///
    /// # Errors
    /// As `write_once`.
    pub async fn once<T, E>(
        &self,
        once: Once,
        scope: String,
        body_hash: Vec<u8>,
        work: impl Fn(&mut PgConnection, &Ctx<'_>) -> Result<Answer<T>, E> + Send + 'static,
    ) -> Result<(u16, Vec<u8>), Error>
    where
        T: Serialize + 'static,
        E: Into<Error>,
    {
        let done = self
            .write(move |conn, ctx| {
                if let Begun::Repeat { status, body } =
                    idempotency::begin(conn, ctx.keys, &once, &scope, &body_hash, ctx.now)?
                {
                    return Ok((status, body));
                }
                let answer = work(conn, ctx).map_err(Into::into)?;
                let body = serde_json::to_vec(&answer.body).map_err(Error::internal)?;
                let status = answer.status.as_u16();
                idempotency::finish(conn, ctx.keys, ctx.entropy, &once, &scope, status, &body)?;
                Ok::<_, Error>((status, body))
            })
            .await?;
        self.0.config.crash_points.reach(Phase::Unanswered);
        Ok(done)
    }

    /// `read` on the calling thread: workers, commands, tests.
    ///
    /// # Errors
    /// As `read`.
    pub fn read_now<T>(&self, work: impl Fn(&mut PgConnection, &Ctx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.on_connection(|conn| work(conn, &self.ctx()))
    }

    /// `write` on the calling thread.
    ///
    /// # Errors
    /// As `write`.
    pub fn write_now<T>(&self, work: impl Fn(&mut PgConnection, &Ctx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.on_connection(|conn| db::transaction(conn, |conn| work(conn, &self.ctx()), db::lost_a_race))
    }

    /// Connections are not probed on check-out. When the database was gone for a moment all of them are dead: each is
    /// thrown away as it is met, until one works or the pool can give no more.
    fn on_connection<T>(&self, work: impl Fn(&mut PgConnection) -> Result<T, Error>) -> Result<T, Error> {
        for _ in 0..=self.0.config.pool {
            let mut conn = self.connection()?;
            match work(&mut conn) {
                Err(error) if db::connection_broke(&error) => db::throw_away(&mut conn),
                done => return done,
            }
        }
        Err(Error::Unavailable)
    }

    fn connection(
        &self,
    ) -> Result<diesel::r2d2::PooledConnection<diesel::r2d2::ConnectionManager<PgConnection>>, Error> {
        self.0.pool.get().map_err(|error| {
            tracing::warn!(error = %error, "no database connection");
            Error::Unavailable
        })
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    web::block(work).await.map_err(|_| Error::Unavailable)?
}

impl FromRequest for App {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = req.app_data::<web::Data<Self>>().map(|app| app.get_ref().clone());
        std::future::ready(app.ok_or_else(|| Error::internal("no App in the server")))
    }
}
