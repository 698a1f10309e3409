//! What a study found beside what is true: the questions that a verdict is judged by.

use std::collections::BTreeMap;

use lagom::stats::Estimate;
use lagom::study::FamilyId;
use lagom::trial::Plan;
use lagom::verdict::{Analysis, Row, Terms, Verdict, VerdictKind};

use super::judged::{Coverage, Outcome};
use super::truths::TrueQuality;

/// A study's findings, and the true quality of each candidate by name.
#[derive(Clone, Debug)]
pub(crate) struct Scene<'a> {
    /// What "good enough" means.
    pub(crate) terms: &'a Terms,
    /// The whole ladder.
    pub(crate) plan: &'a Plan,
    /// The measurements, compared.
    pub(crate) analysis: &'a Analysis,
    /// The answer.
    pub(crate) verdict: &'a Verdict,
    /// The true quality of every candidate that can be trained.
    pub(crate) truths: BTreeMap<String, TrueQuality>,
}

impl Scene<'_> {
    /// The true quality of a candidate.
    pub(crate) fn truth(&self, name: &str) -> Option<f64> {
        self.truths.get(name).map(|truth| truth.value)
    }

    /// By how much a candidate is truly better than the reference.
    pub(crate) fn to_reference(&self, name: &str) -> Option<f64> {
        self.between(name, self.verdict.reference.as_deref()?)
    }

    fn between(&self, name: &str, other: &str) -> Option<f64> {
        Some(self.truth(name)? - self.truth(other)?)
    }

    /// Learners of the whole ladder, trained by the study or not.
    fn learners(&self) -> impl Iterator<Item = &str> {
        let learners = self.plan.candidates.iter().filter(|candidate| candidate.spec.family != FamilyId::BASELINE);
        learners.map(|candidate| candidate.name.as_str())
    }

    /// The truly best learner of the whole ladder, and its quality.
    pub(crate) fn best(&self) -> Option<(String, f64)> {
        let known = self.learners().filter_map(|name| Some((name.to_owned(), self.truth(name)?)));
        known.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Whether an estimate's two-sided interval holds the truth.
    pub(crate) fn of(&self, estimate: Option<&Estimate>, truth: Option<f64>) -> Option<bool> {
        let (low, high) = estimate?.interval(self.terms.confidence);
        truth.map(|truth| (low..=high).contains(&truth))
    }

    /// How many rows of the table hold the truth.
    pub(crate) fn covered(&self, holds: impl Fn(&Row) -> Option<bool>) -> Coverage {
        Coverage::of(self.analysis.screening.rows.iter().map(holds))
    }

    /// How many of the differences tested on the holdout hold the truth.
    pub(crate) fn tests(&self) -> Coverage {
        let truth = |name: &str, other: &Option<String>| self.between(name, other.as_deref()?);
        let tests = self.analysis.tests.iter();
        Coverage::of(tests.map(|test| self.of(Some(&test.difference), truth(&test.candidate, &test.against))))
    }

    /// Whether the verdict holds, `best` being the quality of the truly best learner.
    ///
    /// Smaller is enough: the choice is truly at most the margin below the best. Bigger pays: so is the choice,
    /// and every cheaper learner is truly more than the margin below it. Nothing learned: no learner
    /// is truly more than the margin above the baseline; else it counts as open.
    pub(crate) fn outcome(&self, best: f64) -> Outcome {
        let margin = self.terms.margin().unwrap_or(0.0);
        let choice = self.verdict.choice.as_ref().and_then(|name| self.truth(name));
        let enough = choice.is_some_and(|choice| choice >= best - margin);
        let holds = match self.verdict.kind {
            VerdictKind::Undecided => return Outcome::Open,
            VerdictKind::SmallerIsEnough => enough,
            VerdictKind::BiggerPays => {
                let worse = |name: &str| self.truth(name).zip(choice).is_some_and(|(own, best)| own < best - margin);
                enough && self.cheaper().all(worse)
            }
            VerdictKind::NothingLearned => {
                let baseline = self.analysis.screening.baseline.as_deref().and_then(|name| self.truth(name));
                // It says that nothing was shown (exit code 3), so where there is something it leaves open what.
                return if baseline.is_some_and(|baseline| best <= baseline + margin) {
                    Outcome::Right
                } else {
                    Outcome::Open
                };
            }
            // No limits and no bar here: something always qualifies.
            VerdictKind::NothingQualifies => false,
        };
        if holds { Outcome::Right } else { Outcome::Wrong }
    }

    /// Learners of fewer parameters than the choice.
    fn cheaper(&self) -> impl Iterator<Item = &str> {
        let size =
            |name: &str| self.plan.candidates.iter().find(|one| one.name == name).map(|one| one.planned_parameters);
        let most = self.verdict.choice.as_deref().and_then(size).unwrap_or(0);
        self.learners().filter(move |name| size(name).is_some_and(|parameters| parameters < most))
    }

    /// Operations of the study's trials over those of all repeats of the whole ladder, between 0 and 1.
    pub(crate) fn share(&self) -> f64 {
        let spent: f64 = self.analysis.screening.rows.iter().flat_map(|row| &row.trials).map(|facts| facts.flops).sum();
        let measured = |name: &str| {
            let trials = &self.analysis.screening.row(name)?.trials;
            (!trials.is_empty()).then(|| trials.iter().map(|facts| facts.flops).sum::<f64>() / trials.len() as f64)
        };
        let one = |name: &str| measured(name).or_else(|| self.truths.get(name).map(|truth| truth.flops));
        let candidates = self.plan.candidates.iter();
        let whole: f64 = candidates.filter_map(|candidate| one(&candidate.name)).sum();
        spent / (whole * f64::from(self.plan.repeats))
    }
}
