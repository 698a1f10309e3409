//! Explanations held to the Python package `shap`, to Shapley's formula written out, and to what models answer.

use serde_json::Value;

use super::background::{Background, Learned, Usual};
use super::explain::explain;
use super::linear::linear_effects;
use super::trees::{forest_effects, of_tree};
use super::types::{Effects, ExplainError, Explanation, Way};
use crate::bundle::{Bundle, Origin};
use crate::candidate::linear::{Linear, Target as LinearTarget};
use crate::candidate::trees::{Forest, Link, Split, Tree};
use crate::candidate::{Candidate, Cascade, Features, FitContext, Learner, Model, Outside, Purpose, Spec, fit};
use crate::data::{Column, ColumnKind, Dataset, Inputs, MISSING, Schema, Target, Values, seed};
use crate::study::{Sample, Setting, TaskKind};
use rand::Rng as _;

fn reference() -> Value {
    serde_json::from_str(include_str!("fixtures/reference.json")).expect("fixtures/make.py wrote it")
}

fn rows(of: &Value) -> Vec<Vec<f32>> {
    let cell = |cell: &Value| cell.as_f64().map_or(f32::NAN, |value| value as f32);
    of.as_array().expect("rows").iter().map(|row| row.as_array().expect("cells").iter().map(cell).collect()).collect()
}

/// Rows that the fixture's trees were counted on.
const COUNTED: u64 = 200;

/// The trees of the fixture, and the rows that go left at their splits.
fn forest(known: &Value) -> (Forest, Vec<Vec<u64>>) {
    let read = |tree: &Value| -> (Tree, Vec<u64>) {
        let of = |value: &Value| serde_json::from_value(value.clone()).expect("a tree");
        (of(&tree["tree"]), serde_json::from_value(tree["went_left"].clone()).expect("counts"))
    };
    let (trees, left) = known["trees"].as_array().expect("trees").iter().map(read).unzip();
    let start = vec![known["start"].as_f64().expect("a number") as f32];
    (Forest { link: Link::Identity, columns: 5, start, scale: 1.0, trees }, left)
}

#[test]
fn trees_are_explained_as_by_shap() {
    let known = &reference()["trees"];
    let (forest, left) = forest(known);
    for (row, wanted) in rows(&known["rows"]).iter().zip(known["values"].as_array().expect("values")) {
        let found = forest_effects(&forest, ((COUNTED, &left), 0), row).expect("whole");
        assert!((found.base - known["base"].as_f64().expect("a number")).abs() < 1e-6, "{}", found.base);
        for (own, wanted) in found.columns.iter().zip(wanted.as_array().expect("values")) {
            assert!((own - wanted.as_f64().expect("a number")).abs() < 1e-6, "{own} in place of {wanted}");
        }
        assert!((found.base + found.columns.iter().sum::<f64>() - found.score).abs() < 1e-12);
    }
}

/// What a tree answers where only the columns of the bits are known; a node with so many of the training rows.
fn expected(tree: &Tree, went_left: &[u64], (at, rows): (i32, u64), (row, known): (&[f32], u32)) -> f64 {
    let Ok(place) = usize::try_from(at) else { return f64::from(tree.leaves[!at as usize]) };
    let split: &Split = &tree.splits[place];
    let left = went_left[place].min(rows);
    let side = |child: i32, rows: u64| expected(tree, went_left, (child, rows), (row, known));
    if known >> split.feature & 1 == 1 {
        return if split.goes_left(row) { side(split.left, left) } else { side(split.right, rows - left) };
    }
    let share = if rows > 0 { left as f64 / rows as f64 } else { 0.5 };
    share * side(split.left, left) + (1.0 - share) * side(split.right, rows - left)
}

