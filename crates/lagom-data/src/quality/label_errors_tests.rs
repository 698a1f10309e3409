//! Wrong labels: known answers by hand, cleanlab's answers on the same probabilities, and what can't be answered.

use std::collections::HashSet;

use rand::Rng;
use serde::Deserialize;

use super::*;
use crate::seed::generator;

/// One case of `fixtures/label_errors.json`, which `fixtures/label_errors.py` writes with cleanlab.
#[derive(Deserialize)]
struct Case {
    name: String,
    classes: u32,
    labels: Vec<u32>,
    probabilities: Vec<f64>,
    suspects: Vec<usize>,
    scores: Vec<f64>,
    joint: Vec<f64>,
}

#[test]
fn suspects_scores_and_joint_are_those_of_cleanlab() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/label_errors.json")).expect("the fixture");
    assert!(cases.len() >= 5);
    for case in cases {
        let found = label_errors(&case.labels, &case.probabilities, case.classes).expect("it can be answered");
        let ours: HashSet<usize> = found.suspects.iter().map(|suspect| suspect.row).collect();
        let theirs: HashSet<usize> = case.suspects.iter().copied().collect();
        let (both, any) = (ours.intersection(&theirs).count(), ours.union(&theirs).count());
        assert!(both as f64 >= 0.98 * any as f64, "{}: {both} of {any}", case.name);
        // Of equal remainders either may be rounded up: a row more or less, and only then.
        let row = 1.0 / case.labels.len() as f64;
        let apart: Vec<f64> = found.joint.iter().zip(&case.joint).map(|(a, b)| (a - b).abs()).collect();
        assert!(apart.iter().all(|apart| *apart < 1.01 * row), "{}: {apart:?}", case.name);
        assert!(apart.iter().filter(|apart| **apart > 1e-9).count() <= 4, "{}: {apart:?}", case.name);
        let scores: Vec<f64> = found.suspects.iter().map(|suspect| suspect.score).collect();
        assert!(scores.is_sorted(), "{}: the worst first", case.name);
        for (suspect, row) in found.suspects.iter().zip(&case.suspects) {
            // cleanlab's are in its order, by the same score; where scores are equal rows may change places.
            let place = case.suspects.iter().position(|theirs| *theirs == suspect.row);
            let theirs = place.map(|place| case.scores[place]);
            assert!(theirs.is_none_or(|theirs| (theirs - suspect.score).abs() < 1e-9), "{}: row {row}", case.name);
        }
    }
}

#[test]
fn a_known_answer_by_hand() {
    // Thresholds: class 0: (0.9 + 0.8 + 0.1) / 3 = 0.6; class 1: (0.9 + 0.7 + 0.8) / 3 = 0.8.
    // Confident: rows 0 and 1 of 0 as 0; row 2 (p(1) = 0.9) as 1; rows 3 and 5 of 1 as 1; row 4 (p(1) = 0.7) as nothing.
    // Joint [[2, 1], [0, 2]] is calibrated to [[2, 1], [0, 3]]: one row of 0 is truly of 1.
    let probabilities = [0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8];
    let found = label_errors(&[0, 0, 0, 1, 1, 1], &probabilities, 2).expect("it can be answered");
    assert_eq!(found.joint, [2.0 / 6.0, 1.0 / 6.0, 0.0, 3.0 / 6.0]);
    assert!((found.noise - 1.0 / 6.0).abs() < 1e-12);
    let suspect = found.suspects[0];
    assert_eq!((found.suspects.len(), suspect.row, suspect.given, suspect.likely), (1, 2, 0, 1));
    // (0.1 - 0.9 + 1) / 2
    assert!((suspect.score - 0.1).abs() < 1e-12);
    assert!(found.absent.is_empty());
}

#[test]
fn rounding_keeps_the_sum() {
    // 3 x 1/3 rounds to 0: the first of the largest remainders from behind is raised.
    assert_eq!(rounded(&[1.0 / 3.0; 3]).iter().sum::<i64>(), 1);
    assert_eq!(rounded(&[0.5, 0.5, 1.5, 1.5]).iter().sum::<i64>(), 4);
    assert_eq!(rounded(&[2.0, 0.4, 0.6]), [2, 0, 1]);
}

#[test]
fn flipped_labels_are_found_and_nothing_else_where_the_model_knows() {
    let mut random = generator(1, "label errors", 0);
    let (mut labels, mut probabilities, mut flipped) = (Vec::new(), Vec::new(), HashSet::new());
    for row in 0..600_usize {
        let truth = row as u32 % 3;
        let given = if row % 10 == 0 { (truth + 1) % 3 } else { truth };
        if given != truth {
            flipped.insert(row);
        }
        labels.push(given);
        let sure = 0.7 + 0.29 * random.random::<f64>();
        probabilities.extend((0..3).map(|class| if class == truth { sure } else { (1.0 - sure) / 2.0 }));
    }
    let found = label_errors(&labels, &probabilities, 3).expect("it can be answered");
    let suspects: HashSet<usize> = found.suspects.iter().map(|suspect| suspect.row).collect();
    // How many is estimated from those rows that the model is surest of, a fourth of 60 being missed by chance at most.
    assert!(suspects.is_subset(&flipped) && suspects.len() >= 50, "{} of {}", suspects.len(), flipped.len());
    assert!((found.noise - 0.1).abs() < 0.02, "{}", found.noise);
}

#[test]
fn a_class_without_rows_is_named_and_nothing_is_found_to_be_of_it() {
    let probabilities = [0.7, 0.1, 0.2, 0.2, 0.1, 0.7, 0.1, 0.9, 0.0, 0.0, 0.1, 0.9];
    let found = label_errors(&[0, 2, 0, 2], &probabilities, 3).expect("it can be answered");
    assert_eq!(found.absent, [1]);
    assert!([1, 3, 4, 5, 7].iter().all(|cell| found.joint[*cell] == 0.0), "{:?}", found.joint);
}

#[test]
fn what_can_not_be_answered_is_an_error() {
    let half = [0.5; 4];
    assert_eq!(label_errors(&[0, 0], &half, 2), Err(QualityError::OneClass { classes: 1 }));
    assert_eq!(label_errors(&[], &[], 2), Err(QualityError::OneClass { classes: 0 }));
    assert_eq!(label_errors(&[0], &[1.0], 1), Err(QualityError::OneClass { classes: 1 }));
    assert_eq!(label_errors(&[0, 1, 0], &half, 2), Err(QualityError::Shape { rows: 3, classes: 2, found: 4 }));
    assert_eq!(label_errors(&[0, 2], &half, 2), Err(QualityError::Label { row: 1, label: 2, classes: 2 }));
    let Err(QualityError::Probability { row: 1, class: 0, found }) =
        label_errors(&[0, 1], &[0.5, 0.5, f64::NAN, 0.5], 2)
    else {
        panic!("no number is no probability");
    };
    assert!(found.is_nan());
    assert!(label_errors(&[0, 1], &[0.5, 0.5, 1.5, 0.5], 2).is_err());
    let message = label_errors(&[0, 1, 0], &half, 2).expect_err("shape").to_string();
    assert_eq!(message, "4 probabilities were found, and 3 rows of 2 classes need 6");
}
