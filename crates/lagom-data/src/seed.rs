//! Seeds: every random choice of a study is drawn from a generator named after what it is for.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A seed for one purpose, derived from the study's seed.
///
/// Equal arguments give equal seeds on every machine; a different `purpose` or `index` gives an
/// unrelated one (BLAKE3 of all three), so that adding a random choice never moves another.
#[must_use]
pub fn derive(seed: u64, purpose: &str, index: u64) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(&index.to_le_bytes());
    hasher.update(purpose.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// The generator for one purpose; ChaCha8 because its stream is fixed across versions and platforms.
#[must_use]
pub fn generator(seed: u64, purpose: &str, index: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(derive(seed, purpose, index))
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn differs_by_seed_purpose_and_index() {
        let base = derive(1, "split", 0);
        assert_eq!(base, derive(1, "split", 0));
        assert_ne!(base, derive(2, "split", 0));
        assert_ne!(base, derive(1, "weights", 0));
        assert_ne!(base, derive(1, "split", 1));
    }
}
