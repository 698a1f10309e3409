//! Faults of the other tables and of the syntax, as they are shown.

use proptest::prelude::*;

use super::{shown, *};

#[test]
fn good_enough_out_of_range_or_unknown() {
    let text = r#"[task]
data = "a.csv"
target = "y"
columns = 3
metric = "accuracy"
[good-enough]
margin = 1
bar = 90
confidence = 95
smallest_by = "bytes"
smallest-by = "size"
profile = "phone"
"#;
    let expected = r#"s.toml:4:11: task.columns: found the number 3, expected a table
 4 | columns = 3
   |           ^
   hint: write [task.columns] on a line of its own, and below it column = "categorical"

s.toml:7:10: good-enough.margin: found 1, expected a margin below 1 for accuracy
 7 | margin = 1
   |          ^
   hint: margins are in units of the metric: for 1 % write 0.01

s.toml:8:7: good-enough.bar: found 90, expected a bar above 0 and at most 1 for accuracy
 8 | bar = 90
   |       ^^
   hint: bars are in units of the metric: for 90 % write 0.9

s.toml:8:7: good-enough.bar: `margin` and `bar` exclude each other
 8 | bar = 90
   |       ^^
   hint: keep the margin for as good as the best, or the bar for good enough in itself

s.toml:9:14: good-enough.confidence: found 95, expected a number between 0.5 and 1
 9 | confidence = 95
   |              ^^
   hint: for 95 % write 0.95

s.toml:10:1: good-enough.smallest_by: unknown key
 10 | smallest_by = "bytes"
    | ^^^^^^^^^^^
   hint: did you mean `smallest-by`? the keys of [good-enough] are margin, incumbent, bar, confidence, smallest-by, profile, parameters, bytes, memory, latency-p95, cost, training-cost, mean-latency, latency-p50, latency-p99, load-time, operations, latency-p90, robustness, calibration-error

s.toml:11:15: good-enough.smallest-by: found "size", expected `parameters`, `bytes`, `latency`, `memory`, `cost`, `training-cost`, `mean-latency`, `latency-p50`, `latency-p99`, `load-time`, `operations`, `latency-p90`, `robustness` or `calibration-error`
 11 | smallest-by = "size"
    |               ^^^^^^
   hint: write one of parameters, bytes, latency, memory, cost, training-cost, mean-latency, latency-p50, latency-p99, load-time, operations, latency-p90, robustness, calibration-error

s.toml:12:11: good-enough.profile: found "phone", expected `mcu`, `edge`, `mobile`, `laptop`, `server` or `cloud`
 12 | profile = "phone"
    |           ^^^^^^^
   hint: write one of mcu, edge, mobile, laptop, server, cloud"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn good_enough_that_nothing_can_meet() {
    let text = r#"[task]
data = "a.csv"
target = "y"
[good-enough]
margin = 0
confidence = 0.5
parameters = "0"
bytes = "lots"
memory = 0.5
latency-p95 = 5
"#;
    let expected = r#"s.toml:5:10: good-enough.margin: found 0, expected a margin above 0
 5 | margin = 0
   |          ^
   hint: the margin is the loss of quality nobody would notice, in units of the metric, such as 0.01

s.toml:6:14: good-enough.confidence: found 0.5, expected a number between 0.5 and 1
 6 | confidence = 0.5
   |              ^^^
   hint: 0.95 is usual: one wrong verdict of "good enough" in twenty at most

s.toml:7:14: good-enough.parameters: found `0`, expected more than nothing
 7 | parameters = "0"
   |              ^^^
   hint: no model is that small; "none" removes the limit

s.toml:8:9: good-enough.bytes: found `lots`, expected a size such as "512 kB", "64 MB" or "1 GiB"
 8 | bytes = "lots"
   |         ^^^^^^
   hint: write a size such as "512 kB", "64 MB" or "1 GiB"; "none" removes the limit

s.toml:9:10: good-enough.memory: found the number 0.5, expected a limit such as "64 MB"
 9 | memory = 0.5
   |          ^^^
   hint: "none" removes the limit

s.toml:10:15: good-enough.latency-p95: `5` has no unit
 10 | latency-p95 = 5
    |               ^
   hint: write `5 ms` for milliseconds, or `5 s` for seconds; "none" removes the limit"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn limits_without_a_unit_or_with_a_wrong_one() {
    let text = r#"[task]
data = "a.csv"
target = "y"
[good-enough]
margin = "0.01"
parameters = "1.5"
bytes = 64
memory = "64 MP"
latency-p95 = "5 m"
"#;
    let expected = r#"s.toml:5:10: good-enough.margin: found the text "0.01", expected a margin above 0
 5 | margin = "0.01"
   |          ^^^^^^
   hint: write it without quotes, with a point: 0.05

s.toml:6:14: good-enough.parameters: `1.5` is not a whole number
 6 | parameters = "1.5"
   |              ^^^^^
   hint: write it with fewer decimals or a smaller unit; "none" removes the limit

s.toml:7:9: good-enough.bytes: `64` has no unit
 7 | bytes = 64
   |         ^^
   hint: write `64 B` for bytes, or `64 MB` if that was meant; "none" removes the limit

s.toml:8:10: good-enough.memory: unknown unit `MP` in `64 MP`
 8 | memory = "64 MP"
   |          ^^^^^^^
   hint: units of size are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB; "none" removes the limit

s.toml:9:15: good-enough.latency-p95: unknown unit `m` in `5 m`
 9 | latency-p95 = "5 m"
   |               ^^^^^
   hint: write `min` for minutes or `ms` for milliseconds; "none" removes the limit"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn families_each_with_its_own_fault() {
    let text = r#"[task]
data = "a.csv"
target = "y"
kind = "regression"
[ladder]
families = ["liner", "trees", "trees", "ngrams", 4]
largest = "none"
"#;
    let expected = r#"s.toml:6:13: ladder.families: found "liner", expected `baseline`, `linear`, `trees`, `mlp`, `ngrams` or `embedding`
 6 | families = ["liner", "trees", "trees", "ngrams", 4]
   |             ^^^^^^^
   hint: did you mean "linear"?

s.toml:6:31: ladder.families: found "trees" twice
 6 | families = ["liner", "trees", "trees", "ngrams", 4]
   |                               ^^^^^^^
   hint: keep one of them

s.toml:6:40: ladder.families: "ngrams" does not do regression
 6 | families = ["liner", "trees", "trees", "ngrams", 4]
   |                                        ^^^^^^^^
   hint: families that do: baseline, linear, trees, mlp

s.toml:6:50: ladder.families: found the number 4, expected `baseline`, `linear`, `trees`, `mlp`, `ngrams` or `embedding`
 6 | families = ["liner", "trees", "trees", "ngrams", 4]
   |                                                  ^
   hint: put one of them in quotes

s.toml:7:11: ladder.largest: found `none`, expected a count such as 5000, "50k" or "2M"
 7 | largest = "none"
   |           ^^^^^^
   hint: write a count such as 5000, "50k" or "2M""#;
    assert_eq!(shown(text), expected);
}

