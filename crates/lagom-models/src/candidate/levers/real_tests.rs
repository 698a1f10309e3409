//! What each lever of networks does on public data, beside the plain recipe. They read the folder named by `LAGOM_TEST_DATA`:
//!
//! ```sh
//! LAGOM_TEST_DATA=... cargo test --release --locked -p lagom-models --lib -- --ignored real_data_of_network_levers --nocapture
//! ```
//!
//! `LAGOM_SCENE=adult,california` and `LAGOM_LEVER=pruning` take only these.

use std::path::PathBuf;

use super::LEVERS;
use crate::candidate::{Candidate, FitContext, Outside, Purpose, Spec, fit};
use crate::data::{Column, ColumnKind, Dataset, MISSING, Target, Values};
use crate::metric::{Metric, score};
use crate::study::{LeverGroup, LeverValues, Sample, Setting, TaskKind};

fn read(path: &str) -> String {
    let root =
        PathBuf::from(std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data"));
    std::fs::read_to_string(root.join(path)).expect("a file of test data")
}

/// Codes of words, and the words in the order in which they came.
fn coded(words: &[&str]) -> (Vec<u32>, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    let code = |word: &&str| {
        names.iter().position(|name| name == word).unwrap_or_else(|| {
            names.push((*word).to_owned());
            names.len() - 1
        }) as u32
    };
    let codes = words.iter().map(code).collect();
    (codes, names)
}

/// A table of lines of cells whose last column is the target.
fn table(task: TaskKind, lines: &[Vec<&str>]) -> Dataset {
    let width = lines[0].len() - 1;
    let column = |at: usize| {
        let cells: Vec<&str> = lines.iter().map(|line| line[at]).collect();
        let numbers = cells.iter().filter(|cell| cell.parse::<f64>().is_ok()).count();
        let name = format!("c{at}");
        if 2 * numbers > cells.len() {
            let values = cells.iter().map(|cell| cell.parse().unwrap_or(f64::NAN)).collect();
            return Column { name, kind: ColumnKind::Numeric, values: Values::Numbers(values) };
        }
        let (mut codes, levels) = coded(&cells);
        codes.iter_mut().filter(|code| levels[**code as usize] == "?").for_each(|code| *code = MISSING);
        Column { name, kind: ColumnKind::Categorical, values: Values::Categories { codes, levels } }
    };
    let last: Vec<&str> = lines.iter().map(|line| line[width]).collect();
    let target = if task == TaskKind::Regression {
        Target::Numbers(last.iter().map(|cell| cell.parse().expect("a number")).collect())
    } else {
        let (labels, names) = coded(&last);
        Target::Classes { labels, names }
    };
    Dataset::without_holdout(task, (0..width).map(column).collect(), target, lines.len() as u32)
}

fn split(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.trim_end_matches('.').split(',').map(str::trim).collect()).collect()
}

/// Data with its sizes: how many rows are trained on, validated on and scored, and the candidate.
struct Scene {
    name: &'static str,
    data: Dataset,
    rows: [u32; 3],
    spec: Spec,
    metric: Metric,
}

fn scenes() -> Vec<Scene> {
    let digits = [
        read("tabular-classification/optdigits/optdigits.tra"),
        read("tabular-classification/optdigits/optdigits.tes"),
    ]
    .join("\n");
    let digits: Vec<Vec<&str>> =
        split(&digits).into_iter().filter(|line| line.len() == 65 && line[0].parse::<f64>().is_ok()).collect();
    let adult = read("tabular-classification/adult-income/adult-train.csv");
    let adult: Vec<Vec<&str>> = split(&adult).into_iter().filter(|line| line.len() == 15).collect();
    let housing = read("tabular-regression/california-housing/housing.csv");
    let mut housing: Vec<Vec<&str>> = split(&housing).into_iter().skip(1).collect();
    // The price stands before the last column. Neighbours stand together, so rows are taken in strides.
    housing.iter_mut().for_each(|line| line.swap(8, 9));
    let strides = (0..housing.len()).map(|at| housing[at * 7_919 % housing.len()].clone());
    let housing: Vec<Vec<&str>> = strides.collect();
    let banking = read("text-classification/banking77/train.csv");
    let banking: Vec<(&str, &str)> = banking.lines().filter_map(|line| line.rsplit_once(',')).skip(1).collect();
    let texts: Vec<(&str, &str)> = (0..banking.len()).map(|at| banking[at * 7_919 % banking.len()]).collect();
    let (labels, names) = coded(&texts.iter().map(|(_, label)| *label).collect::<Vec<_>>());
    let values = Values::Texts(texts.iter().map(|(text, _)| (*text).to_owned()).collect());
    let column = Column { name: "text".to_owned(), kind: ColumnKind::Text, values };
    let banking = Dataset::without_holdout(
        TaskKind::TextClassification,
        vec![column],
        Target::Classes { labels, names },
        texts.len() as u32,
    );
    let mlp = |width| Spec::of("mlp").with_each("hidden", &[width, width]);
    let scene = |name, data, rows, spec, metric| Scene { name, data, rows, spec, metric };
    vec![
        scene("optdigits", table(TaskKind::Classification, &digits), [3_000, 800, 1_800], mlp(32), Metric::Accuracy),
        scene("adult", table(TaskKind::Classification, &adult), [5_000, 1_500, 5_000], mlp(16), Metric::LogLoss),
        scene("california", table(TaskKind::Regression, &housing), [5_000, 1_500, 5_000], mlp(32), Metric::R2),
        scene(
            "banking77",
            banking,
            [5_000, 1_500, 3_000],
            Spec::of("embedding").with("buckets", 4_096).with("dimension", 16),
            Metric::Accuracy,
        ),
    ]
}

