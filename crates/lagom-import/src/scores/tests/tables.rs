//! Long and wide tables, and the table of candidates.

use super::*;
use crate::scores::{CandidateFacts, Columns, Price, PricePer};

const LONG: &str =
    "example,candidate,score\nq1,small,1\nq1,large,1\nq2,small,0\nq2,large,1\nq3,large,0.5\nq3,small,0.25\n";

#[test]
fn a_long_table() {
    let folder = Folder::new();
    let scores = one(&reading(&[folder.write("quiz.csv", LONG)]));
    assert_eq!((scores.task.as_str(), scores.metric.as_str()), ("quiz", "score"));
    assert_eq!(scores.examples, ["q1", "q2", "q3"]);
    assert_eq!(names(&scores), ["small", "large"]);
    assert_eq!((of(&scores, "small"), of(&scores, "large")), (&[1.0, 0.0, 0.25][..], &[1.0, 1.0, 0.5][..]));
    // scores of which more is better, from 0 to 1: shares
    assert_eq!((scores.range, scores.observed(), scores.right_or_wrong()), (Some((0.0, 1.0)), (0.0, 1.0), false));
    assert!(scores.higher_is_better && scores.clusters.is_none() && scores.notes.is_empty(), "{:?}", scores.notes);
}

#[test]
fn other_separators_names_and_words() {
    let folder = Folder::new();
    let text =
        "\u{FEFF}Question ID;Model;is_correct;note\r\n1; a ;True;\"x;y\"\r\n2;a;false;\r\n2;b;PASS;\r\n1;b;wrong;\r\n";
    let scores = one(&reading(&[folder.write("a.txt", text)]));
    assert_eq!((of(&scores, "a"), of(&scores, "b")), (&[1.0, 0.0][..], &[0.0, 1.0][..]));
    assert_eq!((scores.metric.as_str(), scores.range), ("is_correct", Some((0.0, 1.0))));
    let note =
        "Took the column \"Question ID\" as the example, \"Model\" as the candidate, \"is_correct\" as the score.";
    assert_eq!(scores.notes, [note]);
    let tabs = LONG.replace(',', "\t");
    assert_eq!(one(&reading(&[folder.write("b.csv", tabs)])).examples.len(), 3);
}

#[test]
fn seeds_clusters_latency_and_cost() {
    let folder = Folder::new();
    let text = "id,model,seed,score,cluster,latency_ms,cost\n\
        q1,a,0,1,doc1,100,0.5\nq2,a,0,0,doc1,300,\nq3,a,0,1,doc2,200,1.5\n\
        q1,a,1,0,doc1,,\nq2,a,1,0,doc1,,\nq3,a,1,1,doc2,,\n\
        q1,b,0,1,,,\nq2,b,0,1,,,\nq3,b,0,1,,,\n";
    let scores = one(&reading(&[folder.write("a.csv", text)]));
    assert_eq!(scores.clusters, Some(vec![0, 0, 1]));
    let (a, b) = (&scores.candidates[0], &scores.candidates[1]);
    assert_eq!(a.seeds.iter().map(|seed| seed.seed.as_str()).collect::<Vec<_>>(), ["0", "1"]);
    assert_eq!((a.seeds[1].scores.as_slice(), b.seeds.len()), (&[0.0, 0.0, 1.0][..], 1));
    // type 7 of 100, 200, 300 ms at 0.95: position 1.9, so 200 + 0.9 · 100 = 290 ms
    let facts = a.facts;
    assert!((facts.latency_p95.expect("p95") - 0.29).abs() < 1e-12, "{facts:?}");
    assert!((facts.latency_mean.expect("mean") - 0.2).abs() < 1e-12 && facts.cost == Some(1.0), "{facts:?}");
    assert_eq!(b.facts, CandidateFacts::default());
}

