//! HELM (`stanford-crfm/helm`): `per_instance_stats.json` of a run.
//!
//! Fields as in `src/helm/benchmark/metrics/metric.py` (`PerInstanceStats`) and `statistic.py` (`Stat`). The
//! candidate and the task come from `run_spec.json` beside the file, else from the folder's name,
//! `TASK:KEY=VALUE,model=NAME`.

use std::borrow::Cow;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cell::Cell;
use super::cells::Row;
use super::error::ScoresError;
use super::few::some;
use super::files;
use super::gather::Gather;
use super::helm_main::main_metric;
use super::json;

#[derive(Deserialize)]
struct Instance<'a> {
    #[serde(borrow)]
    instance_id: Cow<'a, str>,
    #[serde(borrow, default)]
    perturbation: Option<&'a RawValue>,
    #[serde(default)]
    train_trial_index: u64,
    #[serde(borrow, default)]
    stats: Vec<Stat<'a>>,
}

#[derive(Deserialize)]
struct Stat<'a> {
    #[serde(borrow)]
    name: MetricName<'a>,
    #[serde(default)]
    count: u64,
    #[serde(borrow, default)]
    mean: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct MetricName<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RunSpec {
    name: String,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    adapter_spec: Option<AdapterSpec>,
}

#[derive(Deserialize)]
struct AdapterSpec {
    #[serde(default)]
    model: Option<String>,
}

/// The usual main metrics: of a scenario that `helm_main` does not know, the first that a run has is taken where the user
/// names none.
const MAIN: [&str; 12] = [
    "exact_match",
    "quasi_exact_match",
    "final_number_exact_match",
    "prefix_exact_match",
    "quasi_prefix_exact_match",
    "chain_of_thought_correctness",
    "math_equiv_chain_of_thought",
    "math_equiv",
    "f1_score",
    "rouge_l",
    "rouge_2",
    "bleu_4",
];

/// Time of one request in seconds.
const RUNTIME: &str = "inference_runtime";

/// Whether a statistic counts or times instead of judging.
fn is_bookkeeping(name: &str) -> bool {
    const STARTS: [&str; 9] = [
        "num_",
        "max_num_",
        "finish_reason",
        "inference_",
        "training_",
        "logprob",
        "max_prob",
        "estimated_",
        "prompt_truncated",
    ];
    STARTS.iter().any(|start| name.starts_with(start)) || name.contains('@') || name == "batch_size"
}

/// Reads the statistics of one run. Train trials become seeds; perturbed copies of an instance are left out.
pub(super) fn read(gather: &mut Gather<'_>, path: &Path) -> Result<(), ScoresError> {
    let text = files::text(path)?;
    let text = json::without_nan(&text);
    let instances: Vec<Instance<'_>> = json::read(path, &text, 1, true)?;
    let Run { task, candidate, name, groups } = run(path)?;
    gather.places.begin(path, "entry");
    let has = |metric: &str| {
        instances.iter().flat_map(|instance| &instance.stats).any(|stat| stat.count > 0 && stat.name.name == metric)
    };
    let metrics = metrics(gather, &instances, main_metric(&name, &groups, has));
    let (mut perturbed, mut scored) = (0_usize, 0_usize);
    for (instance, entry) in instances.iter().zip(1_u64..) {
        if instance.perturbation.is_some_and(|raw| raw.get() != "null") {
            perturbed += 1;
            continue;
        }
        let seed = instance.train_trial_index.to_string();
        let runtime = instance
            .stats
            .iter()
            .find(|stat| stat.name.name == RUNTIME)
            .and_then(|stat| json::amount(stat.mean.as_ref()));
        for stat in &instance.stats {
            let name = stat.name.name.as_ref();
            if stat.count == 0 || !metrics.iter().any(|metric| metric == name) {
                continue;
            }
            scored += 1;
            let Some(table) = gather.table(&task, name) else { continue };
            let score = match stat.mean.map_or(Cell::Missing, json::score) {
                Cell::Score(score) => score,
                other => return Err(gather.not_score(entry, name, other, stat.mean.map_or("", RawValue::get))),
            };
            let (example, candidate) = (instance.instance_id.as_bytes(), candidate.as_bytes());
            let row = Row { example, candidate, seed: seed.as_bytes(), score, latency: runtime, ..Row::default() };
            gather.add(table, entry, &row)?;
        }
    }
    if perturbed > 0 {
        gather.note(format!("Left out {perturbed} perturbed instances of {task}."));
    }
    if scored == 0 && gather.reading.metric.is_none() {
        let why = "no instance has a statistic that judges".to_owned();
        return Err(ScoresError::NoPerExample { path: path.to_path_buf(), task, why });
    }
    Ok(())
}

/// The metrics to take: the one asked for is chosen later, so then all; else the main one, else all that judge.
fn metrics(gather: &mut Gather<'_>, instances: &[Instance<'_>], scenario: Option<&'static str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let asked = gather.reading.metric.clone();
    for stat in instances.iter().flat_map(|instance| &instance.stats) {
        let name = stat.name.name.as_ref();
        let wanted = asked.as_deref() == Some(name) || !is_bookkeeping(name);
        if wanted && stat.count > 0 && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    if asked.is_some() {
        return found;
    }
    let usual = || MAIN.into_iter().find(|main| found.iter().any(|name| name == main));
    let Some(main) = scenario.or_else(usual) else { return found };
    let others: Vec<&str> = found.iter().map(String::as_str).filter(|name| *name != main).collect();
    if !others.is_empty() {
        let why = if scenario.is_some() { "HELM's main metric of the scenario" } else { "the first of the usual ones" };
        gather.note(format!("Took {main}, {why}; the runs also hold {} (--metric takes another).", some(&others)));
    }
    vec![main.to_owned()]
}

/// What a run is.
struct Run {
    task: String,
    candidate: String,
    /// Its whole name.
    name: String,
    /// The groups of scenarios that it belongs to.
    groups: Vec<String>,
}

/// From `run_spec.json`, else from the folder's name.
fn run(path: &Path) -> Result<Run, ScoresError> {
    let beside = path.with_file_name("run_spec.json");
    let (name, groups, model) = if beside.is_file() {
        let spec: RunSpec = json::read(&beside, &files::text(&beside)?, 1, true)?;
        (spec.name, spec.groups, spec.adapter_spec.and_then(|adapter| adapter.model))
    } else {
        (files::folder(path), Vec::new(), None)
    };
    let (scenario, options) = name.split_once(':').unwrap_or((&name, ""));
    let is_model = |option: &&str| option.starts_with("model=") || option.starts_with("model_deployment=");
    let in_name = options.split(',').find_map(|option| option.strip_prefix("model="));
    let candidate = model.or_else(|| in_name.map(|name| name.replacen('_', "/", 1)));
    let rest: Vec<&str> = options.split(',').filter(|option| !option.is_empty() && !is_model(option)).collect();
    let task = if rest.is_empty() { scenario.to_owned() } else { format!("{scenario}:{}", rest.join(",")) };
    Ok(Run { task, candidate: candidate.unwrap_or_else(|| files::folder(path)), name, groups })
}
