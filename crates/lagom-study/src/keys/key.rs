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

/// A key that one table alone gives a meaning, or that the reader of its table reads itself.
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
    /// In Markdown.
    fn words(&self, values: &V) -> String;

    /// What it is, or where nothing could be written an example, as TOML.
    fn sample(&self, values: &V) -> String;

    /// What is to be said beside the sample, in Markdown; empty where that is nothing.
    fn beside(&self) -> String;
}

/// A value that holds where a key is left out.
pub(crate) trait Constant<V: Values> {
    /// The value.
    fn value(&self) -> V::Read;
}

impl<V> Absent<V> for Told {
    fn words(&self, _: &V) -> String {
        self.0.to_owned()
    }

    fn sample(&self, _: &V) -> String {
        self.1.to_owned()
    }

    fn beside(&self) -> String {
        if matches!(self.0, "" | "none" | "never") { String::new() } else { format!("left out: {}", self.0) }
    }
}

impl<V: Written> Absent<V> for Is<V::Read>
where
    V::Read: Sync,
{
    fn words(&self, values: &V) -> String {
        let value = format!("`{}`", values.written(&self.0));
        if self.1.is_empty() { value } else { format!("{value}; {}", self.1) }
    }

    fn sample(&self, values: &V) -> String {
        values.written(&self.0)
    }

    fn beside(&self) -> String {
        self.1.to_owned()
    }
}

impl<V: Written> Absent<V> for Usual
where
    V::Read: Default,
{
    fn words(&self, values: &V) -> String {
        format!("`{}`", self.sample(values))
    }

    fn sample(&self, values: &V) -> String {
        values.written(&V::Read::default())
    }

    fn beside(&self) -> String {
        String::new()
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

/// What is declared of a key, whatever its values are.
pub trait Declared: Sync {
    /// The table that it stands in, as `good-enough`.
    fn section(&self) -> &'static str;

    /// Its name.
    fn name(&self) -> &'static str;

    /// What it means, in Markdown.
    fn meaning(&self) -> String;

    /// What may stand behind it, in Markdown.
    fn values(&self) -> String;

    /// The same as it stands behind "expected": `a whole number from 2 to 100`.
    fn expected(&self) -> String;

    /// What has to be said of that beside an example.
    fn shape(&self) -> Shape;

    /// What holds without it, in Markdown.
    fn default(&self) -> String;

    /// What holds without it, or where that cannot be written an example, as TOML.
    fn sample(&self) -> String;

    /// What is to be said beside the sample of what holds without it, in Markdown; empty where that is nothing.
    fn beside(&self) -> String;
}

impl<V: Words, D: Absent<V>> Declared for Key<V, D> {
    fn section(&self) -> &'static str {
        self.section
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn meaning(&self) -> String {
        self.meaning.to_owned()
    }

    fn values(&self) -> String {
        self.values.told()
    }

    fn expected(&self) -> String {
        self.values.expected()
    }

    fn shape(&self) -> Shape {
        self.values.shape()
    }

    fn default(&self) -> String {
        self.default.words(&self.values)
    }

    fn sample(&self) -> String {
        self.default.sample(&self.values)
    }

    fn beside(&self) -> String {
        self.default.beside()
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
