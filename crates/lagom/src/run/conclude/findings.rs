//! Everything a report shows, gathered from the workspace.

use super::Concluder;
use crate::call::Training;
use crate::candidate::{CUT_TEXTS, reach_of};
use crate::data::quality::Quality;
use crate::metric::score;
use crate::report::{CurvePoint, CutTexts, DataSummary, Effort, Findings, Handover, LearningCurve};
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::labels::LabelStage;
use crate::run::overfitting::OverfittingStage;
use crate::run::quality::{kept, quick};
use crate::stats;
use crate::study::Source;
use crate::trial::{Request, TrialStats};
use crate::verdict::{Analysis, CandidateResults, StoppedRepeat, Terms, quality, validation};

/// Version of the format of `report.json`.
const FORMAT: u32 = 1;

impl Concluder<'_> {
    /// What the study found, ready for a report; with the model that was handed over for it, if there is one.
    ///
    /// # Errors
    /// The store can't be read.
    pub(crate) fn findings(&self, conclusion: Conclusion, bundle: Option<Handover>) -> Result<Findings, RunError> {
        let prepared = &self.workspace.prepared;
        let study = &prepared.study;
        let curve = self.curve(&conclusion)?;
        // Its look is counted among the looks.
        let levers = self.levers(&conclusion)?;
        let name =
            study.path.file_stem().map_or_else(|| "study".to_owned(), |stem| stem.to_string_lossy().into_owned());
        Ok(Findings {
            format: FORMAT,
            name,
            study: study.clone(),
            source: prepared.source.clone(),
            data: self.data_summary(self.cut_texts(&conclusion)?),
            terms: prepared.terms.clone(),
            outlook: self.outlook(curve.as_ref()),
            curve,
            looks: self.workspace.store.looks(&prepared.as_given)?,
            effort: effort(&conclusion.analysis),
            probes: self.probed(&conclusion)?,
            differences: self.differences(&conclusion)?,
            threshold: self.threshold(&conclusion)?,
            quality: Some(self.quality()),
            climb: self.climbed(&conclusion),
            levers,
            labels: match LabelStage::plan(self.workspace, &conclusion)? {
                Some(stage) => stage.found()?,
                None => None,
            },
            overfitting: OverfittingStage::last(self.workspace, &conclusion)?,
            uncascaded: conclusion.uncascaded,
            bundle,
            machine: self.workspace.machine.clone(),
            analysis: conclusion.analysis,
            verdict: conclusion.verdict,
        })
    }

    /// What `lagom data` found of these data, else what is found without training.
    fn quality(&self) -> Quality {
        let prepared = &self.workspace.prepared;
        kept(&self.workspace.folder, &prepared.digest).unwrap_or_else(|| quick(&prepared.study, &prepared.loaded))
    }

    /// The candidates on pretrained weights that do not read all texts to the end, by the first repeat of each.
    fn cut_texts(&self, conclusion: &Conclusion) -> Result<Vec<CutTexts>, RunError> {
        let mut found = Vec::new();
        let requests = self.workspace.requests_of(&conclusion.found);
        for candidate in self.workspace.prepared.plan.candidates.iter().filter(|one| one.weights.is_some()) {
            let own = |request: &&Request| request.spec.candidate.name == candidate.name;
            let Some(first) = requests.iter().find(own) else { continue };
            let entry = self.workspace.entry(candidate, std::slice::from_ref(first))?;
            let changes = entry.repeats.first().map_or(&[][..], |repeat| &repeat.facts.changes);
            let cut = changes.iter().find(|change| change.lever == CUT_TEXTS);
            found.extend(cut.zip(reach_of(candidate)).map(|(cut, reach)| CutTexts {
                candidate: candidate.name.clone(),
                texts: cut.rows,
                of_training: !matches!(candidate.spec.family.name(), "frozen" | "static"),
                tokens: reach.tokens,
                from: reach.from,
            }));
        }
        Ok(found)
    }

    fn data_summary(&self, cut: Vec<CutTexts>) -> DataSummary {
        let prepared = &self.workspace.prepared;
        let (loaded, terms) = (&prepared.loaded, &prepared.terms);
        DataSummary {
            task: loaded.dataset.task,
            development: loaded.dataset.development.len() as u64,
            holdout: loaded.dataset.holdout_rows() as u64,
            given: matches!(prepared.study.task.source, Source::Given { .. }),
            target: loaded.schema.target.clone(),
            classes: loaded.schema.classes.clone(),
            columns: loaded.schema.inputs.iter().map(|input| (input.name.clone(), input.kind)).collect(),
            reviewed: loaded.dataset.review_counts(),
            notes: loaded.notes.clone(),
            cut,
            cautions: loaded.cautions.clone(),
            digest: prepared.digest.clone(),
            resolvable_margin: Terms::resolvable_margin(terms.metric, &loaded.dataset, terms.confidence),
        }
    }

    /// The learning curve of the choice, as far as its trials are there; its last point is the full data.
    fn curve(&self, conclusion: &Conclusion) -> Result<Option<LearningCurve>, RunError> {
        let mut requests = self.workspace.curve_requests(&conclusion.verdict);
        let Some(candidate) = requests.first().map(|request| request.spec.candidate.clone()) else { return Ok(None) };
        let own = |request: &Request| request.spec.candidate.name == candidate.name;
        requests.extend(self.workspace.requests_of(&conclusion.found).into_iter().filter(own));
        let mut points = Vec::new();
        for same_share in requests.chunk_by(|a, b| a.spec.split.fraction == b.spec.split.fraction) {
            let entry = self.workspace.entry(&candidate, same_share)?;
            if !entry.failures.is_empty() {
                // What is left of the repeats is no fair sample of the splits.
                continue;
            }
            points.extend(self.point(&entry, same_share[0].spec.split.fraction));
        }
        Ok((points.len() > 1).then_some(LearningCurve { candidate: candidate.name, points }))
    }

    fn point(&self, entry: &CandidateResults, share: f64) -> Option<CurvePoint> {
        let metric = self.workspace.prepared.terms.metric;
        let scored = validation(entry);
        let train: Vec<f64> =
            entry.repeats.iter().filter_map(|one| score(metric, &one.train).ok()).map(|scored| scored.value).collect();
        Some(CurvePoint {
            share,
            rows: entry.repeats.first()?.facts.train_rows,
            quality: quality(metric, &scored)?,
            train_quality: stats::mean(&train),
        })
    }
}

