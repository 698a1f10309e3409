//! Tests of the room.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod called;
mod faults_called;
mod faults_rest;
mod faults_task;
mod keys;
mod overrides;
mod reviewed;
mod settings;
mod template;
mod training_cost;
mod units;

use super::*;

const TABLE: &[TaskKind] = &[TaskKind::Classification, TaskKind::Regression];
const TEXT: &[TaskKind] = &[TaskKind::TextClassification];

/// A registry as that of the families that are trained: the reader knows no other.
static FAMILIES: [&FamilyAbout; 6] = [
    &family("baseline", "the most frequent class or the mean: what any model must beat", &TaskKind::TRAINED),
    &family("linear", "a weighted sum of the columns", TABLE),
    &family("trees", "boosted decision trees", TABLE),
    &family("mlp", "small neural networks", TABLE),
    &family("ngrams", "a weighted sum of pieces of the text", TEXT),
    &family("embedding", "a small neural network over learned word vectors", TEXT),
];

/// A registry of families, levers and probes for tests.
pub(crate) fn registries() -> Registries {
    Registries {
        families: FAMILIES.to_vec(),
        levers: vec![&DROPOUT],
        probes: vec![&SLICES, &SLICE_BY],
        ..Registries::default()
    }
}

static SLICE_BY: ProbeAbout = ProbeAbout {
    name: "slice-by",
    title: "Slice by slice",
    summary: "quality on the rows of each value of a column",
    takes: ProbeTakes::Column,
};

static SLICES: ProbeAbout = ProbeAbout {
    name: "error-slices",
    title: "Where it errs",
    summary: "rows with something in common on which the model does surely worse than on the others",
    takes: ProbeTakes::Flag,
};

static DROPOUT: LeverAbout = LeverAbout {
    name: "dropout",
    group: LeverGroup::Regularisation,
    summary: "share of hidden units left out in each step of a training",
    values: LeverValues::Number(0.0, 0.9),
    tries: &[Sample::Number(0.2)],
    changes: "mlp",
};

const fn family(name: &'static str, summary: &'static str, tasks: &'static [TaskKind]) -> FamilyAbout {
    let mark = Mark { corners: &[], light: "#000", dark: "#fff" };
    let (by_default, exact_size, grows) = (true, false, false);
    FamilyAbout { id: FamilyId::new(name), summary, tasks, by_default, exact_size, grows, mark }
}

/// The least a study needs.
const LEAST: &str = "[task]\ndata = \"a.csv\"\ntarget = \"y\"\n";

/// The faults of a text, as they are shown.
fn shown(text: &str) -> String {
    match Study::parse(text, "s.toml", &registries()) {
        Ok(study) => panic!("no fault in {study:?}"),
        Err(faults) => faults.to_string(),
    }
}

/// The study that begins with [`LEAST`].
fn study(rest: &str) -> Study {
    Study::parse(&format!("{LEAST}{rest}"), "dir/s.toml", &registries()).unwrap_or_else(|faults| panic!("{faults}"))
}
