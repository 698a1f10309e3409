//! From a row to a prompt: instructions, shots and the question, as messages or as one text.

use serde::{Deserialize, Serialize};

use super::choice::{MOST_CHOICES, letter};
use super::error::{PromptError, TemplateFault};
use super::instruction::{Asked, Example, Expected, lettered};
use super::template::{Cells, Template};
use crate::call::{Continuation, Message, Prompt, Role};

/// How a prompt is put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Messages: instructions by the system, each shot a turn of user and assistant, then the question.
    #[default]
    Chat,
    /// Messages without a system: the first one begins with the instructions, for models that refuse that role.
    ChatWithoutSystem,
    /// One text: instructions, shots and question with empty lines between, for base models.
    Text,
}

/// What stands between the parts of a prompt of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Between a question and its answer; left out where the question ends in a space of its own.
    pub answer_delimiter: String,
    /// Between instructions, shots and the question.
    pub block_delimiter: String,
    /// The line that ends a question, before the answer (`Label:`); empty where the template has its own.
    pub cue: String,
}

impl Default for Layout {
    /// As lm-evaluation-harness puts prompts together: a space before an answer, an empty line between examples.
    fn default() -> Self {
        Self { answer_delimiter: " ".to_owned(), block_delimiter: "\n\n".to_owned(), cue: String::new() }
    }
}

/// Makes prompts for one task in one form.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompter {
    /// The question about a row. Lettered choices are listed behind it unless it names `choices` itself.
    pub input: Template,
    /// The user's own words before everything else.
    pub system: Option<Template>,
    /// What is said about the form of the answer, behind `system`.
    pub instruction: Option<Template>,
    /// What an answer is expected to be.
    pub expected: Expected,
    /// Messages or one text.
    pub form: Form,
    /// What stands between the parts of one text.
    pub layout: Layout,
}

/// An example as a prompt shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The question, without what comes between it and the answer.
    pub input: String,
    /// The answer as a model should write it.
    pub answer: String,
}

impl Prompter {
    /// The prompter for a template of the user's, with the default instruction and layout.
    #[must_use]
    pub fn new(input: Template, expected: Expected, form: Form) -> Self {
        let text = expected.instruction();
        // The default instructions are part of the program; a test holds that each of them parses.
        let instruction = Some(text).filter(|text| !text.is_empty());
        let instruction = instruction.and_then(|text| Template::parse(&text, "the default instruction").ok());
        Self { input, system: None, instruction, expected, form, layout: Layout::default() }
    }

    /// The prompter where the study names no more than the column of inputs.
    #[must_use]
    pub fn of_column(column: &str, expected: Expected, form: Form) -> Self {
        let cue = if form == Form::Text { format!("{}:", expected.cue()) } else { String::new() };
        let mut plain = Self::new(Template::of_column(column, "the default template"), expected, form);
        plain.layout.cue = cue;
        plain
    }

