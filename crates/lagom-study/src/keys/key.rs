//! What is declared of a key, and what holds where it is left out.

use super::values::{OfContext, Shape, Values, Words, Written};

/// A key of the study: what stands here is said nowhere else.
#[derive(Debug)]
pub(crate) struct Key<V, D = Told> {
    /// The table that it stands in.
    pub(crate) section: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// What may stand behind it.
    pub(crate) values: V,
    /// What holds without it.
    pub(crate) default: D,
    /// What it means, in Markdown.
    pub(crate) meaning: &'static str,
}

/// A key that the reader of its table reads, since only the rest of the study makes sense of it.
pub(crate) type Free = Key<OfContext>;

/// Nothing that could be written holds without the key: what does in Markdown, and an example as TOML.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told(pub(crate) &'static str, pub(crate) &'static str);

/// This value holds without the key; where another one does, in Markdown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Is<T>(pub(crate) T, pub(crate) &'static str);

/// The default of the values' type holds without the key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usual;

/// What holds where a key is left out.
pub(crate) trait Absent<V>: Sync {
    /// The same as it is told.
    fn told(&self, values: &V) -> KeyDefault;
}

/// What holds where a key is left out, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDefault {
    /// What holds, in Markdown.
    pub words: String,
    /// The same, or where it cannot be written an example, as TOML.
    pub sample: String,
    /// What is to be said beside the sample, in Markdown; empty where that is nothing.
    pub beside: String,
}

/// A value that holds where a key is left out.
pub(crate) trait Constant<V: Values> {
    /// The value.
    fn value(&self) -> V::Read;
}

impl<V> Absent<V> for Told {
    fn told(&self, _: &V) -> KeyDefault {
        let silent = matches!(self.0, "" | "none" | "never");
        let beside = if silent { String::new() } else { format!("left out: {}", self.0) };
        KeyDefault { words: self.0.to_owned(), sample: self.1.to_owned(), beside }
    }
}

impl<V: Written> Absent<V> for Is<V::Read>
where
    V::Read: Sync,
{
    fn told(&self, values: &V) -> KeyDefault {
        let sample = values.written(&self.0);
        let but = if self.1.is_empty() { String::new() } else { format!("; {}", self.1) };
        KeyDefault { words: format!("`{sample}`{but}"), sample, beside: self.1.to_owned() }
    }
}

impl<V: Written> Absent<V> for Usual
where
    V::Read: Default,
{
    fn told(&self, values: &V) -> KeyDefault {
        let sample = values.written(&V::Read::default());
        KeyDefault { words: format!("`{sample}`"), sample, beside: String::new() }
    }
}

impl<V: Values> Constant<V> for Is<V::Read>
where
    V::Read: Clone,
{
    fn value(&self) -> V::Read {
        self.0.clone()
    }
}

impl<V: Values> Constant<V> for Usual
where
    V::Read: Default,
{
    fn value(&self) -> V::Read {
        V::Read::default()
    }
}

/// A key as it is told: by `lagom explain`, in the documentation, in the study that `init` writes, in the help of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHelp {
    /// The table that it stands in, as `good-enough`.
    pub section: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it means, in Markdown.
    pub meaning: String,
    /// What may stand behind it, in Markdown.
    pub values: String,
    /// The same as it stands behind "expected": `a whole number from 2 to 100`.
    pub expected: String,
    /// What has to be said of that beside an example.
    pub shape: Shape,
    /// What holds without it.
    pub default: KeyDefault,
}

/// Something that is declared of a key, whatever its values are.
pub trait Declared: Sync {
    /// What is told of it.
    fn help(&self) -> KeyHelp;
}

impl<V: Words, D: Absent<V>> Declared for Key<V, D> {
    fn help(&self) -> KeyHelp {
        let (told, default) = (self.values.told(), self.default.told(&self.values));
        // How lists and tables are written is seen, not described.
        let such_as = default.sample.starts_with(['[', '{']) && default.sample != "[]";
        KeyHelp {
            section: self.section,
            name: self.name,
            meaning: self.meaning.to_owned(),
            values: if such_as { format!("{told}, such as `{}`", default.sample) } else { told },
            expected: self.values.expected(),
            shape: self.values.shape(),
            default,
        }
    }
}

/// Declares the keys of a table, each by its constant, type, name, values, what holds without it, and meaning; and
/// `KEYS`, all of them in this order.
macro_rules! keys {
    ($section:literal: $($id:ident: $type:ty = $name:literal, $values:expr, $default:expr, $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub(crate) const $id: $type =
                Key { section: $section, name: $name, values: $values, default: $default, meaning: $meaning };
        )*

        /// Every key of the table.
        pub(crate) static KEYS: &[&dyn Declared] = &[$(&$id),*];
    };
}

pub(crate) use keys;
