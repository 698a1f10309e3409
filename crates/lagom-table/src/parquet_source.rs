//! A Parquet file that is open, and what goes wrong with one.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::reader::SerializedFileReader;

use super::error::ReadError;
use super::guarded::Guarded;
use super::opened;
use crate::input::FOOTER_BYTES;

/// The `parquet` crate panics on some corrupt files; that becomes an error too.
pub(super) fn caught<T>(path: &Path, work: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    super::caught::caught(work).unwrap_or_else(|| {
        Err(ReadError::Parquet { path: path.to_path_buf(), message: "the file is corrupt".to_owned() })
    })
}

/// A Parquet file that is open.
pub(super) struct Source {
    pub(super) reader: SerializedFileReader<Guarded>,
    /// The same file again, for columns that are unpacked here.
    pub(super) file: Arc<Guarded>,
}

pub(super) fn open(path: &Path, mut file: File) -> Result<Source, ReadError> {
    let io = |source| opened::fault(path, source);
    let again = Arc::new(Guarded(file.try_clone().map_err(io)?));
    let mut tail = [0; 8];
    if file.seek(SeekFrom::End(-8)).and_then(|_| file.read_exact(&mut tail)).is_ok() {
        let [a, b, c, d, ..] = tail;
        let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
        if footer > FOOTER_BYTES && tail.ends_with(b"PAR1") {
            let message = format!("its footer has {footer} bytes, more than the {FOOTER_BYTES} that one may have");
            return Err(ReadError::Parquet { path: path.to_path_buf(), message });
        }
    }
    let reader = SerializedFileReader::new(Guarded(file)).map_err(|error| fault(path, &error))?;
    Ok(Source { reader, file: again })
}

pub(super) fn fault(path: &Path, error: &ParquetError) -> ReadError {
    ReadError::Parquet { path: path.to_path_buf(), message: error.to_string() }
}
