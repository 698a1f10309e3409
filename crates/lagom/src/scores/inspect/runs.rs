//! Which of several runs of one model on one task count.

use super::Log;
use crate::scores::finish::some;

/// The logs that count, in their order, and notes on the others.
///
/// - Runs that did not end with `success` are left out where one of the same model and task did.
/// - Where none did, the one begun last counts.
/// - Of runs with one `task_id`, a run and its retries, the one begun last counts.
///
/// Several runs that ended, none a retry of another, all stay: they may hold different samples; where they hold the same
/// ones that is an error, since nothing says which of them is meant.
pub(super) fn those_that_count(logs: Vec<Log>) -> (Vec<Log>, Vec<String>) {
    let mut out = vec![false; logs.len()];
    let mut notes = Vec::new();
    for first in 0..logs.len() {
        let same = |at: &usize| alike(&logs[*at], &logs[first]);
        let group: Vec<usize> = (0..logs.len()).filter(same).collect();
        if group.first() != Some(&first) || group.len() < 2 {
            continue;
        }
        let ended: Vec<usize> = group.iter().copied().filter(|at| logs[*at].head.finished()).collect();
        let stay: Vec<usize> = match ended.as_slice() {
            [] => last(&logs, &group).into_iter().collect(),
            ended => ended.iter().copied().filter(|at| last(&logs, &retries(&logs, ended, *at)) == Some(*at)).collect(),
        };
        let gone: Vec<usize> = group.iter().copied().filter(|at| !stay.contains(at)).collect();
        if gone.is_empty() {
            continue;
        }
        gone.iter().for_each(|at| out[*at] = true);
        let name = |at: &usize| logs[*at].path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let named = |places: &[usize]| {
            let names: Vec<String> = places.iter().map(name).collect();
            some(&names.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let mut states: Vec<&str> = gone.iter().map(|at| logs[*at].head.status()).collect();
        states.sort_unstable();
        states.dedup();
        notes.push(format!(
            "Of {} runs of {} on {} took {}; left out {} (status {}).",
            group.len(),
            logs[first].head.eval.model,
            logs[first].head.task(),
            named(&stay),
            named(&gone),
            states.join(", ")
        ));
    }
    let kept = logs.into_iter().zip(out).filter(|(_, out)| !out).map(|(log, _)| log).collect();
    (kept, notes)
}

fn alike(a: &Log, b: &Log) -> bool {
    a.head.eval.model == b.head.eval.model && a.head.task() == b.head.task()
}

/// A run and those with its `task_id`.
fn retries(logs: &[Log], among: &[usize], of: usize) -> Vec<usize> {
    let id = logs[of].head.eval.task_id.as_ref();
    among
        .iter()
        .copied()
        .filter(|at| *at == of || (id.is_some() && logs[*at].head.eval.task_id.as_ref() == id))
        .collect()
}

/// The one begun last; of equals the last named.
fn last(logs: &[Log], among: &[usize]) -> Option<usize> {
    among.iter().copied().max_by(|a, b| logs[*a].head.eval.created.cmp(&logs[*b].head.eval.created))
}
