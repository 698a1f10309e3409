//! Labels that are likely wrong, by confident learning (Northcutt, Jiang & Chuang 2021, arXiv 1911.00068).
//!
//! ```text
//! probabilities -> threshold of each class -> confident joint (given x true) -> how many labels of i are truly j
//!               -> suspects: so many rows of i with the largest p(j) - p(i), and among as many as are wrong in all those
//!                  with the smallest p(i)
//! ```
//!
//! The rule is that of cleanlab 2.9.0, `find_label_issues(filter_by="both")`, to the row but for ties; fixtures of it are in `fixtures/`.
//! cleanlab's own default is the first of the two sets alone (`prune_by_noise_rate`): with a tenth of wrong labels in 77 classes 71 % of
//! those suspects were wrong, and 84 % of those in both sets (log/2026-11-29-data-quality.md). Its defence against models that are always sure of themselves, or never, is that each class has a threshold of
//! its own: the mean probability that rows labelled so are given of being so.

use super::error::QualityError;

/// What two probabilities may differ by and still be the same: cleanlab's `FLOATING_POINT_COMPARISON`.
const SAME: f64 = 1e-6;
/// What the labels of some rows look like beside what a model makes of the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelErrors {
    /// Rows whose label is likely wrong, the worst first.
    pub suspects: Vec<Suspect>,
    /// The estimated share of all rows with each given label (row) and each true label (column): row-major, classes × classes,
    /// together 1. Rows of a class that nobody has are 0.
    pub joint: Vec<f64>,
    /// The estimated share of wrong labels, between 0 and 1: what the joint has off its diagonal.
    pub noise: f64,
    /// Classes that no row has: no row can be found to be of them.
    pub absent: Vec<u32>,
}

/// A row whose label is likely wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspect {
    /// Its place in the slice of labels.
    pub row: usize,
    /// The label it has.
    pub given: u32,
    /// The most probable other label.
    pub likely: u32,
    /// The probability of the label it has.
    pub given_probability: f64,
    /// The probability of the likely one.
    pub likely_probability: f64,
    /// Normalised margin, `(p(given) − p(likely) + 1) / 2`, between 0 and 1: low is bad, and below 0.5 the model disagrees.
    pub score: f64,
}

/// Finds labels that are likely wrong.
///
/// `probabilities` has a row of `classes` numbers for each label, and each has to come from a model that has not seen that row:
/// a model knows the labels it was trained on. At least one row of every class is never suspected.
///
/// # Errors
/// The slices do not fit together, a label is no class, a probability is none, or fewer than two classes occur.
pub fn label_errors(labels: &[u32], probabilities: &[f64], classes: u32) -> Result<LabelErrors, QualityError> {
    let rows = Rows::new(labels, probabilities, classes)?;
    let counts = rows.counts();
    let occurring = counts.iter().filter(|count| **count > 0).count();
    if occurring < 2 {
        return Err(QualityError::OneClass { classes: occurring as u32 });
    }
    let confident = rows.confident_joint(&counts);
    let calibrated = calibrated(&confident, &counts);
    let mut suspected = rows.pruned(&to_prune(&calibrated, rows.classes), &counts);
    suspected.sort_by(|a, b| a.score.total_cmp(&b.score).then(a.row.cmp(&b.row)));
    let all: i64 = calibrated.iter().sum();
    let joint: Vec<f64> = calibrated.iter().map(|count| *count as f64 / all.max(1) as f64).collect();
    let right: f64 = joint.iter().step_by(rows.classes + 1).sum();
    let absent = (0..classes).filter(|class| counts[*class as usize] == 0).collect();
    let noise = (1.0 - right).max(0.0);
    Ok(LabelErrors { suspects: suspected, joint, noise, absent })
}

/// Labels with their probabilities, which fit together.
struct Rows<'a> {
    labels: &'a [u32],
    probabilities: &'a [f64],
    classes: usize,
}

