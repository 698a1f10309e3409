use std::path::PathBuf;
use std::time::Duration;

use super::{study, *};
use crate::costs::{Amount, Bytes, COSTS, Latency, Parameters};
use crate::metric::Metric;

/// Every key but those that exclude another.
const FULL: &str = r#"
[task]
data = "reviews.csv"
target = "sentiment"
kind = "text-classification"
text = ["title", "review"]
metric = "macro-f1"
group = "patient"
ignore = ["id"]
header = true
separator = "tab"
format = "csv"
decimal = "comma"
missing = ["NA", "?"]
missing-target = "refuse"
[task.columns]
zip = "categorical"
[good-enough]
margin = 0.01
confidence = 0.9
smallest-by = "latency"
profile = "edge"
parameters = 50_000
bytes = "1 MB"
memory = "none"
latency-p95 = "5 ms"
[ladder]
families = ["embedding", "ngrams"]
largest = "2M"
policy = "climb"
certify = "measure"
[trials]
repeats = 7
seed = 0x10
holdout = 0.3
validation = 0.25
label-counts = [400, 100]
workers = 2
device-workers = 3
"#;

#[test]
fn every_key_is_read() {
    let study = Study::parse(FULL, "dir/study.toml", &registries()).unwrap();
    let task = Task {
        source: Source::Split(PathBuf::from("dir/reviews.csv")),
        target: "sentiment".into(),
        references: Vec::new(),
        choices: None,
        input: Vec::new(),
        kind: Some(TaskKind::TextClassification),
        text: vec!["title".into(), "review".into()],
        metric: Some(Metric::MacroF1),
        split_by: SplitBy::Group("patient".into()),
        ignore: vec!["id".into()],
        header: Some(true),
        separator: Some('\t'),
        format: Some(Format::Csv),
        reviewed: None,
        cells: Cells {
            decimal: Some(DecimalMark::Comma),
            missing: Some(vec!["NA".to_owned(), "?".to_owned()]),
            missing_target: MissingTarget::Refuse,
        },
        columns: [("zip".to_owned(), DeclaredKind::Categorical)].into(),
    };
    assert_eq!(study.task, task);
    let limits = Limits::default()
        .with(&Parameters, Amount::Count(50_000))
        .with(&Bytes, Amount::Bytes(1_000_000))
        .with(&Latency, Amount::Time(Duration::from_millis(5)));
    let good_enough = GoodEnough {
        rule: Some(Rule::Margin(0.01)),
        confidence: 0.9,
        smallest_by: &Latency,
        profile: Some(Profile::Edge),
        limits,
        incumbent: None,
    };
    assert_eq!(study.good_enough, good_enough);
    assert_eq!(study.ladder.families, Some(vec![FamilyId::new("embedding"), FamilyId::new("ngrams")]));
    assert_eq!(study.ladder.largest, Some(2_000_000));
    assert_eq!((study.ladder.policy, study.ladder.certify), (Policy::Climb, Certify::Measure));
    let trials = Trials {
        repeats: 7,
        seed: 16,
        repeats_proposed: false,
        holdout: 0.3,
        cross_fit: Some(false),
        validation: 0.25,
        validation_proposed: false,
        label_counts: Some(vec![100, 400]),
        workers: Some(2),
        device_workers: Some(3),
    };
    assert_eq!(study.trials, trials);
}

#[test]
fn a_study_survives_json() {
    let study = Study::parse(FULL, "dir/study.toml", &registries()).unwrap();
    let json = serde_json::to_string(&study).unwrap();
    assert_eq!(serde_json::from_str::<Study>(&json).unwrap(), study);
}

#[test]
fn the_least_study_has_the_defaults() {
    let study = study("");
    assert_eq!(study.good_enough, GoodEnough::default());
    assert_eq!(study.ladder, LadderSpec::default());
    assert_eq!(study.trials, Trials::default());
    assert_eq!(study.task.source, Source::Split("dir/a.csv".into()));
    assert_eq!((study.task.kind, study.task.metric), (None, None));
}