/// What a training comes to, as a line of a table: quality, loss at the kept step, rate, parameters, bytes.
fn line(scene: &Scene, levers: Vec<Setting>) -> (f64, String) {
    let Scene { data, rows: [train, validation, test], spec, metric, .. } = scene;
    let span = |from: u32, count: u32| (from..from + count).collect::<Vec<u32>>();
    let (train, held, scored) = (span(0, *train), span(*train, *validation), span(train + validation, *test));
    let candidate = Candidate { levers, ..Candidate::new("one", spec.clone(), 1) };
    let purpose = Purpose::Measure { validation: data.examples(&held), watch: None };
    let fitted = match fit(
        &candidate,
        &FitContext { train: data.examples(&train), purpose, weights: None, seed: 1, outside: Outside::default() },
    ) {
        Ok(fitted) => fitted,
        Err(error) => return (f64::NAN, error.to_string()),
    };
    let examples = data.examples(&scored);
    let answers = fitted.model.predict(&examples.inputs).expect("answers");
    let quality = score(*metric, &examples.outcomes(&answers).expect("outcomes")).expect("a score").value;
    let bytes = postcard::to_stdvec(&fitted.model).expect("bytes").len();
    let told = format!(
        "{quality:.4} | {:.2e} | {} | {} | {bytes} | {:.1e}",
        fitted.settled.learning_rate,
        fitted.settled.steps,
        fitted.model.parameters(),
        fitted.flops
    );
    (quality, told)
}

/// Every setting that is worth a line: all words, both switches, and the numbers that are tried.
fn samples(values: LeverValues, tries: &[Sample]) -> Vec<Sample> {
    match values {
        LeverValues::OneOf(words) => words.iter().copied().map(Sample::Word).collect(),
        LeverValues::Switch => vec![Sample::Switch(true), Sample::Switch(false)],
        LeverValues::Number(..) | LeverValues::Whole(..) | LeverValues::Columns(_) => tries.to_vec(),
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_of_network_levers_each_trains_and_beats_guessing() {
    let wanted = |key: &str, name: &str| std::env::var(key).map_or(true, |only| only.split(',').any(|one| one == name));
    let mut faults = Vec::new();
    for scene in scenes().iter().filter(|scene| wanted("LAGOM_SCENE", scene.name)) {
        let family = scene.spec.family;
        let (guessed, _) = line(&Scene { spec: Spec::of("baseline"), data: scene.data.clone(), ..*scene }, Vec::new());
        let (plain, told) = line(scene, Vec::new());
        println!(
            "\n{} ({}), guessing {guessed:.4}\n| setting | quality | rate | steps | parameters | bytes | operations |",
            scene.name,
            scene.metric.name()
        );
        println!("|---|---|---|---|---|---|---|\n| plain | {told} |");
        assert!(scene.metric.orient(plain) > scene.metric.orient(guessed));
        let groups = [LeverGroup::Optimisation, LeverGroup::Regularisation, LeverGroup::Architecture];
        let levers = LEVERS.iter().map(|lever| lever.about()).filter(|about| groups.contains(&about.group));
        for about in levers.filter(|about| wanted("LAGOM_LEVER", about.name)) {
            for sample in samples(about.values, about.tries) {
                let setting = Setting::of(about.name, sample);
                let size = &scene.spec.size;
                if super::applying(
                    std::slice::from_ref(&setting),
                    (family, size),
                    scene.data.task,
                    scene.data.classes(),
                )
                .is_empty()
                {
                    continue;
                }
                let (quality, told) = line(scene, vec![setting.clone()]);
                println!("| {setting} | {told} |");
                let better = scene.metric.orient(quality) > scene.metric.orient(guessed);
                // An embedding of columns that are not there is refused by a message of its own.
                if !better && !told.ends_with("no input column holds any") {
                    faults.push(format!("{}: {setting}: {told}", scene.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
