//! The whole file.

use std::path::Path;

use toml::de::DeTable;

use super::across::{Sections, check};
use super::around::Around;
use super::section::{Section, check_top};
use super::{
    budget, candidate, cascade, good_enough, handed_over, ladder, levers, metric, pretrained, prompt, task, trials,
};
use crate::family::Registries;
use crate::fault::{Faults, StudyFaults, Wrong};
use crate::input;
use crate::keys::values::{Flag, Values};
use crate::keys::{self, COLUMN, TABLES};
use crate::lever::Setting;
use crate::model::Study;
use crate::name::nearest;
use crate::probe::ProbeTakes;

impl Study {
    /// Reads and checks the study in the file at `path`; relative paths in it are joined to its folder. `registries` are the
    /// registries that it may name.
    ///
    /// Whether the data exist and have these columns is for the room that reads them to say.
    /// # Errors
    /// All faults of the file at once, each with its line; or the one that it cannot be read as text.
    pub fn read(path: impl AsRef<Path>, registries: &Registries) -> Result<Study, StudyFaults> {
        let path = path.as_ref();
        let bytes = input::bytes(path, input::STUDY_BYTES).map_err(|error| {
            let hint = "`lagom init DATA` writes a study for your data";
            StudyFaults::whole_file(path, format!("cannot be read: {}", error.into_io()), hint)
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
            let message = format!("line {line} is not UTF-8");
            StudyFaults::whole_file(path, message, "save the file as UTF-8")
        })?;
        Study::parse(&text, path, registries)
    }

    /// Reads and checks the study in `text`, as if it stood in the file at `path`.
    ///
    /// # Errors
    /// All faults of the text at once, each with its line.
    pub fn parse(text: &str, path: impl AsRef<Path>, registries: &Registries) -> Result<Study, StudyFaults> {
        let path = path.as_ref();
        let mut faults = Faults::new(text);
        let (root, syntax) = DeTable::parse_recoverable(text);
        for error in &syntax {
            let at = error.span().unwrap_or(0..0);
            faults.push(at, "", syntax_fault(error.message()));
        }
        if !faults.is_empty() {
            return Err(faults.into_faults(path));
        }
        match assemble(root.get_ref(), path, registries, &mut faults) {
            Some(study) if faults.is_empty() => Ok(study),
            _ => Err(faults.into_faults(path)),
        }
    }
}

