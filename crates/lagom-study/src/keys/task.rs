//! The keys of `[task]`.

use toml::de::DeValue;

use super::key::{Declared, Free, Key, Told, Usual, keys};
use super::values::{Choice, Flag, OfContext, Own, Shape, Text, Texts, Value, wrong_type};
use crate::cells::{DecimalMark, MissingTarget};
use crate::family::TaskKind;
use crate::fault::Wrong;
use crate::metric::{Metric, OutcomeKind};
use crate::named::{DeclaredKind, Format};

/// What a column may be declared to be.
pub(crate) const COLUMN_KIND: Choice<DeclaredKind> = Choice::of(&DeclaredKind::ALL, DeclaredKind::name);

const SOME: Texts = Texts { one: "column", distinct: false };
const DISTINCT: Texts = Texts { one: "column", distinct: true };

keys! { "task":
    DATA: Key<Text> = "data", Text("a file"), Told("– (this, or the next two)", "\"rows.csv\""),
        "the data, relative to this file";
    TRAIN: Key<Text> = "train", Text("a file"), Told("–", "\"train.csv\""),
        "where you have split the data: the rows to learn from, relative to this file";
    HOLDOUT: Key<Text> = "holdout", Text("a file"), Told("–", "\"test.csv\""),
        "the rows the verdict is read from; nothing learns from them";
    TARGET: Key<Text> = "target", Text("a column"), Told("– (needed)", "\"answer\""),
        "the column to predict";
    REFERENCES: Key<Texts> = "references", DISTINCT, Told("`target`", "[\"answer\", \"other\"]"),
        "for text generation and extraction, in place of `target`: the columns of accepted answers; a cell that is a JSON list of texts holds several";
    KIND: Key<Choice<TaskKind>> = "kind", Choice { told: Some(kinds), ..Choice::of(&TaskKind::ALL, TaskKind::name) },
        Told("guessed", "\"classification\""), "the kind of task";
    CHOICES: Key<Texts> = "choices", DISTINCT, Told("– (this or `labels` for multiple choice)", "\"options\""),
        "for multiple choice: a column of JSON lists, or one column a choice; `target` holds the right one: its text, its position or its letter";
    LABELS: Key<Texts> = "labels", Texts { one: "text", distinct: true }, Told("–", "[\"yes\", \"no\"]"),
        "for multiple choice: the same choices for all rows";
    INPUT: Key<Texts> = "input", DISTINCT, Told("guessed", "\"question\""),
        "for tasks of text: the columns to answer from where there is no template";
    TEXT: Key<Texts> = "text", SOME, Told("guessed", "\"review\""),
        "for text classification: the columns with the text to predict from";
    METRIC: Key<Choice<Metric>> = "metric", Choice { told: Some(metrics), ..Choice::of(&Metric::ALL, Metric::name) },
        Told("accuracy; macro-F1 if one class has 80 % or more; AUC if the rarer of two has less than 5 %; R²; of texts `token-f1`, `json-fields` for extraction, `bits-per-byte` for language modelling", "\"accuracy\""),
        "how quality is measured";
    GROUP: Key<Text> = "group", Text("a column"), Told("none", "\"patient\""),
        "rows with the same value here, such as one patient's, stay on one side of every split and count together in intervals; else the score flatters";
    TIME: Key<Text> = "time", Text("a column"), Told("none", "\"date\""),
        "rows are split in this order: the past predicts the future; not with `group`";
    IGNORE: Key<Texts, Usual> = "ignore", SOME, Usual, "columns not to use";
    HEADER: Key<Flag> = "header", Flag, Told("found in the data", "true"), "whether the first line names the columns (CSV, TSV)";
    SEPARATOR: Key<Own<char>> = "separator", Own { expected: "one character or \"tab\"", shape: Shape::Listed, read: separator },
        Told("found in the data", "\",\""), "what stands between columns";
    FORMAT: Key<Choice<Format>> = "format", Choice::of(&Format::ALL, Format::name), Told("by name, else content", "\"csv\""),
        "the format of the files; `lines`: each line is a row of the one column `text` (files whose names end in `.txt` are read so for language modelling)";
    DECIMAL: Key<Choice<DecimalMark>> = "decimal", Choice::of(&DecimalMark::ALL, DecimalMark::name), Told("found in the data; what is not clear is guessed and said", "\"point\""),
        "how numbers write their decimals; a column of `1,344` alone is read as the others are";
    MISSING: Key<Own<Vec<String>>> = "missing", Own { expected: "a list of texts", shape: Shape::Plain, read: spellings },
        Told("`NA`, `N/A`, `NaN`, `null`, `None`, `?`, `-`, `.` and the like", "[\"NA\", \"?\"]"),
        "the spellings of a missing cell beside an empty one, for all columns; `[]`: only empty cells";
    MISSING_TARGET: Key<Choice<MissingTarget>, Usual> = "missing-target", Choice::of(&MissingTarget::ALL, MissingTarget::name), Usual,
        "rows without a target: `drop` leaves them out, counted and told; `refuse` makes them a fault";
    REVIEWED: Key<Text> = "reviewed", Text("a file"), Told("none", "\"suspects.csv\""),
        "labels that a person has reviewed, relative to this file: a table with the columns `row`, `given` and `right_label`, such as suspects.csv of `lagom data` filled in. Models are judged by them; `cleaning = \"reviewed\"` trains on them, too";
    COLUMNS: Free = "columns", OfContext("a table of columns"),
        Told("found in the data", "{ zip = \"categorical\" }"), "what columns hold, where they were misread: `numeric`, `categorical`, `boolean`, `text` or `identifier` (not used)";
}

