//! Models of this program's own as candidates of a study: whatever implements `Backend` is asked, budgeted, resumed and judged as a
//! server is. Here two rules stand in for models.
//!
//! ```sh
//! cargo run --release --example own_backend
//! ```

use std::error::Error;

use lagom::call::Query;
use lagom::call::mock::{Mock, Scripted};
use lagom::probe::registries;
use lagom::trial::Here;
use lagom::{Run, Study, prepare, report};

/// Who answers for the two is said below: what stands under `command` is never started.
const STUDY: &str = r#"
[task]
data   = "messages.csv"
target = "answer"
kind   = "multiple-choice"
labels = ["question", "remark"]
input  = "text"

[good-enough]
margin = 0.05

[trials]
holdout = 0.5

[[candidate]]
name       = "last-letter"
command    = ["this program"]
parameters = "1"

[[candidate]]
name       = "whole-text"
command    = ["this program"]
parameters = "1000"
"#;

fn text(query: &Query) -> &str {
    query.row.cells.get("text").and_then(|cell| cell.as_str()).unwrap_or_default()
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("lagom-messages-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    // One remark in fifty ends like a question.
    let row = |number: u32| match (number % 2, number % 50) {
        (0, _) => format!("Is it {number}?,question\n"),
        (_, 49) => format!("Not {number} again?!?,remark\n"),
        _ => format!("It is {number}.,remark\n"),
    };
    let rows: String = (0..600).map(row).collect();
    std::fs::write(folder.join("messages.csv"), format!("text,answer\n{rows}"))?;

    let mut prepared = prepare(Study::parse(STUDY, folder.join("study.toml"), &registries())?, STUDY.to_owned())?;
    let label = |question: bool| Scripted::says(if question { "question" } else { "remark" });
    let small = Mock::new("ends with a question mark", move |query| label(text(query).ends_with('?')));
    let large = Mock::new("begins with Is", move |query| label(text(query).starts_with("Is ")));
    prepared.bring("last-letter", Box::new(small))?;
    prepared.bring("whole-text", Box::new(large))?;

    let run = Run::start(prepared, &folder.join("out"))?;
    let done = run.execute(&Here::default(), &mut |_| {})?;
    println!("{}", report::terminal(&done.findings, 90));
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
