//! Processes that must not outlive us. The only unsafe lines of the program, each with what makes it sound.

use std::io;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

/// Signals as Postgres means them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Signal {
    /// SIGINT: fast shutdown, clients are sent away.
    Fast,
    /// SIGQUIT: at once, recovered at the next start.
    Immediate,
    /// SIGKILL.
    Kill,
}

impl Signal {
    fn number(self) -> libc::c_int {
        match self {
            Self::Fast => libc::SIGINT,
            Self::Immediate => libc::SIGQUIT,
            Self::Kill => libc::SIGKILL,
        }
    }
}

/// The user as whom we act.
#[expect(unsafe_code, reason = "geteuid has no precondition and cannot fail")]
pub(super) fn effective_uid() -> u32 {
    unsafe { libc::geteuid() }
}

/// Asks the child to end. A child that has ended and was waited for is not signalled: its id may be another's.
pub(super) fn signal(child: &mut Child, signal: Signal) {
    if matches!(child.try_wait(), Ok(None))
        && let Ok(pid) = libc::pid_t::try_from(child.id())
    {
        send(pid, signal);
    }
}

#[expect(
    unsafe_code,
    reason = "kill only takes numbers; the caller knows the child is not yet reaped"
)]
fn send(pid: libc::pid_t, signal: Signal) {
    // Fails only when the child has just ended, which is what we want.
    unsafe { libc::kill(pid, signal.number()) };
}

/// Lets the child of `command` receive `signal` when the THREAD that spawns it ends, so spawn from one that lives
/// as long as the child should; and lets it keep `inherit`, an open directory, across exec.
///
/// The kernel forgets the death signal on setuid; std runs this hook after it has changed the user.
#[expect(
    unsafe_code,
    reason = "between fork and exec only async-signal-safe calls are made, and nothing is allocated"
)]
pub(super) fn bind_to_us(command: &mut Command, signal: Signal, inherit: Option<RawFd>) {
    let parent = libc::pid_t::try_from(std::process::id()).ok();
    let hook = move || {
        check(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal.number()) })?;
        // We may have died before the line above.
        if Some(unsafe { libc::getppid() }) != parent {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
        match inherit {
            Some(fd) => check(unsafe { libc::fcntl(fd, libc::F_SETFD, 0) }),
            None => Ok(()),
        }
    };
    unsafe { command.pre_exec(hook) };
}

fn check(returned: libc::c_int) -> io::Result<()> {
    if returned < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
