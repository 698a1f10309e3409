//! Faults of `[[candidate]]`, `[prompt]`, `[budget]` and of tasks of text.

use super::{shown, *};

/// A candidate without a fault.
const GOOD: &str = "[[candidate]]\nname = \"a\"\nendpoint = \"http://h/v1\"\nmodel = \"m\"\n";

/// Each text, put behind [`LEAST`], is at fault as told.
fn each(cases: &[(&str, &[&str])]) {
    for (text, parts) in cases {
        let shown = shown(&format!("{LEAST}{text}"));
        for part in *parts {
            assert!(shown.contains(part), "{text}\n--- has no `{part}`:\n{shown}");
        }
    }
}

#[test]
fn all_faults_of_a_candidate_at_once() {
    let text = r#"[task]
data = "a.csv"
target = "y"
[[candidate]]
name = "mlp-12k"
endpoint = "localhost:11434/v1"
key-env = "sk-proj-abcdefghijklmnop"
price = { input = 2.5, output = 10.0 }
shots = [0, 4, 4]
temprature = 1
"#;
    let expected = r#"s.toml:4:1: candidate.model: missing
 4 | [[candidate]]
   | ^^^^^^^^^^^^^
   hint: add model = "…": the name under which the server knows it (GET /v1/models lists them)

s.toml:5:8: candidate.name: "mlp-12k" is what lagom calls a model that it trains
 5 | name = "mlp-12k"
   |        ^^^^^^^^^
   hint: give it another name

s.toml:6:12: candidate.endpoint: found "localhost:11434/v1", expected an address such as "http://localhost:11434/v1"
 6 | endpoint = "localhost:11434/v1"
   |            ^^^^^^^^^^^^^^^^^^^^
   hint: begin it with http:// or https://, such as "http://localhost:11434/v1"

s.toml:7:11: candidate.key-env: this looks like a key itself: keys never stand in a study
 7 | key-env = "************************"
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^
   hint: write the name of the variable that holds the key, such as "OPENAI_API_KEY", and set it where lagom runs

s.toml:8:9: candidate.price: the price has no currency
 8 | price = { input = 2.5, output = 10.0 }
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   hint: add currency = "USD", or whichever it is in

s.toml:9:16: candidate.shots: found 4 twice
 9 | shots = [0, 4, 4]
   |                ^
   hint: keep one of them

s.toml:10:1: candidate.temprature: unknown key
 10 | temprature = 1
    | ^^^^^^^^^^
   hint: did you mean `temperature`? the keys of [[candidate]] are name, endpoint, gguf, command, answers, weights, adapt, dimensions, device, precision, model, api, key-env, key-header, certificate, id, text, parameters, bytes, memory, price, shots, shots-by, context, in-flight, requests-per-minute, timeout, environment, system, template, read, temperature, max-tokens"#;
    assert_eq!(shown(text), expected);
}

