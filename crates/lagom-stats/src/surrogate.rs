//! Surrogates: how much of what a model answers a simple one can say, on rows that it was not fitted to.
//!
//! All models of one study are held to the same two, whatever their form: a tree of depth 4 and a linear model of ten inputs.

/// Numbers of some rows: row after row.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    /// The values, `rows · width` of them.
    pub values: &'a [f64],
    /// Values a row, at least 1.
    pub width: usize,
}

impl Numbers<'_> {
    fn row(&self, at: usize) -> &[f64] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    fn rows(&self) -> usize {
        self.values.len() / self.width.max(1)
    }
}

/// How a surrogate is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurrogateKind {
    /// A regression tree of at most so many questions from root to leaf (Breiman et al. 1984), with 5 rows a leaf at least.
    Tree(usize),
    /// Least squares on at most so many inputs, chosen one by one by what each adds (orthogonal least squares: Chen, Billings & Luo 1989).
    Linear(usize),
}

/// Fewest rows of a leaf.
const LEAF: usize = 5;
/// Cuts of one input that are tried: its quantiles.
const CUTS: usize = 32;

/// What a surrogate that is fitted to the first rows answers on the second, row after row of as many values as `answers` has. `None` where there are no rows to
/// fit it to or the parts do not fit together.
///
/// Inputs and answers are finite. Deterministic: of equal gains the first input counts.
#[must_use]
pub fn surrogate(
    kind: SurrogateKind,
    inputs: Numbers<'_>,
    answers: Numbers<'_>,
    others: Numbers<'_>,
) -> Option<Vec<f64>> {
    let rows = inputs.rows();
    if rows == 0 || answers.rows() != rows || others.width != inputs.width {
        return None;
    }
    Some(match kind {
        SurrogateKind::Tree(depth) => {
            let tree = grow(inputs, answers, (0..rows).collect(), depth);
            (0..others.rows()).flat_map(|at| tree.answer(others.row(at)).to_vec()).collect()
        }
        SurrogateKind::Linear(most) => linear(inputs, answers, others, most),
    })
}

/// The share of the spread of `answers` that `said` explains, over all of their values together: 1 − Σ(answer − said)² / Σ(answer − mean)², where each column has its own
/// mean. At most 1; below 0 where a constant would say more. None where the answers do not vary.
#[must_use]
pub fn fidelity(answers: Numbers<'_>, said: &[f64]) -> Option<f64> {
    let rows = answers.rows();
    let mut means = vec![0.0; answers.width];
    for at in 0..rows {
        answers.row(at).iter().zip(&mut means).for_each(|(value, mean)| *mean += value / rows as f64);
    }
    let spread: f64 =
        (0..rows).flat_map(|at| answers.row(at).iter().zip(&means)).map(|(value, mean)| (value - mean).powi(2)).sum();
    let left: f64 = answers.values.iter().zip(said).map(|(value, said)| (value - said).powi(2)).sum();
    // Rounding alone is no spread.
    (spread > 1e-12 * answers.values.len() as f64).then(|| 1.0 - left / spread)
}

enum Tree {
    Leaf(Vec<f64>),
    Fork { input: usize, cut: f64, low: Box<Tree>, high: Box<Tree> },
}

impl Tree {
    fn answer(&self, row: &[f64]) -> &[f64] {
        match self {
            Self::Leaf(answer) => answer,
            Self::Fork { input, cut, low, high } => if row[*input] <= *cut { low } else { high }.answer(row),
        }
    }
}

/// The sum of the answers of these rows.
fn sum(answers: Numbers<'_>, rows: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut total = vec![0.0; answers.width];
    for row in rows {
        answers.row(row).iter().zip(&mut total).for_each(|(value, total)| *total += value);
    }
    total
}

fn square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}

