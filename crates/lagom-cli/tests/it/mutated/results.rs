//! What `compare`, `fit` and `score` read.

use super::kinds::Kind;
use super::packed::{gzip, zip};
use crate::support::Dice;

/// Whether a model answers question `at` of 40 rightly.
fn right(model: &str, at: usize) -> bool {
    if model == "small" { !at.is_multiple_of(4) } else { !at.is_multiple_of(15) }
}

fn of_each(model: &str, line: impl Fn(usize, f64) -> String) -> String {
    (0..40).map(|at| line(at, f64::from(u8::from(right(model, at))))).collect()
}

const COMPARE: [&str; 2] = ["compare x --margin 0.1 --replay --html r.html --md r.md --json", "compare x"];
const MEANS: [&str; 2] = ["compare x --margin 0.1 --html r.html --md r.md --json", "compare x --bar 0.7"];

/// A folder `x` of files, the first of which is mutated.
fn compared(name: &str, files: Vec<(&str, String)>) -> Kind {
    let files: Vec<(String, String)> = files.into_iter().map(|(file, text)| (format!("x/{file}"), text)).collect();
    Kind::new(
        name,
        files.iter().map(|(file, text)| (file.as_str(), text.clone())).collect(),
        if name.ends_with("results") { &MEANS } else { &COMPARE },
    )
}

pub(super) fn all() -> Vec<Kind> {
    let mut kinds = tables();
    kinds.extend(logs());
    kinds.extend(inspect());
    kinds.extend(points());
    kinds.extend(texts());
    kinds
}

fn tables() -> Vec<Kind> {
    let long: String = ["small", "large"]
        .iter()
        .map(|model| {
            of_each(model, |at, score| {
                format!("\"q, {at}\",{model},{score},0,{},{}.5,0.00{}\n", at % 9, at % 7, at % 3 + 1)
            })
        })
        .collect();
    let wide: String = (0..40)
        .map(|at| format!("question {at},{},{},{}\n", right("small", at), right("large", at), at % 3 == 0))
        .collect();
    let lines: String = ["small", "large"]
        .iter()
        .map(|model| {
            of_each(model, |at, score| {
                format!("{{\"id\": {at}, \"model\": \"{model}\", \"score\": {}}}\n", score * 0.75)
            })
        })
        .collect();
    let judged: String = ["small", "large"]
        .iter()
        .map(|model| {
            of_each(model, |at, score| {
                format!("{{\"question_id\": {at}, \"model\": \"{model}\", \"judge\": [\"g\", \"single\"], \"score\": {}, \"turn\": {}}}\n", 4.0 + 3.0 * score, at % 2 + 1)
            })
        })
        .collect();
    let routed: String = (0..40)
        .map(|at| {
            format!(
                "question {at},{},{}\n",
                if right("small", at) { "True" } else { "False" },
                if right("large", at) { "True" } else { "False" }
            )
        })
        .collect();
    let long = format!("example,model,score,seed,document,latency,cost\n{long}");
    let candidates = "candidate,parameters,bytes,latency,price\nsmall,8B,5e9,0.2,0.2\nlarge,70B,4e10,1.5,3\n";
    let with_costs = "compare x/a.csv --candidates m.csv --margin 0.1 --smallest-by cost --cluster document --max-parameters 80B --json";
    let mut of_costs = Kind::new("table of candidates", vec![("m.csv", candidates.to_owned())], &[with_costs])
        .with("x/a.csv", long.clone());
    of_costs.commands.push("compare x/a.csv --candidates m.csv --html r.html");
    vec![
        compared("table, long", vec![("a.csv", long)]),
        compared("table, wide", vec![("a.csv", format!("prompt,small-1b,large-7b,third-9b\n{wide}"))]),
        compared("table, lines", vec![("a.jsonl", lines)]),
        compared("RouteLLM, judgements", vec![("judgements.jsonl", judged)]),
        compared(
            "RouteLLM",
            vec![(
                "gsm8k_responses.csv",
                format!("prompt,mistralai/Mixtral-8x7B-Instruct-v0.1,gpt-4-1106-preview\n{routed}"),
            )],
        ),
        of_costs,
    ]
}

