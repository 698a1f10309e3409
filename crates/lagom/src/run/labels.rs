//! Which adaptation pays at which number of labels, on this study: one candidate of each, trained on some of its rows.

use super::answers::{Extent, StoredAnswers};
use super::conclusion::Conclusion;
use super::error::RunError;
use super::prepare::{Estimate, Prepared, Work};
use super::workspace::{Outcome, Workspace};
use crate::candidate::{Candidate, DataShape};
use crate::labels::{LabelCurves, REPEATS, Subject, Trained, Way, finalists, label_curves, shares};
use crate::study::FamilyId;
use crate::trial::{Labels, Request, label_trials};
use crate::verdict::{CandidateResults, excess};

/// What is trained to see which adaptation pays at which number of labels.
pub(super) struct LabelStage<'a> {
    workspace: &'a Workspace,
    /// The parts of the rows, from the smallest.
    parts: Vec<Labels>,
    /// All candidates that were measured.
    entries: Vec<CandidateResults>,
    /// The places of those that stand for their adaptations.
    finalists: Vec<(Way, usize)>,
}

/// What the stage will take at most, as `lagom plan` tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelEstimate {
    /// Rows of the parts, from the fewest.
    pub labels: Vec<u64>,
    /// Trainings.
    pub trainings: u64,
    /// Floating-point operations of all of them.
    pub flops: f64,
    /// Core-seconds of all of them.
    pub seconds: f64,
}

impl<'a> LabelStage<'a> {
    /// Of what a verdict has measured; none where the study wants none, or there is nothing to compare. Who stands for an adaptation hangs
    /// on the terms of the run, whatever the verdict is asked under.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn plan(workspace: &'a Workspace, conclusion: &Conclusion) -> Result<Option<Self>, RunError> {
        let prepared = &workspace.prepared;
        let parts = prepared.label_parts();
        if parts.is_empty() {
            return Ok(None);
        }
        let mut entries = workspace.entries(&workspace.requests_of(&conclusion.found))?;
        entries.extend(asked(workspace, conclusion)?);
        let metric = prepared.terms.metric;
        let within = |entry: &CandidateResults| excess(entry, &workspace.asked_under).is_empty();
        let finalists = finalists(metric, &entries, &within);
        let learns = finalists.iter().any(|(way, _)| !way.is_level());
        let stage = Self { workspace, parts, entries, finalists };
        Ok((learns && stage.finalists.len() > 1).then_some(stage))
    }

    /// All that is trained.
    pub(super) fn requests(&self) -> Vec<Request> {
        let learners = self.finalists.iter().filter(|(way, _)| !way.is_level());
        learners.flat_map(|(_, at)| self.parts.iter().flat_map(|part| self.of(*at, *part))).collect()
    }

    /// The trainings of a finalist on a part of the rows.
    fn of(&self, at: usize, part: Labels) -> Vec<Request> {
        let (prepared, entry) = (&self.workspace.prepared, &self.entries[at]);
        let repeats = REPEATS.min(u32::try_from(entry.repeats.len()).unwrap_or(REPEATS));
        let of = (&entry.candidate, prepared.digest.as_str());
        let trials = label_trials(&prepared.study, &prepared.loaded.dataset, of, (part, repeats));
        trials.iter().map(|spec| self.workspace.request(spec, None)).collect()
    }

    /// What the store has of it; none where too little of it was trained to say anything.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn found(&self) -> Result<Option<LabelCurves>, RunError> {
        let terms = &self.workspace.prepared.terms;
        let mut trained = Vec::new();
        for (way, at) in &self.finalists {
            let mut parts = Vec::new();
            for part in &self.parts {
                let whole = way.is_level();
                parts.push(if whole { None } else { self.part(*at, *part)? });
            }
            trained.push(Trained { way: *way, parts, whole: &self.entries[*at] });
        }
        let subject = Subject { metric: terms.metric, confidence: terms.confidence, margin: terms.margin() };
        let learners = trained.iter().filter(|one| !one.way.is_level());
        let repeats = learners.map(|one| one.whole.repeats.len()).max().unwrap_or(0);
        let repeats = REPEATS.min(u32::try_from(repeats).unwrap_or(REPEATS));
        Ok(label_curves(subject, repeats, &trained, &self.entries))
    }

    /// What a finalist came to on a part of the rows; none where trainings of it were never run.
    fn part(&self, at: usize, part: Labels) -> Result<Option<CandidateResults>, RunError> {
        let requests = self.of(at, part);
        for request in &requests {
            if matches!(self.workspace.outcome(request)?, Outcome::Missing) {
                return Ok(None);
            }
        }
        let entry = self.workspace.entry(&self.entries[at].candidate, &requests)?;
        Ok((!requests.is_empty()).then_some(entry))
    }
}

