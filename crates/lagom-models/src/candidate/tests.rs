//! Every family on a small data set of known truth.

use rand::Rng;

use super::*;
use crate::bundle::{Bundle, Origin};
use crate::data::{Column, ColumnKind, Dataset, InputColumn, Schema, Target, Values, kind::Decimal, seed};
use crate::study::{Compute, Device, Precision, Sample, Setting, TaskKind};

const ROWS: u32 = 240;

/// Rows whose class is told by a number with a gap, a category and a word; every tenth number is missing.
fn dataset(task: TaskKind) -> Dataset {
    let mut random = seed::generator(3, "test", 0);
    let labels: Vec<u32> = (0..ROWS).map(|row| row % 2).collect();
    let number = |&label: &u32, random: &mut dyn rand::RngCore| f64::from(label) * 2.0 + random.random::<f64>();
    let numbers: Vec<f64> = labels.iter().map(|label| number(label, &mut random)).collect();
    let cells = numbers.iter().enumerate().map(|(row, &value)| if row % 10 == 9 { f64::NAN } else { value }).collect();
    let texts =
        labels.iter().map(|&label| if label == 1 { "win a prize now" } else { "see you at home" }.to_owned()).collect();
    let column = |name: &str, kind, values| Column { name: name.to_owned(), kind, values };
    let columns = if task == TaskKind::TextClassification {
        vec![column("text", ColumnKind::Text, Values::Texts(texts))]
    } else {
        let levels = vec!["red".to_owned(), "blue".to_owned()];
        vec![
            column("number", ColumnKind::Numeric, Values::Numbers(cells)),
            column("colour", ColumnKind::Categorical, Values::Categories { codes: labels.clone(), levels }),
        ]
    };
    let target = if task == TaskKind::Regression {
        Target::Numbers(numbers.iter().map(|value| 1_000.0 + 500.0 * value).collect())
    } else {
        Target::Classes { labels, names: vec!["no".to_owned(), "yes".to_owned()] }
    };
    Dataset::without_holdout(task, columns, target, ROWS)
}

fn specs(task: TaskKind) -> Vec<Spec> {
    match task {
        TaskKind::TextClassification => {
            vec![
                Spec::of("baseline"),
                Spec::of("ngrams").with("buckets", 256),
                Spec::of("embedding").with("buckets", 256).with("dimension", 4),
            ]
        }
        _ => vec![
            Spec::of("baseline"),
            Spec::of("linear"),
            Spec::of("trees").with("leaves", 4).with("rounds", 20),
            Spec::of("mlp").with_each("hidden", &[8]),
            Spec::of("nearest").with("rows", 128),
        ],
    }
}

/// A candidate of that size.
fn of(spec: &Spec) -> Candidate {
    Candidate::new("one", spec.clone(), 1)
}

fn trained(spec: &Spec, data: &Dataset) -> Fitted {
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 5 != 0);
    let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
    fit(
        &of(spec),
        &FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside: Outside::default() },
    )
    .expect("a small data set can be learned")
}

#[test]
fn the_watched_quality_of_the_kept_step_is_that_of_the_model() {
    use crate::metric::{Metric, score};
    for task in TaskKind::PREDICTED {
        let data = dataset(task);
        let metric = if task == TaskKind::Regression { Metric::R2 } else { Metric::LogLoss };
        let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 5 != 0);
        let held = data.examples(&validation);
        let quality = |answers: &[f64]| Some(metric.orient(score(metric, &held.outcomes(answers).ok()?).ok()?.value));
        let watch = Some(Watch { quality: &quality, target: None });
        for spec in specs(task).iter().filter(|spec| ["mlp", "embedding"].contains(&spec.family.name())) {
            let fitted = fit(
                &of(spec),
                &FitContext {
                    train: data.examples(&train),
                    purpose: Purpose::Measure { validation: held, watch },
                    weights: None,
                    seed: 5,
                    outside: Outside::default(),
                },
            )
            .expect("fits");
            let kept = fitted.history.iter().find(|point| point.step == fitted.settled.steps).expect("a point");
            let answers = fitted.model.predict(&held.inputs).expect("predicts");
            assert_eq!(kept.quality, quality(&answers), "{spec:?}");
        }
    }
}

