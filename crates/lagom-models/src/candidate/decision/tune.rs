//! Weights of classes that are best for a metric on rows that were not trained on: one class after the other, each exactly.

use crate::candidate::plan::Decision;

/// Rounds over all classes: what is left after three is next to nothing.
const ROUNDS: usize = 3;
/// Weights stay within this factor of 1 at both ends: beyond it a few rows decide.
const MOST: f64 = 1e3;
/// A gain below this is rounding.
const GAIN: f64 = 1e-12;

/// A factor for each class, above 0; 1 of a class that no row has.
///
/// `probabilities` are `[rows, classes]`. Coordinate ascent: with all other weights fixed, the rows that are called a class only grow with
/// its weight, and change at one weight each. So every value that the metric can take on a line is seen, and the best is chosen, in the
/// middle of its interval (geometrically); of equals the one nearest to the weight before.
pub(super) fn tuned(probabilities: &[f64], labels: &[u32], classes: usize, decision: Decision) -> Vec<f64> {
    let mut weights = vec![1.0; classes];
    let mut truths = vec![0.0; classes];
    let known = |label: &&u32| (**label as usize) < classes;
    labels.iter().filter(known).for_each(|label| truths[*label as usize] += 1.0);
    // With two classes the weight of one is all there is to choose.
    let free: Vec<usize> = if classes == 2 { vec![1] } else { (0..classes).collect() };
    for _ in 0..ROUNDS {
        let before = weights.clone();
        for &class in free.iter().filter(|class| truths[**class] > 0.0) {
            let line = Line::of(probabilities, labels, (&weights, class));
            weights[class] = line.best(&truths, weights[class], decision);
        }
        if weights == before {
            break;
        }
    }
    weights
}

/// One row on the line of a class's weight.
struct OnLine {
    /// The weight from which on the row is called the class.
    from: f64,
    /// What it is called below that.
    other: usize,
    /// What it is; beyond the classes where that is none of them.
    truth: usize,
}

/// All rows along the weight of one class, by where they change.
struct Line {
    class: usize,
    classes: usize,
    rows: Vec<OnLine>,
}

impl Line {
    fn of(probabilities: &[f64], labels: &[u32], (weights, class): (&[f64], usize)) -> Self {
        let classes = weights.len();
        let row = |(of_row, label): (&[f64], &u32)| {
            let score = |at: usize| weights[at] * of_row[at];
            let others = (0..classes).filter(|at| *at != class);
            let other = others.reduce(|best, at| if score(at) > score(best) { at } else { best }).unwrap_or(class);
            let from = if of_row[class] > 0.0 { score(other) / of_row[class] } else { f64::INFINITY };
            OnLine { from, other, truth: *label as usize }
        };
        let mut rows: Vec<OnLine> = probabilities.chunks_exact(classes).zip(labels).map(row).collect();
        rows.sort_by(|a, b| a.from.total_cmp(&b.from));
        Self { class, classes, rows }
    }

    /// The best weight on the line.
    fn best(&self, truths: &[f64], now: f64, decision: Decision) -> f64 {
        let mut counts = Counts::new(truths, self.classes);
        self.rows.iter().for_each(|row| counts.call(row.truth, row.other, 1.0));
        let at_now = {
            let mut counts = counts.clone();
            let called = self.rows.iter().filter(|row| row.from < now);
            called.for_each(|row| counts.change(row.truth, (row.other, self.class)));
            counts.quality(decision)
        };
        let (mut best, mut weight) = (at_now, now);
        let mut below = 0.0_f64;
        let mut place = 0;
        loop {
            let above = self.rows.get(place).map_or(f64::INFINITY, |row| row.from);
            let (low, high) = (below.max(1.0 / MOST), above.min(MOST));
            if low < high {
                // The interval is open at an end where no row changes: then it keeps near the rows.
                let middle = match (below > 0.0, above.is_finite()) {
                    (true, false) => (below * 2.0).min(MOST),
                    (false, true) => (above / 2.0).max(1.0 / MOST),
                    _ => (low * high).sqrt(),
                };
                let found = counts.quality(decision);
                let nearer = (middle / now).ln().abs() < (weight / now).ln().abs();
                if found > best + GAIN || (weight != now && (found - best).abs() <= GAIN && nearer) {
                    (best, weight) = (found, middle);
                }
            }
            if !above.is_finite() {
                return weight;
            }
            while let Some(row) = self.rows.get(place).filter(|row| row.from == above) {
                counts.change(row.truth, (row.other, self.class));
                place += 1;
            }
            below = above;
        }
    }
}

/// How often each class is there, is called, and is called rightly; and what the metrics sum over the classes.
#[derive(Clone)]
struct Counts<'a> {
    truths: &'a [f64],
    called: Vec<f64>,
    right: Vec<f64>,
    rows: f64,
    all_right: f64,
    recalls: f64,
    f1s: f64,
    /// Classes that are there.
    present: f64,
    /// Classes that are there or called.
    named: f64,
}

impl<'a> Counts<'a> {
    fn new(truths: &'a [f64], classes: usize) -> Self {
        let present = truths.iter().filter(|rows| **rows > 0.0).count() as f64;
        Self {
            truths,
            called: vec![0.0; classes],
            right: vec![0.0; classes],
            rows: 0.0,
            all_right: 0.0,
            recalls: 0.0,
            f1s: 0.0,
            present,
            named: present,
        }
    }