    /// Checks all templates against the columns.
    ///
    /// # Errors
    /// All names that are none, in the order system, instruction, input.
    pub fn check<S: AsRef<str>>(&self, columns: &[S]) -> Result<(), Vec<TemplateFault>> {
        let templates = [self.system.as_ref(), self.instruction.as_ref(), Some(&self.input)];
        let checked = templates.into_iter().flatten().filter_map(|template| template.check(columns).err());
        let faults: Vec<TemplateFault> = checked.flatten().collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The question about a row: the template filled in, with lettered choices and the cue.
    ///
    /// # Errors
    /// A template that this row cannot fill in; choices that are too few or too many for letters.
    pub fn input(&self, asked: Asked<'_>) -> Result<String, PromptError> {
        let mut input = self.input.fill(self.cells(asked))?;
        if self.expected == Expected::Letter {
            if !(2..=MOST_CHOICES).contains(&asked.choices.len()) {
                return Err(PromptError::Choices { found: asked.choices.len() });
            }
            if !self.input.names("choices") {
                input = format!("{}\n{}", input.trim_end(), lettered(asked.choices));
            }
        }
        if self.form == Form::Text && !self.layout.cue.is_empty() {
            input = format!("{}\n{}", input.trim_end(), self.layout.cue);
        }
        Ok(input)
    }

    /// An example as it is shown: with the letter of its answer where letters are expected.
    ///
    /// # Errors
    /// As [`Prompter::input`]; an answer that is none of the choices.
    pub fn show(&self, example: &Example) -> Result<Shown, PromptError> {
        let input = self.input(example.asked())?;
        let answer = match self.expected {
            Expected::Letter => {
                let place = example.choices.iter().position(|choice| *choice == example.answer);
                let place = place.ok_or_else(|| PromptError::NotAChoice {
                    answer: example.answer.clone(),
                    choices: example.choices.clone(),
                })?;
                letter(place).to_string()
            }
            _ => example.answer.clone(),
        };
        Ok(Shown { input, answer })
    }

    /// The prompt for a row: this question of it, with these shots.
    pub(super) fn with_shots(
        &self,
        asked: Asked<'_>,
        question: String,
        shots: &[&Shown],
    ) -> Result<Prompt, PromptError> {
        let before = self.before(asked)?;
        Ok(match self.form {
            Form::Text => Prompt::Text(self.text(before, shots, question)),
            Form::Chat => Prompt::Chat(chat(before, shots, question, true)),
            Form::ChatWithoutSystem => Prompt::Chat(chat(before, shots, question, false)),
        })
    }

    /// What stands before shots and question.
    fn before(&self, asked: Asked<'_>) -> Result<String, TemplateFault> {
        let mut parts = Vec::new();
        for template in [&self.system, &self.instruction].into_iter().flatten() {
            let part = template.fill(self.cells(asked))?;
            if !part.trim().is_empty() {
                parts.push(part.trim().to_owned());
            }
        }
        Ok(parts.join("\n\n"))
    }

    fn text(&self, before: String, shots: &[&Shown], question: String) -> String {
        let answered = |shot: &&Shown| {
            let delimiter = self.delimiter(&shot.input);
            format!("{}{delimiter}{}", shot.input, shot.answer)
        };
        let before = Some(before).filter(|text| !text.is_empty());
        let blocks: Vec<String> = before.into_iter().chain(shots.iter().map(answered)).chain([question]).collect();
        blocks.join(&self.layout.block_delimiter)
    }

    /// What comes between a question and its answer in running text.
    fn delimiter(&self, question: &str) -> &str {
        if question.ends_with(char::is_whitespace) { "" } else { &self.layout.answer_delimiter }
    }

    fn cells<'a>(&'a self, asked: Asked<'a>) -> Cells<'a> {
        Cells { row: asked.row, labels: self.expected.labels(), choices: asked.choices }
    }

    /// The prompt and the continuations whose likelihood answers the question: the labels, letters or texts of choices.
    /// None where numbers, texts or objects are expected, which no list of continuations covers.
    ///
    /// As lm-evaluation-harness has it: in running text each continuation begins with the delimiter, and spaces at the
    /// prompt's end move onto it, since tokens hold the space *before* a word; behind a chat template there is no
    /// delimiter. Unlike there, a prompt that ends in a space of its own gets no second one.
    #[must_use]
    pub fn continuations(&self, prompt: Prompt, asked: Asked<'_>) -> (Prompt, Vec<Continuation>) {
        let answers: Vec<String> = match &self.expected {
            Expected::Label(labels) => labels.clone(),
            Expected::Letter => (0..asked.choices.len()).map(|place| letter(place).to_string()).collect(),
            Expected::ChoiceText => asked.choices.to_vec(),
            Expected::Number | Expected::Text | Expected::Json(_) => Vec::new(),
        };
        let (prompt, delimiter) = match prompt {
            Prompt::Text(text) if !answers.is_empty() => {
                let end = text.trim_end().len();
                let own = text[end..].to_owned();
                let delimiter = if own.is_empty() { self.layout.answer_delimiter.clone() } else { own };
                (Prompt::Text(text[..end].to_owned()), delimiter)
            }
            other => (other, String::new()),
        };
        let continuations = answers.into_iter().map(|answer| Continuation { text: format!("{delimiter}{answer}") });
        (prompt, continuations.collect())
    }
}

/// The messages of a chat.
fn chat(before: String, shots: &[&Shown], question: String, system: bool) -> Vec<Message> {
    let message = |role, content: &str| Message { role, content: content.to_owned() };
    let mut messages = Vec::new();
    if system && !before.is_empty() {
        messages.push(message(Role::System, &before));
    }
    for shot in shots {
        messages.push(message(Role::User, &shot.input));
        messages.push(message(Role::Assistant, &shot.answer));
    }
    messages.push(Message { role: Role::User, content: question });
    if !system && !before.is_empty() {
        messages[0].content = format!("{before}\n\n{}", messages[0].content);
    }
    messages
}
