//! Chance: a generator for each purpose, so that adding one moves no other.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator for one purpose: BLAKE3 of all three into ChaCha8, as everywhere in lagom.
pub(crate) fn generator(seed: u64, purpose: &str, index: u64) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(&index.to_le_bytes());
    hasher.update(purpose.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    ChaCha8Rng::seed_from_u64(u64::from_le_bytes(first))
}

/// Normal numbers of mean 0 (Box & Muller 1958).
pub(crate) fn normals(random: &mut ChaCha8Rng, spread: f32, count: usize) -> Vec<f32> {
    let mut all = Vec::with_capacity(count + 1);
    while all.len() < count {
        let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
        let (sine, cosine) = (std::f64::consts::TAU * random.random::<f64>()).sin_cos();
        all.push(spread * (radius * cosine) as f32);
        all.push(spread * (radius * sine) as f32);
    }
    all.truncate(count);
    all
}
