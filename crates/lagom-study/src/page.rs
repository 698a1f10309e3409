//! The lines of a commented study: settings, with what is said of them beside or above.

/// The text as it grows.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The lines so far.
    pub(super) text: String,
}

/// The most characters of a line of comment.
const WIDTH: usize = 80;

impl Page {
    /// Lines of comment, wrapped.
    pub(super) fn comment(&mut self, comment: &str) {
        let mut line = String::from("#");
        for word in comment.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(&line);
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    /// The head of a table, after an empty line; the comment beside it where the line holds it, else below.
    pub(super) fn table(&mut self, name: &str, comment: &str) {
        self.line("");
        let beside = format!("[{name}]  # {comment}");
        if beside.chars().count() <= WIDTH {
            self.line(&beside);
        } else {
            self.line(&format!("[{name}]"));
            self.comment(comment);
        }
    }

    /// A setting that is in force.
    pub(super) fn key(&mut self, key: &str, value: &str, comments: &[String]) {
        self.setting(&format!("{key} = {value}"), comments);
    }

    /// A setting that is commented out; it shows the default or, where there is none, an example.
    pub(super) fn option(&mut self, key: &str, value: &str, comments: &[String]) {
        self.setting(&format!("#{key} = {value}"), comments);
    }

    /// Lines to take the `# ` away from, all of them together.
    pub(super) fn example(&mut self, lines: &[&str]) {
        for line in lines {
            self.line(format!("# {line}").trim_end());
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.line("");
    }

    /// The comment beside the setting where the line holds it, else above.
    fn setting(&mut self, setting: &str, comments: &[String]) {
        let said: Vec<&str> = comments.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        // What is declared is Markdown; here no renderer takes the marks away.
        let comment = said.join("; ").replace('`', "");
        let beside = format!("{setting:<28}  # {comment}");
        if comment.contains(['\n', '\r']) || beside.chars().count() > WIDTH {
            self.comment(&comment);
            self.line(setting);
        } else {
            self.line(&beside);
        }
    }

    fn line(&mut self, line: &str) {
        // Control characters may not stand in a comment; in values they are escaped already.
        self.text.extend(line.chars().filter(|c| !c.is_control()));
        self.text.push('\n');
    }
}

/// Text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A list of texts as TOML writes it.
pub(super) fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}