/// Shapley's formula: the mean over all orders of the columns of what each adds as it becomes known.
fn written_out(tree: &Tree, (rows, went_left): (u64, &[u64]), row: &[f32]) -> Vec<f64> {
    let columns = row.len();
    let root = if tree.splits.is_empty() { !0 } else { 0 };
    let factorial = |n: usize| (1..=n).map(|one| one as f64).product::<f64>();
    let one = |column: usize| {
        let others = (0..1_u32 << columns).filter(|known| known >> column & 1 == 0);
        others
            .map(|known| {
                let size = known.count_ones() as usize;
                let weight = factorial(size) * factorial(columns - 1 - size) / factorial(columns);
                let value = |known| expected(tree, went_left, (root, rows), (row, known));
                weight * (value(known | 1 << column) - value(known))
            })
            .sum()
    };
    (0..columns).map(one).collect()
}

#[test]
fn trees_are_explained_as_shapley_has_it_also_where_no_training_row_came() {
    let known = &reference()["trees"];
    let (forest, left) = forest(known);
    for row in rows(&known["rows"]) {
        for (tree, left) in forest.trees.iter().zip(&left) {
            // As counted; where all rows go left at every third split; and where none came at all.
            let all: Vec<u64> =
                left.iter().enumerate().map(|(at, one)| if at % 3 == 0 { COUNTED } else { *one }).collect();
            for (count, left) in [(COUNTED, left), (COUNTED, &all), (0, left)] {
                let mut found = vec![0.0; row.len()];
                of_tree(tree, (count, left), &row, &mut found);
                for (found, wanted) in found.iter().zip(written_out(tree, (count, left), &row)) {
                    assert!((found - wanted).abs() < 1e-10, "{found} in place of {wanted}");
                }
            }
        }
    }
}

#[test]
fn linear_models_are_explained_as_by_shap() {
    let known = &reference()["linear"];
    let weights: Vec<f32> = serde_json::from_value(known["weights"].clone()).expect("numbers");
    let bias = known["bias"].as_f64().expect("a number") as f32;
    let background = rows(&known["background"]);
    let mean = |at: usize| background.iter().map(|row| f64::from(row[at])).sum::<f64>() / background.len() as f64;
    let means: Vec<f64> = (0..4).map(mean).collect();
    let model = Linear { target: LinearTarget::Classes(2), columns: 4, weights, biases: vec![bias] };
    for (row, wanted) in rows(&known["rows"]).iter().zip(known["values"].as_array().expect("values")) {
        let found = linear_effects(&model, (&means, 0), row).expect("whole");
        assert!((found.base - known["base"].as_f64().expect("a number")).abs() < 1e-6);
        for (own, wanted) in found.columns.iter().zip(wanted.as_array().expect("values")) {
            assert!((own - wanted.as_f64().expect("a number")).abs() < 1e-6, "{own} in place of {wanted}");
        }
    }
    assert!(linear_effects(&model, (&means[..3], 0), &[0.0; 4]).is_none());
}

const ROWS: u32 = 600;

/// Two numbers, one of them with gaps, a colour, and a column that is always the same; the target hangs on the first three.
fn data(classes: u32) -> Dataset {
    let mut random = seed::generator(3, "explained", 0);
    let mut draw = || random.random::<f64>() * 2.0 - 1.0;
    let a: Vec<f64> = (0..ROWS).map(|_| draw()).collect();
    let b: Vec<f64> = (0..ROWS).map(|row| if row % 11 == 0 { f64::NAN } else { draw() }).collect();
    let codes: Vec<u32> = (0..ROWS).map(|row| if row % 13 == 0 { MISSING } else { row % 3 }).collect();
    let sum = |row: usize| {
        2.0 * a[row] - if b[row].is_nan() { 0.0 } else { b[row] * b[row] } + f64::from(codes[row].min(4)) * 0.3
    };
    let sums: Vec<f64> = (0..ROWS as usize).map(sum).collect();
    let number = |name: &str, values: Vec<f64>| Column {
        name: name.into(),
        kind: ColumnKind::Numeric,
        values: Values::Numbers(values),
    };
    let levels = ["red", "green", "blue"].map(str::to_owned).to_vec();
    let colour =
        Column { name: "colour".into(), kind: ColumnKind::Categorical, values: Values::Categories { codes, levels } };
    let columns = vec![number("a", a), number("b", b), colour, number("same", vec![4.0; ROWS as usize])];
    if classes == 0 {
        let target = Target::Numbers(sums.iter().map(|sum| 100.0 + 25.0 * sum).collect());
        return Dataset::without_holdout(TaskKind::Regression, columns, target, ROWS);
    }
    let labels = sums.iter().map(|sum| ((sum + 1.5).max(0.0) as u32).min(classes - 1)).collect();
    let names = (0..classes).map(|class| format!("c{class}")).collect();
    Dataset::without_holdout(TaskKind::Classification, columns, Target::Classes { labels, names }, ROWS)
}

