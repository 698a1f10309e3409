//! A file that is read record by record, of which none may be endless.

use std::io::{self, Read};

use super::LINE_BYTES;

/// Gives no more than [`LINE_BYTES`] between two calls of [`Watched::again`].
#[derive(Debug)]
pub struct Watched<R> {
    inner: R,
    left: usize,
}

impl<R> Watched<R> {
    /// Watches a reader.
    pub fn new(inner: R) -> Self {
        Self { inner, left: LINE_BYTES }
    }

    /// A record has ended.
    pub fn again(&mut self) {
        self.left = LINE_BYTES;
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let message = format!("a row has more than {LINE_BYTES} bytes; look for a quote that never closes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let most = buffer.len().min(self.left);
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_without_an_end_is_an_error() {
        let mut watched = Watched::new(io::repeat(b'x'));
        let mut buffer = vec![0; LINE_BYTES / 4];
        for _ in 0..4 {
            watched.read_exact(&mut buffer).expect("within the bound");
        }
        watched.again();
        watched.read_exact(&mut buffer).expect("within the bound again");
        let error = watched.read_to_end(&mut Vec::new()).expect_err("endless");
        assert!(error.to_string().contains("more than 67108864 bytes"), "{error}");
    }
}
