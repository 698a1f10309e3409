//! k nearest neighbours on the columns of a table (Fix & Hodges 1951; Cover & Hart 1967): what is stored is the size.
//!
//! A model keeps a random part of the training rows, treated as for linear models, and answers with what the `k` nearest of
//! them came to by Euclidean distance; `k` is chosen on validation rows. Its parameters are the numbers it stores: each kept row
//! with its target.

use rand::seq::SliceRandom as _;
use serde::{Deserialize, Serialize};

use super::{Effort, Family, as_text, behind};
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::{Kept, Predictor};
use crate::candidate::preprocess::{Preprocessor, Style, TargetScale, Treated};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Shared, scale, settled, validation};
use crate::candidate::tuned::TunedParams;
use crate::data::{Examples, Inputs, Target, seed};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Nearest;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("nearest"),
    summary: "the rows most alike among those that were kept",
    tasks: &[TaskKind::Classification, TaskKind::Regression],
    by_default: false,
    exact_size: false,
    grows: true,
    mark: Mark {
        corners: &[
            (0.0, -1.3),
            (0.4, -0.4),
            (1.3, 0.0),
            (0.4, 0.4),
            (0.0, 1.3),
            (-0.4, 0.4),
            (-1.3, 0.0),
            (-0.4, -0.4),
        ],
        light: "#8b1e5b",
        dark: "#f08fc0",
    },
};

/// Kept rows of the smallest size, and the factor from one size to the next.
const SIZES: (u32, u32) = (32, 4);
/// The most kept rows unless the study names its own `largest`: answering takes time for each of them.
const MOST_ROWS: u64 = 32_768;
/// How a size is trained.
#[derive(Debug, Serialize, Deserialize)]
struct Settings {
    /// Numbers of neighbours that are tried, rising.
    neighbours: Vec<usize>,
}

impl Default for Settings {
    /// About twice as many from one to the next.
    fn default() -> Self {
        Self { neighbours: vec![1, 3, 5, 9, 17, 33, 65] }
    }
}

/// Operations for each number of a kept row: a difference, its square, a sum.
const OPERATIONS: f64 = 3.0;
/// Such operations a second on one core (log/2026-11-29-doors.md).
const SPEED: f64 = 3.0e9;
/// Rows that are validated on, as a part of those trained on.
const VALIDATED: f64 = 0.25;

impl Family for Nearest {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, largest: Option<u64>) -> Vec<Candidate> {
        let numbers = shape.scaled_width() + 1;
        let most = largest.map_or(MOST_ROWS, |largest| largest / numbers);
        let mut sizes = Vec::new();
        let mut rows = SIZES.0;
        // One size keeps all rows; whatever is larger would keep the same.
        while u64::from(rows) <= most {
            let kept = u64::from(rows).min(shape.rows as u64);
            // As many numbers as the rows of a repeat allow: how many that are is known after training, so the name says the rows.
            let spec = Spec::new(ABOUT.id, Size::default().with("rows", rows));
            sizes.push(Candidate::new(format!("nearest-{rows}"), spec, kept * numbers));
            if f64::from(rows) >= shape.rows {
                break;
            }
            rows = rows.saturating_mul(SIZES.1);
        }
        sizes
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Recipe::of(&Settings::default())
    }

    fn told(&self, name: &str) -> String {
        behind(ABOUT.id, name)
            .map_or_else(|| ABOUT.summary.to_owned(), |told| format!("the rows most alike among {told} kept ones"))
    }

    fn address(&self, _: &Size) -> Result<String, FitError> {
        as_text(&Settings::default())
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let kept = f64::from(candidate.spec.size.number("rows")?).min(shape.rows);
        let width = shape.scaled_width() as f64;
        let flops = OPERATIONS * shape.rows * VALIDATED * kept * width;
        Ok(Effort {
            flops,
            seconds: flops / SPEED,
            width,
            machinery: 0.0,
            weights: candidate.planned_parameters as f64,
        })
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, size: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        let FitContext { train, purpose, .. } = *context;
        let mut model = Neighbours::keep(size.number("rows")? as usize, plan, context)?;
        let mut flops = train.len() as f64;
        match (validation(purpose), settled(purpose)) {
            (Some(held), _) => {
                flops += OPERATIONS * held.len() as f64 * model.numbers.len() as f64;
                model.neighbours = model.best(&plan.recipe.to::<Settings>()?, &held)?;
            }
            (None, settled) => {
                let neighbours = settled.map_or(1, |settled| usize::try_from(settled.steps).unwrap_or(usize::MAX));
                model.neighbours = neighbours.clamp(1, model.rows);
            }
        }
        let settled = TunedParams { steps: model.neighbours as u64, ..TunedParams::default() };
        let model = Model { features: Features::None, learner: Learner::Kept(Kept::new(ABOUT.id, model)), scale: None };
        Ok(Fitted {
            model,
            settled,
            history: Vec::new(),
            flops,
            search_flops: 0.0,
            shared: Shared::default(),
            stopped: None,
            changes: Vec::new(),
            trained: None,
        })
    }

    fn load(&self, bytes: &[u8]) -> Result<Box<dyn Predictor>, FitError> {
        let model: Neighbours =
            postcard::from_bytes(bytes).map_err(|error| FitError::Unfit(format!("no kept rows: {error}")))?;
        model.check()?;
        Ok(Box::new(model))
    }
}

