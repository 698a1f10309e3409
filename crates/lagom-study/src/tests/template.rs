use super::*;
use crate::keys::{TABLES, names};
use crate::metric::Metric;

fn proposal() -> Proposal {
    let reasons = Reasons {
        target: "the last column".into(),
        kind: "3 different values".into(),
        text: "the longest".into(),
        metric: "the classes are uneven: 90 % are \"no\"".into(),
        ignore: "a different value\nin every row".into(),
        ..Reasons::default()
    };
    Proposal {
        source: Source::Split("rev\"iews.csv".into()),
        target: "sentiment, \\ ü\t".into(),
        kind: TaskKind::TextClassification,
        text: vec!["review".into()],
        metric: Metric::MacroF1,
        split_by: SplitBy::Rows,
        key: None,
        ignore: vec!["id".into()],
        margin: 0.01,
        rows: 12_480,
        holdout_rows: 2496,
        resolvable: Some(0.02341),
        reasons,
    }
}

fn check(proposal: &Proposal) {
    let text = template(proposal, &registries());
    let study = Study::parse(&text, "s.toml", &registries()).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
    let task = &study.task;
    assert_eq!(task.source, proposal.source);
    assert_eq!(task.target, proposal.target);
    assert_eq!(task.kind, Some(proposal.kind));
    assert_eq!(task.text, proposal.text);
    assert_eq!(task.metric, Some(proposal.metric));
    assert_eq!(task.split_by, proposal.split_by);
    assert_eq!(task.ignore, proposal.ignore);
    assert_eq!((task.header, task.separator, task.format), (None, None, None));
    // The margin is a guess until the user writes one: behind a #, so that it is called one.
    assert_eq!(study.good_enough, GoodEnough::default());
    let margin = format!("#margin = {:?}", proposal.margin);
    let on = text.replace(&margin, &margin[1..]);
    let study_on = Study::parse(&on, "s.toml", &registries()).unwrap_or_else(|faults| panic!("{faults}\n{on}"));
    assert_eq!(study_on.good_enough.rule, Some(Rule::Margin(proposal.margin)));
    assert_eq!(study.ladder, LadderSpec::default());
    assert_eq!(study.trials, Trials::default());
}

fn regression() -> Proposal {
    Proposal {
        source: Source::Given { train: "a.csv".into(), holdout: "b.csv".into() },
        target: "price".into(),
        kind: TaskKind::Regression,
        text: Vec::new(),
        metric: Metric::Rmse,
        split_by: SplitBy::Time("day".into()),
        ignore: Vec::new(),
        margin: 1e-7,
        rows: 100,
        resolvable: None,
        ..proposal()
    }
}

#[test]
fn the_template_reads_back_to_the_proposal() {
    check(&proposal());
    check(&regression());
    check(&Proposal {
        split_by: SplitBy::Group("pa\"tient".into()),
        resolvable: Some(0.0),
        margin: 1e20,
        ..regression()
    });
}

#[test]
fn every_key_is_named() {
    let text = format!("{}\n{}", template(&proposal(), &registries()), template(&regression(), &registries()));
    let (called, own): (Vec<&str>, Vec<&str>) = TABLES
        .iter()
        .map(|table| table.name)
        .filter(|section| *section != "recipe")
        .partition(|section| ["prompt", "candidate", "budget", "metric", "cascade"].contains(section));
    // Levers are pointed to, not listed.
    assert!(text.contains("[recipe]") && text.contains("`lagom explain recipe`"), "{text}");
    let names = |section| names(section, &registries());
    for key in own.into_iter().flat_map(names) {
        // Those of tasks of text stand in a comment, which is wrapped.
        let of_texts = ["references", "choices", "labels", "input"].contains(&key);
        assert!(text.contains(&format!("{key} = ")) || of_texts && text.contains(key), "{key} is not in the template");
    }
    for key in called.into_iter().flat_map(names) {
        assert!(text.contains(key), "{key} is not in the template");
    }
}

