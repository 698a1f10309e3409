//! What a training makes small: the loss of a recipe, with weights of rows and classes, smoothing and mixed rows.

use super::loss::{BatchLoss, loss, softmax};
use super::recipe::Recipe;
use super::settings::{ClassLoss, NumberLoss};
use crate::candidate::labels::Labels;

/// γ of the focal loss (Lin et al. 2017, section 4.1).
const FOCUS: i32 = 2;
/// τ of the quantile loss.
const QUANTILE: f32 = 0.5;
/// δ of Huber's loss, in standard deviations of the training targets.
const HUBER: f32 = 1.0;

/// A loss on labelled rows.
#[derive(Debug, Clone)]
pub(super) struct Objective<'a> {
    labels: Labels<'a>,
    class_loss: ClassLoss,
    number_loss: NumberLoss,
    /// Share of a row's target that goes to all classes evenly.
    smoothing: f32,
    /// One a class, where classes are weighted.
    class_weights: Option<Vec<f32>>,
    /// One a row, where rows are weighted.
    row_weights: Option<&'a [f32]>,
}

/// Rows that the rows of a step are mixed with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mixed {
    /// For each row of the step another of it.
    pub(super) partners: Vec<u32>,
    /// Share of the row itself.
    pub(super) share: f32,
}

impl Mixed {
    /// Mixes the rows of the partners, `[rows, columns]`, into those of the step.
    pub(super) fn mix(&self, rows: &mut [f32], partners: &[f32]) {
        rows.iter_mut().zip(partners).for_each(|(own, other)| *own = self.share * *own + (1.0 - self.share) * other);
    }
}

impl<'a> Objective<'a> {
    /// The loss of a recipe on the training rows.
    pub(super) fn training(recipe: &Recipe, labels: Labels<'a>, row_weights: Option<&'a [f32]>) -> Self {
        let weighted = recipe.class_loss == ClassLoss::ClassWeighted;
        let class_weights = match labels {
            Labels::Classes { labels, classes } if weighted => Some(balanced(labels, classes)),
            _ => None,
        };
        let smoothing = recipe.label_smoothing as f32;
        let Recipe { class_loss, number_loss, .. } = *recipe;
        Self { labels, class_loss, number_loss, smoothing, class_weights, row_weights }
    }

