//! Whole trainings on a device against those on the processor.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::on_device::OnDevice;
use super::{
    Adaptation, FineTuning, Look, Lora, Progress, Recipe, Target, Targets, TuneError, Tuned, TunedModel, Watch,
};
use crate::compute::Precision;
use crate::device::{Opened, flex};
use crate::tiny_tests::{encoder, examples};

/// Keeps the states and the losses at looks.
#[derive(Default)]
struct Notes {
    states: Vec<Vec<u8>>,
    losses: Vec<f64>,
    logits: Vec<Vec<f32>>,
    end_at: Option<u64>,
}

impl Watch for Notes {
    fn look(&mut self, progress: &Progress, model: &TunedModel) -> Look {
        self.losses.push(progress.loss);
        self.logits.push(model.predict(&["my dog", "pay"], 2).unwrap());
        Look::GoOn
    }

    fn checkpoint(&mut self, progress: &Progress, state: &[u8]) -> ControlFlow<()> {
        self.states.push(state.to_vec());
        if self.end_at == Some(progress.step) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn lora() -> Adaptation {
    Adaptation::Lora(Lora { rank: 2, alpha: 4.0, targets: vec![Target::Query, Target::Value, Target::Down] })
}

fn on(opened: &Opened, tuning: &FineTuning<'_>, resume: Option<&[u8]>, watch: &mut Notes) -> Result<Tuned, TuneError> {
    tuning.train(&|state| Ok(Box::new(OnDevice::new(opened.clone(), state)?)), "a training", resume, watch)
}

fn near(a: &[f32], b: &[f32], most: f32) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= most * b.abs().max(1.0))
}

/// Every adaptation with dropout, decay of rates, smoothing and clipping: loss and answers at each step are those of the processor. Answers
/// are compared, not weights: a gradient that is 0 but for rounding moves a weight by the whole rate either way, and no answer.
pub(crate) fn trains_alike(opened: &Opened, most: f32) {
    let (texts, classes) = examples();
    let numbers: Vec<f32> = classes.iter().map(|class| 2.0 * *class as f32 - 1.0).collect();
    for case in ["bert", "mpnet", "distilbert", "llama", "qwen2", "qwen3"] {
        for adaptation in [Adaptation::Full, Adaptation::Scratch, lora()] {
            for targets in [Targets::Classes { of: &classes, count: 2 }, Targets::Numbers(&numbers)] {
                let recipe = Recipe {
                    rate: 1e-3,
                    batch: 5,
                    layer_decay: 0.9,
                    label_smoothing: 0.1,
                    clip: Some(0.5),
                    watch_every: 1,
                    ..Recipe::usual(adaptation.clone(), 6)
                };
                let encoder = Arc::new(encoder(case));
                let tuning = FineTuning { encoder, texts: &texts, targets, recipe: &recipe, seed: 3 };
                let (mut here, mut there) = (Notes::default(), Notes::default());
                let expected = tuning.run(None, &mut here).unwrap();
                let found = on(opened, &tuning, None, &mut there).unwrap();
                let name = format!("{case} {adaptation:?} {targets:?}");
                for (step, (own, expected)) in there.losses.iter().zip(&here.losses).enumerate() {
                    let off = (own - expected).abs() / expected.abs().max(1e-3);
                    assert!(off <= f64::from(most), "{name}: the loss of step {step} is off by {off:e}");
                }
                assert_eq!(here.logits.len(), 6);
                for (own, expected) in there.logits.iter().zip(&here.logits) {
                    assert!(near(own, expected, most), "{name}: {own:?}, expected {expected:?}");
                }
                assert_eq!(found.progress.operations, expected.progress.operations, "{name}");
                assert_eq!((found.best_step, found.cut), (expected.best_step, expected.cut), "{name}");
            }
        }
    }
}

/// Whether trainings learn what is there.
pub(crate) fn learns(opened: &Opened) {
    let (texts, classes) = examples();
    for case in ["bert", "mpnet", "llama"] {
        for adaptation in [Adaptation::Full, lora()] {
            let recipe = Recipe { rate: 0.01, head_rate: 1.0, batch: 4, ..Recipe::usual(adaptation.clone(), 90) };
            let targets = Targets::Classes { of: &classes, count: 2 };
            let encoder = Arc::new(encoder(case));
            let tuning = FineTuning { encoder, texts: &texts, targets, recipe: &recipe, seed: 1 };
            let model = on(opened, &tuning, None, &mut Notes::default()).unwrap().model;
            let logits = model.predict(&texts, 5).unwrap();
            let right =
                logits.chunks_exact(2).zip(&classes).filter(|(l, class)| u32::from(l[1] > l[0]) == **class).count();
            // Where processors and cards round otherwise, another text of the twelve may be missed. Guesses come to so many in 2 % of tries.
            assert!(right >= 10, "{case} {adaptation:?}: {right} of 12 right");
        }
    }
}

#[test]
fn a_device_trains_as_the_processor_does() {
    trains_alike(&flex(Precision::F32), 1e-3);
}

#[test]
fn bf16_learns_what_is_there() {
    learns(&flex(Precision::Bf16));
}