/// The kinds of task by whether anything is trained for them.
fn kinds() -> String {
    let of = |wanted: &dyn Fn(&TaskKind) -> bool| {
        let names = TaskKind::ALL.into_iter().filter(|kind| wanted(kind));
        names.map(|kind| format!("`{}`", kind.name())).collect::<Vec<String>>().join(", ")
    };
    let guessed = |kind: &TaskKind| TaskKind::PREDICTED.contains(kind);
    format!(
        "{}; never guessed {}; for `[[candidate]]`s alone, and never guessed, {}",
        of(&guessed),
        of(&|kind| kind.is_trained() && !guessed(kind)),
        of(&|kind| !kind.is_trained())
    )
}

/// The metrics by what they measure.
fn metrics() -> String {
    let of = |outcomes: OutcomeKind| {
        let names = Metric::ALL.into_iter().filter(|metric| metric.fits(outcomes));
        names.map(|metric| format!("`{}`", metric.name())).collect::<Vec<String>>().join(", ")
    };
    format!(
        "of classes {} (`auc` of two); of numbers {}; of texts {}, by their likelihood {}; of choices {} and `exact-match`",
        of(OutcomeKind::Classes(2)),
        of(OutcomeKind::Values),
        of(OutcomeKind::Texts),
        of(OutcomeKind::Likelihoods),
        of(OutcomeKind::Choices)
    )
}

fn separator(value: &Value<'_>) -> Result<char, Wrong> {
    let expected = SEPARATOR.values.expected;
    let DeValue::String(text) = value.get_ref() else {
        return Err(wrong_type(value, expected, "put it in quotes: \";\""));
    };
    let mut characters = text.chars();
    match (text.as_ref(), characters.next(), characters.next()) {
        ("tab", ..) => Ok('\t'),
        (_, Some(one), None) if one.is_ascii() && !one.is_ascii_alphanumeric() && !"\"\r\n.-+".contains(one) => Ok(one),
        _ => Err(wrong_type(value, expected, "usual are \",\", \";\", \"|\" and \"tab\"")),
    }
}

/// A list of texts of which one may be empty.
fn spellings(value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    let hint = "write a list such as [\"NA\", \"?\"]; [] leaves empty cells alone as missing";
    let DeValue::Array(list) = value.get_ref() else {
        return Err(wrong_type(value, MISSING.values.expected, hint));
    };
    let spelling = |item: &Value<'_>| match item.get_ref() {
        DeValue::String(text) => Ok(text.trim().to_owned()),
        _ => Err(wrong_type(item, "text", "put it in quotes").at(item.span())),
    };
    list.iter().map(spelling).collect()
}