#[test]
fn names_and_sources() {
    let twice = format!("{GOOD}{}", GOOD.replace("\"a\"", "\"A\""));
    let shots = format!("{GOOD}shots = [0, 4]\n{}", GOOD.replace("\"a\"", "\"a-4shot\""));
    each(&[
        ("[[candidate]]\ngguf = \"m.gguf\"\n", &["candidate.name: missing"]),
        (&twice, &["9:8: candidate.name: \"A\" is the name of two candidates"]),
        (&shots, &["candidate.name: \"a-4shot\" is the name of two candidates"]),
        ("[[candidate]]\nname = \"a b\"\ngguf = \"m\"\n", &["found ' ' in the name \"a b\""]),
        ("[[candidate]]\nname = \"-a\"\ngguf = \"m\"\n", &["begins with a letter or digit"]),
        ("[[candidate]]\nname = \"Majority\"\ngguf = \"m\"\n", &["is what lagom calls a model that it trains"]),
        ("[[candidate]]\nname = \"linear\"\ngguf = \"m\"\n", &["is what lagom calls a model that it trains"]),
        (
            "[[candidate]]\nname = \"a\"\n",
            &["4:1: candidate: found none of `endpoint`, `gguf`, `command`, `answers` or `weights`"],
        ),
        (
            "[[candidate]]\nname = \"a\"\ngguf = \"m\"\nanswers = \"a.csv\"\n",
            &["candidate.answers: `gguf` and `answers` exclude each other"],
        ),
        (
            "[[candidate]]\nname = \"a\"\ngguf = \"m\"\nmodel = \"x\"\nkey-env = \"K\"\nrequests-per-minute = 1\n",
            &[
                "candidate.model: `model` means nothing beside `gguf`",
                "candidate.key-env: `key-env` means nothing",
                "requests-per-minute: `requests-per-minute` means nothing",
            ],
        ),
        (
            "[[candidate]]\nname = \"a\"\nanswers = \"a.csv\"\nshots = 4\nsystem = \"x\"\nmax-tokens = 3\n",
            &["candidate.shots: `shots` means nothing beside `answers`", "candidate.system", "candidate.max-tokens"],
        ),
        ("[[candidate]]\nname = \"a\"\ncommand = \"python3 a.py\"\n", &["found a line, expected a list of words"]),
        ("[[candidate]]\nname = \"a\"\ncommand = []\n", &["candidate.command: found an empty list"]),
        ("[candidate]\nname = \"a\"\n", &["candidate: found a table, expected a list of tables", "double brackets"]),
        ("[candidates]\nname = \"a\"\n", &["did you mean [[candidate]]?"]),
        ("[[candidate]]\nname = \"a\"\ngguf = \"m\"\nshots-by = \"nearest\"\n", &["no examples stand in the prompt"]),
    ]);
}

#[test]
fn addresses_and_keys() {
    let url = |url: &str| format!("[[candidate]]\nname = \"a\"\nmodel = \"m\"\nendpoint = \"{url}\"\n");
    for (address, part) in [
        ("ftp://h/v1", "found \"ftp://\""),
        ("http://", "name the machine after the two slashes"),
        ("http://:80/v1", "name the machine after the two slashes"),
        ("http://u:p@h/v1", "an address with a name, a password or a `#` in it"),
        ("http://h/v1?key=1", "an address with a key in its query"),
        ("https://h/v1/chat/completions", "write \"https://h/v1\""),
        ("http://h/v1/completions/", "write \"http://h/v1\""),
    ] {
        each(&[(&url(address), &["candidate.endpoint", part])]);
    }
    let key = |key: &str| format!("{GOOD}key-env = \"{key}\"\n");
    for (name, part) in [
        ("hf_AbCdEfGhIjKlMnOp", "this looks like a key itself"),
        ("a81f0c94d2e7b6530f1e2d3c4b5a6978", "this looks like a key itself"),
        ("MY KEY", "expected the name of a variable"),
        ("1KEY", "expected the name of a variable"),
    ] {
        let shown = shown(&format!("{LEAST}{}", key(name)));
        assert!(shown.contains(part), "{shown}");
        assert!(part.starts_with("expected") || !shown.contains(name), "a key is shown: {shown}");
    }
    // A key under another name is not shown either.
    let shown =
        shown(&format!("{LEAST}{GOOD}api-key = \"sk-proj-abcdefghijklmnop\"\napi = \"sk-proj-abcdefghijklmnop\"\n"));
    assert!(shown.contains("candidate.api-key: unknown key") && !shown.contains("abcdefgh"), "{shown}");
}

