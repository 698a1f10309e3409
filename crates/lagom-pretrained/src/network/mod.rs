//! A transformer: its parameters, forward over a batch of texts, and back.

mod adapters;
mod backward;
mod forward;
mod past;
mod tape;

use std::collections::BTreeMap;

use crate::error::WeightsError;
use crate::product::{self, Matrix};
use crate::shape::Shape;
use crate::slot::{Part, Slot};

pub use adapters::Target;
pub(crate) use adapters::{Adapters, Pair};
pub(crate) use backward::{Gradients, Wanted};
pub(crate) use past::Past;
pub(crate) use tape::Dropout;

/// Texts of a batch, one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Tokens of all texts.
    pub(crate) ids: Vec<u32>,
    /// Where each begins, and behind the last one's end.
    pub(crate) starts: Vec<usize>,
}

impl Batch {
    /// Those texts, each of at least one token.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut batch = Self { ids: Vec::new(), starts: vec![0] };
        for text in texts {
            batch.ids.extend_from_slice(text);
            batch.starts.push(batch.ids.len());
        }
        batch
    }

    /// Tokens of the longest text.
    pub(crate) fn longest(&self) -> usize {
        self.starts.windows(2).map(|text| text[1] - text[0]).max().unwrap_or(0)
    }
}

/// The numbers of a parameter.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Matrix(Box<Matrix>),
    Numbers(Vec<f32>),
}

/// A network with its weights.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) shape: Shape,
    values: BTreeMap<Slot, Value>,
    /// Bucket of each distance, for relative positions.
    buckets: Vec<u16>,
}

/// Longest distance whose bucket is told apart (transformers' `relative_position_bucket`).
const FAR: f32 = 128.0;

/// The bucket of a distance `key - query`: half of them for each direction, half of those exact, the others logarithmic up to [`FAR`]
/// (Raffel et al. 2020).
fn bucket(distance: i64, buckets: usize) -> u16 {
    let half = buckets / 2;
    let exact = (half / 2).max(1);
    let size = distance.unsigned_abs() as usize;
    let within = if size < exact {
        size
    } else {
        let share = (size as f32 / exact as f32).ln() / (FAR / exact as f32).ln();
        (exact + (share * (half - exact) as f32) as usize).min(half - 1)
    };
    (within + if distance > 0 { half } else { 0 }) as u16
}

impl Network {
    /// A network of these numbers; each parameter of the shape must be among them, of its size.
    pub(crate) fn new(shape: Shape, numbers: Vec<(Slot, Vec<f32>)>) -> Result<Self, String> {
        if !shape.is_sound() {
            return Err(format!("no network has the shape {shape:?}"));
        }
        let mut given: BTreeMap<Slot, Vec<f32>> = numbers.into_iter().collect();
        let mut values = BTreeMap::new();
        for parameter in shape.parameters() {
            let slot = parameter.slot;
            let numbers = given.remove(&slot).ok_or_else(|| format!("`{slot}` is missing"))?;
            let count = parameter.rows * parameter.columns;
            if numbers.len() != count {
                return Err(format!("`{slot}` has {} numbers, not {count}", numbers.len()));
            }
            let value = if parameter.is_matrix {
                Value::Matrix(Box::new(product::matrix(numbers, parameter.rows, parameter.columns)))
            } else {
                Value::Numbers(numbers)
            };
            values.insert(slot, value);
        }
        let reach = shape.positions as i64;
        let buckets = match shape.relative {
            Some(relative) => (-reach..=reach).map(|distance| bucket(distance, relative.buckets)).collect(),
            None => Vec::new(),
        };
        Ok(Self { shape, values, buckets })
    }

    /// The bucket of the distance of two tokens, for relative positions; 0 where there are none.
    #[cfg(any(test, feature = "device"))]
    pub(crate) fn bucket(&self, query: usize, key: usize) -> u16 {
        self.buckets.get(self.shape.positions + key - query).copied().unwrap_or(0)
    }

    /// All numbers, in the order of [`Shape::parameters`].
    pub(crate) fn numbers(&self) -> Result<Vec<(Slot, Vec<f32>)>, WeightsError> {
        let each = |(slot, value): (&Slot, &Value)| {
            let numbers = match value {
                Value::Matrix(matrix) => product::numbers((**matrix).clone())?,
                Value::Numbers(numbers) => numbers.clone(),
            };
            Ok((*slot, numbers))
        };
        self.values.iter().map(each).collect()
    }

    /// How many numbers.
    pub(crate) fn count(&self) -> u64 {
        self.shape.parameters().iter().map(|parameter| (parameter.rows * parameter.columns) as u64).sum()
    }

    /// A parameter that is used as a matrix.
    pub(crate) fn matrix(&self, slot: Slot) -> Result<&Matrix, WeightsError> {
        match self.values.get(&slot) {
            Some(Value::Matrix(matrix)) => Ok(matrix),
            _ => Err(WeightsError::Product(format!("there is no matrix `{slot}`"))),
        }
    }

    /// A parameter that is used as plain numbers; empty if the network has none.
    pub(crate) fn plain(&self, slot: Slot) -> &[f32] {
        match self.values.get(&slot) {
            Some(Value::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }

    /// A parameter of a block, as plain numbers.
    pub(crate) fn part(&self, at: u16, part: Part) -> &[f32] {
        self.plain(Slot::Block(at, part))
    }

    /// Lets a function change a parameter's numbers in their place.
    pub(crate) fn change(&mut self, slot: Slot, with: impl FnOnce(&mut [f32])) -> Result<(), WeightsError> {
        match self.values.get_mut(&slot) {
            Some(Value::Numbers(numbers)) => with(numbers),
            Some(Value::Matrix(matrix)) => change(matrix, with)?,
            None => {}
        }
        Ok(())
    }

    /// The head of a decoder.
    pub(crate) fn head(&self) -> Result<&Matrix, WeightsError> {
        self.matrix(if self.shape.tied { Slot::Tokens } else { Slot::Output })
    }
}

/// Lets a function change a matrix's numbers, in their place where nobody else holds them.
pub(crate) fn change(matrix: &mut Matrix, with: impl FnOnce(&mut [f32])) -> Result<(), WeightsError> {
    let [rows, columns] = matrix.dims();
    let taken = std::mem::replace(matrix, product::matrix(Vec::new(), 0, 0));
    let mut numbers = product::numbers(taken)?;
    with(&mut numbers);
    *matrix = product::matrix(numbers, rows, columns);
    Ok(())
}