#[test]
fn two_files_and_absolute_paths() {
    let text =
        "[task]\ntrain = \"/data/a.csv\"\nholdout = \"../b.csv\"\ntarget = \"y\"\ntime = \"day\"\ntext = \"t\"\n";
    let task = Study::parse(text, "dir/s.toml", &registries()).unwrap().task;
    assert_eq!(task.source, Source::Given { train: "/data/a.csv".into(), holdout: "dir/../b.csv".into() });
    assert_eq!(task.split_by, SplitBy::Time("day".into()));
    assert_eq!(task.text, ["t"]);
}

#[test]
fn the_baseline_is_always_there() {
    let names = |ladder: &LadderSpec, kind| {
        ladder.families_for(kind, &registries()).into_iter().map(FamilyId::name).collect::<Vec<&str>>()
    };
    let all = LadderSpec::default();
    assert_eq!(names(&all, TaskKind::Regression), ["baseline", "linear", "trees", "mlp"]);
    assert_eq!(names(&all, TaskKind::TextClassification), ["baseline", "ngrams", "embedding"]);
    let some = study("[ladder]\nfamilies = [\"mlp\", \"linear\"]\n").ladder;
    assert_eq!(names(&some, TaskKind::Classification), ["baseline", "linear", "mlp"]);
}

#[test]
fn a_family_of_the_registry_is_known_and_trained_only_where_it_is_named_if_it_says_so() {
    static RARE: FamilyAbout = FamilyAbout { by_default: false, ..family("rare", "seldom of use", TABLE) };
    let known = Registries { families: FAMILIES.into_iter().chain([&RARE]).collect(), ..registries() };
    let of = |rest: &str| Study::parse(&format!("{LEAST}{rest}"), "s.toml", &known).unwrap().ladder;
    let trains = |ladder: &LadderSpec| ladder.families_for(TaskKind::Regression, &known).contains(&RARE.id);
    assert!(!trains(&of("")) && trains(&of("[ladder]\nfamilies = [\"rare\"]\n")));
    assert!(shown(&format!("{LEAST}[ladder]\nfamilies = [\"rare\"]\n")).contains("found \"rare\""));
}

#[test]
fn names_are_read_back_and_are_those_of_serde() {
    fn same<T: serde::Serialize>(value: T, name: &str) {
        assert_eq!(serde_json::to_string(&value).unwrap(), format!("\"{name}\""));
    }
    for about in FAMILIES {
        same(about.id, about.id.name());
    }
    for kind in TaskKind::ALL {
        assert_eq!(TaskKind::parse(kind.name()), Some(kind));
        same(kind, kind.name());
    }
    COSTS.iter().for_each(|cost| same(cost, cost.about().name));
    Profile::ALL.iter().for_each(|profile| same(profile, profile.name()));
    Format::ALL.iter().for_each(|format| same(format, format.name()));
    DeclaredKind::ALL.iter().for_each(|kind| same(kind, kind.name()));
}

#[test]
fn small_studies_are_cross_fitted_unless_they_say_otherwise() {
    let fits = |text: &str, rows| study(text).cross_fits(rows);
    assert!(fits("", 9_999) && !fits("", 10_000));
    assert!(fits("[trials]\ncross-fit = true", 50_000));
    assert!(!fits("[trials]\ncross-fit = false", 500) && !fits("[trials]\nholdout = 0.2", 500));
    assert!(!fits("[trials]\nrepeats = 3", 500) && fits("[trials]\nrepeats = 4", 500));
    assert!(!fits("time = \"day\"", 500) && fits("group = \"patient\"", 500));
    let proposed = study("").trials;
    assert_eq!((proposed.settled(true).repeats, proposed.settled(false).repeats), (10, 5));
    assert_eq!(study("[trials]\nrepeats = 7").trials.settled(true).repeats, 7);
}
