//! A model that is asked: its questions, and the addresses under which its answers are kept.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::backends::{Place, identity, settings};
use crate::call::{Identity, Manner, Question};
use crate::candidate::Candidate;
use crate::data::{Dataset, Target, seed};
use crate::prompt::{Asked, Draw, Example, Expected, Form, Prompter, ShotPool, Template};
use crate::run::error::RunError;
use crate::run::prepare::Prepared;
use crate::study::{ModelSpec, PromptSpec, ResponseMode, ShotsBy, TaskKind};

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

/// How prompts are put together for one candidate.
fn prompter(prepared: &Prepared, prompt: &PromptSpec) -> Result<Prompter, RunError> {
    let dataset = &prepared.loaded.dataset;
    let expected = expected(dataset, prompt.read);
    let form = prompt.form.unwrap_or_default();
    let parse = |source: &str, key: &str| {
        Template::parse(source, key)
            .map_err(|fault| RunError::unfit(fault.to_string(), "fix the template under [prompt]"))
    };
    let inputs = dataset.prompt_columns(&prepared.study.task);
    let mut prompter = match (&prompt.template, inputs.as_slice()) {
        (Some(source), _) => Prompter::new(parse(source, "prompt.template")?, expected, form),
        (None, [column]) => Prompter::of_column(column, expected, form),
        (None, columns) => {
            let line = |column: &String| {
                let quoted = serde_json::Value::from(column.as_str()).to_string();
                format!("{}: {{{{ row[{quoted}] }}}}", column.replace('{', "{{ '{' }}"))
            };
            let source = columns.iter().map(line).collect::<Vec<String>>().join("\n");
            let mut several = Prompter::new(parse(&source, "the default template")?, expected, form);
            if form == Form::Text {
                several.layout.cue = format!("{}:", several.expected.cue());
            }
            several
        }
    };
    prompter.layout.answer_delimiter.clone_from(&prompt.delimiter);
    if let Some(source) = &prompt.system {
        prompter.system = Some(parse(source, "prompt.system")?);
        // The user's own words say what is wanted; ours would only contradict them.
        prompter.instruction = prompter.instruction.filter(|_| prompt.template.is_none());
    }
    Ok(prompter)
}

/// What an answer to this task is expected to be.
fn expected(dataset: &Dataset, read: ResponseMode) -> Expected {
    match &dataset.target {
        Target::Classes { names, .. } => Expected::Label(names.clone()),
        Target::Numbers(_) => Expected::Number,
        Target::Choices { .. } if read == ResponseMode::Likelihood => Expected::ChoiceText,
        Target::Choices { .. } => Expected::Letter,
        Target::Texts { references } if dataset.task == TaskKind::Extraction => {
            let first = dataset.development.iter().filter_map(|&row| references.get(row as usize)?.first());
            let mut fields: Vec<String> = Vec::new();
            for object in first.take(200).filter_map(|text| serde_json::from_str::<serde_json::Map<_, _>>(text).ok()) {
                let keys: Vec<String> = object.into_iter().map(|(key, _): (String, serde_json::Value)| key).collect();
                fields.extend(keys.into_iter().filter(|key| !fields.contains(key)).collect::<Vec<_>>());
            }
            Expected::Json(fields)
        }
        // Nobody is asked for a text itself: the reader of the study refuses it.
        Target::Texts { .. } | Target::Itself { .. } => Expected::Text,
    }
}

/// The training rows with their answers: what shots are drawn from.
pub(super) fn examples(dataset: &Dataset, rows: &[u32]) -> Vec<Example> {
    let example = |&row: &u32| {
        let answer = match &dataset.target {
            Target::Classes { labels, names } => names.get(labels[row as usize] as usize).cloned().unwrap_or_default(),
            Target::Numbers(values) => values[row as usize].to_string(),
            Target::Texts { .. } => dataset.references(row).first().cloned().unwrap_or_default(),
            Target::Itself { .. } => String::new(),
            Target::Choices { choices, gold } => {
                let right = gold[row as usize].first().copied().unwrap_or_default();
                choices[row as usize].get(right as usize).cloned().unwrap_or_default()
            }
        };
        Example { row: dataset.fields(row), choices: dataset.choices(row).to_vec(), answer }
    };
    rows.iter().map(example).collect()
}
