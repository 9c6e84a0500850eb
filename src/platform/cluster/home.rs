//! Where a cluster lies, as which user it runs, and how its own processes and we name that place.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::error::ClusterError;
use super::process;

/// sun_path takes 108 bytes with the final NUL.
const LONGEST_SOCKET_PATH: usize = 107;
const SOCKET: &str = ".s.PGSQL.5432";

/// As whom Postgres runs.
#[derive(Clone, Copy, Debug)]
struct User {
    uid: u32,
    gid: u32,
}

/// `DIR/pg` (0700, of the user who runs Postgres): the data directory `data`, the socket, and beside it
/// `DIR/postgres.log`.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub(super) pg: PathBuf,
    pub(super) log: PathBuf,
    /// Some when we are root: Postgres refuses to run as root.
    demoted: Option<User>,
    /// `pg`, open. As root we hand it to Postgres, who then needs no way through the directories above, which are
    /// often closed to it (/root, mktemp -d).
    open: Arc<File>,
}

/// First lines of `postmaster.pid`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    pub(super) ready: bool,
}

impl Home {
    /// Makes `dir` and `dir/pg` when missing; an existing one must belong to the user who will run Postgres.
    pub(super) fn open(dir: &Path) -> Result<Self, ClusterError> {
        let dir = std::path::absolute(dir).map_err(ClusterError::io("find the data directory"))?;
        let pg = dir.join("pg");
        check_socket_path(&pg)?;
        let me = process::effective_uid();
        let demoted = if me == 0 { Some(postgres_user()?) } else { None };
        let wanted = demoted.map_or(me, |user| user.uid);
        make_dir(&dir)?;
        // Two that start at the same moment: nobody looks at `pg` before it has been given away.
        let making = lock(&dir)?;
        make_dir(&pg)?;
        if let Some(user) = demoted {
            give_away(&pg, user)?;
        }
        drop(making);
        let owner = fs::metadata(&pg)
            .map_err(ClusterError::io(format!("look at {}", pg.display())))?
            .uid();
        if owner != wanted {
            return Err(ClusterError::OtherUser {
                path: pg,
                owner: user_name(owner),
                wanted: user_name(wanted),
            });
        }
        let refused = || ClusterError::io(format!("open {}", pg.display()));
        fs::set_permissions(&pg, Permissions::from_mode(0o700)).map_err(refused())?;
        let open = Arc::new(File::open(&pg).map_err(refused())?);
        Ok(Self {
            log: dir.join("postgres.log"),
            pg,
            demoted,
            open,
        })
    }

    /// Held while one process starts the cluster; the system lets go of it when the process ends.
    pub(super) fn lock(&self) -> Result<File, ClusterError> {
        // Opened anew: a lock belongs to the open file, and `open` is shared with the server's thread.
        lock(&self.pg)
    }

    pub(super) fn data(&self) -> PathBuf {
        self.pg.join("data")
    }

    /// `pg` as the processes of Postgres name it.
    pub(super) fn pg_from_inside(&self) -> PathBuf {
        match self.demoted {
            Some(_) => PathBuf::from(format!("/proc/self/fd/{}", self.open.as_raw_fd())),
            None => self.pg.clone(),
        }
    }

    /// A command of Postgres under the right user, in a known environment (PGOPTIONS and the like stay outside) and
    /// in a process group of its own, so that Ctrl-C reaches only us. Pass the second part to `bind_to_us`.
    pub(super) fn command(&self, program: &Path) -> (Command, Option<RawFd>) {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .current_dir("/")
            .stdin(Stdio::null())
            .process_group(0);
        if let Some(user) = self.demoted {
            // std drops the supplementary groups with the uid.
            command.uid(user.uid).gid(user.gid);
        }
        (command, self.demoted.map(|_| self.open.as_raw_fd()))
    }

    /// Users of the system who may act as the roles of the cluster: we and, for its tools, the one who runs it.
    pub(super) fn system_users(&self) -> Result<Vec<String>, ClusterError> {
        let mut names = vec![id(&["-un"]).map_err(ClusterError::io("find the name of the user who runs this"))?];
        if self.demoted.is_some() {
            names.push("postgres".to_owned());
        }
        Ok(names)
    }

