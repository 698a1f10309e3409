//! What this machine's arithmetic and memory allow (Williams, Waterman & Patterson 2009: the roofline), as far as they can be measured in a moment.

use serde::{Deserialize, Serialize};

use super::cpu_seconds;
use crate::candidate::neural::square_product;

/// What one core reaches at best, measured beside the model. By the CPU time that was used, so that other work on the machine is left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Roof {
    /// Additions and multiplications a second of a product of two matrices, by the library that networks are computed with.
    pub operations: f64,
    /// Bytes a second that are read in turn, of as many bytes as the model has.
    pub bytes: f64,
}

/// What one prediction reaches of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attained {
    /// Operations for each byte of the model that is read.
    pub intensity: f64,
    /// Share of the time of a prediction that its operations would take at the best rate; 0 to 1 but for errors of measuring.
    pub arithmetic: f64,
    /// Share of it that reading the model would take at the best rate.
    pub memory: f64,
}

/// What holds a prediction up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The operations.
    Arithmetic,
    /// Reading the model.
    Memory,
    /// Neither: preparing inputs, calling and handing over take most of the time.
    Neither,
}

/// Rows and columns of the matrices.
const SIDE: usize = 256;
/// CPU seconds of each measuring.
const LONG: f64 = 0.02;
/// Operations or bytes between two looks at the time.
const OFTEN: f64 = 1e6;
/// Where neither arithmetic nor memory takes this share of the time neither bounds it.
const MOST: f64 = 0.25;
/// Bytes of a number that was learned, as models have it in memory.
const NUMBER: f64 = 4.0;

impl Roof {
    /// Measures for a model of so many bytes; none where the kernel tells no CPU time, or the library fails.
    pub(super) fn measure(model: usize) -> Option<Self> {
        let operations = rate(2.0 * (SIDE as f64).powi(3), || square_product(SIDE).ok())?;
        let numbers: Vec<f32> = (0..(model / 4).clamp(1_024, 1 << 24)).map(|at| at as f32).collect();
        let bytes = rate(4.0 * numbers.len() as f64, || Some(sum(std::hint::black_box(&numbers))))?;
        Some(Self { operations, bytes })
    }

    /// What a prediction of so many operations and seconds reaches, of a model of so many parameters: it reads each of those at most once, and not more
    /// of them than it has operations.
    #[must_use]
    pub fn attained(&self, operations: f64, parameters: u64, seconds: f64) -> Option<Attained> {
        let bytes = NUMBER * operations.min(parameters as f64);
        let found = Attained {
            intensity: operations / bytes,
            arithmetic: operations / self.operations / seconds,
            memory: bytes / self.bytes / seconds,
        };
        let all = [found.intensity, found.arithmetic, found.memory];
        all.iter().all(|one| one.is_finite() && *one > 0.0).then_some(found)
    }
}

impl Attained {
    /// What holds the prediction up.
    #[must_use]
    pub fn bound(&self) -> Bound {
        match self {
            Self { arithmetic, memory, .. } if arithmetic.max(*memory) < MOST => Bound::Neither,
            Self { arithmetic, memory, .. } if arithmetic >= memory => Bound::Arithmetic,
            _ => Bound::Memory,
        }
    }
}

/// The best of several rates, so many units each time the work is done.
fn rate(units: f64, mut work: impl FnMut() -> Option<f32>) -> Option<f64> {
    // Asking for the time takes a while itself: what is short is done several times between.
    let at_once = (OFTEN / units).ceil().max(1.0) as u32;
    let mut best: f64 = 0.0;
    for _ in 0..3 {
        let (start, mut times) = (cpu_seconds(), 0);
        while cpu_seconds() - start < LONG / 3.0 {
            for _ in 0..at_once {
                std::hint::black_box(work()?);
            }
            times += at_once;
            // Where the kernel tells no CPU time this would go on for ever.
            if times >= 100 && cpu_seconds() <= 0.0 {
                return None;
            }
        }
        best = best.max(f64::from(times) * units / (cpu_seconds() - start));
    }
    (best.is_finite() && best > 0.0).then_some(best)
}

/// The sum of numbers in sixteen parts, so that none waits for the one before it.
fn sum(numbers: &[f32]) -> f32 {
    let mut parts = [0.0_f32; 16];
    for sixteen in numbers.chunks_exact(16) {
        parts.iter_mut().zip(sixteen).for_each(|(part, one)| *part += one);
    }
    parts.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hand_and_what_bounds_a_prediction() {
        let roof = Roof { operations: 1e9, bytes: 4e9 };
        // A dense layer of 1,000 weights: 2,000 operations take 2 µs of 4 µs, 4,000 bytes 1 µs.
        let found = roof.attained(2_000.0, 1_000, 4e-6).expect("known");
        assert!((found.intensity - 0.5).abs() < 1e-12 && (found.arithmetic - 0.5).abs() < 1e-12);
        assert!((found.memory - 0.25).abs() < 1e-12);
        assert_eq!(found.bound(), Bound::Arithmetic);
        assert_eq!(
            Roof { bytes: 1e9, ..roof }.attained(2_000.0, 1_000, 8e-6).map(|found| found.bound()),
            Some(Bound::Memory)
        );
        assert_eq!(roof.attained(2_000.0, 1_000, 1e-3).map(|found| found.bound()), Some(Bound::Neither));
        // Trees read no more of their million parameters than their 60 comparisons do.
        assert!((roof.attained(60.0, 1_000_000, 1e-6).expect("known").memory - 0.06).abs() < 1e-12);
        assert_eq!((roof.attained(0.0, 10, 1e-6), roof.attained(10.0, 10, 0.0)), (None, None));
    }

    #[test]
    fn this_machine_has_a_roof() {
        let roof = Roof::measure(1 << 16).expect("measured");
        assert!(roof.operations > 1e6 && roof.bytes > 1e6, "{roof:?}");
    }
}
