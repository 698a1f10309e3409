//! A decoder that answers by how likely the name of each class is behind the text: nothing is trained.
//!
//! The prompt is the one that lagom writes for models that are asked and read by likelihood: the labels, worked examples if any, the text,
//! and `Label:`. The likelihood of a name is divided by its characters, as `acc_norm` of lm-evaluation-harness has it, so that long names are
//! not behind short ones; times the mean number of characters it is a logit, and the softmax of the logits the answer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use lagom_backends::call::Prompt;
use lagom_backends::prompt::{Asked, Draw, Example, Expected, Form, KeptShots, Prompter, Row, ShotPool};
use lagom_pretrained::{Continuation, Decoder, Folder};
use serde::{Deserialize, Serialize};

use super::embeddings::{Embeddings, Worked};
use super::frozen::{forward, unweighted};
use super::source::Source;
use super::{WeightsFault, cuts, family_of};
use crate::candidate::model::{Features, Learner, Model, texts};
use crate::candidate::predictor::{Kept, Predictor};
use crate::candidate::spec::{FitError, Size};
use crate::candidate::training::{FitContext, Fitted, Shared, validation};
use crate::candidate::tuned::TunedParams;
use crate::data::{Column, Examples, Inputs, Target, Values, seed};
use crate::study::units::grouped_count;
use crate::study::{Adaptation, Weights};

/// The name of the number of worked examples in a size.
pub(in crate::candidate) const SHOTS: &str = "shots";
/// The column of a prompt.
const TEXT: &str = "text";
/// Questions that go through the decoder together: those of one row share what they read.
const BATCH: usize = 64;
/// Rows whose questions are in memory at once.
const ROWS: usize = 256;
/// Fewest tokens that are left for the text beside labels and examples.
const ROOM: usize = 32;
/// Folder of likelihoods in that of the study: beside the vectors.
const FOLDER: &str = "embeddings";
/// Characters of the instruction, and of a label with what stands around it.
const PROMPT: (f64, f64) = (140.0, 12.0);

/// Makes a model of weights that answer as they are; few-shot draws its worked examples from the training rows.
///
/// # Errors
/// The weights can't be read or are no decoder, the study's folder can't be written, there are too few rows to draw examples from, or labels
/// and examples don't fit into the context.
pub(in crate::candidate) fn fit_prompted(
    how: Adaptation,
    size: &Size,
    context: &FitContext<'_>,
) -> Result<Fitted, FitError> {
    let weights = context.outside.weights.ok_or_else(unweighted)?;
    let Target::Classes { names, .. } = context.train.target else {
        return Err(FitError::Unfit("the likelihood of names answers classes alone".to_owned()));
    };
    let prompter = prompter(names);
    let pool = match how {
        Adaptation::FewShot => drawn(&prompter, size.number(SHOTS)?, context)?,
        _ => ShotPool::none(),
    };
    let shots = pool.kept().unwrap_or_default();
    let mut model = PromptedClasses {
        source: Source::beside(weights),
        names: names.clone(),
        shots,
        known: None,
        decoder: OnceLock::new(),
    };
    model.fits(weights.context as usize)?;
    if how == Adaptation::ZeroShot {
        // The same in every repeat.
        model.known = Some(Arc::new(model.all(weights, context)?));
    }
    let cut = model.known.as_ref().map_or(0, |known| known.cut);
    let rows = validation(context.purpose).map_or(0, |held| held.len()) as f64;
    let characters = prompt_characters(names.len() as f64, mean(&context.train.inputs), shots_of(size));
    Ok(Fitted {
        model: Model {
            features: Features::None,
            learner: Learner::Kept(Kept::new(family_of(how), model)),
            scale: None,
        },
        settled: TunedParams::default(),
        history: Vec::new(),
        flops: forward(weights, rows, characters),
        shared: Shared::default(),
        search_flops: 0.0,
        stopped: None,
        changes: cuts::told(cut),
        trained: None,
    })
}

/// A model that [`fit_prompted`] made, from its bytes in a file in the folder `beside`.
///
/// # Errors
/// They are none; the weights that it stands on are gone, or others.
pub(in crate::candidate) fn load_prompted(bytes: &[u8], beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
    let mut model: PromptedClasses =
        postcard::from_bytes(bytes).map_err(|error| FitError::Unfit(format!("no prompt of weights: {error}")))?;
    let classes = |shot: &lagom_backends::prompt::KeptShot| model.names.contains(&shot.answer);
    if model.names.len() < 2 || !model.shots.shots.iter().chain(&model.shots.spares).all(classes) {
        return Err(FitError::Unfit("its worked examples are not of its classes".to_owned()));
    }
    model.source = model.source.found(beside)?;
    model.decoder()?;
    Ok(Box::new(model))
}

