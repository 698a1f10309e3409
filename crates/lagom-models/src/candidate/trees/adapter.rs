//! The boosting loop around the tree learner of `forust-ml`.

use forust_ml::Matrix;
use forust_ml::binning::{TiledBins, bin_matrix};
use forust_ml::data::JaggedMatrix;
use forust_ml::gradientbooster::GrowPolicy;
use forust_ml::sampler::SampleMethod;
use forust_ml::splitter::MissingImputerSplitter;
use forust_ml::tree::{Tree as LearnedTree, TreeRows};
use rand::seq::index;
use rand_chacha::ChaCha8Rng;

use super::forest::{Forest, Split, Tree};
use super::loss::{Loss, Targets};
use super::monotone::{constraints, hold};
use super::{Drawn, Features, ForestFit, TreesConfig, TreesError};
use crate::candidate::labels::Labels;
use crate::data::seed;

/// Bins per column, besides the one for missing values.
const BINS: u16 = 255;

/// Trains a forest. With validation rows, training stops after `patience` rounds
/// without a better loss and the best round is kept; without them it runs for
/// exactly `rounds` rounds.
pub fn fit(
    config: &TreesConfig,
    train: (&Features<'_>, &Labels<'_>),
    validation: Option<(&Features<'_>, &Labels<'_>)>,
    drawn: Drawn<'_>,
) -> Result<ForestFit, TreesError> {
    check_config(config)?;
    check_shape(train, train.0.columns)?;
    check_weights(drawn.weights, train.0.rows)?;
    let loss = Loss::new(train.1, drawn.weights)?;
    let mut learning = Side::new(&loss, train)?;
    let mut watching = match validation {
        Some(set) => {
            check_shape(set, train.0.columns)?;
            Some(Side::new(&loss, set)?)
        }
        None => None,
    };
    let bins = Bins::new(train.0, drawn.weights)?;
    let mut grower = Grower::new(config, (&loss, drawn), &learning, &bins);
    let mut record = Record::default();
    for round in 0..config.rounds {
        let trees = grower.round(&loss, &mut learning);
        record.train_loss.push(learning.measure(&loss));
        if let Some(side) = &mut watching {
            side.add(&trees);
            record.validation_loss.push(side.measure(&loss));
        }
        record.trees.extend(trees);
        if record.is_stale(round + 1, config.patience) {
            break;
        }
    }
    Ok(record.finish(loss, train.0.columns))
}

fn check_config(config: &TreesConfig) -> Result<(), TreesError> {
    let ranges = [
        (config.leaves >= 2, "leaves"),
        (config.rounds >= 1, "rounds"),
        (is_within(config.learning_rate, 1e-6, 1e3), "learning_rate"),
        (is_within(config.l2, 0.0, 1e9), "l2"),
        (config.row_sampling > 0.0 && config.row_sampling <= 1.0, "row_sampling"),
        (config.column_sampling > 0.0 && config.column_sampling <= 1.0, "column_sampling"),
    ];
    match ranges.iter().find(|(is_right, _)| !is_right) {
        Some((_, name)) => Err(TreesError::Config(name)),
        None => Ok(()),
    }
}

fn is_within(value: f64, least: f64, most: f64) -> bool {
    value >= least && value <= most
}

fn check_shape(set: (&Features<'_>, &Labels<'_>), columns: usize) -> Result<(), TreesError> {
    let (features, labels) = set;
    let shape = |what, got, wanted| match got == wanted {
        true => Ok(()),
        false => Err(TreesError::Shape { what, got, wanted }),
    };
    if features.rows == 0 || features.columns == 0 || u32::try_from(features.columns).is_err() {
        let (rows, columns) = (features.rows, features.columns);
        return Err(TreesError::Empty { rows, columns });
    }
    let wanted = features.rows.checked_mul(features.columns);
    shape("columns", features.columns, columns)?;
    shape("values", features.values.len(), wanted.unwrap_or(usize::MAX))?;
    shape("labels", labels.rows(), features.rows)
}

