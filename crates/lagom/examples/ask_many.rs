//! How fast a server can be asked, and how much memory it takes: prints requests a second and the peak memory.
//!
//! ```sh
//! cargo run --release --example ask_many -- http://localhost:8080/v1 MODEL 100000 64
//! ```

use std::time::Instant;

use lagom::call::endpoint::{Api, ClientOptions, Endpoint, Server, ServerCapabilities};
use lagom::call::{Flow, Prompt, Question, Sampling, Stop};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, model, number, in_flight] = arguments.as_slice() else {
        return Err("expected an address, a model, a number of questions and how many in flight".into());
    };
    let endpoint = Endpoint {
        url: url.clone(),
        model: model.clone(),
        api: Api::Chat,
        key_env: None,
        headers: Vec::new(),
        certificate: None,
        price: None,
    };
    let options = ClientOptions { in_flight: in_flight.parse()?, ..ClientOptions::default() };
    let number: usize = number.parse()?;
    let mut questions = (0..number).map(|index| {
        let prompt = format!("Question {index}: which of the labels fits? {}", "word ".repeat(40));
        let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 64, stop: Vec::new() };
        (index, Question { prompt: Prompt::Text(prompt), sampling, continuations: Vec::new(), repeat: 0 })
    });
    let (mut bytes, mut firsts) = (0, Vec::new());
    let mut keep = |reply: lagom::call::Reply| {
        if let Ok(answer) = reply.outcome {
            bytes += answer.text.len();
            firsts.extend(answer.timing.first_token);
        }
        Flow::Continue
    };
    let start = Instant::now();
    let spent = Server::open(&endpoint, &options)?.ask(
        &ServerCapabilities::default(),
        &mut questions,
        &mut keep,
        &Stop::default(),
    )?;
    let seconds = start.elapsed().as_secs_f64();
    firsts.sort_by(f64::total_cmp);
    let median = firsts.get(firsts.len() / 2).copied().unwrap_or(f64::NAN) * 1000.0;
    println!("{} answered, {} failed, {bytes} bytes of text", spent.answered, spent.failed);
    println!(
        "{:.0} a second over {seconds:.1} s; median time to the first token {median:.2} ms",
        number as f64 / seconds
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"))
        .for_each(|line| println!("{line}"));
    Ok(())
}
