//! Server-sent events: from bytes as they come to the data of whole events.
//!
//! Source: HTML Living Standard, 9.2.6 "Interpreting an event stream". Names and numbers of events do not matter here.

/// Reads a stream of events.
#[derive(Clone, Debug, Default)]
pub(super) struct Events {
    /// Bytes of the line that has not ended.
    line: Vec<u8>,
    /// Data of the event that has not ended.
    data: String,
    /// Whether the event has data at all.
    any: bool,
    /// Whether the last byte was a carriage return, after which a line feed belongs to the same end of line.
    returned: bool,
}

impl Events {
    /// Takes `bytes` and tells the data of each event that ends in them.
    pub(super) fn feed(&mut self, bytes: &[u8], mut event: impl FnMut(&str)) {
        for &byte in bytes {
            let returned = std::mem::replace(&mut self.returned, byte == b'\r');
            match byte {
                b'\n' if returned => {}
                b'\n' | b'\r' => self.end_of_line(&mut event),
                _ => self.line.push(byte),
            }
        }
    }

    /// The stream has ended: what is left counts as an event, since some servers forget the last empty line.
    pub(super) fn end(&mut self, mut event: impl FnMut(&str)) {
        if !self.line.is_empty() {
            self.end_of_line(&mut event);
        }
        self.end_of_line(&mut event);
    }

    fn end_of_line(&mut self, event: &mut impl FnMut(&str)) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            if std::mem::take(&mut self.any) {
                event(&self.data);
            }
            self.data.clear();
            return;
        }
        // The line is whole, so no letter is cut in two.
        let line = String::from_utf8_lossy(&line);
        let Some(value) = line.strip_prefix("data:") else { return };
        if self.any {
            self.data.push('\n');
        }
        self.any = true;
        self.data.push_str(value.strip_prefix(' ').unwrap_or(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&[u8]]) -> Vec<String> {
        let (mut events, mut found) = (Events::default(), Vec::new());
        for part in parts {
            events.feed(part, |data| found.push(data.to_owned()));
        }
        events.end(|data| found.push(data.to_owned()));
        found
    }

    #[test]
    fn events_are_read_as_the_standard_says() {
        let text = ": a comment\nevent: x\ndata: one\ndata:two\n\nid: 3\n\ndata\n\ndata: [DONE]\r\n\r\ndata: last";
        assert_eq!(read(&[text.as_bytes()]), ["one\ntwo", "[DONE]", "last"]);
    }

    proptest::proptest! {
        /// However the network cuts the stream, the same events come, with all their letters.
        #[test]
        fn cuts_do_not_matter(cuts in proptest::collection::vec(0_usize..60, 0..8)) {
            let text = "data: {\"a\":\"€ – Zürich\"}\r\n\r\ndata: 東京\n\ndata: end\r\r".as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            proptest::prop_assert_eq!(read(&parts), ["{\"a\":\"€ – Zürich\"}", "東京", "end"]);
        }
    }
}
