//! A study as it is used: checked, defaults filled in, paths resolved.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::cascade_spec::CascadeSpec;
use super::cells::Cells;
use super::costs::{Cost, Limits};
use super::family::{FamilyAbout, FamilyId, Registries, TaskKind};
use super::keys::good_enough;
use super::lever::Setting;
use super::lever_spec::LeverSpec;
use super::model_spec::{Backend, Budget, ModelSpec};
use super::named::{Api, Certify, DeclaredKind, Format, Policy, ResponseMode};
use super::pretrained::Pretrained;
use super::prices::Prices;
use super::profile::Profile;
use super::prompt::PromptSpec;
use super::rule::Rule;
use super::trials::Trials;
use crate::metric::{Metric, TextSettings, TokeniserFiles};
use lagom_backends::prompt::Form;

/// The question: which is the smallest model that is good enough for a task?
///
/// Made by [`Study::read`], which is where the checks are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// The file the study was read from.
    pub path: PathBuf,
    /// What is to be predicted from what.
    pub task: Task,
    /// Settings of the metric, where it is one of texts.
    #[serde(default, skip_serializing_if = "TextSettings::is_default")]
    pub metric: TextSettings,
    /// The files of its tokeniser, where that needs any.
    #[serde(default, skip_serializing_if = "TokeniserFiles::is_default")]
    pub tokeniser_files: TokeniserFiles,
    /// When a smaller model is good enough.
    pub good_enough: GoodEnough,
    /// What to train.
    pub ladder: LadderSpec,
    /// The levers that are set for all that is trained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipe: Vec<Setting>,
    /// The probes that are wanted, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<String>,
    /// The column that the probe `slice-by` tells rows apart by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice_by: Option<String>,
    /// What else is tried on the choice.
    #[serde(default, skip_serializing_if = "LeverSpec::is_default")]
    pub levers: LeverSpec,
    /// How often and on which shares of the data.
    pub trials: Trials,
    /// The models that are called, in the order of the file, one for each number of shots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<ModelSpec>,
    /// The pairs of candidates that stand in a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cascades: Vec<CascadeSpec>,
    /// The pretrained weights that are adapted, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pretrained: Vec<Pretrained>,
    /// What they are asked.
    #[serde(default, skip_serializing_if = "PromptSpec::is_default")]
    pub prompt: PromptSpec,
    /// What may be spent on them.
    #[serde(default, skip_serializing_if = "Budget::is_default")]
    pub budget: Budget,
    /// What the machine costs.
    #[serde(default, skip_serializing_if = "Prices::is_default")]
    pub prices: Prices,
    /// Whether the model that is handed over is brought to a temperature where that makes its probabilities surely truer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub calibrate: bool,
}

/// What is to be predicted from what, and how well is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Where the data are.
    pub source: Source,
    /// The column to predict; where the study names `references` in its place, the first of them.
    pub target: String,
    /// The columns with accepted answers, where the study names them; see [`Task::answers`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// What there is to choose from, for multiple choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Choices>,
    /// The columns that the prompt is made of where there is no template, for text generation, multiple choice and
    /// extraction; empty: to be found in the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<String>,
    /// What kind of task it is; `None`: to be guessed from the data.
    pub kind: Option<TaskKind>,
    /// The columns of text to predict from, for text classification; empty: to be found in the data.
    pub text: Vec<String>,
    /// The measure of quality; `None`: the default of the kind of task.
    pub metric: Option<Metric>,
    /// How rows are kept together or in order when they are split.
    pub split_by: SplitBy,
    /// Columns not to use.
    pub ignore: Vec<String>,
    /// Whether the first line names the columns; `None`: to be found in the data.
    pub header: Option<bool>,
    /// What separates the columns; `None`: to be found in the data.
    pub separator: Option<char>,
    /// The format of the files; `None`: from their names.
    pub format: Option<Format>,
    /// The file of labels that a person has reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<PathBuf>,
    /// How cells are read: decimals, what is missing.
    #[serde(default, skip_serializing_if = "Cells::is_default")]
    pub cells: Cells,
    /// Kinds of columns, in place of those found in the data.
    pub columns: BTreeMap<String, DeclaredKind>,
}

/// What there is to choose from in a task of multiple choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choices {
    /// A column whose cells are JSON lists of texts.
    Column(String),
    /// One column a choice.
    Columns(Vec<String>),
    /// The same choices for every row.
    Fixed(Vec<String>),
}

impl Choices {
    /// The columns that hold them; none where they are the same for every row.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        match self {
            Choices::Column(column) => std::slice::from_ref(column),
            Choices::Columns(columns) => columns,
            Choices::Fixed(_) => &[],
        }
    }
}

impl Task {
    /// The columns that hold what is right: the references, or the target.
    #[must_use]
    pub fn answers(&self) -> &[String] {
        if self.references.is_empty() { std::slice::from_ref(&self.target) } else { &self.references }
    }
}

