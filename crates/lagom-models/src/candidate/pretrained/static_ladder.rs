//! A ladder of static embeddings out of one encoder: which sizes, what they take, and how one is trained.

use std::path::Path;
use std::time::Duration;

use lagom_pretrained::{Distillation, Folder, distilled_tokens};

use super::distilled::{DistilledOnce, distillation};
use super::fault::WeightsFault;
use super::frozen::{Base, FOLDER, fit_head, unweighted};
use super::source::Source;
use super::{DIMENSION, STATIC};
use crate::candidate::outside::StaticSizes;
use crate::candidate::plan::TrainingPlan;
use crate::candidate::spec::{FitError, Size};
use crate::candidate::training::{FitContext, Fitted, Shared};
use crate::study::units::{grouped_count, human_duration};
use crate::study::{DIMENSIONS, Pretrained, Weights};

/// Operations a second of a distillation on one core, whose batches are full (log/2026-11-30-static-ladder.md).
const RATE: f64 = 1.5e11;

/// The sizes that weights are distilled to, and how many tokens each has a vector of: those that the study names, else the usual ones as far as
/// the weights have so many numbers, else all numbers that they have.
///
/// # Errors
/// Weights or tokenizer can't be read, the vectors of a few tokens are all the same, or a size that is named is beyond the width of the
/// weights or their tokens.
pub fn ladder_of(named: &Pretrained, weights: &Weights) -> Result<StaticSizes, WeightsFault> {
    let folder = Folder::open(&weights.folder)?;
    let tokens = u32::try_from(distilled_tokens(&folder)?).unwrap_or(u32::MAX);
    // As many directions as tokens differ in.
    let most = weights.width.min(tokens - 1);
    let usual: Vec<u32> = DIMENSIONS.into_iter().filter(|dimension| *dimension <= most).collect();
    let usual = || if usual.is_empty() { vec![most] } else { usual.clone() };
    let dimensions = named.dimensions.clone().unwrap_or_else(usual);
    if let Some(dimension) = dimensions.iter().find(|dimension| **dimension > most) {
        // The tokenizer of another model is the cause, and not the dimension.
        if let Some(doubt) = folder.doubts().first().filter(|_| *dimension <= weights.width) {
            return Err(WeightsFault {
                message: format!("`{}` can't be distilled to {dimension} numbers a token: {doubt}", named.name),
                hint: "take tokenizer.json and weights from the same model".to_owned(),
            });
        }
        let (width, tokens) = (grouped_count(u64::from(weights.width)), grouped_count(u64::from(tokens)));
        return Err(WeightsFault {
            message: format!(
                "`{}` can't be distilled to {dimension} numbers a token: its vectors have {width}, of {tokens} tokens",
                named.name
            ),
            hint: format!("name `dimensions` from 1 to {most}"),
        });
    }
    let network = Source::beside(weights);
    let unread = |error: FitError| WeightsFault {
        message: format!("`{}` can't be distilled: {error}", named.name),
        hint: "name another folder of weights under [[candidate]], or leave the table out".to_owned(),
    };
    if let Some(encoder) = network.network().map_err(unread)?.encoder() {
        Distillation::of(&encoder)?.check()?;
    }
    let seconds = distilling(&Weights { tokens, ..weights.clone() }).cpu_seconds;
    let told = format!(
        "Static embeddings are distilled out of `{}` once, for {} of its tokens: about {} of one core. A training on them is told with all of that, and the total of several has it once.",
        named.name,
        grouped_count(u64::from(tokens)),
        human_duration(Duration::from_secs_f64(seconds.ceil()))
    );
    Ok(StaticSizes { dimensions, tokens, told })
}

/// What the distillation takes.
pub(in crate::candidate) fn distilling(weights: &Weights) -> Shared {
    let flops = distillation(weights);
    Shared { flops, cpu_seconds: flops / RATE }
}

/// The bytes that a training holds beside its linear model.
pub(in crate::candidate) fn static_memory(weights: &Weights) -> f64 {
    // The weights, and the vectors of all tokens as they come and as they are written.
    let vectors = f64::from(weights.tokens) * f64::from(weights.width) * 4.0;
    weights.memory as f64 + 3.0 * vectors
}

/// Trains a linear model on the means of static embeddings that are distilled out of the weights, once for all sizes and repeats.
///
/// # Errors
/// The weights can't be read or distilled, the study's folder not be written, or the linear model not be trained.
pub(in crate::candidate) fn fit_static(
    size: &Size,
    plan: &TrainingPlan,
    context: &FitContext<'_>,
) -> Result<Fitted, FitError> {
    let weights = context.outside.weights.ok_or_else(unweighted)?;
    let dimension = size.number(DIMENSION)?;
    let folder = context.outside.folder.map(|folder| folder.join(FOLDER));
    let once = DistilledOnce::of(weights, folder.as_deref().map(Path::new))?;
    let embedding = once.distilled.embedding(dimension as usize).map_err(|error| FitError::Unfit(error.to_string()))?;
    let source = Source::here(embedding)?;
    let flops = distillation(weights);
    let base = Base {
        family: STATIC,
        salt: source.digest().to_owned(),
        source,
        // Additions alone: a mean of rows.
        pass: &|_, _| 0.0,
        due: Shared { flops, cpu_seconds: once.seconds },
        spent: Shared { flops: flops * once.worked_out, cpu_seconds: once.spent },
    };
    fit_head(base, plan, context)
}
