//! Fits to published measurements. They read the folder named by `LAGOM_TEST_DATA`:
//!
//! ```text
//! LAGOM_TEST_DATA=... cargo test --release --locked -- --ignored real_data --nocapture
//! ```

use std::path::PathBuf;
use std::time::Instant;

use super::{Fitting, Form, Observation, Quality, fit, fit_bounded, form_for};

/// A file of the test data.
pub(super) fn data(path: &str) -> PathBuf {
    let root = std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    PathBuf::from(root).join(path)
}

/// The 240 points of Hoffmann et al. 2022 as read off their figure by Besiroglu et al. 2024 (arXiv
/// 2404.10102), without the five highest losses, with D = FLOPs / (6 N).
fn chinchilla() -> Vec<Observation> {
    let text = std::fs::read_to_string(data("model-outputs/chinchilla-points/svg_extracted_data.csv")).unwrap();
    let mut points: Vec<Observation> = text
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |at: usize| cells[at].parse::<f64>().unwrap();
            let (size, flops, loss) = (number(3), number(4), number(6));
            Observation { size, data: flops / (6.0 * size), loss, standard_error: None }
        })
        .collect();
    points.sort_by(|a, b| a.loss.total_cmp(&b.loss));
    points.truncate(points.len() - 5);
    assert_eq!(points.len(), 240);
    points
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_chinchilla_constants_are_the_published_ones() {
    let points = chinchilla();
    let start = Instant::now();
    let fitted = fit(&points, Form::Both, &Fitting::default()).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let (size, data) = (fitted.law.size.unwrap(), fitted.law.data.unwrap());
    println!("objective {:.10} in {seconds:.2} s", fitted.objective);
    println!("E {:.5} A {:.3} B {:.2}", fitted.law.floor, size.scale, data.scale);
    println!("alpha {:.5} beta {:.5}", size.exponent, data.exponent);
    let errors = [
        (fitted.standard_error(|law| law.floor), 0.026),
        (fitted.standard_error(|law| law.size.unwrap().exponent), 0.015),
        (fitted.standard_error(|law| law.data.unwrap().exponent), 0.021),
    ];
    println!("standard errors {errors:?} of {} draws", fitted.draws.len());
    println!("held out {:?}", fitted.held_out);
    assert!(fitted.objective <= 0.001_018_28);
    for (found, published, share) in [
        (fitted.law.floor, 1.817, 0.01),
        (size.exponent, 0.348, 0.01),
        (data.exponent, 0.366, 0.01),
        (size.scale, 482.0, 0.05),
        (data.scale, 2085.0, 0.05),
    ] {
        assert!((found / published - 1.0).abs() < share, "{found} is not {published}");
    }
    for (found, published) in errors {
        assert!((found / published - 1.0).abs() < 0.15, "standard error {found} is not {published}");
    }
}

/// The last rows of the runs of the OLMo ladder (Bhagia et al. 2024, arXiv 2412.04403): name of the size,
/// and the observation for the loss in `column`. N from the definition of the ladder: D = 20·N·(times "C").
fn ladder(column: usize) -> Vec<(String, Observation)> {
    let folder = data("tables/olmo-ladder");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "csv"));
    paths.sort();
    let run = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let last: Vec<&str> = text.lines().last().unwrap().split(',').collect();
        let tokens = head.iter().position(|name| *name == "throughput/total_tokens").unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (size, times) = name.split_once('-').unwrap();
        let times: f64 = times.split_once('x').unwrap().0.parse().unwrap();
        let data: f64 = last[tokens].parse().unwrap();
        let loss: f64 = last[column].parse().unwrap();
        (size.to_owned(), Observation { size: data / (20.0 * times), data, loss, standard_error: None })
    };
    paths.iter().map(run).collect()
}

/// The runs with one N a size: that of the longest run, where rounding to whole batches matters least.
fn sized(mut runs: Vec<(String, Observation)>) -> Vec<(String, Observation)> {
    let longest = runs.clone();
    for (name, point) in &mut runs {
        let same = longest.iter().filter(|(other, _)| other == name);
        point.size = same.max_by(|a, b| a.1.data.total_cmp(&b.1.data)).unwrap().1.size;
    }
    runs
}

