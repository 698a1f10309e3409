//! Who is asked what, before anything is asked: the questions, and what they will cost.

use super::prompted_model::PromptedModel;
use super::variants::{asking, variants, varied_rows};
use super::wording::examples;
use crate::call::{Prompt, Question};
use crate::candidate::{Room, room};
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
        let questions: Vec<Question> =
            rows.iter().step_by(step).map(|&row| caller.question(dataset, row, 0)).collect::<Result<_, RunError>>()?;
        tokens.extend(questions.iter().map(|question| estimate_prompt_tokens(&question.prompt) as f64));
        let short = room_of(caller, &questions)?;
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
            warning: caller.identity.warning.clone().or(short),
            least: (FIRST as u64 * repeats).min(explore),
            explore,
            varied,
            most: explore + dataset.tested_units() as u64 * repeats + varied,
            prompt_tokens: mean,
            answer_tokens: caller.max_tokens,
            money: price.map(|price| price.of(mean.ceil() as u64, 0, u64::from(caller.max_tokens)).amount),
            first: questions.into_iter().next().map_or_else(|| Prompt::Text(String::new()), |first| first.prompt),
        })
    }

    /// Whether questions fit into what weights read at once, by some of them; what is cut, in words.
    ///
    /// # Errors
    /// Not one of them fits; a row that cannot fill in a template.
    pub(super) fn room_for(&self, caller: &PromptedModel) -> Result<Option<String>, RunError> {
        let dataset = &self.loaded.dataset;
        let rows = split(dataset, &self.first_split()).validation;
        let step = rows.len().div_ceil(COUNTED).max(1);
        let questions = rows.iter().step_by(step).map(|&row| caller.question(dataset, row, 0));
        room_of(caller, &questions.collect::<Result<Vec<Question>, RunError>>()?)
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

/// Whether these questions fit into what a candidate of weights reads at once; what is cut, in words.
fn room_of(caller: &PromptedModel, questions: &[Question]) -> Result<Option<String>, RunError> {
    let name = &caller.called.name;
    let Some(weights) = caller.called.backend.own_weights().and_then(|own| own.found.as_ref()) else { return Ok(None) };
    let Room { looked, cut } = room(name, weights, questions)
        .map_err(|fault| RunError::unfit(format!("[[candidate]] {}", fault.message), fault.hint))?;
    Ok((cut > 0).then(|| {
        format!(
            "{cut} of {looked} prompts leave too little room for an answer in the context and are cut at their front"
        )
    }))
}