/// The kept rows.
#[derive(Debug, Serialize, Deserialize)]
struct Neighbours {
    preprocess: Preprocessor,
    rows: usize,
    /// The kept rows after treatment, row-major: `[rows, width]`.
    numbers: Vec<f32>,
    targets: Targets,
    /// How many of the nearest answer.
    neighbours: usize,
}

/// The targets of the kept rows.
#[derive(Debug, Serialize, Deserialize)]
enum Targets {
    /// Labels, and the share of each class among them: what a class that no neighbour has still gets.
    Classes { labels: Vec<u32>, shares: Vec<f64> },
    /// Standardised values.
    Values { values: Vec<f32>, scale: TargetScale },
    /// Either of these, of rows that weigh differently: how much the vote of each counts.
    Weighed { of: Box<Targets>, weights: Vec<f32> },
}

impl Targets {
    /// The targets, and what each row weighs.
    fn parts(&self) -> (&Self, Option<&[f32]>) {
        match self {
            Self::Weighed { of, weights } => (of, Some(weights)),
            Self::Classes { .. } | Self::Values { .. } => (self, None),
        }
    }
}

/// A kept row and how far it is: the squared distance.
#[derive(Clone, Copy)]
struct Near {
    distance: f32,
    row: usize,
}

impl Neighbours {
    /// Keeps so many of the training rows, drawn at random.
    fn keep(rows: usize, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Self, FitError> {
        let FitContext { train, seed, .. } = *context;
        let train = &train;
        let mut order: Vec<usize> = (0..train.len()).collect();
        order.shuffle(&mut seed::generator(seed, "nearest", 0));
        order.truncate(rows.max(1));
        if order.is_empty() {
            return Err(FitError::Unfit("there is no row to keep".to_owned()));
        }
        let Treated { preprocess, values } = Preprocessor::for_training(train, Style::Scaled, &plan.preprocess, seed)?;
        let width = preprocess.width();
        let numbers = order.iter().flat_map(|&at| &values[at * width..(at + 1) * width]).copied().collect();
        let weights: Option<Vec<f32>> = context.weights.map(|all| order.iter().map(|&at| all[at]).collect());
        let weight = |at: usize| weights.as_ref().map_or(1.0, |weights| f64::from(weights[at]));
        let targets = match (train.target, scale(train)) {
            (Target::Classes { names, .. }, _) => {
                let all = train.labels();
                let labels: Vec<u32> = order.iter().map(|&at| all[at]).collect();
                // Half a row more of each, as guessing has it: a class that was not kept is rare, not impossible.
                let mut shares = vec![0.5; names.len()];
                labels.iter().enumerate().for_each(|(at, label)| shares[*label as usize] += weight(at));
                let total: f64 = shares.iter().sum();
                shares.iter_mut().for_each(|share| *share /= total);
                Targets::Classes { labels, shares }
            }
            (_, Some(scale)) => {
                let all = scale.apply(&train.numbers());
                Targets::Values { values: order.iter().map(|&at| all[at]).collect(), scale }
            }
            _ => return Err(FitError::Unfit("neighbours answer with classes and numbers alone".to_owned())),
        };
        let targets = match weights {
            Some(weights) => Targets::Weighed { of: Box::new(targets), weights },
            None => targets,
        };
        Ok(Self { preprocess, rows: order.len(), numbers, targets, neighbours: 1 })
    }

    /// That the parts fit together, whatever file they come from.
    fn check(&self) -> Result<(), FitError> {
        let width = self.preprocess.width();
        let (targets, weights) = self.targets.parts();
        let told = match targets {
            Targets::Classes { labels, shares } => {
                labels.iter().all(|label| (*label as usize) < shares.len()).then_some(labels.len())
            }
            Targets::Values { values, .. } => Some(values.len()),
            Targets::Weighed { .. } => None,
        };
        let weighed =
            |weights: &[f32]| weights.len() == self.rows && weights.iter().all(|w| w.is_finite() && *w >= 0.0);
        let sound = told == Some(self.rows)
            && weights.is_none_or(weighed)
            && self.rows.checked_mul(width) == Some(self.numbers.len())
            && (1..=self.rows).contains(&self.neighbours);
        if sound { Ok(()) } else { Err(FitError::Unfit("its kept rows do not fit together".to_owned())) }
    }

    /// The kept rows nearest to `numbers`, at most so many, the nearest first; of equals the one that was kept first.
    fn nearest(&self, numbers: &[f32], most: usize, found: &mut Vec<Near>) {
        found.clear();
        let width = numbers.len();
        for row in 0..self.rows {
            let kept = &self.numbers[row * width..(row + 1) * width];
            let distance = squared_distance(kept, numbers);
            if found.len() == most && found.last().is_some_and(|last| distance >= last.distance) {
                continue;
            }
            found.truncate(most - 1);
            let at = found.partition_point(|near| near.distance <= distance);
            found.insert(at, Near { distance, row });
        }
    }

    /// Number of answers for each row.
    fn outputs(&self) -> usize {
        match self.targets.parts().0 {
            Targets::Classes { shares, .. } => shares.len(),
            Targets::Values { .. } | Targets::Weighed { .. } => 1,
        }
    }

    /// What neighbours come to: shares of the classes, to which one row more is added that is of all classes as they are among
    /// the kept rows; or the mean of their standardised values.
    fn answer(&self, near: &[Near], answer: &mut [f64]) {
        let (targets, weights) = self.targets.parts();
        let weight = |near: &Near| weights.map_or(1.0, |weights| f64::from(weights[near.row]));
        let all: f64 = near.iter().map(weight).sum();
        match targets {
            Targets::Classes { labels, shares } => {
                answer.copy_from_slice(shares);
                near.iter().for_each(|near| answer[labels[near.row] as usize] += weight(near));
                answer.iter_mut().for_each(|share| *share /= all + 1.0);
            }
            Targets::Values { values, .. } => {
                // Neighbours that weigh nothing leave the mean of all, which is 0 in standard deviations.
                let sum: f64 = near.iter().map(|near| weight(near) * f64::from(values[near.row])).sum();
                answer.iter_mut().for_each(|mean| *mean = if all > 0.0 { sum / all } else { 0.0 });
            }
            Targets::Weighed { .. } => {}
        }
    }

    /// The number of neighbours with the least loss on other rows: log loss of classes, squared error of numbers; of equals
    /// the most.
    fn best(&self, settings: &Settings, held: &Examples<'_>) -> Result<usize, FitError> {
        let within = |neighbours: &usize| (1..=self.rows).contains(neighbours);
        let tried: Vec<usize> = settings.neighbours.iter().copied().filter(within).collect();
        let most = tried.last().copied().unwrap_or(1);
        let (labels, values) = match self.targets.parts().0 {
            Targets::Values { scale, .. } => (Vec::new(), scale.apply(&held.numbers())),
            Targets::Classes { .. } | Targets::Weighed { .. } => (held.labels(), Vec::new()),
        };
        let mut losses = vec![0.0; tried.len()];
        let mut answer = vec![0.0; self.outputs()];
        self.each(&held.inputs, most, |at, near| {
            for (loss, &neighbours) in losses.iter_mut().zip(&tried) {
                self.answer(&near[..neighbours.min(near.len())], &mut answer);
                *loss += match labels.get(at) {
                    Some(&label) => -answer.get(label as usize).copied().unwrap_or(f64::MIN_POSITIVE).ln(),
                    None => (answer[0] - f64::from(values[at])).powi(2),
                };
            }
        });
        let best = (0..tried.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b]).then(b.cmp(&a)));
        best.filter(|&at| losses[at].is_finite())
            .map(|at| tried[at])
            .ok_or_else(|| FitError::Diverged("the distances of rows are no numbers".to_owned()))
    }

    /// Each row of the inputs with the kept rows nearest to it.
    fn each(&self, inputs: &Inputs<'_>, most: usize, mut take: impl FnMut(usize, &[Near])) {
        let numbers = self.preprocess.transform(inputs);
        let width = self.preprocess.width();
        let mut found = Vec::with_capacity(most + 1);
        for row in 0..inputs.rows.len() {
            self.nearest(&numbers[row * width..(row + 1) * width], most, &mut found);
            take(row, &found);
        }
    }
}

