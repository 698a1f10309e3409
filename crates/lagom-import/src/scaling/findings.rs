//! What a curve says, as plain data: every number that a report shows.

use serde::Serialize;

use super::columns::Columns;

/// All that is known of a curve.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScalingFindings {
    /// The version of lagom.
    pub lagom: &'static str,
    /// Where the points come from.
    pub source: Origin,
    /// How they were fitted.
    pub settings: Settings,
    /// The fitted law.
    pub fit: Fitted,
    /// Why the curve is not followed beyond its points; none where it may be.
    pub refusal: Option<String>,
    /// What twice the size, and twice the data, would take off the loss of the largest point; empty where the
    /// curve is not to be followed beyond its points.
    pub doubling: Vec<Gain>,
    /// What size is worth in data; none under a law of one of them alone, or one that is not to be followed.
    pub exchange: Option<Exchange>,
    /// The power of the compute with which the best size grows; none as `exchange`, and none with tied
    /// exponents, which leave it no choice.
    pub size_exponent: Option<Span>,
    /// The losses asked for.
    pub predictions: Vec<PredictedLoss>,
    /// The best size for each budget asked for.
    pub budgets: Vec<Budget>,
    /// The best model to serve from, where that was asked for.
    pub serving: Option<Serving>,
    /// The points that were fitted.
    pub points: Vec<Measured>,
    /// The curve through them, to draw.
    pub lines: Vec<Line>,
}

/// Where the points come from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Origin {
    /// The file.
    pub path: String,
    /// What was read as what.
    pub columns: Columns,
    /// What the law is of: `loss` as read; `error-rate`, 1 − quality; or `shortfall`, the share of the metric's
    /// range that the quality lacks.
    pub measures: &'static str,
    /// The least and greatest value of the metric, where it has a range.
    pub range: Option<(f64, f64)>,
    /// How the quality follows from the loss, where the law is of the loss: logit = intercept − slope · loss.
    pub link: Option<LogisticLink>,
    /// How many points with the highest losses were left out.
    pub dropped: usize,
}

/// The way from a loss to the share of a metric's range that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LogisticLink {
    /// The logit at a loss of 0.
    pub intercept: f64,
    /// What the logit falls by for each unit of the loss.
    pub slope: f64,
    /// Standard deviation of the logits about the line.
    pub noise: f64,
}

/// How the points were fitted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// The law: `size`, `data`, `both` or `both-tied`.
    pub form: &'static str,
    /// Whether the user chose it, rather than the points.
    pub form_was_told: bool,
    /// The share of chances that the intervals are to cover.
    pub confidence: f64,
    /// Refits of the bootstrap.
    pub resamples: u32,
    /// The seed of their random numbers.
    pub seed: u64,
    /// Log residuals up to this size count by their square, larger ones by their size.
    pub huber: f64,
}

/// An estimate with its interval at the confidence of the settings; infinite where nothing bounds it
/// (`null` in JSON).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The fitted law.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// The law in letters: `L = E + A / N^α + B / D^β`.
    pub formula: &'static str,
    /// Sum of the Huber losses of the log residuals; lower is better.
    pub objective: f64,
    /// Number of points.
    pub points: usize,
    /// Different sizes among them, or amounts of data under a law of the data alone.
    pub sizes: usize,
    /// Standard deviation of the log loss of a point about the law.
    pub noise: Option<f64>,
    /// E, A, α, B and β, as far as the law has them.
    pub constants: Vec<Constant>,
    /// How the losses run, in a word: `falling`, `saturated`, `rising`, `peak`, `jump`, `plateau`, `too-noisy`.
    pub shape: &'static str,
    /// The same as the rest of a sentence: "the losses …".
    pub shape_words: String,
    /// The test on the largest rung; none where no rung could be spared.
    pub held_out: Option<HeldOutRung>,
}

