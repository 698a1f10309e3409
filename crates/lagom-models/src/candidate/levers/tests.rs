//! Every lever applies where its words say, sets what is trained by, and changes the training; the plan of no lever is plain.

use super::*;
use crate::candidate::plain_tests::dataset;
use crate::candidate::rows::RowChange;
use crate::candidate::{Candidate, FitContext, Fitted, Outside, Purpose, Spec, effort, fingerprint, fit, registries};
use crate::data::Dataset;
use crate::study::{LeverGroup, LeverValues, Sample};

const TABLE: TaskKind = TaskKind::Classification;
const TEXT: TaskKind = TaskKind::TextClassification;

fn spec(family: &'static str) -> Spec {
    match family {
        "trees" => Spec::of("trees").with("leaves", 8).with("rounds", 20),
        "nearest" => Spec::of("nearest").with("rows", 128),
        "mlp" => Spec::of("mlp").with_each("hidden", &[8]),
        "embedding" => Spec::of("embedding").with("buckets", 256).with("dimension", 4),
        "ngrams" => Spec::of("ngrams").with("buckets", 1024),
        other => Spec::of(other),
    }
}

fn candidate(family: &'static str, levers: &[Setting]) -> Candidate {
    Candidate { levers: levers.to_vec(), ..Candidate::new("one", spec(family), 1) }
}

fn measured(candidate: &Candidate, data: &Dataset) -> Result<Fitted, FitError> {
    let (train, validation): (Vec<u32>, Vec<u32>) = data.development.iter().partition(|row| *row % 4 != 0);
    let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
    fit(
        candidate,
        &FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside: Outside::default() },
    )
}

fn set(lever: &str, value: impl Into<LeverValue>) -> Setting {
    Setting::of(lever, value)
}

/// Whether a lever applies to a family.
fn applies(name: &str, family: &'static str, task: TaskKind) -> bool {
    let scene = LeverScene { family: FamilyId::new(family), task, classes: 2, plan: &TrainingPlan::default() };
    lever(name).expect("a lever").applies(&scene)
}

#[test]
fn levers_have_names_of_their_own_and_try_what_they_may_be_set_to() {
    let names: std::collections::BTreeSet<&str> = LEVERS.iter().map(|lever| lever.about().name).collect();
    assert_eq!(names.len(), LEVERS.len());
    for lever in LEVERS {
        let about = lever.about();
        let fits = |sample: &Sample| match (sample, about.values) {
            (Sample::Switch(_), LeverValues::Switch) => true,
            (Sample::Number(number), LeverValues::Number(least, most)) => (least..=most).contains(number),
            (Sample::Number(number), LeverValues::Whole(least, most)) => {
                number.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(number)
            }
            (Sample::Word(word), LeverValues::OneOf(words)) => words.contains(word),
            _ => false,
        };
        assert!(about.tries.iter().chain(lever.controls()).all(fits), "{}", about.name);
        assert!(lever.controls().iter().all(|control| !about.tries.contains(control)), "{}", about.name);
    }
    let idle = ["data-share", "shuffled-labels", "label-noise"];
    assert!(idle.iter().all(|name| lever(name).is_some_and(|lever| lever.about().tries.is_empty())), "experiments");
    assert!(lever("monotone").is_some_and(|lever| lever.about().tries.is_empty()), "somebody has to say which columns");
    assert_eq!(lever("cleaning").map(|lever| lever.controls()), Some(&[Sample::Word("drop-random")][..]));
}