fn grow(inputs: Numbers<'_>, answers: Numbers<'_>, rows: Vec<usize>, depth: usize) -> Tree {
    let total = sum(answers, rows.iter().copied());
    let best = if depth == 0 { None } else { best_cut(inputs, answers, &rows, &total) };
    let Some((input, cut)) = best else {
        return Tree::Leaf(total.iter().map(|value| value / rows.len() as f64).collect());
    };
    let (low, high): (Vec<usize>, Vec<usize>) = rows.into_iter().partition(|row| inputs.row(*row)[input] <= cut);
    let [low, high] = [low, high].map(|rows| Box::new(grow(inputs, answers, rows, depth - 1)));
    Tree::Fork { input, cut, low, high }
}

/// The cut that leaves the least squared error: that with the largest |low|²/n + |high|²/n of the sums of both sides.
fn best_cut(inputs: Numbers<'_>, answers: Numbers<'_>, rows: &[usize], total: &[f64]) -> Option<(usize, f64)> {
    let none = square(total) / rows.len() as f64;
    let mut best: Option<(f64, usize, f64)> = None;
    for input in 0..inputs.width {
        let mut order: Vec<usize> = rows.to_vec();
        order.sort_by(|a, b| inputs.row(*a)[input].total_cmp(&inputs.row(*b)[input]));
        let value = |place: usize| inputs.row(order[place])[input];
        let mut low = vec![0.0; answers.width];
        let stride = (order.len() / CUTS).max(1);
        let mut waiting = 0;
        for place in 0..order.len().saturating_sub(1) {
            answers.row(order[place]).iter().zip(&mut low).for_each(|(value, low)| *low += value);
            waiting += 1;
            let count = place + 1;
            if waiting < stride || value(place) == value(place + 1) || count < LEAF || order.len() - count < LEAF {
                continue;
            }
            waiting = 0;
            let high: f64 = total.iter().zip(&low).map(|(total, low)| (total - low).powi(2)).sum();
            let gain = square(&low) / count as f64 + high / (order.len() - count) as f64 - none;
            if gain > best.map_or(none.abs() * 1e-12 + 1e-15, |best| best.0) {
                best = Some((gain, input, f64::midpoint(value(place), value(place + 1))));
            }
        }
    }
    best.map(|(_, input, cut)| (input, cut))
}

