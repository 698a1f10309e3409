//! The commented study that `lagom init` writes.

use std::path::Path;

use super::family::{FamilyAbout, FamilyId, Registries, TaskKind};
use super::keys::{Declared, KeyHelp, Shape, TABLES, good_enough, keys, ladder, names, task, trials};
use super::model::{Source, SplitBy};
use super::page::{Page, list, quoted};
use super::trials::Trials;
use super::units::grouped_count;
use crate::metric::Metric;

/// What `lagom init` found in the data and proposes to ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Where the data are, as the study is to name them: relative to its own file.
    pub source: Source,
    /// The column to predict.
    pub target: String,
    /// The kind of task.
    pub kind: TaskKind,
    /// The columns of text, for text classification.
    pub text: Vec<String>,
    /// The measure of quality.
    pub metric: Metric,
    /// How rows are kept together or in order.
    pub split_by: SplitBy,
    /// A column that may tell which rows belong together, where `split_by` does not follow it: told behind a `#`.
    pub key: Option<String>,
    /// Columns not to use.
    pub ignore: Vec<String>,
    /// The loss of quality nobody would notice, in units of the metric; above 0.
    pub margin: f64,
    /// The rows there are, the holdout included.
    pub rows: u64,
    /// The sealed rows that the verdict will be read from; 0 where the study will be cross-fitted.
    pub holdout_rows: u64,
    /// The smallest margin that so many rows can confirm, in units of the metric; `None`: not known.
    pub resolvable: Option<f64>,
    /// Why each choice was made.
    pub reasons: Reasons,
}

/// Why a proposal is as it is: a fragment each, without a full stop; empty where there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reasons {
    /// Why this column is the target: `the last column`.
    pub target: String,
    /// Why it is this kind of task: `3 different values`.
    pub kind: String,
    /// Why this column holds the text.
    pub text: String,
    /// Why this metric: `the classes are uneven: 90 % are "no"`.
    pub metric: String,
    /// Why rows are kept together or in order.
    pub split_by: String,
    /// Why these columns are ignored: `a different value in every row`.
    pub ignore: String,
    /// Why this margin.
    pub margin: String,
}

/// The `study.toml` of a proposal, every key with a comment; optional ones commented out.
///
/// [`super::Study::parse`] reads it back to the settings of the proposal. `registries` are the registries that it may name.
#[must_use]
pub fn template(proposal: &Proposal, registries: &Registries) -> String {
    let mut page = Page::default();
    page.comment("What lagom is to find out: which is the smallest model that is good enough?");
    page.comment("A setting behind a # is optional: it shows what holds without it, or an example.");
    page.comment("Next: `lagom check`, then `lagom plan` for what it will cost, then `lagom run`.");
    for name in ["task", "good-enough", "ladder", "recipe", "probes", "trials", "prices"] {
        table(&mut page, name, proposal, registries);
    }
    called(&mut page, registries);
    page.text
}

/// A table with a line for each of its keys: as the proposal has it, else as it is declared.
fn table(page: &mut Page, name: &str, proposal: &Proposal, registries: &Registries) {
    let meaning = TABLES.iter().find(|table| table.name == name).map_or("", |table| table.meaning);
    page.table(name, meaning);
    for key in keys(name, registries) {
        let KeyHelp { name, meaning, expected, shape, default, .. } = key.help();
        let mut comments = vec![meaning];
        // There are too many metrics to name them here.
        if shape != Shape::Plain && name != task::METRIC.name {
            comments.push(expected);
        }
        match line(key, proposal, registries) {
            Line::None => {}
            Line::Set { value, why } => {
                comments.push(why);
                page.key(name, &value, &comments);
            }
            Line::Option { value, why } => {
                comments.push(default.beside);
                comments.extend(why);
                page.option(name, &value, &comments);
            }
        }
    }
    if name == "task" {
        page.comment(TEXTS);
    }
}

/// How a key stands in the study.
enum Line {
    /// Not at all.
    None,
    /// In force, and why it has this value.
    Set { value: String, why: String },
    /// Behind a #, with what is to be said beside what is declared.
    Option { value: String, why: Vec<String> },
}

