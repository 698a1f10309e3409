//! Tests of `score`: known answers (scikit-learn 1.9.1), the jackknife, invariances, errors.

use super::*;
use crate::mistake;
use proptest::prelude::*;

fn classes(count: u32, truth: &[u32], predicted: &[u32]) -> Outcomes {
    let zeros = vec![0.0; truth.len()];
    Outcomes::Classes(ClassOutcomes {
        classes: count,
        truth: truth.to_vec(),
        predicted: predicted.to_vec(),
        log_loss: zeros.clone(),
        brier: zeros.clone(),
        positive: if count == 2 { zeros } else { Vec::new() },
    })
}

fn probabilities(truth: &[u32], positive: &[f32]) -> Outcomes {
    let mut outcomes = ClassOutcomes::new(2);
    truth.iter().zip(positive).for_each(|(&truth, &p)| outcomes.push(truth, &[1.0 - p, p]).unwrap());
    Outcomes::Classes(outcomes)
}

fn values(truth: &[f64], predicted: &[f64]) -> Outcomes {
    Outcomes::Values(ValueOutcomes { truth: truth.to_vec(), predicted: predicted.to_vec() })
}

fn value(metric: Metric, outcomes: &Outcomes) -> f64 {
    let scored = score(metric, outcomes).unwrap();
    assert!(mean(&scored.influence).abs() < 1e-9, "{metric}: the influence has a mean");
    assert!((mean(&scored.per_example()) - scored.value).abs() < 1e-9);
    scored.value
}

fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-6, "{got}, not {expected}");
}

#[test]
fn classes_as_scikit_learn() {
    let ten = classes(3, &[0, 0, 0, 0, 1, 1, 1, 2, 2, 2], &[0, 0, 1, 0, 1, 1, 2, 2, 0, 2]);
    close(value(Metric::Accuracy, &ten), 0.7);
    // recalls 3/4, 2/3, 2/3; F1 6/8, 4/6, 4/6
    close(value(Metric::BalancedAccuracy, &ten), 0.694_444_444);
    close(value(Metric::MacroF1, &ten), 0.694_444_444);
    // class 3 is predicted but never true: not in the recall, F1 of 0
    let absent = classes(4, &[0, 0, 0, 1, 1, 1], &[0, 0, 3, 1, 1, 0]);
    close(value(Metric::BalancedAccuracy, &absent), 0.666_666_667);
    close(value(Metric::MacroF1, &absent), 0.488_888_889);
    // class 5 is true but never seen in training: a class with nothing found
    let unseen = classes(2, &[0, 0, 5, 1, 1, 1], &[0, 0, 1, 1, 1, 0]);
    close(value(Metric::BalancedAccuracy, &unseen), 0.555_555_556);
    close(value(Metric::MacroF1, &unseen), 0.488_888_889);
}

#[test]
fn probabilities_as_scikit_learn() {
    let two = probabilities(&[0, 0, 0, 0, 1, 1, 1], &[0.125, 0.5, 0.25, 0.75, 0.5, 0.875, 0.25]);
    close(value(Metric::Auc, &two), 0.666_666_667);
    close(value(Metric::Brier, &two), 0.245_535_714);
    close(value(Metric::LogLoss, &two), 0.673_375_420);
    let mut three = ClassOutcomes::new(3);
    let rows = [(0, [0.7, 0.2, 0.1]), (1, [0.1, 0.8, 0.1]), (2, [0.25, 0.25, 0.5]), (0, [0.0, 0.5, 0.5])];
    rows.iter().for_each(|(truth, row)| three.push(*truth, row).unwrap());
    close(value(Metric::LogLoss, &Outcomes::Classes(three.clone())), 4.303_837_776);
    close(value(Metric::Brier, &Outcomes::Classes(three)), 0.518_75);
}

#[test]
fn regression_as_scikit_learn() {
    let five = values(&[3.0, -0.5, 2.0, 7.0, 4.5], &[2.5, 0.0, 2.0, 8.0, 4.0]);
    close(value(Metric::Rmse, &five), 0.591_607_978);
    close(value(Metric::Mae, &five), 0.5);
    close(value(Metric::R2, &five), 0.944_089_457);
    let exact = values(&[1.0, 2.0], &[1.0, 2.0]);
    assert_eq!(score(Metric::Rmse, &exact).unwrap().influence, [0.0, 0.0]);
    assert_eq!(value(Metric::R2, &exact), 1.0);
}

