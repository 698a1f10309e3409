//! `[[candidate]]` with `weights`.

use std::path::Path;

use super::backend::SOURCES;
use super::section::Section;
use crate::compute::{Compute, Device};
use crate::fault::{Faults, Wrong};
use crate::keys::candidate as keys;
use crate::model_spec::ModelSpec;
use crate::name::either;
use crate::named::{Adaptation, Precision};
use crate::pretrained::{Pretrained, WeightsAt};

/// What stands before a repository of the local cache.
const HUB: &str = "hf:";

/// Whether the table is one of weights, and of nothing that answers.
pub(super) fn is_one(section: &Section<'_>) -> bool {
    section.has(keys::WEIGHTS.name) && !SOURCES.iter().any(|key| *key != keys::WEIGHTS.name && section.has(key))
}

/// Reads such a table; `None` where it has no name, or its weights are none.
pub(super) fn read(
    section: &Section<'_>,
    name: Option<String>,
    folder: &Path,
    faults: &mut Faults<'_>,
) -> Option<Pretrained> {
    let own = [
        keys::NAME.name,
        keys::WEIGHTS.name,
        keys::ADAPT.name,
        keys::SHOTS.name,
        keys::DIMENSIONS.name,
        keys::DEVICE.name,
        keys::PRECISION.name,
    ];
    for key in keys::KEYS.iter().map(|key| key.help().name).filter(|key| section.has(key) && !own.contains(key)) {
        let message = format!("`{key}` means nothing beside `{}`", keys::WEIGHTS.name);
        let hint = format!("leave it out: beside the name go {}", either(&own[1..]));
        section.fault(faults, key, Wrong::new(message, hint));
    }
    let adapt = adaptations(section, faults);
    let shots = shots(section, adapt.as_deref(), faults);
    let dimensions = dimensions(section, adapt.as_deref(), faults);
    let compute = compute(section, adapt.as_deref(), faults);
    let at = at(section, folder, faults)?;
    Some(Pretrained { name: name?, at, adapt, shots, dimensions, compute, found: None })
}

/// Where the weights are.
pub(super) fn at(section: &Section<'_>, folder: &Path, faults: &mut Faults<'_>) -> Option<WeightsAt> {
    let said = section.read(faults, &keys::WEIGHTS)?;
    match said.strip_prefix(HUB) {
        None => Some(WeightsAt::Folder(folder.join(said))),
        Some(named) => hub(named).map_err(|wrong| section.fault(faults, keys::WEIGHTS.name, wrong)).ok(),
    }
}

/// The adaptations that are named, each once.
pub(super) fn adaptations(section: &Section<'_>, faults: &mut Faults<'_>) -> Option<Vec<Adaptation>> {
    let named = section.read(faults, &keys::ADAPT)?;
    let twice = (1..named.len()).find(|at| named[..*at].contains(&named[*at]));
    if let Some(at) = twice {
        let message = format!("found \"{}\" twice", named[at].name());
        section.fault(faults, keys::ADAPT.name, Wrong::new(message, "keep one of them"));
    }
    if named.is_empty() {
        let hint = "name one at least, or leave the key out";
        section.fault(faults, keys::ADAPT.name, Wrong::new("found no adaptation", hint));
    }
    Some(named)
}

/// How many worked examples few-shot shows: one number above 0.
fn shots(section: &Section<'_>, adapt: Option<&[Adaptation]>, faults: &mut Faults<'_>) -> Option<u32> {
    let counts = section.read(faults, &keys::SHOTS)?;
    let key = keys::SHOTS.name;
    if !adapt.is_some_and(|adapt| adapt.contains(&Adaptation::FewShot)) {
        let hint = "write adapt = [\"few-shot\"], or leave it out";
        section.fault(faults, key, Wrong::new(format!("`{key}` means nothing without \"few-shot\" in `adapt`"), hint));
    }
    match counts.as_slice() {
        [count] if *count > 0 => Some(*count),
        _ => {
            let hint = "\"zero-shot\" in `adapt` has none; for several numbers write a [[candidate]] each";
            section.fault(faults, key, Wrong::new("found not one number above 0".to_owned(), hint));
            None
        }
    }
}

/// The sizes of static embeddings, from the smallest.
fn dimensions(section: &Section<'_>, adapt: Option<&[Adaptation]>, faults: &mut Faults<'_>) -> Option<Vec<u32>> {
    let mut sizes = section.read(faults, &keys::DIMENSIONS)?;
    let key = keys::DIMENSIONS.name;
    if !adapt.is_some_and(|adapt| adapt.contains(&Adaptation::Static)) {
        let hint = "write adapt = [\"static\"], or leave it out";
        section.fault(faults, key, Wrong::new(format!("`{key}` means nothing without \"static\" in `adapt`"), hint));
    }
    sizes.sort_unstable();
    Some(sizes)
}

/// Where layers are trained, and in which numbers; none on the processor in f32, written or not.
fn compute(section: &Section<'_>, adapt: Option<&[Adaptation]>, faults: &mut Faults<'_>) -> Option<Compute> {
    let device = section.read(faults, &keys::DEVICE);
    let precision = section.value(faults, &keys::PRECISION);
    for key in [keys::DEVICE.name, keys::PRECISION.name].into_iter().filter(|key| section.has(key)) {
        if adapt.is_some_and(|adapt| !adapt.iter().any(|how| how.is_tuned())) {
            let message = format!("`{key}` means nothing without \"lora\", \"full\" or \"scratch\" in `adapt`");
            let hint = "leave it out: nothing else trains layers, and all else is done on the processor";
            section.fault(faults, key, Wrong::new(message, hint));
        }
    }
    let device = device.unwrap_or(Device::Cpu);
    if device == Device::Cpu && precision != Precision::F32 {
        let message =
            format!("\"{}\" is for graphics cards, and these weights are trained on the processor", precision.name());
        let hint = "add device = \"cuda\" (or \"wgpu\"), or leave it out: a processor trains in f32";
        section.fault(faults, keys::PRECISION.name, Wrong::new(message, hint));
    }
    (device != Device::Cpu).then_some(Compute { device, precision })
}

/// `owner/name`, and `@revision` behind it if it is not `main`.
fn hub(named: &str) -> Result<WeightsAt, Wrong> {
    let (repository, revision) = match named.split_once('@') {
        Some((repository, revision)) => (repository, Some(revision)),
        None => (named, None),
    };
    let plain = |part: &str| {
        let letters = part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
        letters && !part.is_empty() && !part.starts_with('.') && !part.contains("--")
    };
    let whole = repository.split_once('/').is_some_and(|(owner, name)| plain(owner) && plain(name));
    // Branches such as `refs/pr/1` have slashes.
    let sound = revision.is_none_or(|revision| revision.split('/').all(plain));
    if !(whole && sound) {
        let hint =
            "write weights = \"hf:sentence-transformers/all-MiniLM-L6-v2\", with @ and a commit behind it if need be";
        return Err(Wrong::new(
            format!("found \"{HUB}{named}\", expected hf:owner/name or hf:owner/name@revision"),
            hint,
        ));
    }
    Ok(WeightsAt::Hub { repository: repository.to_owned(), revision: revision.map(str::to_owned) })
}

/// The names that a table declares: no two tables may have one in common.
pub(super) fn names(called: &[ModelSpec], pretrained: Option<&Pretrained>) -> Vec<String> {
    let called = called.iter().map(|one| one.name.clone());
    let adapted =
        pretrained.into_iter().flat_map(|one| Adaptation::ALL.into_iter().flat_map(|how| one.candidates(how)));
    called.chain(adapted).collect()
}