/// Least squares on the inputs that add most, one after the other; each is made orthogonal to those before, so that the weights need no system of equations.
fn linear(inputs: Numbers<'_>, answers: Numbers<'_>, others: Numbers<'_>, most: usize) -> Vec<f64> {
    let rows = inputs.rows();
    let mean: Vec<f64> = sum(answers, 0..rows).iter().map(|value| value / rows as f64).collect();
    // A column of both sides, centred by the rows that are fitted to; the same is done to both.
    let column = |input: usize| -> (Vec<f64>, Vec<f64>) {
        let own: Vec<f64> = (0..rows).map(|at| inputs.row(at)[input]).collect();
        let middle = own.iter().sum::<f64>() / rows as f64;
        let there = (0..others.rows()).map(|at| others.row(at)[input] - middle).collect();
        (own.iter().map(|value| value - middle).collect(), there)
    };
    let mut columns: Vec<(Vec<f64>, Vec<f64>)> = (0..inputs.width).map(column).collect();
    let spread: Vec<f64> = columns.iter().map(|column| square(&column.0)).collect();
    let mut said: Vec<f64> = (0..others.rows()).flat_map(|_| mean.clone()).collect();
    let weights = |own: &[f64]| -> Vec<f64> {
        let mut weights = vec![0.0; answers.width];
        for (at, value) in own.iter().enumerate() {
            answers.row(at).iter().zip(&mut weights).for_each(|(answer, weight)| *weight += value * answer);
        }
        let norm = square(own);
        weights.iter().map(|weight| weight / norm).collect()
    };
    let mut used = vec![false; columns.len()];
    for _ in 0..most.min(columns.len()) {
        let mut best: Option<(f64, usize)> = None;
        for (input, (own, _)) in columns.iter().enumerate() {
            // What is left of one that others already say is rounding.
            if used[input] || square(own) <= spread[input] * 1e-9 || spread[input] == 0.0 {
                continue;
            }
            let gain = square(&weights(own)) * square(own);
            if best.is_none_or(|best| gain > best.0) {
                best = Some((gain, input));
            }
        }
        let Some((_, chosen)) = best else { break };
        used[chosen] = true;
        let (own, there) = columns[chosen].clone();
        let weight = weights(&own);
        for (said, value) in said.chunks_exact_mut(answers.width).zip(&there) {
            said.iter_mut().zip(&weight).for_each(|(said, weight)| *said += value * weight);
        }
        let norm = square(&own);
        for (column, _) in columns.iter_mut().zip(&used).filter(|(_, used)| !**used) {
            let share = column.0.iter().zip(&own).map(|(a, b)| a * b).sum::<f64>() / norm;
            column.0.iter_mut().zip(&own).for_each(|(value, own)| *value -= share * own);
            column.1.iter_mut().zip(&there).for_each(|(value, there)| *value -= share * there);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: &[f64], width: usize) -> Numbers<'_> {
        Numbers { values, width }
    }

    #[test]
    fn a_step_is_a_tree_and_a_plane_is_linear() {
        let grid: Vec<f64> = (0..400).flat_map(|at| [f64::from(at % 20), f64::from(at / 20)]).collect();
        let plane: Vec<f64> = grid.chunks_exact(2).map(|row| 3.0 + 2.0 * row[0] - row[1]).collect();
        let step: Vec<f64> = grid.chunks_exact(2).map(|row| if row[1] <= 9.0 { 1.0 } else { 5.0 }).collect();
        let inputs = numbers(&grid, 2);
        let of = |kind, answers: &[f64]| {
            let said = surrogate(kind, inputs, numbers(answers, 1), inputs).unwrap();
            fidelity(numbers(answers, 1), &said).unwrap()
        };
        assert!((of(SurrogateKind::Linear(2), &plane) - 1.0).abs() < 1e-9);
        assert!((of(SurrogateKind::Tree(4), &step) - 1.0).abs() < 1e-9);
        // One input of the plane: var 4·33.25 of 5·33.25 is explained.
        assert!((of(SurrogateKind::Linear(1), &plane) - 0.8).abs() < 1e-9);
        // A line through a step in the middle of 0 … 19: r² = 3n²/(4(n² − 1)) with n = 20.
        assert!((of(SurrogateKind::Linear(2), &step) - 0.75 * 400.0 / 399.0).abs() < 1e-9);
        assert!(of(SurrogateKind::Tree(4), &plane) < 1.0);
    }

    #[test]
    fn several_answers_share_one_tree() {
        let inputs: Vec<f64> = (0..20).map(f64::from).collect();
        let answers: Vec<f64> = (0..20).flat_map(|at| if at < 10 { [1.0, 0.0] } else { [0.0, 1.0] }).collect();
        let said =
            surrogate(SurrogateKind::Tree(1), numbers(&inputs, 1), numbers(&answers, 2), numbers(&[3.0, 15.0], 1));
        assert_eq!(said.unwrap(), [1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn what_does_not_vary_has_no_fidelity() {
        assert_eq!(fidelity(numbers(&[2.0; 4], 1), &[2.0; 4]), None);
        assert!(surrogate(SurrogateKind::Tree(4), numbers(&[], 1), numbers(&[], 1), numbers(&[1.0], 1)).is_none());
        // Copies of one input add nothing.
        let twice: Vec<f64> = (0..10).flat_map(|at| [f64::from(at); 2]).collect();
        let answers: Vec<f64> = (0..10).map(f64::from).collect();
        let said = surrogate(SurrogateKind::Linear(2), numbers(&twice, 2), numbers(&answers, 1), numbers(&twice, 2));
        assert!((fidelity(numbers(&answers, 1), &said.unwrap()).unwrap() - 1.0).abs() < 1e-9);
    }
}