/// What the proposal makes of a key.
fn line(key: &dyn Declared, proposal: &Proposal, registries: &Registries) -> Line {
    let set = |value: String, why: &str| Line::Set { value, why: why.to_owned() };
    let option =
        |value: String, why: &[&str]| Line::Option { value, why: why.iter().map(|part| (*part).to_owned()).collect() };
    let why = &proposal.reasons;
    let path = |path: &Path| quoted(&path.to_string_lossy());
    let key = key.help();
    let is = |declared: &dyn Declared| {
        let declared = declared.help();
        (key.section, key.name) == (declared.section, declared.name)
    };
    match &proposal.source {
        Source::Split(data) if is(&task::DATA) => {
            return set(path(data), &format!("{} rows", grouped_count(proposal.rows)));
        }
        Source::Given { train, .. } if is(&task::TRAIN) => return set(path(train), ""),
        Source::Given { holdout, .. } if is(&task::HOLDOUT) => return set(path(holdout), ""),
        // A share of two files cannot be sealed.
        Source::Given { .. } if is(&trials::HOLDOUT) || is(&trials::CROSS_FIT) => return Line::None,
        _ => {}
    }
    match &proposal.split_by {
        SplitBy::Group(column) if is(&task::GROUP) => return set(quoted(column), &why.split_by),
        SplitBy::Time(column) if is(&task::TIME) => return set(quoted(column), &why.split_by),
        // Not both: an option has to make sense where it is switched on.
        SplitBy::Group(_) | SplitBy::Time(_) if is(&task::GROUP) || is(&task::TIME) => return Line::None,
        _ => {}
    }
    let of_texts = [&task::REFERENCES as &dyn Declared, &task::CHOICES, &task::LABELS, &task::INPUT];
    let others = [&task::DATA as &dyn Declared, &task::TRAIN, &task::HOLDOUT, &task::TEXT];
    if is(&task::TARGET) {
        set(quoted(&proposal.target), &why.target)
    } else if is(&task::KIND) {
        set(quoted(proposal.kind.name()), &why.kind)
    } else if is(&task::METRIC) {
        set(quoted(proposal.metric.name()), &why.metric)
    } else if is(&task::TEXT) && proposal.kind == TaskKind::TextClassification && !proposal.text.is_empty() {
        set(list(&proposal.text), &why.text)
    } else if is(&task::IGNORE) && !proposal.ignore.is_empty() {
        set(list(&proposal.ignore), &why.ignore)
    } else if of_texts.into_iter().chain(others).any(is) {
        Line::None
    } else if let (true, Some(column)) = (is(&task::GROUP), &proposal.key) {
        option(quoted(column), &[&why.split_by])
    } else if is(&good_enough::MARGIN) {
        let guess = format!("lagom's guess: {}; take the # away and write your own", why.margin);
        option(format!("{:?}", proposal.margin), &[&guess, &resolvable(proposal)])
    } else if is(&ladder::FAMILIES) {
        families(proposal.kind, registries)
    } else if is(&trials::REPEATS) {
        option(Trials::default().settled(proposal.holdout_rows == 0).repeats.to_string(), &[])
    } else {
        option(key.default.sample.clone(), &[])
    }
}

/// What tasks of text have in place of a target of classes or numbers.
const TEXTS: &str = "for language models alone: kind = \"text-generation\" or \"extraction\", with references = \
    [\"answer\"] in place of target where several answers are right; kind = \"multiple-choice\", with choices = \
    [\"a\", \"b\"] (columns; or one with JSON lists) or labels = [\"yes\", \"no\"]; input = [\"question\"] names the \
    columns to answer from";

/// Which margin the rows can confirm.
fn resolvable(proposal: &Proposal) -> String {
    let cross_fitted = proposal.holdout_rows == 0;
    let holdout = if cross_fitted {
        format!("{} rows, each", grouped_count(proposal.rows))
    } else {
        format!("{} rows", grouped_count(proposal.holdout_rows))
    };
    let held_out = if cross_fitted { "held out in its turn" } else { "held out" };
    match proposal.resolvable {
        Some(least) if least > proposal.margin => {
            format!("{holdout} {held_out} can only confirm about {}: expect \"can't tell\" below it", brief(least))
        }
        Some(least) => format!("{holdout} {held_out} can confirm about {}", brief(least)),
        None => format!("it is judged on {holdout} {held_out}"),
    }
}

