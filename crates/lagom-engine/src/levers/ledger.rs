//! The ledger: what each lever brings, what it costs, and what it is worth in size.

use serde::{Deserialize, Serialize};

use super::cost_change::{CostChange, costs};
use super::discovery::{Claim, Control, PValues, Shown, shown};
use super::effects::{best, by_lever, gains, is_idle, of};
use super::equivalent::{SizeEquivalent, SizePoint, equivalent};
use super::moved::MovedChoice;
use super::race::{spent, steps};
use super::types::{Arm, Confirmation, MeasuredArm, Stage};
use crate::stats::{self, Estimate};
use crate::study::{FamilyId, LeverGroup, Setting};
use crate::verdict::{CandidateResults, RepeatOutcomes, cost, difference, differences, validation};

/// What the stage found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The size that levers were tried on: the choice of the verdict when the stage was run.
    pub choice: String,
    /// The next smaller size of its family, where there is one: they were tried on it, too.
    pub smaller: Option<String>,
    /// How sure intervals are, two-sided, and tests, one-sided.
    pub confidence: f64,
    /// The smallest gain worth having: settings that surely bring less were given up.
    pub worth: f64,
    /// The largest expected share of false findings among the lines that help or hurt.
    pub false_discovery: f64,
    /// Repeats that an arm can have.
    pub repeats: u32,
    /// Most operations that the stage may take; none where it has no limit.
    pub budget: Option<f64>,
    /// Operations that its trainings took, those for the confirmation not counted.
    pub flops: f64,
    /// Trainings of it, failed ones among them, the plain recipe not counted.
    pub trials: u64,
    /// A line a lever and size, and a line a combination: what helps first, by gain.
    pub rows: Vec<LedgerRow>,
    /// The plain recipe at the other sizes, from the smallest to the largest: what size brings.
    pub sizes: Vec<SizeGain>,
    /// What was put before sealed rows.
    pub confirmations: Vec<Confirmation>,
    /// What takes the place of the choice by the plain recipe; none where that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<MovedChoice>,
    /// Levers that were not measured at a size, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_tried: Vec<NotTried>,
}

/// One lever at its best setting, or several levers together, at one size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The size.
    pub size: String,
    /// What is set.
    pub settings: Vec<Setting>,
    /// What kind of change it is; none of several together.
    pub group: Option<LeverGroup>,
    /// What the pairs show.
    pub standing: Standing,
    /// How much better it is than the plain recipe of its size, on validation rows; none where it failed.
    pub gain: Option<ShownGain>,
    /// The p-value of both directions, corrected for the settings of the lever.
    pub p_value: Option<f64>,
    /// How much better it is than its control, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_control: Option<ShownGain>,
    /// What the gain is worth in size.
    pub equivalent: SizeEquivalent,
    /// Whether it is surely better than every larger model that was measured, of whatever family; false where there is none.
    pub beats_larger: bool,
    /// What it does to each cost that is known.
    pub costs: Vec<CostChange>,
    /// Whether every answer is as by the plain recipe: it finds nothing to change in these rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub idle: bool,
    /// Training rows that it changes: the median over repeats; none where it is not about rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_changed: Option<u64>,
    /// Pairs that the gain rests on.
    pub pairs: u32,
    /// The other settings of the lever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherSetting>,
    /// Why trainings failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
}

/// What the pairs of a line show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is better, at the rate of false findings.
    Helps,
    /// Neither is shown, or it is a trifle: less than a tenth of the smallest gain worth having, as where two solvers stop at the same place.
    NoEffect,
    /// It is worse.
    Hurts,
    /// Some of its trainings failed.
    Failed,
}

/// A gain as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownGain {
    /// The mean over pairs; positive is better whatever the metric's direction.
    pub point: f64,
    /// Lower end of the two-sided interval, wide enough for the best of all settings of the lever.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A setting of a lever that is not its best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherSetting {
    /// The setting.
    pub setting: Setting,
    /// The mean gain over its pairs; none where it failed.
    pub gain: Option<f64>,
    /// Its pairs: fewer than the best one's where it was given up.
    pub pairs: u32,
}

/// A plain size beside the choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SizeGain {
    /// Name of the candidate.
    pub name: String,
    /// Its family.
    pub family: FamilyId,
    /// Its parameters.
    pub parameters: u64,
    /// How much better it is than the plain choice on validation rows.
    pub gain: ShownGain,
}

