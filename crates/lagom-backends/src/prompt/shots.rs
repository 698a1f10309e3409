//! Shots: examples with their answers that a prompt shows before its question.
//!
//! The pool is the training part alone; the caller hands it in. Fixed shots are the same for every question and every
//! candidate; a question that is itself among them gets another one in its place.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::error::PromptError;
use super::instruction::{Asked, Example, Expected};
use super::prompter::{Prompter, Shown};
use super::similar::Similar;
use crate::call::Prompt;

/// How shots are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// At random, the same for every question. Where labels are expected each class gets its turn, so that with as many
    /// shots as classes every class is shown once.
    #[default]
    Balanced,
    /// At random, the same for every question, whatever their answers.
    Random,
    /// For each question the examples most similar to it, the most similar last, where models heed it most.
    Nearest,
}

/// The most examples among which the nearest are looked for; of more, as many are drawn at random.
pub const NEAREST_AMONG: usize = 50_000;

/// Examples ready to be shown, for one task and one number of shots.
#[derive(Clone, Debug)]
pub struct ShotPool {
    count: usize,
    chosen: Chosen,
}

#[derive(Clone, Debug)]
enum Chosen {
    /// The shots in the order of the prompt, and one more of each class for a question that is among them.
    Fixed { shots: Vec<Candidate>, spares: Vec<Candidate> },
    /// Everything that can be shown, no two inputs alike.
    Nearest { examples: Vec<Candidate>, similar: Similar },
}

/// An example that can be shown.
#[derive(Clone, Debug)]
struct Candidate {
    shown: Shown,
    /// The input without case and repeated spaces: two with the same are the same example.
    plain: String,
    class: String,
}

/// The examples of a pool that are the same for every question, as they can be written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptShots {
    /// Those shown, in the order of the prompt.
    pub shots: Vec<KeptShot>,
    /// One more of each class, for a question that is among them.
    pub spares: Vec<KeptShot>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptShot {
    /// The question, without what comes between it and the answer.
    pub input: String,
    /// The answer.
    pub answer: String,
    /// Its class; empty where shots are not drawn by class.
    pub class: String,
}

impl ShotPool {
    /// The examples of a pool that are the same for every question; none of one that looks for the nearest.
    #[must_use]
    pub fn kept(&self) -> Option<KeptShots> {
        let Chosen::Fixed { shots, spares } = &self.chosen else { return None };
        let one = |of: &Candidate| KeptShot {
            input: of.shown.input.clone(),
            answer: of.shown.answer.clone(),
            class: of.class.clone(),
        };
        Some(KeptShots { shots: shots.iter().map(one).collect(), spares: spares.iter().map(one).collect() })
    }

    /// The pool that these were kept of.
    #[must_use]
    pub fn of_kept(kept: &KeptShots) -> Self {
        let one = |of: &KeptShot| Candidate {
            shown: Shown { input: of.input.clone(), answer: of.answer.clone() },
            plain: plain(&of.input),
            class: of.class.clone(),
        };
        let chosen = Chosen::Fixed {
            shots: kept.shots.iter().map(one).collect(),
            spares: kept.spares.iter().map(one).collect(),
        };
        Self { count: kept.shots.len(), chosen }
    }

    /// No shots.
    #[must_use]
    pub fn none() -> Self {
        Self { count: 0, chosen: Chosen::Fixed { shots: Vec::new(), spares: Vec::new() } }
    }

    /// Draws `count` shots from these examples, or prepares them for finding the nearest.
    ///
    /// Examples without an answer are never shown, and of several with the same input only one is. `generator` decides which
    /// and in what order; with the same generator the same shots come, whatever the form of the prompt.
    ///
    /// # Errors
    /// Where there are not more examples than shots, so that none could stand in for a question's own row; where an example
    /// cannot be shown.
    pub fn draw(
        prompter: &Prompter,
        examples: &[Example],
        count: usize,
        draw: Draw,
        generator: &mut ChaCha8Rng,
    ) -> Result<Self, PromptError> {
        if count == 0 {
            return Ok(Self::none());
        }
        let mut order: Vec<usize> = (0..examples.len()).filter(|at| !examples[*at].answer.trim().is_empty()).collect();
        order.shuffle(generator);
        let by_class = draw == Draw::Balanced && matches!(prompter.expected, Expected::Label(_));
        let candidates = Candidates { prompter, examples, by_class };
        let chosen = match draw {
            Draw::Nearest => candidates.all(&order)?,
            Draw::Balanced | Draw::Random => candidates.fixed(&order, count, generator)?,
        };
        let found = match &chosen {
            Chosen::Fixed { shots, spares } => shots.len() + usize::from(!spares.is_empty()),
            Chosen::Nearest { examples, .. } => examples.len(),
        };
        if found <= count {
            return Err(PromptError::FewExamples { wanted: count, found });
        }
        Ok(Self { count, chosen })
    }

