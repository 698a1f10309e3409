//! Studies with models that are called.

use std::time::Duration;

use super::*;
use crate::costs::{Amount, LimitChange, MoneyPerThousand, Unit};

/// A study with every source of answers and every key that they have.
const FULL: &str = r#"
[task]
data = "questions.jsonl"
references = ["answer", "others"]
kind = "text-generation"
input = "question"
[good-enough]
cost = "2 USD"
smallest-by = "cost"
[prompt]
template-file = "prompt.txt"
system = "Be brief."
form = "chat"
read = "answer"
steps = ["strip", "first-line", { regex = "answer: (.*)" }, { json-field = "text" }, "last-number"]
max-tokens = 64
stop = ["\n\n", "END"]
temperature = 0.7
top-p = 0.9
repeats = 3
[[candidate]]
name = "qwen3:4b"
endpoint = "http://localhost:11434/v1/"
model = "qwen3:4b"
parameters = "4B"
bytes = "2.5 GB"
memory = "4 GB"
shots = [0, 4]
shots-by = "nearest"
in-flight = 8
requests-per-minute = 60
timeout = "90 s"
system = "Be long."
template = "Q: {{ question }}"
max-tokens = 128
[[candidate]]
name = "hosted"
endpoint = "https://api.example.com/v1?api-version=2024-10-21"
model = "large"
api = "chat"
key-env = "EXAMPLE_API_KEY"
certificate = "ours.pem"
key-header = "api-key"
price = { input = 2.5, output = 10.0, cached = 1, per-call = 0.001, currency = "USD" }
shots = 2
[[candidate]]
name = "local"
gguf = "models/m.gguf"
context = 4096
temperature = 1.0
[[candidate]]
name = "mine"
command = ["python3", "answer.py"]
[[candidate]]
name = "theirs"
answers = "theirs.csv"
id = "number"
text = "output"
[budget]
money = "5 USD"
calls = 1000
ask-above = "0 USD"
explore = 200
missing = "5 %"
"#;

fn full() -> Study {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("prompt.txt"), "Answer: {{ question }}\n").unwrap();
    Study::parse(FULL, folder.path().join("study.toml"), &registries()).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn every_key_is_read() {
    let study = full();
    let names: Vec<&str> = study.candidates.iter().map(|called| called.name.as_str()).collect();
    assert_eq!(names, ["qwen3:4b-0shot", "qwen3:4b-4shot", "hosted-2shot", "local", "mine", "theirs"]);
    let four = &study.candidates[1];
    let api = Api::Chat;
    assert_eq!(
        four.backend,
        Backend::Endpoint {
            url: "http://localhost:11434/v1".into(),
            model: "qwen3:4b".into(),
            api,
            key_env: None,
            key_header: None,
            certificate: None
        }
    );
    assert_eq!((four.table.as_str(), four.shots, four.shots_by), ("qwen3:4b", 4, ShotsBy::Nearest));
    let sizes = (four.parameters, four.bytes, four.memory);
    assert_eq!(sizes, (Some(4_000_000_000), Some(2_500_000_000), Some(4_000_000_000)));
    let bounds = (four.in_flight, four.requests_per_minute, four.timeout);
    assert_eq!(bounds, (Some(8), Some(60), Some(Duration::from_secs(90))));
    let local = study.candidates.iter().find(|called| called.name == "local");
    assert_eq!(local.and_then(|called| called.context), Some(4096));
    assert!(
        matches!(&study.candidates[2].backend, Backend::Endpoint { url, key_header: Some(header), certificate: Some(pem), .. }
        if url.ends_with("/v1?api-version=2024-10-21") && header == "api-key" && pem.ends_with("ours.pem"))
    );
    let price = study.candidates[2].price.clone().unwrap();
    // 900 new and 100 cached tokens read, 200 written: (900 · 2.5 + 100 · 1 + 200 · 10) / 10⁶ + 0.001 = 0.00535.
    let bill = price.of(1000, 100, 200);
    assert!((bill.amount - 0.00535).abs() < 1e-12 && bill.currency == "USD", "{bill}");
    assert!(matches!(&study.candidates[3].backend, Backend::Gguf { path } if path.ends_with("models/m.gguf")));
    assert_eq!(
        study.candidates[4].backend,
        Backend::Command { words: vec!["python3".into(), "answer.py".into()], environment: Vec::new() }
    );
    assert!(matches!(&study.candidates[5].backend,
        Backend::Answers { id: Some(id), text: Some(text), .. } if id == "number" && text == "output"));
    let families: Vec<FamilyId> = study.candidates.iter().map(|called| called.backend.family()).collect();
    assert_eq!(families[2..], [FamilyId::ENDPOINT, FamilyId::GGUF, FamilyId::COMMAND, FamilyId::ANSWERS]);
    assert_eq!((study.task.answers(), study.task.target.as_str()), (&["answer".into(), "others".into()][..], "answer"));
    assert_eq!(study.task.input, ["question"]);
    let money = |text: &str| Some(Money::parse(text).unwrap());
    let budget = Budget {
        money: money("5 USD"),
        calls: Some(1000),
        ask_above: money("0 USD"),
        explore: Some(200),
        missing: Some(0.05),
        corrupted: None,
    };
    assert_eq!((&study.budget, study.explored()), (&budget, Some(200)));
    let most = Limits::default().with(&MoneyPerThousand, Amount::Money(Money::parse("2 USD").unwrap()));
    assert_eq!((&study.good_enough.limits, study.good_enough.smallest_by.about().name), (&most, "cost"));
}

