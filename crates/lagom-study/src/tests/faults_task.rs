//! Faults of the file and of `[task]`, as they are shown.

use super::shown;

#[test]
fn an_empty_file() {
    let text = r#"
"#;
    let expected = r#"s.toml:1:1: task: the table [task] is missing
 1 |
   | ^
   hint: write [task] and below it data = "rows.csv" and target = "the column to predict""#;
    assert_eq!(shown(text), expected);
}

#[test]
fn tables_that_do_not_exist() {
    let text = r#"data = "a.csv"
[tsak]
target = "y"
[[candidate]]
name="q"
"#;
    let expected = r#"s.toml:1:1: data: unknown key outside the tables
 1 | data = "a.csv"
   | ^^^^
   hint: `data` belongs in [task]; the tables of a study are [task], [metric], [good-enough], [ladder], [recipe], [probes], [levers], [prompt], [[candidate]], [cascade], [budget], [prices], [trials], [handed-over]

s.toml:2:2: tsak: unknown table
 2 | [tsak]
   |  ^^^^
   hint: did you mean [task]? the tables of a study are [task], [metric], [good-enough], [ladder], [recipe], [probes], [levers], [prompt], [[candidate]], [cascade], [budget], [prices], [trials], [handed-over]

s.toml:4:1: candidate: found none of `endpoint`, `gguf`, `command`, `answers` or `weights`
 4 | [[candidate]]
   | ^^^^^^^^^^^^^
   hint: add endpoint = "http://localhost:11434/v1", or a file as gguf = "model.gguf""#;
    assert_eq!(shown(text), expected);
}

#[test]
fn a_table_that_is_none() {
    let text = r#"task = 3
"#;
    let expected = r#"s.toml:1:8: task: found the number 3, expected a table
 1 | task = 3
   |        ^
   hint: write `[task]` on a line of its own, and its keys below"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn missing_and_misspelt_keys() {
    let text = r#"[task]
taget = "y"
data = 5
margin = 0.1
"#;
    let expected = r#"s.toml:1:2: task.target: missing
 1 | [task]
   |  ^^^^
   hint: add target = "the column to predict"

s.toml:2:1: task.taget: unknown key
 2 | taget = "y"
   | ^^^^^
   hint: did you mean `target`? the keys of [task] are data, train, holdout, target, references, kind, choices, labels, input, text, metric, group, time, ignore, header, separator, format, decimal, missing, missing-target, reviewed, columns

s.toml:3:8: task.data: found the number 5, expected a file
 3 | data = 5
   |        ^
   hint: put it in quotes

s.toml:4:1: task.margin: unknown key
 4 | margin = 0.1
   | ^^^^^^
   hint: `margin` belongs in [good-enough]; the keys of [task] are data, train, holdout, target, references, kind, choices, labels, input, text, metric, group, time, ignore, header, separator, format, decimal, missing, missing-target, reviewed, columns"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn values_that_are_none_of_the_names() {
    let text = r#"[task]
data = "a.csv"
target = "y"
kind = "clasification"
metric = "f1"
header = "yes"
separator = ";;"
format = "xlsx"
ignore = ["a", 3]
[task.columns]
zip = "category"
"#;
    let expected = r#"s.toml:4:8: task.kind: found "clasification", expected `classification`, `regression`, `text-classification`, `text-generation`, `multiple-choice`, `extraction` or `language-modelling`
 4 | kind = "clasification"
   |        ^^^^^^^^^^^^^^^
   hint: did you mean "classification"?

s.toml:5:10: task.metric: found "f1", expected `accuracy`, `balanced-accuracy`, `macro-f1`, `log-loss`, `auc`, `brier`, `rmse`, `mae`, `r2`, `exact-match`, `exact-match-squad`, `token-f1`, `token-f1-v2`, `bleu`, `chrf`, `chrf++`, `ter`, `rouge-1`, `rouge-2`, `rouge-l`, `rouge-lsum`, `json-valid`, `json-fields`, `numeric-answer`, `regex-match`, `choice-accuracy`, `choice-accuracy-characters`, `choice-accuracy-bytes`, `choice-accuracy-tokens`, `bits-per-byte` or `perplexity`
 5 | metric = "f1"
   |          ^^^^
   hint: did you mean "macro-f1"?

s.toml:6:10: task.header: found the text "yes", expected true or false
 6 | header = "yes"
   |          ^^^^^
   hint: write true or false without quotes

s.toml:7:13: task.separator: found the text ";;", expected one character or "tab"
 7 | separator = ";;"
   |             ^^^^
   hint: usual are ",", ";", "|" and "tab"

s.toml:8:10: task.format: found "xlsx", expected `csv`, `tsv`, `jsonl`, `parquet` or `lines`
 8 | format = "xlsx"
   |          ^^^^^^
   hint: write one of csv, tsv, jsonl, parquet, lines

s.toml:9:16: task.ignore: found the number 3, expected a column
 9 | ignore = ["a", 3]
   |                ^
   hint: put it in quotes

s.toml:11:7: task.columns.zip: found "category", expected `numeric`, `categorical`, `boolean`, `text` or `identifier`
 11 | zip = "category"
    |       ^^^^^^^^^^
   hint: did you mean "categorical"?"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn a_training_file_alone() {
    let text = r#"[task]
target = "y"
train = "a.csv"
[trials]
holdout = 0.2
"#;
    let expected = r#"s.toml:1:2: task.holdout: missing beside `train`
 1 | [task]
   |  ^^^^
   hint: give one file as `data`, or two as `train` and `holdout`

s.toml:5:11: trials.holdout: nothing is left to seal: [task] names its own files
 5 | holdout = 0.2
   |           ^^^
   hint: leave it out, or give one file as task.data to have a share of it sealed"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn a_holdout_alone() {
    let text = r#"[task]
target = "y"
holdout = "a.csv"
"#;
    let expected = r#"s.toml:1:2: task.train: missing beside `holdout`
 1 | [task]
   |  ^^^^
   hint: give one file as `data`, or two as `train` and `holdout`"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn a_holdout_that_is_trained_on() {
    let text = r#"[task]
target = "y"
train = "a.csv"
holdout = "a.csv"
"#;
    let expected = r#"s.toml:4:11: task.holdout: the holdout is the training file: the verdict would be read from rows trained on
 4 | holdout = "a.csv"
   |           ^^^^^^^
   hint: give one file as `data`, or two as `train` and `holdout`"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn neither_file_nor_target() {
    let text = r#"[task]
header = true
"#;
    let expected = r#"s.toml:1:2: task.data: missing
 1 | [task]
   |  ^^^^
   hint: add data = "rows.csv"

s.toml:1:2: task.target: missing
 1 | [task]
   |  ^^^^
   hint: add target = "the column to predict""#;
    assert_eq!(shown(text), expected);
}

