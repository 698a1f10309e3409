//! Chat templates as models have them, rendered as `transformers` renders them.

use super::super::super::{Message, Role};
use super::template::Template;

fn message(role: Role, content: &str) -> Message {
    Message { role, content: content.to_owned() }
}

fn apply(source: &str, messages: &[Message]) -> Result<String, String> {
    Template::new(Some(source.to_owned()), "<s>".to_owned(), "</s>".to_owned()).apply(messages)
}

const CHATML: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + \
                      '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

#[test]
fn chatml() {
    let messages = [message(Role::System, "Be kind."), message(Role::User, "Hello")];
    let expected = "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n";
    assert_eq!(apply(CHATML, &messages).unwrap(), expected);
}

/// An answer that is begun is gone on with.
#[test]
fn a_last_message_of_the_model_is_left_open() {
    let messages = [message(Role::User, "2 + 2?"), message(Role::Assistant, "The answer is ")];
    let expected = "<|im_start|>user\n2 + 2?<|im_end|>\n<|im_start|>assistant\nThe answer is";
    assert_eq!(apply(CHATML, &messages).unwrap(), expected);
}

/// Blocks on lines of their own leave no empty lines, methods of Python's strings work, a loop may be left.
#[test]
fn python_s_ways_work() {
    let source = "{{ bos_token }}{%- for m in messages %}\n    {%- if loop.index0 > 0 %}\n        {%- break %}\n    {%- endif %}\n\
                  [INST] {{ m.content.strip().title() }} [/INST]\n{%- endfor %}\n{{ eos_token }}";
    let messages = [message(Role::User, " ab "), message(Role::User, "cd")];
    assert_eq!(apply(source, &messages).unwrap(), "<s>[INST] Ab [/INST]</s>");
}

#[test]
fn what_a_template_refuses_is_told_in_its_words() {
    let source =
        "{% if messages[0]['role'] == 'system' %}\n{{ raise_exception('System role not supported') }}{% endif %}";
    let error = apply(source, &[message(Role::System, "x")]).unwrap_err();
    assert_eq!(error, "the model's chat template: System role not supported (line 2)");
}

#[test]
fn a_template_that_is_none_or_never_ends_is_told() {
    let broken = Template::new(Some("{% for %}".to_owned()), String::new(), String::new());
    assert!(broken.note().unwrap().starts_with("the file's chat template can't be read: "));
    assert!(broken.apply(&[message(Role::User, "x")]).is_err());
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}";
    assert!(apply(endless, &[message(Role::User, "x")]).unwrap_err().starts_with("the model's chat template: "));
}

#[test]
fn without_a_template_contents_are_joined() {
    let none = Template::new(None, String::new(), String::new());
    let messages = [message(Role::System, "Be kind."), message(Role::User, "Hello")];
    assert_eq!(none.apply(&messages).unwrap(), "Be kind.\n\nHello");
    assert!(none.note().is_some());
}
