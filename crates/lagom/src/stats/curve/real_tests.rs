//! Fits to published measurements. They read the folder named by `LAGOM_TEST_DATA` and are skipped, with
//! a line that says so, where it is not set:
//!
//! ```text
//! LAGOM_TEST_DATA=... cargo test --release --lib stats::curve::real_tests -- --nocapture
//! ```

use std::path::PathBuf;
use std::time::Instant;

use super::{Fitting, Form, Observation, fit};

/// The file, where there are test data.
pub(super) fn data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("LAGOM_TEST_DATA");
    if root.is_none() {
        println!("skipped: LAGOM_TEST_DATA is not set, so {path} was not read");
    }
    root.map(|root| PathBuf::from(root).join(path))
}

/// The 240 points of Hoffmann et al. 2022 as read off their figure by Besiroglu et al. 2024 (arXiv
/// 2404.10102), without the five highest losses, with D = FLOPs / (6 N).
pub(super) fn chinchilla() -> Option<Vec<Observation>> {
    let text = std::fs::read_to_string(data("model-outputs/chinchilla-points/svg_extracted_data.csv")?).unwrap();
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
    Some(points)
}

#[test]
fn chinchilla_constants_are_the_published_ones() {
    let Some(points) = chinchilla() else { return };
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
    println!("held out {:?}\nshape {:?} noise {:?}", fitted.held_out, fitted.shape, fitted.noise);
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
    assert!(seconds < 10.0 || cfg!(debug_assertions));
}

/// The last rows of the runs of the OLMo ladder (Bhagia et al. 2024, arXiv 2412.04403): name of the size,
/// and the observation for the loss in `column`. N from the definition of the ladder: D = 20·N·(times "C").
pub(super) fn ladder(column: usize) -> Option<Vec<(String, Observation)>> {
    let folder = data("tables/olmo-ladder")?;
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
    Some(paths.iter().map(run).collect())
}

#[test]
fn the_ladder_foretells_runs_of_four_times_the_size() {
    let (mut all, mut held, mut count) = (0.0, 0, 0);
    for column in 1..12 {
        let Some(mut runs) = ladder(column) else { return };
        let small = |name: &str| ["190M", "370M", "760M"].contains(&name);
        // one N a size: that of the longest run, where rounding to whole batches matters least
        let longest = runs.clone();
        for (name, point) in &mut runs {
            let same = longest.iter().filter(|(other, _)| other == name);
            point.size = same.max_by(|a, b| a.1.data.total_cmp(&b.1.data)).unwrap().1.size;
        }
        let known: Vec<Observation> = runs.iter().filter(|run| small(&run.0)).map(|run| run.1).collect();
        assert_eq!(known.len(), 18);
        let fitted = fit(&known, Form::Both, &Fitting::default()).unwrap();
        println!("{column} {:?} {:?} noise {:?} {:?}", fitted.law, fitted.shape, fitted.noise, fitted.held_out);
        let (mut error, mut inside) = (0.0, 0);
        for (_, run) in runs.iter().filter(|run| run.0 == "3B") {
            let foretold = fitted.predict(run.size, run.data, 0.9).unwrap();
            error += (foretold.point / run.loss - 1.0).abs() / 6.0;
            inside += usize::from(foretold.low <= run.loss && run.loss <= foretold.high);
            print!(
                "   {:.2}x {:+.4} [{:+.4} {:+.4}]",
                run.data / run.size / 20.0,
                foretold.point / run.loss - 1.0,
                foretold.low / run.loss - 1.0,
                foretold.high / run.loss - 1.0
            );
        }
        println!("\ncolumn {column}: mean error {:.2} %, inside {inside} of 6", 100.0 * error);
        all += error;
        held += inside;
        count += 6;
    }
    println!("all losses: {:.2} %, {held} of {count}", 100.0 * all / 11.0);
}