/// A constant of the law.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Constant {
    /// Its letter.
    pub symbol: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Its value.
    pub value: f64,
    /// Its standard error by bootstrap; NaN (`null`) without resamples.
    pub standard_error: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// The largest rung, predicted from the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HeldOutRung {
    /// Points of the rung.
    pub points: usize,
    /// Parameters of the one shown.
    pub size: Option<f64>,
    /// Its tokens or examples.
    pub data: Option<f64>,
    /// Its loss as predicted.
    pub predicted: f64,
    /// Lower end of the predicted 90 % interval.
    pub low: f64,
    /// Upper end of the predicted 90 % interval.
    pub high: f64,
    /// Its loss as measured.
    pub found: f64,
    /// predicted / found − 1.
    pub relative_error: f64,
    /// The mean of the relative errors of the rung's points, without sign; lower is better.
    pub mean_error: f64,
    /// How many times beyond the others it lies.
    pub extrapolates: f64,
}

/// What a doubling takes off the loss of the largest point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gain {
    /// What is doubled: `size` or `data`.
    pub doubled: &'static str,
    /// Parameters before.
    pub size: Option<f64>,
    /// Tokens or examples before.
    pub data: Option<f64>,
    /// The loss by the law before.
    pub before: f64,
    /// How much lower the law is afterwards.
    pub gain: Span,
    /// The gain as a share of the loss before.
    pub share: f64,
}

/// What size is worth in data at the largest point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Exchange {
    /// Parameters there.
    pub size: f64,
    /// Tokens or examples there.
    pub data: f64,
    /// The factor on the size.
    pub factor: f64,
    /// The factor on the data that gains as much; infinite (`null`) where no amount does.
    pub data_factor: Span,
}

/// A loss as the law predicts it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PredictedLoss {
    /// Parameters.
    pub size: Option<f64>,
    /// Tokens or examples.
    pub data: Option<f64>,
    /// The loss of one run; none where the curve is not to be followed so far.
    pub loss: Option<Span>,
    /// The quality, where the metric has a range; never outside it.
    pub quality: Option<Span>,
    /// How many times beyond the points it lies; at most 1 inside them.
    pub extrapolates: f64,
    /// Why there is no loss.
    pub refused: Option<String>,
}

/// The best size for a budget of compute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Budget {
    /// Floating-point operations of the training, 6·N·D.
    pub flops: f64,
    /// The best size, in parameters.
    pub size: Option<Span>,
    /// The data that the budget then pays for.
    pub data: Option<Span>,
    /// The loss there.
    pub reached: PredictedLoss,
}

/// The model that reaches a loss with the fewest operations of training and use together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Serving {
    /// Tokens or examples that it will answer.
    pub served: f64,
    /// The loss it has to reach.
    pub loss: f64,
    /// The best size, in parameters.
    pub size: Option<Span>,
    /// The data it is trained on.
    pub data: Option<Span>,
    /// The best size if nothing were served.
    pub training_alone: Option<(f64, f64)>,
    /// Operations of training and use together, 6·N·D + 2·N·served.
    pub flops: Option<f64>,
    /// The same for the best size if nothing were served.
    pub flops_of_training_alone: Option<f64>,
    /// Why there is no answer.
    pub refused: Option<String>,
}

/// A measured point and what the law says of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The row of the file, from 1 and without the header.
    pub row: usize,
    /// Parameters.
    pub size: Option<f64>,
    /// Tokens or examples.
    pub data: Option<f64>,
    /// The measured loss, or what the quality lacks.
    pub loss: f64,
    /// The measured quality.
    pub quality: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// The loss by the law.
    pub fitted: f64,
}

/// The law along one axis, with the other held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// What is held: `data`, `compute` or `none`.
    pub held: &'static str,
    /// At which value.
    pub value: Option<f64>,
    /// Along the axis, from small to large.
    pub spots: Vec<Spot>,
}

/// A place on a line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spot {
    /// Parameters, or the data under a law of the data alone.
    pub at: f64,
    /// The loss by the law.
    pub loss: f64,
    /// Lower end of the law's interval.
    pub low: f64,
    /// Upper end of the law's interval.
    pub high: f64,
    /// Whether it lies beyond the points.
    pub beyond: bool,
}