#[test]
fn levers_apply_to_families_and_tasks_that_have_what_they_change() {
    for (name, family, task, expected) in [
        ("cleaning", "linear", TABLE, true),
        ("cleaning", "ngrams", TEXT, true),
        ("cleaning", "linear", TaskKind::Regression, false),
        ("cleaning", "baseline", TABLE, false),
        ("winsorise", "trees", TaskKind::Regression, true),
        ("winsorise", "ngrams", TEXT, false),
        ("augmentation", "ngrams", TEXT, true),
        ("augmentation", "linear", TABLE, false),
        ("class-weights", "trees", TABLE, true),
        ("scaling", "trees", TABLE, false),
        ("scaling", "nearest", TABLE, true),
        ("categories", "trees", TABLE, true),
        ("words", "embedding", TEXT, true),
        ("sublinear", "embedding", TEXT, false),
        ("row-sampling", "trees", TABLE, true),
        ("row-sampling", "linear", TABLE, false),
        ("linear-l2", "ngrams", TEXT, true),
    ] {
        assert_eq!(applies(name, family, task), expected, "{name} on {family}");
    }
}

#[test]
fn every_setting_that_is_worth_trying_changes_the_training_and_its_address() {
    let cases = [
        ("linear", TABLE),
        ("trees", TABLE),
        ("nearest", TABLE),
        ("mlp", TABLE),
        ("ngrams", TEXT),
        ("embedding", TEXT),
    ];
    let (mut tried, mut idle) = (0, Vec::new());
    for (family, task) in cases {
        let data = dataset(task, 3);
        let plain = candidate(family, &[]);
        let of_plain = measured(&plain, &data).expect("fits");
        assert!(of_plain.changes.is_empty());
        for lever in LEVERS.iter().filter(|lever| applies(lever.about().name, family, task)) {
            let about = lever.about();
            // Levers of networks have tests of their own, on samples that show them.
            let of_data = matches!(about.group, LeverGroup::Data | LeverGroup::Preprocessing);
            if ["mlp", "embedding"].contains(&family) && !of_data {
                continue;
            }
            // These look for what the sample has none of.
            if ["date-parts", "numeric-text", "deduplicate"].contains(&about.name) || about.name == "lowercase" {
                continue;
            }
            for sample in about.tries.iter().chain(lever.controls()) {
                let changed = candidate(family, &[set(about.name, *sample)]);
                let weighs = super::super::families::family(FamilyId::new(family)).is_some_and(|one| one.weighs_rows());
                if !weighs && *sample == Sample::Word("down-weight") {
                    assert!(measured(&changed, &data).is_err_and(|error| error.to_string().contains("can't weigh")));
                    continue;
                }
                let fitted = measured(&changed, &data).unwrap_or_else(|error| panic!("{family} {changed:?}: {error}"));
                assert_ne!(fingerprint(&changed), fingerprint(&plain), "{changed:?}");
                // These may come to what the plain training does: the second rate may be the best, no gradient of the sample be longer, and
                // its network has one hidden layer of its own.
                let may_be_idle = ["rate-search", "gradient-clipping"].contains(&about.name)
                    || (about.name, *sample) == ("depth", Sample::Number(1.0));
                if fitted.model == of_plain.model && !may_be_idle {
                    idle.push(format!("{family} {:?}", changed.levers));
                }
                assert_eq!(fitted.model, measured(&changed, &data).expect("fits").model, "{:?}", changed.levers);
                tried += 1;
            }
        }
    }
    assert!(idle.is_empty(), "these change nothing: {idle:#?}");
    assert!(tried > 50, "{tried}");
}

#[test]
fn settings_that_say_what_holds_anyway_change_no_bit() {
    let plain = |family, task, classes| measured(&candidate(family, &[]), &dataset(task, classes)).expect("fits").model;
    let cases = [
        ("linear", TABLE, vec![set("scaling", Sample::Word("standard")), set("deduplicate", Sample::Switch(false))]),
        ("linear", TABLE, vec![set("deduplicate", Sample::Switch(true)), set("data-share", Sample::Number(1.0))]),
        ("trees", TABLE, vec![set("row-sampling", Sample::Number(1.0)), set("column-sampling", Sample::Number(1.0))]),
        ("trees", TABLE, vec![set("shrinkage", Sample::Number(0.1)), set("leaf-l2", Sample::Number(1.0))]),
        ("trees", TABLE, vec![set("leaf-weight", Sample::Number(5.0)), set("date-parts", Sample::Switch(false))]),
        ("nearest", TABLE, vec![set("scaling", Sample::Word("standard"))]),
        ("ngrams", TEXT, vec![set("words", Sample::Word("1-2")), set("characters", Sample::Word("3-5"))]),
        ("ngrams", TEXT, vec![set("lowercase", Sample::Switch(true)), set("sublinear", Sample::Switch(true))]),
    ];
    for (family, task, levers) in cases {
        let found = measured(&candidate(family, &levers), &dataset(task, 3)).expect("fits").model;
        assert_eq!(found, plain(family, task, 3), "{family} {levers:?}");
    }
}

