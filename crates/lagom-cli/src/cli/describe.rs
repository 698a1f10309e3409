//! What a plan is, in words: for `check` and `plan`.

use lagom::data::{Caution, ColumnKind, Dataset, Loaded, Target};
use lagom::metric::Metric;
use lagom::report::caution;
use lagom::run::Prepared;
use lagom::stats;
use lagom::study::units::{grouped_count, human_count};
use lagom::study::{Policy, Proposal, Rule, Source, Study, TaskKind};
use lagom::verdict::{POWER, Terms};

use super::layout::{self, brief, percent, plural};

/// Warnings and notes of the data, with `more` notes.
pub(crate) fn remarks(loaded: &Loaded, more: &[String], width: usize) -> String {
    format!("{}{}", shouted(loaded, width), quiet_remarks(loaded, more, width))
}

/// What has to be said before all else: a column alone tells the target in every row. Nothing where none does.
pub(crate) fn shouted(loaded: &Loaded, width: usize) -> String {
    let told: Vec<String> = loaded.cautions.iter().filter(|found| found.is_shouted()).map(caution).collect();
    layout::remarks("WARNING:", &told, width)
}

/// As [`remarks`], without what is shouted.
pub(crate) fn quiet_remarks(loaded: &Loaded, more: &[String], width: usize) -> String {
    let cautions = loaded.cautions.iter().filter(|found| !found.is_shouted());
    let (grave, light): (Vec<&Caution>, Vec<&Caution>) = cautions.partition(|found| found.is_warning());
    let warnings: Vec<String> = grave.into_iter().map(caution).collect();
    let mut notes: Vec<String> = light.into_iter().map(caution).collect();
    notes.extend(loaded.notes.iter().chain(more).cloned());
    format!("{}{}", layout::remarks("warning:", &warnings, width), layout::remarks("note:", &notes, width))
}

/// Classes that are named one by one.
const NAMED: usize = 6;

/// Where the data are and how many rows there are on either side of the seal.
pub(crate) fn data(prepared: &Prepared) -> String {
    let dataset = &prepared.loaded.dataset;
    let (development, holdout) = (dataset.development.len(), dataset.holdout_rows());
    match &prepared.study.task.source {
        Source::Split(path) if dataset.is_cross_fitted() => format!(
            "{}: {}; cross-fitted: each repeat seals another part for the verdict and trains on the rest",
            path.display(),
            plural(development, "row", "rows")
        ),
        Source::Split(path) => format!(
            "{}: {}; {} to train and validate on, {} sealed for the verdict",
            path.display(),
            plural(development + holdout, "row", "rows"),
            grouped_count(development as u64),
            grouped_count(holdout as u64)
        ),
        Source::Given { train, holdout: sealed } => format!(
            "{}: {}; {}: {} sealed for the verdict",
            train.display(),
            plural(development, "row", "rows"),
            sealed.display(),
            plural(holdout, "row", "rows")
        ),
    }
}

/// The target with its classes.
pub(crate) fn target(prepared: &Prepared) -> String {
    let dataset = &prepared.loaded.dataset;
    let name = &dataset.target_name;
    match &dataset.target {
        Target::Numbers(_) => {
            format!(
                "{name}, a number with a standard deviation of {}",
                brief(dataset.target.deviation(&dataset.development), 3)
            )
        }
        Target::Itself { bytes } => {
            let all: u64 = bytes.iter().map(|count| u64::from(*count)).sum();
            format!(
                "{name}, the texts themselves: {} bytes, {} a text",
                grouped_count(all),
                brief(all as f64 / bytes.len().max(1) as f64, 3)
            )
        }
        Target::Texts { references } => {
            let most = references.iter().map(Vec::len).max().unwrap_or(0);
            let mean = references.iter().map(Vec::len).sum::<usize>() as f64 / references.len().max(1) as f64;
            match most {
                1 => format!("{name}, one accepted text a row"),
                _ => format!("{name}, {} accepted texts a row, up to {most}", brief(mean, 2)),
            }
        }
        Target::Choices { choices, gold } => {
            let (least, most) = choices.iter().map(Vec::len).fold((usize::MAX, 0), |(a, b), n| (a.min(n), b.max(n)));
            let offered = if least == most { format!("{most}") } else { format!("{least} to {most}") };
            let several = gold.iter().filter(|right| right.len() > 1).count();
            let more = if several > 0 {
                format!(", several of them in {}", plural(several, "row", "rows"))
            } else {
                String::new()
            };
            format!("{name}, which of {offered} choices is right{more}")
        }
        Target::Classes { names, .. } => {
            format!("{name}, {}", classes(names, &dataset.target.counts(&dataset.development)))
        }
    }
}

/// How many labels somebody has reviewed: `240 of 2,045 labels, 61 changed: models are judged by them`; none where nobody has.
pub(crate) fn reviewed(prepared: &Prepared) -> Option<String> {
    let counts = prepared.loaded.dataset.review_counts()?;
    let what = if prepared.loaded.dataset.task == TaskKind::Regression { "numbers" } else { "labels" };
    let [rows, changed, of] = [counts.rows, counts.changed, counts.of].map(grouped_count);
    Some(format!("{rows} of {of} {what}, {changed} changed: models are judged by them"))
}

