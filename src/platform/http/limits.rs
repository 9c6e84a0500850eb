//! How many calls a minute: counted per server and window, which is enough to stop a runaway client.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::platform::error::Error;

/// Counters of the running minute.
#[derive(Debug, Default)]
pub struct Limiter {
    window: Mutex<(i64, HashMap<String, u32>)>,
}

impl Limiter {
    /// Counts one call of `who`.
    ///
    /// # Errors
    /// `TooManyRequests` with the seconds until the next minute once `limit` is passed.
    pub fn count(&self, who: &str, limit: u32, now: DateTime<Utc>) -> Result<(), Error> {
        let (minute, second) = (now.timestamp().div_euclid(60), now.timestamp().rem_euclid(60));
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.0 != minute {
            *window = (minute, HashMap::new());
        }
        let calls = window.1.entry(who.to_owned()).or_default();
        *calls += 1;
        if *calls > limit {
            return Err(Error::TooManyRequests {
                retry_after: u32::try_from(60 - second).unwrap_or(60),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_for_one_caller_and_one_minute() {
        let limiter = Limiter::default();
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        assert!(limiter.count("a", 1, at(10)).is_ok());
        assert!(matches!(
            limiter.count("a", 1, at(20)),
            Err(Error::TooManyRequests { retry_after: 40 })
        ));
        assert!(limiter.count("b", 1, at(20)).is_ok());
        assert!(limiter.count("a", 1, at(60)).is_ok());
    }
}