#[test]
fn every_learner_beats_the_baseline_and_the_same_seed_gives_the_same_bits() {
    for task in TaskKind::PREDICTED {
        let data = dataset(task);
        let rows: Vec<u32> = (0..ROWS).collect();
        let examples = data.examples(&rows);
        let metric =
            if task == TaskKind::Regression { crate::metric::Metric::R2 } else { crate::metric::Metric::Accuracy };
        for spec in specs(task) {
            let fitted = trained(&spec, &data);
            let predictions = fitted.model.predict(&examples.inputs).expect("it fits its own data");
            assert_eq!(predictions.len(), ROWS as usize * data.classes().max(1) as usize, "{spec:?}");
            let outcomes = examples.outcomes(&predictions).expect("finite predictions");
            let value = crate::metric::score(metric, &outcomes).expect("a score").value;
            let expected = if spec == Spec::of("baseline") { -0.1..0.6 } else { 0.8..1.1 };
            assert!(expected.contains(&value), "{task:?} {spec:?}: {} {value}", metric.name());
            assert_eq!(trained(&spec, &data).model, fitted.model, "{spec:?}");
            assert!(fitted.model.parameters() > 0 && fitted.flops > 0.0);
        }
    }
}

#[test]
fn a_refit_needs_no_validation_and_repeats_what_was_settled() {
    for task in TaskKind::PREDICTED {
        let data = dataset(task);
        let rows: Vec<u32> = (0..ROWS).collect();
        for spec in specs(task) {
            let settled = trained(&spec, &data).settled;
            let refit = fit(
                &of(&spec),
                &FitContext {
                    train: data.examples(&rows),
                    purpose: Purpose::Refit { settled },
                    weights: None,
                    seed: 5,
                    outside: Outside::default(),
                },
            )
            .expect("a refit");
            // A linear model starts cold at the settled penalty and may be done before the searched path was.
            let repeats = refit.settled.steps <= settled.steps && refit.settled.l2 == settled.l2;
            assert!(
                repeats
                    && (spec == Spec::of("linear")
                        || refit.settled.steps == settled.steps
                        || spec.family.name() == "ngrams"),
                "{spec:?}"
            );
            assert!(refit.history.is_empty(), "{spec:?}: there is nothing to validate on");
        }
    }
}

#[test]
fn a_bundle_answers_from_raw_cells_as_the_model_does_from_columns() {
    for task in TaskKind::PREDICTED {
        let data = dataset(task);
        let inputs = data.columns.iter().map(|column| InputColumn {
            name: column.name.clone(),
            kind: column.kind,
            decimal: Decimal::Point,
        });
        let schema = Schema { task, inputs: inputs.collect(), target: "y".to_owned(), classes: Vec::new() };
        let rows: Vec<u32> = (0..20).collect();
        for spec in specs(task) {
            let model = trained(&spec, &data).model;
            let expected = model.predict(&data.examples(&rows).inputs).expect("columns");
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("model.lagom");
            let bundle = Bundle {
                schema: schema.clone(),
                model,
                origin: Origin::default(),
                beside: Default::default(),
                background: None,
            };
            let bytes = bundle.write(&path).expect("written");
            let back = Bundle::read(&path).expect("read");
            assert_eq!((back == bundle, bytes), (true, bundle.to_bytes().unwrap().len() as u64));
            let raw: Vec<_> = rows.iter().map(|&row| data.raw_row(row)).collect();
            let found = back.predict(&raw).expect("raw cells");
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-4 * b.abs().max(1.0);
            assert!(found.iter().zip(&expected).all(near), "{spec:?}");
        }
    }
}

#[test]
fn a_cut_off_bundle_is_an_error() {
    let data = dataset(TaskKind::Classification);
    let schema = Schema { task: data.task, inputs: Vec::new(), target: "y".to_owned(), classes: Vec::new() };
    let bundle = Bundle {
        schema,
        model: trained(&Spec::of("linear"), &data).model,
        origin: Origin::default(),
        beside: Default::default(),
        background: None,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.lagom");
    let bytes = bundle.to_bytes().unwrap();
    for length in [0, 4, 8, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..length]).expect("written");
        assert!(Bundle::read(&path).is_err(), "{length} bytes");
    }
}

