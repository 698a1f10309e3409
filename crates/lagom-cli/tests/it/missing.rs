//! Answers that are missing: whole commands against servers that fail, refuse and think aloud.

use super::asking::riddles;
use super::scripted::{Fault, Labelled, Model, Request, Script, Server};
use super::support::Place;

type Riddles = Vec<(String, String)>;

/// A model that is right with this probability, behind a server that does what `fault` says to a question about a row.
fn served(
    examples: &Riddles,
    accuracy: f64,
    seed: u64,
    fault: impl Fn(usize, &Request) -> Fault + Send + Sync + 'static,
) -> Server {
    let model = Model::Labels(Labelled::new(examples.clone(), accuracy, seed));
    let of_row = move |request: &Request| {
        let text = request.body.to_string();
        // The handshake asks about no row.
        let row =
            text.rsplit("riddle ").next().and_then(|rest| rest.split(' ').next()).and_then(|row| row.parse().ok());
        row.map_or(Fault::None, |row| fault(row, request))
    };
    Server::start(Script { model, fault: Box::new(of_row), ..Script::default() })
}

fn sound(_: usize, _: &Request) -> Fault {
    Fault::None
}

/// A study of two models and nothing to train.
fn place(examples: &Riddles, servers: [&Server; 2], more: &str) -> Place {
    let place = Place::new();
    let lines: Vec<String> = examples.iter().map(|(text, label)| format!("\"{text}\",{label}")).collect();
    place.write("d.csv", format!("text,topic\n{}\n", lines.join("\n")));
    let [small, large] = servers.map(Server::url);
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"topic\"\nkind = \"multiple-choice\"\nlabels = [\"yes\", \"no\"]\n\
             input = \"text\"\n[good-enough]\nmargin = 0.1\n[trials]\nholdout = 0.5\n{more}\n\
             [[candidate]]\nname = \"small\"\nendpoint = \"{small}\"\nmodel = \"scripted\"\nparameters = \"4B\"\n\
             [[candidate]]\nname = \"large\"\nendpoint = \"{large}\"\nmodel = \"scripted\"\nparameters = \"400B\"\n"
        ),
    );
    place
}

fn row(place: &Place, name: &str) -> serde_json::Value {
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap().clone()
}

fn refused(row: usize) -> Fault {
    // Other words each time, so that it is no fault that all have in common.
    Fault::Status(400, Vec::new(), format!("{{\"error\":{{\"message\":\"bad {}\"}}}}", ["a", "b", "c"][row % 3]))
}

#[test]
fn a_model_that_fails_one_question_in_five_is_not_judged_and_every_report_says_why() {
    let examples = riddles(400);
    // The large one is right on everything it answers; the small one would be the best if failures were errors.
    let small = served(&examples, 0.85, 1, sound);
    let large = served(&examples, 1.0, 2, |row, _| if row % 5 == 0 { refused(row) } else { Fault::None });
    let place = place(&examples, [&small, &large], "");
    place.run().ends(3).says(&["of the answers of large are missing", "failed calls", "status 400: bad"]);
    let report = place.report("out");
    assert_eq!((&report["verdict"]["kind"], &report["analysis"]["look"]), (&"undecided".into(), &0.into()));
    let calls = row(&place, "large")["calls"].clone();
    assert!(calls["missing"].as_u64() > Some(2) && calls["problems"]["failed"] == calls["missing"], "{calls}");
    assert!(large.questions() < 60, "{} questions to a model that can't be judged any more", large.questions());
    for page in ["report.html", "report.md", "report.json"] {
        assert!(place.text(&format!("out/{page}")).contains("status 400: bad"), "{page}");
    }
    place.lagom(&["report", "out"]).ends(0);
}

#[test]
fn whoever_allows_more_to_be_missing_gets_bounds_both_ways() {
    let examples = riddles(400);
    let small = served(&examples, 0.85, 1, sound);
    let large = served(&examples, 1.0, 2, |row, _| if row % 5 == 0 { refused(row) } else { Fault::None });
    let place = place(&examples, [&small, &large], "[budget]\nmissing = \"30 %\"\n");
    place.run().ends(3).says(&["Can't tell"]);
    let found = row(&place, "large");
    assert!(found["unmeasured"].is_null(), "{found}");
    // Each missing answer may be right or wrong: as far as the estimate may be off is half of their share, about a tenth.
    let calls = &found["calls"];
    let half = calls["missing"].as_f64().unwrap() / calls["asked"].as_f64().unwrap() / 2.0;
    assert!((half - 0.1).abs() < 0.03, "{calls}");
    assert!((found["quality"]["gap"].as_f64().unwrap() - half).abs() < 0.03, "{found}");
}

#[test]
fn a_few_that_are_missing_widen_the_interval_and_change_no_verdict() {
    let examples = riddles(1_000);
    let small = served(&examples, 0.97, 1, sound);
    let steady = served(&examples, 0.98, 2, sound);
    let whole = place(&examples, [&small, &steady], "");
    whole.run().ends(0);
    assert_eq!(whole.report("out")["verdict"]["choice"], "small");
    let large = served(&examples, 0.98, 2, |row, _| if row % 100 == 0 { refused(row) } else { Fault::None });
    let some = place(&examples, [&small, &large], "");
    some.run().ends(0).says(&["missing", "neither right nor wrong"]);
    assert_eq!(some.report("out")["verdict"]["choice"], "small");
    let (calls, quality) = (row(&some, "large")["calls"].clone(), row(&some, "large")["quality"].clone());
    let (missing, asked) = (calls["missing"].as_f64().unwrap(), calls["asked"].as_f64().unwrap());
    assert!(missing > 0.0 && missing / asked < 0.02, "{calls}");
    // Half of the share that is missing, either way.
    assert!(quality["gap"].as_f64().unwrap() > 0.0 && quality["gap"].as_f64().unwrap() <= 0.01, "{quality}");
    assert!(row(&whole, "large")["quality"]["gap"].is_null());
}

