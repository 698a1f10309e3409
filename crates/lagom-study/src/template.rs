//! The commented study that `lagom init` writes.

use super::costs::{COSTS, Cost, Parameters, limited};
use super::family::{FamilyAbout, FamilyId, Registries, TaskKind};
use super::keys::keys;
use super::model::{Certify, GoodEnough, Policy, Source, SplitBy};
use super::page::{Page, list, quoted};
use super::profile::Profile;
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
    task(&mut page, proposal);
    good_enough(&mut page, proposal);
    ladder(&mut page, proposal.kind, registries);
    recipe(&mut page, registries);
    probes(&mut page, registries);
    trials(&mut page, proposal);
    prices(&mut page);
    called(&mut page);
    page.text
}

fn task(page: &mut Page, proposal: &Proposal) {
    let why = &proposal.reasons;
    page.table("task", "");
    source(page, proposal);
    page.key("target", &quoted(&proposal.target), &["the column to predict", &why.target]);
    let kinds = names(&TaskKind::ALL, TaskKind::name);
    page.key("kind", &quoted(proposal.kind.name()), &[&kinds, &why.kind]);
    if proposal.kind == TaskKind::TextClassification && !proposal.text.is_empty() {
        page.key("text", &list(&proposal.text), &["the columns with the text to predict from", &why.text]);
    }
    page.key("metric", &quoted(proposal.metric.name()), &["how quality is measured", &why.metric]);
    split_by(page, proposal);
    if proposal.ignore.is_empty() {
        page.option("ignore", "[]", &["columns not to use, such as [\"id\"]"]);
    } else {
        page.key("ignore", &list(&proposal.ignore), &["columns not to use", &why.ignore]);
    }
    page.comment(TEXTS);
    reading(page);
}

/// What tasks of text have in place of a target of classes or numbers.
const TEXTS: &str = "for language models alone: kind = \"text-generation\" or \"extraction\", with references = \
    [\"answer\"] in place of target where several answers are right; kind = \"multiple-choice\", with choices = \
    [\"a\", \"b\"] (columns; or one with JSON lists) or labels = [\"yes\", \"no\"]; input = [\"question\"] names the \
    columns to answer from";

fn source(page: &mut Page, proposal: &Proposal) {
    let rows = format!("{} rows", grouped_count(proposal.rows));
    match &proposal.source {
        Source::Split(data) => {
            page.key("data", &quoted(&data.to_string_lossy()), &["the data, relative to this file", &rows]);
        }
        Source::Given { train, holdout } => {
            page.key("train", &quoted(&train.to_string_lossy()), &["the rows to learn from, relative to this file"]);
            let comment = ["the rows the verdict is read from", "nothing learns from them"];
            page.key("holdout", &quoted(&holdout.to_string_lossy()), &comment);
        }
    }
}

/// What is found by itself in most files.
fn reading(page: &mut Page) {
    page.option("header", "true", &["whether the first line names the columns", "found by itself if left out"]);
    page.option(
        "separator",
        "\",\"",
        &["what stands between columns: one character or \"tab\"", "found by itself if left out"],
    );
    page.option("format", "\"csv\"", &["csv, tsv, jsonl or parquet", "else by the name of the file"]);
    page.option(
        "decimal",
        "\"point\"",
        &["point or comma: how numbers write their decimals", "found by itself if left out; what is not clear is told"],
    );
    page.option(
        "missing",
        "[\"NA\", \"?\"]",
        &["the spellings of a missing value beside an empty cell, where \"NA\" or \"-\" is a value; else the usual ones"],
    );
    page.option("missing-target", "\"drop\"", &["rows without a target: drop (they are counted) or refuse"]);
    page.option(
        "columns",
        "{ zip = \"categorical\" }",
        &["what a column holds, where it was misread: numeric, categorical, boolean, text or identifier (not used)"],
    );
}

fn split_by(page: &mut Page, proposal: &Proposal) {
    let group = ["rows with the same value here, such as one patient's, stay together", "else the score flatters"];
    let time = ["rows in order of time: the past predicts the future", "not together with group"];
    let why = proposal.reasons.split_by.as_str();
    match &proposal.split_by {
        SplitBy::Rows => {
            match &proposal.key {
                Some(column) => page.option("group", &quoted(column), &[group[0], group[1], why]),
                None => page.option("group", "\"patient\"", &group),
            }
            page.option("time", "\"date\"", &time);
        }
        SplitBy::Group(column) => page.key("group", &quoted(column), &[group[0], why]),
        SplitBy::Time(column) => page.key("time", &quoted(column), &[time[0], why]),
    }
}

