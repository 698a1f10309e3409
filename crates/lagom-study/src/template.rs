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
    page.comment("A setting behind a # is optional: it shows the default, or an example.");
    page.comment("Next: `lagom check`, `lagom plan` for what it will cost, then `lagom run`.");
    let lines = lines(proposal, registries);
    for name in ["task", "good-enough", "ladder", "recipe", "probes", "levers", "trials", "prices"] {
        table(&mut page, name, &lines, registries);
    }
    if proposal.kind.has_classes() {
        table(&mut page, "handed-over", &lines, registries);
    }
    called(&mut page, registries);
    page.text
}

/// Where the levers are told.
const LEVERS: &str = "`lagom explain recipe` lists what can be set; `lagom levers` tries it after a run";

/// A table with a line for each of its keys: as the proposal has it, else as it is declared.
fn table(page: &mut Page, name: &str, lines: &[Line], registries: &Registries) {
    let meaning = TABLES.iter().find(|table| table.name == name).map_or("", |table| table.meaning);
    page.table(name, meaning);
    if name == "recipe" {
        // A line for each lever would be longer than all the rest.
        page.comment(LEVERS);
        return;
    }
    for KeyHelp { section, name, meaning, expected, shape, default, .. } in
        keys(name, registries).iter().map(|key| key.help())
    {
        // Words that the meaning has are not said again, and of metrics there are too many.
        let mut words = expected.split('`').skip(1).step_by(2).peekable();
        let told = words.peek().is_some() && words.all(|word| meaning.contains(&format!("`{word}`")));
        let silent = shape == Shape::Plain || name == task::METRIC.name || told;
        let comments = if silent { vec![meaning] } else { vec![meaning, expected] };
        match lines.iter().find(|line| (line.section, line.name) == (section, name)) {
            None => page.option(name, &default.sample, &[comments, vec![default.beside]].concat()),
            Some(Line { value: Some(value), in_force: true, why, .. }) => {
                page.key(name, value, &[comments, why.clone()].concat());
            }
            Some(Line { value: Some(value), why, .. }) => page.option(name, value, &[comments, why.clone()].concat()),
            Some(Line { value: None, .. }) => {}
        }
    }
    if name == "task" {
        page.comment(TEXTS);
    }
}

/// What a proposal makes of a key.
struct Line {
    section: &'static str,
    name: &'static str,
    /// None: the key does not stand there.
    value: Option<String>,
    /// Whether it is in force; else it stands behind a #.
    in_force: bool,
    /// Why it has this value.
    why: Vec<String>,
}

impl Line {
    fn set(key: &dyn Declared, value: String, why: &str) -> Line {
        Line { in_force: true, ..Line::option(key, value, vec![why.to_owned()]) }
    }

    fn option(key: &dyn Declared, value: String, why: Vec<String>) -> Line {
        Line { value: Some(value), why, ..Line::absent(key) }
    }

    fn absent(key: &dyn Declared) -> Line {
        let KeyHelp { section, name, .. } = key.help();
        Line { section, name, value: None, in_force: false, why: Vec::new() }
    }
}

