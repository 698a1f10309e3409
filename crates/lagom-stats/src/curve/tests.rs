//! Laws with known constants, points that no law describes, and bad input.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::bootstrap::normal;
use super::*;

const QUICK: Fitting = Fitting { resamples: 100, seed: 3, huber: 1e-3 };

fn law(form: Form) -> Law {
    let term = |scale, exponent| Some(Term { scale, exponent });
    let (size, data) = (term(406.4, 0.34), term(410.7, if form == Form::BothTied { 0.34 } else { 0.28 }));
    Law { floor: 1.69, size: size.filter(|_| form.has_size()), data: data.filter(|_| form.has_data()) }
}

/// Losses of a law at `sizes` sizes from 10M and as many amounts from 1G, four times apart.
fn points(law: &Law, steps: i32, noise: f64, rng: &mut ChaCha8Rng) -> Vec<Observation> {
    let mut points = Vec::new();
    for (i, j) in (0..steps).flat_map(|i| (0..steps).map(move |j| (i, j))) {
        let (size, data) = (1e7 * 4_f64.powi(i), 1e9 * 4_f64.powi(j));
        let loss = law.loss(size, data) * (noise * normal(rng)).exp();
        points.push(Observation { size, data, loss, standard_error: None });
    }
    points
}

fn along(axis: Axis, losses: &[f64], error: f64) -> Vec<Observation> {
    let at = |k: usize| 1000.0 * 2_f64.powi(k as i32);
    let point = |(k, loss): (usize, &f64)| {
        let (size, data) = if axis == Axis::Size { (at(k), 1.0) } else { (1.0, at(k)) };
        Observation { size, data, loss: *loss, standard_error: Some(error) }
    };
    losses.iter().enumerate().map(point).collect()
}

fn close(found: f64, wanted: f64, share: f64) {
    assert!((found / wanted - 1.0).abs() <= share, "{found} is not {wanted}");
}

#[test]
fn without_noise_the_constants_come_back() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for form in [Form::Size, Form::Data, Form::Both, Form::BothTied] {
        let truth = law(form);
        let fitted = fit(&points(&truth, 6, 0.0, &mut rng), form, &Fitting { resamples: 0, ..QUICK }).unwrap();
        close(fitted.law.floor, truth.floor, 1e-4);
        for (found, wanted) in [(fitted.law.size, truth.size), (fitted.law.data, truth.data)] {
            assert_eq!(found.is_some(), wanted.is_some());
            if let Some((found, wanted)) = found.zip(wanted) {
                close(found.exponent, wanted.exponent, 1e-3);
                close(found.scale, wanted.scale, 1e-2);
            }
        }
        assert!(fitted.objective < 1e-10, "{}", fitted.objective);
        assert!(fitted.held_out.unwrap().relative_error().abs() < 1e-3);
    }
}

#[test]
fn a_part_that_is_not_there_is_left_out_and_a_floor_of_zero_is_found() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let bare = Law { floor: 0.0, size: Some(Term { scale: 30.0, exponent: 0.2 }), data: None };
    let fitted = fit(&points(&bare, 5, 0.0, &mut rng), Form::Both, &Fitting { resamples: 0, ..QUICK }).unwrap();
    close(fitted.law.loss(1e11, 1e13), bare.loss(1e11, 1e13), 0.01);
    let data = fitted.law.data.unwrap();
    assert!(data.at(1e9) - data.at(1e12) < 1e-3, "{data:?}");
}

#[test]
fn the_compute_optimum_is_the_published_one_and_a_minimum() {
    // G = (0.34·406.4 / (0.28·410.7))^(1/0.62) = 1.3447; N = G·(C/6)^(0.28/0.62)
    let truth = law(Form::Both);
    let (size, data) = truth.compute_optimal(5.76e23).unwrap();
    close(size, 1.344_7 * (5.76e23_f64 / 6.0).powf(0.28 / 0.62), 1e-3);
    close(6.0 * size * data, 5.76e23, 1e-9);
    for step in [0.9, 1.1] {
        assert!(truth.loss(size * step, data / step) > truth.loss(size, data));
    }
    assert_eq!(law(Form::Size).compute_optimal(1e20), None);
    assert_eq!(truth.compute_optimal(-1.0), None);
}

