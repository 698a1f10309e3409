//! What weights learn from before they answer, and the address of what comes of it.

use std::path::{Path, PathBuf};

use super::settings::Settings;
use super::{Failed, unusable};
use crate::data::seed;
use crate::study::{Adaptation, Weights};
use rand::seq::SliceRandom;

/// Folder of trained weights in that of the study.
const FOLDER: &str = "tuned";
/// What a training by these rules is: another number where the same lessons come to other weights.
const VERSION: u32 = 1;
/// With fewer rows none is held back to look at.
const FEWEST: usize = 20;
/// Share of the rows that is held back, and the most of them.
const HELD: (usize, usize) = (10, 200);

/// A prompt, and what is to follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// What is read.
    pub prompt: String,
    /// What is to be written, with what stands between both.
    pub reference: String,
}

/// What weights learn from: prompts and references of training rows alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lessons {
    /// What of the weights is trained.
    pub how: Adaptation,
    /// One for each training row that has a reference.
    pub pairs: Vec<Lesson>,
    /// Chance: order, dropout, first weights, and which rows are held back.
    pub seed: u64,
    /// Why a row can't be learned from, where one can't.
    pub fault: Option<String>,
}

/// The rows of lessons that are learned from, and those that are held back to look at.
pub(super) struct Parts<'a> {
    pub(super) learned: Vec<&'a Lesson>,
    pub(super) held: Vec<&'a Lesson>,
}

impl Lessons {
    /// BLAKE3 of all that the training hangs on: weights, adaptation, recipe, rows in their order, seed; 32 hexadecimal digits.
    ///
    /// # Errors
    /// There is nothing to learn from.
    pub(super) fn address(&self, weights: &Weights) -> Result<String, Failed> {
        if let Some(fault) = &self.fault {
            return Err(unusable(fault.clone()));
        }
        if self.pairs.is_empty() {
            let message = "there is no training row with a reference to learn from".to_owned();
            let hint = "label more rows, let fewer be explored (explore under [budget]), or take the adaptation out of `adapt`";
            return Err(Failed::Unusable { message, hint: hint.to_owned() });
        }
        let settings = serde_json::to_string(&Settings::of(self.how)).map_err(|error| unusable(error.to_string()))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("{VERSION} {} {} {settings} {}", weights.digest, self.how.name(), self.seed).as_bytes());
        hasher.update(format!("{:?}", weights.ends).as_bytes());
        for Lesson { prompt, reference } in &self.pairs {
            for text in [prompt, reference] {
                hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
            }
        }
        Ok(hasher.finalize().to_hex()[..32].to_owned())
    }

    /// Where what comes of the training is kept; none without a folder.
    ///
    /// # Errors
    /// As [`Lessons::address`].
    pub(super) fn kept(&self, weights: &Weights, folder: Option<&Path>) -> Result<Option<PathBuf>, Failed> {
        let address = self.address(weights)?;
        Ok(folder.map(|folder| folder.join(FOLDER).join(format!("{address}.tuned"))))
    }

    /// Which rows are learned from, and which are held back: a tenth of them where they are enough to tell anything, drawn by the seed.
    pub(super) fn parts(&self) -> Parts<'_> {
        let held = if self.pairs.len() < FEWEST { 0 } else { (self.pairs.len() / HELD.0).min(HELD.1) };
        let mut order: Vec<usize> = (0..self.pairs.len()).collect();
        order.shuffle(&mut seed::generator(self.seed, "lessons-held", 0));
        let (held, learned) = order.split_at(held);
        let mut learned = learned.to_vec();
        learned.sort_unstable();
        Parts {
            learned: learned.into_iter().map(|at| &self.pairs[at]).collect(),
            held: held.iter().map(|at| &self.pairs[*at]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> Weights {
        Weights {
            folder: "w".into(),
            digest: "abc".to_owned(),
            architecture: "llama".to_owned(),
            is_static: false,
            parameters: 1,
            bytes: 1,
            memory: 4,
            width: 2,
            layers: 1,
            context: 8,
            context_from: String::new(),
            tokens: 0,
            ends: vec![2],
        }
    }

    fn lessons(rows: usize) -> Lessons {
        let pair = |row| Lesson { prompt: format!("question {row}"), reference: format!(" answer {row}") };
        Lessons { how: Adaptation::Lora, pairs: (0..rows).map(pair).collect(), seed: 7, fault: None }
    }

    #[test]
    fn the_address_hangs_on_all_that_the_training_does() {
        let own = lessons(30).address(&weights()).expect("rows");
        assert_eq!(lessons(30).address(&weights()).expect("rows"), own);
        let mut other_text = lessons(30);
        other_text.pairs[3].reference.push('.');
        // What moves between prompt and reference is another lesson.
        let mut moved = lessons(30);
        moved.pairs[3] = Lesson { prompt: "question 3 answer".to_owned(), reference: " 3".to_owned() };
        let others = [
            lessons(29).address(&weights()),
            other_text.address(&weights()),
            moved.address(&weights()),
            Lessons { seed: 8, ..lessons(30) }.address(&weights()),
            Lessons { how: Adaptation::Full, ..lessons(30) }.address(&weights()),
            lessons(30).address(&Weights { digest: "abd".to_owned(), ..weights() }),
            lessons(30).address(&Weights { ends: vec![2, 3], ..weights() }),
        ];
        let mut all: Vec<String> = others.into_iter().map(|one| one.expect("rows")).chain([own.clone()]).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 8);
        // Where the weights lie is none of it.
        assert_eq!(lessons(30).address(&Weights { folder: "elsewhere".into(), ..weights() }).expect("rows"), own);
        let told = lessons(0).address(&weights()).expect_err("nothing").to_string();
        assert!(told.contains("no training row with a reference"), "{told}");
    }

    #[test]
    fn rows_are_held_back_where_there_are_enough() {
        let counts = |rows| {
            let lessons = lessons(rows);
            let parts = lessons.parts();
            (parts.learned.len(), parts.held.len())
        };
        assert_eq!((counts(19), counts(20), counts(30), counts(5_000)), ((19, 0), (18, 2), (27, 3), (4_800, 200)));
        let lessons = lessons(40);
        let (one, other) = (lessons.parts(), lessons.parts());
        assert_eq!(one.held, other.held);
        assert!(one.held.iter().all(|lesson| !one.learned.contains(lesson)));
    }
}