impl Predictor for Neighbours {
    fn parameters(&self) -> u64 {
        (self.numbers.len() + self.rows) as u64
    }

    fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let outputs = self.outputs();
        let mut answers = vec![0.0; inputs.rows.len() * outputs];
        self.each(inputs, self.neighbours, |at, near| {
            self.answer(near, &mut answers[at * outputs..(at + 1) * outputs]);
        });
        if let Targets::Values { scale, .. } = self.targets.parts().0 {
            scale.undo(&mut answers);
        }
        Ok(answers)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, FitError> {
        postcard::to_stdvec(self).map_err(|error| FitError::Unfit(format!("it can't be written as bytes: {error}")))
    }
}

/// The squared Euclidean distance, in lanes of eight so that it takes vector instructions; the same bits on every machine.
fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut sums = [0.0_f32; LANES];
    let (mut left, mut right) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (a, b) in left.by_ref().zip(right.by_ref()) {
        for lane in 0..LANES {
            let apart = a[lane] - b[lane];
            sums[lane] += apart * apart;
        }
    }
    let rest: f32 = left.remainder().iter().zip(right.remainder()).map(|(a, b)| (a - b) * (a - b)).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::outside::Outside;
    use crate::candidate::training::Purpose;
    use crate::data::{Column, ColumnKind, Dataset, Values};

    /// Keeps so many of the rows, all of which weigh the same.
    fn keep(rows: usize, train: &Examples<'_>) -> Result<Neighbours, FitError> {
        let purpose = Purpose::Refit { settled: TunedParams::default() };
        Neighbours::keep(
            rows,
            &TrainingPlan::default(),
            &FitContext { train: *train, purpose, weights: None, seed: 1, outside: Outside::default() },
        )
    }

    /// One column of numbers, and as many targets.
    fn dataset(numbers: &[f64], target: Target, task: TaskKind) -> Dataset {
        let values = Values::Numbers(numbers.to_vec());
        let column = Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values };
        Dataset::without_holdout(task, vec![column], target, numbers.len() as u32)
    }

    fn classes(labels: &[u32]) -> Target {
        Target::Classes { labels: labels.to_vec(), names: vec!["no".to_owned(), "yes".to_owned()] }
    }

    #[test]
    fn the_nearest_rows_answer_with_their_shares() {
        // Kept: 0, 1, 2 are "no", 10, 11 "yes". Shares with half a row more of each: 3.5 / 6 and 2.5 / 6.
        let data = dataset(&[0.0, 1.0, 2.0, 10.0, 11.0, 9.0], classes(&[0, 0, 0, 1, 1, 1]), TaskKind::Classification);
        let mut model = keep(5, &data.examples(&[0, 1, 2, 3, 4])).expect("five rows");
        model.neighbours = 3;
        let held = data.examples(&[5]);
        let answers = model.predict(&held.inputs).expect("answers");
        // The three nearest to 9 are 10, 11 and 2: two of "yes", and one row of the shares; by four.
        let expected = [(1.0 + 3.5 / 6.0) / 4.0, (2.0 + 2.5 / 6.0) / 4.0];
        assert!(answers.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{answers:?} {expected:?}");
        assert_eq!(model.parameters(), 5 + 5);
    }

    #[test]
    fn votes_count_as_their_rows_weigh() {
        // As above, but each "no" weighs 0.5 and each "yes" 1.75: shares (0.5 + 1.5) / 6 and (0.5 + 3.5) / 6; the three nearest to 9
        // are two of 1.75 and one of 0.5, with the row of the shares 5 in all.
        let data = dataset(&[0.0, 1.0, 2.0, 10.0, 11.0, 9.0], classes(&[0, 0, 0, 1, 1, 1]), TaskKind::Classification);
        let weights = [0.5, 0.5, 0.5, 1.75, 1.75];
        let (rows, purpose) = ([0, 1, 2, 3, 4], Purpose::Refit { settled: TunedParams::default() });
        let context = FitContext {
            train: data.examples(&rows),
            purpose,
            weights: Some(&weights),
            seed: 1,
            outside: Outside::default(),
        };
        let mut model = Neighbours::keep(5, &TrainingPlan::default(), &context).expect("five rows");
        model.neighbours = 3;
        let answers = model.predict(&data.examples(&[5]).inputs).expect("answers");
        let expected = [(0.5 + 2.0 / 6.0) / 5.0, (3.5 + 4.0 / 6.0) / 5.0];
        assert!(answers.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{answers:?} {expected:?}");
        let back = Nearest.load(&model.to_bytes().expect("bytes")).expect("a model");
        assert_eq!(back.predict(&data.examples(&[5]).inputs), Ok(answers));
    }

    #[test]
    fn numbers_are_the_mean_of_the_nearest_in_the_targets_unit() {
        let data =
            dataset(&[0.0, 1.0, 2.0, 10.0], Target::Numbers(vec![100.0, 300.0, 500.0, 9_000.0]), TaskKind::Regression);
        let mut model = keep(4, &data.examples(&[0, 1, 2, 3])).expect("four rows");
        model.neighbours = 2;
        let answers = model.predict(&data.examples(&[0]).inputs).expect("answers");
        assert!((answers[0] - 200.0).abs() < 1e-3, "{answers:?}: the mean of 100 and 300");
    }

    #[test]
    fn many_neighbours_are_chosen_where_labels_are_noise_and_few_where_they_are_a_chequerboard() {
        let numbers: Vec<f64> = (0..400).map(f64::from).collect();
        let noise: Vec<u32> = (0..400_u64).map(|row| (seed::derive(row, "noise", 0) % 2) as u32).collect();
        let chequered: Vec<u32> = (0..400).map(|row| u32::from(row % 40 >= 20)).collect();
        let chosen = |labels: &[u32]| {
            let data = dataset(&numbers, classes(labels), TaskKind::Classification);
            let (train, held): (Vec<u32>, Vec<u32>) = (0..400).partition(|row| row % 5 != 0);
            keep(400, &data.examples(&train))
                .expect("rows")
                .best(&Settings::default(), &data.examples(&held))
                .expect("a number")
        };
        // Squares are 20 rows wide: 33 neighbours would always be of both.
        assert!(chosen(&noise) >= 33 && chosen(&chequered) <= 17, "{} {}", chosen(&noise), chosen(&chequered));
    }

    #[test]
    fn kept_rows_that_do_not_fit_together_are_no_model() {
        let data = dataset(&[0.0, 1.0, 2.0], classes(&[0, 1, 1]), TaskKind::Classification);
        let model = || keep(3, &data.examples(&[0, 1, 2])).expect("three rows");
        assert!(Nearest.load(&model().to_bytes().unwrap()).is_ok() && Nearest.load(b"no").is_err());
        let broken: [fn(&mut Neighbours); 4] = [
            |model| model.rows = 4,
            |model| model.neighbours = 0,
            |model| model.numbers.push(0.0),
            |model| model.targets = Targets::Classes { labels: vec![0, 1, 2], shares: vec![0.5, 0.5] },
        ];
        for wrong in broken {
            let mut model = model();
            wrong(&mut model);
            assert!(Nearest.load(&model.to_bytes().unwrap()).is_err());
        }
    }
}