    /// A row that is called a class (`by` 1), or no longer (`by` −1).
    fn call(&mut self, truth: usize, called: usize, by: f64) {
        let is_right = if truth == called { by } else { 0.0 };
        self.f1s -= self.f1(called);
        if self.truths[called] == 0.0 {
            self.named += match (self.called[called], by > 0.0) {
                (0.0, true) => 1.0,
                (1.0, false) => -1.0,
                _ => 0.0,
            };
        }
        self.called[called] += by;
        self.right[called] += is_right;
        self.f1s += self.f1(called);
        self.rows += by;
        self.all_right += is_right;
        if self.truths[called] > 0.0 {
            self.recalls += is_right / self.truths[called];
        }
    }

    fn change(&mut self, truth: usize, (before, after): (usize, usize)) {
        self.call(truth, before, -1.0);
        self.call(truth, after, 1.0);
    }

    fn f1(&self, class: usize) -> f64 {
        let both = self.truths[class] + self.called[class];
        if both > 0.0 { 2.0 * self.right[class] / both } else { 0.0 }
    }

    fn quality(&self, decision: Decision) -> f64 {
        match decision {
            Decision::Accuracy => self.all_right / self.rows.max(1.0),
            Decision::BalancedAccuracy => self.recalls / self.present.max(1.0),
            Decision::MacroF1 => self.f1s / self.named.max(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::seed;
    use rand::Rng as _;

    /// What weights come to, counted anew.
    fn quality(probabilities: &[f64], labels: &[u32], weights: &[f64], decision: Decision) -> f64 {
        let classes = weights.len();
        let truths: Vec<f64> =
            (0..classes as u32).map(|class| labels.iter().filter(|label| **label == class).count() as f64).collect();
        let mut counts = Counts::new(&truths, classes);
        for (row, label) in probabilities.chunks_exact(classes).zip(labels) {
            let score = |at: usize| weights[at] * row[at];
            let called = (0..classes).reduce(|best, at| if score(at) > score(best) { at } else { best });
            counts.call(*label as usize, called.expect("a class"), 1.0);
        }
        counts.quality(decision)
    }

    /// Four rows of two classes: the odds for class 1 are 1/9, 1/4, 3/7, 2/3. The two likelier ones are of it. A weight w calls a row 1 from
    /// w = 9, 4, 7/3 and 3/2 on: the two are called 1, and no other, between 7/3 and 4. Its middle is √(28/3).
    #[test]
    fn a_threshold_lies_in_the_middle_of_the_best_interval() {
        let probabilities = [0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4];
        for decision in Decision::ALL.map(|(_, decision)| decision) {
            let weights = tuned(&probabilities, &[0, 0, 1, 1], 2, decision);
            assert_eq!(weights[0], 1.0);
            assert!((weights[1] - (28.0_f64 / 3.0).sqrt()).abs() < 1e-12, "{decision:?}: {weights:?}");
        }
    }

    /// Two classes of two rows and one of one. Rows are called 0, 0, 1, 1, 2 and are 0, 1, 1, 1 and 2 by nature.
    /// Accuracy 4/5; recalls 1, 2/3, 1 → 8/9; F1 2·1/(1+2) = 2/3, 2·2/(3+2) = 4/5, 1 → 37/45.
    #[test]
    fn the_metrics_are_those_of_the_house() {
        let truths = [1.0, 3.0, 1.0];
        let mut counts = Counts::new(&truths, 3);
        [(0, 0), (1, 0), (1, 1), (1, 1), (2, 2)].iter().for_each(|(truth, called)| counts.call(*truth, *called, 1.0));
        let close = |decision, value: f64| assert!((counts.quality(decision) - value).abs() < 1e-12, "{decision:?}");
        close(Decision::Accuracy, 0.8);
        close(Decision::BalancedAccuracy, 8.0 / 9.0);
        close(Decision::MacroF1, 37.0 / 45.0);
    }

    /// No threshold that a search of a thousand finds is better, and no weights are worse than none.
    #[test]
    fn nothing_that_a_search_finds_is_better() {
        let mut random = seed::generator(3, "decision", 0);
        for case in 0..40 {
            let (rows, classes) = (30 + case, 2 + case % 4);
            let mut probabilities = Vec::new();
            let mut labels = Vec::new();
            for _ in 0..rows {
                let raw: Vec<f64> = (0..classes).map(|_| random.random::<f64>().powi(3) + 1e-3).collect();
                let sum: f64 = raw.iter().sum();
                probabilities.extend(raw.iter().map(|one| one / sum));
                labels.push(random.random_range(0..classes as u32));
            }
            for decision in Decision::ALL.map(|(_, decision)| decision) {
                let weights = tuned(&probabilities, &labels, classes, decision);
                let found = quality(&probabilities, &labels, &weights, decision);
                assert!(found >= quality(&probabilities, &labels, &vec![1.0; classes], decision) - 1e-12);
                assert!(weights.iter().all(|weight| (1e-3..=1e3).contains(weight)), "{weights:?}");
                if classes == 2 {
                    for step in 0..1000 {
                        let other = [1.0, 10_f64.powf(f64::from(step) / 166.5 - 3.0)];
                        let other = quality(&probabilities, &labels, &other, decision);
                        assert!(found >= other - 1e-12, "{decision:?}: {found} < {other}");
                    }
                }
            }
        }
    }

    /// A class that no held row has keeps its weight, and rows of no class at all are no one's.
    #[test]
    fn what_is_not_there_is_not_tuned() {
        let probabilities = [0.5, 0.3, 0.2, 0.3, 0.5, 0.2, 0.2, 0.3, 0.5];
        let weights = tuned(&probabilities, &[1, 1, u32::MAX - 1], 3, Decision::BalancedAccuracy);
        assert_eq!((weights[0], weights[2]), (1.0, 1.0));
        assert!(weights[1] > 5.0 / 3.0, "{weights:?}");
    }
}
