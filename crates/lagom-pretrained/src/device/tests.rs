//! Every architecture on a device against the same network on the processor: vectors, pooled vectors and gradients.

use std::collections::BTreeMap;

use burn_tensor::{Device, Tensor};

use super::{Opened, Padded, Parameters, Pass, numbers, tensor};
use crate::compute::{Compute, Place, Precision};
use crate::encoder::{Encoder, pool};
use crate::folder::Pooling;
use crate::network::{Adapters, Batch, Gradients, Pair, Target, Wanted};
use crate::product::matrix;
use crate::slot::Slot;
use crate::tiny_tests::{cases, encoder, tokens};

/// The processor, as a device.
pub(crate) fn flex(precision: Precision) -> Opened {
    let compute = Compute { place: Place::Wgpu(0), precision };
    Opened { compute, name: "the processor".into(), device: Device::flex() }
}

fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |top, x| top.max(x.abs()))
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Low-rank additions of rank 2 to all matrices, that add something.
fn adapters(encoder: &Encoder) -> Adapters {
    let shape = &encoder.network.shape;
    let mut pairs = BTreeMap::new();
    for block in 0..shape.layers as u16 {
        for target in Target::ALL {
            let Some(place) = target.place(shape) else { continue };
            let made = |count: usize, shift: f32| (0..count).map(|i| 0.2 * (0.9 * i as f32 + shift).sin()).collect();
            let a = matrix(made(2 * place.inputs, f32::from(block)), 2, place.inputs);
            let b = matrix(made(2 * place.outputs, 1.0 + f32::from(block)), place.outputs, 2);
            pairs.insert((block, target), Pair { a, b });
        }
    }
    Adapters { scale: 1.5, pairs }
}

/// All parameters of a network, and its additions, as leaves on a device with gradients.
fn leaves(encoder: &Encoder, adapters: Option<&Adapters>, device: &Device) -> Parameters {
    let shape = &encoder.network.shape;
    let mut all: BTreeMap<Slot, Vec<f32>> = encoder.network.numbers().unwrap().into_iter().collect();
    let mut of = Parameters::default();
    for parameter in shape.parameters() {
        let values = all.remove(&parameter.slot).unwrap();
        let values = tensor(values, [parameter.rows, parameter.columns], device).require_grad();
        of.network.insert(parameter.slot, values);
    }
    for (at, Pair { a, b }) in adapters.into_iter().flat_map(|adapters| &adapters.pairs) {
        let put = |of: &crate::product::Matrix| {
            tensor(crate::product::numbers(of.clone()).unwrap(), of.dims(), device).require_grad()
        };
        of.additions.insert(*at, [put(a), put(b)]);
    }
    of.scale = adapters.map_or(0.0, |adapters| adapters.scale);
    of
}

/// The rows of real tokens, behind each other.
fn packed(padded: &[f32], batch: &Batch, width: usize) -> Vec<f32> {
    let rows = padded.chunks_exact(batch.longest() * width);
    rows.zip(batch.starts.windows(2)).flat_map(|(row, text)| row[..(text[1] - text[0]) * width].to_vec()).collect()
}

/// What one network came to on a device.
struct Came {
    hidden: Vec<f32>,
    pooled: [Vec<f32>; 3],
    of: BTreeMap<Slot, Vec<f32>>,
    additions: BTreeMap<(u16, Target), [Vec<f32>; 2]>,
}

/// The gradient of each token's vector that goes back.
fn sines(count: usize) -> Vec<f32> {
    (0..count).map(|j| (0.5 * j as f64).sin() as f32).collect()
}

const POOLINGS: [Pooling; 3] = [Pooling::Mean, Pooling::Cls, Pooling::Last];