/// Where the data are. Paths are relative to the working directory or absolute: those of a study file
/// have been joined to its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// One file; a share of it is sealed as the holdout.
    Split(PathBuf),
    /// Two files, split by the user.
    Given {
        /// What is trained and chosen on.
        train: PathBuf,
        /// What the verdict is read from.
        holdout: PathBuf,
    },
}

/// How rows are kept together or in order when they are split.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SplitBy {
    /// Rows are independent of each other.
    #[default]
    Rows,
    /// Rows with the same value in this column stay on one side of every split.
    Group(String),
    /// Rows are split in the order of this column: the past predicts the future.
    Time(String),
}

/// When a smaller model is good enough, and what deployment allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoodEnough {
    /// The margin or the bar; `None`: lagom uses a margin that suits the metric and says so.
    pub rule: Option<Rule>,
    /// How sure the verdict must be, between 0.5 and 1.
    pub confidence: f64,
    /// What "smallest" means.
    pub smallest_by: &'static dyn Cost,
    /// The named set of limits that was asked for.
    pub profile: Option<Profile>,
    /// The limits in force: the profile's, each replaced where one is given.
    pub limits: Limits,
    /// Name of the candidate that is in use today, where the question is whether it is needed; none: the best is what
    /// the others are compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incumbent: Option<String>,
}

impl GoodEnough {
    /// How sure a verdict must be where nothing is said: 95 %.
    pub const CONFIDENCE: f64 = good_enough::CONFIDENCE.default.0;
}

impl Default for GoodEnough {
    fn default() -> Self {
        GoodEnough {
            rule: None,
            confidence: GoodEnough::CONFIDENCE,
            smallest_by: good_enough::SMALLEST_BY.default.0,
            profile: None,
            limits: Limits::default(),
            incumbent: None,
        }
    }
}

/// What to train.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderSpec {
    /// The families asked for; `None`: all that serve the task and are trained by default. See [`LadderSpec::families_for`].
    pub families: Option<Vec<FamilyId>>,
    /// The largest number of parameters to train; `None`: lagom decides from the data.
    pub largest: Option<u64>,
    /// Which of its rungs are trained.
    #[serde(default)]
    pub policy: Policy,
    /// What an untried rung needs to be left out.
    #[serde(default)]
    pub certify: Certify,
}

impl LadderSpec {
    /// The families to train for this kind of task, of those in `registries` and in their order: the baseline, then those asked
    /// for that serve it; where none are asked for, those that are trained by default.
    #[must_use]
    pub fn families_for(&self, kind: TaskKind, registries: &Registries) -> Vec<FamilyId> {
        let wanted = |about: &&FamilyAbout| match &self.families {
            None => about.by_default,
            Some(families) => about.id == FamilyId::BASELINE || families.contains(&about.id),
        };
        registries.serving(kind).filter(wanted).map(|about| about.id).collect()
    }
}

impl Study {
    /// What this candidate is asked and how: `[prompt]` with what its own table says in its place. Its `form` is
    /// never `None`: where the study names none, a text for `/v1/completions`, for weights and for likelihoods in process, else messages.
    #[must_use]
    pub fn prompt_for(&self, called: &ModelSpec) -> PromptSpec {
        let own = &called.own;
        let mut prompt = self.prompt.clone();
        if own.template.is_some() {
            prompt.template.clone_from(&own.template);
            prompt.template_file = None;
        }
        prompt.system = own.system.clone().or(prompt.system);
        prompt.read = own.read.unwrap_or(prompt.read);
        prompt.temperature = own.temperature.unwrap_or(prompt.temperature);
        prompt.max_tokens = own.max_tokens.or(prompt.max_tokens);
        let usual = match &called.backend {
            Backend::Endpoint { api: Api::Completions, .. } => Form::Text,
            Backend::Gguf { .. } if prompt.read == ResponseMode::Likelihood => Form::Text,
            Backend::Weights(_) => Form::Text,
            _ => Form::Chat,
        };
        prompt.form = prompt.form.or(Some(usual));
        prompt
    }

    /// Most rows that every repeat validates on, the same in each, where models are called: each answers them once.
    /// `None`: none is called, and repeats draw validation rows of their own.
    #[must_use]
    pub fn explored(&self) -> Option<u32> {
        (!self.candidates.is_empty()).then(|| self.budget.explored())
    }

    /// Whether a study of `rows` rows is cross-fitted: where one file is given, its rows are in no order of time, no
    /// model is called (each would answer every row), and the study asks for it; or, where it says nothing, if there are fewer than
    /// [`Trials::CROSS_FIT_BELOW`] rows and at least [`Trials::FEWEST_FOLDS`] repeats.
    #[must_use]
    pub fn cross_fits(&self, rows: usize) -> bool {
        let possible = matches!(self.task.source, Source::Split(_))
            && !matches!(self.task.split_by, SplitBy::Time(_))
            && self.candidates.is_empty();
        let pays = || rows < Trials::CROSS_FIT_BELOW && self.trials.repeats >= Trials::FEWEST_FOLDS;
        possible && self.trials.cross_fit.unwrap_or_else(pays)
    }
}
