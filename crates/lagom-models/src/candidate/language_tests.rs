//! Every family of language models on small texts.

use super::*;
use crate::bundle::{Bundle, Origin};
use crate::data::{Column, ColumnKind, Dataset, InputColumn, Schema, Target, Values, kind::Decimal};
use crate::metric::{Metric, score};
use crate::study::TaskKind;

const ROWS: u32 = 120;

fn dataset() -> Dataset {
    let who = ["the dog", "a cat", "my card", "the money", "größer"];
    let does = ["runs fast", "is lost", "was found again"];
    let texts: Vec<String> =
        (0..ROWS as usize).map(|row| format!("{} {} {}.", who[row % 5], does[row % 3], row)).collect();
    let bytes = texts.iter().map(|text| text.len() as u32).collect();
    let column = Column { name: "text".to_owned(), kind: ColumnKind::Text, values: Values::Texts(texts) };
    Dataset::without_holdout(TaskKind::LanguageModelling, vec![column], Target::Itself { bytes }, ROWS)
}

fn specs() -> Vec<Spec> {
    vec![
        Spec::of("baseline"),
        Spec::of("byte-ngrams").with("order", 4),
        #[cfg(feature = "pretrained")]
        Spec::of("decoder").with("width", 32),
    ]
}

fn of(spec: &Spec) -> Candidate {
    Candidate::new("one", spec.clone(), 1)
}

fn trained(spec: &Spec, data: &Dataset, folder: Option<&std::path::Path>) -> Fitted {
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 5 != 0);
    let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
    let outside = Outside { folder, ..Outside::default() };
    fit(&of(spec), &FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside })
        .expect("texts can be learned")
}

#[test]
fn every_language_model_beats_counting_bytes_and_comes_back_from_its_bundle() {
    let data = dataset();
    let rows: Vec<u32> = (0..ROWS).step_by(5).collect();
    let held = data.examples(&rows);
    let schema = Schema {
        task: TaskKind::LanguageModelling,
        inputs: vec![InputColumn { name: "text".to_owned(), kind: ColumnKind::Text, decimal: Decimal::Point }],
        target: "text".to_owned(),
        classes: Vec::new(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut values = Vec::new();
    for spec in specs() {
        let fitted = trained(&spec, &data, Some(folder.path()));
        let answers = fitted.model.predict(&held.inputs).expect("texts");
        let outcomes = held.outcomes(&answers).expect("likelihoods");
        let value = score(Metric::BitsPerByte, &outcomes).expect("a score").value;
        // A ratio of sums over documents.
        let Target::Itself { bytes } = &data.target else { panic!("texts") };
        let all: u32 = rows.iter().map(|row| bytes[*row as usize]).sum();
        assert!((value + answers.iter().sum::<f64>() / std::f64::consts::LN_2 / f64::from(all)).abs() < 1e-9);
        values.push(value);
        assert_eq!(trained(&spec, &data, None).model, fitted.model, "{spec:?}");
        assert!(fitted.model.parameters() > 0 && fitted.flops > 0.0);
        assert!(fitted.history.iter().all(|point| point.validation_loss.is_finite() && point.train_loss.is_finite()));
        let bundle = Bundle {
            schema: schema.clone(),
            model: fitted.model,
            origin: Origin::default(),
            beside: Default::default(),
            background: None,
        };
        let path = folder.path().join("model.lagom");
        bundle.write(&path).expect("written");
        let back = Bundle::read(&path).expect("read");
        let cells: Vec<Vec<Option<String>>> = rows.iter().map(|row| data.raw_row(*row)).collect();
        assert_eq!(back.predict(&cells).expect("answers"), answers, "{spec:?}");
    }
    assert!((3.0..5.5).contains(&values[0]) && values[1..].iter().all(|value| *value < 0.9 * values[0]), "{values:?}");
    // No checkpoint stays behind a training that has ended.
    let left = std::fs::read_dir(folder.path().join("checkpoints")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

#[test]
fn a_refit_repeats_what_was_settled() {
    let data = dataset();
    let rows: Vec<u32> = (0..ROWS).collect();
    for spec in specs() {
        let settled = trained(&spec, &data, None).settled;
        let purpose = Purpose::Refit { settled };
        let context =
            FitContext { train: data.examples(&rows), purpose, weights: None, seed: 5, outside: Outside::default() };
        let refit = fit(&of(&spec), &context).expect("a refit");
        assert_eq!(refit.settled, settled, "{spec:?}");
        assert!(refit.history.is_empty());
    }
}

#[test]
fn sizes_follow_the_texts() {
    let data = dataset();
    let shape = DataShape::of(&data, 0.25);
    let sizes =
        |name: &'static str, largest| family(crate::study::FamilyId::new(name)).expect("known").sizes(&shape, largest);
    let grams = sizes("byte-ngrams", None);
    assert_eq!(grams.first().map(|one| one.name.as_str()), Some("byte-ngrams-2"));
    assert!(grams.windows(2).all(|two| two[0].planned_parameters < two[1].planned_parameters));
    // Of three quarters of the rows about as many counts as there are.
    let fitted = trained(&grams[2].spec, &data, None).model.parameters() as f64;
    assert!((0.7..1.4).contains(&(fitted / grams[2].planned_parameters as f64)), "{fitted}");
    #[cfg(feature = "pretrained")]
    {
        let names = |largest| sizes("decoder", largest).into_iter().map(|one| one.name).collect::<Vec<String>>();
        // Texts of 3 kB: three sizes below a million parameters, and more where the study asks for them.
        assert_eq!(names(None).len(), 3, "{:?}", names(None));
        assert!(names(Some(4_000_000)).len() > 3 && names(Some(10_000)).is_empty());
    }
}