#[test]
fn prices_sizes_and_bounds() {
    let priced = |price: &str| format!("{GOOD}price = {price}\n");
    each(&[
        (&priced("2.5"), &["candidate.price: found the number 2.5, expected a table"]),
        (&priced("{ input = 1, currency = \"USD\" }"), &["candidate.price: `input` without `output`"]),
        (&priced("{ currency = \"USD\" }"), &["candidate.price: the price names no amount"]),
        (&priced("{ per-call = 1, cached = 1, currency = \"USD\" }"), &["`cached` without `input`"]),
        (&priced("{ input = -1, output = 1, currency = \"USD\" }"), &["candidate.price.input: found -1"]),
        (&priced("{ per-call = nan, currency = \"USD\" }"), &["candidate.price.per-call"]),
        (&priced("{ per-call = 1, currency = \"$\" }"), &["found \"$\", expected the code of a currency", "USD"]),
        (
            &priced("{ per-call = 1, currency = \"USD\", outptu = 1 }"),
            &["candidate.price.outptu", "did you mean `output`?"],
        ),
        (&format!("{GOOD}parameters = \"0\"\n"), &["candidate.parameters", "expected more than nothing"]),
        (&format!("{GOOD}parameters = \"4 X\"\n"), &["candidate.parameters: unknown unit `X`"]),
        (&format!("{GOOD}bytes = 4000\n"), &["candidate.bytes: found the number 4000, expected a size"]),
        (&format!("{GOOD}timeout = \"90\"\n"), &["candidate.timeout: `90` has no unit"]),
        (&format!("{GOOD}context = 8\n"), &["candidate.context: found the number 8, expected a whole number from 16"]),
        (&format!("{GOOD}in-flight = 0\n"), &["candidate.in-flight"]),
        (&format!("{GOOD}requests-per-minute = 0.5\n"), &["candidate.requests-per-minute"]),
        (&format!("{GOOD}shots = -1\n"), &["candidate.shots"]),
        (&format!("{GOOD}shots = []\n"), &["candidate.shots"]),
        (&format!("{GOOD}api = \"responses\"\n"), &["expected `chat` or `completions`"]),
        (&format!("{GOOD}temperature = 3\n"), &["candidate.temperature: found 3, expected a number from 0 to 2"]),
    ]);
}

#[test]
fn prompts_and_steps() {
    let prompt = |keys: &str| format!("[prompt]\n{keys}\n{GOOD}");
    each(&[
        (
            &prompt("template = \"{{ x }}\"\ntemplate-file = \"nowhere.txt\""),
            &["prompt.template-file: `template` and `template-file` exclude each other", "nowhere.txt cannot be read"],
        ),
        (
            &prompt("form = \"caht\""),
            &["found \"caht\", expected `chat`, `chat-without-system` or `text`", "did you mean \"chat\"?"],
        ),
        (&prompt("steps = \"strip\""), &["prompt.steps: found the text \"strip\", expected a list of steps"]),
        (
            &prompt("steps = [\"srip\", 3]"),
            &["\"srip\", which does not exist", "did you mean strip?", "found the number 3"],
        ),
        (&prompt("steps = [{ rgex = \"a\" }]"), &["\"rgex\", which does not exist", "did you mean regex?"]),
        (&prompt("steps = [{ regex = \"(\" }]"), &["prompt.steps: not a regular expression: unclosed group"]),
        (&prompt("steps = [\"regex\"]"), &["\"regex\" needs to be told what to look for", "{ regex = \"…\" }"]),
        (
            &prompt("steps = [{ strip = \"a\" }, { after = \"\" }]"),
            &["\"strip\" takes nothing", "found nothing between"],
        ),
        (&prompt("template = \"{{ a\""), &["prompt.template: the template cannot be read"]),
        (&prompt("system = \"{% if %}\""), &["prompt.system: the template cannot be read"]),
        (&prompt("steps = [{ regex = \"a\", json-field = \"b\" }]"), &["a table of one key"]),
        (&prompt("stop = [\"\"]"), &["it would end every answer"]),
        (&prompt("max-tokens = 0"), &["prompt.max-tokens"]),
        (&prompt("temperature = -0.1"), &["prompt.temperature"]),
        (&prompt("temperature = 1\ntop-p = 0"), &["prompt.top-p", "a share above 0"]),
        (&prompt("repeats = 3"), &["prompt.repeats: 3 repeats at temperature 0", "sample with temperature = 0.7"]),
        (&prompt("delimiter = \"\""), &["prompt.delimiter: means nothing: no candidate is read by likelihood"]),
        (
            &prompt("read = \"likelihood\"\nsteps = [\"strip\"]\nstop = \"a\""),
            &[
                "prompt.steps: means nothing: no candidate is read as a text",
                "prompt.stop: means nothing: no candidate is asked for a text",
            ],
        ),
        ("[prompt]\ntemplate = \"a\"\n", &["4:2: prompt: no model is called in this study"]),
        (
            "[prompt]\ntemplate = \"a\"\n[[candidate]]\nname = \"a\"\nweights = \"w\"\nadapt = [\"zero-shot\"]\n",
            &[
                "4:2: prompt: \"zero-shot\" of weights has a prompt of lagom's own, which [prompt] does not change, and no model is called",
            ],
        ),
        (
            "[prompt]\nsystem = \"a\"\n[[candidate]]\nname = \"a\"\nanswers = \"a.csv\"\n",
            &["prompt.system: means nothing: all candidates are answers on disk"],
        ),
        (&prompt("tempalte = \"a\""), &["did you mean `template`?"]),
    ]);
}

