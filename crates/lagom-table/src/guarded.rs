//! A Parquet file whose pages are no larger than they may be: what a page claims is looked at before memory is set aside
//! for it.

use std::fs::File;
use std::io::{Chain, Cursor, Read};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use crate::input::PAGE_BYTES;

/// Bytes in which the sizes of a page stand: three numbers of at most five bytes, each behind one that says so.
const HEAD: usize = 18;
/// Bytes that are unpacked at a time.
const BUFFER: usize = 1 << 16;

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

/// The pages of a column, of which none claims more values in its dictionary than it has bytes, nor unpacks to more than a
/// page may.
///
/// Most ways of packing say beforehand how large a page becomes, and the `parquet` crate holds them to it. Two do not, so
/// those pages are taken as they are and unpacked here.
pub(super) struct Pages {
    pages: SerializedPageReader<Guarded>,
    unpack: Option<Unpack>,
}

type Unpack = fn(&[u8]) -> Box<dyn Read + '_>;

impl Pages {
    /// The pages of a column in one group of rows.
    pub(super) fn of(file: &Arc<Guarded>, column: &ColumnChunkMetaData) -> Result<Self> {
        let unpack: Option<Unpack> = match column.compression() {
            Compression::GZIP(_) => Some(|packed| Box::new(flate2::read::MultiGzDecoder::new(packed))),
            Compression::BROTLI(_) => Some(|packed| Box::new(brotli::Decompressor::new(packed, BUFFER))),
            _ => None,
        };
        let rows = usize::try_from(column.num_values()).unwrap_or(0);
        let as_it_is = || column.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build();
        let column = if unpack.is_some() { &as_it_is()? } else { column };
        Ok(Self { pages: SerializedPageReader::new(file.clone(), column, rows, None)?, unpack })
    }

    fn unpacked(&self, page: Page) -> Result<Page> {
        let Some(unpack) = self.unpack else { return Ok(page) };
        let whole = |packed: &Bytes, kept: usize| {
            let (levels, packed) =
                packed.split_at_checked(kept).ok_or_else(|| ParquetError::EOF("a page".to_owned()))?;
            let mut bytes = levels.to_vec();
            // A page without values may hold nothing at all.
            if !packed.is_empty() {
                unpack(packed).take(PAGE_BYTES + 1).read_to_end(&mut bytes)?;
            }
            let size = bytes.len() as u64;
            if size > PAGE_BYTES { Err(too_large(size)) } else { Ok(Bytes::from(bytes)) }
        };
        Ok(match page {
            Page::DataPage { buf, num_values, encoding, def_level_encoding, rep_level_encoding, statistics } => {
                let buf = whole(&buf, 0)?;
                Page::DataPage { buf, num_values, encoding, def_level_encoding, rep_level_encoding, statistics }
            }
            Page::DictionaryPage { buf, num_values, encoding, is_sorted } => {
                Page::DictionaryPage { buf: whole(&buf, 0)?, num_values, encoding, is_sorted }
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls,
                num_rows,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed,
                statistics,
            } => Page::DataPageV2 {
                buf: if is_compressed {
                    whole(&buf, (def_levels_byte_len + rep_levels_byte_len) as usize)?
                } else {
                    buf
                },
                num_values,
                encoding,
                num_nulls,
                num_rows,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed: false,
                statistics,
            },
        })
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(page) = self.pages.get_next_page()? else { return Ok(None) };
        let page = self.unpacked(page)?;
        if let Page::DictionaryPage { buf, num_values, .. } = &page
            && *num_values as usize > buf.len()
        {
            let (values, bytes) = (*num_values, buf.len());
            return Err(ParquetError::General(format!("a dictionary claims {values} values in {bytes} bytes")));
        }
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
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
