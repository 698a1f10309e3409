//! The pretrained weights of a study: looked at once, before anything is trained.

use std::collections::BTreeMap;

use crate::candidate::{Choice, DataShape, WeightsFault, check_names, choose, ladder_of, look, look_for, remarks};
use crate::data::{Dataset, Loaded, SplitSpec, Target, split};
use crate::measure::Machine;
use crate::run::error::RunError;
use crate::study::units::human_bytes;
use crate::study::{Adaptation, Pretrained, PromptSpec, Study, Weights};

/// Times the weights that an adaptation holds: all are there once; of those that are trained there are gradients and the optimiser's
/// two moments (Kingma & Ba 2015).
fn held(how: Adaptation) -> u64 {
    match how {
        Adaptation::Frozen | Adaptation::Static | Adaptation::Lora | Adaptation::ZeroShot | Adaptation::FewShot => 1,
        Adaptation::Full | Adaptation::Scratch => 4,
    }
}

/// Finds out what the weights of a study are and settles how they are adapted; notes say why, where the study does not. One that is
/// read back from the store has been settled: no folder is looked at.
///
/// # Errors
/// Weights can't be used, don't go with the data, or are larger than the machine's memory.
pub(super) fn settle(study: &mut Study, loaded: &mut Loaded) -> Result<(), RunError> {
    let shape = DataShape::of(&loaded.dataset, study.trials.validation);
    let memory = Machine::here().memory;
    let first = SplitSpec::of(&loaded.dataset, &study.trials, study.explored(), 0);
    let labels =
        if study.pretrained.is_empty() { 0 } else { labels(&loaded.dataset, &split(&loaded.dataset, &first).train) };
    for named in study.pretrained.iter_mut().filter(|named| named.found.is_none()) {
        let whose = |fault: WeightsFault| RunError::Unfit {
            message: format!("[[candidate]] \"{}\": {}", named.name, fault.message),
            hint: fault.hint,
        };
        let mut weights = look(&named.at).map_err(whose)?;
        let Choice { adapt, why } = choose(named, &weights, &shape, labels).map_err(whose)?;
        fits(&weights, &adapt, memory).map_err(whose)?;
        if adapt.iter().any(|how| how.is_prompted()) {
            check_names(&named.name, &weights, &loaded.schema.classes).map_err(whose)?;
        }
        let mut told: Vec<String> = why.into_iter().chain(unchanged(named, &adapt, &study.prompt)).collect();
        if adapt.contains(&Adaptation::Static) {
            let sizes = ladder_of(named, &weights).map_err(whose)?;
            (named.dimensions, weights.tokens) = (Some(sizes.dimensions), sizes.tokens);
            told.push(sizes.told);
        }
        told.extend(on_device(named, &adapt).map_err(whose)?);
        let data = (loaded.dataset.columns.as_slice(), loaded.dataset.development.as_slice());
        let remarks = remarks(named, &weights, &adapt, data).map_err(whose)?;
        loaded.notes.extend(told.into_iter().chain(remarks));
        (named.adapt, named.found) = (Some(adapt), Some(weights));
    }
    Ok(())
}

/// What is to be known of trainings on a device, which is looked for; nothing where all are on the processor.
///
/// # Errors
/// It is not there, or does not do what is wanted of it.
fn on_device(named: &Pretrained, adapt: &[Adaptation]) -> Result<Option<String>, WeightsFault> {
    let Some(compute) = named.compute else { return Ok(None) };
    let trained = adapt.iter().filter(|how| how.is_tuned()).flat_map(|how| named.candidates(*how));
    let trained: Vec<String> = trained.map(|name| format!("`{name}`")).collect();
    if trained.is_empty() {
        let name = &named.name;
        return Ok(Some(format!("`device` of `{name}` changes nothing: none of its layers are trained.")));
    }
    let called = look_for(compute)?;
    let are = if trained.len() == 1 { "is" } else { "are" };
    Ok(Some(format!(
        "{} {are} trained on `{}` ({called}), in {}. What is told of CPU time and memory of these trainings is what the host takes beside the \
         device: it is no cost that could be compared with that of a training on the processor, so their training cost is left unknown. Their \
         answers are worked out on the processor, as those of all others.",
        trained.join(" and "),
        compute.device,
        compute.precision.name()
    )))
}