#[test]
fn floors_are_a_flip() {
    let floor = |metric, outcomes: &Outcomes| score(metric, outcomes).unwrap().floor;
    let equal = classes(2, &[0, 0, 1, 1], &[0, 0, 1, 1]);
    assert_eq!(floor(Metric::Accuracy, &equal), Some(1.0));
    assert_eq!(floor(Metric::BalancedAccuracy, &equal), Some(1.0));
    // 9 and 1: √(10/9 + 10/1) / 2 = 1.666667
    let mut truth = [0; 10];
    truth[4] = 1;
    for metric in [Metric::BalancedAccuracy, Metric::MacroF1, Metric::Auc] {
        close(floor(metric, &classes(2, &truth, &truth)).unwrap(), 5.0 / 3.0);
    }
    assert_eq!(floor(Metric::LogLoss, &equal), None);
}

#[test]
fn faults_are_named() {
    let fine = classes(3, &[0, 1], &[0, 1]);
    assert_eq!(score(Metric::Accuracy, &classes(3, &[], &[])), Err(MetricError::Empty));
    assert!(matches!(score(Metric::Auc, &fine), Err(MetricError::DoesNotFit { .. })));
    assert!(matches!(score(Metric::R2, &fine), Err(MetricError::DoesNotFit { .. })));
    assert_eq!(score(Metric::Auc, &classes(2, &[0, 0], &[0, 1])), Err(MetricError::ClassAbsent { absent: 1 }));
    assert_eq!(score(Metric::Auc, &classes(2, &[1, 1], &[0, 1])), Err(MetricError::ClassAbsent { absent: 0 }));
    assert_eq!(score(Metric::R2, &values(&[2.0, 2.0], &[1.0, 2.0])), Err(MetricError::ConstantTruth));
    let fault = score(Metric::Mae, &values(&[2.0, 3.0], &[1.0, f64::NAN]));
    assert_eq!(fault, Err(MetricError::NotFinite { what: "prediction", example: 1 }));
    assert!(matches!(score(Metric::Rmse, &values(&[1.0, 2.0], &[1.0, 1e200])), Err(MetricError::NotFinite { .. })));
    assert!(matches!(score(Metric::Accuracy, &classes(3, &[0, 1], &[0])), Err(MetricError::Lengths { .. })));
    let Outcomes::Classes(mut broken) = fine else { panic!("classes") };
    broken.brier[1] = f32::NAN;
    let fault = score(Metric::Brier, &Outcomes::Classes(broken));
    assert_eq!(fault, Err(MetricError::NotFinite { what: "Brier score", example: 1 }));
}

/// The derivative of the value by an example's weight, from samples in which each example stands
/// `copies` times and one stands once more; `n · copies` times the change tends to the influence.
fn assert_derivative(metric: Metric, outcomes: &Outcomes) {
    let (n, copies) = (outcomes.len(), 2_000);
    let scored = score(metric, outcomes).unwrap();
    let mut many: Vec<usize> = (0..n * copies).map(|i| i % n).collect();
    for i in 0..n {
        many.push(i);
        let moved = score(metric, &outcomes.select(&many).unwrap()).unwrap().value;
        many.pop();
        let slope = (moved - scored.value) * (n * copies + 1) as f64;
        let scale = scored.influence.iter().fold(1.0f64, |most, one| most.max(one.abs()));
        assert!((slope - scored.influence[i]).abs() < 0.01 * scale, "{metric} {i}: {slope} {}", scored.influence[i]);
    }
}

#[test]
fn influence_is_the_derivative_by_weight() {
    let ten = classes(3, &[0, 0, 0, 0, 1, 1, 1, 2, 2, 2], &[0, 0, 1, 0, 1, 1, 2, 2, 0, 2]);
    let unseen = classes(2, &[0, 0, 5, 1, 1, 1], &[0, 0, 1, 1, 1, 0]);
    let two = probabilities(&[0, 0, 0, 0, 1, 1, 1], &[0.125, 0.5, 0.25, 0.75, 0.5, 0.875, 0.25]);
    for metric in [Metric::Accuracy, Metric::BalancedAccuracy, Metric::MacroF1] {
        assert_derivative(metric, &ten);
        assert_derivative(metric, &unseen);
    }
    for metric in [Metric::Auc, Metric::LogLoss, Metric::Brier] {
        assert_derivative(metric, &two);
    }
    let five = values(&[3.0, -0.5, 2.0, 7.0, 4.5], &[2.5, 0.0, 2.0, 8.0, 4.0]);
    for metric in [Metric::Rmse, Metric::Mae, Metric::R2] {
        assert_derivative(metric, &five);
    }
}

