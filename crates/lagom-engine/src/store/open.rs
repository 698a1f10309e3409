//! The files of a store: the lock, which is waited for, and the database, for writing or for reading alone.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use crate::data::is_full;

/// How long another lagom that writes is waited for: it may be about to end.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same where only readers hold it: a verdict of a large study, or a report, may take so long.
const PATIENCE_WITH_READERS: Duration = Duration::from_secs(60);
/// How often it is tried.
const TICK: Duration = Duration::from_millis(50);

/// Makes the folder, and takes the lock in it: one writer a study at a time. A link in place of the lock is not followed.
pub(super) fn lock(folder: &Path) -> Result<File, StoreError> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let path = folder.join("lock");
    refuse_link(&path)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).custom_flags(OFlag::O_NOFOLLOW.bits());
    let lock = OpenOptions::open(&options, &path).map_err(|error| unwritable(&path, &error))?;
    let since = Instant::now();
    while lock.try_lock().is_err() {
        // Where it can be shared nobody writes.
        let readers = lock.try_lock_shared().is_ok() && lock.unlock().is_ok();
        if since.elapsed() > if readers { PATIENCE_WITH_READERS } else { PATIENCE } {
            return Err(StoreError::Busy { path: folder.to_owned() });
        }
        std::thread::sleep(TICK);
    }
    sweep(folder);
    Ok(lock)
}

/// What lagom writes into the folder of a study.
const WRITTEN: [&str; 5] = ["report.html.", "report.md.", "report.json.", "model.lagom.", "data.bin."];

/// Removes what processes that are gone left half-written: `report.html.4711.part`. Nothing else that may lie there.
fn sweep(folder: &Path) {
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name();
        let own = name.to_str().filter(|name| WRITTEN.iter().any(|own| name.starts_with(own)));
        let number = own.and_then(|name| name.strip_suffix(".part")?.rsplit('.').next()?.parse::<i32>().ok());
        let gone = |number: i32| matches!(kill(Pid::from_raw(number), None), Err(Errno::ESRCH));
        if number.is_some_and(|number| number > 0 && gone(number)) {
            // It would only take room; the next run tries again.
            let _ = std::fs::remove_file(file.path());
        }
    }
}

/// Opens the database for writing; it is made where there is none.
pub(super) fn writable(path: &Path) -> Result<Connection, StoreError> {
    refuse_link(path)?;
    check_header(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    Connection::open_with_flags(path, flags).map_err(|error| StoreError::from_sqlite(path, &error))
}

/// Opens the database for reading, with the lock that keeps writers away meanwhile, if there is no writer already. Then no
/// file is made beside it, so that a folder that can't be written will do.
pub(super) fn readable(folder: &Path, path: &Path) -> Result<(Connection, Option<File>), StoreError> {
    check_header(path)?;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(OFlag::O_NOFOLLOW.bits());
    let lock = OpenOptions::open(&options, folder.join("lock")).ok();
    let shared = lock.filter(|lock| lock.try_lock_shared().is_ok());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let quiet = shared.is_some() && std::fs::metadata(PathBuf::from(log)).map_or(0, |found| found.len()) == 0;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let address = |options: &str| format!("file:{}?{options}", escaped(path));
    let opened = match quiet {
        true => Connection::open_with_flags(address("mode=ro&immutable=1"), flags),
        false => Connection::open_with_flags(address("mode=ro"), flags),
    };
    let connection = opened.map_err(|error| StoreError::from_sqlite(path, &error))?;
    Ok((connection, shared))
}

/// A path as it stands in an address: all but letters, digits and slashes with percent signs.
fn escaped(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let one = |byte: &u8| if plain(*byte) { (*byte as char).to_string() } else { format!("%{byte:02X}") };
    path.as_os_str().as_encoded_bytes().iter().map(one).collect()
}

/// A link could lead anywhere: what stands there is not lagom's to change.
fn refuse_link(path: &Path) -> Result<(), StoreError> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => {
            let what = if found.is_symlink() { "a link to another file" } else { "no file" };
            let detail = format!("it is {what}, expected a file of lagom's own; take it away");
            Err(StoreError::Unwritable { path: path.to_owned(), detail })
        }
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> StoreError {
    match is_full(error) {
        true => StoreError::Full { path: path.to_owned() },
        false => StoreError::Unwritable { path: path.to_owned(), detail: error.to_string() },
    }
}

/// A file that exists must begin as SQLite's do: SQLite itself would take a short file for a new store.
fn check_header(path: &Path) -> Result<(), StoreError> {
    let Ok(mut file) = File::open(path) else { return Ok(()) };
    let mut start = Vec::new();
    let read = file.by_ref().take(100).read_to_end(&mut start);
    match read {
        Ok(0) => Ok(()),
        Ok(_) if !start.starts_with(b"SQLite format 3\0") => Err(StoreError::NotSqlite { path: path.to_owned() }),
        Ok(count) if count < 100 => {
            Err(StoreError::Damaged { path: path.to_owned(), detail: format!("it ends after {count} bytes") })
        }
        _ => Ok(()),
    }
}
