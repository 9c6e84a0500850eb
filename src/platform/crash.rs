//! Moments at which the crash drill (`make drill`) kills the program, so that no phase is left to chance.
//!
//! Whoever drills puts an empty file with a phase's name into the directory SEPAKAT_CRASH_POINTS. The first process
//! that reaches the phase takes it (the name gets the process id) and waits there to be killed, or, when something else
//! was killed, until the file is gone. The program never ends itself.
//!
//! Only debug builds look at all: in a release build `CrashPoints` is always empty and the calls are nothing, so a stray
//! variable harms no portal. That suits better than a cargo feature, with which `make test` would build everything twice.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

crate::text_enum! {
    /// A moment between two effects: of the issue protocol, of the outbox, of any call.
    pub enum Phase {
        /// The last line of transaction 1, not committed.
        Signing => "signing",
        /// Transaction 1 is committed; a worker is about to claim the job.
        Signed => "signed",
        /// The job is claimed, its letter not made.
        JobClaimed => "job-claimed",
        /// The letter's file lies in the store; transaction 3 has not begun.
        FileStored => "file-stored",
        /// A lower level's signature is ended, committed; the next level waits.
        LevelSigned => "level-signed",
        /// Transaction 3 is committed; its mail waits.
        Issued => "issued",
        /// A mail is committed; a worker is about to claim it.
        MailQueued => "mail-queued",
        /// The mail is claimed, not offered.
        MailClaimed => "mail-claimed",
        /// The server took the mail; nothing says so yet.
        MailHanded => "mail-handed",
        /// The mail is marked as sent.
        MailMarked => "mail-marked",
        /// A call is committed, not answered.
        Unanswered => "unanswered",
    }
}

/// How long a process waits to be killed before it goes on.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the drill says which phases it wants.
#[derive(Debug, Clone, Default)]
pub struct CrashPoints(Option<PathBuf>);

impl CrashPoints {
    /// From SEPAKAT_CRASH_POINTS; release builds stay empty.
    #[must_use]
    pub fn read(dir: Option<String>) -> Self {
        Self(dir.filter(|_| cfg!(debug_assertions)).map(PathBuf::from))
    }

    /// Says that this phase is reached. Returns at once unless the drill asked for it.
    pub fn reach(&self, phase: Phase) {
        if !cfg!(debug_assertions) {
            return;
        }
        let Some(dir) = &self.0 else { return };
        let taken = dir.join(format!("{phase}.{}", std::process::id()));
        // Of several that reach it at once, one takes it.
        if fs::rename(dir.join(phase.as_str()), &taken).is_err() {
            return;
        }
        let began = Instant::now();
        while taken.exists() && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_that_was_asked_for_is_taken_once_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let points = CrashPoints::read(Some(dir.path().display().to_string()));
        let there = |name: &str| dir.path().join(name).exists();
        fs::write(dir.path().join("signed"), "").unwrap();
        points.reach(Phase::Signing);
        assert!(there("signed"));
        let taken = dir.path().join(format!("signed.{}", std::process::id()));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| points.reach(Phase::Signed));
            while !taken.exists() {
                std::thread::sleep(Duration::from_millis(1));
            }
            assert!(!there("signed") && !waits.is_finished());
            points.reach(Phase::Signed);
            fs::remove_file(&taken).unwrap();
        });
        CrashPoints::default().reach(Phase::Signed);
    }
}
