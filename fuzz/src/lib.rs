//! What the fuzz targets share: bytes as a file, since lagom's readers read files.

use std::path::Path;

/// Calls `read` with the path of a file that holds `bytes`: one a process, in memory where there is `/dev/shm`.
///
/// # Panics
/// The file can't be written.
pub fn on_file(name: &str, bytes: &[u8], read: impl FnOnce(&Path)) {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let path = folder.join(format!("lagom-fuzz-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).expect("a file to write to");
    read(&path);
    // One that stays is written over.
    let _ = std::fs::remove_file(&path);
}