fn check_weights(weights: Option<&[f32]>, rows: usize) -> Result<(), TreesError> {
    let Some(weights) = weights else { return Ok(()) };
    if weights.len() != rows {
        return Err(TreesError::Shape { what: "weights of rows", got: weights.len(), wanted: rows });
    }
    let are_sound =
        weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0) && weights.iter().any(|w| *w > 0.0);
    if are_sound { Ok(()) } else { Err(TreesError::Config("weights of rows")) }
}

/// One set of rows with its running sums.
struct Side<'a> {
    features: &'a Features<'a>,
    targets: Targets<'a>,
    /// Per tree of a round, one sum a row.
    sums: Vec<Vec<f64>>,
    probabilities: Vec<Vec<f32>>,
}

impl<'a> Side<'a> {
    fn new(loss: &Loss, (features, labels): (&'a Features<'a>, &Labels<'a>)) -> Result<Self, TreesError> {
        let targets = loss.targets(labels)?;
        let sums = loss.initial(features.rows);
        let (_, probabilities) = loss.mean(&sums, &targets);
        Ok(Side { features, targets, sums, probabilities })
    }

    /// The loss of the sums as they stand.
    fn measure(&mut self, loss: &Loss) -> f64 {
        let (mean, probabilities) = loss.mean(&self.sums, &self.targets);
        self.probabilities = probabilities;
        mean
    }

    /// Adds a round's trees by walking them.
    fn add(&mut self, trees: &[Tree]) {
        for (tree, sums) in trees.iter().zip(&mut self.sums) {
            walk(self.features, tree, sums);
        }
    }
}

fn walk(features: &Features<'_>, tree: &Tree, sums: &mut [f64]) {
    let rows = features.values.chunks_exact(features.columns);
    for (row, sum) in rows.zip(sums) {
        *sum += f64::from(tree.value(row));
    }
}

/// The training rows in bins, as the learner wants them.
struct Bins {
    bins: Vec<u16>,
    cuts: JaggedMatrix<f64>,
    rows: usize,
    columns: Vec<usize>,
}

impl Bins {
    /// Bins column after column, so that only one column is ever held in full width.
    fn new(features: &Features<'_>, weights: Option<&[f32]>) -> Result<Self, TreesError> {
        let each = |weights: &[f32]| weights.iter().map(|weight| f64::from(*weight)).collect();
        let weights: Vec<f64> = weights.map_or_else(|| vec![1.0; features.rows], each);
        let mut bins = Vec::with_capacity(features.values.len());
        let mut cuts: Vec<Vec<f64>> = Vec::with_capacity(features.columns);
        for column in 0..features.columns {
            let values = features.values.iter().skip(column);
            let values = values.step_by(features.columns);
            let values: Vec<f64> =
                values.map(|v| if v.is_nan() { f64::NAN } else { f64::from(v.clamp(f32::MIN, f32::MAX)) }).collect();
            if values.iter().all(|v| v.is_nan()) {
                bins.resize(bins.len() + features.rows, 0);
                cuts.push(vec![f64::MAX]);
                continue;
            }
            let matrix = Matrix::new(&values, features.rows, 1);
            let binned =
                bin_matrix(&matrix, &weights, BINS, f64::NAN, false).map_err(|e| TreesError::Learner(e.to_string()))?;
            bins.extend(binned.binned_data);
            cuts.push(binned.cuts.data);
        }
        Ok(Bins {
            bins,
            cuts: JaggedMatrix::from_vecs(&cuts),
            rows: features.rows,
            columns: (0..features.columns).collect(),
        })
    }

    fn matrix(&self) -> Matrix<'_, u16> {
        Matrix::new(&self.bins, self.rows, self.columns.len())
    }
}