fn trained(data: &Dataset, spec: Spec, levers: Vec<Setting>) -> (Model, Background) {
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 3 > 0);
    let context = FitContext {
        train: data.examples(&train),
        purpose: Purpose::Measure { validation: data.examples(&validation), watch: None },
        weights: None,
        seed: 5,
        outside: Outside::default(),
    };
    let candidate = Candidate { levers, ..Candidate::new("one", spec, 1) };
    let model = fit(&candidate, &context).expect("fits").model;
    let background = Background::of(&model, &Inputs { columns: &data.columns, rows: &train }).expect("whole");
    (model, background)
}

/// One row of the data as columns of a single row.
fn row(data: &Dataset, at: u32) -> Vec<Column> {
    let one = |column: &Column| {
        let values = match &column.values {
            Values::Numbers(numbers) => Values::Numbers(vec![numbers[at as usize]]),
            Values::Categories { codes, levels } => {
                Values::Categories { codes: vec![codes[at as usize]], levels: levels.clone() }
            }
            Values::Texts(texts) => Values::Texts(vec![texts[at as usize].clone()]),
        };
        Column { values, ..column.clone() }
    };
    data.columns.iter().map(one).collect()
}

fn sum(found: &Explanation) -> (Way, f64, Vec<f64>) {
    let Effects::Added { way, base, score, columns } = &found.effects else { panic!("{found:?}") };
    assert!((base + columns.iter().sum::<f64>() - score).abs() < 1e-9, "{found:?}");
    (*way, *score, columns.clone())
}

#[test]
fn base_and_effects_add_up_to_what_the_model_answers() {
    let decision = || vec![Setting::of("decision", Sample::Word("balanced-accuracy"))];
    let specs = || [Spec::of("linear"), Spec::of("trees").with("leaves", 8).with("rounds", 40)];
    for (classes, levers) in [(0, Vec::new()), (2, Vec::new()), (2, decision()), (3, Vec::new()), (3, decision())] {
        let data = data(classes);
        for spec in specs() {
            let (model, background) = trained(&data, spec.clone(), levers.clone());
            let way = if spec == Spec::of("linear") { Way::Linear } else { Way::Trees };
            for at in 0..40 {
                let cells = row(&data, at);
                let of = |class| explain(&model, Some(&background), &cells, class).expect("explained");
                let called = of(None);
                let (told, score, columns) = sum(&called);
                assert!(told == way && columns.len() == 4);
                assert!(columns[3].abs() < 1e-9, "a column that is always the same says nothing: {columns:?}");
                let answer = &called.answer;
                let close = |own: f64, wanted: f64| {
                    assert!((own - wanted).abs() < 2e-5 * wanted.abs().max(1.0), "{own} for {wanted} in {spec:?}")
                };
                match classes {
                    0 => close(score, answer[0]),
                    2 => {
                        let class = called.class.expect("a class");
                        assert!(score >= -1e-5, "the called class has the odds");
                        close(1.0 / (1.0 + (-score).exp()), answer[class]);
                        let (_, other, _) = sum(&of(Some(1 - class)));
                        close(other, -score);
                    }
                    _ => {
                        let scores: Vec<f64> = (0..3).map(|class| sum(&of(Some(class))).1.exp()).collect();
                        let all: f64 = scores.iter().sum();
                        (0..3).for_each(|class| close(scores[class] / all, answer[class]));
                    }
                }
            }
        }
    }
}