#[test]
fn a_candidate_says_otherwise_for_itself_alone() {
    let study = full();
    let own = study.prompt_for(&study.candidates[0]);
    assert_eq!((own.template.as_deref(), own.template_file), (Some("Q: {{ question }}"), None));
    assert_eq!((own.system.as_deref(), own.max_tokens, own.temperature), (Some("Be long."), Some(128), 0.7));
    let shared = study.prompt_for(&study.candidates[3]);
    assert_eq!((shared.template.as_deref(), shared.max_tokens), (Some("Answer: {{ question }}\n"), Some(64)));
    assert_eq!((shared.temperature, shared.repeats, shared.form), (1.0, 3, Some(Form::Chat)));
    assert_eq!(study.prompt.stop, ["\n\n", "END"]);
    assert_eq!(study.prompt.steps.len(), 5);
}

#[test]
fn defaults_of_a_candidate_and_of_the_prompt() {
    let study = study("[[candidate]]\nname = \"a\"\nendpoint = \"http://h/v1\"\nmodel = \"m\"\n");
    let called = &study.candidates[0];
    assert_eq!((called.name.as_str(), called.shots, &called.price, called.context), ("a", 0, &None, None));
    assert_eq!((&study.prompt, study.explored()), (&PromptSpec::default(), Some(Budget::EXPLORE)));
    let prompt = &study.prompt;
    assert_eq!((prompt.temperature, prompt.repeats, prompt.read), (0.0, 1, ResponseMode::Answer));
    let tokens = [TaskKind::TextClassification, TaskKind::MultipleChoice, TaskKind::Extraction];
    assert_eq!(tokens.map(|kind| prompt.answer_tokens(kind)), [16, 16, 256]);
    // No model that is called is cross-fitted: it would answer every row.
    assert!(!study.cross_fits(500) && super::study("").cross_fits(500) && super::study("").explored().is_none());
}

#[test]
fn the_path_of_an_endpoint_follows_from_what_is_asked() {
    let of = |prompt: &str| {
        let candidate = "[[candidate]]\nname = \"a\"\nendpoint = \"http://h/v1\"\nmodel = \"m\"\n";
        let study = study(&format!("{prompt}\n{candidate}"));
        let form = study.prompt_for(&study.candidates[0]).form;
        match study.candidates[0].backend {
            Backend::Endpoint { api, .. } => (api, form.unwrap()),
            _ => panic!("an endpoint"),
        }
    };
    assert_eq!(of(""), (Api::Chat, Form::Chat));
    assert_eq!(of("[prompt]\nread = \"likelihood\""), (Api::Completions, Form::Text));
    assert_eq!(of("[prompt]\nform = \"text\""), (Api::Completions, Form::Text));
}

#[test]
fn choices_in_their_three_forms() {
    let task = "[task]\ndata = \"a.csv\"\ntarget = \"right\"\nkind = \"multiple-choice\"\n";
    let candidate = "[[candidate]]\nname = \"a\"\ngguf = \"a.gguf\"\n";
    let of = |keys: &str| {
        let text = format!("{task}{keys}\n{candidate}");
        Study::parse(&text, "s.toml", &registries()).unwrap_or_else(|faults| panic!("{faults}")).task.choices.unwrap()
    };
    assert_eq!(of("choices = \"options\""), Choices::Column("options".into()));
    assert_eq!(of("choices = [\"options\"]"), Choices::Column("options".into()));
    assert_eq!(of("choices = [\"A\", \"B\"]"), Choices::Columns(vec!["A".into(), "B".into()]));
    assert_eq!(of("labels = [\"yes\", \"no\"]"), Choices::Fixed(vec!["yes".into(), "no".into()]));
    assert_eq!(of("labels = [\"yes\", \"no\"]").columns(), &[] as &[String]);
}