fn logs() -> Vec<Kind> {
    let samples = |model: &str| {
        of_each(model, |at, score| {
            format!(
                "{{\"doc_id\": {at}, \"doc\": {{\"q\": \"n{at}\"}}, \"target\": \"x\", \"arguments\": {{}}, \"resps\": [[\"a\"]], \"filtered_resps\": \
                 [\"a\"], \"filter\": \"none\", \"metrics\": [\"acc\", \"acc_norm\"], \"doc_hash\": \"h{at}\", \"prompt_hash\": \"p\", \"acc\": {score:?}, \
                 \"acc_norm\": 1.0}}\n"
            )
        })
    };
    let means = |model: &str, acc: f64| {
        format!(
            "{{\"results\": {{\"arc\": {{\"alias\": \"arc\", \"acc,none\": {acc}, \"acc_stderr,none\": 0.0123}}, \"piqa\": {{\"acc,none\": 0.7, \
             \"acc_stderr,none\": 0.01}}}}, \"n-shot\": {{\"arc\": 0, \"piqa\": 0}}, \"higher_is_better\": {{\"arc\": {{\"acc\": true}}}}, \
             \"n-samples\": {{\"arc\": {{\"original\": 1000, \"effective\": 1000}}, \"piqa\": {{\"original\": 900, \"effective\": 900}}}}, \
             \"versions\": {{}}, \"configs\": {{}}, \"model_name\": \"{model}\"}}"
        )
    };
    let helm = |model: &str| {
        let stat = |name: &str, mean: f64| {
            format!(
                "{{\"name\": {{\"name\": \"{name}\", \"split\": \"test\"}}, \"count\": 1, \"sum\": {mean}, \"mean\": {mean}}}"
            )
        };
        let entries = of_each(model, |at, score| {
            format!(
                "{{\"instance_id\": \"id{at}\", \"train_trial_index\": 0, \"stats\": [{}, {}, {}]}},\n",
                stat("exact_match", score),
                stat("num_prompt_tokens", 12.0),
                stat("inference_runtime", 0.5)
            )
        });
        format!("[{}]", entries.trim_end().trim_end_matches(','))
    };
    let spec = |model: &str| {
        format!(
            "{{\"name\": \"mmlu:subject=law,model={model}\", \"groups\": [\"mmlu\"], \"adapter_spec\": {{\"model\": \"{model}\"}}}}"
        )
    };
    let entry = |model: &str, at: usize, score: f64| {
        format!(
            "{{\"testIdx\": {at}, \"promptIdx\": 0, \"provider\": {{\"id\": \"{model}\", \"label\": \"\"}}, \"prompt\": {{\"raw\": \"say {at}\", \"label\": \
             \"say\"}}, \"vars\": {{\"x\": \"v{at}\"}}, \"success\": {}, \"score\": {score}, \"latencyMs\": 120, \"cost\": 0.25, \"namedScores\": \
             {{\"tone\": 0.75}}, \"failureReason\": 0}}",
            score > 0.5
        )
    };
    let both = |between: &str| {
        let list: Vec<String> = ["small", "large"]
            .iter()
            .flat_map(|model| (0..40).map(move |at| entry(model, at, f64::from(u8::from(right(model, at))))))
            .collect();
        list.join(between)
    };
    vec![
        compared(
            "lm-eval, samples",
            vec![
                ("small/samples_arc_2024-05-01T10-00-00.1.jsonl", samples("small")),
                ("large/samples_arc_2024-05-01T10-00-00.1.jsonl", samples("large")),
            ],
        ),
        compared(
            "lm-eval, results",
            vec![("results_a.json", means("small-1b", 0.6)), ("results_b.json", means("large-7b", 0.8))],
        ),
        compared(
            "HELM",
            vec![
                ("a/per_instance_stats.json", helm("small")),
                ("a/run_spec.json", spec("small")),
                ("b/per_instance_stats.json", helm("large")),
                ("b/run_spec.json", spec("large")),
            ],
        ),
        compared(
            "HELM, specification",
            vec![
                ("a/run_spec.json", spec("small")),
                ("a/per_instance_stats.json", helm("small")),
                ("b/per_instance_stats.json", helm("large")),
                ("b/run_spec.json", spec("large")),
            ],
        ),
        compared(
            "promptfoo",
            vec![(
                "p.json",
                format!(
                    "{{\"evalId\": \"e\", \"results\": {{\"version\": 3, \"timestamp\": \"t\", \"results\": [{}], \"stats\": {{}}}}, \"config\": {{}}}}",
                    both(",\n")
                ),
            )],
        ),
        compared("promptfoo, lines", vec![("p.jsonl", both("\n"))]),
    ]
}

