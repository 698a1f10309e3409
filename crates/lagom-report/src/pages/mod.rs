//! The reports: what was found, as documents.

pub(super) mod compare;
pub mod scaling;