    /// The same on other rows, as it is measured: without smoothing and weights of rows; the weights of classes are kept.
    pub(super) fn measuring<'b>(&self, labels: Labels<'b>) -> Objective<'b> {
        let Self { class_loss, number_loss, class_weights, .. } = self.clone();
        Objective { labels, class_loss, number_loss, smoothing: 0.0, class_weights, row_weights: None }
    }

    /// Mean loss over `batch` (indices of the rows that the outputs belong to), its gradient, and what it is the mean over.
    ///
    /// With weights of classes the mean is over these weights (PyTorch's `CrossEntropyLoss`), else over the rows; the weight of a row
    /// multiplies its loss.
    pub(super) fn of(&self, outputs: Vec<f32>, batch: &[u32]) -> BatchLoss {
        let plain = match self.labels {
            Labels::Classes { .. } => self.class_loss == ClassLoss::CrossEntropy,
            Labels::Values(_) => self.number_loss == NumberLoss::Squared,
        };
        if plain && self.row_weights.is_none() {
            return loss(outputs, &self.labels, batch, self.smoothing);
        }
        match &self.labels {
            Labels::Classes { labels, classes } => self.classes(outputs, batch, (labels, *classes as usize)),
            Labels::Values(values) => self.numbers(outputs, batch, values),
        }
    }

    /// As [`Objective::of`], of mixed rows: the loss against the row's own label and that against its partner's, in their shares.
    pub(super) fn of_mixed(&self, outputs: Vec<f32>, batch: &[u32], mixed: Option<&Mixed>) -> BatchLoss {
        let Some(Mixed { partners, share }) = mixed else { return self.of(outputs, batch) };
        let (mut own, other) = (self.of(outputs.clone(), batch), self.of(outputs, partners));
        own.mean = f64::from(*share) * own.mean + (1.0 - f64::from(*share)) * other.mean;
        own.gradient.iter_mut().zip(other.gradient).for_each(|(a, b)| *a = share * *a + (1.0 - share) * b);
        own
    }

    fn row_weight(&self, row: u32) -> f32 {
        self.row_weights.map_or(1.0, |weights| weights[row as usize])
    }

    fn numbers(&self, outputs: Vec<f32>, batch: &[u32], values: &[f32]) -> BatchLoss {
        let rows = batch.len().max(1) as f32;
        let (mut gradient, mut total) = (outputs, 0.0);
        for (output, index) in gradient.iter_mut().zip(batch) {
            let error = *output - values[*index as usize];
            let (value, slope) = match self.number_loss {
                NumberLoss::Squared => (error * error, 2.0 * error),
                NumberLoss::Absolute => (error.abs(), signum(error)),
                NumberLoss::Huber if error.abs() <= HUBER => (0.5 * error * error, error),
                NumberLoss::Huber => (HUBER * (error.abs() - 0.5 * HUBER), HUBER * signum(error)),
                // The error is prediction less truth: too low by 1 costs τ, too high by 1 costs 1 - τ.
                NumberLoss::Quantile if error < 0.0 => (-QUANTILE * error, -QUANTILE),
                NumberLoss::Quantile => ((1.0 - QUANTILE) * error, (1.0 - QUANTILE) * signum(error)),
            };
            let weight = self.row_weight(*index);
            total += f64::from(weight * value);
            *output = weight * slope / rows;
        }
        BatchLoss { mean: total / f64::from(rows), gradient, weight: f64::from(rows) }
    }

    fn classes(&self, outputs: Vec<f32>, batch: &[u32], (labels, classes): (&[u32], usize)) -> BatchLoss {
        let class_weight = |class: usize| self.class_weights.as_ref().map_or(1.0, |weights| weights[class]);
        let truth = |row: u32| labels[row as usize] as usize;
        let over: f32 = batch.iter().map(|row| class_weight(truth(*row))).sum();
        let over = if over > 0.0 { over } else { 1.0 };
        let (mut gradient, mut total) = (outputs, 0.0);
        let mut target = vec![0.0f32; classes];
        for (row, index) in gradient.chunks_exact_mut(classes).zip(batch) {
            target.fill(self.smoothing / classes as f32);
            target[truth(*index)] += 1.0 - self.smoothing;
            target.iter_mut().enumerate().for_each(|(class, share)| *share *= class_weight(class));
            let value = match self.class_loss {
                ClassLoss::CrossEntropy | ClassLoss::ClassWeighted => cross_entropy(row, &target),
                ClassLoss::Focal => focal(row, &target),
                ClassLoss::Hinge => hinge(row, &target),
            };
            let weight = self.row_weight(*index);
            total += f64::from(weight) * value;
            row.iter_mut().for_each(|slope| *slope *= weight / over);
        }
        BatchLoss { mean: total / f64::from(over), gradient, weight: f64::from(over) }
    }
}

/// scikit-learn's `balanced` weights: rows / (classes · rows of the class); those of a class without rows as if it had one.
fn balanced(labels: &[u32], classes: u32) -> Vec<f32> {
    let mut counts = vec![0u32; classes as usize];
    labels.iter().for_each(|label| counts[*label as usize] += 1);
    let weight = |count: &u32| labels.len() as f64 / (f64::from(classes) * f64::from((*count).max(1)));
    counts.iter().map(|count| weight(count) as f32).collect()
}

/// 1, -1, or 0 of 0 (as PyTorch's losses have it at 0).
fn signum(value: f32) -> f32 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// Σ t ln(1 / p) of a row of scores against a target; the scores become the gradient `p Σ t - t`.
fn cross_entropy(row: &mut [f32], target: &[f32]) -> f64 {
    let scores = row.to_vec();
    let log_sum = softmax(row);
    let whole: f32 = target.iter().sum();
    let told: f32 = scores.iter().zip(target).map(|(score, share)| share * (log_sum - score)).sum();
    row.iter_mut().zip(target).for_each(|(p, share)| *p = *p * whole - share);
    f64::from(told)
}