/// The keys of which the proposal says more than is declared.
fn lines(proposal: &Proposal, registries: &Registries) -> Vec<Line> {
    let why = &proposal.reasons;
    let guess = format!("lagom's guess: {}; take the # away and write your own", why.margin);
    let repeats = Trials::default().settled(proposal.holdout_rows == 0).repeats;
    let mut lines = vec![
        Line::set(&task::TARGET, quoted(&proposal.target), &why.target),
        Line::set(&task::KIND, quoted(proposal.kind.name()), &why.kind),
        Line::set(&task::METRIC, quoted(proposal.metric.name()), &why.metric),
        // Those of tasks of text are told together: none of them makes sense alone.
        Line::absent(&task::REFERENCES),
        Line::absent(&task::CHOICES),
        Line::absent(&task::LABELS),
        Line::absent(&task::INPUT),
        Line::option(&good_enough::MARGIN, format!("{:?}", proposal.margin), vec![guess, resolvable(proposal)]),
        families(proposal.kind, registries),
        Line::option(&trials::REPEATS, repeats.to_string(), Vec::new()),
    ];
    lines.push(match proposal.kind == TaskKind::TextClassification && !proposal.text.is_empty() {
        true => Line::set(&task::TEXT, list(&proposal.text), &why.text),
        false => Line::absent(&task::TEXT),
    });
    if !proposal.ignore.is_empty() {
        lines.push(Line::set(&task::IGNORE, list(&proposal.ignore), &why.ignore));
    }
    let path = |path: &Path| quoted(&path.to_string_lossy());
    lines.extend(match &proposal.source {
        Source::Split(data) => {
            let rows = format!("{} rows", grouped_count(proposal.rows));
            let data = Line::set(&task::DATA, path(data), &rows);
            vec![data, Line::absent(&task::TRAIN), Line::absent(&task::HOLDOUT)]
        }
        Source::Given { train, holdout } => vec![
            Line::absent(&task::DATA),
            Line::set(&task::TRAIN, path(train), ""),
            Line::set(&task::HOLDOUT, path(holdout), ""),
            Line::absent(&trials::HOLDOUT),
            Line::absent(&trials::CROSS_FIT),
        ],
    });
    lines.extend(match (&proposal.split_by, &proposal.key) {
        (SplitBy::Rows, None) => Vec::new(),
        (SplitBy::Rows, Some(column)) => {
            vec![Line::option(&task::GROUP, quoted(column), vec![why.split_by.clone()])]
        }
        (SplitBy::Group(column), _) => {
            vec![Line::set(&task::GROUP, quoted(column), &why.split_by), Line::absent(&task::TIME)]
        }
        (SplitBy::Time(column), _) => {
            vec![Line::set(&task::TIME, quoted(column), &why.split_by), Line::absent(&task::GROUP)]
        }
    });
    lines
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
    Line::option(&ladder::FAMILIES, list(&listed), families.iter().map(meaning).collect())
}

/// Models that are called: an example to switch on as a whole.
fn called(page: &mut Page, registries: &Registries) {
    page.gap();
    page.comment(
        "Language models beside what is trained here, called as they are. To have them, take \"# \" away here:",
    );
    page.example(&CALLED);
    page.gap();
    page.comment(
        "Pretrained weights in a folder, adapted to your rows; each adaptation is a candidate. To have them, take \"# \" away here:",
    );
    page.example(&ADAPTED);
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
        "Two candidates in a row, the small one first, are one more candidate: [cascade] with {} = [[\"linear-24\", \"hosted\"]]",
        keys("cascade")
    ));
    page.comment(&format!(
        "The keys of [metric], settings of metrics of texts as `lagom score --help` explains them: {}",
        keys("metric")
    ));
    page.comment(
        "Tasks that such models alone can do have keys of their own under [task]: references = \"answers\" and \
        input = \"question\"; for multiple choice choices = \"options\" or labels = [\"yes\", \"no\"].",
    );
}

/// Weights as Hugging Face has them.
const ADAPTED: [&str; 4] = [
    "[[candidate]]      # for texts",
    "name = \"minilm\"",
    "weights = \"all-MiniLM-L6-v2\"  # a folder; or \"hf:owner/name\", if fetched",
    "adapt = [\"frozen\", \"full\"]  # also: static, lora, scratch; left out: by labels",
];

/// One model that is served here and one that is paid for.
const CALLED: [&str; 22] = [
    "[[candidate]]      # served here, by Ollama, llama-server, vLLM or LM Studio",
    "name = \"qwen3-4b\"",
    "endpoint = \"http://localhost:11434/v1\"",
    "model = \"qwen3:4b\" # its name there: `ollama list`",
    "parameters = \"4B\"  # its size, where the server does not tell",
    "shots = [0, 4]     # worked examples in the prompt; each number is a candidate",
    "",
    "[[candidate]]      # paid for",
    "name = \"hosted\"",
    "endpoint = \"https://api.example.com/v1\"",
    "model = \"large\"",
    "key-env = \"EXAMPLE_API_KEY\"  # the variable with the key, never the key itself",
    "# for a million tokens; also: cached, per-call",
    "price = { input = 2.5, output = 10.0, currency = \"USD\" }",
    "",
    "[prompt]",
    "system = \"Answer with the label alone.\"",
    "steps = [\"strip\", \"first-line\"]  # from the text of an answer to what counts",
    "",
    "[budget]",
    "money = \"5 USD\"      # the most that is spent",
    "ask-above = \"1 USD\"  # a dearer plan is asked about first",
];

/// A number with two digits that count.
fn brief(number: f64) -> String {
    let magnitude = number.abs().log10().floor();
    let decimals = if magnitude.is_finite() { (1.0 - magnitude).clamp(0.0, 12.0) as usize } else { 0 };
    format!("{number:.decimals$}")
}