fn effort(analysis: &Analysis) -> Effort {
    let rows = &analysis.screening.rows;
    let trials = || rows.iter().flat_map(|row| &row.trials);
    let stopped = || rows.iter().flat_map(|row| &row.stopped);
    let trained = || rows.iter().filter_map(|row| row.calls.as_ref()?.training.as_ref());
    let sum = |finished: fn(&TrialStats) -> f64, ended: fn(&StoppedRepeat) -> f64, asked: fn(&Training) -> f64| {
        // A sum of nothing is −0 else.
        0.0 + trials().map(finished).chain(stopped().map(ended)).chain(trained().map(asked)).sum::<f64>()
    };
    Effort {
        trials: trials().count() as u64,
        stopped: stopped().count() as u64,
        trained: trained().count() as u64,
        failed: rows.iter().map(|row| row.failures.len() as u64).sum(),
        flops: sum(|facts| facts.flops - facts.shared.flops, |one| one.flops, |one| one.operations as f64),
        cpu_seconds: sum(
            |facts| facts.cpu_seconds - facts.shared.cpu_seconds,
            |one| one.cpu_seconds,
            |one| one.cpu_milliseconds as f64 / 1_000.0,
        ),
        peak_memory: {
            let finished = trials().map(|facts| facts.peak_memory);
            finished.chain(stopped().map(|one| one.peak_memory)).flatten().max()
        },
    }
}