#[test]
fn keys_that_exclude_each_other() {
    let text = r#"[task]
data = "b.csv"
target = ""
train = "a.csv"
holdout = "a.csv"
group = "p"
time = "t"
"#;
    let expected = r#"s.toml:3:10: task.target: found nothing between the quotes, expected a column
 3 | target = ""
   |          ^^
   hint: write a name, or leave the key out

s.toml:4:9: task.train: `data` and `train` exclude each other
 4 | train = "a.csv"
   |         ^^^^^^^
   hint: give one file as `data`, or two as `train` and `holdout`

s.toml:5:11: task.holdout: `data` and `holdout` exclude each other
 5 | holdout = "a.csv"
   |           ^^^^^^^
   hint: give one file as `data`, or two as `train` and `holdout`

s.toml:7:8: task.time: `group` and `time` exclude each other
 7 | time = "t"
   |        ^^^
   hint: keep `group` where rows belong together, `time` where the past predicts the future"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn settings_that_contradict_each_other() {
    let text = r#"[task]
data = "a.csv"
target = "y"
kind = "regression"
metric = "auc"
text = "t"
format = "parquet"
header = true
separator = "tab"
ignore = ["y", "t"]
group = "y"
columns = { y = "identifier" }
"#;
    let expected = r#"s.toml:5:10: task.metric: "auc" does not measure regression
 5 | metric = "auc"
   |          ^^^^^
   hint: metrics that do: rmse, mae, r2

s.toml:6:8: task.text: columns of text are not used for regression
 6 | text = "t"
   |        ^^^
   hint: leave it out, or set kind = "text-classification"

s.toml:8:10: task.header: parquet files have no header
 8 | header = true
   |          ^^^^
   hint: leave it out

s.toml:9:13: task.separator: parquet files have no separator
 9 | separator = "tab"
   |             ^^^^^
   hint: leave it out

s.toml:10:10: task.ignore: "y" is the target: it cannot be ignored
 10 | ignore = ["y", "t"]
    |          ^^^^^^^^^^
   hint: take it out of the list

s.toml:10:10: task.ignore: "t" is also in `text`
 10 | ignore = ["y", "t"]
    |          ^^^^^^^^^^
   hint: take it out of one of the two

s.toml:11:9: task.group: "y" is the target: rows cannot be kept together by it
 11 | group = "y"
    |         ^^^
   hint: name another column

s.toml:12:11: task.columns: "y" is the target and cannot be an identifier
 12 | columns = { y = "identifier" }
    |           ^^^^^^^^^^^^^^^^^^^^
   hint: identifiers are not used; take it out of [task.columns]"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn values_of_other_types() {
    let text = r#"[task]
data = ["a.csv"]
target = true
kind = 2
text = 1.5
separator = 9
time = 2024-01-01
ignore = { a = 1 }
"#;
    let expected = r#"s.toml:2:8: task.data: found a list, expected a file
 2 | data = ["a.csv"]
   |        ^^^^^^^^^
   hint: give one name in quotes

s.toml:3:10: task.target: found `true`, expected a column
 3 | target = true
   |          ^^^^
   hint: put it in quotes

s.toml:4:8: task.kind: found the number 2, expected `classification`, `regression`, `text-classification`, `text-generation`, `multiple-choice`, `extraction` or `language-modelling`
 4 | kind = 2
   |        ^
   hint: put one of them in quotes

s.toml:5:8: task.text: found the number 1.5, expected a column or a list of columns
 5 | text = 1.5
   |        ^^^
   hint: put it in quotes; a list is written ["a", "b"]

s.toml:6:13: task.separator: found the number 9, expected one character or "tab"
 6 | separator = 9
   |             ^
   hint: put it in quotes: ";"

s.toml:7:8: task.time: found the date 2024-01-01, expected a column
 7 | time = 2024-01-01
   |        ^^^^^^^^^^
   hint: put it in quotes

s.toml:8:10: task.ignore: found a table, expected a column or a list of columns
 8 | ignore = { a = 1 }
   |          ^^^^^^^^^
   hint: put it in quotes; a list is written ["a", "b"]"#;
    assert_eq!(shown(text), expected);
}