#[test]
fn influence_gives_the_jackknife_variance() {
    // 120 examples; the delete-one jackknife and the influence agree but for terms of order 1 / n
    let truth: Vec<u32> = (0..120).map(|i| u32::from(i % 3 == 0)).collect();
    let positive: Vec<f32> = (0..120).map(|i| ((i * 37 % 101) as f32 / 100.0 + truth[i] as f32 * 0.5) / 1.6).collect();
    let numbers: Vec<f64> = (0..120).map(|i| f64::from(i * 53 % 97)).collect();
    let guesses: Vec<f64> =
        numbers.iter().enumerate().map(|(i, v)| v + f64::from((i as u32 * 29) % 31) - 12.0).collect();
    let (two, numeric) = (probabilities(&truth, &positive), values(&numbers, &guesses));
    // those of texts have their own tests, of the derivative
    let plain = |metric: &Metric| metric.fits(OutcomeKind::Classes(2)) || metric.fits(OutcomeKind::Values);
    for metric in Metric::ALL.into_iter().filter(plain) {
        let outcomes = if metric.fits(OutcomeKind::Classes(2)) { &two } else { &numeric };
        let n = outcomes.len();
        let without = |i: usize| outcomes.select(&(0..n).filter(|&j| j != i).collect::<Vec<_>>()).unwrap();
        let left: Vec<f64> = (0..n).map(|i| score(metric, &without(i)).unwrap().value).collect();
        let centre = mean(&left);
        let jackknife = left.iter().map(|v| (v - centre).powi(2)).sum::<f64>() * (n as f64 - 1.0) / n as f64;
        let influence = crate::stats::variance(&score(metric, outcomes).unwrap().influence) / n as f64;
        assert!((influence / jackknife - 1.0).abs() < 0.06, "{metric}: {influence} {jackknife}");
    }
}

proptest! {
    #[test]
    fn auc_knows_only_the_order(scores in prop::collection::vec((any::<bool>(), 0u8..40), 2..60)) {
        let positive: Vec<bool> = scores.iter().map(|one| one.0).collect();
        let plain: Vec<f64> = scores.iter().map(|one| f64::from(one.1)).collect();
        let curved: Vec<f64> = plain.iter().map(|s| (s / 10.0).exp() - 7.0).collect();
        let turned: Vec<f64> = plain.iter().map(|s| -s).collect();
        prop_assume!(positive.contains(&true) && positive.contains(&false));
        let of = |scores: &[f64]| auc(&positive, scores).unwrap();
        prop_assert_eq!(of(&plain), of(&curved));
        prop_assert!((of(&plain).0 + of(&turned).0 - 1.0).abs() < 1e-12);
        let pairs = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
            let mut sum = 0.0;
            for i in 0..plain.len() {
                sum += (0..plain.len()).filter(|&j| positive[i] && !positive[j]).map(|j| f(plain[i], plain[j])).sum::<f64>();
            }
            sum
        };
        let wins = pairs(&|a, b| if a > b { 1.0 } else if a == b { 0.5 } else { 0.0 });
        prop_assert!((of(&plain).0 - wins / pairs(&|_, _| 1.0)).abs() < 1e-12);
    }

    #[test]
    fn names_and_order_of_classes_do_not_matter(rows in prop::collection::vec((0u32..4, 0u32..4), 1..60)) {
        let (truth, predicted): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
        let rename = |column: &[u32]| column.iter().map(|c| [2, 0, 3, 1][*c as usize]).collect::<Vec<u32>>();
        let back = |column: &[u32]| column.iter().rev().copied().collect::<Vec<u32>>();
        for metric in [Metric::Accuracy, Metric::BalancedAccuracy, Metric::MacroF1] {
            let plain = value(metric, &classes(4, &truth, &predicted));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&plain));
            prop_assert!((plain - value(metric, &classes(4, &rename(&truth), &rename(&predicted)))).abs() < 1e-12);
            prop_assert!((plain - value(metric, &classes(4, &back(&truth), &back(&predicted)))).abs() < 1e-12);
            prop_assert_eq!(value(metric, &classes(4, &truth, &truth)), 1.0);
        }
    }

    #[test]
    fn errors_scale_with_the_target(rows in prop::collection::vec((-9.0f64..9.0, -9.0f64..9.0), 3..40), scale in 0.1f64..9.0) {
        let (truth, predicted): (Vec<f64>, Vec<f64>) = rows.iter().copied().unzip();
        let wide = |column: &[f64]| column.iter().map(|v| v * scale + 1.0).collect::<Vec<f64>>();
        let (plain, scaled) = (values(&truth, &predicted), values(&wide(&truth), &wide(&predicted)));
        let ratio = |metric| score(metric, &scaled).unwrap().value / score(metric, &plain).unwrap().value;
        prop_assert!((ratio(Metric::Rmse) / scale - 1.0).abs() < 1e-9);
        prop_assert!((ratio(Metric::Mae) / scale - 1.0).abs() < 1e-9);
        let (a, b) = (score(Metric::R2, &plain).unwrap().value, score(Metric::R2, &scaled).unwrap().value);
        prop_assert!((a - b).abs() < 1e-6 * a.abs().max(1.0));
    }
}