/// A lever that was not measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotTried {
    /// The size.
    pub size: String,
    /// The lever's name.
    pub lever: String,
    /// Why.
    pub why: WhyNot,
}

/// Why a lever was not measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyNot {
    /// The budget ended before.
    Budget,
    /// There is nothing for it to change in these data, as its training said.
    Unfit(String),
}

impl ShownGain {
    fn of(estimate: &Estimate, confidence: f64) -> Self {
        let (low, high) = estimate.interval(confidence);
        Self { point: estimate.point, low, high }
    }
}

/// A line before it is told what it shows.
struct Line {
    at: usize,
    /// Places of all settings that it was picked from.
    places: Vec<usize>,
    over_control: Option<Estimate>,
}

/// The ledger of what was measured; `ladder` is everything that the verdict has measured by the plain recipe.
#[must_use]
pub fn ledger(stage: &Stage, measured: &[MeasuredArm], ladder: &[CandidateResults]) -> Ledger {
    let gains = gains(stage, measured);
    let lines = lines(stage, measured, &gains);
    let looks = steps(stage.terms.repeats);
    let claims = lines.iter().filter_map(|line| {
        let control = match &line.over_control {
            Some(over) => Control::Over(over),
            None if has_control(stage, &measured[line.at].arm) => Control::Unmeasured,
            None => Control::None,
        };
        Some(Claim { gain: gains[line.at].as_ref()?, control, settings: line.places.len(), looks })
    });
    let found: Vec<PValues> = claims.map(|claim| PValues::of(&claim)).collect();
    let mut told = found.iter().copied().zip(shown(&found, stage.terms.false_discovery));
    let row = |line: &Line| {
        let known = gains[line.at].as_ref().and_then(|gain| Some((gain, told.next()?)));
        row(stage, measured, ladder, (line, &gains, known))
    };
    let mut rows: Vec<LedgerRow> = lines.iter().map(row).collect();
    let point = |row: &LedgerRow| row.gain.as_ref().map_or(f64::NEG_INFINITY, |gain| gain.point);
    rows.sort_by(|a, b| a.standing.cmp(&b.standing).then_with(|| point(b).total_cmp(&point(a))));
    let name = |at: usize| stage.sizes.get(at).map(|size| size.plain.name.clone());
    let trained = measured.iter().filter(|one| !one.arm.is_plain());
    Ledger {
        choice: name(0).unwrap_or_default(),
        smaller: name(1),
        confidence: stage.terms.confidence,
        worth: stage.terms.worth,
        false_discovery: stage.terms.false_discovery,
        repeats: stage.terms.repeats,
        budget: stage.terms.budget,
        flops: spent(stage, measured),
        trials: trained.map(|one| (one.entry.repeats.len() + one.entry.failures.len()) as u64).sum(),
        rows,
        sizes: sizes(stage, measured, ladder),
        confirmations: Vec::new(),
        moved: None,
        not_tried: not_tried(stage, measured),
    }
}

/// The lines: of each size a line a lever, then the combinations.
fn lines(stage: &Stage, measured: &[MeasuredArm], gains: &[Option<Estimate>]) -> Vec<Line> {
    let mut lines = Vec::new();
    for size in 0..stage.sizes.len() {
        let fits = |places: &Vec<usize>| places.iter().any(|at| measured[*at].unfit.is_none());
        for places in by_lever(stage, measured, size).into_iter().filter(fits) {
            let at = best(&places, measured, gains).unwrap_or(places[0]);
            let over_control = over_control(stage, measured, at);
            lines.push(Line { at, places, over_control });
        }
    }
    let together =
        (0..measured.len()).filter(|at| measured[*at].arm.settings.len() > 1 && measured[*at].unfit.is_none());
    lines.extend(together.map(|at| Line { at, places: vec![at], over_control: None }));
    lines
}

/// Whether the lever of an arm has a control at its size; combinations have none.
fn has_control(stage: &Stage, arm: &Arm) -> bool {
    let tries = stage.sizes.get(arm.size).map_or(&[][..], |size| &size.tries);
    tries.iter().any(|one| one.control && Some(one.setting.lever.as_str()) == arm.lever())
}

/// How much better an arm is than the control of its lever; none where that has none, or it was not measured.
fn over_control(stage: &Stage, measured: &[MeasuredArm], at: usize) -> Option<Estimate> {
    let own = &measured[at];
    let is_own = |other: &&MeasuredArm| {
        other.arm.size == own.arm.size && other.arm.lever() == own.arm.lever() && stage.is_control(&other.arm)
    };
    let control = measured.iter().filter(|_| !own.is_failed()).find(is_own).filter(|control| !control.is_failed())?;
    difference(stage.terms.metric, &validation(&own.entry), &validation(&control.entry))
}

