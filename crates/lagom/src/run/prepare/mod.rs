//! Everything that can be known of a study before anything is trained.

mod answering;
mod cascades;
mod estimate;
mod incumbent;
mod pretrained;

pub use estimate::{Estimate, Once, Work};

use super::error::RunError;
use crate::call::Brought;
use crate::candidate::{Candidate, DataShape, LEVERS, applying, check_preprocessing, family, lever, tried};
use crate::data::{Loaded, SplitSpec, Target, load};
use crate::metric::{Metric, MetricError, OutcomeKind, TextScorer};
use crate::probe::registries;
use crate::study::costs::{Amount, Bytes, Parameters};
use crate::study::units::{grouped_count, human_count};
use crate::study::{FamilyId, Setting, Study, TaskKind};
use crate::trial::{Plan, plan};
use crate::verdict::Terms;

/// A study with its data, its terms and its plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The checked study.
    pub study: Study,
    /// The study file as the user wrote it.
    pub source: String,
    /// The data.
    pub loaded: Loaded,
    /// What "good enough" means.
    pub terms: Terms,
    /// What scores texts under these terms, where they are of texts; its tokeniser is opened once.
    pub scorer: Option<TextScorer>,
    /// The trials.
    pub plan: Plan,
    /// Digest of the data set.
    pub digest: String,
    /// Digest of the data set without what a person has reviewed: its sealed rows are the same whatever a review says, so looks are counted by it.
    pub as_given: String,
    /// Backends that the program brings for candidates.
    pub(super) brought: Brought,
}

impl Prepared {
    /// Whether the study has candidates that are asked.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        !self.study.candidates.is_empty()
    }

    /// How the development rows are split in the first repeat: with asked candidates the validation rows are the same in
    /// all repeats.
    pub(super) fn first_split(&self) -> SplitSpec {
        SplitSpec::of(&self.loaded.dataset, &self.study.trials, self.study.explored(), 0)
    }
}

/// Reads and checks the data of a study, settles its terms and makes its plan.
///
/// # Errors
/// The data can't be read, or do not go with the study.
pub fn prepare(study: Study, source: String) -> Result<Prepared, RunError> {
    let loaded = load(&study)?;
    prepare_loaded(study, source, loaded)
}

/// As [`prepare`], with data that are loaded already.
///
/// # Errors
/// The data do not go with the study: its metric, its families or its limits.
pub fn prepare_loaded(mut study: Study, source: String, mut loaded: Loaded) -> Result<Prepared, RunError> {
    study.trials = SplitSpec::settled(&loaded.dataset, &study.trials, study.explored());
    pretrained::settle(&mut study, &mut loaded)?;
    answering::settle(&mut study, &mut loaded)?;
    let terms = Terms::of(&study, &loaded.dataset);
    let no_identity = |error| {
        RunError::unfit(format!("the data have no identity: {error}"), "this is a fault of lagom: please report it")
    };
    let (scorer, digest) = (terms.scorer(), loaded.dataset.digest().map_err(no_identity)?);
    let as_given = loaded.dataset.digest_as_given().map_err(no_identity)?;
    let plan = plan(&study, &loaded.dataset, &digest)
        .map_err(|error| RunError::unfit(error.to_string(), "run the study again with this lagom"))?;
    // One that is read back from the store has its note already.
    loaded.notes.extend(untried_note(&study, &loaded).filter(|note| !loaded.notes.contains(note)));
    let mut prepared =
        Prepared { study, source, loaded, terms, scorer, plan, digest, as_given, brought: Brought::default() };
    check_metric(&prepared)?;
    check_references(&prepared)?;
    check_ladder(&prepared)?;
    check_families(&prepared)?;
    check_recipe(&prepared)?;
    check_levers(&prepared)?;
    prepared.check_label_counts()?;
    prepared.check_incumbent()?;
    prepared.check_cascades()?;
    let reversed = prepared.reversed_cascades();
    let notes = &mut prepared.loaded.notes;
    reversed.into_iter().for_each(|note| {
        if !notes.contains(&note) {
            notes.push(note);
        }
    });
    check_calibration(&prepared)?;
    Ok(prepared)
}

/// Says which networks are left out since the rows are few; none where all are there or the study names its own largest.
fn untried_note(study: &Study, loaded: &Loaded) -> Option<String> {
    let rows = loaded.dataset.development.len() + loaded.dataset.holdout_rows();
    let families = study.ladder.families_for(loaded.dataset.task, &registries());
    let shape = DataShape::of(&loaded.dataset, study.trials.validation);
    let most = families.into_iter().filter_map(family).find_map(|family| family.untried(&shape));
    most.filter(|_| study.ladder.largest.is_none()).map(|most| {
        format!(
            "networks of more than {} parameters are not tried on {} rows; set `largest` under [ladder] to try them",
            human_count(most),
            grouped_count(rows as u64)
        )
    })
}

