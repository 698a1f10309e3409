//! Who is asked what, before anything is asked: the questions, and what they will cost.

use super::prompted_model::{PromptedModel, examples};
use super::variants::{asking, variants, varied_rows};
use crate::call::Prompt;
use crate::data::split;
use crate::prompt::estimate_prompt_tokens;
use crate::run::error::RunError;
use crate::run::prepare::Prepared;

/// Rows that every model is asked at least: fewer tell nothing apart.
pub(crate) const FIRST: usize = 32;
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
    /// Questions about rows in other forms, for probes that look at asked models.
    pub varied: u64,
    /// Questions if every row is asked, the sealed ones and those in other forms too.
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
    /// The questions of every candidate that is asked, and what they cost; nothing is asked.
    ///
    /// # Errors
    /// A template that does not fit the columns, too few rows to draw shots from, a file that can't be read.
    pub fn call_plans(&self) -> Result<Vec<CallPlan>, RunError> {
        self.callers()?.iter().map(|caller| self.call_plan(caller)).collect()
    }

    fn call_plan(&self, caller: &PromptedModel) -> Result<CallPlan, RunError> {
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
        let varied = if caller.manner.is_called { self.varied(caller)? } else { 0 };
        let price = caller.called.price.as_ref();
        Ok(CallPlan {
            name: caller.called.name.clone(),
            model: caller.identity.model.clone(),
            shots: caller.called.shots,
            parameters: caller.called.parameters.or(caller.identity.facts.parameters),
            warning: caller.identity.warning.clone(),
            least: (FIRST as u64 * repeats).min(explore),
            explore,
            varied,
            most: explore + dataset.tested_units() as u64 * repeats + varied,
            prompt_tokens: mean,
            answer_tokens: caller.max_tokens,
            money: price.map(|price| price.of(mean.ceil() as u64, 0, u64::from(caller.max_tokens)).amount),
            first: first.unwrap_or_else(|| Prompt::Text(String::new())),
        })
    }

    /// Questions about rows in other forms.
    fn varied(&self, caller: &PromptedModel) -> Result<u64, RunError> {
        let rows = varied_rows(self);
        let mut forms = 0;
        for asks in asking(self) {
            forms += variants(self, asks, caller, &rows)?.asked.len();
        }
        Ok((forms * rows.len()) as u64)
    }

    /// Every candidate that is asked, with its templates checked and its shots drawn.
    ///
    /// # Errors
    /// A template that does not fit the columns, too few rows to draw shots from, a file that can't be read: of all candidates at once.
    pub(crate) fn callers(&self) -> Result<Vec<PromptedModel>, RunError> {
        let (callers, faults) = self.callers_and_faults();
        RunError::all(faults).map_or(Ok(callers), Err)
    }

    /// The same with what keeps each of the others from being asked.
    pub(super) fn callers_and_faults(&self) -> (Vec<PromptedModel>, Vec<RunError>) {
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
}