    /// libpq keywords; the port is named, so that PGPORT cannot mislead.
    pub(super) fn url(&self, role: &str, database: &str) -> String {
        let host = quote(&self.pg.to_string_lossy());
        format!("host={host} port=5432 user={} dbname={}", quote(role), quote(database))
    }

    /// Whether something listens on the socket.
    pub(super) fn socket_answers(&self) -> bool {
        UnixStream::connect(self.pg.join(SOCKET)).is_ok()
    }

    pub(super) fn postmaster(&self) -> Option<Postmaster> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let pid = text.lines().next()?.trim().parse().ok()?;
        let ready = text.lines().nth(7).is_some_and(|line| line.trim() == "ready");
        Some(Postmaster { pid, ready })
    }

    /// Major version that made the cluster, None when there is no cluster yet.
    pub(super) fn version(&self) -> Result<Option<String>, ClusterError> {
        let file = self.data().join("PG_VERSION");
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ClusterError::io(format!("read {}", file.display()))(error)),
        }
    }
}

fn check_socket_path(pg: &Path) -> Result<(), ClusterError> {
    let socket = pg.join(SOCKET);
    let bytes = socket
        .to_str()
        .map(str::len)
        .ok_or_else(|| ClusterError::PathNotUtf8 { path: pg.into() })?;
    if bytes > LONGEST_SOCKET_PATH {
        return Err(ClusterError::SocketPathTooLong { socket, bytes });
    }
    Ok(())
}

/// Makes a directory that only its user may enter, unless it is there.
fn make_dir(dir: &Path) -> Result<(), ClusterError> {
    let doing = || ClusterError::io(format!("make {}", dir.display()));
    if let Some(above) = dir.parent() {
        fs::create_dir_all(above).map_err(doing())?;
    }
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(doing()(error)),
        _ => Ok(()),
    }
}

/// Gives a directory of ours to the user who will run Postgres, while it is empty: it is new, or a start before
/// this one was killed before it came so far.
fn give_away(pg: &Path, user: User) -> Result<(), ClusterError> {
    let doing = || ClusterError::io(format!("give away {}", pg.display()));
    let ours = fs::metadata(pg).map_err(doing())?.uid() == process::effective_uid();
    if ours && fs::read_dir(pg).map_err(doing())?.next().is_none() {
        chown(pg, Some(user.uid), Some(user.gid)).map_err(doing())?;
    }
    Ok(())
}

fn lock(dir: &Path) -> Result<File, ClusterError> {
    let doing = || ClusterError::io(format!("lock {}", dir.display()));
    let file = File::open(dir).map_err(doing())?;
    file.lock().map_err(doing())?;
    Ok(file)
}

fn postgres_user() -> Result<User, ClusterError> {
    let number = |option| id(&[option, "postgres"]).ok().and_then(|said| said.parse().ok());
    match (number("-u"), number("-g")) {
        (Some(uid), Some(gid)) => Ok(User { uid, gid }),
        _ => Err(ClusterError::NoPostgresUser),
    }
}

fn user_name(uid: u32) -> String {
    id(&["-un", "--", &uid.to_string()]).unwrap_or_else(|_| format!("number {uid}"))
}

/// The system's `id`, which asks every source of users (files, LDAP) that Postgres asks, too.
fn id(arguments: &[&str]) -> io::Result<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output()?;
    if !output.status.success() {
        return Err(io::Error::new(ErrorKind::NotFound, "no such user"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn several_that_open_a_new_directory_at_once_all_may() {
        for _ in 0..50 {
            let dir = tempfile::tempdir().unwrap();
            let begin = Barrier::new(4);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        begin.wait();
                        Home::open(dir.path()).unwrap();
                    });
                }
            });
        }
    }

    #[test]
    fn a_start_that_was_killed_before_it_gave_the_directory_away_is_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("pg")).unwrap();
        let home = Home::open(dir.path()).unwrap();
        let wanted = home.demoted.map_or(process::effective_uid(), |user| user.uid);
        assert_eq!(fs::metadata(home.pg).unwrap().uid(), wanted);
    }
}
