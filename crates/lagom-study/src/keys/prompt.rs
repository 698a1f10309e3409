//! The keys of `[prompt]`.

use std::borrow::Cow;
use std::ops::Bound;

use lagom_backends::prompt::Form;

use super::key::{Declared, Free, Is, Key, Told, Usual, keys};
use super::values::{AnyText, Choice, Number, OfContext, Own, STOPS, TEMPLATE as A_TEMPLATE, Text, Whole};
use crate::named::{CutOff, FORMS, Refusals, ResponseMode, Unreadable, form_name};

/// OpenAI's range.
const SAMPLING: Number =
    Number::from_to("a number", 0.0, 2.0, "0 gives the likeliest answer every time; 0.7 is usual for sampling");
const PROBABILITY: Number = Number {
    noun: "a share",
    from: Bound::Excluded(0.0),
    to: Bound::Included(1.0),
    hint: "1 samples from everything; 0.9 is usual to leave unlikely tokens out",
};

keys! { "prompt":
    TEMPLATE: Key<Own<String>> = "template", A_TEMPLATE, Told("written by lagom", "\"{{ text }}\""), "what is asked";
    TEMPLATE_FILE: Key<Text> = "template-file", Text("a file"), Told("none", "\"prompt.txt\""),
        "in place of `template`: the file that it stands in";
    SYSTEM: Key<Own<String>> = "system", A_TEMPLATE, Told("none", "\"Answer with the label alone.\""),
        "instructions before everything else";
    FORM: Key<Choice<Form>> = "form", Choice::of(&FORMS, form_name), Told("by backend", "\"chat\""),
        "whether models read messages or a text";
    READ: Key<Choice<ResponseMode>, Usual> = "read", Choice::of(&ResponseMode::ALL, ResponseMode::name), Usual,
        "what is taken from a model: the text that it answers, or how likely each label or choice is";
    STEPS: Free = "steps", OfContext("a list of steps"), Told("none", "[\"strip\", { regex = \"Answer: (.*)\" }]"),
        "from the text of an answer to what is scored; all names are in the message of a wrong one";
    MAX_TOKENS: Key<Whole<u32>> = "max-tokens", Whole { least: 1, most: 1_000_000 }, Told("`16`; `256` for text", "16"),
        "the longest answer, in tokens";
    STOP: Key<Own<Vec<String>>> = "stop", STOPS, Told("none", "\"\\n\""), "texts that end an answer";
    TEMPERATURE: Key<Number, Is<f64>> = "temperature", SAMPLING, Is(0.0, ""), "how answers are sampled: at 0 always the likeliest token";
    TOP_P: Key<Number, Is<f64>> = "top-p", PROBABILITY, Is(1.0, ""), "the share of the probability that is sampled from";
    REPEATS: Key<Whole<u32>, Is<u32>> = "repeats", Whole { least: 1, most: 100 }, Is(1, ""),
        "how many answers are sampled to each prompt";
    DELIMITER: Key<AnyText, Is<Cow<'static, str>>> = "delimiter", AnyText, Is(Cow::Borrowed(" "), ""),
        "what stands between a prompt and a label whose likelihood is asked for";
    UNREADABLE: Key<Choice<Unreadable>, Usual> = "unreadable", Choice::of(&Unreadable::ALL, Unreadable::name), Usual,
        "what a whole answer is that names no label, number or choice, or several";
    CUT_OFF: Key<Choice<CutOff>, Usual> = "cut-off", Choice::of(&CutOff::ALL, CutOff::name), Usual,
        "what an answer is that ran out of tokens: `missing`, unless what was read of it can't have changed with the rest, or `read` as it stands";
    REFUSALS: Key<Choice<Refusals>, Usual> = "refusals", Choice::of(&Refusals::ALL, Refusals::name), Usual,
        "what a refusal of the model or its provider is";
}