#[test]
fn a_training_on_a_device_that_was_ended_goes_on_to_the_same_bits() {
    let (texts, classes) = examples();
    let targets = Targets::Classes { of: &classes, count: 2 };
    let opened = flex(Precision::F32);
    for adaptation in [Adaptation::Full, Adaptation::Scratch, lora()] {
        let recipe = Recipe { rate: 0.01, batch: 4, checkpoint_every: 4, ..Recipe::usual(adaptation, 12) };
        let tuning =
            FineTuning { encoder: Arc::new(encoder("bert")), texts: &texts, targets, recipe: &recipe, seed: 7 };
        let expected = on(&opened, &tuning, None, &mut Notes::default()).unwrap();
        let mut first = Notes { end_at: Some(8), ..Notes::default() };
        assert!(matches!(on(&opened, &tuning, None, &mut first), Err(TuneError::Ended { step: 8 })));
        let state = first.states.last().unwrap();
        let found = on(&opened, &tuning, Some(state), &mut Notes::default()).unwrap();
        assert_eq!(found.model.to_bytes().unwrap(), expected.model.to_bytes().unwrap());
        assert_eq!(found.progress, expected.progress);
    }
}

#[test]
fn a_wild_rate_diverges_there_too() {
    let (texts, classes) = examples();
    let wild = Recipe { rate: 1e30, clip: None, ..Recipe::usual(Adaptation::Full, 20) };
    let targets = Targets::Classes { of: &classes, count: 2 };
    let tuning = FineTuning { encoder: Arc::new(encoder("bert")), texts: &texts, targets, recipe: &wild, seed: 1 };
    let found = on(&flex(Precision::F32), &tuning, None, &mut Notes::default());
    assert!(matches!(found, Err(TuneError::Diverged { .. })), "{found:?}");
}

/// What a scheduled job runs on a device of this machine.
#[cfg(feature = "device")]
mod real {
    use super::*;
    use crate::compute::{Compute, Place};
    use crate::device::open;

    fn holds(place: Place, most: f32) {
        let compute = |precision| Compute { place, precision };
        trains_alike(&open(&compute(Precision::F32)).unwrap(), most);
        match open(&compute(Precision::Bf16)) {
            Ok(opened) => learns(&opened),
            Err(refused) => println!("{refused}"),
        }
        // By the door that a study comes through.
        let (texts, classes) = examples();
        let targets = Targets::Classes { of: &classes, count: 2 };
        let recipe = Recipe { rate: 0.01, batch: 4, ..Recipe::usual(Adaptation::Full, 40) };
        let tuning =
            FineTuning { encoder: Arc::new(encoder("bert")), texts: &texts, targets, recipe: &recipe, seed: 1 };
        let bytes = || tuning.run_on(&compute(Precision::F32), None, &mut Notes::default()).unwrap().model.to_bytes();
        assert_eq!(bytes().unwrap(), bytes().unwrap(), "the same training came to other bits");
    }

    /// Real weights, some steps of each adaptation: the losses of the processor.
    fn holds_minilm(place: Place, most: f64) {
        let weights =
            std::env::var_os("LAGOM_TEST_WEIGHTS").expect("LAGOM_TEST_WEIGHTS names the folder of real weights");
        let folder = crate::Folder::open(std::path::Path::new(&weights).join("minilm-l6")).unwrap();
        let encoder = Arc::new(crate::Encoder::load(&folder).unwrap());
        let opened = open(&Compute { place, precision: Precision::F32 }).unwrap();
        let (texts, classes) = examples();
        let targets = Targets::Classes { of: &classes, count: 2 };
        for adaptation in [Adaptation::Full, lora()] {
            let recipe = Recipe { rate: 1e-4, batch: 6, watch_every: 1, ..Recipe::usual(adaptation.clone(), 4) };
            let tuning = FineTuning { encoder: encoder.clone(), texts: &texts, targets, recipe: &recipe, seed: 1 };
            let (mut here, mut there) = (Notes::default(), Notes::default());
            tuning.run(None, &mut here).unwrap();
            on(&opened, &tuning, None, &mut there).unwrap();
            println!("{adaptation:?} on {}: {:?}, processor: {:?}", opened.name, there.losses, here.losses);
            assert_eq!(here.losses.len(), 4);
            for (own, expected) in there.losses.iter().zip(&here.losses) {
                assert!((own - expected).abs() <= most * expected, "{adaptation:?}: {own}, expected {expected}");
            }
        }
    }

    #[cfg(feature = "wgpu")]
    #[test]
    #[ignore = "needs a device that Vulkan, Metal or DirectX can use, and real weights"]
    fn device_wgpu_trains_minilm() {
        holds_minilm(Place::Wgpu(0), 1e-4);
    }

    #[cfg(feature = "cuda")]
    #[test]
    #[ignore = "needs a graphics card that CUDA can use, and real weights"]
    fn device_cuda_trains_minilm() {
        holds_minilm(Place::Cuda(0), 2e-2);
    }

    #[cfg(feature = "wgpu")]
    #[test]
    #[ignore = "needs a device that Vulkan, Metal or DirectX can use"]
    fn device_wgpu_trains_as_the_processor_does() {
        holds(Place::Wgpu(0), 1e-3);
    }

    #[cfg(feature = "cuda")]
    #[test]
    #[ignore = "needs a graphics card that CUDA can use"]
    fn device_cuda_trains_as_the_processor_does() {
        // Tensor cores multiply f32 in TF32.
        holds(Place::Cuda(0), 5e-2);
    }
}