#[test]
fn studies_survive_json_and_old_ones_are_still_read() {
    let mut new = full();
    // Whose number of repeats and share of validation rows it is matters only while a study is read.
    (new.trials.repeats_proposed, new.trials.validation_proposed) = (false, false);
    let json = serde_json::to_string(&new).unwrap();
    assert_eq!(serde_json::from_str::<Study>(&json).unwrap(), new);
    // A study without called models is written as it was before there were any.
    let old = study("");
    let json = serde_json::to_string(&old).unwrap();
    for key in ["candidates", "prompt", "budget", "references", "choices", "input", "cost"] {
        assert!(!json.contains(&format!("\"{key}\":")), "{key} in {json}");
    }
    assert_eq!(
        serde_json::from_str::<Study>(&json).unwrap(),
        Study { trials: Trials { repeats_proposed: false, validation_proposed: false, ..old.trials.clone() }, ..old }
    );
}

#[test]
fn called_families_are_named_and_not_trained() {
    for about in CALLED {
        assert!(about.id.is_called() && !about.summary.is_empty());
        assert!(TaskKind::ALL.into_iter().all(|kind| about.serves(kind)));
    }
    assert!(FAMILIES.iter().all(|about| !about.id.is_called()));
    for kind in [TaskKind::TextGeneration, TaskKind::MultipleChoice, TaskKind::Extraction] {
        assert!(!kind.is_trained() && !kind.has_classes() && registries().serving(kind).count() == 0);
    }
    assert!(TaskKind::TRAINED.into_iter().all(|kind| kind.is_trained() && registries().serving(kind).count() > 0));
}

#[test]
fn money_is_read_as_it_is_written() {
    for (text, amount, currency) in [("5 USD", 5.0, "USD"), ("0.50EUR", 0.5, "EUR"), (" 1_000 CNY ", 1000.0, "CNY")] {
        let money = Money::parse(text).unwrap();
        assert_eq!((money.amount, money.currency.as_str()), (amount, currency));
        assert_eq!(Money::parse(&money.to_string()).unwrap(), money);
    }
    for (text, message, hint) in [
        ("5", "`5` has no unit", "its currency: `5 USD`"),
        ("USD", "found `USD`, expected an amount", "5 USD"),
        ("$5", "unknown unit `$` in `$5`", "`5 USD`"),
        ("5 $", "unknown unit `$` in `5 $`", "the code of the currency: USD"),
        ("5 usd", "unknown unit `usd`", "capital letters: USD"),
        ("5 dollars", "unknown unit `dollars`", "three letters"),
        ("-5 USD", "found `-5 USD`", "5 USD"),
    ] {
        let error = Money::parse(text).unwrap_err();
        assert!(
            error.to_string().contains(message) && error.hint().contains(hint),
            "{text}: {error}; {}",
            error.hint()
        );
    }
}

#[test]
fn a_limit_on_cost_needs_prices_in_its_own_currency() {
    let priced =
        study("[[candidate]]\nname = \"a\"\ngguf = \"a.gguf\"\nprice = { per-call = 0.01, currency = \"EUR\" }\n");
    let limit = |text: &str| {
        let change = LimitChange { cost: &MoneyPerThousand, limit: Unit::Money.limit(text).unwrap() };
        Overrides { limits: vec![change], ..Overrides::default() }
    };
    let most = |text: &str| priced.with(&limit(text)).unwrap().good_enough.limits.get(&MoneyPerThousand).cloned();
    assert_eq!(most("2 EUR"), Some(Amount::Money(Money::parse("2 EUR").unwrap())));
    assert_eq!(most("none"), None);
    let error = priced.with(&limit("2 USD")).unwrap_err();
    assert_eq!(error.to_string(), "cost: the limit is in USD, the prices of the study are in EUR");
    let free = study("");
    assert!(matches!(free.with(&limit("2 USD")), Err(OverrideError::NoPrice(_))));
    let by_cost = Overrides { smallest_by: Some(&MoneyPerThousand), ..Overrides::default() };
    assert!(matches!(free.with(&by_cost), Err(OverrideError::NoPrice(_))) && priced.with(&by_cost).is_ok());
    assert!(Unit::Money.limit("0 USD").is_err());
}