/// Σ t (1 - p)^γ ln(1 / p) of a row of scores; the scores become the gradient.
///
/// With a = γ (1 - p)^(γ - 1) p ln p - (1 - p)^γ of each class, the slope of score j is t_j a_j - p_j Σ t a.
fn focal(row: &mut [f32], target: &[f32]) -> f64 {
    let scores = row.to_vec();
    let log_sum = softmax(row);
    let mut total = 0.0f32;
    let mut slopes = vec![0.0f32; row.len()];
    for (at, (p, share)) in row.iter().zip(target).enumerate() {
        let (log, rest) = (scores[at] - log_sum, 1.0 - p);
        total -= share * rest.powi(FOCUS) * log;
        slopes[at] = share * (FOCUS as f32 * rest.powi(FOCUS - 1) * p * log - rest.powi(FOCUS));
    }
    let sum: f32 = slopes.iter().sum();
    row.iter_mut().zip(slopes).for_each(|(p, slope)| *p = slope - *p * sum);
    f64::from(total)
}

/// Σ t max(0, 1 + largest other score - score) of a row of scores; the scores become the gradient. Of equal scores the first is the
/// largest.
fn hinge(row: &mut [f32], target: &[f32]) -> f64 {
    let scores = row.to_vec();
    let largest = |but: usize| {
        let others = scores.iter().enumerate().filter(|(at, _)| *at != but);
        others.fold((0, f32::NEG_INFINITY), |top, (at, score)| if *score > top.1 { (at, *score) } else { top })
    };
    let (first, second) = {
        let first = largest(usize::MAX);
        (first, largest(first.0))
    };
    row.fill(0.0);
    let mut total = 0.0f32;
    for (class, share) in target.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let (other, score) = if class == first.0 { second } else { first };
        let short = 1.0 + score - scores[class];
        if short > 0.0 {
            total += share * short;
            row[other] += share;
            row[class] -= share;
        }
    }
    f64::from(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(class_loss: ClassLoss, smoothing: f64) -> Recipe {
        Recipe { class_loss, label_smoothing: smoothing, ..Recipe::default() }
    }

    #[test]
    fn weights_of_one_change_nothing_and_others_multiply_each_rows_loss() {
        let labels = Labels::Classes { labels: &[2, 0], classes: 3 };
        let outputs = vec![0.1f32, -0.7, 0.4, 1.2, 0.0, -0.2];
        let recipe = with(ClassLoss::CrossEntropy, 0.1);
        let plain = Objective::training(&recipe, labels, None).of(outputs.clone(), &[0, 1]);
        let ones = Objective::training(&recipe, labels, Some(&[1.0, 1.0])).of(outputs.clone(), &[0, 1]);
        assert!((plain.mean - ones.mean).abs() < 1e-6);
        assert!(plain.gradient.iter().zip(&ones.gradient).all(|(a, b)| (a - b).abs() < 1e-6));
        let first = Objective::training(&recipe, labels, None).of(outputs[..3].to_vec(), &[0]).mean;
        let second = Objective::training(&recipe, labels, None).of(outputs[3..].to_vec(), &[1]).mean;
        let weighted = Objective::training(&recipe, labels, Some(&[1.5, 0.5])).of(outputs, &[0, 1]).mean;
        assert!((weighted - (1.5 * first + 0.5 * second) / 2.0).abs() < 1e-6);
        let values = Labels::Values(&[1.0, 3.0]);
        let recipe = Recipe::values();
        // (2 · 1² + 0 · 3²) / 2.
        assert_eq!(Objective::training(&recipe, values, Some(&[2.0, 0.0])).of(vec![0.0, 0.0], &[0, 1]).mean, 1.0);
    }

    #[test]
    fn classes_weigh_by_the_inverse_of_their_frequency() {
        // Three rows of class 0, one of class 1: 4 / (2 · 3) and 4 / (2 · 1).
        assert_eq!(balanced(&[0, 0, 1, 0], 2), [2.0 / 3.0, 2.0]);
        let labels = Labels::Classes { labels: &[0, 0, 1, 0], classes: 2 };
        let objective = Objective::training(&with(ClassLoss::ClassWeighted, 0.0), labels, None);
        // The rows of both classes weigh the same together, so the gradient of equal scores is 0 in sum.
        let found = objective.of(vec![0.0; 8], &[0, 1, 2, 3]);
        assert!((found.mean - 2f64.ln()).abs() < 1e-6 && (found.weight - 4.0).abs() < 1e-6);
        assert!(found.gradient.chunks(2).map(|row| row[0]).sum::<f32>().abs() < 1e-6);
        // As measured it has the weights of the training rows.
        let measured = objective.measuring(Labels::Classes { labels: &[1], classes: 2 }).of(vec![0.0; 2], &[0]);
        assert!((measured.weight - 2.0).abs() < 1e-6);
    }

    #[test]
    fn hinge_and_focal_come_to_what_their_formulas_say() {
        let labels = Labels::Classes { labels: &[1], classes: 3 };
        let hinge = Objective::training(&with(ClassLoss::Hinge, 0.0), labels, None);
        // 1 + 0.5 - 0.25 where the largest other is the third; nothing where the true class leads by more than 1.
        let found = hinge.of(vec![0.0, 0.25, 0.5], &[0]);
        assert_eq!((found.mean, found.gradient), (1.25, vec![0.0, -1.0, 1.0]));
        assert_eq!(hinge.of(vec![0.0, 2.0, 0.5], &[0]).mean, 0.0);
        let focal = Objective::training(&with(ClassLoss::Focal, 0.0), labels, None);
        // (1 - 1/3)² ln 3.
        assert!((focal.of(vec![0.7; 3], &[0]).mean - 4.0 / 9.0 * 3f64.ln()).abs() < 1e-6);
    }

    #[test]
    fn mixed_rows_have_the_losses_of_both_labels_in_their_shares() {
        let labels = Labels::Classes { labels: &[0, 1], classes: 2 };
        let objective = Objective::training(&with(ClassLoss::CrossEntropy, 0.0), labels, None);
        let outputs = vec![1.0f32, 0.0, 0.3, -0.2];
        let mixed = Mixed { partners: vec![1, 0], share: 0.75 };
        let (own, other) = (objective.of(outputs.clone(), &[0, 1]).mean, objective.of(outputs.clone(), &[1, 0]).mean);
        let found = objective.of_mixed(outputs, &[0, 1], Some(&mixed));
        assert!((found.mean - 0.75 * own - 0.25 * other).abs() < 1e-6);
        let mut rows = vec![0.0f32, 4.0];
        mixed.mix(&mut rows, &[8.0, 0.0]);
        assert_eq!(rows, [2.0, 3.0]);
    }

    #[test]
    fn every_gradient_is_the_slope_of_its_loss() {
        let (classes, values) = ([2u32, 0, 1], [0.5f32, -1.0, 2.0]);
        let weights = [0.5f32, 1.5, 1.0];
        let outputs = vec![0.1f32, -0.7, 0.4, 1.2, 0.0, -0.2, 0.3, 0.05, -0.4];
        let mut cases = Vec::new();
        for class_loss in [ClassLoss::CrossEntropy, ClassLoss::Focal, ClassLoss::ClassWeighted, ClassLoss::Hinge] {
            cases.push((with(class_loss, 0.1), Labels::Classes { labels: &classes, classes: 3 }, outputs.clone()));
        }
        for number_loss in [NumberLoss::Squared, NumberLoss::Absolute, NumberLoss::Huber, NumberLoss::Quantile] {
            let recipe = Recipe { number_loss, ..Recipe::values() };
            cases.push((recipe, Labels::Values(&values), vec![0.2f32, 0.4, -0.3]));
        }
        let mixed = Mixed { partners: vec![1, 2, 0], share: 0.7 };
        for (recipe, labels, outputs) in cases {
            let objective = Objective::training(&recipe, labels, Some(&weights));
            let of = |outputs: Vec<f32>| objective.of_mixed(outputs, &[0, 1, 2], Some(&mixed));
            let exact = of(outputs.clone()).gradient;
            for at in 0..outputs.len() {
                let moved = |by: f32| {
                    let mut moved = outputs.clone();
                    moved[at] += by;
                    of(moved).mean
                };
                let slope = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                assert!((slope - f64::from(exact[at])).abs() < 2e-4, "{recipe:?}: {slope} {}", exact[at]);
            }
        }
    }
}
