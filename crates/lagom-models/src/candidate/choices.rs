//! What is tried of the weights that a study names: which adaptations, and the candidates that they are.

use lagom_pretrained::Architecture;

use super::levers::applying;
use super::pretrained::{DIMENSION, SHOTS, WeightsFault, family_of, planned_parameters, weights_size};
use super::shape::DataShape;
use super::spec::{Candidate, FitError, Size, Spec};
use crate::study::units::grouped_count;
use crate::study::{Adaptation, Pretrained, Setting, TaskKind, Weights};

/// Rows to train on of the rarest class from which on all weights are trained too where the study says nothing. With fewer, few-shot heads on frozen
/// encoders are ahead (Tunstall et al. 2022, "Efficient few-shot learning without prompts": SetFit and its peers up to some 50).
const FULL_FROM: u64 = 20;

/// Worked examples where the study says nothing: one of each class, no fewer and no more than these.
const FEWEST_SHOTS: u32 = 4;
const MOST_SHOTS: u32 = 16;

/// Which adaptations of weights are tried, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The adaptations, in the order of the study.
    pub adapt: Vec<Adaptation>,
    /// Why these, where the study does not say: a whole sentence.
    pub why: Option<String>,
}

/// Which adaptations of these weights are tried on such data: those that the study names, else by `labels`, the rows to train on of the
/// rarest class in a repeat (of a target that is a number: all of them).
///
/// # Errors
/// The data have no text, fewer rows to train on than classes, or an adaptation can't be done with such weights.
pub fn choose(
    named: &Pretrained,
    weights: &Weights,
    shape: &DataShape<'_>,
    labels: u64,
) -> Result<Choice, WeightsFault> {
    let name = &named.name;
    let fault = |message: String, hint: String| Err(WeightsFault { message, hint });
    if !shape.has_texts() {
        let hint = "leave it out, or name a column of text under [task] (kind = \"text-classification\" and text = \"column\", or \
                    [task.columns] column = \"text\")";
        return fault(format!("`{name}` reads texts, and the data have no column of text"), hint.to_owned());
    }
    if f64::from(shape.classes) > shape.rows {
        let rows = grouped_count(shape.rows as u64);
        return fault(
            format!("`{name}` would learn {} classes from {rows} rows: each needs one at least", shape.classes),
            "label more rows, or merge classes".to_owned(),
        );
    }
    if let Some(how) = named.adapt.iter().flatten().find(|how| how.is_prompted()) {
        let is_decoder = Architecture::named(&weights.architecture).is_some_and(Architecture::is_decoder);
        if !is_decoder {
            let decoders = Architecture::ALL.into_iter().filter(|one| one.is_decoder()).map(Architecture::name);
            let message = format!(
                "`{name}` can't be adapted by \"{}\": its architecture is `{}`, which does not say how likely a text is",
                how.name(),
                weights.architecture
            );
            return fault(
                message,
                format!("name a decoder ({}), or leave it out", decoders.collect::<Vec<_>>().join(", ")),
            );
        }
        if shape.classes == 0 {
            let message = format!("`{name}` adapted by \"{}\" names classes, and the target is a number", how.name());
            return fault(message, "leave it out: the other adaptations do numbers".to_owned());
        }
    }
    if let Some(fault) = undistilled(named, weights) {
        return Err(fault);
    }
    let layered = |how: &&Adaptation| !matches!(how, Adaptation::Frozen | Adaptation::Static);
    if let Some(how) = named.adapt.iter().flatten().find(layered).filter(|_| weights.is_static) {
        let message =
            format!("`{name}` can't be adapted by \"{}\": static embeddings have no layers to train", how.name());
        return fault(message, "write adapt = [\"frozen\"]".to_owned());
    }
    let beside = shape.width_beside_texts() > 0;
    if let Some(how) = named.adapt.iter().flatten().find(layered).filter(|_| beside) {
        let message =
            format!("`{name}` adapted by \"{}\" reads texts alone, and the data have other columns", how.name());
        let hint = "write adapt = [\"frozen\"] or [\"static\"], which join both, or name the others under ignore";
        return fault(message, hint.to_owned());
    }
    if let Some(adapt) = &named.adapt {
        return Ok(Choice { adapt: adapt.clone(), why: None });
    }
    if beside && !weights.is_static {
        let why =
            format!("The weights `{name}` are tried frozen alone: their vectors are joined to the other columns.");
        return Ok(Choice { adapt: vec![Adaptation::Frozen], why: Some(why) });
    }
    if weights.is_static {
        let why = format!("The static embeddings `{name}` are tried as they are: they have no layers to train.");
        return Ok(Choice { adapt: vec![Adaptation::Frozen], why: Some(why) });
    }
    let of = if shape.classes == 0 { "rows to train on" } else { "rows to train on of the rarest class" };
    let (adapt, what) = if labels < FULL_FROM {
        (vec![Adaptation::Frozen], "frozen alone")
    } else {
        (vec![Adaptation::Frozen, Adaptation::Full], "frozen and with all weights trained")
    };
    let why = format!(
        "The weights `{name}` are tried {what}, since a repeat has {} {of}; `adapt` under [[candidate]] says otherwise.",
        grouped_count(labels)
    );
    Ok(Choice { adapt, why: Some(why) })
}