#[test]
fn the_inference_optimum_is_no_dearer_than_any_other_way_to_the_loss() {
    let truth = law(Form::Both);
    let (loss, served) = (2.0, 2e12);
    let (size, data) = truth.inference_optimal(loss, served).unwrap();
    close(truth.loss(size, data), loss, 1e-9);
    let cost = |size: f64, data: f64| 6.0 * size * data + 2.0 * size * served;
    let term = truth.data.unwrap();
    for k in -400..400 {
        let other = size * (f64::from(k) * 0.01).exp();
        let left = loss - truth.floor - truth.size.unwrap().at(other);
        if left > 0.0 {
            let data_for_it = (term.scale / left).powf(1.0 / term.exponent);
            assert!(cost(other, data_for_it) >= cost(size, data) * (1.0 - 1e-9));
        }
    }
    // the more is served, the smaller the model; without serving it is the training optimum of its own cost
    let (trained, amount) = truth.inference_optimal(loss, 0.0).unwrap();
    assert!(size < trained);
    close(truth.compute_optimal(6.0 * trained * amount).unwrap().0, trained, 1e-6);
    assert_eq!(truth.inference_optimal(1.69, 1e9), None);
    assert_eq!(truth.inference_optimal(f64::NAN, 1e9), None);
}

#[test]
fn the_exchange_rate_is_the_same_gain_or_none() {
    let truth = law(Form::Both);
    let rate = truth.exchange_rate(1e9, 2e10, 2.0).unwrap();
    close(truth.loss(1e9, 2e10 * rate), truth.loss(2e9, 2e10), 1e-9);
    // with so much data, its part is smaller than what the size would gain
    assert_eq!(truth.exchange_rate(1e7, 1e15, 2.0), None);
}

#[test]
fn the_form_follows_what_was_varied() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let all = points(&law(Form::Both), 5, 0.0, &mut rng);
    assert_eq!(form_for(&all).unwrap(), Form::Both);
    assert_eq!(form_for(&points(&law(Form::Both), 3, 0.0, &mut rng)).unwrap(), Form::BothTied);
    let at = |pick: fn(&Observation) -> bool| all.iter().copied().filter(pick).collect::<Vec<_>>();
    assert_eq!(form_for(&at(|p| p.data == 1e9)).unwrap(), Form::Size);
    assert_eq!(form_for(&at(|p| p.size == 1e7)).unwrap(), Form::Data);
    assert_eq!(form_for(&at(|p| p.data == 100.0 * p.size)).unwrap(), Form::Size);
}

#[test]
fn bad_input_is_told_by_row() {
    let good = along(Axis::Size, &[3.0, 2.5, 2.2, 2.0], 0.01);
    let with = |change: &dyn Fn(&mut Observation)| {
        let mut points = good.clone();
        change(&mut points[2]);
        fit(&points, Form::Size, &QUICK).unwrap_err()
    };
    for loss in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = with(&|point| point.loss = loss);
        assert!(matches!(error, CurveError::Number { row: 2, what: "loss", .. }), "{error}");
        assert!(error.to_string().starts_with("point 3: the loss is "), "{error}");
    }
    assert!(matches!(with(&|point| point.size = 0.0), CurveError::Number { row: 2, what: "size", .. }));
    let error = with(&|point| point.standard_error = Some(-1.0));
    assert!(matches!(error, CurveError::StandardError { row: 2, .. }), "{error}");
    assert_eq!(fit(&[], Form::Size, &QUICK).unwrap_err(), CurveError::Empty);
    let error = fit(&good[..2], Form::Size, &QUICK).unwrap_err();
    assert_eq!(error.to_string(), "the points have 2 different sizes; at least 3 are needed");
    assert!(error.hint().contains("one more size"));
    let same: Vec<Observation> = good.iter().map(|point| Observation { size: 7.0, ..*point }).collect();
    let error = fit(&same, Form::Size, &QUICK).unwrap_err();
    assert_eq!(error.to_string(), "all points have the same position 7; at least 3 different sizes are needed");
    assert!(form_for(&same).is_err());
    assert!(matches!(fit(&good, Form::Both, &QUICK), Err(CurveError::TooFew { axis: Axis::Data, found: 1, .. })));
    assert!(fit(&good, Form::Size, &Fitting { huber: 0.0, ..QUICK }).is_err());
}

#[test]
fn same_seed_same_draws_other_seed_others() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let points = points(&law(Form::Both), 5, 0.01, &mut rng);
    let one = fit(&points, Form::Both, &QUICK).unwrap();
    assert_eq!(one, fit(&points, Form::Both, &QUICK).unwrap());
    assert_ne!(one.draws, fit(&points, Form::Both, &Fitting { seed: 4, ..QUICK }).unwrap().draws);
    assert_eq!(one.draws.len(), 100);
}

