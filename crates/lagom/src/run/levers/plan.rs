//! What a stage tries on the choice of a verdict, within which budget.

use super::LeverStage;
use crate::candidate::{Candidate, LEVERS, Lever, applying, lever, planned, tried};
use crate::levers::{Stage, StageSize, StageTerms, Try, ample_budget, smallest_budget, with_settings};
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::workspace::Workspace;
use crate::stats;
use crate::study::{FamilyId, LeverAbout, LeverBudget, LeverGroup, LeverSpec, Setting, TaskKind};
use crate::verdict::{Row, Terms};

/// A gain worth having is such a part of the margin: see the head of `lagom_engine::levers`.
const WORTH: f64 = 0.1;
/// A stage that takes no more operations than these is a matter of some minutes of CPU time: a study whose search took less is
/// given so many, as far as it takes to try every setting.
const MODEST: f64 = 1e13;
/// Planned efforts are told apart within these factors of the plain recipe.
const EFFORTS: (f64, f64) = (0.1, 100.0);

/// What is asked of a stage in place of what the study says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeverOptions {
    /// The levers that are tried, by name; none: those of the study.
    pub tried: Option<Vec<String>>,
    /// The most that it may take; none: that of the study.
    pub budget: Option<LeverBudget>,
}

impl LeverOptions {
    /// What the study says of its stage, with these in place of it.
    fn over(&self, spec: &LeverSpec) -> LeverSpec {
        LeverSpec {
            tried: self.tried.clone().or_else(|| spec.tried.clone()),
            budget: self.budget.clone().or_else(|| spec.budget.clone()),
            ..spec.clone()
        }
    }
}

impl<'a> LeverStage<'a> {
    /// The stage that follows a verdict.
    ///
    /// # Errors
    /// There is no choice that is trained here; a lever that is named changes nothing in it, or none does; the budget is too
    /// small for one pair, or in money without a price.
    pub(in crate::run) fn plan(
        workspace: &'a Workspace,
        conclusion: &Conclusion,
        options: &LeverOptions,
    ) -> Result<Self, RunError> {
        let prepared = &workspace.prepared;
        let spec = options.over(&prepared.study.levers);
        let choice = choice(workspace, conclusion)?;
        let plains = std::iter::once(choice).chain(smaller(workspace, choice));
        let sizes: Vec<StageSize> = plains.map(|plain| size(workspace, conclusion, &spec, plain)).collect();
        check_tried(workspace, &sizes, &spec)?;
        let terms = &prepared.terms;
        let margin = terms.margin().unwrap_or_else(|| Terms::proposed_margin(terms.metric, &prepared.loaded.dataset));
        let mut stage = Stage {
            sizes,
            terms: StageTerms {
                metric: terms.metric,
                confidence: terms.confidence,
                worth: margin * WORTH,
                repeats: prepared.study.trials.repeats,
                budget: None,
                false_discovery: spec.false_discovery,
            },
        };
        stage.terms.budget = Some(budget(workspace, conclusion, &spec, &stage)?);
        Ok(Self { workspace, stage })
    }
}

/// The candidate of a verdict's choice, which has to be one that is trained.
fn choice<'w>(workspace: &'w Workspace, conclusion: &Conclusion) -> Result<&'w Candidate, RunError> {
    let Some(name) = &conclusion.verdict.choice else {
        return Err(RunError::unfit(
            "the verdict has no choice to put levers on",
            "see what it lacks with `lagom verdict`; the stage starts from the model that it names",
        ));
    };
    let candidate = workspace.prepared.plan.candidates.iter().find(|one| one.name == *name);
    candidate.filter(|one| one.spec.family != FamilyId::BASELINE).ok_or_else(|| {
        RunError::unfit(
            format!("the choice is `{name}`, which is not trained here: levers change how models are trained"),
            "try them on a study whose choice lagom trains",
        )
    })
}

/// The next smaller size of the same family.
fn smaller<'w>(workspace: &'w Workspace, choice: &Candidate) -> Option<&'w Candidate> {
    let same = workspace.prepared.plan.candidates.iter().filter(|one| one.spec.family == choice.spec.family);
    same.filter(|one| one.planned_parameters < choice.planned_parameters).max_by_key(|one| one.planned_parameters)
}

