//! Labels that a person has reviewed: what is trained on them, and in which order with other levers.

use crate::candidate::levers::{LEVERS, applying, takes_reviewed, tried};
use crate::candidate::plain_tests::dataset;
use crate::candidate::{Candidate, FitContext, FitError, Fitted, Outside, Purpose, RowChange, Spec, fit, lever};
use crate::data::{Dataset, Target};
use crate::study::{FamilyId, Sample, Setting, TaskKind};

const TABLE: TaskKind = TaskKind::Classification;

fn reviewed() -> Setting {
    Setting::of("cleaning", Sample::Word("reviewed"))
}

/// The plain data, whose labels are the right ones, with every fifth one wrong as given.
fn half_right(task: TaskKind, classes: u32) -> Dataset {
    let mut data = dataset(task, classes);
    let right = data.target.clone();
    match &mut data.target {
        Target::Classes { labels, .. } => {
            labels.iter_mut().step_by(5).for_each(|label| *label = (*label + 1) % classes);
        }
        Target::Numbers(values) => values.iter_mut().step_by(5).for_each(|value| *value += 50.0),
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => {}
    }
    let rows: Vec<u32> = data.development.clone();
    data.with_reviewed(right, rows, 200)
}

fn trained(data: &Dataset, family: &'static str, levers: &[Setting]) -> Result<Fitted, FitError> {
    let (train, validation): (Vec<u32>, Vec<u32>) = data.development.iter().partition(|row| *row % 4 != 0);
    let spec = if family == "ngrams" { Spec::of("ngrams").with("buckets", 1024) } else { Spec::of(family) };
    let candidate = Candidate { levers: levers.to_vec(), ..Candidate::new("one", spec, 1) };
    let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
    let train = data.training(&train);
    fit(&candidate, &FitContext { train, purpose, weights: None, seed: 5, outside: Outside::default() })
}

#[test]
fn a_training_on_reviewed_labels_is_that_on_right_ones_to_the_bit() {
    for (task, classes, family) in
        [(TABLE, 3, "linear"), (TaskKind::Regression, 0, "linear"), (TaskKind::TextClassification, 2, "ngrams")]
    {
        let (data, right) = (half_right(task, classes), dataset(task, classes));
        let plain = trained(&data, family, &[]).expect("fits");
        let on_right = trained(&right, family, &[]).expect("fits");
        let on_reviewed = trained(&data, family, &[reviewed()]).expect("fits");
        assert_eq!(on_reviewed.model, on_right.model, "{family}");
        assert_ne!(plain.model, on_right.model, "{family}");
        // Of the 150 training rows, those that no 4 divides, every fifth of all 200 was wrong: 40, of which 10 are divided by 4.
        assert_eq!(on_reviewed.changes, [RowChange { lever: "cleaning".to_owned(), rows: 30, spared: 0 }]);
    }
}

#[test]
fn what_spoils_labels_spoils_the_reviewed_ones_whatever_the_order_of_the_levers() {
    let (data, right) = (half_right(TABLE, 3), dataset(TABLE, 3));
    let noise = Setting::of("label-noise", Sample::Number(0.2));
    let both = trained(&data, "linear", &[noise.clone(), reviewed()]).expect("fits");
    let turned = trained(&data, "linear", &[reviewed(), noise.clone()]).expect("fits");
    assert_eq!(both.model, turned.model);
    assert_eq!(both.model, trained(&right, "linear", &[noise]).expect("fits").model);
    let [cleaning, noise] = &both.changes[..] else { panic!("{:?}", both.changes) };
    assert_eq!((cleaning.lever.as_str(), noise.lever.as_str()), ("cleaning", "label-noise"));
}

#[test]
fn guessing_knows_the_right_shares_of_the_classes() {
    let (data, right) = (half_right(TABLE, 3), dataset(TABLE, 3));
    let of = |data: &Dataset| trained(data, "baseline", &[]).expect("fits").model;
    assert_eq!(of(&data), of(&right));
}

#[test]
fn where_nobody_has_reviewed_anything_it_is_an_error() {
    let error = trained(&dataset(TABLE, 3), "linear", &[reviewed()]).expect_err("nothing was reviewed").to_string();
    assert_eq!(
        error,
        "`cleaning = \"reviewed\"` needs labels that a person has reviewed: name their file by `reviewed` under [task]"
    );
}

#[test]
fn a_class_that_no_reviewed_training_row_has_is_named() {
    let mut data = dataset(TABLE, 3);
    let Target::Classes { labels, names } = data.target.clone() else { panic!("classes") };
    let right = labels.iter().map(|label| if *label == 2 { 0 } else { *label }).collect();
    let rows = data.development.clone();
    data = data.with_reviewed(Target::Classes { labels: right, names }, rows, 200);
    let error = trained(&data, "linear", &[reviewed()]).expect_err("a class is lost").to_string();
    assert!(error.starts_with("`cleaning` leaves no training row of the class `perhaps`"), "{error}");
}

#[test]
fn it_is_tried_first_where_anything_was_reviewed_and_never_elsewhere() {
    let cleaning = lever("cleaning").expect("a lever");
    let told = |is_reviewed| tried(cleaning, is_reviewed).iter().map(ToString::to_string).collect::<Vec<String>>();
    assert_eq!(told(true)[..2], ["cleaning = \"reviewed\"", "cleaning = \"drop\""]);
    assert_eq!(told(true)[1..], told(false)[..]);
    assert!(takes_reviewed(&reviewed()) && !takes_reviewed(&Setting::of("cleaning", Sample::Word("drop"))));
    assert_eq!(LEVERS.iter().filter(|lever| !lever.of_reviewed().is_empty()).count(), 1);
    // Models find wrong labels of classes alone, a person also wrong numbers.
    let size = (FamilyId::new("linear"), &Spec::of("linear").size);
    let both = [reviewed(), Setting::of("cleaning", Sample::Word("drop"))];
    assert_eq!(applying(&both, size, TaskKind::Regression, 0), [reviewed()]);
    assert_eq!(applying(&both, size, TABLE, 2), both);
    assert_eq!(applying(&both, (FamilyId::BASELINE, &Spec::of("baseline").size), TABLE, 2), []);
}
