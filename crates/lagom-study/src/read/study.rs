//! The whole file.

use std::path::Path;

use toml::de::DeTable;

use super::across::{Sections, check};
use super::section::{Section, check_top};
use super::{budget, candidate, good_enough, ladder, metric, prices, probes, prompt, recipe, task, trials};
use crate::family::Registries;
use crate::fault::{Faults, StudyFaults, Wrong};
use crate::input;
use crate::keys::SECTIONS;
use crate::model::Study;
use crate::name::nearest;

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
    check_top(root, faults);
    let task_section = Section::open(root, "task", faults);
    let metric_section = Section::open(root, "metric", faults);
    let good_enough_section = Section::open(root, "good-enough", faults);
    let ladder_section = Section::open(root, "ladder", faults);
    let levers: Vec<&str> = registries.levers.iter().map(|about| about.name).collect();
    let recipe_section = Section::open_with(root, "recipe", &levers, faults);
    let prompt_section = Section::open(root, "prompt", faults);
    let budget_section = Section::open(root, "budget", faults);
    let prices_section = Section::open(root, "prices", faults);
    let trials_section = Section::open(root, "trials", faults);

    let misspelt = |key: &str| nearest(SECTIONS, key) == Some("task");
    if !root.keys().any(|key| misspelt(key.get_ref())) {
        let hint = "write [task] and below it data = \"rows.csv\" and target = \"the column to predict\"";
        task_section.fault_table(faults, Wrong::new("the table [task] is missing", hint));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let task = task::read(&task_section, folder, faults);
    let metric = task.as_ref().and_then(|task| task.metric);
    let kind = task.as_ref().and_then(|task| task.kind);
    let (settings, tokeniser_files) = metric::read(&metric_section, folder, (&task_section, metric), faults);
    let prices = prices::read(&prices_section, faults);
    let good_enough = good_enough::read(&good_enough_section, metric, prices.as_ref(), faults);
    let trained = ladder::Trained { registries, kind, called: root.contains_key("candidate") };
    let ladder = ladder::read(&ladder_section, &trained, faults);
    let names: Vec<&str> = registries.probes.iter().map(|about| about.name).collect();
    let probes = probes::read(&Section::open_with(root, "probes", &names, faults), registries, faults);
    let recipe = recipe::read(&recipe_section, registries, faults);
    let trials = trials::read(&trials_section, &task_section, faults);
    let prompt = prompt::read(&prompt_section, folder, faults);
    let budget = budget::read(&budget_section, faults);
    let declared = candidate::read(root, &candidate::Around { folder, prompt: &prompt, registries }, faults);
    let candidates = declared.iter().flat_map(|table| table.called.iter().cloned()).collect();
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
        trials,
        candidates,
        prompt,
        budget,
        prices: prices.unwrap_or_default(),
    };
    let sections = Sections {
        task: &task_section,
        good_enough: &good_enough_section,
        ladder: &ladder_section,
        prompt: &prompt_section,
        budget: &budget_section,
        prices: &prices_section,
        trials: &trials_section,
        candidates: &declared,
    };
    check(&study, &sections, faults);
    Some(study)
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