#[test]
fn what_is_asked_against_where() {
    let likely = format!("[prompt]\nread = \"likelihood\"\n{GOOD}");
    each(&[
        (&format!("{likely}api = \"chat\"\n"), &["candidate.api: chat completions cannot score a given text"]),
        (
            &format!("[prompt]\nform = \"text\"\n{GOOD}api = \"chat\"\n"),
            &["candidate.api: chat completions take messages"],
        ),
        (
            &format!("[prompt]\nform = \"chat\"\n{GOOD}api = \"completions\"\n"),
            &["candidate.api: completions take a text"],
        ),
        (&format!("kind = \"regression\"\n{likely}"), &["prompt.read: regression has no labels or choices"]),
        (
            &format!("metric = \"log-loss\"\n{GOOD}"),
            &["candidate.read: \"log-loss\" needs probabilities", "read = \"likelihood\""],
        ),
        (
            "metric = \"auc\"\n[[candidate]]\nname = \"a\"\nanswers = \"a.csv\"\n",
            &["candidate.read: \"auc\" needs probabilities", "answers on disk have no probabilities"],
        ),
        (
            "[[candidate]]\nname = \"a\"\nanswers = \"a.csv\"\nread = \"likelihood\"\n",
            &["candidate.answers: answers on disk are texts"],
        ),
        (
            &format!("[prompt]\ntemperature = 1\nrepeats = 2\nread = \"likelihood\"\n{GOOD}"),
            &["which is the same each time"],
        ),
        (
            &format!("[prompt]\ntemperature = 1\nrepeats = 2\n{GOOD}temperature = 0\n"),
            &["candidate.temperature: 2 repeats at temperature 0"],
        ),
        (
            &format!("[trials]\ncross-fit = true\n{GOOD}"),
            &["trials.cross-fit: models that are called are not cross-fitted"],
        ),
    ]);
}

