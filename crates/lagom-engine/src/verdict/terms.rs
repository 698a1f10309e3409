//! The terms of a verdict: what "good enough" means, with every default settled.

use serde::{Deserialize, Serialize};

use crate::data::{Dataset, Target};
use crate::metric::{Metric, TargetSummary, TextScorer, TextSettings, TokeniserFiles};
use crate::stats;
use crate::study::{Cost, Limits, Profile, ResponseMode, Rule, Study, TaskKind};

/// What "good enough" means for one verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// The measure of quality.
    pub metric: Metric,
    /// Its settings, where it is a metric of texts.
    #[serde(default, skip_serializing_if = "TextSettings::is_default")]
    pub settings: TextSettings,
    /// The files of its tokeniser, where that needs any.
    #[serde(default, skip_serializing_if = "TokeniserFiles::is_default")]
    pub tokeniser_files: TokeniserFiles,
    /// The margin to the reference, or the bar to clear, in the metric's unit.
    pub rule: Rule,
    /// Whether lagom chose the margin because the study names neither margin nor bar.
    pub proposed: bool,
    /// How sure a claim has to be, between 0.5 and 1.
    pub confidence: f64,
    /// What "smallest" means.
    pub smallest_by: &'static dyn Cost,
    /// The profile the limits come from.
    pub profile: Option<Profile>,
    /// What deployment allows.
    pub limits: Limits,
    /// The candidate that is in use today, where the question is whether it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incumbent: Option<String>,
}

/// The power at which margins and label counts are planned: 80 %, the usual choice (Cohen 1988).
pub const POWER: f64 = 0.8;

/// Of two classes the rarer has less than one in so many rows (5 %): then ranking is measured, not classes.
const RARE: u64 = 20;

/// lagom's guess at a margin, as a share of the metric's scale.
pub const GUESS: f64 = 0.01;

/// Margins that people use, as shares of the metric's scale; what `lagom_import::compare` proposes is the first that the
/// examples can resolve.
pub const MARGINS: [f64; 11] = [0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2];