/// Whether the names of these classes can be scored by such weights, before anything is trained.
///
/// # Errors
/// The weights are no decoder, a name comes to no token, or the names don't fit into the context.
pub fn check_names(name: &str, weights: &Weights, names: &[String]) -> Result<(), WeightsFault> {
    let folder = Folder::open(&weights.folder)?;
    let fault = |message: String, hint: &str| Err(WeightsFault { message, hint: hint.to_owned() });
    let texts: Vec<String> =
        std::iter::once(String::new()).chain(names.iter().map(|name| format!(" {}", name.trim()))).collect();
    let counts = folder.count_tokens(&texts)?;
    // Special tokens stand around every text.
    let silent = |(name, count): &(&String, &usize)| name.trim().is_empty() || **count <= counts[0];
    if let Some((silent, _)) = names.iter().zip(&counts[1..]).find(silent) {
        let message = format!("`{name}` can't score the class \"{silent}\": its name comes to no token");
        return fault(message, "give the class a name of letters");
    }
    let unscored = |error: FitError| WeightsFault {
        message: format!("`{name}` can't score the classes: {error}"),
        hint: "name other weights, or leave the table out".to_owned(),
    };
    let whole = without_text(&prompter(names), &ShotPool::none()).map_err(unscored)?;
    let taken = folder.count_tokens(&whole)?.into_iter().max().unwrap_or(0);
    let context = weights.context as usize;
    if context > 0 && taken + ROOM > context {
        let message = format!(
            "`{name}` can't score {} classes: their names take {} tokens of the {} that it reads at once, and {ROOM} are left for a text at least",
            names.len(),
            grouped_count(taken as u64),
            grouped_count(context as u64)
        );
        return fault(message, "merge classes, shorten their names, or name weights with a longer context");
    }
    Ok(())
}

/// Operations of a trial: each scored row once, or once for each class where names take several tokens.
pub(in crate::candidate) fn prompted_flops(
    weights: &Weights,
    size: &Size,
    (rows, classes, characters): (f64, f64, f64),
) -> f64 {
    forward(weights, rows, prompt_characters(classes, characters, shots_of(size)))
}

fn shots_of(size: &Size) -> f64 {
    size.number(SHOTS).map_or(0.0, f64::from)
}

/// Characters of a prompt with labels, texts of that mean length, and so many worked examples.
fn prompt_characters(classes: f64, characters: f64, shots: f64) -> f64 {
    PROMPT.0 + (classes + shots + 1.0) * PROMPT.1 + (shots + 1.0) * characters
}

fn mean(inputs: &Inputs<'_>) -> f64 {
    let all: usize = texts(inputs).iter().map(String::len).sum();
    all as f64 / inputs.rows.len().max(1) as f64
}

/// How prompts are put together: as for a model that is asked and has no template of its own.
fn prompter(names: &[String]) -> Prompter {
    Prompter::of_column(TEXT, Expected::Label(names.to_vec()), Form::Text)
}

fn row(text: &str) -> Row {
    Row::from_iter([(TEXT.to_owned(), serde_json::Value::from(text))])
}

/// Worked examples, drawn from the training rows: by turns from each class, and the same for the same seed.
fn drawn(prompter: &Prompter, count: u32, context: &FitContext<'_>) -> Result<ShotPool, FitError> {
    let Examples { inputs, .. } = context.train;
    let names = prompter.expected.labels();
    let example = |(text, label): (String, u32)| Example {
        row: row(&text),
        choices: Vec::new(),
        answer: names.get(label as usize).cloned().unwrap_or_default(),
    };
    let examples: Vec<Example> = texts(&inputs).into_iter().zip(context.train.labels()).map(example).collect();
    let mut generator = seed::generator(context.seed, "shots", 0);
    ShotPool::draw(prompter, &examples, count as usize, Draw::Balanced, &mut generator)
        .map_err(|error| FitError::Unfit(format!("worked examples can't be drawn: {error}")))
}

/// Prompts without a text, each name behind one: what labels and examples take.
fn without_text(prompter: &Prompter, pool: &ShotPool) -> Result<Vec<String>, FitError> {
    let (prompt, answers) = question(prompter, pool, "")?;
    Ok(answers.into_iter().map(|answer| format!("{prompt}{answer}")).collect())
}

