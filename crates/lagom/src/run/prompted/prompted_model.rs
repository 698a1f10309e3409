//! A model that is asked: its questions, and the addresses under which its answers are kept.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::backends::{Place, identity, settings};
use super::wording::prompter;
use crate::call::{Identity, Manner, Question};
use crate::candidate::Candidate;
use crate::data::{Dataset, seed};
use crate::prompt::{Asked, Draw, Example, Prompter, ShotPool};
use crate::run::error::RunError;
use crate::run::prepare::Prepared;
use crate::study::{ModelSpec, PromptSpec, ResponseMode, ShotsBy};

/// One candidate that is asked.
#[derive(Clone, Debug)]
pub(crate) struct PromptedModel {
    /// What the study says of it.
    pub(crate) called: ModelSpec,
    /// As the verdict sees it.
    pub(crate) candidate: Candidate,
    /// What it is asked, and how its answers are read.
    pub(crate) prompt: PromptSpec,
    /// How often each question is asked.
    pub(crate) repeats: u32,
    prompter: Prompter,
    pool: ShotPool,
    /// What its answers depend on beside the question, as JSON.
    pub(crate) settings: String,
    /// Who it is, by its own files.
    pub(crate) identity: Identity,
    /// How it wants to be asked.
    pub(crate) manner: Manner,
    seed: u64,
    pub(crate) max_tokens: u32,
    /// What rows hold in place of the data's own cells, where it is asked about them in another form.
    other_form: Option<Rc<BTreeMap<u32, Fields>>>,
}

/// The cells of a row by name.
pub(crate) type Fields = serde_json::Map<String, serde_json::Value>;

impl PromptedModel {
    /// The questions of one candidate: its templates checked against the columns, its shots drawn from `examples`,
    /// which are of the training rows alone.
    ///
    /// # Errors
    /// A template that does not fit the columns, too few examples to draw shots from, a file that can't be read.
    pub(crate) fn new(prepared: &Prepared, called: &ModelSpec, examples: &[Example]) -> Result<Self, RunError> {
        let dataset = &prepared.loaded.dataset;
        let prompt = prepared.study.prompt_for(called);
        let prompter = prompter(prepared, &prompt)?;
        let columns: Vec<String> = dataset.fields(0).keys().cloned().collect();
        prompter.check(&columns).map_err(|faults| {
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            let hint = "a template may name the columns of the data, `row`, `labels` and `choices`";
            RunError::unfit(format!("candidate `{}`: {}", called.name, told.join("\n")), hint)
        })?;
        let draw = match called.shots_by {
            ShotsBy::Random => Draw::Balanced,
            ShotsBy::Nearest => Draw::Nearest,
        };
        let study_seed = prepared.study.trials.seed;
        let mut generator = seed::generator(study_seed, "shots", 0);
        let pool =
            ShotPool::draw(&prompter, examples, called.shots as usize, draw, &mut generator).map_err(|error| {
                let hint = "ask for fewer shots, or label more rows";
                RunError::unfit(format!("candidate `{}`: {error}", called.name), hint)
            })?;
        let backend = prepared.backend(called, &Place::default());
        let identity = identity(called, backend.as_ref())?;
        Ok(Self {
            candidate: Candidate::asked(called.name.clone(), called.backend.family()),
            settings: settings(called, &identity),
            identity,
            manner: backend.manner(),
            repeats: if prompt.temperature > 0.0 { prompt.repeats } else { 1 },
            seed: study_seed,
            max_tokens: prompt.answer_tokens(dataset.task),
            called: called.clone(),
            prompt,
            prompter,
            pool,
            other_form: None,
        })
    }

    /// The same, asked once about rows that hold these cells in place of their own.
    pub(crate) fn about(&self, rows: BTreeMap<u32, Fields>) -> Self {
        Self { repeats: 1, other_form: Some(Rc::new(rows)), ..self.clone() }
    }

    /// The cells of a row, as the model is asked about it.
    pub(crate) fn fields(&self, dataset: &Dataset, row: u32) -> Fields {
        let other = self.other_form.as_ref().and_then(|rows| rows.get(&row));
        other.cloned().unwrap_or_else(|| dataset.fields(row))
    }

    /// What is asked about a row.
    ///
    /// # Errors
    /// The row cannot fill in a template.
    pub(crate) fn question(&self, dataset: &Dataset, row: u32, repeat: u32) -> Result<Question, RunError> {
        let fields = self.fields(dataset, row);
        let asked = Asked { row: &fields, choices: dataset.choices(row) };
        let prompt = self.prompter.prompt(asked, &self.pool).map_err(|error| {
            let name = &self.called.name;
            RunError::unfit(format!("candidate `{name}`, row {}: {error}", row + 1), "fix the template or the row")
        })?;
        let (prompt, mut continuations) = match self.prompt.read {
            ResponseMode::Answer => (prompt, Vec::new()),
            ResponseMode::Likelihood => self.prompter.continuations(prompt, asked),
        };
        if self.prompt.read == ResponseMode::Likelihood && continuations.is_empty() {
            let text = dataset.references(row).first().map(String::as_str).unwrap_or_default();
            continuations.push(crate::call::Continuation { text: format!("{}{text}", self.prompt.delimiter) });
        }
        Ok(Question { prompt, sampling: self.sampling(), continuations, repeat })
    }

    /// How its questions are to be answered.
    pub(crate) fn sampling(&self) -> crate::call::Sampling {
        crate::call::Sampling {
            temperature: self.prompt.temperature,
            top_p: self.prompt.top_p,
            seed: self.seed,
            max_tokens: self.max_tokens,
            stop: self.prompt.stop.clone(),
        }
    }

    /// The question about a row as the report shows it: without instructions and shots.
    pub(crate) fn shown_input(&self, dataset: &Dataset, row: u32) -> Result<String, RunError> {
        let fields = dataset.fields(row);
        let asked = Asked { row: &fields, choices: dataset.choices(row) };
        self.prompter.input(asked).map_err(|error| RunError::unfit(error.to_string(), "fix the template or the row"))
    }

    /// Content address of the answer to a question, by the question's digest: the model, where it is, and everything it
    /// reads. The metric, the steps and the name are not part of it, so changing them asks nothing again.
    pub(crate) fn key(&self, question: &str) -> String {
        let text = format!("{}\n{question}", self.settings);
        blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
    }
}
