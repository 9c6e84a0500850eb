//! The store of sealed bytes: names and blobs, nothing else. Local directory now; anything that `object_store`
//! speaks would do.

use std::future::Future;
use std::path::Path as DirPath;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::platform::error::Error;

/// How many files are cleaned at once; each may take 140 MB.
const CLEANERS: usize = 2;
/// How many may wait for their turn before the next is told to come back.
const WAITING: usize = 30;

/// Where blobs lie; cheap to clone. Its methods block: call them from operations and jobs.
#[derive(Clone)]
pub struct FileStore(Arc<Inner>);

struct Inner {
    store: LocalFileSystem,
    cleaners: Semaphore,
    queue: Semaphore,
}

impl FileStore {
    /// Opens a directory, making it (for this user only) when it is missing.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(dir: &DirPath) -> Result<Self, Error> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(Error::internal)?;
        // A row must not outlive its file in a power cut, so every file reaches the disk before its row is written.
        let store = LocalFileSystem::new_with_prefix(dir)
            .map_err(Error::internal)?
            .with_fsync(true);
        Ok(Self(Arc::new(Inner {
            store,
            cleaners: Semaphore::new(CLEANERS),
            queue: Semaphore::new(CLEANERS + WAITING),
        })))
    }

    /// Waits for a turn to clean a file.
    ///
    /// # Errors
    /// `Unavailable` when too many wait already.
    pub async fn cleaning(&self) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), Error> {
        let queued = self.0.queue.try_acquire().map_err(|_| Error::Unavailable)?;
        let turn = self.0.cleaners.acquire().await.map_err(|_| Error::Unavailable)?;
        Ok((queued, turn))
    }

    /// Writes a blob, whole or not at all; one of the same name is replaced.
    ///
    /// # Errors
    /// What the store says.
    pub fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let path = path(name)?;
        finished(async { self.0.store.put(&path, bytes.into()).await.map(drop) })
    }

    /// Reads a blob.
    ///
    /// # Errors
    /// What the store says; a missing blob is an internal error, because a row named it.
    pub fn get(&self, name: &str) -> Result<Vec<u8>, Error> {
        let path = path(name)?;
        finished(async { Ok(self.0.store.get(&path).await?.bytes().await?.to_vec()) })
    }

    /// Removes a blob; one that is gone already is fine.
    ///
    /// # Errors
    /// What the store says.
    pub fn delete(&self, name: &str) -> Result<(), Error> {
        let path = path(name)?;
        finished(async {
            match self.0.store.delete(&path).await {
                Err(object_store::Error::NotFound { .. }) => Ok(()),
                done => done,
            }
        })
    }

    /// Names under `folder` that were last written before `moment`.
    ///
    /// # Errors
    /// What the store says.
    pub fn older_than(&self, folder: &str, moment: DateTime<Utc>) -> Result<Vec<String>, Error> {
        let folder = path(folder)?;
        finished(async {
            let mut names = Vec::new();
            let mut all = self.0.store.list(Some(&folder));
            while let Some(blob) = all.try_next().await? {
                if blob.last_modified < moment {
                    names.push(blob.location.to_string());
                }
            }
            Ok(names)
        })
    }
}

fn path(name: &str) -> Result<Path, Error> {
    Path::parse(name).map_err(Error::internal)
}

/// The store is asynchronous, operations are not. Each call gets a thread and a small runtime of its own: that works
/// from any thread, cannot starve the server's, and costs little beside a write that waits for the disk.
fn finished<T: Send>(work: impl Future<Output = Result<T, object_store::Error>> + Send) -> Result<T, Error> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| -> Result<T, Error> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(Error::internal)?;
            runtime.block_on(work).map_err(Error::internal)
        });
        thread.join().map_err(|_| Error::internal("the file store panicked"))?
    })
}