#[test]
fn the_fingerprint_tells_sizes_apart() {
    let prints: Vec<String> = specs(TaskKind::Classification)
        .iter()
        .chain(&specs(TaskKind::TextClassification)[1..])
        .map(|spec| fingerprint(&of(spec)))
        .collect();
    let distinct: std::collections::BTreeSet<&String> = prints.iter().collect();
    assert_eq!(distinct.len(), prints.len());
    assert_ne!(
        fingerprint(&of(&Spec::of("mlp").with_each("hidden", &[8]))),
        fingerprint(&of(&Spec::of("mlp").with_each("hidden", &[9])))
    );
}

#[test]
fn where_it_is_trained_is_part_of_the_fingerprint_and_the_processor_is_not() {
    let plain = of(&Spec::of("mlp").with_each("hidden", &[8]));
    let on = |device, precision| Candidate { compute: Some(Compute { device, precision }), ..plain.clone() };
    let prints = [
        fingerprint(&plain),
        fingerprint(&on(Device::Cuda(0), Precision::F32)),
        fingerprint(&on(Device::Cuda(1), Precision::F32)),
        fingerprint(&on(Device::Wgpu(0), Precision::F32)),
        fingerprint(&on(Device::Cuda(0), Precision::Bf16)),
    ];
    assert_eq!(prints.iter().collect::<std::collections::BTreeSet<_>>().len(), prints.len());
    // As in stores of before.
    assert!(!prints[0].contains("compute"), "{}", prints[0]);
    let read: Candidate = serde_json::from_str(&serde_json::to_string(&plain).expect("JSON")).expect("a candidate");
    assert_eq!(read.compute, None);
}

#[test]
fn the_ladder_rises_and_keeps_to_the_largest() {
    let data = dataset(TaskKind::Classification);
    let shape = DataShape::of(&data, 0.2);
    let all = ladder(&crate::study::LadderSpec::default(), &[], data.task, &shape);
    assert!(all.windows(2).all(|pair| pair[0].planned_parameters <= pair[1].planned_parameters));
    let names: std::collections::BTreeSet<&str> = all.iter().map(|candidate| candidate.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "names are unique");
    let small = ladder(&crate::study::LadderSpec { largest: Some(500), ..Default::default() }, &[], data.task, &shape);
    assert!(small.iter().all(|candidate| candidate.planned_parameters <= 500) && small.len() > 2);
}

#[test]
fn a_lever_changes_the_training_and_the_address_of_those_that_it_applies_to() {
    let data = dataset(TaskKind::Classification);
    let shape = DataShape::of(&data, 0.2);
    let lever = Setting::of("dropout", Sample::Number(0.5));
    let plain = ladder(&Default::default(), &[], data.task, &shape);
    let changed = ladder(&Default::default(), &[lever], data.task, &shape);
    assert_eq!(plain.len(), changed.len());
    for (plain, changed) in plain.iter().zip(&changed) {
        let network = plain.spec.family.name() == "mlp";
        assert_eq!(plain.name, changed.name);
        assert_eq!((changed.levers.len(), fingerprint(plain) != fingerprint(changed)), (usize::from(network), network));
    }
    let widest = changed.iter().rfind(|one| !one.levers.is_empty()).expect("a network");
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 5 != 0);
    let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
    let context =
        FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside: Outside::default() };
    let without = Candidate { levers: Vec::new(), ..widest.clone() };
    assert_ne!(fit(widest, &context).expect("fits").model, fit(&without, &context).expect("fits").model);
    // The default of classes is 0.1: set by hand it is the same training.
    let same = Candidate { levers: vec![Setting::of("dropout", Sample::Number(0.1))], ..without.clone() };
    assert_eq!(fit(&same, &context).expect("fits").model, fit(&without, &context).expect("fits").model);
}

