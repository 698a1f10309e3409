//! What is done about wrong labels: those that models of the other rows find, and those that a person has found.

use super::changes::{Changes, word};
use super::rows::{ALL, CLASSES};
use super::{Lever, LeverScene};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::rows::{Cleaning, RowStep};
use crate::candidate::spec::FitError;
use crate::study::{LeverAbout, LeverGroup, LeverValue, LeverValues, Sample, TaskKind};

/// Rows whose label is wrong: probably, or as a person has seen.
pub(super) struct WrongLabels;

/// The setting of labels that a person has reviewed.
const REVIEWED: &str = "reviewed";

static ABOUT: LeverAbout = LeverAbout {
    name: "cleaning",
    group: LeverGroup::Data,
    summary: "what happens to training rows whose label is probably wrong, as models of the other rows see it: they are left out, get the likely label, or weigh less; `drop-random` leaves out as many rows at random, to compare with. `reviewed` takes the labels (or numbers) that a person holds right: `reviewed` under [task] names their file",
    values: LeverValues::OneOf(&["drop", "relabel", "down-weight", "drop-random", REVIEWED]),
    tries: &[Sample::Word("drop"), Sample::Word("relabel"), Sample::Word("down-weight")],
    changes: "all but guessing, for classes; `reviewed` for numbers, too",
};

/// What models find is found by classes.
static FOUND: Changes = Changes {
    about: &ABOUT,
    families: ALL,
    tasks: CLASSES,
    weighs: false,
    controls: &[Sample::Word("drop-random")],
    change: found,
};

impl Lever for WrongLabels {
    fn about(&self) -> &'static LeverAbout {
        &ABOUT
    }

    fn applies(&self, scene: &LeverScene<'_>) -> bool {
        FOUND.applies(scene)
    }

    fn applies_at(&self, value: &LeverValue, scene: &LeverScene<'_>) -> bool {
        let by_a_person = || ALL.contains(&scene.family.name()) && TaskKind::PREDICTED.contains(&scene.task);
        if word(value) == Some(REVIEWED) { by_a_person() } else { FOUND.applies(scene) }
    }

    fn controls(&self) -> &'static [Sample] {
        FOUND.controls
    }

    fn of_reviewed(&self) -> &'static [Sample] {
        &[Sample::Word(REVIEWED)]
    }

    fn apply(&self, value: &LeverValue, plan: &mut TrainingPlan) -> Result<(), FitError> {
        if word(value) != Some(REVIEWED) {
            return FOUND.apply(value, plan);
        }
        plan.step(RowStep::Reviewed);
        Ok(())
    }
}

fn found(value: &LeverValue, plan: &mut TrainingPlan) -> Option<()> {
    let how = match word(value)? {
        "drop" => Cleaning::Drop,
        "relabel" => Cleaning::Relabel,
        "down-weight" => Cleaning::DownWeight,
        "drop-random" => Cleaning::DropRandom,
        _ => return None,
    };
    plan.step(RowStep::Cleaning(how));
    Some(())
}