#[test]
fn what_no_law_describes_is_named() {
    let named = |losses: &[f64]| shape(&along(Axis::Data, losses, 0.005), Axis::Data, None);
    assert_eq!(named(&[1.0, 0.8, 0.66, 0.56, 0.49, 0.44]), Shape::Falling);
    assert_eq!(named(&[1.0, 0.7, 0.6, 0.7, 0.8, 0.9]), Shape::Rising { at: 4000.0 });
    assert_eq!(named(&[1.0, 0.7, 0.6, 0.9, 0.6, 0.4]), Shape::Peak { from: 4000.0, at: 8000.0 });
    assert_eq!(named(&[1.0, 0.99, 0.98, 0.3, 0.29, 0.28]), Shape::Jump { from: 4000.0, to: 8000.0 });
    assert_eq!(named(&[1.0, 0.99, 0.985, 0.98, 0.8, 0.6, 0.4]), Shape::Plateau { from: 1000.0, to: 8000.0 });
    assert_eq!(named(&[1.0, 1.002, 0.999, 1.003]), Shape::TooNoisy);
    let exact = shape(&along(Axis::Size, &[1.0, 0.6, 0.5, 0.5, 0.5, 0.5], 1e-5), Axis::Size, None);
    assert_eq!(exact, Shape::Saturated { from: 4000.0 });
    assert_eq!(shape(&[], Axis::Size, None), Shape::TooNoisy);
    // of many positions neighbours are averaged, and the shape remains
    let many = |k: u32| {
        let size = 1e3 * 1.01_f64.powi(k as i32);
        let loss = 0.3 + (size / 1e3).powf(-0.4) + if size > 3e5 { 0.2 } else { 0.0 };
        Observation { size, data: 1.0, loss, standard_error: Some(0.002) }
    };
    let many: Vec<Observation> = (0..1000).map(many).collect();
    assert!(matches!(shape(&many, Axis::Size, None), Shape::Rising { at } if (2e5..4e5).contains(&at)));
}

#[test]
fn beyond_the_points_it_refuses_where_the_test_failed_or_was_not_possible() {
    let jump = fit(&along(Axis::Size, &[1.0, 0.99, 0.98, 0.3, 0.29, 0.28], 0.005), Form::Size, &QUICK).unwrap();
    assert!(matches!(jump.predict(1e6, 1.0, 0.9), Err(Refusal::Shape(Shape::Jump { .. }))));
    assert!(jump.predict(16_000.0, 1.0, 0.9).is_ok());
    let three = fit(&along(Axis::Size, &[1.0, 0.8, 0.7], 0.005), Form::Size, &QUICK).unwrap();
    assert_eq!(three.predict(1e6, 1.0, 0.9), Err(Refusal::Untested));
    let mut unknown = along(Axis::Size, &[1.0, 0.8, 0.7], 0.005);
    unknown.iter_mut().for_each(|point| point.standard_error = None);
    let unknown = fit(&unknown, Form::Size, &QUICK).unwrap();
    assert_eq!(unknown.predict(2000.0, 1.0, 0.9), Err(Refusal::NoSpread));
    // falls ever more slowly, and then not at all: the last rung is far from where the others point
    let bent = along(Axis::Size, &[1.0, 0.8, 0.64, 0.512, 0.41, 0.41], 0.001);
    let bent = fit(&bent, Form::Size, &QUICK).unwrap();
    assert!(matches!(bent.predict(1e6, 1.0, 0.9), Err(Refusal::HeldOut { .. })), "{:?}", bent.held_out);
    assert!(matches!(bent.predict(-1.0, 1.0, 0.9), Err(Refusal::Position { .. })));
}

#[test]
fn a_bounded_metric_stays_in_its_range_with_and_without_a_loss() {
    let truth = Law { floor: 0.3, size: Some(Term { scale: 8.0, exponent: 0.25 }), data: None };
    for with_loss in [false, true] {
        let point = |k: i32| {
            let size = 1e4 * 4_f64.powi(k);
            let loss = truth.loss(size, 1.0);
            let quality = 1.0 / (1.0 + (4.0 * loss - 3.0).exp());
            Quality { size, data: 1.0, quality, standard_error: Some(0.002), loss: with_loss.then_some(loss) }
        };
        let points: Vec<Quality> = (0..7).map(point).collect();
        let fitted = fit_bounded(&points, (0.0, 1.0), Form::Size, &QUICK).unwrap();
        assert_eq!(matches!(fitted.link, Link::Loss { .. }), with_loss);
        let next = fitted.predict(point(7).size, 1.0, 0.9).unwrap();
        assert!((next.point - point(7).quality).abs() < if with_loss { 0.001 } else { 0.02 }, "{next:?}");
        let far = fitted.predict(1e9, 1.0, 0.9).unwrap();
        assert!(0.0 <= far.low && far.low <= far.point && far.point <= far.high && far.high <= 1.0, "{far:?}");
        let mut wrong = points.clone();
        wrong[4].quality = 1.2;
        let error = fit_bounded(&wrong, (0.0, 1.0), Form::Size, &QUICK).unwrap_err();
        assert!(matches!(error, CurveError::Range { row: 4, .. }), "{error}");
    }
}

