//! Embeddings of the texts of a data set, worked out once for all repeats and kept in the study's folder.
//!
//! A file is named after the content of weights and texts, and written whole or not at all. Who needs one that is not there takes a lock, so
//! that of several workers one works and the others wait.

use std::collections::HashMap;
use std::path::Path;

use super::lock::locked;
use crate::candidate::spec::FitError;
use crate::clock::cpu_seconds;
use crate::data::write_whole;

/// First bytes of a file, with the version of its form and of the code that works vectors out.
const MAGIC: &[u8; 16] = b"lagom vectors 2\n";
/// Bytes of the name of a text, and of the checksum: the beginnings of BLAKE3.
const KEY: usize = 16;
/// What stands before the names: the magic, the width, the number of texts, how many of them were cut, and the CPU seconds of the work.
const HEAD: usize = 16 + 4 * 8;

/// The name of a text.
type Key = [u8; KEY];

/// What texts come to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Worked {
    /// Numbers of one vector.
    pub(super) width: usize,
    /// Texts that were cut.
    pub(super) cut: usize,
    /// `[texts, width]`, row-major.
    pub(super) vectors: Vec<f32>,
}

/// Vectors of texts, found by text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Embeddings {
    /// Numbers of one vector.
    pub(super) width: usize,
    /// Texts that were longer than the context of the weights, and were cut.
    pub(super) cut: u64,
    /// CPU seconds that it took to work them out, reading the weights included.
    pub(super) seconds: f64,
    /// Whether they were worked out here and now, and not read from the folder.
    pub(super) is_new: bool,
    places: HashMap<Key, usize>,
    /// `[texts, width]`, row-major.
    vectors: Vec<f32>,
}

fn key(text: &str) -> Key {
    let mut key = [0; KEY];
    key.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..KEY]);
    key
}

impl Embeddings {
    /// What these texts come to, as vectors, by `work_out`, which hangs on nothing but them and what `salt` says: read from `folder` where they are kept there, else worked out, and kept there if there is a folder.
    ///
    /// # Errors
    /// The weights can't be read, or a text not be cut into tokens; the folder can't be written.
    pub(super) fn of(
        texts: &[String],
        salt: &str,
        work_out: &dyn Fn(&[&str]) -> Result<Worked, FitError>,
        folder: Option<&Path>,
    ) -> Result<Self, FitError> {
        let mut named: Vec<(Key, &str)> = texts.iter().map(|text| (key(text), text.as_str())).collect();
        named.sort_unstable_by_key(|(key, _)| *key);
        named.dedup_by_key(|(key, _)| *key);
        let Some(folder) = folder else { return Self::worked_out(&named, work_out) };
        let mut address = blake3::Hasher::new();
        address.update(MAGIC).update(salt.as_bytes());
        named.iter().for_each(|(key, _)| {
            address.update(key);
        });
        let path = folder.join(format!("{}.vectors", &address.finalize().to_hex()[..32]));
        let keys = || named.iter().map(|(key, _)| *key);
        if let Some(kept) = Self::kept(&path, keys()) {
            return Ok(kept);
        }
        let unwritten = |error: std::io::Error| FitError::Folder { path: path.clone(), detail: error.to_string() };
        std::fs::create_dir_all(folder).map_err(unwritten)?;
        let _lock = locked(&path).map_err(unwritten)?;
        // Another worker may have been at it.
        if let Some(kept) = Self::kept(&path, keys()) {
            return Ok(kept);
        }
        let found = Self::worked_out(&named, work_out)?;
        write_whole(&path, &found.to_bytes(keys())).map_err(unwritten)?;
        Ok(found)
    }

    fn worked_out(
        named: &[(Key, &str)],
        work_out: &dyn Fn(&[&str]) -> Result<Worked, FitError>,
    ) -> Result<Self, FitError> {
        let texts: Vec<&str> = named.iter().map(|(_, text)| *text).collect();
        let before = cpu_seconds();
        let found = work_out(&texts)?;
        let seconds = (cpu_seconds() - before).max(0.0);
        let places = named.iter().enumerate().map(|(at, (key, _))| (*key, at)).collect();
        let (width, cut) = (found.width, found.cut as u64);
        let whole = Self { width, cut, seconds, is_new: true, places, vectors: found.vectors };
        whole
            .sound()
            .then_some(whole)
            .ok_or_else(|| FitError::Diverged("the weights make vectors of these texts that are no numbers".to_owned()))
    }

