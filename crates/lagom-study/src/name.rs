//! Finding one of several names, and the nearest one to a name that is none of them.

/// The value whose name is exactly `wanted`.
pub(super) fn find<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, wanted: &str) -> Option<T> {
    all.iter().copied().find(|value| name(*value) == wanted)
}

/// The name nearest to `wanted`, if one is near enough to have been meant.
///
/// Case and the difference between `-`, `_` and a space do not count. Near is one edit in three letters;
/// else a name that holds what was written (`f1`: `macro-f1`), or that begins with the same five letters.
pub fn nearest<'a>(names: &[&'a str], wanted: &str) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let wanted = plain(wanted);
    let beginning: String = wanted.chars().take(5).collect();
    let holds = |name: &&&str| wanted.len() > 1 && name.contains(&wanted);
    let begins = |name: &&&str| beginning.len() > 4 && name.starts_with(&beginning);
    names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&plain(name), &wanted), *name))
        .filter(|(edits, name)| edits * 3 <= name.chars().count().max(3))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
        .or_else(|| names.iter().find(holds).copied())
        .or_else(|| names.iter().find(begins).copied())
}

/// `a, b or c`, each in backticks.
pub(super) fn either(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The names of an enum's values, all of them in this order.
macro_rules! named {
    ($type:ident: $($value:ident = $name:literal),*) => {
        impl $type {
            /// Every value.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$value),*];

            /// The name in studies and on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)*
                }
            }

            /// The value of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                $crate::name::find(&Self::ALL, Self::name, name)
            }
        }
    };
}

pub(crate) use named;
