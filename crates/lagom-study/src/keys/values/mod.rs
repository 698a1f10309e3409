//! What may stand behind a key: each kind says it in words and reads it.

mod address;
mod choice;
mod environment;
mod number;
mod own;
mod setting;
mod text;
mod united;
mod value;

pub(crate) use address::ADDRESS;
pub(crate) use choice::{Choice, Choices, one_of};
pub(crate) use environment::{COMMAND, HEADER, VARIABLE, VARIABLES};
pub(crate) use number::{Number, Percent, Whole};
pub(crate) use own::{OfContext, Own};
pub(crate) use setting::SettingOf;
pub(crate) use text::{AnyText, Flag, STOPS, TEMPLATE, Text, Texts, any_text, parsed};
pub(crate) use united::{AMOUNT, COUNT, LimitOf, MONEY, SIZE, TIME, United};
pub use value::Shape;
pub(crate) use value::{Value, Values, Words, Written, wrong_type};
