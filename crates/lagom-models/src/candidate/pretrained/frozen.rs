//! Frozen weights under a linear model: an embedding of each text, beside the columns of the table where there are any.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cuts;
use super::embeddings::Embeddings;
use super::source::Source;
use super::{DIMENSION, FROZEN};
use crate::candidate::linear::{self, Linear, Matrix};
use crate::candidate::model::{Features, Learner, Model, in_unit, texts};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::{Kept, Predictor};
use crate::candidate::preprocess::{Preprocessor, Style, TargetScale, Treated};
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{FitError, Size};
use crate::candidate::training::{FitContext, Fitted, Shared, Truth, scale, settled, validation};
use crate::candidate::tuned::Progress;
use crate::data::{Column, Examples, Inputs, Values};
use crate::study::{Adaptation, FamilyId, Weights};

/// Operations a second of a network on one core, for texts of some ten tokens (log/2026-11-30-pretrained.md).
pub(in crate::candidate) const NETWORK: f64 = 4.0e10;
/// Characters of a token, and tokens that are put around each text.
const TOKENS: (f64, f64) = (4.3, 2.0);
/// Rank of a low-rank change, as `tuned/settings.rs` has it.
pub(super) const LORA_RANK: u64 = 8;
/// Folder of embeddings in that of the study.
pub(super) const FOLDER: &str = "embeddings";

/// Operations of one pass of a network over so many texts of a mean length: two for each weight of its blocks and token. A block
/// of width `w` has about `12 w²` weights, four of them in attention.
pub(in crate::candidate) fn forward(weights: &Weights, texts: f64, characters: f64) -> f64 {
    let mut tokens = characters / TOKENS.0 + TOKENS.1;
    if weights.context > 0 {
        tokens = tokens.min(f64::from(weights.context));
    }
    24.0 * f64::from(weights.layers) * f64::from(weights.width).powi(2) * tokens * texts
}

pub(super) fn unweighted() -> FitError {
    FitError::Unfit("the candidate names no pretrained weights".to_owned())
}

/// Trains a linear model on the vectors of the texts, and what the other columns come to.
///
/// # Errors
/// The weights can't be read, the study's folder not be written, or the linear model not be trained.
pub(in crate::candidate) fn fit_frozen(plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let weights = context.outside.weights.ok_or_else(unweighted)?;
    let pass = |texts, characters| forward(weights, texts, characters);
    let base = Base {
        family: FROZEN,
        source: Source::beside(weights),
        salt: weights.digest.clone(),
        pass: &pass,
        due: Shared::default(),
        spent: Shared::default(),
    };
    fit_head(base, plan, context)
}

/// What makes the vectors that a linear model stands on.
pub(super) struct Base<'a> {
    pub(super) family: FamilyId,
    pub(super) source: Source,
    /// What vectors of texts depend on.
    pub(super) salt: String,
    /// Operations of one pass over so many texts of a mean length.
    pub(super) pass: &'a dyn Fn(f64, f64) -> f64,
    /// What it took to make the base, counted in full by each training.
    pub(super) due: Shared,
    /// What of that was spent here.
    pub(super) spent: Shared,
}

