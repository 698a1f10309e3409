//! Weights of a decoder that answer questions in this process, as they are or trained further on the study's references.
//!
//! Somebody who answers is a [`Backend`]; this one is told what was found of the weights and, where they are trained first, what they learn from.
//! Its questions are running texts; texts are written by always taking the likeliest token.

mod lessons;
mod reply;
mod room;
mod settings;
mod tuning;

use std::path::{Path, PathBuf};

use lagom_backends::call::{
    Backend, BackendError, Budget, Flow, Identity, Manner, ModelFacts, Query, Reply, Sight, Stop, Training,
};
use lagom_pretrained::{Architecture, Decoder, Folder, WeightsError};

use super::fault::WeightsFault;
use super::found::look;
use super::network::Network;
use crate::candidate::spec::FitError;
use crate::study::units::human_count;
use crate::study::{OwnWeights, Weights};
use reply::reply;
use tuning::{Tuned, tune};

pub use lessons::{Lesson, Lessons};
pub use room::{Room, room};

/// Why weights do not answer.
type Failed = BackendError;

/// Weights of a decoder that answer.
#[derive(Debug)]
pub struct WeightsBackend {
    weights: Weights,
    /// What they are trained on first, where they are.
    lessons: Option<Lessons>,
    /// The study's folder: where trained weights and checkpoints are kept; none where nothing is trained.
    folder: Option<PathBuf>,
    ready: Option<Ready>,
}

/// Weights in memory.
#[derive(Debug)]
struct Ready {
    decoder: Decoder,
    training: Option<Training>,
}

/// Looks at the weights of a candidate that is asked: heads of the files, tokenizer, content, and what ends a text.
///
/// # Errors
/// They are not there or damaged, one of their numbers is none, they are no decoder's, or, where they are to be trained, no token ends a text.
pub fn look_at_answering(name: &str, own: &OwnWeights) -> Result<Weights, WeightsFault> {
    let mut weights = look(&own.at)?;
    let is_decoder = Architecture::named(&weights.architecture).is_some_and(Architecture::is_decoder);
    if !is_decoder {
        let decoders: Vec<&str> =
            Architecture::ALL.into_iter().filter(|one| one.is_decoder()).map(Architecture::name).collect();
        return Err(WeightsFault {
            message: format!(
                "`{name}` can't answer: its architecture is `{}`, which writes no text",
                weights.architecture
            ),
            hint: format!("name a decoder ({}), or leave it out", decoders.join(", ")),
        });
    }
    let folder = Folder::open(&weights.folder)?;
    folder.check_numbers()?;
    weights.ends = folder.ends()?;
    if own.adapt.is_tuned() && weights.ends.is_empty() {
        return Err(WeightsFault {
            message: format!("`{name}` can't be trained: its folder names no token that ends a text, so that no answer would learn to end"),
            hint: "name it as `eos_token_id` in generation_config.json or config.json, or as `eos_token` in tokenizer_config.json"
                .to_owned(),
        });
    }
    Ok(weights)
}

impl WeightsBackend {
    /// Of these weights, trained on these lessons first where there are any, which are kept in the study's folder. Nothing is read.
    #[must_use]
    pub fn new(weights: Weights, lessons: Option<Lessons>, folder: Option<&Path>) -> Self {
        Self { weights, lessons, folder: folder.map(Path::to_owned), ready: None }
    }

    /// What answers depend on beside the question: the content of the weights, what ends a text, and, where they are trained, all that this hangs on.
    fn content(&self) -> Result<String, Failed> {
        let Weights { digest, ends, .. } = &self.weights;
        let plain = format!("{digest} {ends:?}");
        match &self.lessons {
            None => Ok(plain),
            Some(lessons) => Ok(format!("{plain} {} {}", lessons.how.name(), lessons.address(&self.weights)?)),
        }
    }

    fn facts(&self, training: Option<Training>) -> ModelFacts {
        let Weights { parameters, bytes, memory, context, .. } = self.weights;
        ModelFacts {
            parameters: Some(parameters),
            // Trained weights are handed over with four bytes a number.
            bytes: Some(if self.lessons.is_some() { memory } else { bytes }),
            context: Some(u64::from(context)).filter(|context| *context > 0),
            training,
            ..ModelFacts::default()
        }
    }