fn check_calibration(prepared: &Prepared) -> Result<(), RunError> {
    let task = prepared.loaded.dataset.task;
    if !prepared.study.calibrate || task.has_classes() {
        return Ok(());
    }
    Err(RunError::Unfit {
        message: format!("[handed-over]: models of {} state no probabilities that could be made truer", task.name()),
        hint: "leave `calibrate` out: it is for classification".to_owned(),
    })
}

fn check_metric(prepared: &Prepared) -> Result<(), RunError> {
    let (metric, classes) = (prepared.terms.metric, prepared.loaded.dataset.classes());
    let kinds = match prepared.loaded.dataset.task {
        task if task.has_classes() => vec![OutcomeKind::Classes(classes)],
        task => task.outcomes().to_vec(),
    };
    let fits = |metric: Metric| kinds.iter().any(|kind| metric.fits(*kind));
    if !fits(metric) {
        let fitting: Vec<&str> =
            Metric::ALL.into_iter().filter(|other| fits(*other)).map(|other| other.name()).collect();
        let task = prepared.loaded.dataset.task.name();
        return Err(RunError::Unfit {
            message: format!("the metric `{}` does not fit a {task} task with {classes} classes", metric.name()),
            hint: format!("set metric under [task] to one of: {}", fitting.join(", ")),
        });
    }
    prepared
        .terms
        .rule
        .check(Some(metric))
        .map_err(|error| RunError::Unfit { message: format!("[good-enough]: {error}"), hint: error.hint() })
}

/// How many faulty references are told.
const TOLD: usize = 5;

/// Every reference has to be what the metric compares with: a pattern, a number, a JSON object.
fn check_references(prepared: &Prepared) -> Result<(), RunError> {
    let Target::Texts { references } = &prepared.loaded.dataset.target else { return Ok(()) };
    let Some(scorer) = &prepared.scorer else { return Ok(()) };
    scorer.ready().map_err(unusable)?;
    let fault = |(row, of_row): (usize, &Vec<String>)| {
        let error = scorer.statistics("", of_row).err()?;
        Some(format!("row {}: {error}", row + 1))
    };
    let faults: Vec<String> = references.iter().enumerate().filter_map(fault).collect();
    if faults.is_empty() {
        return Ok(());
    }
    let more = if faults.len() > TOLD { format!("; and {} rows more", faults.len() - TOLD) } else { String::new() };
    Err(RunError::Unfit {
        message: format!("{}{more}", faults[..faults.len().min(TOLD)].join("; ")),
        hint: "fix these references, or set another metric under [task]".to_owned(),
    })
}

/// A tokeniser that can't be used.
pub(super) fn unusable(error: MetricError) -> RunError {
    let hint = match &error {
        MetricError::Tokeniser(error) => error.hint(),
        _ => "set another metric under [task]",
    };
    RunError::unfit(format!("[metric]: {error}"), hint)
}

/// Every lever that is set has to change something.
fn check_recipe(prepared: &Prepared) -> Result<(), RunError> {
    let idle =
        |setting: &&Setting| !prepared.plan.candidates.iter().any(|candidate| candidate.levers.contains(setting));
    if let Some(setting) = prepared.study.recipe.iter().find(idle) {
        let changes = lever(&setting.lever).map_or("nothing", |lever| lever.about().changes);
        return Err(RunError::unfit(
            format!("[recipe]: `{setting}` changes nothing that this study trains"),
            match prepared.loaded.dataset.task {
                task if TaskKind::TRAINED.contains(&task) => {
                    format!("leave it out, or train what it changes: {changes}")
                }
                task => format!("leave it out: no setting changes how models of {} answer or are trained", task.name()),
            },
        ));
    }
    let dataset = &prepared.loaded.dataset;
    if dataset.task == TaskKind::TextClassification || prepared.study.recipe.is_empty() {
        return Ok(());
    }
    let train = dataset.training(&dataset.development);
    let mut looked: Vec<FamilyId> = Vec::new();
    for candidate in prepared.plan.candidates.iter().filter(|one| !one.levers.is_empty()) {
        // What one size of a family finds to change all do.
        if looked.contains(&candidate.spec.family) {
            continue;
        }
        looked.push(candidate.spec.family);
        check_preprocessing(candidate, &train)
            .map_err(|error| RunError::unfit(format!("[recipe]: {error}"), "leave it out"))?;
    }
    Ok(())
}

