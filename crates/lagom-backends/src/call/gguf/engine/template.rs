//! Chat templates: Jinja from the model's file, rendered as `transformers` renders them.

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, Value, context};

use super::super::super::{Message, Role};

/// Most steps of a template; a usual one takes some hundred a message.
const MOST_STEPS: u64 = 10_000_000;
/// The name under which the template is kept.
const NAME: &str = "chat";

/// How messages become one text.
pub(super) struct Template {
    /// The template; none where the file has none; or why it can't be read.
    environment: Result<Option<Environment<'static>>, String>,
    /// The token that begins a text, as templates write it.
    begin: String,
    /// The token that ends it.
    end: String,
}

impl Template {
    /// The template in the model's file.
    pub(super) fn of(model: &LlamaModel) -> Self {
        let vocabulary = model.vocab();
        let name = |token: LlamaToken| {
            let text = if token.0 < 0 { None } else { vocabulary.text(token) };
            text.map_or_else(String::new, |text| text.to_string_lossy().into_owned())
        };
        let source = model.chat_template(None).ok().and_then(|template| template.to_string().ok());
        Self::new(source, name(vocabulary.bos()), name(vocabulary.eos()))
    }

    /// A template from its source, if there is one.
    pub(super) fn new(source: Option<String>, begin: String, end: String) -> Self {
        Self { environment: source.map(environment).transpose(), begin, end }
    }

    /// What a reader of answers to chats should know: that there is no template, or none that can be read.
    pub(super) fn note(&self) -> Option<String> {
        match &self.environment {
            Ok(Some(_)) => None,
            Ok(None) => Some(
                "the file has no chat template: messages are put together with an empty line between them, without roles"
                    .to_owned(),
            ),
            Err(message) => Some(format!("the file's chat template can't be read: {message}")),
        }
    }

    /// The messages as one text that ends where the model is to go on: after the template's opening of an answer, or
    /// within the last message where that is the model's own.
    ///
    /// # Errors
    /// The template can't be read or refuses the messages (some know no system message); its own words.
    pub(super) fn apply(&self, messages: &[Message]) -> Result<String, String> {
        let Some(environment) = self.environment.as_ref().map_err(Clone::clone)? else {
            return Ok(messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n\n"));
        };
        let opening = messages.last().is_none_or(|message| message.role != Role::Assistant);
        let rendered = environment.get_template(NAME).and_then(|template| {
            template.render(context! {
                messages => messages.iter().map(value).collect::<Vec<_>>(),
                add_generation_prompt => opening,
                bos_token => &self.begin,
                eos_token => &self.end,
            })
        });
        let text = rendered.map_err(|error| format!("the model's chat template: {}", words(&error)))?;
        Ok(if opening { text } else { self.reopened(text, messages) })
    }

    /// The text without what the template puts after the last message.
    fn reopened(&self, text: String, messages: &[Message]) -> String {
        let last = messages.last().map_or("", |message| message.content.trim_end());
        match text.rfind(last) {
            Some(at) if !last.is_empty() => text[..at + last.len()].to_owned(),
            _ => text,
        }
    }
}

fn environment(source: String) -> Result<Environment<'static>, String> {
    let mut environment = Environment::new();
    // What `transformers` sets, and the methods of Python's strings, lists and dictionaries that templates call.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(|error| words(&error))?);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_fuel(Some(MOST_STEPS));
    // The date is left undefined: the same question makes the same prompt on every day.
    environment.add_function("raise_exception", |message: String| -> Result<Value, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, message))
    });
    environment.add_template_owned(NAME, source).map_err(|error| words(&error))?;
    Ok(environment)
}

fn value(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    context! { role => role, content => message.content.as_str() }
}

/// What went wrong, with the line of the template.
fn words(error: &Error) -> String {
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    error.line().map_or(what.clone(), |line| format!("{what} (line {line})"))
}