impl Terms {
    /// The costs that decide what qualifies, or which is the smaller one.
    pub fn costs(&self) -> impl Iterator<Item = &'static dyn Cost> {
        self.limits.iter().map(|(cost, _)| cost).chain([self.smallest_by])
    }

    /// Whether any of them is measured by timing a finished model, as latency and memory in use are.
    #[must_use]
    pub fn needs_times(&self) -> bool {
        self.costs().any(|cost| cost.about().timed)
    }

    /// The terms of a study on its data: the metric and the margin are filled in where it names none.
    #[must_use]
    pub fn of(study: &Study, dataset: &Dataset) -> Self {
        let good_enough = &study.good_enough;
        let metric = study.task.metric.unwrap_or_else(|| Self::usual_metric(study, dataset));
        let rule = good_enough.rule.unwrap_or_else(|| Rule::Margin(Self::proposed_margin(metric, dataset)));
        Self {
            metric,
            settings: study.metric,
            tokeniser_files: study.tokeniser_files.clone(),
            rule,
            proposed: good_enough.rule.is_none(),
            confidence: good_enough.confidence,
            smallest_by: good_enough.smallest_by,
            profile: good_enough.profile,
            limits: good_enough.limits.clone(),
            incumbent: good_enough.incumbent.clone(),
        }
    }

    /// The metric with its settings and version in one string; see [`Metric::signature`].
    #[must_use]
    pub fn signature(&self) -> String {
        self.scorer().map_or_else(|| self.metric.signature(), |scorer| scorer.signature(None))
    }

    /// What scores texts; none where the metric is not one of texts against references.
    #[must_use]
    pub fn scorer(&self) -> Option<TextScorer> {
        TextScorer::with_files(self.metric, self.settings, self.tokeniser_files.clone()).ok()
    }

    /// The metric where the study names none: [`Terms::default_metric`], but that of likelihoods where all models are
    /// read by them, and the accuracy of choices where any is.
    fn usual_metric(study: &Study, dataset: &Dataset) -> Metric {
        let likely = |called| study.prompt_for(called).read == ResponseMode::Likelihood;
        let all = !study.candidates.is_empty() && study.candidates.iter().all(likely);
        match dataset.target {
            Target::Choices { .. } if study.candidates.iter().any(likely) => Metric::ChoiceAccuracy,
            Target::Texts { .. } if all => Metric::BitsPerByte,
            _ => Self::default_metric(dataset),
        }
    }

    /// The margin, where the rule is one.
    #[must_use]
    pub fn margin(&self) -> Option<f64> {
        match self.rule {
            Rule::Margin(margin) => Some(margin),
            Rule::Bar(_) => None,
        }
    }

    /// The metric that says whether anything was learned: the study's own, but balanced accuracy in
    /// place of macro-F1, which a guess at random raises above that of the commonest class.
    ///
    /// An answer that does not depend on the label has an expected balanced accuracy of one over the
    /// number of classes, however it is distributed, and the baseline has exactly that.
    #[must_use]
    pub fn gate_metric(&self) -> Metric {
        if self.metric == Metric::MacroF1 { Metric::BalancedAccuracy } else { self.metric }
    }

    /// Token F1 for texts, the share of right fields for extraction, exact match for choices; R² for numbers; accuracy for
    /// classes, but macro-F1 where the commonest class has 80 % of the rows or more: guessing it would look accurate. Of two
    /// classes of which the rarer has less than 5 % AUC: a model of so rare a class hardly ever calls it the likelier one, so
    /// that all metrics of classes hang on a few rows, while its ranking tells them well.
    #[must_use]
    pub fn default_metric(dataset: &Dataset) -> Metric {
        match dataset.target {
            Target::Numbers(_) => return Metric::R2,
            Target::Choices { .. } => return Metric::ExactMatch,
            Target::Texts { .. } if dataset.task == TaskKind::Extraction => return Metric::JsonFields,
            Target::Texts { .. } => return Metric::TokenF1,
            Target::Itself { .. } => return Metric::BitsPerByte,
            Target::Classes { .. } => {}
        }
        let counts = dataset.target.counts(&dataset.development);
        let rows = dataset.development.len() as u64;
        let commonest = counts.iter().copied().max().unwrap_or(0);
        let rarest = counts.iter().copied().filter(|&count| count > 0).min().unwrap_or(0);
        match commonest {
            _ if counts.len() == 2 && rarest * RARE < rows => Metric::Auc,
            most if most * 5 >= rows * 4 => Metric::MacroF1,
            _ => Metric::Accuracy,
        }
    }

    /// lagom's guess at a margin, where the study names none: a hundredth of the metric's scale ([`GUESS`]), however many
    /// rows there are.
    ///
    /// Of shares and R² that is 0.01 (one more error in a hundred answers), of BLEU, chrF and TER one point, of RMSE and
    /// MAE a hundredth of the target's standard deviation (for RMSE as much as 0.01 of R² is at R² 0.75), of perplexity 0.2
    /// (0.01 nats a word at a perplexity of 20). A margin made from the rows would call a larger loss unnoticeable only
    /// because there are too few labels to see it.
    #[must_use]
    pub fn proposed_margin(metric: Metric, dataset: &Dataset) -> f64 {
        let margin = GUESS * if metric == Metric::Perplexity { 20.0 } else { Self::unit(metric, dataset) };
        // Two significant digits read well in any unit; the way over text gives the nearest such number.
        let tidy = format!("{margin:.1e}").parse::<f64>().ok().filter(|margin| margin.is_finite() && *margin > 0.0);
        tidy.unwrap_or(GUESS)
    }

    /// The margin that the holdout can resolve, before anything is measured; see `Metric::typical_spread`.
    #[must_use]
    pub fn resolvable_margin(metric: Metric, dataset: &Dataset, confidence: f64) -> f64 {
        let counts = dataset.target.counts(&dataset.development);
        let target = match dataset.target {
            Target::Classes { .. } => TargetSummary::Classes(&counts),
            Target::Numbers(_) => TargetSummary::Values { sd: dataset.target.deviation(&dataset.development) },
            Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => TargetSummary::Texts,
        };
        let spread = metric.typical_spread(target).unwrap_or(1.0);
        stats::resolvable_margin(Self::deciding_rows(dataset), spread, confidence, POWER)
    }

    /// As many sealed rows as the verdict is as sure as: the holdout, or with cross-fitting half of all rows.
    ///
    /// By simulation (`crossfit.rs`) two rounds of five on n rows confirmed as often as a holdout of n / 2, as the tests pay
    /// for their number. One round of ten, carried to the models handed over, confirms 0.7 times as many (0.134 against 0.190 of
    /// four equal candidates at 1,000 rows), so that this is still somewhat too hopeful.
    #[must_use]
    pub fn deciding_rows(dataset: &Dataset) -> u64 {
        let tested = dataset.tested_units() as u64;
        if dataset.is_cross_fitted() { tested / 2 } else { tested }
    }

    /// What a margin of 1 would be on the metric's scale: 1, the target's deviation for errors in its unit, 100 for
    /// points of 100.
    fn unit(metric: Metric, dataset: &Dataset) -> f64 {
        match metric {
            Metric::Rmse | Metric::Mae => dataset.target.deviation(&dataset.development).max(f64::MIN_POSITIVE),
            Metric::Bleu | Metric::Chrf | Metric::ChrfPlusPlus | Metric::Ter => 100.0,
            _ => 1.0,
        }
    }
}
