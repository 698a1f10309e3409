//! What the scripted server answers.

use std::collections::HashMap;

/// What answers.
#[derive(Clone, Debug)]
pub enum Model {
    /// `echo: ` and the prompt.
    Repeats,
    /// Always the same text.
    Says(String),
    /// The label of the input in the prompt, right as often as told.
    Labels(Labelled),
}

impl Model {
    /// The answer to a prompt.
    pub fn answer(&self, prompt: &str) -> String {
        match self {
            Self::Repeats => format!("echo: {prompt}"),
            Self::Says(text) => text.clone(),
            Self::Labels(labelled) => labelled.answer(prompt),
        }
    }
}

/// Length of the beginnings by which inputs are found in a prompt, in bytes.
const BEGINNING: usize = 8;

/// A classifier that knows the right answers and gives them with a given probability.
#[derive(Clone, Debug)]
pub struct Labelled {
    examples: Vec<(String, String)>,
    labels: Vec<String>,
    accuracy: f64,
    seed: u64,
    /// The examples by the first bytes of their input.
    beginnings: HashMap<Vec<u8>, Vec<usize>>,
    /// Lengths of those beginnings, the longest first.
    lengths: Vec<usize>,
}

impl Labelled {
    /// A classifier of `examples` (input and label), right with the probability `accuracy`. Whether it is right on an
    /// input is drawn from a hash of `seed` and the input, so it does not depend on order, prompt or server.
    pub fn new(examples: Vec<(String, String)>, accuracy: f64, seed: u64) -> Self {
        let mut labels: Vec<String> = examples.iter().map(|(_, label)| label.clone()).collect();
        labels.sort();
        labels.dedup();
        let mut beginnings: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (at, (input, _)) in examples.iter().enumerate().filter(|(_, (input, _))| !input.is_empty()) {
            let bytes = input.as_bytes();
            beginnings.entry(bytes[..bytes.len().min(BEGINNING)].to_vec()).or_default().push(at);
        }
        let mut lengths: Vec<usize> = beginnings.keys().map(Vec::len).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        Self { examples, labels, accuracy, seed, beginnings, lengths }
    }

    /// The answer on the input that stands last in the prompt (before it may stand examples); the longest, where
    /// several end in the same place. `unknown` where none stands there.
    pub fn answer(&self, prompt: &str) -> String {
        let Some((input, label)) = self.find(prompt).map(|at| &self.examples[at]) else { return "unknown".to_owned() };
        let others: Vec<&String> = self.labels.iter().filter(|other| *other != label).collect();
        if others.is_empty() || drawn(self.seed, b"right", input) < self.accuracy {
            return label.clone();
        }
        others[((drawn(self.seed, b"which", input) * others.len() as f64) as usize).min(others.len() - 1)].clone()
    }

    fn find(&self, prompt: &str) -> Option<usize> {
        let bytes = prompt.as_bytes();
        let mut best: Option<(usize, usize, usize)> = None;
        for from in 0..bytes.len() {
            for &length in &self.lengths {
                let Some(candidates) = bytes.get(from..from + length).and_then(|key| self.beginnings.get(key)) else {
                    continue;
                };
                for &at in candidates {
                    let input = self.examples[at].0.as_bytes();
                    let key = (from + input.len(), input.len(), usize::MAX - at);
                    if bytes[from..].starts_with(input) && best.is_none_or(|best| key > best) {
                        best = Some(key);
                    }
                }
            }
        }
        best.map(|(_, _, at)| usize::MAX - at)
    }
}

/// A number from 0 up to 1 that depends on nothing but what it is given.
pub(super) fn drawn(seed: u64, purpose: &[u8], text: &str) -> f64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes()).update(purpose).update(&[0]).update(text.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    (u64::from_le_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
}