/// A network of which everything is built otherwise, from a number with missing cells and a category.
fn tailored(data: &Dataset) -> Fitted {
    let settings = [
        ("activation", Sample::Word("silu")),
        ("normalisation", Sample::Word("batch")),
        ("periodic-embeddings", Sample::Number(0.3)),
        ("category-embeddings", Sample::Switch(true)),
        ("ensemble", Sample::Number(2.0)),
        ("pruning", Sample::Number(0.2)),
        ("quantisation", Sample::Switch(true)),
    ];
    let levers = settings.map(|(lever, value)| Setting::of(lever, value)).to_vec();
    let candidate = Candidate { levers, ..of(&Spec::of("mlp").with_each("hidden", &[8])) };
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 5 != 0);
    let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
    fit(
        &candidate,
        &FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside: Outside::default() },
    )
    .expect("fits")
}

#[test]
fn a_network_that_is_built_otherwise_learns_and_comes_back_from_a_bundle() {
    for task in [TaskKind::Classification, TaskKind::Regression] {
        let data = dataset(task);
        let rows: Vec<u32> = (0..ROWS).collect();
        let examples = data.examples(&rows);
        let model = tailored(&data).model;
        let metric =
            if task == TaskKind::Regression { crate::metric::Metric::R2 } else { crate::metric::Metric::Accuracy };
        let answers = model.predict(&examples.inputs).expect("it fits its own data");
        let value = crate::metric::score(metric, &examples.outcomes(&answers).expect("finite")).expect("a score").value;
        assert!(value > 0.8, "{task:?}: {value}");
        let schema = Schema { task, inputs: Vec::new(), target: "y".to_owned(), classes: Vec::new() };
        let bundle = Bundle { schema, model, origin: Origin::default(), beside: Default::default(), background: None };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.lagom");
        bundle.write(&path).expect("written");
        assert_eq!(Bundle::read(&path).expect("read"), bundle);
    }
}

#[test]
fn a_lever_that_does_not_fit_the_target_is_refused_and_says_so() {
    let data = dataset(TaskKind::Classification);
    let candidate =
        Candidate { levers: vec![Setting::of("activation", Sample::Word("sine"))], ..of(&specs(data.task)[3]) };
    let rows: Vec<u32> = (0..ROWS).collect();
    let purpose = Purpose::Measure { validation: data.examples(&rows), watch: None };
    let refused = fit(
        &candidate,
        &FitContext { train: data.examples(&rows), purpose, weights: None, seed: 5, outside: Outside::default() },
    );
    assert!(matches!(refused, Err(FitError::Unfit(_))));
}

/// Bundles name the kind of a model by its place among them: a new kind stands behind the others.
#[test]
fn kinds_of_models_keep_their_places_in_bundles() {
    let data = dataset(TaskKind::Classification);
    let place = |learner: &Learner| postcard::to_stdvec(learner).expect("bytes")[0];
    let of_spec = |at: usize| place(&trained(&specs(data.task)[at], &data).model.learner);
    assert_eq!([of_spec(0), of_spec(1), of_spec(2), of_spec(3), of_spec(4)], [0, 1, 2, 3, 5]);
    assert_eq!(place(&tailored(&data).model.learner), 6);
    let texts = dataset(TaskKind::TextClassification);
    let spec = Spec::of("embedding").with("buckets", 256).with("dimension", 4);
    let small = Candidate { levers: vec![Setting::of("quantisation", Sample::Switch(true))], ..of(&spec) };
    let rows: Vec<u32> = (0..ROWS).collect();
    let purpose = Purpose::Measure { validation: texts.examples(&rows), watch: None };
    let context =
        FitContext { train: texts.examples(&rows), purpose, weights: None, seed: 5, outside: Outside::default() };
    let model = fit(&small, &context).expect("fits").model;
    assert_eq!((place(&trained(&spec, &texts).model.learner), place(&model.learner)), (4, 7));
    assert!(model.predict(&texts.examples(&rows).inputs).is_ok() && model.parameters() == 256 * 4 + 4 * 2 + 2);
}