#[test]
fn the_example_of_called_models_can_be_switched_on_as_a_whole() {
    let text = template(&proposal(), &registries());
    let (head, rest) = text.split_once("\n# [[candidate]] ").unwrap();
    let (example, _) = rest.split_once("\n\n").unwrap();
    let lines: Vec<&str> = example
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 0 { line } else { line.strip_prefix("# ").unwrap_or("") })
        .collect();
    let text = format!("{head}\n[[candidate]] {}", lines.join("\n"));
    let study = Study::parse(&text, "s.toml", &registries()).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
    let names: Vec<&str> = study.candidates.iter().map(|called| called.name.as_str()).collect();
    assert_eq!(names, ["qwen3-4b-0shot", "qwen3-4b-4shot", "hosted"]);
    assert_eq!(study.budget.money.map(|money| money.to_string()), Some("5 USD".to_owned()));
}

#[test]
fn each_optional_setting_can_be_switched_on() {
    let text = template(&proposal(), &registries());
    for (place, line) in text.lines().enumerate() {
        let Some(setting) = line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')) else {
            continue;
        };
        let changed: Vec<&str> =
            text.lines().enumerate().map(|(at, line)| if at == place { setting } else { line }).collect();
        match Study::parse(&changed.join("\n"), "s.toml", &registries()) {
            Ok(_) => {}
            Err(faults) => panic!("{setting}: {faults}"),
        }
    }
}

#[test]
fn the_defaults_it_shows_are_the_defaults() {
    let text = template(&regression(), &registries());
    let wanted = [
        "#confidence",
        "#smallest-by",
        "#parameters",
        "#bytes",
        "#memory",
        "#latency-p95",
        "#cost",
        "#repeats",
        "#seed",
        "#validation",
    ];
    let on: Vec<&str> = text
        .lines()
        .map(|line| if wanted.iter().any(|key| line.starts_with(key)) { &line[1..] } else { line })
        .collect();
    let mut on = Study::parse(&on.join("\n"), "s.toml", &registries()).unwrap();
    // A number of repeats or a share that is written is the user's, though it be the same.
    (on.trials.repeats_proposed, on.trials.validation_proposed) = (true, true);
    assert_eq!(on, Study::parse(&text, "s.toml", &registries()).unwrap());
}

#[test]
fn a_study_to_be_cross_fitted_shows_its_own_repeats() {
    let sealed = template(&Proposal { split_by: SplitBy::Rows, ..proposal() }, &registries());
    assert!(sealed.contains("repeats = 5") && sealed.contains("2,496 rows held out"), "{sealed}");
    let folded = template(&Proposal { rows: 900, holdout_rows: 0, ..proposal() }, &registries());
    assert!(folded.contains("repeats = 10") && folded.contains("900 rows, each held out in its turn"), "{folded}");
}

#[test]
fn a_template_as_it_is_written() {
    let text = template(
        &Proposal { target: "sentiment".into(), source: Source::Split("reviews.csv".into()), ..proposal() },
        &registries(),
    );
    let head: String = text.lines().take(15).map(|line| format!("{line}\n")).collect();
    assert_eq!(head, HEAD);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

const HEAD: &str = r##"# What lagom is to find out: which is the smallest model that is good enough?
# A setting behind a # is optional: it shows the default, or an example.
# Next: `lagom check`, `lagom plan` for what it will cost, then `lagom run`.

[task]  # what is to be predicted from what
data = "reviews.csv"          # the data, relative to this file; 12,480 rows
target = "sentiment"          # the column to predict; the last column
# the kind of task; classification, regression, text-classification,
# text-generation, multiple-choice, extraction or language-modelling; 3
# different values
kind = "text-classification"
# for text classification: the columns with the text to predict from; the
# longest
text = ["review"]
# how quality is measured; the classes are uneven: 90 % are "no"
"##;
