//! The three losses: their starting values, first and second derivatives.

use super::TreesError;
use super::forest::Link;
use crate::candidate::labels::Labels;

/// The least second derivative, so that no leaf divides by nothing.
const LEAST_CURVATURE: f32 = 1e-6;

/// The targets of one set of rows, checked; values are standardised.
pub(crate) enum Targets<'a> {
    /// The classes.
    Classes(&'a [u32]),
    /// The values less their mean, over their spread.
    Values(Vec<f64>),
}

/// What the loss needs to know besides the rows.
pub(crate) struct Loss {
    /// How sums become predictions.
    pub(crate) link: Link,
    /// What the sums start from: before standardising is undone for values.
    pub(crate) start: Vec<f32>,
    /// The target's spread (1 for classes).
    pub(crate) scale: f32,
    classes: u32,
}

impl Loss {
    /// The loss for these training labels.
    pub(crate) fn new(labels: &Labels<'_>, weights: Option<&[f32]>) -> Result<Self, TreesError> {
        match *labels {
            Labels::Classes { labels, classes } => Self::for_classes(labels, classes, weights),
            Labels::Values(values) => Self::for_values(values, weights),
        }
    }

    fn for_classes(labels: &[u32], classes: u32, weights: Option<&[f32]>) -> Result<Self, TreesError> {
        if classes < 2 {
            return Err(TreesError::Config("classes"));
        }
        let mut counts = vec![0.0f64; classes as usize];
        for (row, &label) in labels.iter().enumerate() {
            let count = counts.get_mut(label as usize);
            *count.ok_or(TreesError::Label { row })? += weights.map_or(1.0, |weights| f64::from(weights[row]));
        }
        // Half a row more for each class keeps the start finite for a class without rows.
        let logs: Vec<f64> = counts.iter().map(|n| (n + 0.5).ln()).collect();
        let (link, start) = match logs.as_slice() {
            [zero, one] => (Link::Logistic, vec![(one - zero) as f32]),
            _ => {
                let total = (counts.iter().sum::<f64>() + 0.5 * f64::from(classes)).ln();
                let start = logs.iter().map(|l| (l - total) as f32).collect();
                (Link::Softmax, start)
            }
        };
        let scale = 1.0;
        Ok(Loss { link, start, scale, classes })
    }

    fn for_values(values: &[f32], weights: Option<&[f32]>) -> Result<Self, TreesError> {
        if let Some(row) = values.iter().position(|value| !value.is_finite()) {
            return Err(TreesError::Label { row });
        }
        let all = |weights: &[f32]| weights.iter().map(|weight| f64::from(*weight)).sum();
        let n: f64 = weights.map_or(values.len().max(1) as f64, all);
        let weight = |row: usize| weights.map_or(1.0, |weights| f64::from(weights[row]));
        let weighed = values.iter().enumerate().map(|(row, value)| weight(row) * f64::from(*value));
        let mean = (weighed.sum::<f64>() / n) as f32;
        let around = |(row, value): (usize, &f32)| weight(row) * (f64::from(*value) - f64::from(mean)).powi(2);
        let spread = (values.iter().enumerate().map(around).sum::<f64>() / n).sqrt() as f32;
        let usable = spread.is_normal();
        Ok(Loss { link: Link::Identity, start: vec![mean], scale: if usable { spread } else { 1.0 }, classes: 0 })
    }