#[test]
fn money_in_one_currency_and_only_where_something_is_paid_for() {
    let priced = format!("{GOOD}price = {{ per-call = 1, currency = \"USD\" }}\n");
    let other = priced.replace("\"a\"", "\"b\"").replace("USD", "EUR");
    each(&[
        (&format!("{priced}{other}"), &["candidate.price: found EUR, and USD before it", "convert it to USD"]),
        (&format!("{priced}[budget]\nmoney = \"5 EUR\"\n"), &["budget.money: found EUR"]),
        (&format!("{priced}[budget]\nask-above = \"5 EUR\"\n"), &["budget.ask-above: found EUR"]),
        (&format!("[good-enough]\ncost = \"5 EUR\"\n{priced}"), &["good-enough.cost: found EUR"]),
        (
            &format!("[good-enough]\ncost = \"5 EUR\"\nsmallest-by = \"cost\"\n{GOOD}"),
            &[
                "good-enough.cost: no [[candidate]] has a price",
                "good-enough.smallest-by: no [[candidate]] has a price",
            ],
        ),
        ("[good-enough]\nsmallest-by = \"cost\"\n", &["good-enough.smallest-by: no [[candidate]] has a price"]),
        (&format!("{GOOD}[budget]\nmoney = \"5 USD\"\n"), &["budget.money: no [[candidate]] has a price"]),
        (&format!("{priced}[budget]\nmoney = 5\n"), &["budget.money: found the number 5", "\"5 USD\""]),
        (&format!("{priced}[budget]\nmoney = \"0 USD\"\n"), &["budget.money: found 0 USD, expected more than nothing"]),
        (&format!("{priced}[budget]\nmoney = \"5\"\n"), &["budget.money: `5` has no unit"]),
        (&format!("{priced}[budget]\ncalls = 0\nexplore = 5\n"), &["budget.calls", "budget.explore"]),
        (&format!("{priced}[budget]\nmissing = \"2\"\n"), &["budget.missing: found"]),
        (&format!("{priced}[budget]\nmissing = 2\n"), &["budget.missing: found"]),
        (&format!("[good-enough]\ncost = 2\n{priced}"), &["good-enough.cost: `2` has no unit"]),
        ("[budget]\ncalls = 5\n", &["budget: no model is called in this study"]),
        (&format!("{priced}[prices]\ncpu-hour = \"0.04 EUR\"\n"), &["prices.cpu-hour: found EUR, and USD before it"]),
        ("[prices]\ncpu-hour = \"0 USD\"\n", &["prices.cpu-hour: found 0 USD, expected more than nothing"]),
        ("[prices]\ncpu-hour = 0.04\n", &["prices.cpu-hour: found the number 0.04", "\"0.04 USD\""]),
        ("[prices]\ncpu_hour = \"0.04 USD\"\n", &["prices.cpu_hour: unknown key", "did you mean `cpu-hour`?"]),
    ]);
}

#[test]
fn metrics_that_do_not_measure_what_is_read() {
    let text = |task: &str, metric: &str, read: &str| {
        format!(
            "[task]\ndata = \"a.csv\"\ntarget = \"y\"\n{task}\nmetric = \"{metric}\"\n[prompt]\nread = \"{read}\"\n{GOOD}"
        )
    };
    let choices = "kind = \"multiple-choice\"\nlabels = [\"a\", \"b\"]";
    let (generation, extraction) = ("kind = \"text-generation\"", "kind = \"extraction\"");
    for (task, metric, read) in [
        (choices, "bleu", "answer"),
        (choices, "regex-match", "answer"),
        (choices, "exact-match", "likelihood"),
        (generation, "choice-accuracy", "answer"),
        (generation, "perplexity", "answer"),
        (generation, "bleu", "likelihood"),
        (generation, "accuracy", "answer"),
        (extraction, "rmse", "answer"),
    ] {
        let shown = shown(&text(task, metric, read));
        assert!(shown.contains(&format!("\"{metric}\" does not measure")), "{task} {metric} {read}: {shown}");
        // Read the other way perplexity and BLEU measure what is written, exact matches what is chosen; the others nothing.
        let otherwise =
            ["perplexity", "bleu", "exact-match", "regex-match"].contains(&metric) && !task.contains("extraction");
        let other = if read == "answer" { "likelihood" } else { "answer" };
        let named = shown.contains(&format!("write read = \"{other}\", or take one of"));
        assert!(!named || otherwise, "{task} {metric} {read}: {shown}");
        assert!(named || metric != "perplexity", "{shown}");
    }
    for (task, metric, read) in [
        (choices, "exact-match", "answer"),
        (choices, "choice-accuracy", "answer"),
        (choices, "choice-accuracy-bytes", "likelihood"),
        (generation, "rouge-lsum", "answer"),
        (generation, "bits-per-byte", "likelihood"),
        (extraction, "json-fields", "answer"),
    ] {
        let text = text(task, metric, read);
        Study::parse(&text, "s.toml", &registries())
            .unwrap_or_else(|faults| panic!("{task} {metric} {read}: {faults}"));
    }
}