/// Trains a linear model on the vectors that a base makes of the texts, and what the other columns come to.
///
/// # Errors
/// As [`fit_frozen`].
pub(super) fn fit_head(base: Base<'_>, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let Base { family, source, salt, pass, due, spent } = base;
    let all = all_texts(context);
    let folder = context.outside.folder.map(|folder| folder.join(FOLDER));
    let known = Embeddings::of(&all, &salt, &|texts| source.embed(texts), folder.as_deref().map(Path::new))?;
    let known = Arc::new(known);
    let FitContext { train, seed, .. } = *context;
    let beside = other_columns(train.inputs.columns);
    let mut model = FrozenModel {
        source,
        preprocess: None,
        head: Linear { target: linear::Target::Value, columns: 0, weights: Vec::new(), biases: Vec::new() },
        scale: scale(&train),
        known: Some(Arc::clone(&known)),
    };
    let mut table = Vec::new();
    if !beside.is_empty() {
        let examples = Examples { inputs: Inputs { columns: &beside, rows: train.inputs.rows }, ..train };
        let Treated { preprocess, values } =
            Preprocessor::for_training(&examples, Style::Scaled, &plan.preprocess, seed)?;
        (model.preprocess, table) = (Some(preprocess), values);
    }
    let fitted = model.learn(family, table, (&plan.recipe.to()?, context))?;
    let rows = (train.len() + validation(context.purpose).map_or(0, |held| held.len())) as f64;
    // The embedding of all texts is done by whoever comes first, and each is counted that of its own rows.
    let due = due
        + Shared {
            flops: pass(rows, mean_characters(&texts(&train.inputs))),
            cpu_seconds: known.seconds_of(rows, all.len() as f64),
        };
    let spent = match known.is_new {
        true => spent + Shared { flops: pass(all.len() as f64, mean_characters(&all)), cpu_seconds: known.seconds },
        false => spent,
    };
    let shared = Shared { flops: due.flops - spent.flops, cpu_seconds: due.cpu_seconds - spent.cpu_seconds };
    Ok(Fitted { flops: fitted.flops + due.flops, shared, changes: cuts::told(known.cut), ..fitted })
}

/// A model that [`fit_frozen`] made, from its bytes in a file in the folder `beside`.
///
/// # Errors
/// They are none; the weights that it stands on are gone, or others.
pub(in crate::candidate) fn load_frozen(bytes: &[u8], beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
    let mut model: FrozenModel =
        postcard::from_bytes(bytes).map_err(|error| FitError::Unfit(format!("no frozen weights: {error}")))?;
    model.source = model.source.found(beside)?;
    model.check()?;
    Ok(Box::new(model))
}

/// All texts of the data set, one a row.
fn all_texts(context: &FitContext<'_>) -> Vec<String> {
    let columns = context.outside.columns.unwrap_or(context.train.inputs.columns);
    let text = |column: &Column| if let Values::Texts(texts) = &column.values { texts.len() } else { 0 };
    let count = columns.iter().map(text).max().unwrap_or(0);
    let rows: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
    texts(&Inputs { columns, rows: &rows })
}

fn mean_characters(texts: &[String]) -> f64 {
    let all: usize = texts.iter().map(String::len).sum();
    all as f64 / texts.len().max(1) as f64
}

/// The columns that are no texts.
fn other_columns(columns: &[Column]) -> Vec<Column> {
    columns.iter().filter(|column| !matches!(column.values, Values::Texts(_))).cloned().collect()
}

/// A linear model on the vectors of texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FrozenModel {
    source: Source,
    /// The treatment of the columns that are no texts; none where there are none.
    preprocess: Option<Preprocessor>,
    head: Linear,
    /// Of a numeric target.
    scale: Option<TargetScale>,
    /// Vectors that are known already; of a model in training.
    #[serde(skip)]
    known: Option<Arc<Embeddings>>,
}

