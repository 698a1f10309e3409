//! Published results, in the folder named by `LAGOM_TEST_DATA`, and the reading speed.

use super::*;

fn data(name: &str) -> PathBuf {
    let folder = std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    PathBuf::from(folder).join("model-outputs").join(name)
}

/// RouteLLM, MMLU: 14,042 questions, 68.08 % and 80.58 % right, 742 right for the small model alone, 2,497 for the
/// large one alone (counted with another program from the same files).
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_routellm_mmlu() {
    let folder = data("routellm/mmlu/responses");
    let scores = one(&reading(&[folder]));
    let (small, large) = (of(&scores, "mistralai/Mixtral-8x7B-Instruct-v0.1"), of(&scores, "gpt-4-1106-preview"));
    assert_eq!((scores.task.as_str(), scores.examples.len(), scores.range), ("mmlu", 14_042, Some((0.0, 1.0))));
    let right = |scores: &[f32]| scores.iter().filter(|score| **score == 1.0).count() as f64 / scores.len() as f64;
    assert!((right(small) - 0.6808).abs() < 5e-5 && (right(large) - 0.8058).abs() < 5e-5);
    let alone = |one: &[f32], other: &[f32]| one.iter().zip(other).filter(|(one, other)| one > other).count();
    assert_eq!((alone(small, large), alone(large, small)), (742, 2_497));
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_routellm_gsm8k() {
    let folder = data("routellm/gsm8k");
    let scores = one(&reading(&[folder]));
    assert_eq!((scores.task.as_str(), scores.examples.len(), scores.candidates.len()), ("gsm8k", 1_319, 2));
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_pythia_results() {
    let folder = data("pythia-evals-final-step");
    let sizes = ["70m", "160m", "410m", "1.4b", "2.8b", "6.9b", "12b"];
    let files = sizes.map(|size| folder.join(format!("pythia-{size}/zero-shot/{size}_step143000.json")));
    let found = means(&reading(&files));
    let arc = found.iter().find(|one| one.task == "arc_easy" && one.metric == "acc").expect("arc_easy");
    assert_eq!(arc.rows.len(), 7);
    assert_eq!(
        (arc.rows[3].candidate.as_str(), arc.rows[3].facts.parameters),
        ("EleutherAI/pythia-v1.1-1.4b", Some(1_400_000_000))
    );
    assert!(arc.rows.iter().all(|row| row.standard_error.is_some_and(|error| error > 0.0)));
    let ppl = found.iter().find(|one| one.task == "lambada_openai" && one.metric == "ppl").expect("lambada");
    assert!(!ppl.higher_is_better && (ppl.rows[3].mean - 6.085_714_532_572_91).abs() < 1e-12);
}

/// 5,000,000 rows of four candidates; prints scored examples a second, also with rows in random order. Run with
/// `cargo test --release --lib scores::tests::real::speed -- --ignored --nocapture`. Measured, by processor time on
/// one core: 1.42 s by candidate and 1.45 s in random order, 3.5 million a second; where other programs share the
/// core, wall time grows.
#[test]
#[ignore = "a benchmark"]
fn speed() {
    const EXAMPLES: u64 = 1_250_000;
    let folder = Folder::new();
    for (order, step) in [("by candidate", 1), ("in random order", 755_449)] {
        let mut text = String::from("example,candidate,score\n");
        for at in 0..4 * EXAMPLES {
            // a step without a common divisor visits every pair once
            let pair = at * step % (4 * EXAMPLES);
            let (candidate, example) = (pair / EXAMPLES, pair % EXAMPLES);
            let right = (example * 7919 + candidate * 31) % 10 < 6 + candidate;
            std::fmt::Write::write_fmt(
                &mut text,
                format_args!("question-{example},model-{candidate},{}\n", u8::from(right)),
            )
            .expect("a text");
        }
        let path = folder.write("a.csv", &text);
        let start = std::time::Instant::now();
        let scores = one(&reading(&[path]));
        let seconds = start.elapsed().as_secs_f64();
        assert_eq!((scores.candidates.len(), scores.examples.len()), (4, 1_250_000));
        let rate = 4.0 * EXAMPLES as f64 / seconds;
        println!(
            "{order}: {} MB in {seconds:.2} s, {:.2} million scored examples a second",
            text.len() / 1_000_000,
            rate / 1e6
        );
    }
}
