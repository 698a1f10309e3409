//! How names of columns are compared.

/// A column's name for comparison: in lower case, without spaces, `_` and `-`.
pub(in crate::scores) fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).flat_map(char::to_lowercase).collect()
}
