//! Classification metrics that are no plain mean: values and influences.
//!
//! Labels may be any numbers (one never seen in training may be large), so classes are found by sorting.

use super::error::MetricError;
use super::names::Metric;
use super::outcomes::{NO_ANSWER, Outcomes};
use super::scored::Scored;
use super::spread::imbalance;
use crate::stats::mean;

/// What an answer costs on the mean where it is right, and what one as sure would cost where it is wrong, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mistake {
    /// The score of the examples whose likeliest class is the true one.
    pub right: f64,
    /// Their score, had the truth been another class.
    pub wrong: f64,
}

/// What a mistake costs that was not seen: for log loss and Brier score, where a model that is right on every example tested has
/// a small loss that hardly varies, and yet may be wrong on 3 / n of all. None for other metrics, and where nothing is right.
///
/// The true class has the probability p = e^−L of its log loss L. A wrong answer as sure leaves at most 1 − p for the truth, with two
/// classes just that: a log loss of −ln(1 − p), a Brier score of p², or p² + (1 − (1 − p))² = 2 p² as the sum over classes.
pub fn mistake(metric: Metric, outcomes: &Outcomes) -> Option<Mistake> {
    let Outcomes::Classes(of) = outcomes else { return None };
    let (losses, squares) = match metric {
        Metric::LogLoss => (&of.log_loss, 0.0),
        Metric::Brier => (&of.brier, if of.classes == 2 { 1.0 } else { 2.0 }),
        _ => return None,
    };
    let wrong = |log_loss: f32| {
        let left = -(-f64::from(log_loss)).exp_m1();
        if metric == Metric::LogLoss { -left.max(f64::from(f32::EPSILON)).ln() } else { squares * (1.0 - left).powi(2) }
    };
    let right = (0..of.truth.len()).filter(|&at| of.truth[at] == of.predicted[at]);
    let (paid, foreseen): (Vec<f64>, Vec<f64>) =
        right.map(|at| (f64::from(losses[at]), wrong(of.log_loss[at]).max(f64::from(losses[at])))).unzip();
    (!paid.is_empty()).then(|| Mistake { right: mean(&paid), wrong: mean(&foreseen) })
}

/// The distinct labels of a column or two, ascending.
fn distinct(labels: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut distinct: Vec<u32> = labels.collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

/// The position of each label among `distinct`, which holds them all.
fn positions(labels: &[u32], distinct: &[u32]) -> Vec<usize> {
    labels.iter().map(|label| distinct.partition_point(|other| other < label)).collect()
}

fn counts(positions: &[usize], classes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; classes];
    positions.iter().for_each(|&class| counts[class] += 1.0);
    counts
}

/// The influence of one example turning from right to wrong on a mean over classes: the root mean
/// square over examples of `n / (K n_k)`, with `n_k` the examples of its class and K the classes in the
/// truth.
///
/// Exact for balanced accuracy. For macro-F1 it is the leading term while F1 is high; for AUC it is an
/// example that falls behind half of the other class.
pub(super) fn flip_floor(truth: &[u32]) -> f64 {
    let classes = distinct(truth.iter().copied());
    imbalance(&counts(&positions(truth, &classes), classes.len()))
}

/// Mean recall over the classes in the truth; an example of class k has the influence
/// `(right − recall_k) n / (K n_k)`.
pub(super) fn balanced_accuracy(truth: &[u32], predicted: &[u32]) -> Scored {
    let classes = distinct(truth.iter().copied());
    let class_of = positions(truth, &classes);
    let sizes = counts(&class_of, classes.len());
    let right: Vec<f64> = truth.iter().zip(predicted).map(|(t, p)| f64::from(u8::from(t == p))).collect();
    let mut found = vec![0.0; classes.len()];
    class_of.iter().zip(&right).for_each(|(&class, right)| found[class] += right);
    let recall: Vec<f64> = found.iter().zip(&sizes).map(|(found, size)| found / size).collect();
    let (n, k) = (truth.len() as f64, classes.len() as f64);
    let weighted = |(&class, right): (&usize, &f64)| (right - recall[class]) * n / (k * sizes[class]);
    Scored {
        value: recall.iter().sum::<f64>() / k,
        influence: class_of.iter().zip(&right).map(weighted).collect(),
        floor: Some(flip_floor(truth)),
    }
}