impl<'a> Rows<'a> {
    fn new(labels: &'a [u32], probabilities: &'a [f64], classes: u32) -> Result<Self, QualityError> {
        let width = classes as usize;
        if classes < 2 {
            return Err(QualityError::OneClass { classes });
        }
        if labels.len().checked_mul(width) != Some(probabilities.len()) {
            return Err(QualityError::Shape { rows: labels.len(), classes, found: probabilities.len() });
        }
        if let Some((row, &label)) = labels.iter().enumerate().find(|(_, label)| **label >= classes) {
            return Err(QualityError::Label { row, label, classes });
        }
        // Sums of shares may come out a rounding error above 1.
        let impossible = |found: &f64| !(-SAME..=1.0 + SAME).contains(found);
        if let Some(at) = probabilities.iter().position(impossible) {
            let (row, class) = (at / width, (at % width) as u32);
            return Err(QualityError::Probability { row, class, found: probabilities[at] });
        }
        Ok(Self { labels, probabilities, classes: width })
    }

    /// Rows of each class.
    fn counts(&self) -> Vec<i64> {
        let mut counts = vec![0; self.classes];
        self.labels.iter().for_each(|label| counts[*label as usize] += 1);
        counts
    }

    /// Label and probabilities, row by row.
    fn each(&self) -> impl Iterator<Item = (usize, &'a [f64])> + '_ {
        self.labels.iter().map(|label| *label as usize).zip(self.probabilities.chunks_exact(self.classes))
    }

    /// The mean probability of a class in the rows that are labelled so; nothing reaches that of a class without rows.
    fn thresholds(&self, counts: &[i64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.classes];
        self.each().for_each(|(label, probabilities)| sums[label] += probabilities[label]);
        let mean = |(sum, count): (f64, &i64)| if *count > 0 { (sum / *count as f64).max(2.0 * SAME) } else { 2.0 };
        sums.into_iter().zip(counts).map(mean).collect()
    }

    /// How many rows with each given label (row) are surely of each class (column); at least one of each class of itself.
    fn confident_joint(&self, counts: &[i64]) -> Vec<i64> {
        let thresholds = self.thresholds(counts);
        let mut joint = vec![0; self.classes * self.classes];
        for (label, probabilities) in self.each() {
            let reaches = |class: &usize| probabilities[*class] >= thresholds[*class] - SAME;
            let mut reached = (0..self.classes).filter(reaches);
            let found = match (reached.next(), reached.next()) {
                (Some(only), None) => only,
                (Some(_), Some(_)) => largest(probabilities),
                _ => continue,
            };
            joint[label * self.classes + found] += 1;
        }
        joint.iter_mut().step_by(self.classes + 1).for_each(|right| *right = (*right).max(1));
        joint
    }

    /// Of each given label, as many rows as there are to prune for each other class, those first that look most like it; of these
    /// the rows that are also among as many as there are to prune in all, those first that look least like their own; and not
    /// those whose own label is the most probable.
    fn pruned(&self, to_prune: &[i64], counts: &[i64]) -> Vec<Suspect> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.classes];
        self.labels.iter().enumerate().for_each(|(row, label)| members[*label as usize].push(row));
        let of = |row: usize| &self.probabilities[row * self.classes..][..self.classes];
        let mut suspected = vec![false; self.labels.len()];
        for (given, rows) in members.iter().enumerate().filter(|(given, _)| counts[*given] > 1) {
            for other in (0..self.classes).filter(|other| *other != given) {
                let count = usize::try_from(to_prune[given * self.classes + other]).unwrap_or(0).min(rows.len());
                if count == 0 {
                    continue;
                }
                let margin = |row: usize| of(row)[other] - of(row)[given];
                let mut order = rows.clone();
                order.sort_by(|a, b| margin(*b).total_cmp(&margin(*a)));
                order.iter().take(count).for_each(|row| suspected[*row] = true);
            }
        }
        let unlike = self.unlike(to_prune, &members);
        let rows = (0..self.labels.len()).filter(|row| suspected[*row] && unlike[*row]);
        rows.filter_map(|row| suspect(row, self.labels[row], of(row))).collect()
    }

    /// Of each given label, as many rows as there are to prune for all other classes together, those first that look least like it.
    fn unlike(&self, to_prune: &[i64], members: &[Vec<usize>]) -> Vec<bool> {
        let mut unlike = vec![false; self.labels.len()];
        for (given, rows) in members.iter().enumerate() {
            let kept = usize::try_from(to_prune[given * self.classes + given]).unwrap_or(0);
            let own = |row: usize| self.probabilities[row * self.classes + given];
            let mut order = rows.clone();
            order.sort_by(|a, b| own(*a).total_cmp(&own(*b)));
            order.iter().take(rows.len().saturating_sub(kept)).for_each(|row| unlike[*row] = true);
        }
        unlike
    }
}