fn good_enough(page: &mut Page, proposal: &Proposal) {
    page.table("good-enough", "when a smaller model will do");
    let unit = format!("the loss nobody would notice, in units of {}", proposal.metric.name());
    let cross_fitted = proposal.holdout_rows == 0;
    let holdout = if cross_fitted {
        format!("{} rows, each", grouped_count(proposal.rows))
    } else {
        format!("{} rows", grouped_count(proposal.holdout_rows))
    };
    let held_out = if cross_fitted { "held out in its turn" } else { "held out" };
    let resolvable = match proposal.resolvable {
        Some(least) if least > proposal.margin => {
            format!("{holdout} {held_out} can only confirm about {}: expect \"can't tell\" below it", brief(least))
        }
        Some(least) => format!("{holdout} {held_out} can confirm about {}", brief(least)),
        None => format!("it is judged on {holdout} {held_out}"),
    };
    let guess = format!("lagom's guess: {}; take the # away and write your own", proposal.reasons.margin);
    page.option("margin", &format!("{:?}", proposal.margin), &[&unit, &guess, &resolvable]);
    let incumbent = "what is in use today, to ask whether you need it: the name of a candidate, trained or called";
    page.option("incumbent", "\"hosted\"", &[incumbent, "else the best measured is what the others are compared with"]);
    page.option("bar", "0.9", &["in place of the margin: the quality that is enough in itself"]);
    page.option("confidence", &format!("{:?}", GoodEnough::CONFIDENCE), &["how sure the verdict must be"]);
    let costs = format!("what smallest means: {}", names(COSTS, |cost| cost.about().name));
    page.option("smallest-by", &quoted(Parameters.about().name), &[&costs]);
    limits(page);
}

fn limits(page: &mut Page) {
    let profiles = names(&Profile::ALL, Profile::name);
    page.option("profile", "\"edge\"", &[&format!("limits of the place it must run in: {profiles}")]);
    for cost in limited() {
        let about = cost.about();
        page.option(about.key, "\"none\"", &[&format!("{}, such as \"{}\"", about.limit, about.example)]);
    }
}

fn ladder(page: &mut Page, kind: TaskKind, registries: &Registries) {
    page.table("ladder", "what to train");
    let families: Vec<&FamilyAbout> = registries.serving(kind).filter(|about| about.id != FamilyId::BASELINE).collect();
    // The value shown is what holds without the key; further families are told below it.
    let listed: Vec<String> =
        families.iter().filter(|about| about.by_default).map(|about| about.id.name().to_owned()).collect();
    let meaning = |about: &&FamilyAbout| {
        let asked = if about.by_default { "" } else { " (only where it is named)" };
        format!("{}: {}{asked}", about.id.name(), about.summary)
    };
    let meanings: Vec<String> = families.iter().map(meaning).collect();
    let meanings: Vec<&str> = meanings.iter().map(String::as_str).collect();
    page.option("families", &list(&listed), &meanings);
    page.option(
        "largest",
        "\"2M\"",
        &[
            "the largest number of parameters to train",
            "else of networks on tables: rows times rows / 100, but at least 10k and at most 1M",
            "more for texts, where few of a large table are stored",
        ],
    );
    let policy = [
        "climb: from the smallest up, until nothing larger can gain more than the margin",
        "sweep: everything, every time",
    ];
    page.option("policy", &quoted(Policy::default().name()), &policy);
    let certify = [
        "curve: what is left out is bounded by the curve of quality over size",
        "measure: one size beyond is trained as well",
    ];
    page.option("certify", &quoted(Certify::default().name()), &certify);
}

fn probes(page: &mut Page, registries: &Registries) {
    page.table("probes", "what else is measured of the choice and of what it is compared with");
    for about in &registries.probes {
        page.option(about.name, "true", &[about.summary]);
    }
}

fn recipe(page: &mut Page, registries: &Registries) {
    page.table("recipe", "how models are trained, where lagom's own way is to be changed");
    for about in &registries.levers {
        let (least, most) = about.range;
        let range = format!("from {least} to {most}; changes {}", about.changes);
        page.option(about.name, &about.example.to_string(), &[about.summary, &range]);
    }
}

fn trials(page: &mut Page, proposal: &Proposal) {
    let default = Trials::default();
    page.table("trials", "how often, and on which rows");
    let repeats = "how often each model is trained, each time on another split: 2 to 100";
    let count = default.settled(proposal.holdout_rows == 0).repeats;
    page.option("repeats", &count.to_string(), &[repeats]);
    page.option("seed", &default.seed.to_string(), &["the same number gives the same result"]);
    if matches!(proposal.source, Source::Split(_)) {
        let holdout = "the share of the rows that is kept for the verdict and that nothing learns from";
        let sealed = "setting it seals the same rows for all repeats, without cross-fitting";
        page.option("holdout", &format!("{:?}", default.holdout), &[holdout, sealed]);
        let cross_fit = "in place of a holdout each repeat keeps other rows for the verdict";
        let when = "left out: where that pays, with fewer than 10,000 rows and no order in time";
        page.option("cross-fit", "false", &[cross_fit, when]);
    }
    let validation = "the share of the other rows that each training is compared on";
    let fitted = "left out: a tenth; up to a fifth where that is fewer than 50 rows, or where models are called";
    page.option("validation", &format!("{:?}", default.validation), &[validation, fitted]);
    page.option("workers", "2", &["how many trainings run side by side", "else one for each core"]);
}

fn prices(page: &mut Page) {
    page.table("prices", "what the machine costs");
    let hour = "what an hour of CPU time costs: the price of the machine's hour over its cores";
    page.option("cpu-hour", "\"0.04 USD\"", &[hour, "training is then told in money, too"]);
}

/// Models that are called: an example to switch on as a whole.
fn called(page: &mut Page) {
    page.gap();
    page.comment(
        "Language models beside what is trained here, called as they are. To have them, take \"# \" away here:",
    );
    page.example(&CALLED);
    page.gap();
    let keys = |section: &str| keys(section).join(", ");
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

/// `a, b or c`.
fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    let names: Vec<&str> = all.iter().map(|each| name(*each)).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}
