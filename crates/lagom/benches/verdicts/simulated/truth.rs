//! Ladders whose truth is known: sizes and costs as the real ladders have them, qualities by scenario.

use lagom::candidate::Spec;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What quality does with size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// Power laws that saturate at or before the top of the ladder.
    Saturating,
    /// Power laws that still rise at the top.
    StillRising,
    /// A linear truth: the first rung of each family is as good as any.
    FirstRung,
    /// Only the networks from some rung on succeed; below they are on a plateau.
    Staircase,
    /// The small rungs of networks are at chance, the large ones beat the other families.
    Plateau,
    /// Trees are ahead at small sizes, networks at large ones.
    Crossing,
    /// A saturating ladder with one or two rungs whose recipe failed.
    WeakRecipe,
    /// Networks overfit with size.
    Overfitting,
    /// As saturating, but training quality is never ahead of validation quality.
    NoGap,
    /// Nothing to learn.
    PureNoise,
    /// All that learn are equally good.
    Flat,
}

impl Scenario {
    pub(super) const ALL: [Scenario; 11] = [
        Self::Saturating,
        Self::StillRising,
        Self::FirstRung,
        Self::Staircase,
        Self::Plateau,
        Self::Crossing,
        Self::WeakRecipe,
        Self::Overfitting,
        Self::NoGap,
        Self::PureNoise,
        Self::Flat,
    ];
}

/// One candidate with its truth.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) name: String,
    pub(super) spec: Spec,
    pub(super) family: u32,
    pub(super) parameters: u64,
    pub(super) flops: f64,
    /// Expected accuracy on new examples.
    pub(super) quality: f64,
    /// Expected accuracy on training rows.
    pub(super) train: f64,
}

/// Training rows of a repeat and columns of the table, for costs.
const ROWS: f64 = 6_400.0;
const COLUMNS: f64 = 30.0;
/// Accuracy of the baseline.
const CHANCE: f64 = 0.5;

/// A ladder of 14 rungs (a baseline, a linear model, five of trees, seven of networks) or, every other
/// time, of 16 with two dear families. Costs go by the formulas of `run::prepare::estimate`.
pub(super) fn ladder(scenario: Scenario, random: &mut ChaCha8Rng) -> Vec<Truth> {
    let mut rungs = sizes(random.random());
    qualities(scenario, &mut rungs, random);
    rungs.sort_by_key(|rung| rung.parameters);
    rungs
}

fn sizes(two_dear: bool) -> Vec<Truth> {
    let rung = |name: String, spec, family, parameters: u64, flops| Truth {
        name,
        spec,
        family,
        parameters,
        flops,
        quality: CHANCE,
        train: CHANCE,
    };
    let mut rungs = vec![
        rung("majority".to_owned(), Spec::of("baseline"), 0, 1, ROWS),
        rung("linear".to_owned(), Spec::of("linear"), 1, 31, 600.0 * ROWS * COLUMNS),
    ];
    for (leaves, rounds) in [(4_u32, 20_u32), (4, 60), (8, 100), (8, 250), (31, 500)] {
        let parameters = u64::from(rounds) * (2 * u64::from(leaves) - 1);
        let flops = ROWS * COLUMNS * f64::from(rounds) * f64::from(leaves).log2();
        rungs.push(rung(
            format!("trees-{leaves}x{rounds}"),
            Spec::of("trees").with("leaves", leaves).with("rounds", rounds),
            2,
            parameters,
            flops,
        ));
    }
    let mut network = |family, name: &str, count: i32, largest: f64| {
        for step in (0..count).rev() {
            let parameters = largest / 4.6_f64.powi(step);
            let spec = Spec::of("mlp").with_each("hidden", &[parameters as u32]);
            let flops = 6.0 * parameters * ROWS * 30.0;
            rungs.push(rung(format!("{name}-{}", parameters as u64), spec, family, parameters as u64, flops));
        }
    };
    network(3, "mlp", 7, 1e6);
    if two_dear {
        network(4, "wide", 5, 8e5);
        rungs.retain(|rung| rung.family != 2 || rung.parameters < 5_000);
    }
    rungs
}

/// A saturating power law in the parameters, worth `height` at its end and `drop` less at 100 parameters.
fn law(parameters: u64, height: f64, drop: f64, exponent: f64) -> f64 {
    height - drop * (parameters as f64 / 100.0).powf(-exponent)
}

/// How far training quality is ahead: it grows with capacity beyond what the data can use.
fn ahead(parameters: u64, strength: f64) -> f64 {
    strength * (parameters as f64).log10().max(0.0) / 6.0
}

fn qualities(scenario: Scenario, rungs: &mut [Truth], random: &mut ChaCha8Rng) {
    let top = random.random_range(0.82..0.96);
    let overfit = if scenario == Scenario::NoGap { 0.0 } else { random.random_range(0.02..0.08) };
    let step = random.random_range(300.0_f64.ln()..8e5_f64.ln()).exp();
    let weak: Vec<usize> = (0..random.random_range(1..=2)).map(|_| random.random_range(1..rungs.len())).collect();
    let lift: Vec<f64> = (0..6).map(|_| random.random_range(-0.04..0.0)).collect();
    let exponents: Vec<f64> = (0..6).map(|_| random.random_range(0.3..0.9)).collect();
    let drops: Vec<f64> = (0..6).map(|_| random.random_range(0.05..0.2)).collect();
    for (at, rung) in rungs.iter_mut().enumerate().filter(|(_, rung)| rung.family > 0) {
        let (family, size) = (rung.family as usize, rung.parameters);
        let usual = law(size, top + lift[family], drops[family], exponents[family]);
        let network = rung.family >= 3;
        let (quality, gap) = match scenario {
            Scenario::Saturating | Scenario::NoGap => (usual, overfit),
            Scenario::StillRising if network => (law(size, top, drops[family] * 1.5, 0.3 * exponents[family]), overfit),
            Scenario::StillRising => (usual - 0.05, overfit),
            Scenario::FirstRung => (top, overfit),
            Scenario::Staircase if network && size as f64 >= step => (top, overfit * 0.3),
            Scenario::Staircase => (top - 0.15, overfit * 0.05),
            Scenario::Plateau if network && size as f64 >= step => (law(size, top, 0.02, 0.3), overfit * 0.3),
            Scenario::Plateau if network => (CHANCE, 0.0),
            Scenario::Plateau => (usual - 0.04, overfit),
            Scenario::Crossing if network => (law(size, top, 0.35, 0.3), overfit),
            Scenario::Crossing => (law(size, top - 0.02, 0.05, 0.6), overfit),
            Scenario::WeakRecipe if weak.contains(&at) => (usual - 0.06, overfit - 0.06),
            Scenario::WeakRecipe => (usual, overfit),
            Scenario::Overfitting if network => {
                let past = ((size as f64).ln() - 3_000.0_f64.ln()).max(0.0);
                (usual - 0.012 * past, overfit + 0.02 * past)
            }
            Scenario::Overfitting => (usual, overfit),
            Scenario::PureNoise => (CHANCE, 4.0 * overfit),
            Scenario::Flat => (top, overfit),
        };
        rung.quality = quality.clamp(CHANCE, 0.995);
        rung.train = (rung.quality + ahead(size, gap)).min(1.0);
    }
}
