//! How a process ended.

use std::fmt;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// How a process ended, and what it said last.
#[derive(Debug)]
pub struct End {
    pub(super) status: io::Result<ExitStatus>,
    /// Whether it did not end by itself in the time that it had.
    pub(super) killed: bool,
    /// The end of what it wrote to standard error, at most 16 KiB.
    pub said: String,
}

impl End {
    /// The number of the signal that ended it, if one did.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        self.status.as_ref().ok().and_then(ExitStatusExt::signal)
    }

    /// Its exit code, if it ended by itself.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.status.as_ref().ok().and_then(ExitStatus::code)
    }
}

/// Without what it said.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
            Ok(_) if self.killed => f.write_str("killed"),
            Ok(status) => status.fmt(f),
            Err(error) => write!(f, "its end is not known: {error}"),
        }
    }
}

/// The last characters of a text that may be long.
#[must_use]
pub fn last_characters(text: &str, most: usize) -> &str {
    let beyond = text.char_indices().rev().nth(most).map_or(0, |(at, letter)| at + letter.len_utf8());
    &text[beyond..]
}

#[cfg(test)]
mod tests {
    use super::last_characters;

    #[test]
    fn the_last_characters_are_whole_ones() {
        for (text, most, expected) in
            [("", 3, ""), ("äöü", 3, "äöü"), ("äöü", 2, "öü"), ("äöü", 0, ""), ("ab", 9, "ab")]
        {
            assert_eq!(last_characters(text, most), expected);
        }
    }
}
