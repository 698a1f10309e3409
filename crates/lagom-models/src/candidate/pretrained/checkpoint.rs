//! How far a long training is, in the study's folder: `kill -9` loses at most the steps since the last one.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::candidate::spec::FitError;
use crate::candidate::training::FitContext;
use crate::data::write_whole;

/// Folder of checkpoints in that of the study.
const FOLDER: &str = "checkpoints";
/// Bytes of a checksum.
const CHECKSUM: usize = 32;

/// The place of a training's checkpoint; of none where nothing is kept.
pub(super) struct Checkpoint {
    path: Option<PathBuf>,
}

impl Checkpoint {
    /// The place for a training of this content: its weights, its settings with the seed, where it is computed, and its texts.
    pub(super) fn of(context: &FitContext<'_>, training: &impl Serialize, texts: &[impl AsRef<str>]) -> Self {
        let named = |folder: PathBuf| {
            let mut address = blake3::Hasher::new();
            address.update(context.outside.weights.map_or(&[][..], |weights| weights.digest.as_bytes()));
            address.update(serde_json::to_string(training).ok()?.as_bytes());
            if let Some(compute) = context.outside.compute {
                address.update(compute.to_string().as_bytes());
            }
            for text in texts.iter().map(AsRef::as_ref) {
                address.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
            }
            Some(folder.join(format!("{}.state", &address.finalize().to_hex()[..32])))
        };
        Self { path: context.outside.folder.and_then(|folder| named(folder.join(FOLDER))) }
    }

    /// The place for a training of this name in the study's folder.
    pub(super) fn named(folder: Option<&Path>, name: &str) -> Self {
        Self::at(folder.map(|folder| folder.join(FOLDER).join(format!("{name}.state"))))
    }

    /// That file; nothing is kept without one.
    pub(super) fn at(path: Option<PathBuf>) -> Self {
        Self { path }
    }

    /// What was kept last, with what stands beside the state; none where there is nothing, or it is damaged: the training begins anew.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<(T, Vec<u8>)> {
        let bytes = std::fs::read(self.path.as_ref()?).ok()?;
        let (checksum, body) = bytes.split_at_checked(CHECKSUM)?;
        if blake3::hash(body).as_bytes() != checksum {
            return None;
        }
        let (so_far, state) = postcard::take_from_bytes::<T>(body).ok()?;
        Some((so_far, state.to_vec()))
    }

    /// Keeps a state, whole or not at all.
    ///
    /// # Errors
    /// The folder can't be written.
    pub(super) fn write(&self, so_far: &impl Serialize, state: &[u8]) -> Result<(), FitError> {
        let Some(path) = &self.path else { return Ok(()) };
        let unwritten = |detail: String| FitError::Folder { path: path.clone(), detail };
        let mut body = postcard::to_stdvec(so_far).map_err(|error| unwritten(error.to_string()))?;
        body.extend_from_slice(state);
        let bytes = [blake3::hash(&body).as_bytes().as_slice(), &body].concat();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unwritten(error.to_string()))?;
        }
        write_whole(path, &bytes).map_err(|error| unwritten(error.to_string()))
    }

    /// Removes it after the end of the training.
    pub(super) fn remove(&self) {
        if let Some(path) = &self.path {
            // One that stays takes room, and nothing else.
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::so_far::SoFar;
    use super::*;

    #[test]
    fn a_state_comes_back_and_a_damaged_one_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let checkpoint = Checkpoint { path: Some(folder.path().join("deep").join("a.state")) };
        assert!(checkpoint.read::<SoFar>().is_none());
        let so_far = SoFar { best: Some(0.25), worse: 2, flops: 7.0, ..SoFar::default() };
        checkpoint.write(&so_far, b"state").expect("written");
        assert_eq!(checkpoint.read(), Some((so_far, b"state".to_vec())));
        let path = checkpoint.path.clone().expect("a path");
        let mut bytes = std::fs::read(&path).expect("there");
        *bytes.last_mut().expect("bytes") ^= 1;
        std::fs::write(&path, &bytes).expect("written");
        assert!(checkpoint.read::<SoFar>().is_none());
        checkpoint.remove();
        assert!(!path.exists());
    }
}
