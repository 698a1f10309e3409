//! A place in a file that knows where the file ends.

use std::io::{BufRead, ErrorKind, Seek};
use std::path::{Path, PathBuf};

use super::HeaderError;

/// What headers are read from: a file, or bytes in tests.
pub(super) trait Input: BufRead + Seek {}

impl<T: BufRead + Seek> Input for T {}

/// Reads little-endian values and never beyond the end.
pub(super) struct Cursor<'a> {
    input: &'a mut dyn Input,
    path: &'a Path,
    at: u64,
    size: u64,
}

impl<'a> Cursor<'a> {
    /// At the beginning of `input`, which has `size` bytes; `path` is for messages.
    pub(super) fn new(input: &'a mut dyn Input, size: u64, path: &'a Path) -> Self {
        Self { input, path, at: 0, size }
    }

    /// Bytes read so far.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Bytes of the whole file.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Bytes that are left.
    pub(super) fn rest(&self) -> u64 {
        self.size.saturating_sub(self.at)
    }

    /// The file, for messages.
    pub(super) fn path(&self) -> PathBuf {
        self.path.to_owned()
    }

    /// What stands here can't be.
    pub(super) fn malformed(&self, message: impl Into<String>) -> HeaderError {
        HeaderError::Malformed { path: self.path(), at: self.at, message: message.into() }
    }

    /// `reading` takes `needed` bytes from here, which are not there.
    pub(super) fn truncated(&self, reading: &str, needed: u64) -> HeaderError {
        HeaderError::Truncated { path: self.path(), at: self.at, reading: reading.to_owned(), needed, size: self.size }
    }

    fn io(&self, source: std::io::Error) -> HeaderError {
        HeaderError::Io { path: self.path(), source }
    }

    /// The next `N` bytes.
    pub(super) fn bytes<const N: usize>(&mut self, reading: &str) -> Result<[u8; N], HeaderError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, reading)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8], reading: &str) -> Result<(), HeaderError> {
        let needed = bytes.len() as u64;
        if needed > self.rest() {
            return Err(self.truncated(reading, needed));
        }
        match self.input.read_exact(bytes) {
            Ok(()) => self.at += needed,
            // Somebody cuts it while we read.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(self.truncated(reading, needed)),
            Err(error) => return Err(self.io(error)),
        }
        Ok(())
    }

    pub(super) fn u32(&mut self, reading: &str) -> Result<u32, HeaderError> {
        self.bytes(reading).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self, reading: &str) -> Result<u64, HeaderError> {
        self.bytes(reading).map(u64::from_le_bytes)
    }

    /// Goes on by `count` bytes without reading them.
    pub(super) fn skip(&mut self, count: u64, reading: &str) -> Result<(), HeaderError> {
        if count > self.rest() {
            return Err(self.truncated(reading, count));
        }
        let by = i64::try_from(count).map_err(|_| self.malformed(format!("{reading} is {count} bytes long")))?;
        self.input.seek_relative(by).map_err(|error| self.io(error))?;
        self.at += count;
        Ok(())
    }

    /// A text with its length before it: its bytes, or `None` and skipped where it is longer than `longest`.
    pub(super) fn text(&mut self, longest: usize, reading: &str) -> Result<Option<Vec<u8>>, HeaderError> {
        let length = self.u64(reading)?;
        if length > self.rest() {
            return Err(self.truncated(reading, length));
        }
        match usize::try_from(length) {
            Ok(length) if length <= longest => {
                let mut bytes = vec![0; length];
                self.fill(&mut bytes, reading)?;
                Ok(Some(bytes))
            }
            _ => self.skip(length, reading).map(|()| None),
        }
    }
}