/// From the 18 runs of 190M, 370M and 760M to the six of 3B: the mean relative error and the number of
/// losses inside the 90 % interval.
fn predict(column: usize) -> (f64, usize) {
    let runs = sized(ladder(column));
    let small = |name: &str| ["190M", "370M", "760M"].contains(&name);
    let known: Vec<Observation> = runs.iter().filter(|run| small(&run.0)).map(|run| run.1).collect();
    assert_eq!(known.len(), 18);
    let form = form_for(&known).unwrap();
    let fitted = fit(&known, form, &Fitting { resamples: 500, ..Fitting::default() }).unwrap();
    let (mut error, mut inside) = (0.0, 0);
    for (_, run) in runs.iter().filter(|run| run.0 == "3B") {
        let predicted = fitted.predict(run.size, run.data, 0.9).unwrap();
        assert!((predicted.extrapolates - 4.18).abs() < 0.02, "{}", predicted.extrapolates);
        error += (predicted.point / run.loss - 1.0).abs() / 6.0;
        inside += usize::from(predicted.low <= run.loss && run.loss <= predicted.high);
    }
    (error, inside)
}

/// Columns 1 to 11 are losses on as many text collections; the first, c4_en, is the usual one.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_ladder_foretells_runs_of_four_times_the_size() {
    let mut found = Vec::new();
    for column in 1..=11 {
        let one = predict(column);
        println!("column {column}: mean error {:.2} %, inside {} of 6", 100.0 * one.0, one.1);
        found.push(one);
    }
    let mean = found.iter().map(|one| one.0).sum::<f64>() / 11.0;
    let held: usize = found.iter().map(|one| one.1).sum();
    println!("all losses: {:.2} %, {held} of 66", 100.0 * mean);
    assert!(found[0].0 <= 0.011, "c4: {}", found[0].0);
    assert!(found[0].1 == 6 && held as f64 >= 0.85 * 66.0);
    assert!(mean <= 0.0115, "all: {mean}");
}

/// Accuracies stay inside their range and, on a smooth task, within three points.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_ladder_foretells_an_accuracy_by_its_loss() {
    let header = |name: &str| {
        let text = std::fs::read_to_string(data("tables/olmo-ladder/3B-1xC.csv")).unwrap();
        text.lines().next().unwrap().split(',').position(|column| column == name).unwrap()
    };
    let accuracy = header("eval/downstream/hellaswag_val_rc_5shot_len_norm");
    let loss = header("eval/downstream_bpb/hellaswag_val_rc_5shot_bpb");
    let (losses, accuracies) = (sized(ladder(loss)), sized(ladder(accuracy)));
    let quality = |(loss, accuracy): (&(String, Observation), &(String, Observation))| Quality {
        size: loss.1.size,
        data: loss.1.data,
        quality: accuracy.1.loss,
        standard_error: None,
        loss: Some(loss.1.loss),
    };
    let all: Vec<(String, Quality)> =
        losses.iter().zip(&accuracies).map(|pair| (pair.0.0.clone(), quality(pair))).collect();
    let small: Vec<Quality> = all.iter().filter(|run| !run.0.ends_with('B')).map(|run| run.1).collect();
    let how = Fitting { resamples: 200, ..Fitting::default() };
    let fitted = fit_bounded(&small, (0.25, 1.0), Form::BothTied, &how).unwrap();
    let (mut error, mut inside) = (0.0, 0);
    for (_, run) in all.iter().filter(|run| run.0 == "3B") {
        let predicted = fitted.predict(run.size, run.data, 0.9).unwrap();
        error += (predicted.point - run.quality).abs() / 6.0;
        inside += usize::from(predicted.low <= run.quality && run.quality <= predicted.high);
    }
    println!("hellaswag: mean error {error:.4}, inside {inside} of 6, {:?}", fitted.link);
    assert!(error <= 0.03 && inside >= 5);
}