/// What the models that are asked came to on validation rows, as the verdict has them.
fn asked(workspace: &Workspace, conclusion: &Conclusion) -> Result<Vec<CandidateResults>, RunError> {
    let prepared = &workspace.prepared;
    if !prepared.has_calls() {
        return Ok(Vec::new());
    }
    let rows = prepared.explored_rows();
    let mut found = Vec::new();
    for caller in prepared.callers()? {
        let Some(row) = conclusion.analysis.screening.row(&caller.called.name) else { continue };
        let given_up = row.calls.as_ref().and_then(|calls| calls.given_up);
        let rows = &rows[..given_up.map_or(rows.len(), |count| (count as usize).min(rows.len()))];
        if row.unmeasured.is_none() {
            found.push(StoredAnswers::of(workspace, &caller).entry(&Extent { rows, given_up, fault: None })?);
        }
    }
    Ok(found)
}

impl Prepared {
    /// The parts of the training rows on which one candidate of each adaptation is trained, from the smallest; none where the study names no
    /// numbers of labels and does not adapt pretrained weights.
    fn label_parts(&self) -> Vec<Labels> {
        let counts = self.study.trials.label_counts.as_deref();
        if counts.is_none() && self.study.pretrained.is_empty() {
            return Vec::new();
        }
        let shape = DataShape::of(&self.loaded.dataset, self.study.trials.validation);
        shares(counts, shape.rows, shape.classes)
    }

    /// What training one candidate of each adaptation on some of the rows will take at most; none where it is not done.
    #[must_use]
    pub fn label_estimate(&self) -> Option<LabelEstimate> {
        let (parts, shape) = (self.label_parts(), DataShape::of(&self.loaded.dataset, self.study.trials.validation));
        let ways = self.learners_by_way();
        if parts.is_empty() || !self.compares(&ways) {
            return None;
        }
        let labels: Vec<f64> = parts.iter().map(|part| part.of(shape.rows)).collect();
        let repeats = f64::from(REPEATS.min(self.plan.repeats));
        // The dearest of each may stand for it.
        let dearest = |own: &Vec<&Candidate>| {
            let one = |candidate: &&Candidate| {
                let parts: Vec<Estimate> = labels.iter().map(|rows| self.estimate_on(candidate, *rows)).collect();
                // What is worked out once was so for the verdict.
                Work::of(&parts, &parts)
            };
            own.iter().map(one).max_by(|a, b| a.seconds.total_cmp(&b.seconds)).unwrap_or_default()
        };
        let each: Vec<Work> = ways.iter().map(dearest).collect();
        Some(LabelEstimate {
            trainings: (labels.len() * ways.len()) as u64 * u64::from(REPEATS.min(self.plan.repeats)),
            labels: labels.into_iter().map(|rows| rows.round() as u64).collect(),
            flops: each.iter().map(|one| one.flops).sum::<f64>() * repeats,
            seconds: each.iter().map(|one| one.seconds).sum::<f64>() * repeats,
        })
    }

    /// Whether there is anything to compare: what labels change, with another adaptation or a model that no label changes.
    fn compares(&self, ways: &[Vec<&Candidate>]) -> bool {
        let level = self.plan.candidates.iter().any(|one| Way::of_candidate(one).is_level());
        !ways.is_empty() && ways.len() + usize::from(level) + self.study.candidates.len() > 1
    }

    /// The candidates that labels change, by adaptation.
    fn learners_by_way(&self) -> Vec<Vec<&Candidate>> {
        let mut found: Vec<(Way, Vec<&Candidate>)> = Vec::new();
        for candidate in self.plan.candidates.iter().filter(|one| one.spec.family != FamilyId::BASELINE) {
            let way = Way::of_candidate(candidate);
            if way.is_level() {
                continue;
            }
            match found.iter_mut().find(|(known, _)| *known == way) {
                Some((_, own)) => own.push(candidate),
                None => found.push((way, vec![candidate])),
            }
        }
        found.into_iter().map(|(_, own)| own).collect()
    }

    /// Refuses numbers of labels that compare nothing, or that no repeat has.
    ///
    /// # Errors
    /// The study names numbers of labels and only one way to train, or more labels than a repeat trains on.
    pub(super) fn check_label_counts(&self) -> Result<(), RunError> {
        let Some(counts) = self.study.trials.label_counts.as_ref().filter(|counts| !counts.is_empty()) else {
            return Ok(());
        };
        if !self.compares(&self.learners_by_way()) {
            return Err(RunError::unfit(
                "[trials]: `label-counts` compares adaptations, and this study has a single one that labels change, and nothing beside it",
                "name weights under [[candidate]], or a model to ask, or leave it out",
            ));
        }
        let rows = crate::data::split(&self.loaded.dataset, &self.first_split()).train.len();
        match counts.iter().find(|count| **count as usize >= rows) {
            Some(count) => Err(RunError::unfit(
                format!("[trials]: `label-counts` has {count}, and a repeat trains on {rows} rows in all"),
                format!("name numbers below {rows}: all rows are measured in any case"),
            )),
            None => Ok(()),
        }
    }
}