#[test]
fn an_example_without_a_cluster_stands_alone() {
    let folder = Folder::new();
    let text = "id,model,score,cluster\n1,a,1,x\n2,a,1,\n3,a,1,x\n4,a,0,\n1,b,1,x\n2,b,1,\n3,b,1,x\n4,b,0,\n";
    assert_eq!(one(&reading(&[folder.write("a.csv", text)])).clusters, Some(vec![0, 1, 0, 2]));
    let alone = text.replace(",x", ",").replacen("1,a,1,", "1,a,1,y", 1);
    assert_eq!(one(&reading(&[folder.write("b.csv", alone)])).clusters, None);
}

#[test]
fn columns_are_mapped_by_options() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "q,score,who,grade\n1,9,a,0.5\n1,9,b,0.25\n");
    let name = |name: &str| Some(name.to_owned());
    let columns = Columns { example: name("q"), candidate: name("who"), score: name("grade"), ..Columns::default() };
    let scores = one(&ImportOptions { columns, ..reading(&[path]) });
    assert_eq!((of(&scores, "a"), scores.metric.as_str()), (&[0.5][..], "grade"));
}

#[test]
fn several_tasks_and_metrics_in_one_table() {
    let folder = Folder::new();
    let text = "task,metric,id,model,value\n\
        t1,acc,1,a,1\nt1,acc,1,b,0\nt1,ppl,1,a,7\nt1,ppl,1,b,9\nt2,acc,1,a,0\nt2,acc,1,b,1\nt3,acc,1,a,1\n";
    let path = folder.write("a.csv", text);
    let scores = all(&reading(std::slice::from_ref(&path)));
    let keys: Vec<_> =
        scores.iter().map(|one| (one.task.as_str(), one.metric.as_str(), one.higher_is_better)).collect();
    assert_eq!(keys, [("t1", "acc", true), ("t1", "ppl", false), ("t2", "acc", true)]);
    assert!(scores[0].notes.iter().any(|note| note == "Left out, with only one candidate: t3."));
    let asked = ImportOptions { task: Some("t1".to_owned()), metric: Some("ppl".to_owned()), ..reading(&[path]) };
    assert_eq!(of(&one(&asked), "b"), [9.0]);
    fails(
        &ImportOptions { task: Some("t9".to_owned()), ..asked.clone() },
        &["no task \"t9\", only \"t1\", \"t2\", \"t3\""],
    );
    fails(&ImportOptions { metric: Some("f1".to_owned()), ..asked }, &["no metric \"f1\", only \"acc\", \"ppl\""]);
}

#[test]
fn a_file_for_each_candidate() {
    let folder = Folder::new();
    let files = [
        folder.write("run/small.csv", "id,correct\n1,1\n2,0\n"),
        folder.write("run/large.csv", "id,correct\n2,1\n1,1\n"),
    ];
    let scores = one(&reading(&files));
    assert_eq!((scores.task.as_str(), names(&scores)), ("run", vec!["small", "large"]));
    assert_eq!(of(&scores, "large"), [1.0, 1.0]);
    assert_eq!(one(&reading(&[folder.path()])).candidates.len(), 2);
    let same = [
        folder.write("a/scores.jsonl", "{\"id\": 1, \"score\": 2}\n"),
        folder.write("b/scores.jsonl", "{\"id\": 1, \"score\": 3}"),
    ];
    assert_eq!(names(&one(&reading(&same))), ["a/scores", "b/scores"]);
}

#[test]
fn json_lines_are_the_same_table() {
    let folder = Folder::new();
    let text = "{\"id\": \"q\\u00e9\", \"model\": \"a\", \"correct\": true}\n\n\
        {\"model\": \"b\", \"extra\": [1, {}], \"correct\": false, \"id\": \"qé\"}\n";
    let scores = one(&reading(&[folder.write("a.jsonl", text)]));
    assert_eq!((scores.examples.as_slice(), of(&scores, "b")), (&["qé".to_owned()][..], &[0.0][..]));
}

