//! Sizes to try, from cheapest to dearest.

use super::embedding::EmbeddingShape;
use super::mlp::MlpShape;

/// Factor between the parameters of neighbouring rungs.
const FACTOR: f64 = 4.6;
/// Fewest parameters of a rung that is aimed at.
const SMALLEST: f64 = 100.0;
/// From this many parameters on a perceptron has two hidden layers of the same width.
const TWO_LAYERS: f64 = 3_000.0;

/// Hidden layers of a ladder of perceptrons for `inputs` columns and `outputs` outputs (classes, or
/// 1 for a number), none above `largest` parameters, smallest first.
///
/// The aims fall from `largest` by factors of 4.6 to about 100 (seven rungs for a million); each
/// gets the widest tidy layers within its aim: one hidden layer below 3,000 parameters, two of the
/// same width from there on. A rung for which not even one hidden unit fits is left out, so with
/// many inputs the ladder starts higher.
pub fn mlp_ladder(inputs: usize, outputs: usize, largest: u64) -> Vec<Vec<u32>> {
    let mut ladder: Vec<Vec<u32>> = Vec::new();
    let mut aim = largest as f64;
    while aim >= SMALLEST * 0.8 {
        let (i, o) = (inputs as f64, outputs as f64);
        let hidden = if aim < TWO_LAYERS {
            let w = tidy((aim - o) / (i + o + 1.0));
            vec![w]
        } else {
            let b = i + o + 2.0;
            let w = tidy((-b + (b * b + 4.0 * (aim - o)).sqrt()) / 2.0);
            vec![w; 2]
        };
        if hidden[0] > 0 {
            ladder.push(hidden);
        }
        aim /= FACTOR;
    }
    ladder.reverse();
    let size = |hidden: &Vec<u32>| MlpShape { hidden: hidden.clone() }.parameters(inputs as u64, outputs as u64);
    ladder.dedup_by_key(|hidden| size(hidden));
    ladder
}

/// The largest tidy width not above `width`.
fn tidy(width: f64) -> u32 {
    let width = width.max(0.0) as u32;
    let step = match width {
        0..=15 => 1,
        16..=63 => 4,
        64..=255 => 8,
        _ => 16,
    };
    width / step * step
}

/// Shapes of a ladder of embedding networks for `classes` outputs, none above `largest` parameters,
/// smallest first: from 2^10 buckets of 4 numbers to 2^18 of 64, each table about four times the
/// one before. No hidden layers: they did not help on banking77 and sms-spam.
pub fn embedding_ladder(classes: usize, largest: u64) -> Vec<EmbeddingShape> {
    let rungs = [(10, 4), (11, 8), (12, 16), (14, 16), (15, 32), (16, 64), (18, 64)];
    let shape = |(bits, dimension): &(u32, u32)| EmbeddingShape {
        buckets: 1 << bits,
        dimension: *dimension,
        hidden: Vec::new(),
    };
    rungs.iter().map(shape).filter(|s| s.parameters(classes as u64) <= largest).collect()
}
