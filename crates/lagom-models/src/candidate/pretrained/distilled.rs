//! Static embeddings out of an encoder, distilled once for all sizes and repeats and kept in the study's folder.
//!
//! Beside the vectors of texts stands a file named after the content of the weights. It is made part by part, each written whole or not at all,
//! so that a stopped run goes on behind the last one; the parts go when the whole is there.

use std::ops::Range;
use std::path::{Path, PathBuf};

use lagom_pretrained::{Distillation, Distilled};

use super::lock::locked;
use super::source::Source;
use crate::candidate::spec::FitError;
use crate::clock::cpu_seconds;
use crate::data::write_whole;
use crate::study::Weights;

/// First bytes of a file, with the version of its form and of the code that distils.
const MAGIC: &[u8; 16] = b"lagom distil 01\n";
/// Bytes of the checksum behind a file: the beginning of BLAKE3.
const CHECK: usize = 16;
/// Tokens of a part: some seconds of work of a small encoder.
const PART: usize = 4_096;
/// Tokens that go through the network for one of the vocabulary: the marks around it, too.
const TOKENS: f64 = 3.0;

/// What the weights come to, and what it took.
#[derive(Clone, Debug)]
pub(super) struct DistilledOnce {
    pub(super) distilled: Distilled,
    /// CPU seconds of the whole.
    pub(super) seconds: f64,
    /// CPU seconds of what was worked out here and now.
    pub(super) spent: f64,
    /// The share of the tokens that were worked out here and now, from 0 to 1.
    pub(super) worked_out: f64,
}

/// Operations of a distillation: two for each weight of the blocks and token, and those that turn the vectors.
pub(in crate::candidate) fn distillation(weights: &Weights) -> f64 {
    let (layers, width, tokens) = (f64::from(weights.layers), f64::from(weights.width), f64::from(weights.tokens));
    (24.0 * layers * TOKENS + 4.0) * width * width * tokens
}

impl DistilledOnce {
    /// What these weights come to: read from `folder` where it is kept there, else worked out, and kept there if there is a folder.
    ///
    /// # Errors
    /// The weights can't be read or distilled, or the folder not be written.
    pub(super) fn of(weights: &Weights, folder: Option<&Path>) -> Result<Self, FitError> {
        let Some(folder) = folder else { return work_out(weights, None) };
        let mut address = blake3::Hasher::new();
        address.update(MAGIC).update(weights.digest.as_bytes());
        let path = folder.join(format!("{}.static", &address.finalize().to_hex()[..32]));
        if let Some(kept) = Self::kept(&path) {
            return Ok(kept);
        }
        let unwritten = |error: std::io::Error| FitError::Folder { path: path.clone(), detail: error.to_string() };
        std::fs::create_dir_all(folder).map_err(unwritten)?;
        let _lock = locked(&path).map_err(unwritten)?;
        // Another worker may have been at it.
        if let Some(kept) = Self::kept(&path) {
            return Ok(kept);
        }
        let found = work_out(weights, Some(&path))?;
        let bytes = found.distilled.to_bytes().map_err(|error| FitError::Unfit(error.to_string()))?;
        write_whole(&path, &framed(found.seconds, &bytes)).map_err(unwritten)?;
        for part in parts(found.distilled.tokens()) {
            // One that stays is of no harm.
            let _ = std::fs::remove_file(part_path(&path, &part));
        }
        Ok(found)
    }

    /// What is kept; none where it is not there, or damaged: then it is worked out anew.
    fn kept(path: &Path) -> Option<Self> {
        let (seconds, body) = unframed(path)?;
        let distilled = Distilled::from_bytes(&body).ok()?;
        Some(Self { distilled, seconds, spent: 0.0, worked_out: 0.0 })
    }
}

