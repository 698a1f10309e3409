//! What a stage is about, and what was measured in it.

use serde::{Deserialize, Serialize};

use crate::candidate::{Candidate, LEVERS};
use crate::metric::Metric;
use crate::study::{LeverGroup, Setting};
use crate::verdict::{CandidateResults, Test};

/// What a stage tries, on what: fixed before anything is trained, and kept as it is, so that it can be replayed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// The choice, then the next smaller size of its family, if there is one.
    pub sizes: Vec<StageSize>,
    /// How it is carried out.
    pub terms: StageTerms,
}

/// One size with what is tried on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageSize {
    /// The size by the study's own recipe.
    pub plain: Candidate,
    /// Operations of one of its trainings.
    pub flops: f64,
    /// The settings that change anything in it; those of one lever together, the most usual one first.
    pub tries: Vec<Try>,
}

/// One setting of a lever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Try {
    /// The lever and what it is set to.
    pub setting: Setting,
    /// What kind of change it is.
    pub group: LeverGroup,
    /// Whether it is no improvement, but what the lever's other settings have to beat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub control: bool,
    /// About how many times the operations of the plain recipe a training takes.
    pub effort: f64,
}

/// How a stage is carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageTerms {
    /// The measure of quality.
    pub metric: Metric,
    /// How sure bounds are: of intervals two-sided, of tests one-sided.
    pub confidence: f64,
    /// The smallest gain worth having, in the metric's unit: settings that surely bring less are given up.
    pub worth: f64,
    /// Most repeats of an arm.
    pub repeats: u32,
    /// Most operations that its trainings may take, those of the confirmation included; none where there is no limit.
    pub budget: Option<f64>,
    /// The largest expected share of false findings among levers that are said to help or hurt.
    pub false_discovery: f64,
}

/// A size under some settings; the plain recipe where there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Place of the size in the stage.
    pub size: usize,
    /// The settings in place of the plain recipe's, of a lever each.
    pub settings: Vec<Setting>,
}

/// What came of an arm.
#[derive(Clone, Debug)]
pub struct MeasuredArm {
    /// Which.
    pub arm: Arm,
    /// Repeats that were asked for.
    pub asked: u32,
    /// What they came to.
    pub entry: CandidateResults,
    /// Why it can't be trained on these data at all: there is nothing for it to change. None where it can.
    pub unfit: Option<String>,
}

impl Arm {
    /// The plain recipe of a size.
    #[must_use]
    pub fn plain(size: usize) -> Self {
        Self { size, settings: Vec::new() }
    }

    /// One lever on.
    #[must_use]
    pub fn single(size: usize, setting: Setting) -> Self {
        Self { size, settings: vec![setting] }
    }

    /// Whether it is the plain recipe.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.settings.is_empty()
    }

    /// The lever, where it is one alone.
    #[must_use]
    pub fn lever(&self) -> Option<&str> {
        match self.settings.as_slice() {
            [one] => Some(&one.lever),
            _ => None,
        }
    }
}

impl Stage {
    /// What is trained for an arm. Its name is that of the size and of the settings, unique in the stage.
    #[must_use]
    pub fn candidate(&self, arm: &Arm) -> Option<Candidate> {
        let plain = &self.sizes.get(arm.size)?.plain;
        Some(with_settings(plain, &arm.settings))
    }

    /// The setting as the stage tries it.
    #[must_use]
    pub fn tried(&self, size: usize, setting: &Setting) -> Option<&Try> {
        self.sizes.get(size)?.tries.iter().find(|one| one.setting == *setting)
    }

    /// Whether an arm is a control.
    #[must_use]
    pub fn is_control(&self, arm: &Arm) -> bool {
        matches!(arm.settings.as_slice(), [one] if self.tried(arm.size, one).is_some_and(|found| found.control))
    }

    /// About how many operations one training of an arm takes, before any is measured.
    #[must_use]
    pub fn planned_flops(&self, arm: &Arm) -> f64 {
        let Some(size) = self.sizes.get(arm.size) else { return 0.0 };
        let times = |one: &Setting| self.tried(arm.size, one).map_or(1.0, |found| found.effort);
        size.flops * arm.settings.iter().map(times).product::<f64>()
    }
}

/// A candidate with some settings more, each in place of what it had of the same lever; in the order in which levers are applied, so
/// that the same settings are always the same content address.
#[must_use]
pub fn with_settings(plain: &Candidate, settings: &[Setting]) -> Candidate {
    if settings.is_empty() {
        return plain.clone();
    }
    let kept = plain.levers.iter().filter(|own| settings.iter().all(|one| one.lever != own.lever));
    let mut levers: Vec<Setting> = kept.chain(settings).cloned().collect();
    let place = |one: &Setting| LEVERS.iter().position(|lever| lever.about().name == one.lever).unwrap_or(usize::MAX);
    levers.sort_by_key(place);
    let told: Vec<String> = settings.iter().map(ToString::to_string).collect();
    Candidate { name: format!("{} with {}", plain.name, told.join(" and ")), levers, ..plain.clone() }
}

impl MeasuredArm {
    /// Whether any of its trainings failed: what is left of the repeats is no fair sample, so nothing is said of its gain.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.entry.unmeasured.is_some() || !self.entry.failures.is_empty()
    }

    /// Operations of its finished trainings; those of one that failed count as `planned`.
    #[must_use]
    pub(super) fn flops(&self, planned: f64) -> f64 {
        let finished: f64 = self.entry.repeats.iter().map(|one| one.facts.flops).sum();
        finished + self.entry.failures.len() as f64 * planned
    }
}

/// What sealed rows said of an arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The size.
    pub size: String,
    /// What is set.
    pub settings: Vec<Setting>,
    /// Whether the study's own test was asked (good enough beside the reference, or above the bar); else whether it is better than
    /// the plain recipe.
    pub good_enough: bool,
    /// Whether it is a smaller size than the choice.
    pub smaller: bool,
    /// The test on sealed rows.
    pub test: Test,
    /// Which look at the sealed rows it was, from 1.
    pub look: u32,
}