/// Over the training rows the mean effect of each column of a linear model is 0, and so is that of all columns of trees together, on the rows that were counted.
#[test]
fn effects_are_around_the_mean_of_the_training_rows() {
    let data = data(0);
    for spec in [Spec::of("linear"), Spec::of("trees").with("leaves", 8).with("rounds", 40)] {
        let (model, background) = trained(&data, spec.clone(), Vec::new());
        let rows: Vec<u32> = (0..ROWS).filter(|row| row % 3 > 0).collect();
        let found = rows
            .iter()
            .map(|at| sum(&explain(&model, Some(&background), &row(&data, *at), None).expect("explained")).2);
        let means = found.fold([0.0; 4], |sums, one| std::array::from_fn(|at| sums[at] + one[at] / rows.len() as f64));
        assert!(means.iter().sum::<f64>().abs() < 1e-6, "{means:?}");
        if spec == Spec::of("linear") {
            assert!(means.iter().all(|mean| mean.abs() < 1e-6), "{means:?}");
        }
    }
}

#[test]
fn other_models_are_asked_what_becomes_of_the_answer_where_a_column_is_as_usual() {
    let data = data(2);
    for spec in [Spec::of("mlp").with_each("hidden", &[8]), Spec::of("nearest").with("rows", 64)] {
        let (model, background) = trained(&data, spec, Vec::new());
        let cells = row(&data, 14);
        let found = explain(&model, Some(&background), &cells, Some(1)).expect("explained");
        let Effects::Replaced { columns } = &found.effects else { panic!("{found:?}") };
        let Usual::Mean(mean) = background.usual[0] else { panic!("a mean") };
        let mut other = cells.clone();
        other[0].values = Values::Numbers(vec![mean]);
        let answer = model.predict(&Inputs { columns: &other, rows: &[0] }).expect("answers");
        assert_eq!(columns[0], (mean.to_string(), found.answer[1] - answer[1]));
        // Of 400 training rows 31 have no colour, and of the others each third one: green comes first with 124.
        let mut other = cells.clone();
        let Usual::Commonest(level) = &background.usual[2] else { panic!("a colour") };
        other[2].values = Values::Categories { codes: vec![0], levels: vec![level.clone()] };
        let answer = model.predict(&Inputs { columns: &other, rows: &[0] }).expect("answers");
        assert_eq!(columns[2], (level.clone(), found.answer[1] - answer[1]));
        assert_eq!(columns[3].1, 0.0, "it is as usual already");
        assert!(matches!(explain(&model, None, &cells, None), Err(ExplainError::NoBackground)));
    }
}

#[test]
fn words_are_left_out_of_the_text_as_it_is() {
    let texts: Vec<String> = (0..ROWS)
        .map(|row| format!("  the film\nwas {},  said no. {}", if row % 2 == 0 { "good" } else { "bad" }, row % 7))
        .collect();
    let column = Column { name: "text".into(), kind: ColumnKind::Text, values: Values::Texts(texts) };
    let names = ["no", "yes"].map(str::to_owned).to_vec();
    let labels = (0..ROWS).map(|row| u32::from(row % 2 == 0)).collect();
    let data =
        Dataset::without_holdout(TaskKind::TextClassification, vec![column], Target::Classes { labels, names }, ROWS);
    let (model, background) = trained(&data, Spec::of("ngrams").with("buckets", 1024), Vec::new());
    let cells = row(&data, 0);
    let found = explain(&model, Some(&background), &cells, None).expect("explained");
    let Effects::Words { words } = &found.effects else { panic!("{found:?}") };
    let named: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(named, ["the", "film", "was", "good,", "said", "no.", "0"]);
    let without = Column { values: Values::Texts(vec!["  the film\nwas said no. 0".into()]), ..cells[0].clone() };
    let answer = model.predict(&Inputs { columns: &[without], rows: &[0] }).expect("answers");
    assert_eq!((found.class, words[3].1), (Some(1), found.answer[1] - answer[1]));
    assert!(words.iter().all(|(_, effect)| *effect <= words[3].1), "{words:?}");
    let empty = Column { values: Values::Texts(vec![" \n".into()]), ..cells[0].clone() };
    assert!(matches!(explain(&model, Some(&background), &[empty], None), Err(ExplainError::NoWords)));
    // 2,001 words are asked in 667 runs of three.
    let long = Column { values: Values::Texts(vec!["so ".repeat(2_000) + "it"]), ..cells[0].clone() };
    let found = explain(&model, None, &[long], None).expect("explained");
    let Effects::Words { words } = &found.effects else { panic!("{found:?}") };
    assert_eq!((words.len(), words[0].0.as_str(), words[666].0.as_str()), (667, "so so so", "so so it"));
}