#[test]
fn a_training_says_what_its_levers_did_to_the_rows_and_a_refit_does_the_same() {
    let data = dataset(TABLE, 3);
    let levers = [set("label-noise", Sample::Number(0.2)), set("cleaning", Sample::Word("drop"))];
    let candidate = candidate("linear", &levers);
    let fitted = measured(&candidate, &data).expect("fits");
    let [noise, cleaning] = &fitted.changes[..] else { panic!("{:?}", fitted.changes) };
    assert_eq!(noise, &RowChange { lever: "label-noise".to_owned(), rows: 30, spared: 0 });
    assert!(cleaning.lever == "cleaning" && cleaning.rows > 5, "{cleaning:?}");
    let plain = measured(&Candidate { levers: Vec::new(), ..candidate.clone() }, &data).expect("fits");
    assert!(fitted.flops > plain.flops, "the judging of labels is counted: {} {}", fitted.flops, plain.flops);
    let train: Vec<u32> = data.development.iter().copied().filter(|row| row % 4 != 0).collect();
    let purpose = Purpose::Refit { settled: fitted.settled };
    let context =
        FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside: Outside::default() };
    assert_eq!(fit(&candidate, &context).expect("a refit").changes, fitted.changes);
}

#[test]
fn steps_are_in_one_order_whatever_the_order_of_the_levers() {
    let data = dataset(TABLE, 3);
    let levers = [set("class-weights", Sample::Word("balanced")), set("data-share", Sample::Number(0.5))];
    let turned = [levers[1].clone(), levers[0].clone()];
    let of = |levers: &[Setting]| measured(&candidate("trees", levers), &data).expect("fits");
    assert_eq!((of(&levers).model, of(&levers).changes), (of(&turned).model, of(&turned).changes));
}

#[test]
fn a_setting_that_is_none_and_a_family_that_can_not_weigh_are_errors() {
    let data = dataset(TABLE, 3);
    let refused =
        |levers: &[Setting]| measured(&candidate("linear", levers), &data).expect_err("no setting").to_string();
    for (lever, value) in
        [("cleaning", Sample::Word("scrub")), ("noise", Sample::Number(9.0)), ("scaling", Sample::Switch(true))]
    {
        assert!(refused(&[set(lever, value)]).contains(&format!("the lever `{lever}` has no setting")));
    }
    let weighed = candidate("baseline", &[set("class-weights", Sample::Word("balanced"))]);
    assert!(measured(&weighed, &data).expect_err("no weights").to_string().contains("can't weigh training rows"));
}

#[test]
fn what_a_training_takes_counts_the_copies_and_the_judging() {
    let data = dataset(TEXT, 3);
    let shape = crate::candidate::DataShape::of(&data, 0.25);
    let flops = |levers: &[Setting]| effort(&candidate("ngrams", levers), &shape).expect("an effort").flops;
    let plain = flops(&[]);
    assert!((flops(&[set("augmentation", Sample::Word("swap"))]) / plain - 2.0).abs() < 1e-9);
    assert!((flops(&[set("data-share", Sample::Number(0.5))]) / plain - 0.5).abs() < 1e-9);
    assert!((flops(&[set("cleaning", Sample::Word("drop"))]) / plain - 2.0).abs() < 1e-9);
    assert!(registries().levers.len() == LEVERS.len());
}
