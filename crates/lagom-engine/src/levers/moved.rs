//! A smaller choice that a lever allows: what sealed rows confirmed of the stage, where it costs less than the choice by the plain recipe.

use serde::{Deserialize, Serialize};

use super::cost_change::{CostChange, costs};
use super::types::{Confirmation, MeasuredArm, Stage};
use crate::candidate::{Candidate, TunedParams};
use crate::study::Setting;
use crate::verdict::{
    Analysis, CandidateResults, Terms, TestKind, Verdict, VerdictKind, cost, is_within, train_by_repeat,
};

/// What takes the place of the choice: a size under levers that passed the study's own test on sealed rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedChoice {
    /// What is trained.
    pub candidate: Candidate,
    /// Name of its size by the plain recipe.
    pub size: String,
    /// What is set.
    pub settings: Vec<Setting>,
    /// What it was compared with; none where the study has a bar.
    pub against: Option<String>,
    /// What it costs beside the choice by the plain recipe.
    pub costs: Vec<CostChange>,
    /// What its repeats settled on, for the model that is handed over.
    pub settled: TunedParams,
    /// Quality on training rows of each of its repeats, in the metric's unit.
    #[serde(default)]
    pub train_by_repeat: Vec<f64>,
}

/// The cheapest arm, by the cost that the study calls small, of those that passed its test on sealed rows, keep within its limits and cost
/// less than the choice by the plain recipe; none where that choice stands.
///
/// Something has to be known of the choice first: it stays where the verdict is kept back by what was not measured, by a candidate that
/// outdoes others, or since nothing is shown to be learned, and a size that is not itself shown to beat guessing is not moved to.
///
/// `ladder` is what the verdict measured.
#[must_use]
pub fn moved(
    stage: &Stage,
    measured: &[MeasuredArm],
    confirmations: &[Confirmation],
    (ladder, analysis, verdict): (&[CandidateResults], &Analysis, &Verdict),
    terms: &Terms,
) -> Option<MovedChoice> {
    if !is_settled(analysis, verdict) {
        return None;
    }
    let name = verdict.choice.as_ref()?;
    let choice = ladder.iter().find(|entry| entry.candidate.name == *name)?;
    let most = cost(choice, terms.smallest_by)?;
    let passed = confirmations.iter().filter(|one| one.good_enough && one.test.passed);
    let fitting = passed.filter_map(|one| {
        let arm = measured.iter().find(|arm| {
            arm.arm.settings == one.settings
                && stage.sizes.get(arm.arm.size).is_some_and(|size| size.plain.name == one.size)
        })?;
        let own = cost(&arm.entry, terms.smallest_by)?;
        let fits = own < most && is_within(&arm.entry, terms) && analysis.screening.learning.is_shown(&one.size);
        fits.then_some((own, one, arm))
    });
    let (_, one, arm) = fitting.min_by(|(a, ..), (b, ..)| a.total_cmp(b))?;
    let settled: Vec<TunedParams> = arm.entry.repeats.iter().map(|repeat| repeat.facts.settled).collect();
    Some(MovedChoice {
        candidate: arm.entry.candidate.clone(),
        size: one.size.clone(),
        settings: one.settings.clone(),
        against: one.test.against.clone(),
        costs: costs(choice, &arm.entry),
        settled: TunedParams::median(&settled),
        train_by_repeat: train_by_repeat(&arm.entry, terms.metric),
    })
}

/// Whether a verdict leaves nothing open but which size is good enough.
fn is_settled(analysis: &Analysis, verdict: &Verdict) -> bool {
    let size_alone = || {
        let test = verdict.carried_by.and_then(|at| analysis.tests.get(at));
        test.is_some_and(|test| test.kind != TestKind::Learned)
    };
    let known = match verdict.kind {
        VerdictKind::SmallerIsEnough | VerdictKind::BiggerPays => true,
        VerdictKind::Undecided => size_alone(),
        VerdictKind::NothingQualifies | VerdictKind::NothingLearned => false,
    };
    known && verdict.unmeasured.is_empty() && verdict.outdone.is_none()
}
