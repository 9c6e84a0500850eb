//! Areas, calendars and the catalogue, kept in memory: every operation needs them, and they change a few times a year.
//!
//! Correct with any number of servers, because nothing is trusted for its age: an operation reads the stamp of the
//! database (`platform::stamp`) in its own transaction and reloads when another one is written there. So whoever
//! begins after a change was committed works with the change. The stamp is read before the data: what is loaded
//! may be newer than its stamp says, never older, and then the next operation loads it once more.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono_tz::Tz;
use diesel::PgConnection;

use crate::areas::Areas;
use crate::calendar::{self, Calendar};
use crate::platform::error::Error;
use crate::platform::stamp::{self, Stamp};
use crate::services::{self, Published};

/// What stood in the database at one stamp.
#[derive(Debug)]
pub struct Reference {
    pub stamp: Stamp,
    pub areas: Areas,
    /// By kecamatan.
    calendars: HashMap<String, Arc<Calendar>>,
    /// By code, oldest version first: requests keep the one that they were made with.
    services: HashMap<String, Vec<Arc<Published>>>,
    zone: Tz,
}

impl Reference {
    fn load(conn: &mut PgConnection, zone: Tz, stamp: Stamp) -> Result<Self, Error> {
        let calendars = calendar::load_all(conn, zone)?;
        let mut services: HashMap<String, Vec<Arc<Published>>> = HashMap::new();
        for (code, published) in services::versions(conn)? {
            services.entry(code).or_default().push(Arc::new(published));
        }
        Ok(Self {
            stamp,
            areas: Areas::load(conn)?,
            calendars: calendars
                .into_iter()
                .map(|(code, calendar)| (code, Arc::new(calendar)))
                .collect(),
            services,
            zone,
        })
    }

    /// The calendar of a kecamatan; one without any version where none was published.
    #[must_use]
    pub fn calendar(&self, kecamatan: &str) -> Arc<Calendar> {
        self.calendars.get(kecamatan).cloned().unwrap_or_else(|| {
            Arc::new(Calendar {
                zone: self.zone,
                versions: Vec::new(),
            })
        })
    }

    /// The newest version of a service.
    ///
    /// # Errors
    /// `NotFound` for an unknown code.
    pub fn current(&self, code: &str) -> Result<Arc<Published>, Error> {
        let versions = self.services.get(code).ok_or(Error::NotFound)?;
        versions.last().cloned().ok_or(Error::NotFound)
    }

    /// The version that a request was made with.
    ///
    /// # Errors
    /// `NotFound` for one that was never published.
    pub fn version(&self, code: &str, version: i32) -> Result<Arc<Published>, Error> {
        let mut versions = self.services.get(code).into_iter().flatten();
        let found = versions.find(|published| published.version == version);
        found.cloned().ok_or(Error::NotFound)
    }
}

/// What this server has in memory; nothing before the first operation.
#[derive(Debug, Default)]
pub struct ReferenceCache(RwLock<Option<Arc<Reference>>>);

impl ReferenceCache {
    /// For one operation.
    #[must_use]
    pub fn handle(&self) -> ReferenceHandle<'_> {
        ReferenceHandle {
            cache: self,
            seen: OnceCell::new(),
        }
    }

    fn get(&self) -> Option<Arc<Reference>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn at(&self, conn: &mut PgConnection, zone: Tz, stamp: Stamp) -> Result<Arc<Reference>, Error> {
        if let Some(known) = self.get().filter(|known| known.stamp == stamp) {
            return Ok(known);
        }
        let loaded = Arc::new(Reference::load(conn, zone, stamp)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}

/// The memory as one operation uses it: checked once, then the same to its end.
pub struct ReferenceHandle<'a> {
    cache: &'a ReferenceCache,
    seen: OnceCell<Arc<Reference>>,
}

impl ReferenceHandle<'_> {
    /// Checked against the database: one short statement, the first time only.
    ///
    /// # Errors
    /// What the database says.
    pub fn checked(&self, conn: &mut PgConnection, zone: Tz) -> Result<Arc<Reference>, Error> {
        match self.seen.get() {
            Some(seen) => Ok(Arc::clone(seen)),
            None => {
                let stamp = stamp::read(conn)?;
                self.at(conn, zone, stamp)
            }
        }
    }

    /// For an operation that read the stamp with what it reads anyway.
    ///
    /// # Errors
    /// What the database says.
    pub fn at(&self, conn: &mut PgConnection, zone: Tz, stamp: Stamp) -> Result<Arc<Reference>, Error> {
        let reference = self.cache.at(conn, zone, stamp)?;
        Ok(Arc::clone(self.seen.get_or_init(|| reference)))
    }

    /// What is in memory, right or not: its user must compare the stamp before anything of it counts.
    ///
    /// # Errors
    /// What the database says, where nothing is in memory yet.
    pub fn unchecked(&self, conn: &mut PgConnection, zone: Tz) -> Result<Arc<Reference>, Error> {
        match self.cache.get() {
            Some(known) => Ok(known),
            None => self.checked(conn, zone),
        }
    }
}