/// Grows trees on binned rows.
struct Grower<'a> {
    bins: &'a Bins,
    matrix: Matrix<'a, u16>,
    tiles: TiledBins,
    splitter: MissingImputerSplitter,
    leaves: usize,
    weights: Option<&'a [f32]>,
    monotone: &'a [(usize, bool)],
    /// Rows and columns of a round; none where all are taken.
    rows: Option<Lot>,
    columns: Option<Lot>,
    random: ChaCha8Rng,
}

/// So many of so many, drawn anew for each round.
#[derive(Clone, Copy)]
struct Lot {
    all: usize,
    taken: usize,
}

impl Lot {
    /// A share of all, at least one; none where it is all of them.
    fn new(share: f64, all: usize) -> Option<Self> {
        let taken = ((share * all as f64) as usize).clamp(1, all.max(1));
        (share < 1.0 && taken < all).then_some(Self { all, taken })
    }

    fn draw(self, random: &mut ChaCha8Rng) -> Vec<usize> {
        let mut drawn = index::sample(random, self.all, self.taken).into_vec();
        drawn.sort_unstable();
        drawn
    }
}

impl<'a> Grower<'a> {
    fn new(config: &TreesConfig, (loss, drawn): (&Loss, Drawn<'a>), side: &Side<'_>, bins: &'a Bins) -> Self {
        let matrix = bins.matrix();
        let mut derivatives = (Vec::new(), Vec::new());
        let (mut curvature, mut count) = (0.0f64, 0usize);
        for k in 0..side.sums.len() {
            loss.derivatives(k, (&side.sums, &side.probabilities), &side.targets, &mut derivatives);
            weigh(drawn.weights, &mut derivatives);
            curvature += derivatives.1.iter().map(|c| f64::from(*c)).sum::<f64>();
            count += derivatives.1.len();
        }
        let per_row = curvature / count.max(1) as f64;
        Grower {
            bins,
            tiles: TiledBins::new(&matrix, &bins.cuts, false),
            matrix,
            splitter: MissingImputerSplitter {
                l1: 0.0,
                l2: config.l2 as f32,
                max_delta_step: 0.0,
                gamma: 0.0,
                min_leaf_weight: (f64::from(config.min_leaf) * per_row) as f32,
                learning_rate: config.learning_rate as f32,
                allow_missing_splits: true,
                constraints_map: constraints(drawn.monotone),
            },
            leaves: config.leaves as usize,
            weights: drawn.weights,
            monotone: drawn.monotone,
            rows: Lot::new(config.row_sampling, bins.rows),
            columns: Lot::new(config.column_sampling, bins.columns.len()),
            random: seed::generator(drawn.seed, "trees", 0),
        }
    }

    /// One round: a tree per sum, all on the derivatives before the round, added to the sums.
    fn round(&mut self, loss: &Loss, side: &mut Side<'_>) -> Vec<Tree> {
        let rows = self.rows.map(|lot| lot.draw(&mut self.random));
        let columns = self.columns.map(|lot| lot.draw(&mut self.random));
        let mut derivatives = (Vec::new(), Vec::new());
        let mut trees = Vec::with_capacity(side.sums.len());
        for k in 0..side.sums.len() {
            let state = (side.sums.as_slice(), side.probabilities.as_slice());
            loss.derivatives(k, state, &side.targets, &mut derivatives);
            weigh(self.weights, &mut derivatives);
            let (learned, found) = self.grow(&derivatives, (rows.as_deref(), columns.as_deref()));
            let mut tree = compact(&learned);
            let leaves = learned.nodes.iter().filter(|node| node.is_leaf);
            hold(&mut tree, &leaves.map(|node| node.hessian_sum).collect::<Vec<f32>>(), self.monotone);
            if let Some(sums) = side.sums.get_mut(k) {
                match found {
                    // Those that were not drawn fall into leaves, too; and held leaves are others than the learner's.
                    Some(found) if rows.is_none() && self.monotone.is_empty() => add_leaves(&learned, &found, sums),
                    _ => walk(side.features, &tree, sums),
                }
            }
            trees.push(tree);
        }
        trees
    }

    fn grow(
        &self,
        (gradient, curvature): &(Vec<f32>, Vec<f32>),
        (rows, columns): (Option<&[usize]>, Option<&[usize]>),
    ) -> (LearnedTree, Option<TreeRows>) {
        let mut tree = LearnedTree::new();
        let sampling = if rows.is_some() { SampleMethod::Random } else { SampleMethod::None };
        let rows = tree.fit_with_tiles(
            &self.matrix,
            rows.map_or_else(|| self.matrix.index.clone(), <[usize]>::to_vec),
            columns.unwrap_or(&self.bins.columns),
            &self.bins.cuts,
            gradient,
            curvature,
            &self.splitter,
            self.leaves,
            usize::MAX,
            false,
            &sampling,
            &GrowPolicy::LossGuide,
            Some(&self.tiles),
        );
        (tree, rows)
    }
}

/// Multiplies the derivatives of each row by what it weighs.
fn weigh(weights: Option<&[f32]>, (gradient, curvature): &mut (Vec<f32>, Vec<f32>)) {
    for derivatives in [gradient, curvature] {
        derivatives.iter_mut().zip(weights.unwrap_or_default()).for_each(|(derivative, weight)| *derivative *= weight);
    }
}

/// Adds each leaf's value to the sums of its rows.
fn add_leaves(learned: &LearnedTree, rows: &TreeRows, sums: &mut [f64]) {
    for (rows, value) in rows.leaves(learned) {
        for &row in rows {
            if let Some(sum) = sums.get_mut(row) {
                *sum += value;
            }
        }
    }
}

/// The learner's tree in our form, with the same predictions on every `f32`.
fn compact(learned: &LearnedTree) -> Tree {
    let mut tree = Tree::default();
    let mut places = Vec::with_capacity(learned.nodes.len());
    let (mut splits, mut leaves) = (0, 0);
    for node in &learned.nodes {
        let next = if node.is_leaf { &mut leaves } else { &mut splits };
        places.push(if node.is_leaf { !*next } else { *next });
        *next += 1;
    }
    let place = |child: usize| places.get(child).copied().unwrap_or(!0);
    for node in &learned.nodes {
        if node.is_leaf {
            let is_usable = node.weight_value.is_finite();
            tree.leaves.push(if is_usable { node.weight_value } else { 0.0 });
            continue;
        }
        tree.splits.push(Split {
            feature: node.split_feature as u32,
            threshold: at_or_above(node.split_value),
            left: place(node.left_child),
            right: place(node.right_child),
            missing_left: node.missing_node == node.left_child,
        });
    }
    tree
}

/// The least `f32` at or above `value`: below it lie just the `f32`s below `value`.
fn at_or_above(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) < value { near.next_up() } else { near }
}

/// What the rounds gave so far.
#[derive(Default)]
struct Record {
    trees: Vec<Tree>,
    train_loss: Vec<f64>,
    validation_loss: Vec<f64>,
}

impl Record {
    /// The round, from 1, with the least validation loss: the first of equals.
    fn best(&self) -> Option<u32> {
        let rounds = (1u32..).zip(&self.validation_loss);
        rounds.min_by(|a, b| a.1.total_cmp(b.1)).map(|(round, _)| round)
    }

    fn is_stale(&self, round: u32, patience: u32) -> bool {
        patience > 0 && self.best().is_some_and(|best| round - best >= patience)
    }

    fn finish(mut self, loss: Loss, columns: usize) -> ForestFit {
        let rounds = self.best().unwrap_or(self.train_loss.len() as u32);
        self.trees.truncate(rounds as usize * loss.start.len());
        let forest = Forest {
            link: loss.link,
            columns: columns as u32,
            start: loss.start,
            scale: loss.scale,
            trees: self.trees,
        };
        ForestFit { forest, rounds, train_loss: self.train_loss, validation_loss: self.validation_loss }
    }
}