/// `3 classes: a (50 %), b (30 %), c (20 %)`, the commonest first.
pub(crate) fn classes(names: &[String], counts: &[u64]) -> String {
    let whole: u64 = counts.iter().sum();
    let mut classes: Vec<(&String, u64)> = names.iter().zip(counts.iter().copied()).collect();
    classes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named: Vec<String> =
        classes.iter().take(NAMED).map(|(name, count)| format!("{name} ({})", percent(*count, whole))).collect();
    let more = if classes.len() > NAMED { format!(" and {} more", classes.len() - NAMED) } else { String::new() };
    format!("{} classes: {}{more}", names.len(), named.join(", "))
}

/// The input columns by kind: `9 numeric, 2 categorical`.
pub(crate) fn inputs(prepared: &Prepared) -> String {
    let inputs = &prepared.loaded.schema.inputs;
    let kinds = [ColumnKind::Numeric, ColumnKind::Categorical, ColumnKind::Boolean, ColumnKind::Text];
    let count = |kind: ColumnKind| inputs.iter().filter(|input| input.kind == kind).count();
    let parts: Vec<String> =
        kinds.into_iter().filter(|kind| count(*kind) > 0).map(|kind| format!("{} {kind}", count(kind))).collect();
    format!("{}: {}", plural(inputs.len(), "column", "columns"), parts.join(", "))
}

/// The margin or bar, whose it is, and what the sealed rows can confirm.
pub(crate) fn rule(prepared: &Prepared) -> String {
    let terms = &prepared.terms;
    let rule = match terms.rule {
        Rule::Margin(margin) if terms.proposed => {
            format!("margin {margin} {}, lagom's guess since the study names none", terms.metric)
        }
        Rule::Margin(margin) => format!("margin {margin} {}", terms.metric),
        Rule::Bar(bar) => format!("bar {bar} {}", terms.metric),
    };
    format!(
        "{rule}; {} can confirm a difference of about {} ({} confidence, 80 % power)",
        tested(&prepared.loaded.dataset),
        brief(resolvable(prepared), 2),
        share(terms.confidence)
    )
}

/// What the study asks.
pub(crate) fn question(prepared: &Prepared) -> String {
    match &prepared.terms.incumbent {
        Some(name) => format!("do I need {name}? The others are tested against it"),
        None => "do I need the bigger model? Smaller ones are tested against the best".to_owned(),
    }
}

/// Where lagom's guess at a margin comes from, as a fragment.
pub(crate) fn guess(metric: Metric) -> String {
    match metric {
        Metric::Rmse | Metric::Mae => "a hundredth of the target's standard deviation".to_owned(),
        Metric::Bleu | Metric::Chrf | Metric::ChrfPlusPlus | Metric::Ter => "one point".to_owned(),
        Metric::Perplexity => "0.01 nats a word at a perplexity of 20".to_owned(),
        metric if metric.is_right_or_wrong() => "one more error in a hundred answers".to_owned(),
        metric => format!("a hundredth of the scale of {}", metric.name()),
    }
}

/// What should be known before anything is spent: that the rows are too few for the margin, and that models which are asked
/// keep a study from being cross-fitted.
pub(crate) fn warnings(prepared: &Prepared) -> Vec<String> {
    sealed_for_calls(prepared).into_iter().chain(too_few_labels(prepared)).collect()
}

/// That models which are asked leave only a sealed share to the verdict, where the study would be cross-fitted without them.
fn sealed_for_calls(prepared: &Prepared) -> Option<String> {
    let dataset = &prepared.loaded.dataset;
    let rows = dataset.development.len() + dataset.holdout_rows();
    let study = &prepared.study;
    let without = Study { candidates: Vec::new(), ..study.clone() };
    // A share that the study names is its own choice.
    if study.candidates.is_empty() || !without.cross_fits(rows) {
        return None;
    }
    let all = stats::resolvable_margin(rows as u64 / 2, spread(prepared), prepared.terms.confidence, POWER);
    let margin = prepared.terms.margin().map(|margin| {
        let whose = if prepared.terms.proposed { "lagom's guess at a margin" } else { "your margin" };
        format!("; {whose} is {margin}")
    });
    Some(format!(
        "with a [[candidate]] the verdict rests on {}, which can confirm a difference of about {}{}. Without one all {} would be \
         cross-fitted and could confirm about {}: a model that is asked would have to answer every row for that",
        plural(dataset.holdout_rows(), "sealed row", "sealed rows"),
        brief(resolvable(prepared), 2),
        margin.unwrap_or_default(),
        plural(rows, "row", "rows"),
        brief(all, 2),
    ))
}

