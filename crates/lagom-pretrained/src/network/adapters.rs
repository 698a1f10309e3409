//! Low-rank additions to matrices of a network, as a branch of their own: `x·Wᵀ + scale · (x·Aᵀ)·Bᵀ`.

use std::collections::BTreeMap;

use crate::product::Matrix;
use crate::shape::Shape;
use crate::slot::Part;

/// A matrix of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// Attention's queries.
    Query,
    /// Attention's keys.
    Key,
    /// Attention's values.
    Value,
    /// What follows attention.
    Output,
    /// Into the hidden layer.
    Up,
    /// The hidden layer's gate (decoders alone).
    Gate,
    /// Out of the hidden layer.
    Down,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Query, Self::Key, Self::Value, Self::Output, Self::Up, Self::Gate, Self::Down];

    /// As configurations write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Key => "key",
            Self::Value => "value",
            Self::Output => "output",
            Self::Up => "up",
            Self::Gate => "gate",
            Self::Down => "down",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The parameter that it is some rows of.
    pub(crate) fn part(self) -> Part {
        match self {
            Self::Query | Self::Key | Self::Value => Part::AttentionWeight,
            Self::Output => Part::OutputWeight,
            Self::Up | Self::Gate => Part::UpWeight,
            Self::Down => Part::DownWeight,
        }
    }

    /// Its rows there, and its columns; none if the network has no such matrix.
    pub(crate) fn place(self, shape: &Shape) -> Option<Place> {
        let (query, key) = (shape.query_width(), shape.key_width());
        let place = |from, outputs, inputs| Some(Place { from, outputs, inputs });
        match self {
            Self::Query => place(0, query, shape.width),
            Self::Key => place(query, key, shape.width),
            Self::Value => place(query + key, key, shape.width),
            Self::Output => place(0, shape.width, query),
            Self::Gate if shape.gated() => place(0, shape.hidden, shape.width),
            Self::Gate => None,
            Self::Up => place(if shape.gated() { shape.hidden } else { 0 }, shape.hidden, shape.width),
            Self::Down => place(0, shape.width, shape.hidden),
        }
    }
}

/// Where a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// First row of the parameter, and so first column of its product.
    pub(crate) from: usize,
    pub(crate) outputs: usize,
    pub(crate) inputs: usize,
}

/// One addition.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// `[rank, inputs]`.
    pub(crate) a: Matrix,
    /// `[outputs, rank]`.
    pub(crate) b: Matrix,
}

/// The additions of a network.
#[derive(Debug, Clone)]
pub(crate) struct Adapters {
    /// `alpha / rank`.
    pub(crate) scale: f32,
    pub(crate) pairs: BTreeMap<(u16, Target), Pair>,
}

impl Adapters {
    /// Those of one parameter of one block.
    pub(crate) fn of(&self, block: u16, part: Part) -> impl Iterator<Item = (Target, &Pair)> {
        self.pairs
            .range((block, Target::Query)..=(block, Target::Down))
            .filter(move |((_, target), _)| target.part() == part)
            .map(|((_, target), pair)| (*target, pair))
    }

    /// The lowest block that has one.
    pub(crate) fn lowest(&self) -> Option<u16> {
        self.pairs.keys().next().map(|(block, _)| *block)
    }
}