/// Why such weights can't be distilled into static embeddings where the study asks for that.
fn undistilled(named: &Pretrained, weights: &Weights) -> Option<WeightsFault> {
    if !named.adapt.iter().flatten().any(|how| *how == Adaptation::Static) {
        return None;
    }
    let name = &named.name;
    let is_decoder = Architecture::named(&weights.architecture).is_some_and(Architecture::is_decoder);
    match (weights.is_static, is_decoder) {
        (true, _) => Some(WeightsFault {
            message: format!("`{name}` can't be adapted by \"static\": these weights are static embeddings already"),
            hint: "write adapt = [\"frozen\"]".to_owned(),
        }),
        (_, true) => Some(WeightsFault {
            message: format!(
                "`{name}` can't be adapted by \"static\": its architecture is `{}`, a decoder, whose vector of a token alone says what may follow \
                 it rather than what it means",
                weights.architecture
            ),
            hint: "name an encoder (bert, mpnet, distilbert), or leave it out".to_owned(),
        }),
        (false, false) => None,
    }
}

/// The candidates that the weights of a study are: one for each adaptation, and one for each size of static embeddings, with those of the levers that change anything for it.
///
/// # Errors
/// What was found of the weights is not such a digest: a study of another version.
pub fn adapted(
    pretrained: &[Pretrained],
    levers: &[Setting],
    task: TaskKind,
    shape: &DataShape<'_>,
) -> Result<Vec<Candidate>, FitError> {
    let mut candidates = Vec::new();
    for named in pretrained {
        let Some(weights) = &named.found else { continue };
        for how in named.adapt.iter().flatten() {
            let (family, size) = (family_of(*how), weights_size(&weights.digest)?);
            let sizes: Vec<Size> = match how {
                Adaptation::Static => {
                    named.dimensions().iter().map(|width| size.clone().with(DIMENSION, *width)).collect()
                }
                Adaptation::FewShot => {
                    let usual = || shape.classes.clamp(FEWEST_SHOTS, MOST_SHOTS);
                    vec![size.with(SHOTS, named.shots.unwrap_or_else(usual))]
                }
                _ => vec![size],
            };
            for (name, size) in named.candidates(*how).into_iter().zip(sizes) {
                let levers = applying(levers, (family, &size), task, shape.classes);
                let planned = planned_parameters(weights, (*how, &size), shape);
                let plain = Candidate::new(name, Spec::new(family, size), planned);
                let compute = named.compute.filter(|_| how.is_tuned());
                candidates.push(Candidate { levers, weights: Some(weights.clone()), compute, ..plain });
            }
        }
    }
    Ok(candidates)
}
