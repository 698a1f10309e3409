//! What is declared of keys against what the reader does with them.

use super::{shown, *};

/// Everything that keys of any table need beside them to be read, but for [`SOURCES`].
const BASE: &[(&str, &str)] = &[("task.data", "\"a.csv\""), ("task.target", "\"y\""), ("task.metric", "\"accuracy\"")];

/// Where answers may come from.
const SOURCES: [&str; 5] = [
    "endpoint = \"http://h/v1\"\nmodel = \"m\"\n",
    "gguf = \"m.gguf\"\n",
    "command = [\"a\"]\n",
    "answers = \"a.csv\"\n",
    "weights = \"w\"\n",
];

/// Studies in which this key has this value, one for each source of answers; a candidate each way of reading makes all keys of
/// `[prompt]` mean something.
fn studies(section: &str, name: &str, value: &str) -> Vec<String> {
    let set = format!("{name} = {value}\n");
    let is = |whole: &str| whole.split_once('.') == Some((section, name));
    let mut head = String::from("[task]\n");
    for (key, value) in BASE.iter().filter(|(key, _)| !is(key)) {
        head.push_str(&format!("{} = {value}\n", &key[5..]));
    }
    match section {
        "task" => head.push_str(&set),
        "candidate" => {}
        other => head.push_str(&format!("[{other}]\n{set}")),
    }
    let study = |source: &str| {
        let lines = format!("name = \"a\"\n{source}");
        let own: String = lines
            .lines()
            .filter(|line| !is(&format!("candidate.{}", line.split(' ').next().unwrap())))
            .map(|line| format!("{line}\n"))
            .collect();
        let set = if section == "candidate" { set.as_str() } else { "" };
        let likely =
            format!("[[candidate]]\nname = \"b\"\nread = \"likelihood\"\n{}api = \"completions\"\n", SOURCES[0]);
        format!("{head}[[candidate]]\n{own}{set}{likely}")
    };
    SOURCES.map(study).to_vec()
}

/// Whether the value is refused as one that is not what is declared.
fn refused(key: &KeyHelp, value: &str, told: &str) -> bool {
    let whole = format!("{}.{}", key.section, key.name);
    let faults =
        |text: String| Study::parse(&text, "s.toml", &registries()).err().map_or(Vec::new(), |found| found.faults);
    let mut found = studies(key.section, key.name, value).into_iter().flat_map(faults);
    found.any(|fault| fault.key == whole && fault.message.contains(told))
}

fn all() -> Vec<KeyHelp> {
    reference(&registries())
}

#[test]
fn every_key_that_is_declared_is_read() {
    for key in &all() {
        // No key takes a date.
        assert!(refused(key, "1979-05-27", "found the date 1979-05-27"), "{}.{}", key.section, key.name);
    }
}

/// A bound that a text tells.
#[derive(PartialEq)]
struct Bound {
    at: f64,
    /// Whether it is allowed itself.
    within: bool,
}

/// The least and the most that a text tells.
fn told_bounds(text: &str) -> (Option<Bound>, Option<Bound>) {
    let behind = |word: &str| {
        let (_, rest) = text.split_once(&format!(" {word} "))?;
        rest.split([' ', ',']).next()?.parse::<f64>().ok()
    };
    let bound = |at: Option<f64>, within| at.map(|at| Bound { at, within });
    let low = bound(behind("from"), true).or(bound(behind("between").or(behind("above")), false));
    let high = bound(behind("to").or(behind("at most")), true);
    (low, high.or(bound(behind("between").and(behind("and")), false)))
}