/// The prompt about a text, and what may stand behind it: one continuation a class.
fn question(prompter: &Prompter, pool: &ShotPool, text: &str) -> Result<(String, Vec<String>), FitError> {
    let unfit = |error: lagom_backends::prompt::PromptError| FitError::Unfit(error.to_string());
    let row = row(text);
    let asked = Asked { row: &row, choices: &[] };
    let prompt = prompter.prompt(asked, pool).map_err(unfit)?;
    match prompter.continuations(prompt, asked) {
        (Prompt::Text(prompt), answers) => Ok((prompt, answers.into_iter().map(|one| one.text).collect())),
        (Prompt::Chat(_), _) => Err(FitError::Unfit("prompts of weights are running text".to_owned())),
    }
}

/// Weights that answer by the likelihood of each class's name.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PromptedClasses {
    source: Source,
    names: Vec<String>,
    shots: KeptShots,
    /// Likelihoods that are known already; of a model in training.
    #[serde(skip)]
    known: Option<Arc<Embeddings>>,
    /// The weights as what gives likelihoods, made when first needed.
    #[serde(skip)]
    decoder: OnceLock<Arc<Decoder>>,
}

impl PromptedClasses {
    fn decoder(&self) -> Result<&Decoder, FitError> {
        if let Some(decoder) = self.decoder.get() {
            return Ok(decoder);
        }
        let encoder = self.source.network()?.encoder();
        let encoder = encoder.ok_or_else(|| FitError::Unfit("static embeddings write no text".to_owned()))?;
        let decoder = Decoder::of_encoder(&encoder).map_err(|error| FitError::Unfit(error.to_string()))?;
        Ok(self.decoder.get_or_init(|| Arc::new(decoder)))
    }

    /// Refuses labels and examples that leave no room for a text.
    fn fits(&self, context: usize) -> Result<(), FitError> {
        let decoder = self.decoder()?;
        let whole = without_text(&prompter(&self.names), &ShotPool::of_kept(&self.shots))?;
        let counts = whole.iter().map(|text| decoder.encoder().tokens_of(text).map(|tokens| tokens.len()));
        let counts: Vec<usize> =
            counts.collect::<Result<_, _>>().map_err(|error| FitError::Unfit(error.to_string()))?;
        let taken = counts.into_iter().max().unwrap_or(0);
        if context == 0 || taken + ROOM <= context {
            return Ok(());
        }
        Err(FitError::Unfit(format!(
            "{} worked examples and the names of {} classes take {} tokens of the {} that the weights read at once, and {ROOM} are left for a text \
             at least: ask for fewer `shots`",
            self.shots.shots.len(),
            self.names.len(),
            grouped_count(taken as u64),
            grouped_count(context as u64)
        )))
    }

    /// What all texts of the data set come to: worked out once for all repeats.
    fn all(&self, weights: &Weights, context: &FitContext<'_>) -> Result<Embeddings, FitError> {
        let columns = context.outside.columns.unwrap_or(context.train.inputs.columns);
        let count = |column: &Column| if let Values::Texts(texts) = &column.values { texts.len() } else { 0 };
        let count = columns.iter().map(count).max().unwrap_or(0);
        let rows: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        let all = texts(&Inputs { columns, rows: &rows });
        let folder = context.outside.folder.map(|folder| folder.join(FOLDER));
        // The prompt is what else they depend on.
        let (prompt, answers) = question(&prompter(&self.names), &ShotPool::none(), "")?;
        let salt = format!("{}\n{prompt}\n{}", weights.digest, answers.join("\n"));
        Embeddings::of(&all, &salt, &|texts| self.scored(texts), folder.as_deref().map(Path::new))
    }

    /// The logarithm of the likelihood of each name behind each text, `[texts, classes]`.
    fn scored(&self, texts: &[&str]) -> Result<Worked, FitError> {
        let decoder = self.decoder()?;
        let (prompter, pool) = (prompter(&self.names), ShotPool::of_kept(&self.shots));
        let width = self.names.len();
        let mut found = Worked { vectors: Vec::with_capacity(texts.len() * width), width, cut: 0 };
        for part in texts.chunks(ROWS) {
            let questions: Vec<(String, Vec<String>)> =
                part.iter().map(|text| question(&prompter, &pool, text)).collect::<Result<_, _>>()?;
            let asked: Vec<Continuation<'_>> = questions
                .iter()
                .flat_map(|(prompt, answers)| answers.iter().map(move |text| Continuation { prompt, text }))
                .collect();
            let likelihoods = decoder.likelihoods(&asked, BATCH).map_err(|error| FitError::Unfit(error.to_string()))?;
            found.cut += likelihoods.chunks(width).filter(|row| row.iter().any(|one| one.cut > 0)).count();
            found.vectors.extend(likelihoods.iter().map(|one| one.log as f32));
        }
        Ok(found)
    }
}