/// The spread between two models that the resolvable margin is worked out with.
fn spread(prepared: &Prepared) -> f64 {
    let rows = Terms::deciding_rows(&prepared.loaded.dataset);
    resolvable(prepared) / stats::resolvable_margin(rows, 1.0, prepared.terms.confidence, POWER)
}

/// What to expect where the rows are too few for the margin that is proposed.
pub(crate) fn too_fine(proposal: &Proposal) -> Option<String> {
    let resolvable = proposal.resolvable.filter(|least| *least > proposal.margin * 1.001)?;
    Some(format!(
        "these rows can confirm a difference of about {}: with the margin {} expect \"can't tell\" unless the models hardly \
         differ. The report says for each model from which margin on it would do, so you may set yours then",
        brief(resolvable, 2),
        proposal.margin
    ))
}

/// The rows that the verdict is read from, in words.
pub(crate) fn tested(dataset: &Dataset) -> String {
    if dataset.is_cross_fitted() {
        format!("cross-fitting {}", plural(dataset.tested_rows(), "row", "rows"))
    } else {
        plural(dataset.tested_rows(), "sealed row", "sealed rows")
    }
}

/// The margin that the sealed rows can confirm.
fn resolvable(prepared: &Prepared) -> f64 {
    Terms::resolvable_margin(prepared.terms.metric, &prepared.loaded.dataset, prepared.terms.confidence)
}

/// What to expect where the sealed rows are too few for the margin.
pub(crate) fn too_few_labels(prepared: &Prepared) -> Option<String> {
    let terms = &prepared.terms;
    let margin = terms.margin()?;
    let dataset = &prepared.loaded.dataset;
    let resolvable = resolvable(prepared);
    // What can be confirmed is a forecast, and a margin that near to it is as good.
    if margin >= resolvable * 0.95 {
        return None;
    }
    let needed = stats::examples_needed(margin, spread(prepared), terms.confidence, POWER);
    let margin = if terms.proposed {
        format!("lagom's guess at a margin, {margin},")
    } else {
        format!("the margin of {margin}")
    };
    let rest = "; or set a wider margin: the report says for each model from which margin on it would do";
    if dataset.is_cross_fitted() {
        // Two rows tested in turn are as good as one that is sealed for all repeats.
        return Some(format!(
            "{margin} is finer than cross-fitting these rows can confirm (about {}): expect \"can't tell\" unless the \
             models hardly differ. It takes about {} rows{rest}",
            brief(resolvable, 2),
            grouped_count(two_digits(needed.saturating_mul(2))),
        ));
    }
    let in_all = match prepared.study.task.source {
        Source::Split(_) => {
            let all = (needed as f64 / prepared.study.trials.holdout).ceil();
            format!(
                ", {} in all with a holdout of {}",
                plural(two_digits(all as u64) as usize, "row", "rows"),
                prepared.study.trials.holdout
            )
        }
        Source::Given { .. } => String::new(),
    };
    Some(format!(
        "{margin} is finer than the sealed rows can confirm (about {}): expect \"can't tell\" unless the models hardly \
         differ. It takes about {} sealed rows{in_all}{rest}",
        brief(resolvable, 2),
        grouped_count(two_digits(needed)),
    ))
}

/// Rounded to two digits, as a rough figure is told.
fn two_digits(count: u64) -> u64 {
    let power = 10_u64.saturating_pow(count.checked_ilog10().unwrap_or(0).saturating_sub(1));
    count.saturating_add(power / 2) / power * power
}

/// The limits, or that there are none.
pub(crate) fn limits(prepared: &Prepared) -> String {
    let limits = prepared.terms.limits.iter();
    let parts: Vec<String> = limits.map(|(cost, most)| cost.about().at_most.replace("{}", &most.to_string())).collect();
    let profile = prepared.terms.profile.map(|profile| format!("profile {}: ", profile.name())).unwrap_or_default();
    if parts.is_empty() { format!("{profile}none") } else { format!("{profile}at most {}", parts.join(", ")) }
}

/// The candidates and the number of trials.
pub(crate) fn ladder(prepared: &Prepared) -> String {
    let plan = &prepared.plan;
    let largest = plan.candidates.iter().map(|candidate| candidate.planned_parameters).max().unwrap_or(0);
    let candidates = format!(
        "{} up to {} parameters",
        plural(plan.candidates.len(), "candidate", "candidates"),
        human_count(largest)
    );
    let repeats = plural(plan.repeats as usize, "repeat", "repeats");
    match prepared.study.ladder.policy {
        Policy::Sweep => format!("{candidates}, {repeats} each: {}", plural(plan.trials.len(), "trial", "trials")),
        Policy::Climb => format!(
            "{candidates}, from the smallest up until no larger one can gain enough, at most {repeats} each: {} to {}",
            prepared.at_least().len(),
            plural(plan.trials.len(), "trial", "trials")
        ),
    }
}

/// A probability as people say it: `95 %`, `97.5 %`.
fn share(probability: f64) -> String {
    let percent = format!("{:.2}", probability * 100.0);
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}
