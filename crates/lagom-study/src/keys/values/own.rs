//! Kinds of values that one key alone has.

use super::value::{Shape, Value, Values, Words};
use crate::fault::Wrong;

/// Values that are read in a way of their own.
#[derive(Debug)]
pub(crate) struct Own<T> {
    /// What is expected, in words.
    pub(crate) expected: &'static str,
    /// What the words leave to an example.
    pub(crate) shape: Shape,
    /// Reads one.
    pub(crate) read: fn(&Value<'_>) -> Result<T, Wrong>,
}

impl<T> Words for Own<T> {
    fn expected(&self) -> String {
        self.expected.to_owned()
    }

    fn shape(&self) -> Shape {
        self.shape
    }
}

impl<T> Values for Own<T> {
    type Read = T;

    fn read(&self, value: &Value<'_>) -> Result<T, Wrong> {
        (self.read)(value)
    }
}

/// Values that only the rest of the study makes sense of: what they may be, in words.
#[derive(Debug)]
pub(crate) struct OfContext(pub(crate) &'static str);

impl Words for OfContext {
    fn expected(&self) -> String {
        self.0.to_owned()
    }
}