/// The families that hold without the key, and what each is; further ones are told with them.
fn families(kind: TaskKind, registries: &Registries) -> Line {
    let families: Vec<&FamilyAbout> = registries.serving(kind).filter(|about| about.id != FamilyId::BASELINE).collect();
    let listed: Vec<String> =
        families.iter().filter(|about| about.by_default).map(|about| about.id.name().to_owned()).collect();
    let meaning = |about: &&FamilyAbout| {
        let asked = if about.by_default { "" } else { " (only where it is named)" };
        format!("{}: {}{asked}", about.id.name(), about.summary)
    };
    Line::Option { value: list(&listed), why: families.iter().map(meaning).collect() }
}

/// Models that are called: an example to switch on as a whole.
fn called(page: &mut Page, registries: &Registries) {
    page.gap();
    page.comment(
        "Language models beside what is trained here, called as they are. To have them, take \"# \" away here:",
    );
    page.example(&CALLED);
    page.gap();
    let keys = |section: &str| names(section, registries).join(", ");
    page.comment(&format!(
        "The keys of a [[candidate]], of which gguf = \"model.gguf\" (a file, run here), command = \
        [\"python3\", \"answer.py\"] and answers = \"answers.csv\" (on disk already) take the place of an endpoint: {}",
        keys("candidate")
    ));
    page.comment(&format!(
        "The keys of [prompt], where template = \"…\" names columns as {{{{ column }}}}; left out, \
        lagom writes a prompt for the task: {}",
        keys("prompt")
    ));
    page.comment(
        "Of [prompt], unreadable = \"missing\" or \"wrong\" says what an answer is that names no label, cut-off = \"missing\" or \
        \"read\" what one is that ran out of tokens, refusals = \"wrong\" or \"leave-out\" what one is that was refused. A model of which \
        more is missing than missing = \"2 %\" of [budget] is not judged.",
    );
    page.comment(&format!("The keys of [budget]: {}", keys("budget")));
    page.comment(&format!(
        "The keys of [metric], settings of metrics of texts as `lagom score --help` explains them: {}",
        keys("metric")
    ));
    page.comment(
        "Tasks that such models alone can do have keys of their own under [task]: references = \"answers\" and \
        input = \"question\"; for multiple choice choices = \"options\" or labels = [\"yes\", \"no\"].",
    );
}

/// One model that is served here and one that is paid for.
const CALLED: [&str; 22] = [
    "[[candidate]]                       # served here, by Ollama; or llama-server, vLLM, LM Studio",
    "name = \"qwen3-4b\"",
    "endpoint = \"http://localhost:11434/v1\"",
    "model = \"qwen3:4b\"                  # its name there: `ollama list`",
    "parameters = \"4B\"                  # its size, where the server does not tell",
    "shots = [0, 4]                      # worked examples in the prompt; each number is a candidate",
    "",
    "[[candidate]]                       # paid for",
    "name = \"hosted\"",
    "endpoint = \"https://api.example.com/v1\"",
    "model = \"large\"",
    "key-env = \"EXAMPLE_API_KEY\"         # the variable that holds the key, never the key itself",
    "# for a million tokens; also: cached, per-call",
    "price = { input = 2.5, output = 10.0, currency = \"USD\" }",
    "",
    "[prompt]",
    "system = \"Answer with the label alone.\"",
    "steps = [\"strip\", \"first-line\"]     # from the text of an answer to what is scored",
    "",
    "[budget]",
    "money = \"5 USD\"                     # the most that is spent",
    "ask-above = \"1 USD\"                 # a dearer plan is asked about first",
];

/// A number with two digits that count.
fn brief(number: f64) -> String {
    let magnitude = number.abs().log10().floor();
    let decimals = if magnitude.is_finite() { (1.0 - magnitude).clamp(0.0, 12.0) as usize } else { 0 };
    format!("{number:.decimals$}")
}
