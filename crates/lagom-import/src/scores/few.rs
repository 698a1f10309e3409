//! Many names in a sentence: the first few, and how many more.

/// How many names a message shows.
pub(super) const SHOWN: usize = 3;

/// The first few names and how many more there are.
pub(super) fn some(names: &[&str]) -> String {
    let first = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
