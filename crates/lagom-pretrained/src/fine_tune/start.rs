//! Where a training starts: random weights, and additions that add nothing yet.

use rand::Rng;

use super::head::Head;
use super::recipe::Lora;
use crate::network::{Adapters, Network, Pair};
use crate::product::matrix;
use crate::seed::{generator, normals};
use crate::shape::Shape;
use crate::slot::{Part, Slot};

/// Spread of random weights: BERT's `initializer_range`.
const SPREAD: f32 = 0.02;

/// A network of random weights: matrices and tables normal, gains 1, biases 0.
pub(crate) fn random(shape: &Shape, seed: u64) -> Result<Network, String> {
    let mut numbers = Vec::new();
    for (at, parameter) in shape.parameters().into_iter().enumerate() {
        let count = parameter.rows * parameter.columns;
        let values = match parameter.slot {
            Slot::EmbeddingGain
            | Slot::FinalGain
            | Slot::Block(_, Part::FirstGain | Part::SecondGain | Part::QueryGain | Part::KeyGain) => vec![1.0; count],
            Slot::EmbeddingShift
            | Slot::Block(
                _,
                Part::FirstShift
                | Part::SecondShift
                | Part::AttentionBias
                | Part::OutputBias
                | Part::UpBias
                | Part::DownBias,
            ) => vec![0.0; count],
            _ => normals(&mut generator(seed, "pretrained-weights", at as u64), SPREAD, count),
        };
        numbers.push((parameter.slot, values));
    }
    Network::new(shape.clone(), numbers)
}

/// A random head.
pub(super) fn head(width: usize, outputs: usize, seed: u64) -> Head {
    let mut random = generator(seed, "pretrained-head", 0);
    Head { weights: normals(&mut random, SPREAD, width * outputs), biases: vec![0.0; outputs] }
}

/// Additions as peft starts them: A uniform within `±1 / √inputs`, B zero.
pub(super) fn additions(shape: &Shape, lora: &Lora, seed: u64) -> Adapters {
    let mut pairs = std::collections::BTreeMap::new();
    for block in 0..shape.layers as u16 {
        for target in &lora.targets {
            let Some(place) = target.place(shape) else { continue };
            let index = u64::from(block) * 16 + *target as u64;
            let mut random = generator(seed, "pretrained-additions", index);
            let bound = 1.0 / (place.inputs as f32).sqrt();
            let a = (0..lora.rank * place.inputs).map(|_| random.random_range(-bound..bound)).collect();
            let pair = Pair {
                a: matrix(a, lora.rank, place.inputs),
                b: matrix(vec![0.0; place.outputs * lora.rank], place.outputs, lora.rank),
            };
            pairs.insert((block, *target), pair);
        }
    }
    Adapters { scale: lora.scale(), pairs }
}