/// A size with what is tried on it, and what one of its trainings takes: as measured, else as planned.
fn size(workspace: &Workspace, conclusion: &Conclusion, spec: &LeverSpec, plain: &Candidate) -> StageSize {
    let settings = tries(workspace, spec, plain);
    let candidates: Vec<Candidate> =
        settings.iter().map(|(one, ..)| with_settings(plain, std::slice::from_ref(one))).collect();
    let efforts = workspace.prepared.estimates_of(std::iter::once(plain).chain(&candidates));
    let (own, others) = efforts.split_first().map_or((1.0, &[][..]), |(own, others)| (own.flops, others));
    let times = |flops: f64| {
        let times = flops / own;
        if times.is_finite() { times.clamp(EFFORTS.0, EFFORTS.1) } else { 1.0 }
    };
    let measured = conclusion.analysis.screening.row(&plain.name).map(flops_of).filter(|flops| *flops > 0.0);
    let one = |((setting, group, control), estimate): ((Setting, LeverGroup, bool), &crate::run::prepare::Estimate)| {
        Try { setting, group, control, effort: times(estimate.flops) }
    };
    let tries = settings.into_iter().zip(others).map(one).collect();
    StageSize { plain: plain.clone(), flops: measured.unwrap_or(own), tries }
}

/// Mean operations of a candidate's finished trainings; not a number where there is none.
fn flops_of(row: &Row) -> f64 {
    stats::mean(&row.trials.iter().map(|facts| facts.flops).collect::<Vec<f64>>())
}

/// The settings that change how a size is trained, lever by lever; of a lever with a control that as well.
fn tries(workspace: &Workspace, spec: &LeverSpec, plain: &Candidate) -> Vec<(Setting, LeverGroup, bool)> {
    let dataset = &workspace.prepared.loaded.dataset;
    let scene = (dataset.task, dataset.classes());
    let named =
        |about: &LeverAbout| spec.tried.as_ref().is_none_or(|names| names.iter().any(|name| name == about.name));
    let mut found = Vec::new();
    for lever in LEVERS.iter().filter(|lever| named(lever.about())) {
        let about = lever.about();
        let settings = tried(*lever, dataset.reviewed().is_some()).into_iter();
        let own: Vec<Setting> = settings.filter(|one| changes(plain, one, scene)).collect();
        let controls = lever.controls().iter().map(|sample| Setting::of(about.name, *sample));
        let controls: Vec<Setting> = controls.filter(|one| !own.is_empty() && changes(plain, one, scene)).collect();
        found.extend(own.into_iter().map(|one| (one, about.group, false)));
        found.extend(controls.into_iter().map(|one| (one, about.group, true)));
    }
    found
}

/// Whether a setting applies to a size and makes its training another one than the plain recipe.
fn changes(plain: &Candidate, setting: &Setting, (task, classes): (TaskKind, u32)) -> bool {
    let size = (plain.spec.family, &plain.spec.size);
    let applies = !applying(std::slice::from_ref(setting), size, task, classes).is_empty();
    let plan = |levers: &[Setting]| planned(size, classes, levers);
    applies
        && matches!((plan(&plain.levers), plan(&with_settings(plain, std::slice::from_ref(setting)).levers)), (Ok(own), Ok(other)) if own != other)
}

/// Each lever that is named has to change something somewhere, and something has to be tried at all.
fn check_tried(workspace: &Workspace, sizes: &[StageSize], spec: &LeverSpec) -> Result<(), RunError> {
    let Some(plain) = sizes.first().map(|size| &size.plain) else { return Ok(()) };
    let applies = |name: &str| sizes.iter().flat_map(|size| &size.tries).any(|one| one.setting.lever == name);
    let message = match spec.tried.iter().flatten().find(|name| !applies(name)) {
        Some(name) => match lever(name).map(|lever| lever.about()) {
            None => format!("`{name}` is no lever"),
            Some(about) if about.tries.is_empty() => format!("`{name}` has no setting that could be worth trying"),
            Some(_) if plain.levers.iter().any(|own| own.lever == *name) => {
                format!("what `{name}` would try is what the study sets under [recipe]")
            }
            Some(_) => format!("`{name}` changes nothing in `{}`", plain.name),
        },
        None if sizes.iter().all(|size| size.tries.is_empty()) => {
            format!("no lever changes anything in `{}`", plain.name)
        }
        None => return Ok(()),
    };
    Err(RunError::unfit(message, those_that_apply(workspace, plain)))
}

