//! Several workers that need the same file: one makes it, the others wait.
//!
//! Who makes it holds a lock that the kernel lets go of when the process ends.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

/// Between two looks whether another worker is done.
const BETWEEN: Duration = Duration::from_millis(500);
/// Small pieces of work between two looks: a millisecond, so that two minutes are a quarter of a second.
const PIECES: u64 = 5_000;

/// The lock of a file, as soon as no other worker has it.
///
/// # Errors
/// The file of the lock can't be written.
pub(super) fn locked(path: &Path) -> std::io::Result<File> {
    let lock = File::create(path.with_extension("lock"))?;
    wait_for(&lock)?;
    Ok(lock)
}

/// Waits until no other worker has the lock. One that uses no processor time for two minutes is taken for one that stands still, and another's work
/// may take longer: so something is worked out meanwhile.
fn wait_for(lock: &File) -> std::io::Result<()> {
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => {}
        }
        std::thread::sleep(BETWEEN);
        for piece in 0..PIECES {
            std::hint::black_box(blake3::hash(&piece.to_le_bytes()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_goes_on_when_the_lock_is_let_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.vectors");
        let holder = locked(&path).expect("locked");
        let waiting = std::thread::spawn(move || locked(&path));
        std::thread::sleep(BETWEEN * 2);
        assert!(!waiting.is_finished());
        holder.unlock().expect("let go");
        waiting.join().expect("no panic").expect("has it");
    }
}