#[test]
fn what_a_provider_refuses_is_wrong_or_left_out_and_ends_nothing() {
    let examples = riddles(600);
    let moderated = |row: usize, _: &Request| {
        let filter = "{\"error\":{\"message\":\"The response was filtered\",\"code\":\"content_filter\"}}";
        let flag = "{\"error\":{\"code\":403,\"message\":\"it requires moderation. Your input was flagged\"}}";
        match row % 10 {
            0 => Fault::Status(400, Vec::new(), filter.into()),
            1 => Fault::Status(403, Vec::new(), flag.into()),
            2 => Fault::Filtered,
            _ => Fault::None,
        }
    };
    let (small, large) = (served(&examples, 1.0, 1, moderated), served(&examples, 1.0, 2, sound));
    let wrong = place(&examples, [&small, &large], "");
    wrong.run().ends(0).says(&["bigger model pays", "refused", "counted as wrong"]);
    let found = row(&wrong, "small");
    let (quality, calls) = (found["quality"]["point"].as_f64().unwrap(), &found["calls"]);
    assert!((quality - 0.7).abs() < 0.1 && calls["missing"] == 0 && calls["problems"]["failed"] == 0, "{found}");
    let left = place(&examples, [&small, &large], "[prompt]\nrefusals = \"leave-out\"\n");
    left.run().ends(0).says(&["smallest model is already the best", "left out"]);
}

#[test]
fn a_label_inside_a_thought_that_was_cut_off_is_no_answer() {
    let examples = riddles(300);
    let thinks = |_: usize, _: &Request| Fault::Says("<think>It could be yes, but let me".into(), "length");
    let (small, large) = (served(&examples, 0.9, 1, sound), served(&examples, 1.0, 2, thinks));
    let place = place(&examples, [&small, &large], "");
    let ran = place.run();
    ran.ends(3).says(&["of the answers of large are missing", "cut off while thinking", "max-tokens under [prompt]"]);
}

#[test]
fn an_answer_told_again_with_every_piece_is_read_once() {
    let examples = riddles(300);
    let doubled = |_: usize, _: &Request| Fault::Cumulative;
    let says = |text: &'static str| move |_: usize, _: &Request| Fault::Says(text.into(), "length");
    let (small, large) = (served(&examples, 0.6, 1, sound), served(&examples, 1.0, 2, doubled));
    let place = place(&examples, [&small, &large], "");
    place.run().ends(0).says(&["bigger model pays"]);
    assert_eq!(row(&place, "large")["quality"]["point"], 1.0);
    // A first line that is the answer alone is one, whatever was cut off behind it.
    let line = served(&examples, 1.0, 3, says("yes\nThe reason is that"));
    let cut = super::missing::place(&examples, [&line, &large], "");
    cut.run().ends(0);
    assert_eq!(row(&cut, "small")["calls"]["problems"]["truncated"], 0);
}

#[test]
fn a_fault_that_all_share_stops_that_model_and_a_long_wait_is_not_waited_for() {
    let examples = riddles(300);
    let (small, asked) = (served(&examples, 0.9, 1, sound), std::sync::atomic::AtomicU64::new(0));
    let expires = move |_: usize, _: &Request| {
        let body = "[{\"error\":{\"code\":400,\"message\":\"API key expired.\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}]";
        let spent = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) >= 40;
        if spent { Fault::Status(400, Vec::new(), body.into()) } else { Fault::None }
    };
    let key = served(&examples, 1.0, 2, expires);
    let keyed = place(&examples, [&small, &key], "");
    keyed.run().ends(3).says(&["asking it was stopped after", "refused the key (400): API key expired"]);
    assert!(key.questions() < 80 && row(&keyed, "small")["calls"]["missing"] == 0);
    let system = |_: usize, _: &Request| {
        Fault::Status(400, Vec::new(), "{\"error\":{\"message\":\"System role not supported\"}}".into())
    };
    let role = served(&examples, 1.0, 3, system);
    place(&examples, [&small, &role], "").run().ends(3).says(&["System role not supported", "chat-without-system"]);
    assert!(role.questions() < 20, "{} questions", role.questions());
    let day = |_: usize, _: &Request| Fault::Status(429, vec![("Retry-After", "86340".into())], "{}".into());
    place(&examples, [&small, &served(&examples, 1.0, 4, day)], "").run().fails(&["asks to wait for 24 hours"]);
}

#[test]
fn only_what_was_asked_is_counted_where_sealed_and_explored_rows_are_equal() {
    // Every text stands twice, so that many sealed rows ask what explored ones do.
    let once = riddles(300);
    let examples: Riddles = once.iter().chain(&once).cloned().collect();
    let (small, large) = (served(&once, 0.5, 1, sound), served(&once, 0.98, 2, sound));
    let place = place(&examples, [&small, &large], "[budget]\nexplore = 100\n");
    place.run().ends(0).says(&["bigger model pays"]);
    for (name, server) in [("small", &small), ("large", &large)] {
        let calls = row(&place, name)["calls"].clone();
        assert_eq!((&calls["problems"]["failed"], &calls["missing"]), (&0.into(), &0.into()), "{calls}");
        // One question is the handshake's.
        assert_eq!(calls["answered"].as_u64().unwrap(), server.questions() - 1, "{name}: {calls}");
    }
}