fn on_device(opened: &Opened, encoder: &Encoder, adapters: Option<&Adapters>, batch: &Batch) -> Came {
    let device = opened.device.clone().autodiff();
    let network = &encoder.network;
    let of = leaves(encoder, adapters, &device);
    let width = network.shape.width;
    let precision = opened.precision();
    let pooled = POOLINGS.map(|pooling| {
        let padded = Padded::new(batch, network, pooling, &device);
        let mut pass = Pass { shape: &network.shape, of: &of, batch: &padded, precision, zeros: None };
        let hidden = pass.forward().unwrap();
        numbers(pass.pooled(hidden).without_autodiff()).unwrap()
    });
    let padded = Padded::new(batch, network, Pooling::Mean, &device);
    let mut pass = Pass { shape: &network.shape, of: &of, batch: &padded, precision, zeros: None };
    let hidden = pass.forward().unwrap();
    let gradient = padded.spread(&sines(batch.ids.len() * width), width);
    let gradient: Tensor<2> = tensor(gradient, hidden.dims(), &device);
    let mut found = (hidden.clone() * gradient).sum().backward();
    Came {
        hidden: packed(&numbers(hidden.without_autodiff()).unwrap(), batch, width),
        pooled,
        of: of
            .network
            .iter()
            .filter_map(|(slot, leaf)| Some((*slot, numbers(leaf.grad_remove(&mut found)?).unwrap())))
            .collect(),
        additions: of
            .additions
            .iter()
            .map(|(at, pair)| (*at, pair.clone().map(|leaf| numbers(leaf.grad_remove(&mut found).unwrap()).unwrap())))
            .collect(),
    }
}

/// The gradient of the embedding of tokens as one table.
fn table(encoder: &Encoder, found: &Gradients) -> Vec<f32> {
    let width = encoder.width();
    let mut table = vec![0.0; encoder.network.shape.vocabulary * width];
    for (id, row) in &found.tokens {
        table[*id as usize * width..][..width].copy_from_slice(row);
    }
    table
}

/// How far a device may be from the processor, as a part of the largest number.
pub(crate) struct Bounds {
    pub(crate) forward: f32,
    pub(crate) back: f32,
}

/// Holds every architecture, without and with low-rank additions, to the processor.
pub(crate) fn agrees(opened: &Opened, bounds: &Bounds) {
    for case in cases() {
        let encoder = encoder(&case);
        let network = &encoder.network;
        let tokens = tokens(&case);
        let batch = Batch::new(tokens.iter().map(Vec::as_slice));
        assert!(batch.starts.windows(2).any(|text| text[1] - text[0] < batch.longest()), "nothing is filled up");
        let all = adapters(&encoder);
        for adapters in [None, Some(&all)] {
            let name = format!("{case}, additions: {}", adapters.is_some());
            let came = on_device(opened, &encoder, adapters, &batch);
            let (hidden, tape) = network.forward_kept(&batch, adapters, None).unwrap();
            let off = difference(&came.hidden, &hidden.values) / largest(&hidden.values);
            assert!(off <= bounds.forward, "{name}: vectors are off by {off:e}");
            for (own, pooling) in came.pooled.iter().zip(POOLINGS) {
                let expected = pool(&hidden, &batch, pooling).values;
                let off = difference(own, &expected) / largest(&expected);
                assert!(off <= bounds.forward, "{name}: pooled by {pooling:?} they are off by {off:e}");
            }
            let gradient = sines(hidden.values.len());
            let mut found = network.backward(&batch, adapters, tape, gradient, Wanted::All).unwrap();
            let table = table(&encoder, &found);
            found.of.insert(Slot::Tokens, table);
            assert!(found.of.keys().eq(came.of.keys()), "{name}: {:?} {:?}", found.of.keys(), came.of.keys());
            for (slot, expected) in &found.of {
                let off = difference(&came.of[slot], expected) / largest(expected);
                assert!(off <= bounds.back, "{name}: the gradient of {slot} is off by {off:e}");
            }
            assert!(found.additions.keys().eq(came.additions.keys()), "{name}");
            for (at, expected) in &found.additions {
                for (own, expected) in came.additions[at].iter().zip(expected) {
                    let off = difference(own, expected) / largest(expected);
                    assert!(off <= bounds.back, "{name}: the gradient of the addition {at:?} is off by {off:e}");
                }
            }
        }
    }
}