#[test]
fn tasks_of_text() {
    let text = |keys: &str| format!("[task]\ndata = \"a.csv\"\n{keys}\n{GOOD}");
    let faulty = |keys: &str, parts: &[&str]| {
        let shown = shown(&text(keys));
        for part in parts {
            assert!(shown.contains(part), "{keys}\n--- has no `{part}`:\n{shown}");
        }
    };
    let generation = "kind = \"text-generation\"";
    faulty(&format!("{generation}\ntarget = \"y\"\nreferences = \"z\""), &["`target` and `references` exclude"]);
    faulty(generation, &["task.target: missing"]);
    faulty("target = \"y\"\nreferences = \"z\"", &["task.references: `references` needs a kind of task"]);
    faulty(
        "kind = \"regression\"\ntarget = \"y\"\ninput = \"z\"",
        &["task.input: `input` means nothing for regression"],
    );
    faulty(&format!("{generation}\ntarget = \"y\"\nchoices = \"z\""), &["`choices` means nothing for text-generation"]);
    faulty("kind = \"multiple-choice\"\ntarget = \"y\"", &["task.choices: missing"]);
    faulty(
        "kind = \"multiple-choice\"\ntarget = \"y\"\nchoices = \"z\"\nlabels = [\"a\", \"b\"]",
        &["exclude each other"],
    );
    faulty("kind = \"multiple-choice\"\ntarget = \"y\"\nlabels = [\"a\"]", &["expected at least two"]);
    faulty("kind = \"multiple-choice\"\ntarget = \"y\"\nlabels = [\"a\", \"a\"]", &["task.labels: found \"a\" twice"]);
    faulty("kind = \"multiple-choice\"\ntarget = \"y\"\nchoices = [\"y\", \"z\"]", &["\"y\" is also what is right"]);
    faulty(&format!("{generation}\nreferences = [\"y\", \"z\"]\ninput = \"z\""), &["\"z\" is a reference"]);
    faulty(&format!("{generation}\ntarget = \"y\"\ninput = \"y\""), &["nothing answers itself"]);
    faulty(&format!("{generation}\ntarget = \"y\"\ninput = \"z\"\nignore = [\"z\"]"), &["\"z\" is also in `input`"]);
    faulty(
        &format!("{generation}\ntarget = \"y\"\ntext = \"z\""),
        &["columns of text are not used for text-generation"],
    );
    faulty(&format!("{generation}\ntarget = \"y\"\nreferences = []"), &["task.references", "at least one column"]);
    faulty(
        &format!("{generation}\ntarget = \"y\"\n[task.columns]\nz = \"text\""),
        &["task.columns: kinds of columns mean nothing for text-generation"],
    );
    faulty(
        &format!("{generation}\ntarget = \"y\"\n[ladder]\nfamilies = [\"linear\"]"),
        &["ladder: nothing is trained for text-generation"],
    );
    each(&[
        ("kind = \"text-generation\"\n", &["task.kind: nothing is trained for text-generation", "add a [[candidate]]"]),
        (
            "[ladder]\nfamilies = [\"gguf\", \"endpoint\"]\n",
            &["\"gguf\" is not trained", "write [[candidate]] and below it"],
        ),
    ]);
    // Called models alone, beside the baseline: nothing else need be trained.
    let alone = study(&format!("[ladder]\nfamilies = []\n{GOOD}"));
    assert_eq!(alone.ladder.families_for(TaskKind::Classification, &registries()), [FamilyId::BASELINE]);
}