impl FrozenModel {
    /// Trains the linear model; `table` is what the training rows' columns that are no texts came to.
    fn learn(
        mut self,
        family: FamilyId,
        table: Vec<f32>,
        (recipe, context): (&linear::Recipe, &FitContext<'_>),
    ) -> Result<Fitted, FitError> {
        let FitContext { train, purpose, weights, seed, .. } = *context;
        let (mut values, width) = self.joined(&train.inputs, Some(table))?;
        let standard = Standard::fit(&values, width);
        standard.apply(&mut values);
        let truth = Truth::of(&train, self.scale);
        let held = validation(purpose)
            .map(|held| {
                let (mut values, _) = self.joined(&held.inputs, None)?;
                standard.apply(&mut values);
                Ok::<_, FitError>((values, Truth::of(&held, self.scale)))
            })
            .transpose()?;
        let dense = |values| Matrix::Dense { rows: <[f32]>::len(values) / width.max(1), columns: width, values };
        let data = linear::Training {
            train: (dense(&values), truth.labels()),
            weights,
            validation: held.as_ref().map(|(values, truth)| (dense(values), truth.labels())),
            settled: settled(purpose),
        };
        let fitted = linear::fit(&data, recipe, seed)?;
        let search_flops = fitted.search_flops();
        self.head = standard.within(fitted.model);
        let model = Model { features: Features::None, learner: Learner::Kept(Kept::new(family, self)), scale: None };
        Ok(Fitted {
            model,
            settled: fitted.settled,
            history: fitted.history.iter().filter_map(Progress::measured).collect(),
            flops: fitted.flops,
            search_flops,
            shared: Shared::default(),
            stopped: None,
            changes: Vec::new(),
            trained: None,
        })
    }

    /// The vector of each text with the other columns behind it, `[rows, width]`, and the width.
    fn joined(&self, inputs: &Inputs<'_>, table: Option<Vec<f32>>) -> Result<(Vec<f32>, usize), FitError> {
        let texts = texts(inputs);
        let (vectors, width) = self.vectors(&texts)?;
        let Some(preprocess) = &self.preprocess else { return Ok((vectors, width)) };
        let beside = preprocess.width();
        let table = table.unwrap_or_else(|| {
            let columns = other_columns(inputs.columns);
            preprocess.transform(&Inputs { columns: &columns, rows: inputs.rows })
        });
        let mut joined = Vec::with_capacity(vectors.len() + table.len());
        for row in 0..texts.len() {
            joined.extend_from_slice(&vectors[row * width..(row + 1) * width]);
            joined.extend_from_slice(&table[row * beside..(row + 1) * beside]);
        }
        Ok((joined, width + beside))
    }

    /// The vectors of texts: those that are known, and the others by the weights.
    fn vectors(&self, texts: &[String]) -> Result<(Vec<f32>, usize), FitError> {
        let found: Vec<Option<&[f32]>> =
            texts.iter().map(|text| self.known.as_ref().and_then(|known| known.find(text))).collect();
        let new: Vec<&str> =
            texts.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(text, _)| text.as_str()).collect();
        let worked_out = if new.is_empty() { None } else { Some(self.source.network()?.embed(&new)?) };
        let known = self.known.as_ref().map(|known| known.width);
        let width = match (worked_out.as_ref().map(|new| new.width), known) {
            (Some(width), known) if known.is_none_or(|known| known == width) => width,
            (None, Some(width)) => width,
            // No row at all.
            (None, None) => self.head.columns as usize - self.preprocess.as_ref().map_or(0, Preprocessor::width),
            _ => return Err(FitError::Unfit("vectors of the weights differ in width".to_owned())),
        };
        let mut vectors = Vec::with_capacity(texts.len() * width);
        let mut others = worked_out.iter().flat_map(|new| new.vectors.chunks_exact(width.max(1)));
        for found in found {
            match found.or_else(|| others.next()) {
                Some(vector) => vectors.extend_from_slice(vector),
                None => return Err(FitError::Unfit("the weights make no vector of a text".to_owned())),
            }
        }
        Ok((vectors, width))
    }

    /// That the parts fit together, whatever file they come from; reads the weights.
    fn check(&self) -> Result<(), FitError> {
        let network = self.source.network()?;
        let width = network.width() + self.preprocess.as_ref().map_or(0, Preprocessor::width);
        if network.parameters() != self.source.parameters() || self.head.columns as usize != width {
            return Err(FitError::Unfit("its linear model does not fit its weights".to_owned()));
        }
        Ok(())
    }
}

impl Predictor for FrozenModel {
    fn parameters(&self) -> u64 {
        self.source.parameters() + self.head.parameters()
    }

    fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let (values, columns) = self.joined(inputs, None)?;
        let answers = self.head.predict(&Matrix::Dense { rows: inputs.rows.len(), columns, values: &values })?;
        Ok(in_unit(answers, self.scale.as_ref()))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, FitError> {
        postcard::to_stdvec(self).map_err(|error| FitError::Unfit(format!("it can't be written as bytes: {error}")))
    }

    fn bytes_beside(&self) -> u64 {
        self.source.bytes_beside()
    }

    fn folders_beside(&self) -> Vec<PathBuf> {
        self.source.folder().into_iter().collect()
    }

    fn cut_texts(&self, inputs: &Inputs<'_>) -> Result<u64, FitError> {
        let texts = texts(inputs);
        self.source.network()?.count_cut(&texts.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn packed(&self) -> Result<Option<Box<dyn Predictor>>, FitError> {
        if self.source.bytes_beside() == 0 {
            return Ok(None);
        }
        Ok(Some(Box::new(Self { source: self.source.packed()?, ..self.clone() })))
    }
}

/// Means and spreads of columns: the penalty of a linear model weighs columns alike only where they spread alike.
struct Standard {
    means: Vec<f32>,
    spreads: Vec<f32>,
}

impl Standard {
    fn fit(values: &[f32], width: usize) -> Self {
        let rows = (values.len() / width.max(1)).max(1) as f64;
        let mut sums = vec![0.0_f64; width];
        let mut squares = vec![0.0_f64; width];
        for row in values.chunks_exact(width.max(1)) {
            for (at, value) in row.iter().enumerate() {
                sums[at] += f64::from(*value);
                squares[at] += f64::from(*value).powi(2);
            }
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum / rows).collect();
        let spread = |(square, mean): (&f64, &f64)| {
            let spread = (square / rows - mean * mean).max(0.0).sqrt();
            // A column of one value has nothing to say.
            if spread > 1e-9 { spread as f32 } else { 1.0 }
        };
        let spreads = squares.iter().zip(&means).map(spread).collect();
        Self { means: means.iter().map(|mean| *mean as f32).collect(), spreads }
    }

    fn apply(&self, values: &mut [f32]) {
        for row in values.chunks_exact_mut(self.means.len().max(1)) {
            for ((value, mean), spread) in row.iter_mut().zip(&self.means).zip(&self.spreads) {
                *value = (*value - mean) / spread;
            }
        }
    }

    /// The same model on columns that were not standardised: `w (x − m) / s + b = (w / s) x + (b − Σ w m / s)`.
    fn within(&self, mut head: Linear) -> Linear {
        let outputs = head.biases.len();
        for ((weights, mean), spread) in
            head.weights.chunks_exact_mut(outputs.max(1)).zip(&self.means).zip(&self.spreads)
        {
            for (weight, bias) in weights.iter_mut().zip(&mut head.biases) {
                *weight /= spread;
                *bias -= *weight * mean;
            }
        }
        head
    }
}

/// The parameters of a model of these weights on data of such a shape.
pub(in crate::candidate) fn planned_parameters(
    weights: &Weights,
    (how, size): (Adaptation, &Size),
    shape: &DataShape<'_>,
) -> u64 {
    let width = u64::from(weights.width);
    // Two classes share one vector of weights.
    let linear = |width: u64| (width + shape.width_beside_texts() + 1) * shape.scores();
    match how {
        Adaptation::ZeroShot | Adaptation::FewShot => weights.parameters,
        Adaptation::Frozen => weights.parameters + linear(width),
        Adaptation::Static => {
            let width = size.number(DIMENSION).map_or(width, u64::from);
            u64::from(weights.tokens) * width + linear(width)
        }
        Adaptation::Full | Adaptation::Scratch => weights.parameters + (width + 1) * shape.outputs as u64,
        Adaptation::Lora => {
            // Two narrow matrices beside queries and values of each layer.
            let change = u64::from(weights.layers) * 4 * LORA_RANK * width;
            weights.parameters + change + (width + 1) * shape.outputs as u64
        }
    }
}