#[test]
fn every_architecture_is_the_processors() {
    agrees(&flex(Precision::F32), &Bounds { forward: 1e-5, back: 1e-4 });
}

/// Holds every architecture in bf16 to the processor: vectors, and the direction of the whole gradient. Numbers of 8 bits are off by 2⁻⁹ of
/// themselves, some ten products deep.
pub(crate) fn is_near(opened: &Opened) {
    for case in cases() {
        let encoder = encoder(&case);
        let network = &encoder.network;
        let tokens = tokens(&case);
        let batch = Batch::new(tokens.iter().map(Vec::as_slice));
        let came = on_device(opened, &encoder, None, &batch);
        let (hidden, tape) = network.forward_kept(&batch, None, None).unwrap();
        let off = difference(&came.hidden, &hidden.values) / largest(&hidden.values);
        assert!(off > 1e-4, "{case}: products were not rounded, vectors are off by {off:e}");
        assert!(off < 0.1, "{case}: vectors are off by {off:e}");
        let found = network.backward(&batch, None, tape, sines(hidden.values.len()), Wanted::All).unwrap();
        let (mut along, mut own, mut other) = (0.0, 0.0, 0.0);
        for (slot, expected) in &found.of {
            for (a, b) in came.of[slot].iter().zip(expected) {
                let (a, b) = (f64::from(*a), f64::from(*b));
                (along, own, other) = (along + a * b, own + a * a, other + b * b);
            }
        }
        let cosine = along / (own * other).sqrt();
        println!("{case}: vectors off by {off:.1e} of the largest, cosine of the gradients {cosine:.5}");
        assert!(cosine > 0.98, "{case}: the cosine of the gradients is {cosine}");
    }
}

#[test]
fn bf16_is_near_and_not_the_same() {
    is_near(&flex(Precision::Bf16));
}

#[test]
fn what_a_device_gives_up_on_is_an_error() {
    let opened = flex(Precision::F32);
    let error = opened.guarded::<()>(|| panic!("out of memory")).unwrap_err();
    assert_eq!(error.to_string(), "the device `wgpu` failed: out of memory");
}

/// What a scheduled job runs on a device of this machine.
#[cfg(feature = "device")]
mod real {
    use super::*;

    fn holds(place: Place, bounds: &Bounds) {
        let opened = super::super::open(&Compute { place, precision: Precision::F32 }).unwrap();
        println!("on {}", opened.name);
        agrees(&opened, bounds);
        match super::super::open(&Compute { place, precision: Precision::Bf16 }) {
            Ok(opened) => is_near(&opened),
            Err(refused) => println!("{refused}"),
        }
        let none = super::super::open(&Compute {
            place: match place {
                Place::Cuda(_) => Place::Cuda(77),
                _ => Place::Wgpu(77),
            },
            precision: Precision::F32,
        });
        let told = none.unwrap_err().to_string();
        assert!(told.contains(":77`") && told.contains(&opened.name), "{told}");
    }

    #[cfg(feature = "wgpu")]
    #[test]
    #[ignore = "needs a device that Vulkan, Metal or DirectX can use"]
    fn device_wgpu_is_the_processors() {
        holds(Place::Wgpu(0), &Bounds { forward: 1e-5, back: 1e-4 });
    }

    #[cfg(feature = "cuda")]
    #[test]
    #[ignore = "needs a graphics card that CUDA can use"]
    fn device_cuda_is_the_processors() {
        // Tensor cores multiply f32 in TF32: 2⁻¹¹ of each factor.
        holds(Place::Cuda(0), &Bounds { forward: 1e-2, back: 1e-1 });
    }
}