    /// Number of shots.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The shots for a question, in the order of the prompt: never the question itself, nor one that reads the same.
    #[must_use]
    pub fn shots(&self, question: &str) -> Vec<&Shown> {
        let own = plain(question);
        match &self.chosen {
            Chosen::Fixed { shots, spares } => {
                let mut shown = Vec::with_capacity(shots.len());
                for shot in shots {
                    if shot.plain != own {
                        shown.push(&shot.shown);
                        continue;
                    }
                    let same = spares.iter().find(|spare| spare.class == shot.class);
                    shown.extend(same.or(spares.first()).map(|spare| &spare.shown));
                }
                shown
            }
            Chosen::Nearest { examples, similar } => {
                let mut nearest = similar.nearest(&own, self.count + 1);
                nearest.retain(|at| examples[*at].plain != own);
                nearest.truncate(self.count);
                nearest.reverse();
                nearest.into_iter().map(|at| &examples[at].shown).collect()
            }
        }
    }
}

impl Prompter {
    /// The prompt for a row, with shots from this pool.
    ///
    /// # Errors
    /// As [`Prompter::input`].
    pub fn prompt(&self, asked: Asked<'_>, pool: &ShotPool) -> Result<Prompt, PromptError> {
        let question = self.input(asked)?;
        let shots = pool.shots(&question);
        self.with_shots(asked, question, &shots)
    }
}

/// Examples on their way to becoming shots; rendered only when their turn comes.
struct Candidates<'a> {
    prompter: &'a Prompter,
    examples: &'a [Example],
    by_class: bool,
}

impl Candidates<'_> {
    fn candidate(&self, at: usize) -> Result<Candidate, PromptError> {
        let shown = self.prompter.show(&self.examples[at])?;
        Ok(Candidate { plain: plain(&shown.input), class: self.class(at).to_owned(), shown })
    }

    fn class(&self, at: usize) -> &str {
        if self.by_class { &self.examples[at].answer } else { "" }
    }

    /// All in the order of the pool, for finding the nearest.
    fn all(&self, order: &[usize]) -> Result<Chosen, PromptError> {
        let mut kept: Vec<usize> = order.iter().copied().take(NEAREST_AMONG).collect();
        kept.sort_unstable();
        let mut seen = BTreeSet::new();
        let mut examples = Vec::new();
        for at in kept {
            let candidate = self.candidate(at)?;
            if seen.insert(candidate.plain.clone()) {
                examples.push(candidate);
            }
        }
        let similar = Similar::new(examples.iter().map(|example| example.plain.as_str()));
        Ok(Chosen::Nearest { examples, similar })
    }

    /// `count` in turn from each class, in the order given, and a spare of each class.
    fn fixed(&self, order: &[usize], count: usize, generator: &mut ChaCha8Rng) -> Result<Chosen, PromptError> {
        let mut queues: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in order.iter().rev() {
            queues.entry(self.class(*at)).or_default().push(*at);
        }
        let mut queues: Vec<Vec<usize>> = queues.into_values().collect();
        queues.shuffle(generator);
        let mut seen = BTreeSet::new();
        let mut next = |queue: &mut Vec<usize>| -> Result<Option<Candidate>, PromptError> {
            while let Some(at) = queue.pop() {
                let candidate = self.candidate(at)?;
                if seen.insert(candidate.plain.clone()) {
                    return Ok(Some(candidate));
                }
            }
            Ok(None)
        };
        let mut shots = Vec::new();
        while shots.len() < count && !queues.is_empty() {
            for queue in queues.iter_mut().take(count - shots.len()) {
                shots.extend(next(queue)?);
            }
            queues.retain(|queue| !queue.is_empty());
        }
        let mut spares = Vec::new();
        for queue in &mut queues {
            spares.extend(next(queue)?);
        }
        // Turn by turn the classes would come in the same order each round.
        shots.shuffle(generator);
        Ok(Chosen::Fixed { shots, spares })
    }
}

/// A text without case and repeated spaces.
fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
