//! The reports: what was found, as documents.

pub(super) mod compare;
pub(super) mod run;
pub mod scaling;