/// Mean of `F_k = 2 TP_k / (T_k + P_k)` over the classes in truth (T) or predictions (P). By the ratio's
/// derivative an example has the influence `(2 tp − F_k (t + p)) n / (T_k + P_k)` on class k, where tp,
/// t and p say whether it is found, true and predicted there. An example without an answer ([`NO_ANSWER`]) is one that is
/// missed; it makes no class of its own.
pub(super) fn macro_f1(truth: &[u32], predicted: &[u32]) -> Scored {
    let answers = predicted.iter().copied().filter(|&class| class != NO_ANSWER);
    let classes = distinct(truth.iter().copied().chain(answers));
    let (truths, guesses) = (positions(truth, &classes), positions(predicted, &classes));
    let guesses: Vec<Option<usize>> =
        guesses.into_iter().zip(predicted).map(|(at, &class)| (class != NO_ANSWER).then_some(at)).collect();
    let (mut sums, mut found) = (counts(&truths, classes.len()), vec![0.0; classes.len()]);
    guesses.iter().flatten().for_each(|&class| sums[class] += 1.0);
    truths.iter().zip(&guesses).filter(|(t, p)| Some(**t) == **p).for_each(|(&class, _)| found[class] += 1.0);
    let f1: Vec<f64> = found.iter().zip(&sums).map(|(found, sum)| 2.0 * found / sum).collect();
    let (n, k) = (truth.len() as f64, classes.len() as f64);
    let one = |(&t, &p): (&usize, &Option<usize>)| {
        let hit = if Some(t) == p { 2.0 / sums[t] } else { 0.0 };
        (hit - f1[t] / sums[t] - p.map_or(0.0, |p| f1[p] / sums[p])) * n / k
    };
    Scored {
        value: f1.iter().sum::<f64>() / k,
        influence: truths.iter().zip(&guesses).map(one).collect(),
        floor: Some(flip_floor(truth)),
    }
}

/// The area under the curve and each example's influence, by placement values (DeLong, DeLong &
/// Clarke-Pearson 1988; by ranks, Sun & Xu 2014).
///
/// The placement of an example is the share of the other side that it is ranked rightly against, ties
/// counting half; its influence is `(placement − AUC) n / (examples of its side)`.
pub(super) fn auc(positive: &[bool], scores: &[f64]) -> Result<(f64, Vec<f64>), MetricError> {
    let n = scores.len();
    let positives = positive.iter().filter(|&&is| is).count();
    let sides = [(n - positives) as f64, positives as f64];
    if let Some(absent) = sides.iter().position(|&count| count == 0.0) {
        return Err(MetricError::ClassAbsent { absent: absent as u32 });
    }
    let mut order: Vec<usize> = (0..n).collect();
    // + 0.0 makes −0 equal to 0
    order.sort_by(|&a, &b| (scores[a] + 0.0).total_cmp(&(scores[b] + 0.0)));
    let mut placement = vec![0.0; n];
    let mut below = [0.0, 0.0];
    for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let ones = tied.iter().filter(|&&i| positive[i]).count() as f64;
        let here = [tied.len() as f64 - ones, ones];
        for &i in tied {
            placement[i] = if positive[i] {
                (below[0] + 0.5 * here[0]) / sides[0]
            } else {
                (sides[1] - below[1] - 0.5 * here[1]) / sides[1]
            };
        }
        below = [below[0] + here[0], below[1] + here[1]];
    }
    let over_positives = placement.iter().zip(positive).filter(|(_, is)| **is).map(|(placement, _)| placement);
    let area = over_positives.sum::<f64>() / sides[1];
    let side = |is: bool| sides[usize::from(is)];
    let influence = placement.iter().zip(positive).map(|(p, &is)| (p - area) * n as f64 / side(is)).collect();
    Ok((area, influence))
}