#[test]
fn settings_of_the_metric_are_those_of_its_name_and_all_faults_are_told() {
    let head = "[task]\ndata = \"a.csv\"\nkind = \"text-generation\"\ninput = \"q\"\nreferences = \"y\"\n";
    let tail = "[[candidate]]\nname = \"a\"\nendpoint = \"http://localhost:1/v1\"\nmodel = \"m\"\n";
    let with = |metric: &str, settings: &str| format!("{head}{metric}[metric]\n{settings}{tail}");
    let bleu = "metric = \"bleu\"\n";
    let text = with(bleu, "tokeniser = \"char\"\nsmoothing = \"add-k\"\neffective-order = true\n");
    let study = Study::parse(&text, "s.toml", &registries()).unwrap();
    let settings = study.metric.bleu;
    assert_eq!(settings.smoothing, crate::metric::Smoothing::AddK(1.0));
    assert_eq!((settings.tokeniser, settings.effective_order), (crate::metric::BleuTokeniser::Char, true));
    assert_eq!(
        Study::parse(&with(bleu, ""), "s.toml", &registries()).unwrap().metric,
        crate::metric::TextSettings::default()
    );
    let faults = shown(&with(bleu, "tokeniser = \"13b\"\nstemmer = true\nsmoothing-value = 0.1\nstemer = true\n"));
    for part in
        ["did you mean \"13a\"", "does not look at it", "rouge-1", "the smoothing has no value", "metric.stemer"]
    {
        assert!(faults.contains(part), "{part} in {faults}");
    }
    assert!(shown(&with("", "stemmer = true\n")).contains("names no metric"));
    let range = shown(&with("metric = \"chrf\"\n", "chrf-characters = 9\n"));
    assert!(range.contains("metric.chrf-characters") && range.contains("from 1 to 6"), "{range}");
}

#[test]
fn weights_that_answer_are_a_candidate_for_each_adaptation() {
    let parse = |kind: &str, prompt: &str, more: &str| {
        let labels = if kind == "multiple-choice" { "labels = [\"a\", \"b\"]\n" } else { "" };
        let text = format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"{kind}\"\ninput = \"x\"\n{labels}[prompt]\n{prompt}\n[[candidate]]\nname = \"own\"\nweights = \"w\"\n{more}"
        );
        Study::parse(&text, "s/s.toml", &registries())
    };
    let adapt = "adapt = [\"zero-shot\", \"few-shot\", \"lora\"]\nshots = [2, 8]\nmemory = \"1 GB\"\n";
    let study = parse("text-generation", "", adapt).unwrap_or_else(|faults| panic!("{faults}"));
    let names: Vec<(&str, u32)> = study.candidates.iter().map(|one| (one.name.as_str(), one.shots)).collect();
    assert_eq!(names, [("own-zero-shot", 0), ("own-few-shot-2shot", 2), ("own-few-shot-8shot", 8), ("own-lora", 0)]);
    assert!(study.pretrained.is_empty());
    let own: Vec<&OwnWeights> = study.candidates.iter().filter_map(|one| one.backend.own_weights()).collect();
    assert!(own.iter().all(|own| own.at == WeightsAt::Folder("s/w".into()) && own.found.is_none()));
    assert_eq!(own.iter().filter(|own| own.adapt.is_tuned()).count(), 1);
    for called in &study.candidates {
        let prompt = study.prompt_for(called);
        assert_eq!((prompt.form, prompt.read), (Some(Form::Text), ResponseMode::Answer));
        assert_eq!((called.memory, called.backend.family()), (Some(1_000_000_000), FamilyId::WEIGHTS));
    }
    let json = serde_json::to_string(&study).unwrap();
    assert_eq!(serde_json::from_str::<Study>(&json).unwrap().candidates, study.candidates);
    // Left out: as they are; choices by likelihood unless the study says otherwise.
    let reads = |prompt: &str, more: &str| {
        let study = parse("multiple-choice", prompt, &format!("adapt = [\"few-shot\"]\n{more}")).unwrap();
        assert_eq!((study.candidates[0].name.as_str(), study.candidates[0].shots), ("own-few-shot", 4));
        study.prompt_for(&study.candidates[0]).read
    };
    assert_eq!(reads("", ""), ResponseMode::Likelihood);
    assert_eq!(reads("read = \"answer\"", ""), ResponseMode::Answer);
    assert_eq!(reads("", "read = \"answer\"\n"), ResponseMode::Answer);
    assert_eq!(parse("extraction", "", "").unwrap().candidates[0].name, "own-zero-shot");
    // In tasks of classes they are what they were.
    let text = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"text-classification\"\n[[candidate]]\nname = \"own\"\nweights = \"w\"\n";
    let study = Study::parse(text, "s.toml", &registries()).unwrap();
    assert_eq!((study.candidates.len(), study.pretrained.len()), (0, 1));
}
