//! The words of questions: how prompts are put together, what an answer is expected to be, and what training rows have to say.

use crate::call::Prompt;
use crate::candidate::{Lesson, Lessons};
use crate::data::{Dataset, Target, split};
use crate::prompt::{Example, Expected, Form, Prompter, ShotPool, Template};
use crate::run::error::RunError;
use crate::run::prepare::Prepared;
use crate::study::{Adaptation, ModelSpec, PromptSpec, ResponseMode, TaskKind};

/// How prompts are put together for one candidate.
pub(super) fn prompter(prepared: &Prepared, prompt: &PromptSpec) -> Result<Prompter, RunError> {
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

/// What a candidate learns from before it is asked: the prompts and references of the training rows, as it will read them.
pub(super) fn lessons(prepared: &Prepared, called: &ModelSpec, how: Adaptation) -> Lessons {
    let dataset = &prepared.loaded.dataset;
    let found = prompter(prepared, &prepared.study.prompt_for(called)).and_then(|prompter| {
        let examples = examples(dataset, &split(dataset, &prepared.first_split()).train);
        let told = examples.iter().filter(|example| !example.answer.trim().is_empty());
        told.map(|example| lesson(&prompter, example)).collect::<Result<Vec<Lesson>, RunError>>()
    });
    let (pairs, fault) = match found {
        Ok(pairs) => (pairs, None),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    Lessons { how, pairs, seed: prepared.study.trials.seed, fault }
}

/// An example as a prompt and what is to follow it, as shots have both behind each other.
fn lesson(prompter: &Prompter, example: &Example) -> Result<Lesson, RunError> {
    let prompt = prompter.prompt(example.asked(), &ShotPool::none());
    let prompt =
        prompt.map_err(|error| RunError::unfit(format!("a training row: {error}"), "fix the template or the row"))?;
    let prompt = match prompt {
        Prompt::Text(text) => text,
        Prompt::Chat(_) => {
            return Err(RunError::unfit("weights learn from texts alone", "leave `form` out under [prompt]"));
        }
    };
    let delimiter = if prompt.ends_with(char::is_whitespace) { "" } else { &prompter.layout.answer_delimiter };
    Ok(Lesson { reference: format!("{delimiter}{}", example.answer), prompt })
}
