//! Prompts: from a row of the user's data to what a model reads, and from what it writes to what is scored.
//!
//! ```text
//! Template + row + ShotPool -> Prompter -> call::Prompt          digest(Question) -> content address
//! answer's text -> Step … -> read_label | read_choice | read_number | read_object | read_text -> Reading
//! ```
//!
//! Pure: no files, no clock, no processes, and no chance but the generator that is handed in.

mod choice;
mod digest;
mod error;
mod filters;
mod instruction;
mod label;
mod names;
mod number;
mod object;
mod parsed;
mod plain;
mod prompter;
mod scan;
mod shots;
mod similar;
mod spoken;
mod step;
mod template;
#[cfg(test)]
mod tests;
mod tokens;

pub use choice::{MOST_CHOICES, letter, read_choice};
pub use digest::digest;
pub use error::{PromptError, TemplateFault};
pub use instruction::{Asked, Example, Expected};
pub use label::{LabelReader, read_label};
pub use number::read_number;
pub use object::read_object;
pub use parsed::{ParsedText, is_refusal, read_text};
pub use prompter::{Form, Layout, Prompter, Shown};
pub use shots::{Draw, KeptShot, KeptShots, NEAREST_AMONG, ShotPool};
pub use spoken::{Spoken, spoken};
pub use step::{NothingFound, Pattern, Step, apply_all};
pub use template::{GIVEN, Template};
pub use tokens::{estimate_prompt_tokens, estimate_tokens};

/// A row of the user's data: column to value.
pub type Row = serde_json::Map<String, serde_json::Value>;
