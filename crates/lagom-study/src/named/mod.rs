//! What a study chooses between by name: an enum each, with its words.

mod asked;
mod data;
mod ladder;
mod pretrained;

pub use asked::{Api, CutOff, Refusals, ResponseMode, ShotsBy, Unreadable};
pub(crate) use asked::{FORMS, form_name};
pub use data::{DeclaredKind, Format};
pub use ladder::{Certify, Policy};
pub use pretrained::{Adaptation, Precision};