/// Distils; parts are kept beside `path`.
fn work_out(weights: &Weights, path: Option<&Path>) -> Result<DistilledOnce, FitError> {
    let unfit = |error: lagom_pretrained::WeightsError| FitError::Unfit(error.to_string());
    let mut before = cpu_seconds();
    let source = Source::beside(weights);
    let encoder = source.network()?.encoder();
    let encoder = encoder.ok_or_else(|| FitError::Unfit("these weights are static already".to_owned()))?;
    let distillation = Distillation::of(&encoder).map_err(unfit)?;
    let (mut vectors, mut seconds, mut spent, mut worked_out) = (Vec::new(), 0.0, 0.0, 0);
    for part in parts(distillation.tokens()) {
        let file = path.map(|path| part_path(path, &part));
        let count = part.len() * encoder.width();
        if let Some((took, numbers)) = file.as_deref().and_then(unframed).and_then(|one| numbers(one, count)) {
            vectors.extend(numbers);
            seconds += took;
            continue;
        }
        let found = distillation.vectors(part.clone()).map_err(unfit)?;
        let took = (cpu_seconds() - before).max(0.0);
        if let Some(file) = file {
            let bytes: Vec<u8> = found.iter().flat_map(|number| number.to_le_bytes()).collect();
            write_whole(&file, &framed(took, &bytes))
                .map_err(|error| FitError::Folder { path: file.clone(), detail: error.to_string() })?;
        }
        vectors.extend(found);
        (seconds, spent, worked_out) = (seconds + took, spent + took, worked_out + part.len());
        before = cpu_seconds();
    }
    let worked_out = worked_out as f64 / distillation.tokens().max(1) as f64;
    let distilled = distillation.whole(vectors).map_err(unfit)?;
    let took = (cpu_seconds() - before).max(0.0);
    Ok(DistilledOnce { distilled, seconds: seconds + took, spent: spent + took, worked_out })
}

fn parts(tokens: usize) -> impl Iterator<Item = Range<usize>> {
    (0..tokens).step_by(PART).map(move |from| from..tokens.min(from + PART))
}

fn part_path(path: &Path, part: &Range<usize>) -> PathBuf {
    path.with_extension(format!("tokens-{}", part.start))
}

/// The bytes of a file: what it is, how many CPU seconds it took, the body, and a checksum.
fn framed(seconds: f64, body: &[u8]) -> Vec<u8> {
    let mut bytes = [&MAGIC[..], &seconds.to_le_bytes(), body].concat();
    let checksum = blake3::hash(&bytes);
    bytes.extend(&checksum.as_bytes()[..CHECK]);
    bytes
}

/// What [`framed`] wrote; none where there is no file, or a damaged one.
fn unframed(path: &Path) -> Option<(f64, Vec<u8>)> {
    let mut bytes = std::fs::read(path).ok()?;
    let (whole, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    let body = MAGIC.len() + 8;
    if blake3::hash(whole).as_bytes()[..CHECK] != *checksum || !whole.starts_with(MAGIC) || whole.len() < body {
        return None;
    }
    let seconds = f64::from_le_bytes(whole[MAGIC.len()..body].try_into().ok()?);
    bytes.truncate(bytes.len() - CHECK);
    bytes.drain(..body);
    (seconds.is_finite() && seconds >= 0.0).then_some((seconds, bytes))
}

/// The numbers of a part, and the seconds that it took; none where there are not so many.
fn numbers((seconds, body): (f64, Vec<u8>), count: usize) -> Option<(f64, Vec<f32>)> {
    let numbers = body.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    (body.len() == 4 * count).then(|| (seconds, numbers.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.static");
        assert_eq!(unframed(&path), None);
        let bytes = framed(1.5, &2.0_f32.to_le_bytes());
        std::fs::write(&path, &bytes).expect("written");
        assert_eq!(unframed(&path).and_then(|one| numbers(one, 1)), Some((1.5, vec![2.0])));
        assert_eq!(unframed(&path).and_then(|one| numbers(one, 2)), None);
        for at in [0, 17, bytes.len() - CHECK - 1, bytes.len() - 1] {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            std::fs::write(&path, &broken).expect("written");
            assert_eq!(unframed(&path), None, "{at}");
        }
        for cut in [0, 10, MAGIC.len() + 4, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..cut]).expect("written");
            assert_eq!(unframed(&path), None, "{cut}");
        }
    }

    #[test]
    fn parts_cover_all_tokens_once() {
        let found: Vec<Range<usize>> = parts(PART + 3).collect();
        assert_eq!(found, [0..PART, PART..PART + 3]);
        assert_eq!(parts(0).count(), 0);
    }
}