/// Probabilities of classes from the likelihoods of their names: see the head of this file.
fn shares(logs: &[f32], characters: &[f64]) -> Vec<f64> {
    let mean = characters.iter().sum::<f64>() / characters.len().max(1) as f64;
    let logits: Vec<f64> =
        logs.iter().zip(characters).map(|(log, characters)| f64::from(*log) / characters * mean).collect();
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = logits.iter().map(|logit| (logit - top).exp()).collect();
    let sum: f64 = shares.iter().sum();
    shares.into_iter().map(|share| share / sum).collect()
}

impl Predictor for PromptedClasses {
    fn parameters(&self) -> u64 {
        self.source.parameters()
    }

    fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let texts = texts(inputs);
        let known = |text: &String| self.known.as_ref().and_then(|known| known.find(text));
        let new: Vec<&str> = texts.iter().filter(|text| known(text).is_none()).map(String::as_str).collect();
        let scored = if new.is_empty() { Vec::new() } else { self.scored(&new)?.vectors };
        let mut others = scored.chunks_exact(self.names.len().max(1));
        let characters: Vec<f64> = self.names.iter().map(|name| name.chars().count().max(1) as f64).collect();
        let mut answers = Vec::with_capacity(texts.len() * self.names.len());
        for text in &texts {
            let logs = known(text).or_else(|| others.next());
            let logs = logs.ok_or_else(|| FitError::Unfit("the weights say nothing of a text".to_owned()))?;
            answers.extend(shares(logs, &characters));
        }
        Ok(answers)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, FitError> {
        postcard::to_stdvec(self).map_err(|error| FitError::Unfit(format!("it can't be written as bytes: {error}")))
    }

    fn bytes_beside(&self) -> u64 {
        self.source.bytes_beside()
    }

    fn folders_beside(&self) -> Vec<PathBuf> {
        self.source.folder().into_iter().collect()
    }

    fn cut_texts(&self, inputs: &Inputs<'_>) -> Result<u64, FitError> {
        let decoder = self.decoder()?;
        let (prompter, pool) = (prompter(&self.names), ShotPool::of_kept(&self.shots));
        let mut cut = 0;
        for text in texts(inputs) {
            let (prompt, answers) = question(&prompter, &pool, &text)?;
            let asked: Vec<Continuation<'_>> =
                answers.iter().map(|text| Continuation { prompt: &prompt, text }).collect();
            let found = decoder.cut_tokens(&asked).map_err(|error| FitError::Unfit(error.to_string()))?;
            cut += u64::from(found.iter().any(|tokens| *tokens > 0));
        }
        Ok(cut)
    }

    fn packed(&self) -> Result<Option<Box<dyn Predictor>>, FitError> {
        if self.source.bytes_beside() == 0 {
            return Ok(None);
        }
        Ok(Some(Box::new(Self { source: self.source.packed()?, decoder: OnceLock::new(), ..self.clone() })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likelihoods_are_divided_by_characters() {
        // −4 over 2 characters against −6 over 6: −2 against −1 each; times the mean of 4: logits −8 and −4, so 1 to e⁴.
        let found = shares(&[-4.0, -6.0], &[2.0, 6.0]);
        let expected = 1.0 / (1.0 + 4.0_f64.exp());
        assert!((found[0] - expected).abs() < 1e-12 && (found[0] + found[1] - 1.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn the_prompt_is_that_of_a_model_that_is_read_by_likelihood() {
        let names = ["good".to_owned(), "bad".to_owned()];
        let (prompt, answers) = question(&prompter(&names), &ShotPool::none(), "a fine day").expect("a prompt");
        assert_eq!(
            prompt,
            "Choose the one label that fits best. The labels are:\ngood\nbad\n\nAnswer with that label and nothing else.\n\na fine day\nLabel:"
        );
        assert_eq!(answers, [" good", " bad"]);
    }
}
