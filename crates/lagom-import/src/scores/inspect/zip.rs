//! Members of a zip archive, as far as logs need it: stored, deflated or packed with zstd, also beyond 4 GiB (zip64).
//!
//! After PKWARE's APPNOTE 6.3.10: the central directory (4.3.12) is found from its end record (4.3.16, 4.3.14 for zip64);
//! a member's bytes follow its local header (4.3.7). Our own: the crate `zip` would bring three dependencies and a derive
//! for what these lines do.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::input::UNPACKED_BYTES;

/// The most bytes of a directory.
const DIRECTORY: u64 = 1 << 28;
/// Most members; a log has one for each sample and some beside.
const MEMBERS: usize = 1_000_000;

/// The end record with the longest comment.
const TAIL: u64 = 22 + 65_535;

/// One file in an archive.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    method: u16,
    encrypted: bool,
    crc: u32,
    packed: u64,
    local: u64,
}

/// An archive that is open.
#[derive(Debug)]
pub(super) struct Zip {
    file: File,
    /// In the order of the directory; of members with one name the last counts, as it replaces the others.
    pub(super) members: Vec<Member>,
}

/// What is wrong, in words.
pub(super) type Fault = String;

fn system(error: std::io::Error) -> Fault {
    error.to_string()
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Result<u64, Fault> {
    let end = at.checked_add(length);
    let part = end.and_then(|end| bytes.get(at..end)).ok_or("its directory is cut off")?;
    Ok(part.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

fn read_at(file: &mut File, at: u64, length: u64) -> Result<Vec<u8>, Fault> {
    file.seek(SeekFrom::Start(at)).map_err(system)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(system)?;
    Ok(bytes)
}

impl Zip {
    /// Reads the directory of an archive.
    pub(super) fn open(mut file: File) -> Result<Self, Fault> {
        let length = file.seek(SeekFrom::End(0)).map_err(system)?;
        let from = length.saturating_sub(TAIL);
        let tail = read_at(&mut file, from, TAIL)?;
        let end = tail.windows(4).rposition(|four| four == b"PK\x05\x06");
        let end = end.ok_or("it has no directory: it was not written to its end")?;
        let (mut size, mut start) = (number(&tail, end + 12, 4)?, number(&tail, end + 16, 4)?);
        let locator = end.checked_sub(20).filter(|at| tail.get(*at..*at + 4) == Some(b"PK\x06\x07"));
        if let Some(locator) = locator {
            let record = read_at(&mut file, number(&tail, locator + 8, 8)?, 56)?;
            (size, start) = (number(&record, 40, 8)?, number(&record, 48, 8)?);
        }
        if size > DIRECTORY {
            return Err("its directory is larger than 256 MiB".to_owned());
        }
        let directory = read_at(&mut file, start, size)?;
        let mut members: Vec<Member> = Vec::new();
        let mut at = 0;
        while at < directory.len() {
            let (member, next) = Member::read(&directory, at)?;
            members.push(member);
            at = next;
        }
        if members.len() > MEMBERS {
            return Err("it has more than a million members".to_owned());
        }
        let mut places = std::collections::HashSet::new();
        if !members.iter().all(|member| places.insert(member.local)) {
            return Err("two of its members are the same bytes: no log is written so".to_owned());
        }
        let mut seen = std::collections::HashSet::new();
        let mut kept: Vec<Member> =
            members.into_iter().rev().filter(|member| seen.insert(member.name.clone())).collect();
        kept.reverse();
        Ok(Self { file, members: kept })
    }

    /// The place of the member of a name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.name == name)
    }

    /// The bytes of a member, unpacked and checked.
    pub(super) fn bytes(&mut self, at: usize) -> Result<Vec<u8>, Fault> {
        let member = self.members.get(at).ok_or("it is not there")?;
        if member.encrypted {
            return Err("it is encrypted".to_owned());
        }
        let header = read_at(&mut self.file, member.local, 30)?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err("its bytes are not where the directory says".to_owned());
        }
        let skip = 30 + number(&header, 26, 2)? + number(&header, 28, 2)?;
        let start = member.local.checked_add(skip).ok_or("its bytes are not where the directory says")?;
        self.file.seek(SeekFrom::Start(start)).map_err(system)?;
        let packed = (&mut self.file).take(member.packed);
        let mut bytes = Vec::new();
        let read = match member.method {
            0 => packed.take(UNPACKED_BYTES + 1).read_to_end(&mut bytes),
            8 => flate2::read::DeflateDecoder::new(packed).take(UNPACKED_BYTES + 1).read_to_end(&mut bytes),
            93 => zstd::Decoder::new(packed)
                .and_then(|unpacked| unpacked.take(UNPACKED_BYTES + 1).read_to_end(&mut bytes)),
            other => return Err(format!("it is packed by method {other}, expected none, deflate or zstd")),
        };
        read.map_err(system)?;
        if bytes.len() as u64 > UNPACKED_BYTES {
            return Err("it unpacks to more than 1 GiB".to_owned());
        }
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        if crc.sum() == member.crc { Ok(bytes) } else { Err("its checksum differs: the file was damaged".to_owned()) }
    }
}

impl Member {
    /// Reads the entry that begins at a place of the directory; gives the place of the next one too.
    fn read(directory: &[u8], at: usize) -> Result<(Self, usize), Fault> {
        if directory.get(at..at + 4) != Some(b"PK\x01\x02") {
            return Err("its directory is broken".to_owned());
        }
        let field = |offset: usize, length: usize| number(directory, at + offset, length);
        let length = |offset: usize| field(offset, 2).map(|length| length as usize);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let (from, to) = (at + 46, at + 46 + name);
        let text = directory.get(from..to).ok_or("its directory is cut off")?;
        let mut member = Self {
            name: String::from_utf8_lossy(text).into_owned(),
            method: field(10, 2)? as u16,
            encrypted: field(8, 2)? & 1 == 1,
            crc: field(16, 4)? as u32,
            packed: field(20, 4)?,
            local: field(42, 4)?,
        };
        let whole = field(24, 4)?;
        let extras = directory.get(to..to + extra).ok_or("its directory is cut off")?;
        member.widen(extras, whole)?;
        Ok((member, to + extra + comment))
    }

    /// Takes the numbers beyond 32 bits from the extra field of zip64 (4.5.3): only those that do not fit, in this order.
    fn widen(&mut self, extras: &[u8], whole: u64) -> Result<(), Fault> {
        const FULL: u64 = 0xFFFF_FFFF;
        let mut at = 0;
        while at + 4 <= extras.len() {
            let (id, size) = (number(extras, at, 2)?, number(extras, at + 2, 2)? as usize);
            let mut field = at + 4;
            if id == 1 {
                field += if whole == FULL { 8 } else { 0 };
                for own in [&mut self.packed, &mut self.local] {
                    if *own == FULL {
                        *own = number(extras, field, 8)?;
                        field += 8;
                    }
                }
            }
            at += 4 + size;
        }
        Ok(())
    }
}
