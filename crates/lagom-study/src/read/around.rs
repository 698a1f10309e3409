//! What the tables of candidates have around them, and what each may say in place of it.

use std::path::Path;

use super::section::Section;
use crate::family::{Registries, TaskKind};
use crate::fault::Faults;
use crate::keys::candidate as keys;
use crate::prompt::{OwnPrompt, PromptSpec};

/// What the tables are read by.
pub(super) struct Around<'a> {
    /// What their paths are relative to.
    pub(super) folder: &'a Path,
    /// What they are asked if they say no more.
    pub(super) prompt: &'a PromptSpec,
    /// Whether `[prompt]` itself says what is taken from a model.
    pub(super) prompt_reads: bool,
    /// The kind of task, where the study names it.
    pub(super) kind: Option<TaskKind>,
    /// The families that lagom trains, whose names candidates can't have.
    pub(super) registries: &'a Registries,
}

impl Around<'_> {
    /// The task, where its models are asked and none is trained.
    pub(super) fn asked(&self) -> Option<TaskKind> {
        self.kind.filter(|kind| !kind.is_trained())
    }
}

/// What a table says in place of `[prompt]`.
pub(super) fn own(section: &Section<'_>, faults: &mut Faults<'_>) -> OwnPrompt {
    OwnPrompt {
        template: section.read(faults, &keys::TEMPLATE),
        system: section.read(faults, &keys::SYSTEM),
        read: section.read(faults, &keys::READ),
        temperature: section.read(faults, &keys::TEMPERATURE),
        max_tokens: section.read(faults, &keys::MAX_TOKENS),
    }
}
