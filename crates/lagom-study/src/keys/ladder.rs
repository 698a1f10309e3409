//! The keys of `[ladder]`.

use super::key::{Declared, Free, Key, Told, Usual, keys};
use super::values::{COUNT, Choice, OfContext, United};
use crate::named::{Certify, Policy};

keys! { "ladder":
    FAMILIES: Free = "families", OfContext("a list of families"), Told("all that serve the task", "[\"linear\", \"trees\"]"),
        "what is trained; the baseline is always there";
    LARGEST: Key<United<u64>> = "largest", COUNT,
        Told("for `mlp` the rows squared over 100, at least `\"10k\"` and at most `\"1M\"` (10,000 rows), `\"6M\"` for `embedding`, `\"24M\"` for `ngrams` (of which few are stored), 32,768 rows for `nearest`, four for each byte of the training texts for `decoder`, at least `\"1M\"` and at most `\"8M\"`, none for `linear`, `trees` and `byte-ngrams`", "\"2M\""),
        "the most parameters to train";
    POLICY: Key<Choice<Policy>, Usual> = "policy", Choice::of(&Policy::ALL, Policy::name), Usual,
        "which sizes are trained: `climb` goes from the smallest up, until nothing larger can gain more than the margin; `sweep` trains all, every time";
    CERTIFY: Key<Choice<Certify>, Usual> = "certify", Choice::of(&Certify::ALL, Certify::name), Usual,
        "what sizes are left out on: `curve` bounds them by the curve of quality over size; `measure` trains one size beyond as well";
}