#[test]
fn the_bounds_that_are_told_are_those_that_are_read() {
    let mut checked = 0;
    for key in all().iter().filter(|key| told_bounds(&key.expected) != (None, None)) {
        let step = if key.expected.contains("whole") { 1.0 } else { 0.001 };
        let (low, high) = told_bounds(&key.expected);
        let sides = [low.map(|bound| (bound, -step)), high.map(|bound| (bound, step))];
        for (Bound { at, within }, step) in sides.into_iter().flatten() {
            let said = format!("expected {}", key.expected);
            let whole = format!("{}.{} at {at}", key.section, key.name);
            assert!(refused(key, &(at + step).to_string(), &said), "beyond {whole}");
            assert_eq!(refused(key, &at.to_string(), &said), !within, "{whole}");
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked}");
}

#[test]
fn what_is_declared_to_hold_without_a_key_does() {
    // A setting of a metric is one of a metric that looks at it.
    let metrics = ["accuracy", "bleu", "chrf++", "ter", "rouge-l", "exact-match"];
    let settled = |text: &str| {
        let mut study = Study::parse(text, "s.toml", &registries()).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
        // What is written is the user's, though it be the same.
        (study.trials.repeats_proposed, study.trials.validation_proposed, study.trials.cross_fit) = (true, true, None);
        study.prompt.max_tokens = Some(study.prompt.answer_tokens(TaskKind::Classification));
        (study.budget.missing, study.budget.explore) = (Some(study.budget.missing()), Some(study.budget.explored()));
        study
    };
    let mut checked = 0;
    for key in all().iter().filter(|key| key.default.words.starts_with(&format!("`{}`", key.default.sample))) {
        // Of no use without shots.
        if key.name == "shots-by" {
            continue;
        }
        let of = |text: &str, metric: &str| text.replace("\"accuracy\"", &format!("\"{metric}\""));
        let read = |text: &str, metric: &str| Study::parse(&of(text, metric), "s.toml", &registries()).is_ok();
        // The first source of answers and metric that the key goes with.
        let (with, without) = (studies(key.section, key.name, &key.default.sample), studies("task", "ignore", "[]"));
        let pairs = || with.iter().zip(&without).flat_map(|pair| metrics.map(|metric| (pair, metric)));
        let found = pairs().find(|((text, _), metric)| read(text, metric));
        let ((text, without), metric) = found.unwrap_or(((&with[0], &without[0]), "accuracy"));
        let without = settled(&of(without, metric));
        assert_eq!(settled(&of(text, metric)), without, "{}.{}", key.section, key.name);
        checked += 1;
    }
    assert!(checked > 25, "{checked}");
}

#[test]
fn every_example_is_read() {
    for key in &all() {
        let whole = format!("{}.{}", key.section, key.name);
        let own = |text: String| {
            let faults = Study::parse(&text, "s.toml", &registries()).err().map_or(Vec::new(), |found| found.faults);
            // What does not go with the rest of the study is no fault of the example.
            faults.into_iter().any(|fault| fault.key == whole && fault.message.contains("expected"))
        };
        assert!(
            !studies(key.section, key.name, &key.default.sample).into_iter().any(own),
            "{whole} = {}",
            key.default.sample
        );
    }
}

#[test]
fn a_key_of_another_table_says_where_it_belongs() {
    for (table, key, home) in [
        ("ladder", "dropout", "[recipe]"),
        ("trials", "error-slices", "[probes]"),
        ("recipe", "margin", "[good-enough]"),
        ("probes", "dropout", "[recipe]"),
    ] {
        let told = shown(&format!("{LEAST}[{table}]\n{key} = 1\n"));
        assert!(told.contains(&format!("hint: `{key}` belongs in {home}; the keys of [{table}] are ")), "{told}");
    }
    let told = shown(&format!("dropout = 0.1\n{LEAST}"));
    assert!(told.contains("hint: `dropout` belongs in [recipe]; the tables of a study are"), "{told}");
}

#[test]
fn figures_in_words_are_those_of_the_code() {
    let told = |section: &str, name: &str| {
        let key = all().into_iter().find(|key| (key.section, key.name) == (section, name)).unwrap();
        format!("{}; {}", key.default.words, key.meaning)
    };
    let usual = |kind| PromptSpec::default().answer_tokens(kind);
    let words = crate::units::grouped_count(Trials::CROSS_FIT_BELOW as u64);
    for (section, name, figure) in [
        ("trials", "repeats", format!("`{}` where cross-fitted", Trials::CROSS_FIT_REPEATS)),
        ("trials", "cross-fit", format!("below {words} rows")),
        ("trials", "cross-fit", format!("{} repeats or more", Trials::FEWEST_FOLDS)),
        ("trials", "validation", format!("`{}` with `[[candidate]]`", Trials::CALLED_VALIDATION)),
        (
            "prompt",
            "max-tokens",
            format!("`{}`; `{}` for text", usual(TaskKind::Classification), usual(TaskKind::Extraction)),
        ),
    ] {
        assert!(told(section, name).contains(&figure), "{section}.{name}: {}", told(section, name));
    }
    // Fewer than 50 rows of the tenth are too few: 500 rows are the fewest of which a tenth is validated on.
    let share = |rows| Trials::default().validating(rows, false).validation;
    assert!(told("trials", "validation").contains("fewer than 50 rows") && share(500) == 0.1 && share(499) > 0.1);
    let columns = told("task", "columns");
    assert!(DeclaredKind::ALL.into_iter().all(|kind| columns.contains(&format!("`{}`", kind.name()))), "{columns}");
}
