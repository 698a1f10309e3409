//! Templates: what they say about columns, and what they write.

use serde_json::json;

use super::super::{Template, TemplateFault};
use super::{row, texts};

fn parse(source: &str) -> Template {
    Template::parse(source, "prompt.template").unwrap()
}

fn faults(source: &str, columns: &[&str]) -> Vec<String> {
    let said = |fault: TemplateFault| format!("{fault}; {}", fault.hint);
    parse(source).check(columns).err().unwrap_or_default().into_iter().map(said).collect()
}

#[test]
fn a_template_is_filled_in_from_the_row() {
    let cells =
        row(json!({"title": " A ", "stars": 4, "price": 2.5, "tags": ["x", "y"], "a b": "<c> & 'd'", "none": null}));
    let write = |source: &str| parse(source).render(&cells).unwrap();
    assert_eq!(write("{{ title | trim | lower }}: {{ stars }}/5 for {{ price }}\n"), "a: 4/5 for 2.5");
    assert_eq!(write("{{ tags | join(', ') }} {{ row['a b'] }}"), "x, y <c> & 'd'");
    assert_eq!(write("[{{ none }}] {{ none | default('-') }}"), "[] -");
    assert_eq!(write("{% for tag in tags %}{{ loop.index }}{{ tag }} {% endfor %}"), "1x 2y ");
    assert_eq!(write("{% if stars > 3 and none is none %}good{% endif %}"), "good");
    assert_eq!(write("{{ {'s': stars, 'q': title} | tojson }}"), "{\"q\":\" A \",\"s\":4}");
    assert_eq!(write("{# {{ nothing }} #}{% raw %}{{ raw }}{% endraw %}"), "{{ raw }}");
}

#[test]
fn a_cell_is_never_taken_for_a_template() {
    let cells = row(json!({"text": "{{ secret }} {% for %}"}));
    assert_eq!(parse("{{ text }}").render(&cells).unwrap(), "{{ secret }} {% for %}");
}

#[test]
fn a_column_of_any_name_can_be_the_template() {
    for name in ["text", "Review Text", "a\"b\\c", "weiß\n\u{1}\t", "row", "{{ x }}"] {
        let cells = row(json!({name: "value"}));
        let template = Template::of_column(name, "default");
        assert_eq!(template.render(&cells).unwrap(), "value", "{name}");
        assert_eq!(template.check(&[name]), Ok(()), "{name}");
    }
}

#[test]
fn names_that_are_no_columns_are_all_told_with_their_lines() {
    let source = "{{ reveiw }}\n{{ stars | uper }}\n{% if zzz is definde %}{{ row[\"Stars\"] }}{% endif %}";
    assert_eq!(
        faults(source, &["review", "stars"]),
        [
            "prompt.template, line 1: the template names `reveiw`, which is no column; did you mean `review`?",
            "prompt.template, line 2: there is no filter `uper`; did you mean `upper`?",
            "prompt.template, line 3: the template names `zzz`, which is no column; the columns are: review, stars",
            "prompt.template, line 3: there is no test `definde`; did you mean `defined` or `undefined`?",
            "prompt.template, line 3: the template names `Stars`, which is no column; did you mean `stars`?",
        ]
    );
}

#[test]
fn what_a_template_sets_itself_or_is_given_is_no_column() {
    let source = "{% set n = 1 %}{{ n }}{% for t in tags %}{{ t.x }}{{ loop.index }}{% endfor %}{{ range(3) | join }}\
        {{ labels | join }}{{ choices[0] }}{{ row.tags is defined }}";
    assert_eq!(faults(source, &["tags"]), Vec::<String>::new());
}

#[test]
fn wrong_syntax_is_told_with_its_line() {
    let fault = Template::parse("Text:\n{{ text }\nLabel:", "prompt.template").unwrap_err();
    assert_eq!((fault.key.as_str(), fault.line), ("prompt.template", 2));
    assert!(fault.message.starts_with("the template cannot be read: "), "{fault}");
    assert!(Template::parse("{% if x %}", "k").is_err());
    assert!(Template::parse(&"x".repeat(2 << 20), "k").is_err());
}

#[test]
fn a_row_without_the_column_is_an_error_that_names_it() {
    let fault = parse("a\nb {{ text }}").render(&row(json!({"other": 1}))).unwrap_err();
    assert_eq!(fault.to_string(), "prompt.template, line 2: this row has no value for `text`");
    assert!(fault.hint.contains("default("), "{}", fault.hint);
    let default = parse("{{ text | default('none') }}").render(&row(json!({}))).unwrap();
    assert_eq!(default, "none");
}

#[test]
fn no_template_runs_for_ever_or_fills_the_memory() {
    let nothing = row(json!({}));
    for source in [
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "{{ 'x' * 100000000000 }}",
        "{{ 'x' | indent(99999999999999, first=true) }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ [1] | batch(99999999999999, 'x') }}",
        "{% include 'other' %}",
    ] {
        let filled = Template::parse(source, "k").and_then(|template| template.render(&nothing));
        assert!(filled.is_err(), "{source}");
    }
    let nested = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(Template::parse(&format!("{{{{ {nested} }}}}"), "k").is_err());
}

#[test]
fn labels_and_choices_are_at_hand() {
    let template = parse("{{ labels | join('/') }}");
    assert_eq!(template.render(&row(json!({}))).unwrap(), "");
    assert_eq!(template.check(&texts(&["text"])), Ok(()));
    assert_eq!(template.render(&row(json!({"labels": "own"}))).map_err(|_| ()), Ok("o/w/n".to_owned()));
}
