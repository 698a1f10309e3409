//! `[[candidate]]` with `weights` in a task whose models are asked: the weights of a decoder answer here.

use super::around::{Around, own};
use super::pretrained::{adaptations, at};
use super::section::Section;
use crate::family::TaskKind;
use crate::fault::{Faults, Wrong};
use crate::keys::candidate as keys;
use crate::keys::prompt as prompt_keys;
use crate::model_spec::{Backend, ModelSpec};
use crate::name::either;
use crate::named::{Adaptation, ResponseMode};
use crate::pretrained::OwnWeights;
use lagom_backends::prompt::Form;

/// What may stand in such a table.
const OWN: [&str; 11] = [
    keys::NAME.name,
    keys::WEIGHTS.name,
    keys::ADAPT.name,
    keys::SHOTS.name,
    keys::SHOTS_BY.name,
    keys::SYSTEM.name,
    keys::TEMPLATE.name,
    keys::READ.name,
    keys::TEMPERATURE.name,
    keys::MAX_TOKENS.name,
    keys::MEMORY.name,
];

/// Worked examples of few-shot where the study names no number.
const SHOTS: u32 = 4;

/// What decoders can do in a task: as they are, and trained further where a text is to be written.
fn able(kind: TaskKind) -> &'static [Adaptation] {
    match kind {
        TaskKind::TextGeneration | TaskKind::Extraction => {
            &[Adaptation::ZeroShot, Adaptation::FewShot, Adaptation::Lora, Adaptation::Full]
        }
        _ => &[Adaptation::ZeroShot, Adaptation::FewShot],
    }
}

/// The candidates of a table: one for each adaptation, and of few-shot one for each number of worked examples.
pub(super) fn read(
    section: &Section<'_>,
    name: Option<String>,
    (kind, around): (TaskKind, &Around<'_>),
    faults: &mut Faults<'_>,
) -> Vec<ModelSpec> {
    for key in keys::KEYS.iter().map(|key| key.help().name).filter(|key| section.has(key) && !OWN.contains(key)) {
        // What weights take in tasks whose models are trained, and not here.
        let elsewhere = [keys::DEVICE.name, keys::PRECISION.name, keys::DIMENSIONS.name].contains(&key);
        let (message, hint) = if elsewhere {
            (
                format!("`{key}` means nothing in {}", kind.name()),
                "leave it out: here the processor works with the weights as they are".to_owned(),
            )
        } else {
            (
                format!("`{key}` means nothing beside `{}`", keys::WEIGHTS.name),
                format!("leave it out: in {} go beside the name {}", kind.name(), either(&OWN[1..])),
            )
        };
        section.fault(faults, key, Wrong::new(message, hint));
    }
    let adapt = adaptations(section, faults).unwrap_or_else(|| vec![Adaptation::ZeroShot]);
    let able = able(kind);
    for how in adapt.iter().filter(|how| !able.contains(how)) {
        let names: Vec<&str> = able.iter().map(|how| how.name()).collect();
        let message = format!("weights can't be adapted by \"{}\" to {}", how.name(), kind.name());
        section.fault(faults, keys::ADAPT.name, Wrong::new(message, format!("write {}", either(&names))));
    }
    if matches!(around.prompt.form, Some(Form::Chat | Form::ChatWithoutSystem)) {
        let message = "weights go on with a text, and [prompt] asks for messages";
        let hint = "leave the form out; what a model was trained to see around a question can stand in its `template`";
        section.fault(faults, keys::WEIGHTS.name, Wrong::new(message, hint));
    }
    let counts = shots(section, &adapt, faults);
    let shots_by = section.value(faults, &keys::SHOTS_BY);
    if section.has(keys::SHOTS_BY.name) && !adapt.contains(&Adaptation::FewShot) {
        let wrong = Wrong::new("no examples stand in the prompt", "leave it out, or write adapt = [\"few-shot\"]");
        section.fault(faults, keys::SHOTS_BY.name, wrong);
    }
    let memory = section.read(faults, &keys::MEMORY);
    let mut own = own(section, faults);
    let silent = own.read.is_none() && !around.prompt_reads;
    if kind == TaskKind::MultipleChoice && silent {
        // What decoders do best: how likely each choice is.
        own.read = Some(ResponseMode::Likelihood);
    }
    let at = at(section, around.folder, faults);
    let (Some(table), Some(at)) = (name, at) else { return Vec::new() };
    let one = |adapt: Adaptation, shots: u32, name: String| ModelSpec {
        // Shots are compared within a table: what is trained is another model.
        table: if adapt.is_tuned() { name.clone() } else { table.clone() },
        name,
        backend: Backend::Weights(OwnWeights { at: at.clone(), adapt, found: None }),
        parameters: None,
        bytes: None,
        memory,
        price: None,
        shots,
        shots_by,
        context: None,
        in_flight: None,
        requests_per_minute: None,
        timeout: None,
        own: own.clone(),
    };
    let mut all = Vec::new();
    for how in adapt {
        let name = format!("{table}-{}", how.name());
        match how {
            Adaptation::FewShot if counts.len() > 1 => {
                all.extend(counts.iter().map(|count| one(how, *count, format!("{name}-{count}shot"))));
            }
            Adaptation::FewShot => all.extend(counts.iter().map(|count| one(how, *count, name.clone()))),
            _ => all.push(one(how, 0, name)),
        }
    }
    all
}

/// How many worked examples few-shot shows: numbers above 0.
fn shots(section: &Section<'_>, adapt: &[Adaptation], faults: &mut Faults<'_>) -> Vec<u32> {
    let key = keys::SHOTS.name;
    let Some(counts) = section.read(faults, &keys::SHOTS) else { return vec![SHOTS] };
    if !adapt.contains(&Adaptation::FewShot) {
        let hint = "write adapt = [\"few-shot\"], or leave it out";
        section.fault(faults, key, Wrong::new(format!("`{key}` means nothing without \"few-shot\" in `adapt`"), hint));
    }
    if counts.contains(&0) {
        let hint = "\"zero-shot\" in `adapt` has none";
        section.fault(faults, key, Wrong::new("found 0 examples for few-shot".to_owned(), hint));
    }
    counts
}

/// What of `[prompt]` weights do not do: they always write the likeliest token.
pub(super) fn unsampled(table: &str, temperature: f64) -> Option<Wrong> {
    (temperature > 0.0).then(|| {
        let message =
            format!("candidate \"{table}\" is of weights, which always write the likeliest token: found temperature {temperature}");
        Wrong::new(message, format!("write {} = 0 in this [[candidate]], or leave it out", prompt_keys::TEMPERATURE.name))
    })
}
