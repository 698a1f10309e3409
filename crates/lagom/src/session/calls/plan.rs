//! Who is asked what, before anything is asked: the questions, and what they will cost.

use super::prompted_model::{PromptedModel, examples};
use crate::call::Prompt;
use crate::data::{SplitSpec, split};
use crate::prompt::estimate_prompt_tokens;
use crate::session::error::SessionError;
use crate::session::prepare::Prepared;
use crate::session::start::Session;

/// Rows whose prompts are counted, to know the tokens of one question.
const COUNTED: usize = 50;

/// What one asked candidate will take.
#[derive(Clone, Debug, PartialEq)]
pub struct CallPlan {
    /// Name of the candidate.
    pub name: String,
    /// The model and where it is.
    pub model: String,
    /// Solved examples before each question.
    pub shots: u32,
    /// Parameters, as the study tells.
    pub parameters: Option<u64>,
    /// Questions that are asked at least, if it turns out hopeless at once.
    pub least: u64,
    /// Questions on the rows to explore.
    pub explore: u64,
    /// Questions if every row is asked, the sealed ones too.
    pub most: u64,
    /// Tokens of one question, estimated.
    pub prompt_tokens: f64,
    /// Most tokens of one answer.
    pub answer_tokens: u32,
    /// Money for one question at most; none without a price.
    pub money: Option<f64>,
    /// Why it can't be run here, as far as its file and the free memory tell.
    pub warning: Option<String>,
    /// One prompt as it will be sent, that of the first row.
    pub first: Prompt,
}

impl CallPlan {
    /// Money if so many questions are asked; 0 without a price.
    #[must_use]
    pub fn money_of(&self, questions: u64) -> f64 {
        self.money.map_or(0.0, |money| money * questions as f64)
    }
}

impl Prepared {
    /// Whether the study has candidates that are asked.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        !self.study.candidates.is_empty()
    }

    /// The questions of every candidate that is asked, and what they cost; nothing is asked.
    ///
    /// # Errors
    /// A template that does not fit the columns, too few rows to draw shots from, a file that can't be read.
    pub fn call_plans(&self) -> Result<Vec<CallPlan>, SessionError> {
        self.callers()?.iter().map(|caller| self.call_plan(caller)).collect()
    }

    fn call_plan(&self, caller: &PromptedModel) -> Result<CallPlan, SessionError> {
        let dataset = &self.loaded.dataset;
        let rows = split(dataset, &self.first_split()).validation;
        let step = rows.len().div_ceil(COUNTED).max(1);
        let mut tokens = Vec::new();
        let mut first = None;
        for &row in rows.iter().step_by(step) {
            let question = caller.question(dataset, row, 0)?;
            tokens.push(estimate_prompt_tokens(&question.prompt) as f64);
            first.get_or_insert(question.prompt);
        }
        let mean = if tokens.is_empty() { 0.0 } else { crate::stats::mean(&tokens) };
        let repeats = u64::from(caller.repeats);
        let explore = rows.len() as u64 * repeats;
        let price = caller.called.price.as_ref();
        Ok(CallPlan {
            name: caller.called.name.clone(),
            model: caller.identity.model.clone(),
            shots: caller.called.shots,
            parameters: caller.called.parameters.or(caller.identity.facts.parameters),
            warning: caller.identity.warning.clone(),
            least: (super::explore::FIRST as u64 * repeats).min(explore),
            explore,
            most: explore + dataset.tested_units() as u64 * repeats,
            prompt_tokens: mean,
            answer_tokens: caller.max_tokens,
            money: price.map(|price| price.of(mean.ceil() as u64, 0, u64::from(caller.max_tokens)).amount),
            first: first.unwrap_or_else(|| Prompt::Text(String::new())),
        })
    }

    /// Every candidate that is asked, with its templates checked and its shots drawn.
    ///
    /// # Errors
    /// A template that does not fit the columns, too few rows to draw shots from, a file that can't be read: of all candidates at once.
    pub(super) fn callers(&self) -> Result<Vec<PromptedModel>, SessionError> {
        let (callers, faults) = self.callers_and_faults();
        SessionError::all(faults).map_or(Ok(callers), Err)
    }

    /// The same with what keeps each of the others from being asked.
    pub(super) fn callers_and_faults(&self) -> (Vec<PromptedModel>, Vec<SessionError>) {
        let dataset = &self.loaded.dataset;
        let shots = self.study.candidates.iter().any(|called| called.shots > 0);
        let pool = if shots { examples(dataset, &split(dataset, &self.first_split()).train) } else { Vec::new() };
        let (mut callers, mut faults) = (Vec::new(), Vec::new());
        for called in &self.study.candidates {
            match PromptedModel::new(self, called, &pool) {
                Ok(caller) => callers.push(caller),
                Err(fault) => faults.push(fault),
            }
        }
        (callers, faults)
    }

    /// How the development rows are split in the first repeat: with asked candidates the validation rows are the same in
    /// all repeats.
    pub(super) fn first_split(&self) -> SplitSpec {
        SplitSpec::of(&self.loaded.dataset, &self.study.trials, self.study.explored(), 0)
    }
}

impl Session {
    /// Whether the study has candidates that are asked.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        self.prepared.has_calls()
    }

    /// What backends noticed in this run and changes how their answers are to be read; each once.
    #[must_use]
    pub fn asking_notes(&self) -> Vec<String> {
        self.asking.notes.borrow().iter().cloned().collect()
    }
}
