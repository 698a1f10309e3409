//! What a reader of the verdict has to know of the data: copies, repeated keys, columns that tell the target.

use super::inputs::repeated;
use super::keys::repeated_key;
use super::rows::Rows;
use crate::caution::{Caution, Kept};
use crate::copies::Copies;
use crate::dataset::{Dataset, Target};
use crate::kind::ColumnProfile;
use crate::metric::{Blind, Metric};
use crate::split::fold;
use crate::strata::SplitSpec;
use crate::study::{Source, SplitBy, Study, Task, TaskKind};
use crate::tells::tells;

/// Copies of less than one row in so many are not worth a word beside the verdict.
const WORTH: u64 = 100;

/// All cautions, the gravest first.
pub(super) fn cautions(
    rows: &Rows,
    study: &Study,
    looks: &[ColumnProfile],
    (dataset, found): (&Dataset, Copies),
) -> Vec<Caution> {
    let task = &study.task;
    let mut cautions: Vec<Caution> = uncut(study, dataset).into_iter().collect();
    if dataset.task.is_trained() {
        if matches!(task.split_by, SplitBy::Rows) {
            cautions.extend(repeated_key(rows, looks, dataset, &usable(rows, task)));
        }
        let key = |caution: &Caution| match caution {
            Caution::RepeatedKey { column, .. } => Some(column.clone()),
            _ => None,
        };
        let key = cautions.iter().find_map(key);
        let other = |caution: &Caution| match caution {
            Caution::TellsTarget { column, .. } => Some(column) != key.as_ref(),
            _ => true,
        };
        cautions.splice(0..0, tells(dataset).into_iter().filter(other));
    }
    let copies = copies(dataset, found);
    let natural = matches!(copies, Some(Caution::Copies { kept: Kept::Apart, .. }));
    cautions.extend(copies);
    let given = matches!(task.source, Source::Given { .. });
    // Elsewhere splits see to it.
    if given || !natural && (dataset.times.is_some() || found.apart > 0) {
        cautions.extend(seen(study, dataset));
    }
    cautions
}

/// That the metric does not see the words of the texts.
fn uncut(study: &Study, dataset: &Dataset) -> Option<Caution> {
    let Target::Texts { references } = &dataset.target else { return None };
    let metric = study.task.metric.or((dataset.task == TaskKind::TextGeneration).then_some(Metric::TokenF1))?;
    let texts = references.iter().flatten().map(String::as_str);
    Some(match Blind::of(metric, &study.metric, texts)? {
        Blind::Unspaced(script) if metric == Metric::Bleu => {
            Caution::UncutTexts { script, tokeniser: study.metric.bleu.tokeniser }
        }
        Blind::Unspaced(script) => Caution::UncutWords { script, metric },
        Blind::OtherLetters { spaced } => Caution::OtherLetters { metric, spaced },
    })
}

/// Whether each column of the file could be a key: not one that has another role. One that is ignored can.
fn usable(rows: &Rows, task: &Task) -> Vec<bool> {
    let taken = |name: &str| task.answers().iter().any(|answer| answer == name);
    rows.first.columns.iter().map(|column| !taken(&column.name)).collect()
}

/// That rows have the same inputs as others.
fn copies(dataset: &Dataset, found: Copies) -> Option<Caution> {
    let worth = |rows: u64| rows > 0 && rows * WORTH >= found.rows;
    if worth(found.kept) {
        let kept = if dataset.times.is_some() { Kept::InTime } else { Kept::Together };
        return Some(Caution::Copies { rows: found.kept, conflicting: found.conflicting, of: found.rows, kept });
    }
    let (rows, conflicting, of) = (found.apart, found.conflicting_apart, found.rows);
    worth(rows).then_some(Caution::Copies { rows, conflicting, of, kept: Kept::Apart })
}

/// That tested rows have the inputs of rows that are trained on, where splits do not see to it.
fn seen(study: &Study, dataset: &Dataset) -> Option<Caution> {
    let trials = study.trials.settled(dataset.is_cross_fitted());
    let first = SplitSpec::of(dataset, &trials, None, 0);
    // With cross-fitting the first fold speaks for all.
    let folded = dataset.is_cross_fitted().then(|| fold(dataset, &first)).flatten();
    let (outside, tested) = folded.unwrap_or_else(|| (dataset.development.clone(), dataset.sealed.clone()));
    let rows = repeated(dataset, &outside, &tested) as u64;
    let of = tested.len() as u64;
    let given = matches!(study.task.source, Source::Given { .. });
    (rows * WORTH >= of && rows > 0).then_some(Caution::SeenInputs { rows, of, given })
}
