//! Windows over a text that is longer than the context.

/// Tokens to feed and those of them to score, as places in a list that begins with the token before the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The first token to feed.
    pub(super) from: usize,
    /// The end of those to feed.
    pub(super) to: usize,
    /// The first place whose next token is scored; up to `to`.
    pub(super) scored: usize,
}

/// The windows over `tokens` tokens after one that begins them, at most `length` a window. Each token is scored once;
/// a window but the first begins with the token before those it scores, and the last reaches back as far as it can, as
/// by `get_rolling_token_windows` and `make_disjoint_window` of lm-evaluation-harness.
pub(super) fn windows(tokens: usize, length: usize) -> Vec<Window> {
    let (mut found, mut done) = (Vec::new(), 0);
    while done < tokens {
        let to = tokens.min(done + length);
        found.push(Window { from: to.saturating_sub(length), to, scored: done });
        done = to;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_one_window() {
        assert_eq!(windows(5, 8), [Window { from: 0, to: 5, scored: 0 }]);
        assert_eq!(windows(8, 8), [Window { from: 0, to: 8, scored: 0 }]);
        assert_eq!(windows(0, 8), []);
    }

    /// Ten tokens, four a window: 0-3, 4-7, and the last two with all the context that fits.
    #[test]
    fn a_long_text_is_scored_once_and_the_last_window_is_full() {
        let expected = [
            Window { from: 0, to: 4, scored: 0 },
            Window { from: 4, to: 8, scored: 4 },
            Window { from: 6, to: 10, scored: 8 },
        ];
        assert_eq!(windows(10, 4), expected);
    }
}