/// That `[prompt]` changes nothing of weights that score the names of classes, where a study has both.
fn unchanged(named: &Pretrained, adapt: &[Adaptation], prompt: &PromptSpec) -> Option<String> {
    let own = adapt.iter().filter(|how| how.is_prompted()).flat_map(|how| named.candidates(*how));
    let own: Vec<String> = own.map(|name| format!("`{name}`")).collect();
    let verb = if own.len() == 1 { "keeps" } else { "keep" };
    (!own.is_empty() && !prompt.is_default()).then(|| {
        format!("[prompt] is for models that are called: {} {verb} the prompt that lagom writes.", own.join(" and "))
    })
}

/// How many of these training rows are of the rarest class that development rows have; all of them where the target is a number.
fn labels(dataset: &Dataset, train: &[u32]) -> u64 {
    let Target::Classes { labels, .. } = dataset.given() else { return train.len() as u64 };
    let of = |row: &u32| labels.get(*row as usize);
    let mut counts: BTreeMap<&u32, u64> = dataset.development.iter().filter_map(of).map(|label| (label, 0)).collect();
    train.iter().filter_map(of).for_each(|label| *counts.entry(label).or_default() += 1);
    counts.into_values().min().unwrap_or(0)
}

/// Whether so much memory holds the weights under each adaptation, by the heads of their files.
pub(super) fn fits(weights: &Weights, adapt: &[Adaptation], memory: Option<u64>) -> Result<(), WeightsFault> {
    let Some(memory) = memory else { return Ok(()) };
    let needed = |how: &Adaptation| weights.memory.saturating_mul(held(*how));
    let Some(how) = adapt.iter().find(|how| needed(how) > memory) else { return Ok(()) };
    let (needed, there) = (human_bytes(needed(how)), human_bytes(memory));
    let hint = match adapt.iter().any(|other| weights.memory.saturating_mul(held(*other)) <= memory) {
        true => format!("leave \"{}\" out of adapt, or take a machine with more memory", how.name()),
        false => "take smaller weights, or a machine with more memory".to_owned(),
    };
    Err(WeightsFault {
        message: format!("\"{}\" would hold {needed} of weights, and this machine has {there} of memory", how.name()),
        hint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_larger_than_the_memory_are_refused_before_any_is_read() {
        let weights = Weights {
            folder: "w".into(),
            digest: String::new(),
            architecture: "bert".to_owned(),
            is_static: false,
            parameters: 250,
            bytes: 1_000,
            memory: 1_000,
            width: 2,
            layers: 1,
            context: 8,
            context_from: String::new(),
            tokens: 0,
            ends: Vec::new(),
        };
        let fits = |adapt: &[Adaptation], memory| fits(&weights, adapt, memory);
        assert_eq!(fits(&[Adaptation::Frozen, Adaptation::Full], None), Ok(()));
        assert_eq!(fits(&[Adaptation::Frozen], Some(1_000)), Ok(()));
        let refused = fits(&[Adaptation::Frozen], Some(999)).expect_err("too large");
        assert!(refused.hint.starts_with("take smaller"), "{refused}");
        // Four times as much: weights, gradients, two moments.
        assert_eq!(fits(&[Adaptation::Frozen, Adaptation::Full], Some(4_000)), Ok(()));
        let refused = fits(&[Adaptation::Frozen, Adaptation::Full], Some(3_999)).expect_err("too large");
        assert!(
            refused.message.starts_with("\"full\" would hold") && refused.hint.contains("out of adapt"),
            "{refused}"
        );
    }
}