/// A share of the smallest gain worth having below which a gain is none, however surely it is there.
const TRIFLE: f64 = 0.1;

/// What is known of a line that has a gain: it, its p-values and what they show.
type Known<'a> = (&'a Estimate, (PValues, Shown));

fn row(
    stage: &Stage,
    measured: &[MeasuredArm],
    ladder: &[CandidateResults],
    (line, gains, known): (&Line, &[Option<Estimate>], Option<Known<'_>>),
) -> LedgerRow {
    let terms = &stage.terms;
    let one = &measured[line.at];
    let arm = &one.arm;
    let standing = match known {
        None => Standing::Failed,
        Some((gain, _)) if gain.point.abs() < TRIFLE * terms.worth => Standing::NoEffect,
        Some((_, (_, Shown::Helps))) => Standing::Helps,
        Some((_, (_, Shown::Hurts))) => Standing::Hurts,
        Some((_, (_, Shown::Nothing))) => Standing::NoEffect,
    };
    // Holds at once for all settings of the lever, so for whichever is the best (Bonferroni).
    let wide = 1.0 - (1.0 - terms.confidence) / line.places.len().max(1) as f64;
    let other = |at: &usize| OtherSetting {
        setting: measured[*at].arm.settings[0].clone(),
        gain: gains[*at].as_ref().map(|gain| gain.point),
        pairs: measured[*at].entry.repeats.len() as u32,
    };
    let tried = arm.settings.first().filter(|_| arm.settings.len() == 1);
    LedgerRow {
        size: stage.sizes[arm.size].plain.name.clone(),
        settings: arm.settings.clone(),
        group: tried.and_then(|setting| stage.tried(arm.size, setting)).map(|found| found.group),
        standing,
        gain: known.map(|(gain, _)| ShownGain::of(gain, wide)),
        p_value: known.map(|(_, (found, _))| found.either()),
        over_control: line.over_control.as_ref().map(|gain| ShownGain::of(gain, wide)),
        equivalent: match known {
            Some((gain, _)) => of_family(stage, measured, ladder, (one, gain, wide)),
            None => SizeEquivalent::Unknown,
        },
        beats_larger: standing == Standing::Helps && beats_larger(stage, ladder, one),
        costs: of(measured, &Arm::plain(arm.size)).map_or_else(Vec::new, |plain| costs(&plain.entry, &one.entry)),
        idle: known.is_some() && is_idle(measured, one),
        rows_changed: rows_changed(&one.entry, arm),
        pairs: known.map_or(0, |(gain, _)| gain.repeats),
        others: line.places.iter().filter(|at| **at != line.at).map(other).collect(),
        failures: one.entry.failures.clone(),
    }
}

/// Training rows that the levers of an arm changed: the median over repeats; none where they are not about rows.
fn rows_changed(entry: &CandidateResults, arm: &Arm) -> Option<u64> {
    let is_own = |lever: &str| arm.settings.iter().any(|setting| setting.lever == lever);
    let of_one = |one: &RepeatOutcomes| {
        let own = one.facts.changes.iter().filter(|change| is_own(&change.lever));
        own.map(|change| change.rows as f64).reduce(|a, b| a + b)
    };
    let counts: Vec<f64> = entry.repeats.iter().filter_map(of_one).collect();
    (!counts.is_empty()).then(|| stats::median(&counts).round() as u64)
}

/// The size equivalent of an arm, from all measured sizes of its family.
fn of_family(
    stage: &Stage,
    measured: &[MeasuredArm],
    ladder: &[CandidateResults],
    (one, gain, confidence): (&MeasuredArm, &Estimate, f64),
) -> SizeEquivalent {
    let metric = stage.terms.metric;
    let own = &stage.sizes[one.arm.size].plain;
    let Some(plain) = of(measured, &Arm::plain(one.arm.size)) else { return SizeEquivalent::Unknown };
    let Some(parameters) = parameters(&plain.entry) else { return SizeEquivalent::Unknown };
    let mine = validation(&one.entry);
    let mut points = vec![SizePoint { parameters, ahead: gain.clone(), over_own: None }];
    for entry in ladder.iter().filter(|entry| is_measured(entry)) {
        let candidate = &entry.candidate;
        if candidate.spec.family != own.spec.family || candidate.name == own.name {
            continue;
        }
        let theirs = validation(entry);
        let (ahead, over) =
            (difference(metric, &mine, &theirs), difference(metric, &theirs, &validation(&plain.entry)));
        if let (Some(parameters), Some(ahead), Some(over)) = (self::parameters(entry), ahead, over) {
            points.push(SizePoint { parameters, ahead, over_own: Some(over) });
        }
    }
    points.sort_by(|a, b| a.parameters.total_cmp(&b.parameters));
    equivalent(&points, parameters, confidence)
}

/// Whether an arm is surely better than every larger model that was measured: each at the stage's confidence, one-sided, which holds for
/// all at once, since all have to be beaten (intersection-union).
fn beats_larger(stage: &Stage, ladder: &[CandidateResults], one: &MeasuredArm) -> bool {
    let Some(own) = parameters(&one.entry) else { return false };
    let mine = validation(&one.entry);
    let plain = &stage.sizes[one.arm.size].plain.name;
    let larger = |entry: &&CandidateResults| {
        entry.candidate.name != *plain
            && entry.calls.is_none()
            && is_measured(entry)
            && parameters(entry).is_some_and(|parameters| parameters > own)
    };
    let beaten = |entry: &CandidateResults| {
        difference(stage.terms.metric, &mine, &validation(entry))
            .is_some_and(|found| found.lower(stage.terms.confidence) > 0.0)
    };
    let mut all = ladder.iter().filter(larger).peekable();
    all.peek().is_some() && all.all(beaten)
}

/// What the plain recipe brings at the other sizes of the family, and at whatever is larger than the choice.
fn sizes(stage: &Stage, measured: &[MeasuredArm], ladder: &[CandidateResults]) -> Vec<SizeGain> {
    let Some(plain) = of(measured, &Arm::plain(0)) else { return Vec::new() };
    let (own, family) = (parameters(&plain.entry).unwrap_or(f64::INFINITY), plain.entry.candidate.spec.family);
    let shown = |entry: &&CandidateResults| {
        let candidate = &entry.candidate;
        candidate.name != plain.entry.candidate.name
            && candidate.spec.family != FamilyId::BASELINE
            && is_measured(entry)
            && entry.calls.is_none()
            && (candidate.spec.family == family || parameters(entry).is_some_and(|parameters| parameters > own))
    };
    let others: Vec<&CandidateResults> = ladder.iter().filter(shown).collect();
    let found = differences(stage.terms.metric, &others, &plain.entry);
    let size = |(entry, gain): (&&CandidateResults, Option<Estimate>)| {
        Some(SizeGain {
            name: entry.candidate.name.clone(),
            family: entry.candidate.spec.family,
            parameters: parameters(entry)? as u64,
            gain: ShownGain::of(&gain?, stage.terms.confidence),
        })
    };
    let mut sizes: Vec<SizeGain> = others.iter().zip(found).filter_map(size).collect();
    sizes.sort_by_key(|size| size.parameters);
    sizes
}

/// Whether it has a quality: two repeats, and nothing that keeps it from being judged.
fn is_measured(entry: &CandidateResults) -> bool {
    entry.repeats.len() > 1 && entry.unmeasured.is_none()
}

fn parameters(entry: &CandidateResults) -> Option<f64> {
    cost(entry, &crate::study::costs::Parameters).filter(|found| *found > 0.0)
}

/// Levers of which no setting was measured at a size: none was trained, or none can be trained on these data.
fn not_tried(stage: &Stage, measured: &[MeasuredArm]) -> Vec<NotTried> {
    let mut left = Vec::new();
    for (at, size) in stage.sizes.iter().enumerate() {
        for one in &size.tries {
            let is_own = |found: &MeasuredArm| found.arm.size == at && found.arm.lever() == Some(&one.setting.lever);
            let known = |other: &NotTried| other.size == size.plain.name && other.lever == one.setting.lever;
            let own: Vec<&MeasuredArm> = measured.iter().filter(|found| is_own(found)).collect();
            let unfit = own.iter().find_map(|found| found.unfit.clone());
            let why = match (own.is_empty(), unfit) {
                (true, _) => WhyNot::Budget,
                (false, Some(message)) if own.iter().all(|found| found.unfit.is_some()) => WhyNot::Unfit(message),
                (false, _) => continue,
            };
            if !left.iter().any(known) {
                let (size, lever) = (size.plain.name.clone(), one.setting.lever.clone());
                left.push(NotTried { size, lever, why });
            }
        }
    }
    left
}