#[test]
fn no_family() {
    let text = r#"[task]
data = "a.csv"
target = "y"
[ladder]
families = []
largest = 2.5
smallest = 1
"#;
    let expected = r#"s.toml:5:12: ladder.families: found no family to compare with the baseline
 5 | families = []
   |            ^^
   hint: name at least one, or leave the key out for all that serve

s.toml:6:11: ladder.largest: found the number 2.5, expected a count such as 5000, "50k" or "4B"
 6 | largest = 2.5
   |           ^^^
   hint: write a count such as 5000, "50k" or "4B", or leave it out

s.toml:7:1: ladder.smallest: unknown key
 7 | smallest = 1
   | ^^^^^^^^
   hint: the keys of [ladder] are families, largest, policy, certify"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn families_that_are_no_list() {
    let text = r#"[task]
data = "a.csv"
target = "y"
[ladder]
families = "linear"
"#;
    let expected = r#"s.toml:5:12: ladder.families: found the text "linear", expected a list of families
 5 | families = "linear"
   |            ^^^^^^^^
   hint: write a list such as ["linear", "trees"]"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn trials_out_of_range() {
    let text = r#"[task]
data = "a.csv"
target = "y"
[trials]
repeats = 1
seed = -1
holdout = 20
validation = 0.9
workers = "2"
"#;
    let expected = r#"s.toml:5:11: trials.repeats: found the number 1, expected a whole number from 2 to 100
 5 | repeats = 1
   |           ^
   hint: write a number from 2 to 100

s.toml:6:8: trials.seed: found the number -1, expected a whole number from 0
 6 | seed = -1
   |        ^^
   hint: write 0 or more

s.toml:7:11: trials.holdout: found 20, expected a share from 0.05 to 0.5
 7 | holdout = 20
   |           ^^
   hint: for 20 % write 0.2

s.toml:8:14: trials.validation: found 0.9, expected a share from 0.05 to 0.5
 8 | validation = 0.9
   |              ^^^
   hint: 0.2 is usual: a fifth of the rows

s.toml:9:11: trials.workers: found the text "2", expected a whole number from 1 to 1024
 9 | workers = "2"
   |           ^^^
   hint: write it without quotes"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn no_toml() {
    let text = r#"[task
data = a.csv
"#;
    let expected = r#"s.toml:1:6: unclosed table, expected `]`
 1 | [task
   |      ^
   hint: the file must be TOML: key = value, text in "quotes", lists in [brackets]"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn several_faults_of_syntax() {
    let text = r#"[task]
target = "y"
target = "z"
data = "ü	x
"#;
    let expected = r#"s.toml:3:1: duplicate key
 3 | target = "z"
   | ^^^^^^
   hint: keep one of them

s.toml:4:12: invalid basic string, expected `"`
 4 | data = "ü	x
   |          	 ^
   hint: the file must be TOML: key = value, text in "quotes", lists in [brackets]"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    let said =
        || Study::read(&path, &registries()).unwrap_err().to_string().replace(&path.display().to_string(), "s.toml");
    let missing = "s.toml: cannot be read: No such file or directory (os error 2)\n   hint: `lagom init DATA` writes a study for your data";
    assert_eq!(said(), missing);
    std::fs::write(&path, b"[task]\ndata = \"\xff\"\n").unwrap();
    assert_eq!(said(), "s.toml: line 2 is not UTF-8\n   hint: save the file as UTF-8");
    std::fs::write(&path, b"[task]\r\ndata = \"a.csv\"\r\ntarget = \"y\"\r\n").unwrap();
    assert_eq!(Study::read(&path, &registries()).unwrap().task.source, Source::Split(folder.path().join("a.csv")));
}

#[test]
fn places_are_counted_in_characters() {
    let faults = Study::parse(
        "[task]\ndata = \"a\"\ntarget = \"y\"\ncolumns = { \"žluť\" = \"nummeric\" }\n",
        "s.toml",
        &registries(),
    )
    .unwrap_err();
    let fault = &faults.faults[0];
    assert_eq!((fault.line, fault.column, fault.width), (4, 22, 10));
    assert_eq!((fault.key.as_str(), fault.hint.as_str()), ("task.columns.žluť", "did you mean \"numeric\"?"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\[(task|trials|ladder|good-enough|x)\\]\n)?([a-z-]{1,7} ?=? ?[\"'\\[{0-9.a-zé\n]{0,9}\n?){0,6}") {
        if let Err(faults) = Study::parse(&text, "s.toml", &registries()) {
            prop_assert!(!faults.faults.is_empty());
            prop_assert!(!faults.to_string().is_empty());
        }
    }
}
