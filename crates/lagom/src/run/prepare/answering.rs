//! The weights of a study that answer themselves: looked at once, before anything is asked.

use super::pretrained::fits;
use crate::candidate::{WeightsFault, look_at_answering};
use crate::data::{Loaded, SplitSpec, Target, split};
use crate::measure::Machine;
use crate::run::error::RunError;
use crate::study::units::grouped_count;
use crate::study::{Adaptation, Study, Weights, WeightsAt};

/// Finds out what the weights are that answer; notes say which are trained first, and on how many rows. One that is read back from the store has been
/// settled: no folder is looked at.
///
/// # Errors
/// Weights can't be used, are no decoder's, are larger than the machine's memory, or are to be trained and there is no row with a reference to learn from: of
/// all candidates at once.
pub(super) fn settle(study: &mut Study, loaded: &mut Loaded) -> Result<(), RunError> {
    let memory = Machine::here().memory;
    let explored = SplitSpec::of(&loaded.dataset, &study.trials, study.explored(), 0);
    let (mut faults, mut seen): (Vec<RunError>, Vec<(WeightsAt, Weights)>) = (Vec::new(), Vec::new());
    for called in &mut study.candidates {
        let (name, table) = (&called.name, &called.table);
        let Some(own) = called.backend.own_weights_mut() else { continue };
        if own.found.is_some() {
            continue;
        }
        // Candidates of one table share their weights, and have their faults in common.
        let known =
            seen.iter().find(|(at, _)| *at == own.at && !own.adapt.is_tuned()).map(|(_, weights)| weights.clone());
        let found = known.map_or_else(|| look_at_answering(table, own), Ok);
        let found = found.and_then(|weights| fits(&weights, &[own.adapt], memory).map(|()| weights));
        let weights = match found {
            Ok(weights) => weights,
            Err(WeightsFault { message, hint }) => {
                let fault = RunError::Unfit { message: format!("[[candidate]] \"{table}\": {message}"), hint };
                if !faults.iter().any(|other| other.to_string() == fault.to_string()) {
                    faults.push(fault);
                }
                continue;
            }
        };
        if own.adapt.is_tuned() {
            let rows = rows_to_learn(loaded, &explored);
            if rows == 0 {
                faults.push(RunError::unfit(
                    format!("[[candidate]] \"{table}\": \"{}\" has no training row with a reference to learn from", own.adapt.name()),
                    format!("label more rows, let fewer be explored (explore under [budget]), or leave \"{}\" out of `adapt`", own.adapt.name()),
                ));
            }
            let note = trained_first(name, own.adapt, rows);
            if !loaded.notes.contains(&note) {
                loaded.notes.push(note);
            }
        }
        seen.push((own.at.clone(), weights.clone()));
        own.found = Some(weights);
    }
    RunError::all(faults).map_or(Ok(()), Err)
}

/// Training rows that have a reference.
fn rows_to_learn(loaded: &Loaded, explored: &SplitSpec) -> u64 {
    let dataset = &loaded.dataset;
    let Target::Texts { .. } = &dataset.target else { return 0 };
    let has_reference = |row: &&u32| dataset.references(**row).first().is_some_and(|text| !text.trim().is_empty());
    split(dataset, explored).train.iter().filter(has_reference).count() as u64
}

/// That a candidate is trained before it is asked: a whole sentence.
fn trained_first(name: &str, how: Adaptation, rows: u64) -> String {
    let what = if how == Adaptation::Lora { "by a low-rank change of its weights" } else { "in all its weights" };
    format!(
        "`{name}` is trained {what} on the {} training rows with a reference before it is asked: that may take long, and a stopped run goes on from its last checkpoint.",
        grouped_count(rows)
    )
}
