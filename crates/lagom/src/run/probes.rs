//! Which models the probes of a study look at, and where what they measured is kept.

use super::conclusion::Conclusion;
use super::workspace::Workspace;
use crate::probe::{LooksAtModels, Probe, look_key, probe};
use crate::stats::pareto_front;
use crate::study::FamilyId;
use crate::trial::TrialSpec;
use crate::verdict::{CandidateResults, Row, Terms};

/// Most finalists whose models are looked at.
const FINALISTS: usize = 5;

/// A finalist whose models a probe looks at.
pub(super) struct LookRequest {
    /// The name of the candidate.
    pub(super) name: String,
    /// Its stored parameters.
    pub(super) parameters: u64,
    /// The trials of the models, by repeat; at least one.
    pub(super) trials: Vec<TrialSpec>,
    /// Content address of what is measured.
    pub(super) key: String,
}

/// The probes of the study that look at models.
pub(super) fn looking(workspace: &Workspace) -> impl Iterator<Item = (&'static dyn Probe, &'static dyn LooksAtModels)> {
    let wanted = workspace.prepared.study.probes.iter().filter_map(|name| probe(name));
    wanted.filter_map(|probe| Some((probe, probe.models()?)))
}

/// The models of how many repeats are kept for probes; 0 where none looks at any.
pub(super) fn kept_repeats(workspace: &Workspace) -> u32 {
    looking(workspace).map(|(_, looks)| looks.repeats()).max().unwrap_or(0)
}

/// The probes that limits or the order of sizes hang on, whether or not the study asks for them.
pub(super) fn deciding(terms: &Terms) -> Vec<(&'static dyn Probe, &'static dyn LooksAtModels)> {
    let mut names: Vec<&str> = terms.costs().filter_map(|cost| cost.about().probe).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(probe).filter_map(|probe| Some((probe, probe.models()?))).collect()
}

/// What such a probe looks at of a candidate that is trained; none before a repeat of it is finished.
pub(super) fn decisive_request(
    workspace: &Workspace,
    entry: &CandidateResults,
    (probe, looks): (&dyn Probe, &dyn LooksAtModels),
) -> Option<LookRequest> {
    let (plan, name) = (&workspace.prepared.plan, &entry.candidate.name);
    let repeats = looks.repeats().min(entry.repeats.len() as u32);
    let trials: Vec<TrialSpec> = plan.first(name, repeats).cloned().collect();
    let trained = !trials.is_empty() && entry.candidate.spec.family != FamilyId::BASELINE;
    let keys: Vec<String> = trials.iter().map(TrialSpec::key).collect();
    trained.then(|| LookRequest {
        name: name.clone(),
        parameters: entry.candidate.planned_parameters,
        key: look_key(probe.about().name, looks, workspace.prepared.terms.metric, &keys),
        trials,
    })
}

/// The finalists that a probe looks at, from the smallest to the largest: the choice, the reference (or the incumbent), and, so that sizes can be compared, those that no
/// other one is both smaller and better than on validation rows. Of more than five the smallest stays, and of the others those that divide the range of sizes most evenly.
pub(super) fn look_requests(
    workspace: &Workspace,
    conclusion: &Conclusion,
    (probe, looks): (&dyn Probe, &dyn LooksAtModels),
) -> Vec<LookRequest> {
    let metric = workspace.prepared.terms.metric;
    finalists(conclusion, &|value| metric.orient(value))
        .into_iter()
        .filter_map(|row| {
            let plan = &workspace.prepared.plan;
            let trials: Vec<TrialSpec> =
                plan.first(&row.name, looks.repeats().min(row.by_repeat.len() as u32)).cloned().collect();
            let keys: Vec<String> = trials.iter().map(TrialSpec::key).collect();
            let key = look_key(probe.about().name, looks, metric, &keys);
            (!trials.is_empty()).then(|| LookRequest {
                name: row.name.clone(),
                parameters: row.parameters.unwrap_or(0),
                trials,
                key,
            })
        })
        .collect()
}

fn finalists<'a>(conclusion: &'a Conclusion, orient: &dyn Fn(f64) -> f64) -> Vec<&'a Row> {
    let verdict = &conclusion.verdict;
    let is_main = |row: &Row| [&verdict.choice, &verdict.reference].into_iter().flatten().any(|name| *name == row.name);
    let rows = &conclusion.analysis.screening.rows;
    let trained = |row: &&Row| row.family != FamilyId::BASELINE && row.calls.is_none() && !row.by_repeat.is_empty();
    let mut rows: Vec<&Row> = rows.iter().filter(trained).collect();
    rows.sort_by_key(|row| row.parameters.unwrap_or(u64::MAX));
    let point = |row: &&Row| {
        let quality = row.quality.as_ref().map_or(f64::NAN, |quality| orient(quality.point));
        (row.parameters.map_or(f64::NAN, |parameters| parameters as f64), quality)
    };
    let points: Vec<(f64, f64)> = rows.iter().map(point).collect();
    let front = pareto_front(&points);
    let place = |at: usize| points[at].0.max(1.0).ln();
    let mut kept: Vec<usize> = (0..rows.len()).filter(|at| is_main(rows[*at])).collect();
    kept.extend(front.first().filter(|at| !kept.contains(at)).copied().into_iter().collect::<Vec<usize>>());
    while kept.len() < FINALISTS {
        // The one that is farthest from those there are.
        let gap = |at: usize| kept.iter().map(|other| (place(at) - place(*other)).abs()).fold(f64::INFINITY, f64::min);
        let open = front.iter().copied().filter(|at| !kept.contains(at));
        let Some(next) = open.max_by(|a, b| gap(*a).total_cmp(&gap(*b))) else { break };
        kept.push(next);
    }
    kept.sort_unstable();
    kept.into_iter().map(|at| rows[at]).collect()
}
