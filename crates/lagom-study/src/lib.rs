//! The question, in a file: `study.toml` read and checked, all its faults reported at once.
//!
//! ```toml
//! [task]
//! data = "reviews.csv"
//! target = "sentiment"
//!
//! [good-enough]
//! margin = 0.01
//! profile = "edge"
//! memory = "64 MB"
//! ```
//!
//! Models that are called stand in `[[candidate]]` tables ([`ModelSpec`]), pretrained weights that are adapted too ([`Pretrained`]), what they are asked in `[prompt]`
//! ([`PromptSpec`]), what may be spent on them in `[budget]` ([`Budget`]), what the machine costs in `[prices]` ([`Prices`]). `[levers]` ([`LeverSpec`]) is the stage that tries what helps beside size.
//!
//! [`Study::read`] gives a [`Study`] or [`StudyFaults`]; every value is written as people write it
//! ([`units`]). [`template`](template()) writes a commented study, [`Overrides`] is another margin or
//! other limits for a study that has run.

use lagom_host::input;
use lagom_host::secret;
use lagom_metrics as metric;

mod cascade_spec;
mod cells;
mod compute;
pub mod costs;
mod family;
mod fault;
mod keys;
mod lever;
mod lever_spec;
mod model;
mod model_spec;
mod money;
mod name;
mod named;
pub mod options;
mod overrides;
mod page;
mod pretrained;
mod prices;
mod probe;
mod profile;
mod prompt;
mod read;
mod reference;
mod rule;
mod template;
#[cfg(test)]
mod tests;
mod trials;
pub mod units;

pub use cascade_spec::CascadeSpec;
pub use cells::{Cells, DecimalMark, MissingTarget};
pub use compute::{Compute, Device};
pub use costs::{Cost, Limit, LimitError, LimitViolation, Limits};
pub use family::{CALLED, CASCADES, FamilyAbout, FamilyId, Mark, Registries, TaskKind};
pub use fault::{Fault, StudyFaults};
pub use keys::{Declared, KeyDefault, KeyHelp, Shape};
pub use lagom_backends::prompt::{Form, Step};
pub use lever::{LeverAbout, LeverGroup, LeverValue, LeverValues, Sample, Setting};
pub use lever_spec::{LeverBudget, LeverSpec};
pub use model::{Choices, GoodEnough, LadderSpec, Source, SplitBy, Study, Task};
pub use model_spec::{Backend, Budget, ModelSpec, Price};
pub use money::Money;
pub use name::nearest;
pub use named::{
    Adaptation, Api, Certify, CutOff, DeclaredKind, Format, Policy, Precision, Refusals, ResponseMode, ShotsBy,
    Unreadable,
};
pub use overrides::{OverrideError, Overrides};
pub use pretrained::{DIMENSIONS, OwnWeights, Pretrained, Weights, WeightsAt};
pub use prices::Prices;
pub use probe::{ProbeAbout, ProbeTakes};
pub use profile::{MCU_RAM, Profile, Speed};
pub use prompt::{OwnPrompt, PromptSpec};
pub use reference::{explain, reference, reference_page, tables};
pub use rule::{Rule, RuleError, check_confidence};
pub use template::{Proposal, Reasons, template};
pub use trials::Trials;