#[test]
fn an_example_without_an_answer_is_missed_and_makes_no_class() {
    let mut outcomes = ClassOutcomes::new(2);
    outcomes.push(0, &[1.0, 0.0]).unwrap();
    outcomes.push(1, &[0.0, 1.0]).unwrap();
    outcomes.push_no_answer(1);
    outcomes.push_no_answer(0);
    let outcomes = Outcomes::Classes(outcomes);
    let value = |metric| score(metric, &outcomes).unwrap().value;
    // Each class: 1 found of 2, nothing found falsely: F1 = 2·1 / (2 + 1) = 2/3.
    assert!((value(Metric::MacroF1) - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!((value(Metric::Accuracy), value(Metric::BalancedAccuracy)), (0.5, 0.5));
    let influence = score(Metric::MacroF1, &outcomes).unwrap().influence;
    assert!(influence.iter().sum::<f64>().abs() < 1e-12);
}

/// Two classes, each example predicted with `sure` for class 1; `right` says which examples are of it.
fn as_sure(sure: f32, right: &[bool]) -> Outcomes {
    let mut outcomes = ClassOutcomes::new(2);
    for &right in right {
        outcomes.push(u32::from(right), &[1.0 - sure, sure]).expect("two probabilities");
    }
    Outcomes::Classes(outcomes)
}

#[test]
fn a_mistake_not_yet_seen_costs_what_the_model_is_sure_of() {
    let of = as_sure(0.9, &[true, true, true, false]);
    // Right: −ln 0.9 and 0.1²; wrong: −ln 0.1 and 0.9². What was wrong does not count here.
    let found = mistake(Metric::LogLoss, &of).expect("two classes");
    assert!((found.right - 0.105_361).abs() < 1e-5 && (found.wrong - 10f64.ln()).abs() < 1e-5, "{found:?}");
    let found = mistake(Metric::Brier, &of).expect("two classes");
    assert!((found.right - 0.01).abs() < 1e-5 && (found.wrong - 0.81).abs() < 1e-5, "{found:?}");
    assert_eq!(mistake(Metric::Accuracy, &of), None);
    assert_eq!(mistake(Metric::Brier, &as_sure(0.9, &[false])), None, "nothing right");
    // Three classes at 0.8, 0.1, 0.1: at least 0.8² + (1 − 0.2)² = 1.28 where another class is the truth.
    let mut three = ClassOutcomes::new(3);
    three.push(0, &[0.8, 0.1, 0.1]).expect("three probabilities");
    let found = mistake(Metric::Brier, &Outcomes::Classes(three)).expect("three classes");
    assert!((found.right - 0.06).abs() < 1e-5 && (found.wrong - 1.28).abs() < 1e-5, "{found:?}");
}