/// Coverage of the 90 % intervals over 200 simulated data sets each, by the number of points:
///
/// ```text
/// cargo test --release --lib stats::curve::tests::coverage -- --ignored --nocapture
/// ```
///
/// Measured (floor, exponent, next size's loss): size law, 3 sizes with 3 repeats 0.875, 0.870, refused;
/// 6 sizes with 6 repeats 0.930, 0.920, 0.970; tied law on 4 by 4 points 0.940, 0.930, 0.975.
/// Free law on 6 by 6 points 0.925, 0.935, 0.975.
#[test]
#[ignore = "takes minutes"]
fn coverage_of_constants_and_predictions() {
    for (form, steps, noise) in
        [(Form::Both, 6, 0.005), (Form::Size, 3, 0.01), (Form::Size, 6, 0.01), (Form::BothTied, 4, 0.005)]
    {
        let truth = law(form);
        let mut rng = ChaCha8Rng::seed_from_u64(77);
        let (mut constants, mut inside, mut told, mut total) = ([0.0; 2], 0.0, 0.0, 0.0);
        for seed in 0..200 {
            let known = points(&truth, steps, noise, &mut rng);
            let how = Fitting { resamples: 60, seed, ..QUICK };
            let fitted = fit(&known, form, &how).unwrap();
            let holds = |(low, high): (f64, f64), value: f64| f64::from(low <= value && value <= high);
            total += 1.0;
            constants[0] += holds(fitted.interval(|law| law.floor, 0.9), truth.floor);
            let exponent = |law: &Law| law.size.map_or(f64::NAN, |term| term.exponent);
            constants[1] += holds(fitted.interval(exponent, 0.9), exponent(&truth));
            let (size, data) = (1e7 * 4_f64.powi(steps), 1e9 * 4_f64.powi(steps));
            let run = truth.loss(size, data) * (noise * normal(&mut rng)).exp();
            if let Ok(predicted) = fitted.predict(size, data, 0.9) {
                told += 1.0;
                inside += holds((predicted.low, predicted.high), run);
            }
            let _: f64 = rng.random();
        }
        println!(
            "{form:?}, {} points: floor {:.3}, exponent {:.3}, prediction {:.3} of {told} not refused",
            steps * steps,
            constants[0] / total,
            constants[1] / total,
            inside / told
        );
        assert!(constants[0] / total > 0.75 && constants[1] / total > 0.75);
        assert!(told == 0.0 || inside / told >= 0.85);
    }
}

/// Points of (position, losses) without standard errors.
fn repeats(runs: &[(f64, &[f64])]) -> Vec<Observation> {
    let point = |size: f64, loss: f64| Observation { size, data: 1.0, loss, standard_error: None };
    runs.iter().flat_map(|(size, losses)| losses.iter().map(move |loss| point(*size, *loss))).collect()
}

#[test]
fn repeats_tell_the_noise_so_that_a_jump_or_a_rise_is_no_noise_of_its_own() {
    let jump: [(f64, &[f64]); 5] = [
        (1e5, &[2.30, 2.31]),
        (3e5, &[2.29, 2.295]),
        (1e6, &[2.28, 2.285]),
        (3e6, &[1.20, 1.21]),
        (1e7, &[1.19, 1.195]),
    ];
    let fitted = fit(&repeats(&jump), Form::Size, &QUICK).unwrap();
    assert_eq!(fitted.shape, Shape::Jump { from: 1e6, to: 3e6 });
    let refused = fitted.predict(2e8, 1.0, 0.95).unwrap_err().to_string();
    assert_eq!(refused, "the points jump between 1000000 and 3000000, which no power law does");
    let rise: [(f64, &[f64]); 5] = [
        (1e4, &[3.005, 2.995]),
        (1e5, &[2.395, 2.405]),
        (1e6, &[2.105, 2.095]),
        (1e7, &[2.445, 2.455]),
        (1e8, &[2.905, 2.895]),
    ];
    assert_eq!(fit(&repeats(&rise), Form::Size, &QUICK).unwrap().shape, Shape::Rising { at: 1e6 });
    // the same means with repeats as far apart as the steps show nothing
    let vague: Vec<Observation> = repeats(&jump)
        .chunks(2)
        .flat_map(|pair| repeats(&[(pair[0].size, &[pair[0].loss * 0.5, pair[0].loss * 1.5])]))
        .collect();
    assert!(!matches!(shape(&vague, Axis::Size, None), Shape::Jump { .. } | Shape::Rising { .. }));
}