    /// Checks labels against those the loss was made for, and standardises values.
    pub(crate) fn targets<'a>(&self, labels: &Labels<'a>) -> Result<Targets<'a>, TreesError> {
        match (*labels, self.link) {
            (Labels::Values(values), Link::Identity) => {
                if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                    return Err(TreesError::Label { row });
                }
                let (start, scale) = (f64::from(self.first_start()), f64::from(self.scale));
                let standard = values.iter().map(|value| (f64::from(*value) - start) / scale);
                Ok(Targets::Values(standard.collect()))
            }
            (Labels::Classes { labels, classes }, Link::Logistic | Link::Softmax) if classes == self.classes => {
                match labels.iter().position(|&l| l >= classes) {
                    Some(row) => Err(TreesError::Label { row }),
                    None => Ok(Targets::Classes(labels)),
                }
            }
            _ => Err(TreesError::Kind),
        }
    }

    fn first_start(&self) -> f32 {
        self.start.first().copied().unwrap_or(0.0)
    }

    /// Sums before the first round for `rows` rows: one run of rows per tree of a round.
    pub(crate) fn initial(&self, rows: usize) -> Vec<Vec<f64>> {
        let from = |s: &f32| match self.link {
            Link::Identity => 0.0,
            Link::Logistic | Link::Softmax => f64::from(*s),
        };
        self.start.iter().map(|s| vec![from(s); rows]).collect()
    }

    /// The mean loss in the target's own unit, and each row's probabilities
    /// (per tree of a round; unused for values) as a by-product.
    pub(crate) fn mean(&self, sums: &[Vec<f64>], targets: &Targets<'_>) -> (f64, Vec<Vec<f32>>) {
        let (total, p) = match (targets, self.link) {
            (Targets::Values(values), _) => {
                let sums = sums.iter().flatten();
                let square = sums.zip(values).map(|(s, v)| (s - v).powi(2)).sum::<f64>();
                (square * f64::from(self.scale).powi(2), Vec::new())
            }
            (Targets::Classes(labels), Link::Softmax) => softmax(sums, labels),
            (Targets::Classes(labels), _) => logistic(sums, labels),
        };
        let rows = sums.first().map_or(1, Vec::len).max(1);
        (total / rows as f64, p)
    }

    /// First and second derivatives by the sums of tree `k` of a round.
    pub(crate) fn derivatives(
        &self,
        k: usize,
        state: (&[Vec<f64>], &[Vec<f32>]),
        targets: &Targets<'_>,
        out: &mut (Vec<f32>, Vec<f32>),
    ) {
        let (gradient, curvature) = out;
        gradient.clear();
        curvature.clear();
        let (sums, probabilities) = state;
        match targets {
            Targets::Values(values) => {
                let sums = sums.iter().flatten();
                gradient.extend(sums.zip(values).map(|(s, v)| (s - v) as f32));
                curvature.resize(values.len(), 1.0);
            }
            Targets::Classes(labels) => {
                let class = if self.link == Link::Logistic { 1 } else { k as u32 };
                let of_k = probabilities.iter().skip(k).take(1).flatten();
                for (p, &label) in of_k.zip(*labels) {
                    gradient.push(p - f32::from(u8::from(label == class)));
                    curvature.push((p * (1.0 - p)).max(LEAST_CURVATURE));
                }
            }
        }
    }
}

/// Total cross-entropy and the probability of class 1.
fn logistic(sums: &[Vec<f64>], labels: &[u32]) -> (f64, Vec<Vec<f32>>) {
    let mut total = 0.0;
    let mut p = Vec::with_capacity(labels.len());
    for (s, &label) in sums.iter().flatten().zip(labels) {
        let away = if label == 1 { -s } else { *s };
        total += away.max(0.0) + (-away.abs()).exp().ln_1p();
        p.push((1.0 / (1.0 + (-s).exp())) as f32);
    }
    (total, vec![p])
}

/// Total cross-entropy and the probability of each class.
fn softmax(sums: &[Vec<f64>], labels: &[u32]) -> (f64, Vec<Vec<f32>>) {
    let rows = labels.len();
    let mut most = vec![f64::NEG_INFINITY; rows];
    for class in sums {
        for (m, s) in most.iter_mut().zip(class) {
            *m = m.max(*s);
        }
    }
    let mut weight = vec![0.0f64; rows];
    let mut p: Vec<Vec<f32>> = Vec::with_capacity(sums.len());
    for class in sums {
        let shares = class.iter().zip(&most).zip(weight.iter_mut());
        let shares = shares.map(|((s, m), w)| {
            let share = (s - m).exp();
            *w += share;
            share as f32
        });
        p.push(shares.collect());
    }
    let mut total = 0.0;
    for (row, &label) in labels.iter().enumerate() {
        let own = sums.get(label as usize).and_then(|c| c.get(row));
        total += weight[row].ln() + most[row] - own.copied().unwrap_or(0.0);
    }
    for class in &mut p {
        for (share, w) in class.iter_mut().zip(&weight) {
            *share = (f64::from(*share) / w) as f32;
        }
    }
    (total, p)
}