/// The suspect, where another label is more probable than its own.
fn suspect(row: usize, given: u32, probabilities: &[f64]) -> Option<Suspect> {
    let own = probabilities[given as usize];
    let others = probabilities.iter().enumerate().filter(|(class, _)| *class != given as usize);
    // The first of equals, as everywhere.
    let (likely, best) = others.fold((given as usize, f64::NEG_INFINITY), |best, (class, &probability)| {
        if probability > best.1 { (class, probability) } else { best }
    });
    // cleanlab adds so much to the own label before it asks which is the largest; of equals, the first.
    let ahead = best > own + SAME || best >= own + SAME && likely < given as usize;
    ahead.then_some(Suspect {
        row,
        given,
        likely: likely as u32,
        given_probability: own,
        likely_probability: best,
        score: (own - best + 1.0) / 2.0,
    })
}

/// The place of the largest; the first of equals.
fn largest(numbers: &[f64]) -> usize {
    numbers.iter().enumerate().fold(0, |best, (at, number)| if *number > numbers[best] { at } else { best })
}

/// The joint scaled so that each given label has as many rows as there are, in whole numbers: cleanlab's `calibrate_confident_joint`.
fn calibrated(joint: &[i64], counts: &[i64]) -> Vec<i64> {
    let classes = counts.len();
    let scaled = joint.chunks_exact(classes).zip(counts).flat_map(|(row, count)| {
        let sum: i64 = row.iter().sum();
        let row: Vec<f64> = row.iter().map(|cell| *cell as f64 / sum.max(1) as f64 * *count as f64).collect();
        rounded(&row)
    });
    scaled.collect()
}

/// Whole numbers with the same sum: what was rounded most the wrong way is moved by one (cleanlab's `round_preserving_sum`).
fn rounded(numbers: &[f64]) -> Vec<i64> {
    let mut whole: Vec<i64> = numbers.iter().map(|number| number.round_ties_even() as i64).collect();
    let missing = numbers.iter().sum::<f64>().round_ties_even() as i64 - whole.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    let lost = |at: usize, whole: &[i64]| numbers[at] - whole[at] as f64;
    order.sort_by(|a, b| lost(*a, &whole).total_cmp(&lost(*b, &whole)));
    if missing > 0 {
        order.reverse();
    }
    // Each was rounded by half at most, so there are no more to move than there are numbers.
    order.iter().take(missing.unsigned_abs() as usize).for_each(|at| whole[*at] += missing.signum());
    whole
}

/// How many rows of each given label (row) to suspect for each other class (column), and how many to keep (on the diagonal): at least
/// one of each label stays, and what it takes to keep it is taken from the others (cleanlab's `_keep_at_least_n_per_class` with one).
fn to_prune(joint: &[i64], classes: usize) -> Vec<i64> {
    let kept = |(given, row): (usize, &[i64])| {
        let missing = (1 - row[given]).max(0) as f64;
        let others = (row.iter().filter(|cell| **cell != 0).count() as f64 - 1.0).max(1.0);
        let less = |cell: &i64| (*cell as f64 - missing / others).max(0.0) as i64;
        let mut row: Vec<i64> = row.iter().map(less).collect();
        row[given] = joint[given * classes + given].max(1);
        row
    };
    joint.chunks_exact(classes).enumerate().flat_map(kept).collect()
}

#[cfg(test)]
#[path = "label_errors_tests.rs"]
mod tests;