#[test]
fn without_repeats_the_neighbours_tell_the_noise() {
    let losses = [2.31, 2.30, 2.297, 2.29, 2.283, 2.28, 1.21, 1.20, 1.197, 1.19];
    let runs: Vec<(f64, &[f64])> = losses.chunks(1).zip(0..).map(|(loss, k)| (1e5 * 2_f64.powi(k), loss)).collect();
    let fitted = fit(&repeats(&runs), Form::Size, &QUICK).unwrap();
    assert_eq!(fitted.shape, Shape::Jump { from: 3.2e6, to: 6.4e6 });
    // points of a law with noise keep being points of a law
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let ill = (0..200)
        .filter(|_| {
            fit(&points(&law(Form::Size), 5, 0.01, &mut rng), Form::Size, &Fitting { resamples: 0, ..QUICK })
                .unwrap()
                .shape
                .is_ill()
        })
        .count();
    let single = |rng: &mut ChaCha8Rng| {
        let mut one = points(&law(Form::Size), 9, 0.01, rng);
        one.retain(|point| point.data == 1e9);
        one
    };
    let alone = (0..200)
        .filter(|_| fit(&single(&mut rng), Form::Size, &Fitting { resamples: 0, ..QUICK }).unwrap().shape.is_ill())
        .count();
    println!("called ill: {ill} of 200 with five repeats, {alone} of 200 without");
    assert!(ill <= 6 && alone <= 6, "{ill} {alone}");
}

#[test]
fn a_test_that_a_wide_interval_passes_is_still_a_failed_test() {
    // six rungs that scatter by a tenth, and a last one a quarter above where they point
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let point = |k: i32| {
        let size = 1e5 * 4_f64.powi(k);
        let loss = (0.2 + 40.0 / size.powf(0.35)) * (1.0 + 0.1 * normal(&mut rng)) * if k == 6 { 1.25 } else { 1.0 };
        Observation { size, data: 1.0, loss, standard_error: None }
    };
    let mut known: Vec<Observation> = (0..7).map(point).collect();
    let fitted = fit(&known, Form::Size, &QUICK).unwrap();
    let held = fitted.held_out.unwrap();
    assert!(held.low < held.found && held.found < held.high && held.mean_error > 0.2, "{held:?}");
    let refused = fitted.predict(1e9, 1.0, 0.9).unwrap_err().to_string();
    assert_eq!(
        refused,
        "the largest points, predicted from the smaller ones, were off by 21.0 %, more than the 15 % that are allowed however \
         wide their interval is"
    );
    // a rung that was itself measured that badly is no test to fail
    known.iter_mut().for_each(|point| point.standard_error = Some(0.12 * point.loss));
    let vague = fit(&known, Form::Size, &QUICK).unwrap();
    assert!(vague.held_out.unwrap().mean_error > 0.15, "{:?}", vague.held_out);
    assert!(
        !matches!(vague.refusal(), Some(Refusal::FarOff { .. } | Refusal::HeldOut { .. })),
        "{:?}",
        vague.refusal()
    );
}

#[test]
fn the_misfit_grows_with_the_distance_until_the_interval_is_useless() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let fitted = fit(&points(&law(Form::Size), 6, 0.003, &mut rng), Form::Size, &QUICK).unwrap();
    let at = |times: f64| fitted.predict(1e7 * 4_f64.powi(5) * times, 1.0, 0.9);
    let width = |times: f64| at(times).map(|predicted| (predicted.high / predicted.low).ln()).unwrap();
    // each factor of a hundred adds as much misfit: the draws alone would let the width level off
    let widths = [10.0, 1e3, 1e5, 1e7].map(width);
    assert!(widths.windows(2).all(|pair| pair[1] > 1.15 * pair[0]), "{widths:?}");
    let refused = at(1e90).unwrap_err();
    assert!(matches!(refused, Refusal::Wide { .. }), "{refused:?}");
    assert!(refused.to_string().contains("is wider than all that was measured, "), "{refused}");
}