/// A hint that names the levers that have something to try in a size.
fn those_that_apply(workspace: &Workspace, plain: &Candidate) -> String {
    let dataset = &workspace.prepared.loaded.dataset;
    let scene = (dataset.task, dataset.classes());
    let applies =
        |lever: &&&dyn Lever| tried(**lever, dataset.reviewed().is_some()).iter().any(|one| changes(plain, one, scene));
    let names: Vec<&str> = LEVERS.iter().filter(applies).map(|lever| lever.about().name).collect();
    match names.as_slice() {
        [] => format!("no lever changes the family `{}`", plain.spec.family),
        names => format!("levers that do: {}", names.join(", ")),
    }
}

/// The budget in operations: what is named, else what the search for the size took, but enough for one pair.
fn budget(workspace: &Workspace, conclusion: &Conclusion, spec: &LeverSpec, stage: &Stage) -> Result<f64, RunError> {
    let least = smallest_budget(stage).unwrap_or(0.0);
    let Some(named) = &spec.budget else {
        let rows = &conclusion.analysis.screening.rows;
        let stopped = rows.iter().flat_map(|row| &row.stopped).map(|one| one.flops);
        let searched: f64 = rows.iter().flat_map(|row| &row.trials).map(|facts| facts.flops).chain(stopped).sum();
        return Ok(searched.max(least).max(ample_budget(stage).min(MODEST)));
    };
    let per_second = flops_per_second(conclusion, &stage.sizes[0].plain.name);
    let prices = &workspace.prepared.study.prices;
    let operations = match named {
        LeverBudget::Operations(operations) => *operations,
        LeverBudget::Money(money) => {
            let time = prices.cpu_time(money).ok_or_else(|| {
                RunError::unfit(
                    format!("the budget of {money} can't be turned into CPU time"),
                    "set cpu-hour under [prices] in the same currency and run the study again, or name operations such as 1e15",
                )
            })?;
            let per_second = per_second.ok_or_else(|| {
                RunError::unfit(
                    format!("the budget of {money} can't be turned into operations: no CPU time was measured"),
                    "name operations such as 1e15",
                )
            })?;
            time.as_secs_f64() * per_second
        }
    };
    if operations < least {
        let money = per_second.and_then(|per_second| prices.of_cpu(least / per_second));
        let told = match (named, money) {
            (LeverBudget::Money(_), Some(money)) => format!("{} {}", up(money.amount), money.currency),
            _ => format!("{:.1e}", up(least)),
        };
        return Err(RunError::unfit(
            format!("the budget of {named} is too small for one pair of trainings and its confirmation"),
            format!("the smallest that works is {told}"),
        ));
    }
    Ok(operations)
}

/// Operations a second of CPU time, as the choice was trained; none where that was not measured.
fn flops_per_second(conclusion: &Conclusion, name: &str) -> Option<f64> {
    let trials = &conclusion.analysis.screening.row(name)?.trials;
    if trials.iter().any(|facts| facts.computed_on.is_some()) {
        // What a processor does meanwhile says nothing of what the device does.
        return None;
    }
    let sum = |of: fn(&crate::trial::TrialStats) -> f64| trials.iter().map(of).sum::<f64>();
    let rate = sum(|facts| facts.flops) / sum(|facts| facts.cpu_seconds);
    (rate.is_finite() && rate > 0.0).then_some(rate)
}

/// A number that is no less, with two digits.
fn up(operations: f64) -> f64 {
    if operations <= 0.0 {
        return 0.0;
    }
    let power = 10_f64.powf(operations.log10().floor() - 1.0);
    (operations / power).ceil() * power
}
