//! Wakes the threads of a process that wait for work.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Counts its rings, so that one that falls between two waits is not lost.
#[derive(Debug, Default)]
pub struct Bell {
    rings: Mutex<u64>,
    rung: Condvar,
}

impl Bell {
    /// Wakes everybody who waits.
    pub fn ring(&self) {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        *rings = rings.wrapping_add(1);
        self.rung.notify_all();
    }

    /// Rings heard so far: remember it before looking for work, then wait with it.
    #[must_use]
    pub fn heard(&self) -> u64 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns at once when it rang since `heard`, else at the next ring or after `patience`.
    pub fn wait(&self, heard: u64, patience: Duration) {
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        // A poisoned count is a count all the same.
        drop(self.rung.wait_timeout_while(rings, patience, |rings| *rings == heard));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_before_the_wait_is_not_lost() {
        let bell = Bell::default();
        let heard = bell.heard();
        bell.ring();
        let started = std::time::Instant::now();
        bell.wait(heard, Duration::from_secs(60));
        assert!(started.elapsed() < Duration::from_secs(50));
        bell.wait(bell.heard(), Duration::from_millis(1));
    }
}