/// The study in the table; notes all faults. `None` only where one was noted.
fn assemble<'t>(root: &'t DeTable<'t>, path: &Path, registries: &Registries, faults: &mut Faults<'_>) -> Option<Study> {
    check_top(root, registries, faults);
    let task_section = Section::open(root, "task", registries, faults);
    let metric_section = Section::open(root, "metric", registries, faults);
    let good_enough_section = Section::open(root, "good-enough", registries, faults);
    let ladder_section = Section::open(root, "ladder", registries, faults);
    let recipe_section = Section::open(root, "recipe", registries, faults);
    let probes_section = Section::open(root, "probes", registries, faults);
    let levers_section = Section::open(root, "levers", registries, faults);
    let prompt_section = Section::open(root, "prompt", registries, faults);
    let budget_section = Section::open(root, "budget", registries, faults);
    let prices_section = Section::open(root, "prices", registries, faults);
    let cascade_section = Section::open(root, "cascade", registries, faults);
    let trials_section = Section::open(root, "trials", registries, faults);
    let handed_over_section = Section::open(root, "handed-over", registries, faults);

    let misspelt = |key: &str| nearest(&TABLES.map(|table| table.name), key) == Some("task");
    if !root.keys().any(|key| misspelt(key.get_ref())) {
        let hint = "write [task] and below it data = \"rows.csv\" and target = \"the column to predict\"";
        task_section.fault_table(faults, Wrong::new("the table [task] is missing", hint));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let task = task::read(&task_section, folder, faults);
    let metric = task.as_ref().and_then(|task| task.metric);
    let kind = task.as_ref().and_then(|task| task.kind);
    let (settings, tokeniser_files) = metric::read(&metric_section, folder, (&task_section, metric), faults);
    let prices = budget::prices(&prices_section, faults);
    let good_enough = good_enough::read(&good_enough_section, metric, prices.as_ref(), faults);
    let trained = ladder::Trained { registries, kind, called: root.contains_key("candidate") };
    let ladder = ladder::read(&ladder_section, &trained, faults);
    let recipe = recipe(&recipe_section, registries, faults);
    let unreviewed = task.as_ref().is_some_and(|task| task.reviewed.is_none());
    for setting in recipe.iter().filter(|one| unreviewed && registries.reviewed.contains(one)) {
        let message =
            format!("{} trains on labels that a person has reviewed, and the study names none", setting.value);
        let hint = "let `lagom data` list doubtful labels, fill in the column right_label of its suspects.csv, and name that file: reviewed = \"suspects.csv\" under [task]";
        recipe_section.fault(faults, &setting.lever, Wrong::new(message, hint));
    }
    let (probes, slice_by) = probes(&probes_section, registries, faults);
    let levers = levers::read(&levers_section, registries, prices.as_ref(), faults);
    let trials = trials::read(&trials_section, &task_section, faults);
    let prompt = prompt::read(&prompt_section, folder, faults);
    let budget = budget::read(&budget_section, faults);
    let prompt_reads = prompt_section.has(keys::prompt::READ.name);
    let around = Around { folder, prompt: &prompt, prompt_reads, kind, registries };
    let declared = candidate::read(root, &around, faults);
    let all_are_asked = around.asked().is_some();
    let candidates = declared.iter().flat_map(|table| table.called.iter().cloned()).collect();
    let cascades = cascade::read(&cascade_section, kind, faults);
    let calibrate = handed_over::read(&handed_over_section, kind, faults);
    let pretrained = declared.iter().filter_map(|table| table.pretrained.clone()).collect();
    let path = path.to_owned();
    let study = Study {
        path,
        task: task?,
        metric: settings,
        tokeniser_files,
        good_enough,
        ladder,
        recipe,
        probes,
        slice_by,
        levers,
        trials,
        candidates,
        cascades,
        pretrained,
        prompt,
        budget,
        prices: prices.unwrap_or_default(),
        calibrate,
    };
    let (weights, called): (Vec<_>, Vec<_>) =
        declared.into_iter().partition(|table| pretrained::is_one(&table.section) && !all_are_asked);
    let sections = Sections {
        task: &task_section,
        good_enough: &good_enough_section,
        ladder: &ladder_section,
        probes: &probes_section,
        prompt: &prompt_section,
        budget: &budget_section,
        prices: &prices_section,
        levers: &levers_section,
        trials: &trials_section,
        candidates: &called,
        weights: &weights,
    };
    check(&study, &sections, faults);
    Some(study)
}

/// The levers that are set in `[recipe]`, in the order of the registry.
fn recipe(section: &Section<'_>, registries: &Registries, faults: &mut Faults<'_>) -> Vec<Setting> {
    let set = registries.levers.iter().filter_map(|about| {
        let value = section.read_with(faults, about.name, |value| about.values().read(value))?;
        Some(Setting { lever: about.name.to_owned(), value })
    });
    set.collect()
}

/// The names of the probes that are wanted in `[probes]`, in the order of the registry, and the column that one of them is about.
fn probes(section: &Section<'_>, registries: &Registries, faults: &mut Faults<'_>) -> (Vec<String>, Option<String>) {
    let (mut wanted, mut column) = (Vec::new(), None);
    for about in &registries.probes {
        let asked = match about.takes {
            ProbeTakes::Flag => section.read_with(faults, about.name, |value| Flag.read(value)) == Some(true),
            ProbeTakes::Column => {
                column = column.or(section.read_with(faults, about.name, |value| COLUMN.read(value)));
                column.is_some()
            }
        };
        wanted.extend(asked.then(|| about.name.to_owned()));
    }
    (wanted, column)
}

/// A fault of the file as TOML.
fn syntax_fault(message: &str) -> Wrong {
    let message: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let message = message.join(", ");
    let hint = if message.contains("duplicate key") {
        "keep one of them"
    } else {
        "the file must be TOML: key = value, text in \"quotes\", lists in [brackets]"
    };
    Wrong::new(message, hint)
}
