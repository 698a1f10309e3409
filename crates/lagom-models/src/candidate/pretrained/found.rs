//! What is in a folder of weights, before any of them is in memory.

use std::path::{Path, PathBuf};

use lagom_pretrained::{Architecture, Folder};

use super::fault::WeightsFault;
use super::hub;
use crate::study::{Weights, WeightsAt};

/// Looks at weights: heads of the files, tokenizer, content. Downloads nothing.
///
/// # Errors
/// They are not there, are of an architecture that is not known, are damaged, or their parts do not fit together.
pub fn look(at: &WeightsAt) -> Result<Weights, WeightsFault> {
    let folder = match at {
        WeightsAt::Folder(path) => path.clone(),
        WeightsAt::Hub { repository, revision } => {
            hub::folder(hub::cache(hub::environment).as_deref(), repository, revision.as_deref())?
        }
    };
    within(&folder)
}

/// As [`look`], of a folder.
pub(super) fn within(folder: &Path) -> Result<Weights, WeightsFault> {
    if !folder.is_dir() {
        let what = if folder.exists() { "is no folder" } else { "does not exist" };
        return Err(WeightsFault {
            message: format!("the folder of weights `{}` {what}", folder.display()),
            hint: "name a folder as Hugging Face has it (config.json, model.safetensors, tokenizer.json), relative to the study; \
                   `hf:owner/name` is looked for in the local cache"
                .to_owned(),
        });
    }
    let found = Folder::open(folder)?;
    let digest = found.content_hash()?.to_string();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Weights {
        folder: absolute(folder),
        digest,
        architecture: found.architecture().name().to_owned(),
        is_static: found.architecture() == Architecture::StaticEmbedding,
        parameters: found.parameters(),
        bytes: found.bytes(),
        memory: found.memory(),
        width: count(found.width()),
        layers: count(found.layers()),
        context: found.context().map_or(0, count),
        context_from: found.context_from().to_owned(),
        tokens: 0,
        ends: Vec::new(),
    })
}

/// The same place, whatever folder a worker or a later `lagom predict` is started in.
fn absolute(folder: &Path) -> PathBuf {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}