#[test]
fn a_wide_table_has_a_column_for_each_candidate() {
    let folder = Folder::new();
    let scores = one(&reading(&[folder.write("a.csv", "id,small,large\nx,0.5,1\ny,0,1\n")]));
    assert_eq!(
        (names(&scores), scores.examples.as_slice()),
        (vec!["small", "large"], &["x".to_owned(), "y".to_owned()][..])
    );
    assert_eq!(of(&scores, "small"), [0.5, 0.0]);
    let timed = one(&reading(&[folder.write("t.csv", "id,latency,small,large\nx,3,0.5,1\n")]));
    assert_eq!(timed.notes, ["With one column for each candidate, latency stays unused."]);
    let counted = one(&reading(&[folder.write("b.csv", "small,large\n1,0\n0,0\n")]));
    assert_eq!(counted.examples, ["1", "2"]);
    fails(
        &reading(&[folder.write("c.csv", "small,comment\n1,good\n")]),
        &["no column for the score among \"small\", \"comment\""],
    );
}

#[test]
fn tables_of_routellm() {
    let folder = Folder::new();
    let one_file = "prompt,mixtral,gpt-4\n\"A,\nB\",False,True\nC,True,True\nC,True,False\n";
    let files = [folder.write("mmlu_law.csv", one_file), folder.write("mmlu_art.csv", one_file)];
    let scores = one(&reading(&files));
    assert_eq!((scores.task.as_str(), scores.examples.len(), scores.clusters.is_none()), ("mmlu", 6, true));
    assert_eq!((scores.examples[1].as_str(), scores.range), ("mmlu_law:2", Some((0.0, 1.0))));
    assert_eq!(of(&scores, "mixtral"), [0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    let with_answers = "prompt,m,g,m_response,g_response\nQ,True,False,\"it is\n#### 18\",no\n";
    let path = folder.write("gsm8k_responses.csv", with_answers);
    let scores = one(&ImportOptions { source: Some(Source::RouteLlm), ..reading(&[path]) });
    assert_eq!((scores.task.as_str(), names(&scores)), ("gsm8k", vec!["m", "g"]));
    let long = folder.write("long.csv", LONG);
    fails(
        &ImportOptions { source: Some(Source::RouteLlm), ..reading(&[long]) },
        &["told to be routellm, but found a table with one score a row"],
    );
}

#[test]
fn a_table_of_candidates() {
    let folder = Folder::new();
    let path = folder.write("a.csv", LONG);
    let table = "model,params,bytes,latency_ms,price_per_million_tokens\nsmall,70M,\"1,000\",5,0.5\nlarge,1.5B,,,2\nother,1,,,\n";
    let told = ImportOptions { candidates: Some(folder.write("c.csv", table)), ..reading(std::slice::from_ref(&path)) };
    let scores = one(&told);
    let price = |amount| Some(Price { amount, per: PricePer::MillionTokens });
    let (small, large) = (scores.candidates[0].facts, scores.candidates[1].facts);
    assert_eq!((small.parameters, small.bytes, small.latency_p95), (Some(70_000_000), Some(1000), Some(0.005)));
    assert_eq!((small.price, large.price, large.parameters), (price(0.5), price(2.0), Some(1_500_000_000)));
    let lines = "{\"candidate\": \"small\", \"parameters\": 12, \"price\": 3}\n";
    let told = ImportOptions { candidates: Some(folder.write("c.jsonl", lines)), ..reading(&[path]) };
    let scores = one(&told);
    assert_eq!(scores.candidates[0].facts.price, Some(Price { amount: 3.0, per: PricePer::Unstated }));
    assert!(scores.notes.iter().any(|note| note.ends_with("c.jsonl has no row for large.")), "{:?}", scores.notes);
}

#[test]
fn sizes_come_from_names_where_all_have_one() {
    let folder = Folder::new();
    let text = LONG.replace("small", "m-70m").replace("large", "m-1.4b");
    let scores = one(&reading(&[folder.write("a.csv", &text)]));
    assert_eq!(scores.candidates[1].facts.parameters, Some(1_400_000_000));
    assert!(scores.notes.iter().any(|note| note.contains("from the candidates' names")));
    let scores = one(&reading(&[folder.write("b.csv", text.replace("m-70m", "tiny"))]));
    assert!(scores.candidates.iter().all(|one| one.facts.parameters.is_none()));
}