fn inspect() -> Vec<Kind> {
    let head = |model: &str| {
        format!(
            "{{\"version\": 2, \"status\": \"success\", \"eval\": {{\"task\": \"arc\", \"task_id\": \"t\", \"model\": \"{model}\", \"created\": \"2026-11-28T12:15:00+00:00\", \"config\": {{\"epochs\": 1}}}}, \"plan\": {{}}, \"results\": {{\"scores\": []}}, \"stats\": {{}}"
        )
    };
    let sample = |at: usize, score: f64| {
        format!(
            "{{\"id\": {at}, \"epoch\": 1, \"input\": \"Q{at}\", \"target\": \"A\", \"scores\": {{\"choice\": {{\"value\": \"{}\", \"answer\": \"A\"}}}}, \"total_time\": 3.0}}",
            if score > 0.5 { "C" } else { "I" }
        )
    };
    let whole = |model: &str| {
        let samples = of_each(model, |at, score| format!("{},\n", sample(at, score)));
        format!("{}, \"samples\": [{}]}}", head(model), samples.trim_end().trim_end_matches(','))
    };
    let members = move |model: &str| {
        let mut members = vec![("header.json".to_owned(), format!("{}}}", head(model)))];
        members.extend(
            (0..40).map(|at| (format!("samples/{at}_epoch_1.json"), sample(at, f64::from(u8::from(right(model, at)))))),
        );
        members
    };
    let archive = |members: &[(String, Vec<u8>)]| {
        let parts: Vec<(&str, &[u8])> = members.iter().map(|(name, text)| (name.as_str(), text.as_slice())).collect();
        zip(&parts, 93)
    };
    let bytes =
        |model: &str| members(model).into_iter().map(|(name, text)| (name, text.into_bytes())).collect::<Vec<_>>();
    let small = bytes("small");
    let with = move |at: usize| {
        let (small, large) = (small.clone(), archive(&bytes("large")));
        let kind = Kind::new("", vec![("x/a.eval", small[at].1.clone())], &COMPARE).with("x/b.eval", large);
        kind.packed(move |changed| {
            let mut members = small.clone();
            members[at].1 = changed.to_vec();
            archive(&members)
        })
    };
    let raw = Kind::new("Inspect, archive", vec![("x/a.eval", archive(&bytes("small")))], &COMPARE)
        .with("x/b.eval", archive(&bytes("large")));
    vec![
        compared("Inspect", vec![("a.json", whole("small")), ("b.json", whole("large"))]),
        raw,
        Kind { name: "Inspect, head in an archive".to_owned(), ..with(0) },
        Kind { name: "Inspect, sample in an archive".to_owned(), ..with(5) },
    ]
}

fn points() -> Vec<Kind> {
    let mut dice = Dice(7);
    let mut both = "params,tokens,val_loss\n".to_owned();
    let mut sizes = "n_params,accuracy\n".to_owned();
    for step in 0..6 {
        let size = 1e7 * 1.7_f64.powi(step);
        sizes += &format!("{size:.0},{:.4}\n", 0.9 - 40.0 / size.powf(0.35));
        for more in [1.0, 5.0, 40.0] {
            let data = 4e8 * 1.4_f64.powi(step) * more;
            let loss = (1.5 + 300.0 / size.powf(0.35) + 1200.0 / data.powf(0.37)) * (1.0 + 0.003 * dice.normal());
            both += &format!("{size:.0},{data:.0},{loss:.5}\n");
        }
    }
    let fit =
        ["fit p.csv --resamples 100 --at 1e9,1e11 --budget 1e20 --html r.html --json -", "fit p.csv --resamples 100"];
    let of_sizes = [
        "fit p.csv --resamples 100 --metric accuracy --at 1e9 --json -",
        "fit p.csv --resamples 100 --metric accuracy --range 0.25,1 --at 1e11 --html r.html",
    ];
    vec![
        Kind::new("points", vec![("p.csv", both)], &fit),
        Kind::new("points of one column", vec![("p.csv", sizes)], &of_sizes),
    ]
}

fn texts() -> Vec<Kind> {
    let lines = |wrong: usize| {
        (0..30)
            .map(|at| format!("the {} sat on the mat of {at}\n", if at % wrong == 0 { "dog" } else { "cat" }))
            .collect::<String>()
    };
    let fields: String = (0..30)
        .map(|at| {
            format!("{{\"answer\": \"number {at}\", \"references\": [\"number {}\", \"no. {at}\"]}}\n", at - at % 3)
        })
        .collect();
    let all = "score h.txt r.txt --metric bleu,chrf,chrf++,ter,rouge-1,rouge-2,rouge-l,rouge-lsum,exact-match,token-f1 --json";
    let objects: String = (0..30).map(|at| format!("{{\"a\": {at}, \"b\": [\"x\", {{\"c\": null}}]}}\n")).collect();
    vec![
        Kind::new("texts", vec![("h.txt", lines(3))], &[all, "score h.txt r.txt --system r.txt"])
            .with("r.txt", lines(40)),
        Kind::new("references", vec![("r.txt", lines(3))], &[all]).with("h.txt", lines(40)),
        Kind::new(
            "texts, lines of JSON",
            vec![("h.jsonl", fields)],
            &["score h.jsonl --metric bleu,chrf,exact-match-squad,token-f1-v2 --json"],
        ),
        Kind::new("texts, gzip", vec![("h.txt.gz", gzip(lines(3).as_bytes()))], &["score h.txt.gz r.txt"])
            .with("r.txt", lines(40)),
        Kind::new("texts, packed", vec![("h.txt.gz", lines(3))], &["score h.txt.gz r.txt"])
            .with("r.txt", lines(40))
            .packed(gzip),
        Kind::new(
            "texts that are objects",
            vec![("h.txt", objects.clone())],
            &[
                "score h.txt r.txt --metric json-valid,json-fields,numeric-answer --json",
                "score h.txt r.txt --metric json-fields",
            ],
        )
        .with("r.txt", objects),
    ]
}
