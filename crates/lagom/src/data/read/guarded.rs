//! A Parquet file whose pages are no larger than they may be: what a page claims is looked at before memory is set aside
//! for it.

use std::fs::File;
use std::io::{Chain, Cursor, Read};

use bytes::Bytes;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::input::PAGE_BYTES;

/// Bytes in which the sizes of a page stand: three numbers of at most five bytes, each behind one that says so.
const HEAD: usize = 18;

/// The file of a reader.
pub(super) struct Guarded(pub(super) File);

impl Length for Guarded {
    fn len(&self) -> u64 {
        Length::len(&self.0)
    }
}

impl ChunkReader for Guarded {
    type T = Chain<Cursor<Vec<u8>>, <File as ChunkReader>::T>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut rest = self.0.get_read(start)?;
        let mut head = Vec::with_capacity(HEAD);
        rest.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        match page_size(&head) {
            Some(bytes) if bytes > PAGE_BYTES => Err(too_large(bytes)),
            _ => Ok(Cursor::new(head).chain(rest)),
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let there = Length::len(self).saturating_sub(start);
        if length as u64 > there {
            return Err(ParquetError::EOF(format!("{length} bytes are wanted where {there} are left")));
        }
        if length as u64 > PAGE_BYTES {
            return Err(too_large(length as u64));
        }
        self.0.get_bytes(start, length)
    }
}

fn too_large(bytes: u64) -> ParquetError {
    ParquetError::General(format!("a page of {bytes} bytes is more than the {PAGE_BYTES} that one may have"))
}

/// What a page says that it comes to unpacked, where these are the first bytes of one: its kind, its size unpacked and its
/// size in the file, each a number in Thrift's compact form (field behind field, 32 bits, zigzag).
fn page_size(head: &[u8]) -> Option<u64> {
    let mut rest = head;
    let mut number = || {
        let (kind, behind) = rest.split_first()?;
        rest = behind;
        let mut value = 0_u64;
        for place in 0..10 {
            let (byte, behind) = rest.split_first()?;
            rest = behind;
            value |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
            if byte & 0x80 == 0 {
                return (*kind == 0x15).then_some(value >> 1);
            }
        }
        None
    };
    let (_kind, unpacked, packed) = (number()?, number()?, number()?);
    Some(unpacked.max(packed))
}

/// The pages of a column, of which none claims more values in its dictionary than it has bytes.
pub(super) struct Pages(pub(super) Box<dyn PageReader>);

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.0.get_next_page()?;
        if let Some(Page::DictionaryPage { buf, num_values, .. }) = &page
            && *num_values as usize > buf.len()
        {
            let (values, bytes) = (*num_values, buf.len());
            return Err(ParquetError::General(format!("a dictionary claims {values} values in {bytes} bytes")));
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_page_is_read_from_its_first_bytes() {
        // A dictionary page (2, zigzag 4) of 300 bytes (zigzag 600 = 0b100_1011000), 200 in the file (zigzag 400).
        let head = [0x15, 4, 0x15, 0xd8, 0x04, 0x15, 0x90, 0x03, 0x2c];
        assert_eq!(page_size(&head), Some(300));
        // 2^31 - 1 bytes in the file.
        assert_eq!(page_size(&[0x15, 0, 0x15, 2, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f]), Some(2_147_483_647));
        for other in [&[][..], b"PAR1PAR1PAR1PAR1PAR1", &[0x15, 2, 0x19, 4, 0x15, 2], &[0x15; 18], &[0xff; 18]] {
            assert!(page_size(other).is_none_or(|bytes| bytes < 100), "{other:?}");
        }
    }
}