/// Every lever that is to be tried has to change something that may be the choice.
fn check_levers(prepared: &Prepared) -> Result<(), RunError> {
    let dataset = &prepared.loaded.dataset;
    let applies = |name: &str| {
        let settings: Vec<Setting> =
            lever(name).map_or_else(Vec::new, |lever| tried(lever, dataset.reviewed().is_some()));
        let size = |one: &Candidate| (one.spec.family, one.spec.size.clone());
        prepared
            .plan
            .candidates
            .iter()
            .map(size)
            .any(|(family, size)| !applying(&settings, (family, &size), dataset.task, dataset.classes()).is_empty())
    };
    let Some(idle) = prepared.study.levers.tried.iter().flatten().find(|name| !applies(name)) else { return Ok(()) };
    let names: Vec<&str> = LEVERS.iter().map(|lever| lever.about().name).filter(|name| applies(name)).collect();
    let hint = match names.as_slice() {
        [] => "no lever changes anything here: leave the key out".to_owned(),
        names => format!("levers that do: {}", names.join(", ")),
    };
    let is_experiment = lever(idle).is_some_and(|lever| lever.about().tries.is_empty());
    let what = if is_experiment {
        "has no setting that could be worth trying"
    } else {
        "changes nothing that this study trains"
    };
    Err(RunError::unfit(format!("[levers]: `{idle}` {what}"), hint))
}

/// Every family that is named has to serve the task, and have a size within the largest that is allowed.
fn check_families(prepared: &Prepared) -> Result<(), RunError> {
    let task = prepared.loaded.dataset.task;
    let trained = |id: &FamilyId| prepared.plan.candidates.iter().any(|candidate| candidate.spec.family == *id);
    let named = prepared.study.ladder.families.iter().flatten();
    let Some(idle) = named.filter(|_| task.is_trained()).find(|id| !trained(id)) else { return Ok(()) };
    let registries = registries();
    let serving: Vec<&str> = registries.serving(task).map(|about| about.id.name()).collect();
    Err(if serving.contains(&idle.name()) {
        RunError::Unfit {
            message: format!("[ladder]: no size of `{idle}` has as few parameters as these data and `largest` allow"),
            hint: "allow more by `largest`, or leave the family out".to_owned(),
        }
    } else {
        RunError::Unfit {
            message: format!("[ladder]: `{idle}` does not do {}", task.name()),
            hint: format!("families that do: {}", serving.join(", ")),
        }
    })
}

fn check_ladder(prepared: &Prepared) -> Result<(), RunError> {
    let learner = |candidate: &&Candidate| candidate.spec.family != FamilyId::BASELINE;
    let task = prepared.loaded.dataset.task;
    if prepared.has_calls() && !prepared.plan.candidates.iter().any(|candidate| learner(&candidate)) {
        // The candidates that are asked are the ladder.
        return Ok(());
    }
    let Some(smallest) = prepared.plan.candidates.iter().find(learner) else {
        let families: Vec<&str> = registries().serving(task).map(|about| about.id.name()).collect();
        return Err(RunError::Unfit {
            message: format!("no candidate is left to train for a {} task", task.name()),
            hint: format!("choose families among {} and a larger `largest` under [ladder]", families.join(", ")),
        });
    };
    // No bundle is smaller than what it says of its columns.
    let least = postcard::to_stdvec(&prepared.loaded.schema).map_or(0, |bytes| bytes.len() as u64);
    let limits = &prepared.terms.limits;
    if let Some(Amount::Bytes(most)) = limits.get(&Bytes).filter(|most| most.value() < least as f64) {
        return Err(RunError::Unfit {
            message: format!(
                "no candidate can meet the limit of {most} bytes: the names of the columns alone take {least}"
            ),
            hint: "allow more bytes, or choose another profile".to_owned(),
        });
    }
    match limits.get(&Parameters) {
        // What is asked may be of any size.
        Some(Amount::Count(most)) if smallest.planned_parameters > *most && !prepared.has_calls() => {
            Err(RunError::Unfit {
                message: format!(
                    "no candidate can meet the limit of {most} parameters: the smallest, `{}`, has {}",
                    smallest.name, smallest.planned_parameters
                ),
                hint: "allow more parameters, or choose another profile".to_owned(),
            })
        }
        _ => Ok(()),
    }
}