    /// What so many of the `all` rows that the texts stand in would take alone, in CPU seconds.
    pub(super) fn seconds_of(&self, rows: f64, all: f64) -> f64 {
        self.seconds * (rows / all.max(1.0)).min(1.0)
    }

    fn sound(&self) -> bool {
        self.vectors.len() == self.places.len() * self.width && self.vectors.iter().all(|number| number.is_finite())
    }

    /// The vector of a text, if it is one of those.
    pub(super) fn find(&self, text: &str) -> Option<&[f32]> {
        let at = *self.places.get(&key(text))?;
        self.vectors.get(at * self.width..(at + 1) * self.width)
    }

    fn to_bytes(&self, keys: impl Iterator<Item = Key>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.places.len() * KEY + self.vectors.len() * 4 + KEY);
        bytes.extend(MAGIC);
        for number in [self.width as u64, self.places.len() as u64, self.cut, self.seconds.to_bits()] {
            bytes.extend(number.to_le_bytes());
        }
        keys.for_each(|key| bytes.extend(key));
        self.vectors.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
        let checksum = blake3::hash(&bytes);
        bytes.extend(&checksum.as_bytes()[..KEY]);
        bytes
    }

    /// What is kept of these texts; none where it is not there, damaged, or of others: then it is worked out anew.
    fn kept(path: &Path, keys: impl Iterator<Item = Key>) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let (body, checksum) = bytes.split_at_checked(bytes.len().checked_sub(KEY)?)?;
        if blake3::hash(body).as_bytes()[..KEY] != *checksum || !body.starts_with(MAGIC) {
            return None;
        }
        let number = |at: usize| Some(u64::from_le_bytes(body.get(at..at + 8)?.try_into().ok()?));
        let (width, count, cut, seconds) = (number(16)?, number(24)?, number(32)?, f64::from_bits(number(40)?));
        let (width, count) = (usize::try_from(width).ok()?, usize::try_from(count).ok()?);
        let (names, rest) = body.get(HEAD..)?.split_at_checked(count.checked_mul(KEY)?)?;
        let mut places = HashMap::with_capacity(count);
        for (at, (own, wanted)) in names.chunks_exact(KEY).zip(keys).enumerate() {
            (*own == wanted).then_some(())?;
            places.insert(wanted, at);
        }
        let vectors =
            rest.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect();
        let found = Self { width, cut, seconds, is_new: false, places, vectors };
        (found.places.len() == count && found.sound() && seconds.is_finite() && seconds >= 0.0).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn few() -> (Embeddings, Vec<Key>) {
        let keys: Vec<Key> = ["a", "b"].map(key).to_vec();
        let places = keys.iter().enumerate().map(|(at, key)| (*key, at)).collect();
        (
            Embeddings { width: 2, cut: 1, seconds: 1.5, is_new: false, places, vectors: vec![1.0, -2.0, 0.5, 1e-9] },
            keys,
        )
    }

    #[test]
    fn what_is_kept_comes_back_to_the_bit_and_whatever_is_damaged_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.vectors");
        let (whole, keys) = few();
        assert_eq!(Embeddings::kept(&path, keys.iter().copied()), None);
        let bytes = whole.to_bytes(keys.iter().copied());
        std::fs::write(&path, &bytes).expect("written");
        let back = Embeddings::kept(&path, keys.iter().copied()).expect("whole");
        assert_eq!(back, whole);
        // 30 of 120 rows are a quarter of 1.5 s; more rows than there are take no more than all.
        assert_eq!((back.seconds_of(30.0, 120.0), back.seconds_of(200.0, 120.0)), (0.375, 1.5));
        assert_eq!((back.find("b"), back.find("c")), (Some(&[0.5, 1e-9][..]), None));
        for at in [0, 17, HEAD + 3, bytes.len() - KEY - 1, bytes.len() - 1] {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            std::fs::write(&path, &broken).expect("written");
            assert_eq!(Embeddings::kept(&path, keys.iter().copied()), None, "{at}");
        }
        for cut in [0, 10, HEAD, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..cut]).expect("written");
            assert_eq!(Embeddings::kept(&path, keys.iter().copied()), None, "{cut}");
        }
        std::fs::write(&path, &bytes).expect("written");
        assert_eq!(Embeddings::kept(&path, ["a", "z"].map(key).into_iter()), None, "of other texts");
    }
}
