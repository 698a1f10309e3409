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
fn data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("LAGOM_TEST_DATA");
    if root.is_none() {
        println!("skipped: LAGOM_TEST_DATA is not set, so {path} was not read");
    }
    root.map(|root| PathBuf::from(root).join(path))
}

/// The 240 points of Hoffmann et al. 2022 as read off their figure by Besiroglu et al. 2024 (arXiv
/// 2404.10102), without the five highest losses, with D = FLOPs / (6 N).
fn chinchilla() -> Option<Vec<Observation>> {
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
