//! Everything a report shows, gathered from the session.

use super::error::SessionError;
use super::start::Session;
use crate::data::write_whole;
use crate::metric::score;
use crate::report::{self, CurvePoint, DataSummary, Effort, Findings, LearningCurve};
use crate::search::SearchResult;
use crate::stats;
use crate::study::Source;
use crate::trial::{Request, TrialStats};
use crate::verdict::{Analysis, CandidateResults, StoppedRepeat, Terms, Verdict, quality, validation};

/// Version of the format of `report.json`.
const FORMAT: u32 = 1;

impl Session {
    /// What the study found, ready for a report.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn findings(
        &self,
        ascent: &SearchResult,
        analysis: Analysis,
        verdict: Verdict,
    ) -> Result<Findings, SessionError> {
        let study = &self.prepared.study;
        let curve = self.curve(ascent, &verdict)?;
        let name =
            study.path.file_stem().map_or_else(|| "study".to_owned(), |stem| stem.to_string_lossy().into_owned());
        Ok(Findings {
            format: FORMAT,
            name,
            study: study.clone(),
            source: self.prepared.source.clone(),
            data: self.data_summary(),
            terms: self.prepared.terms.clone(),
            outlook: self.outlook(curve.as_ref()),
            curve,
            looks: self.store.looks(&self.prepared.digest)?,
            effort: effort(&analysis),
            probes: self.probed(ascent, &verdict)?,
            differences: self.differences(&analysis, &verdict)?,
            threshold: self.threshold(ascent, &verdict)?,
            climb: self.climbed(ascent, &analysis),
            bundle: self.handover(&analysis, &verdict)?,
            machine: self.machine.clone(),
            analysis,
            verdict,
        })
    }

    /// Writes `report.html`, `report.json` and `report.md` into the folder, each whole or not at all.
    ///
    /// # Errors
    /// The folder can't be written or the disk is full.
    pub fn write_reports(&self, findings: &Findings) -> Result<(), SessionError> {
        let files = [
            ("report.json", report::json(findings)),
            ("report.md", report::markdown(findings)),
            ("report.html", report::html(findings)),
        ];
        for (name, text) in files {
            let path = self.folder.join(name);
            write_whole(&path, text.as_bytes()).map_err(|error| SessionError::Write { path, error })?;
        }
        Ok(())
    }

    fn data_summary(&self) -> DataSummary {
        let loaded = &self.prepared.loaded;
        let terms = &self.prepared.terms;
        DataSummary {
            development: loaded.dataset.development.len() as u64,
            holdout: loaded.dataset.holdout_rows() as u64,
            given: matches!(self.prepared.study.task.source, Source::Given { .. }),
            target: loaded.schema.target.clone(),
            classes: loaded.schema.classes.clone(),
            columns: loaded.schema.inputs.iter().map(|input| (input.name.clone(), input.kind)).collect(),
            notes: loaded.notes.clone(),
            cautions: loaded.cautions.clone(),
            digest: self.prepared.digest.clone(),
            resolvable_margin: Terms::resolvable_margin(terms.metric, &loaded.dataset, terms.confidence),
        }
    }

    /// The learning curve of the choice, as far as its trials are there; its last point is the full data.
    fn curve(&self, ascent: &SearchResult, verdict: &Verdict) -> Result<Option<LearningCurve>, SessionError> {
        let mut requests = self.curve_of(verdict);
        let Some(candidate) = requests.first().map(|request| request.spec.candidate.clone()) else { return Ok(None) };
        let own = |request: &Request| request.spec.candidate.name == candidate.name;
        requests.extend(self.requests_of(ascent).into_iter().filter(own));
        let mut points = Vec::new();
        for same_share in requests.chunk_by(|a, b| a.spec.split.fraction == b.spec.split.fraction) {
            let entry = self.entry(&candidate, same_share)?;
            if !entry.failures.is_empty() {
                // What is left of the repeats is no fair sample of the splits.
                continue;
            }
            points.extend(self.point(&entry, same_share[0].spec.split.fraction));
        }
        Ok((points.len() > 1).then_some(LearningCurve { candidate: candidate.name, points }))
    }

    fn point(&self, entry: &CandidateResults, share: f64) -> Option<CurvePoint> {
        let metric = self.prepared.terms.metric;
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
    let sum = |finished: fn(&TrialStats) -> f64, ended: fn(&StoppedRepeat) -> f64| {
        trials().map(finished).chain(stopped().map(ended)).sum()
    };
    Effort {
        trials: trials().count() as u64,
        stopped: stopped().count() as u64,
        failed: rows.iter().map(|row| row.failures.len() as u64).sum(),
        flops: sum(|facts| facts.flops, |one| one.flops),
        cpu_seconds: sum(|facts| facts.cpu_seconds, |one| one.cpu_seconds),
        peak_memory: {
            let finished = trials().map(|facts| facts.peak_memory);
            finished.chain(stopped().map(|one| one.peak_memory)).max().unwrap_or(0)
        },
    }
}