    /// The weights in memory; none where it was told to stop before they were trained to the end.
    fn ready(&mut self, stop: &Stop) -> Result<Option<&Ready>, Failed> {
        if self.ready.is_none() {
            let network = Network::load(&self.weights.folder, &self.weights.digest).map_err(failed)?;
            let encoder = network.encoder().ok_or_else(|| unusable("static embeddings write no text".to_owned()))?;
            let ends = &self.weights.ends;
            self.ready = match &self.lessons {
                None => {
                    let decoder = Decoder::of_encoder(&encoder).map_err(|error| of_weights(&error))?;
                    Some(Ready { decoder: decoder.with_ends(ends.clone()), training: None })
                }
                Some(lessons) => {
                    let tuned = tune(&self.weights, lessons, (&encoder, self.folder.as_deref()), stop)?;
                    let of = |Tuned { model, training }: Tuned| {
                        let decoder = model.decoder(ends).map_err(|error| of_weights(&error))?;
                        Ok::<_, Failed>(Ready { decoder, training: Some(training) })
                    };
                    tuned.map(of).transpose()?
                }
            };
        }
        Ok(self.ready.as_ref())
    }

    /// Writes the trained weights as a folder that other tools can read: what was learned is in the matrices.
    ///
    /// # Errors
    /// They were not trained yet, the weights that they came of are gone or others, or the folder can't be written.
    pub fn write_trained(&mut self, to: &Path) -> Result<(), Failed> {
        let lessons = self.lessons.as_ref().ok_or_else(|| unusable("these weights are not trained".to_owned()))?;
        let kept = lessons.kept(&self.weights, self.folder.as_deref())?;
        if !kept.is_some_and(|path| path.is_file()) {
            return Err(unusable("these weights were not trained yet".to_owned()));
        }
        let folder = Folder::open(&self.weights.folder).map_err(|error| of_weights(&error))?;
        let Some(ready) = self.ready(&Stop::default())? else {
            return Err(unusable("these weights were not trained to the end".to_owned()));
        };
        ready.decoder.encoder().write_folder(&folder, to).map_err(|error| of_weights(&error))
    }

    /// What changes how its answers are to be read, a whole sentence each.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.weights.ends.is_empty() {
            notes.push(
                "the folder of weights names no token that ends a text (`eos_token_id`): answers end at a stop text or at the most tokens"
                    .to_owned(),
            );
        }
        notes
    }
}

impl Backend for WeightsBackend {
    fn manner(&self) -> Manner {
        // The same weights come to the same: nothing is worth asking again.
        Manner { is_called: true, tries_again: true, counts_attempts: false }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        let model = format!("{} in {}", self.weights.architecture, self.weights.folder.display());
        Ok(Identity { model, file: Some(self.content()?), facts: self.facts(None), warning: None })
    }

    fn look(&self) -> Result<Sight, BackendError> {
        let folder = Folder::open(&self.weights.folder).map_err(|error| of_weights(&error))?;
        let path = self.weights.folder.display();
        let count = human_count(folder.parameters());
        let first = match &self.lessons {
            None => String::new(),
            Some(lessons) => format!("; trained on {} rows before it is asked", lessons.pairs.len()),
        };
        Ok(Sight { found: format!("weights of {count} parameters in {path}{first}"), warning: None })
    }

    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        _budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        if questions.size_hint().1 == Some(0) || stop.is_pressed() {
            return Ok(Vec::new());
        }
        let notes = self.notes();
        // Not before there is somebody to answer: what a question may cost is set aside as it is taken.
        let Some(ready) = self.ready(stop)? else { return Ok(notes) };
        while !stop.is_pressed() {
            let Some(query) = questions.next() else { break };
            let Some(outcome) = reply(&ready.decoder, &query.question, stop) else { break };
            if keep(Reply { index: query.number, outcome, money: None, cold: false }) == Flow::Stop {
                break;
            }
        }
        Ok(notes)
    }

    fn learnt(&self) -> Option<ModelFacts> {
        let training = self.ready.as_ref()?.training.clone()?;
        Some(self.facts(Some(training)))
    }
}

/// Weights that can't be used, and what to do.
fn unusable(message: String) -> Failed {
    let hint = "name other weights under [[candidate]], or leave the table out".to_owned();
    BackendError::Unusable { message, hint }
}

fn of_weights(error: &WeightsError) -> Failed {
    match error.hint() {
        Some(hint) => BackendError::Unusable { message: error.to_string(), hint },
        None => unusable(error.to_string()),
    }
}

fn failed(error: FitError) -> Failed {
    unusable(error.to_string())
}