#[test]
fn a_bundle_keeps_it_and_one_without_is_read_as_before() {
    let data = data(2);
    let (model, background) = trained(&data, Spec::of("trees").with("leaves", 4).with("rounds", 5), Vec::new());
    let schema = Schema {
        task: TaskKind::Classification,
        inputs: Vec::new(),
        target: "y".into(),
        classes: vec!["a".into(), "b".into()],
    };
    let old = Bundle { schema, model, origin: Origin::default(), beside: Default::default(), background: None };
    let new = Bundle { background: Some(background.clone()), ..old.clone() };
    let folder = tempfile::tempdir().expect("a folder");
    for bundle in [&old, &new] {
        let path = folder.path().join("model.lagom");
        bundle.write(&path).expect("written");
        assert_eq!(&Bundle::read(&path).expect("read"), bundle);
    }
    // Without it the bytes are those of a file that an older lagom wrote, but for the checksum: what is new stands behind.
    let (before, after) = (old.to_bytes().expect("bytes"), new.to_bytes().expect("bytes"));
    assert!(after.len() > before.len() && after[24..before.len()] == before[24..]);
    // What is counted of other trees is refused.
    let Learned::WentLeft(rows, mut left) = background.learned.clone() else { panic!("trees") };
    left.pop();
    let odd = Background { learned: Learned::WentLeft(rows, left), ..background };
    assert!(matches!(explain(&old.model, Some(&odd), &row(&data, 1), None), Err(ExplainError::Model(_))));
}

#[test]
fn what_looks_at_nothing_is_not_explained() {
    let data = data(2);
    let (model, background) = trained(&data, Spec::of("baseline"), Vec::new());
    let one = row(&data, 1);
    assert!(matches!(explain(&model, Some(&background), &one, None), Err(ExplainError::SameForAll)));
    let pair = Learner::Cascade(Cascade::of(model.clone(), model, 0.9).expect("whole"));
    let pair = Model { features: Features::None, learner: pair, scale: None };
    let background = Background::of(&pair, &Inputs { columns: &data.columns, rows: &[0, 1] }).expect("whole");
    assert!(matches!(explain(&pair, Some(&background), &one, None), Err(ExplainError::Cascade)));
}

/// At a temperature of 2 everything that adds up to the log-odds is half as much.
#[test]
fn a_temperature_divides_all_that_adds_up() {
    let data = data(2);
    let (model, background) = trained(&data, Spec::of("trees").with("leaves", 8).with("rounds", 40), Vec::new());
    let tempered = model.clone().at_temperature(2.0).expect("whole");
    for at in 0..20 {
        let of = |model| explain(model, Some(&background), &row(&data, at), Some(1)).expect("explained");
        let ((_, score, columns), found) = (sum(&of(&model)), of(&tempered));
        let (_, half, halves) = sum(&found);
        assert!((half - score / 2.0).abs() < 1e-12);
        assert!(columns.iter().zip(&halves).all(|(whole, half)| (half - whole / 2.0).abs() < 1e-12));
        assert!((1.0 / (1.0 + (-half).exp()) - found.answer[1]).abs() < 1e-6);
    }
}
