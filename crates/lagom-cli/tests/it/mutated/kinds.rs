//! What is mutated: data, studies, templates, answers and what the other verbs read, each with commands that read it.

use super::folder;
use super::packed::{gguf, gzip, parquet};
use super::results;
use crate::support::{classes, csv};

/// How mutated bytes become the file: compressed, under a right checksum, as a cell of a store.
pub(super) type Pack = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// One kind of input.
pub(super) struct Kind {
    pub(super) name: String,
    /// The files, whole.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// Where among them the one is that is mutated.
    pub(super) at: usize,
    pub(super) pack: Option<Pack>,
    /// The commands that read it, as words with blanks between.
    pub(super) commands: Vec<&'static str>,
}

impl Kind {
    /// The first of the files is mutated.
    pub(super) fn new<T: Into<Vec<u8>>>(name: &str, files: Vec<(&str, T)>, commands: &[&'static str]) -> Self {
        let files = files.into_iter().map(|(name, content)| (name.to_owned(), content.into())).collect();
        Self { name: name.to_owned(), files, at: 0, pack: None, commands: commands.to_vec() }
    }

    pub(super) fn packed(mut self, pack: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Self {
        self.pack = Some(Box::new(pack));
        self
    }

    /// With one more file, as it is.
    pub(super) fn with(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }
}

/// Every kind; two small studies are run for them.
pub(super) fn all() -> Vec<Kind> {
    let tabular = folder::tabular();
    let mut kinds = data(&tabular);
    kinds.extend(studies());
    kinds.extend(asked());
    kinds.extend(results::all());
    kinds.extend(folder::all(&tabular));
    kinds
}

fn data(tabular: &folder::Finished) -> Vec<Kind> {
    let rows = classes(60, 3);
    let table = csv("a,b,colour,y", &rows);
    let lines: String = rows
        .iter()
        .map(|[a, b, colour, y]| format!("{{\"a\": {a}, \"b\": {b}, \"colour\": \"{colour}\", \"y\": \"{y}\"}}\n"))
        .collect();
    let list = format!("[{}]\n", lines.trim_end().replace('\n', ",\n"));
    let german: String = rows.iter().map(|row| format!("{}\n", row.join(";").replace('.', ","))).collect();
    let quoted: String = rows
        .iter()
        .enumerate()
        .map(|(row, [a, b, colour, y])| {
            format!("{row},2024-01-{:02},\"{colour}, \"\"{a}\"\"\n and more\",{a},{b},{y}\n", row % 28 + 1)
        })
        .collect();
    let labelled: String = rows.iter().map(|[a, _, colour, y]| format!("{y}\tthe {colour} one of {a}\n")).collect();
    let spaced: String = rows.iter().map(|[a, b, _, y]| format!("{a}  {b} {}\n", u8::from(y == "yes"))).collect();
    let files: [(&str, &str, Vec<u8>); 10] = [
        ("csv", "d.csv", table.clone().into()),
        ("csv, quoted", "d.csv", format!("row,day,colour,a,b,y\n{quoted}").into()),
        ("csv, German", "d.csv", format!("a;b;colour;y\n{german}").into()),
        ("tsv", "d.tsv", table.replace(',', "\t").into()),
        ("json lines", "d.jsonl", lines.into()),
        ("json", "d.json", list.into()),
        ("labelled lines", "d.txt", labelled.into()),
        ("numbers between blanks", "d.data", spaced.into()),
        ("parquet", "d.parquet", parquet(&rows, false)),
        ("parquet, packed", "d.parquet", parquet(&rows, true)),
    ];
    let mut kinds: Vec<Kind> =
        files.into_iter().map(|(name, file, content)| of_data(name, (file, content), tabular)).collect();
    kinds.push(of_data("gzip", ("d.csv.gz", gzip(table.as_bytes())), tabular));
    kinds.push(of_data("gzip, inside", ("d.csv.gz", table.clone().into()), tabular).packed(gzip));
    kinds
}

/// Data that are looked at, checked and predicted.
fn of_data(name: &str, (file, content): (&'static str, Vec<u8>), tabular: &folder::Finished) -> Kind {
    let study = format!("[task]\ndata = \"{file}\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.1\n");
    let commands = match file {
        "d.csv" => ["init d.csv -o i.toml", "check s.toml", "predict model.lagom d.csv -p"],
        "d.tsv" => ["init d.tsv -o i.toml", "check s.toml", "predict model.lagom d.tsv -p"],
        "d.jsonl" => ["init d.jsonl -o i.toml", "check s.toml", "predict model.lagom d.jsonl -p"],
        "d.json" => ["init d.json -o i.toml", "check s.toml", "predict model.lagom d.json -p"],
        "d.txt" => ["init d.txt -o i.toml", "init d.txt -o j.toml --target column-1", "init d.txt -o k.toml --force"],
        "d.data" => [
            "init d.data -o i.toml",
            "init d.data -o j.toml --target column-3",
            "init d.data -o k.toml --target column-1",
        ],
        "d.parquet" => ["init d.parquet -o i.toml", "check s.toml", "predict model.lagom d.parquet -p"],
        _ => ["init d.csv.gz -o i.toml", "check s.toml", "predict model.lagom d.csv.gz -p"],
    };
    Kind::new(name, vec![(file, content)], &commands)
        .with("s.toml", study)
        .with("model.lagom", tabular.file("out/model.lagom"))
}

/// A study with most of its keys.
const FULL: &str = r#"[task]
data = "q.csv"
kind = "text-generation"
input = ["question"]
target = "answer"
metric = "chrf"
missing = ["NA", "?"]
ignore = ["note"]
[metric]
chrf-characters = 6
chrf-beta = 2
[good-enough]
margin = 0.05
confidence = 0.9
smallest-by = "cost"
parameters = "70B"
bytes = "40 GB"
memory = "1.5 GB"
latency-p95 = "2.5 s"
cost = "2 USD"
incumbent = "hosted"
[prompt]
template-file = "prompt.txt"
system = "Be brief."
steps = ["strip", "first-line"]
max-tokens = 64
stop = ["\n\n"]
temperature = 0.7
top-p = 0.9
repeats = 2
[[candidate]]
name = "near"
endpoint = "http://127.0.0.1:9/v1"
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
price = { input = 2.5, output = 10.0, cached = 1, per-call = 0.001, currency = "USD" }
[[candidate]]
name = "hosted"
endpoint = "https://127.0.0.1:9/v1?api-version=2024-10-21"
model = "large"
api = "chat"
price = { per-call = 0.001, currency = "USD" }
[[candidate]]
name = "theirs"
answers = "a.csv"
text = "text"
[budget]
money = "5 USD"
calls = 1000
ask-above = "0 USD"
explore = 200
missing = "5 %"
[trials]
repeats = 3
seed = 7
holdout = 0.3
validation = 0.25
"#;

const TABULAR: &str = r#"[task]
data = "d.csv"
target = "y"
kind = "classification"
metric = "balanced-accuracy"
header = true
separator = ","
format = "csv"
decimal = "point"
missing = ["NA", "?"]
missing-target = "drop"
columns = { a = "numeric", b = "numeric" }
[good-enough]
bar = 0.9
confidence = 0.95
profile = "edge"
[ladder]
families = ["linear", "trees", "mlp"]
largest = "30k"
policy = "climb"
certify = "measure"
[trials]
repeats = 5
seed = 3
cross-fit = true
workers = 2
"#;

const TEMPLATE: &str = "{% if question | length > 2 %}{{ question | upper | trim }}{% else %}{{ question }}{% endif %}\n\
    {% for word in question | list %}{{ loop.index }}. {{ word | replace('a', 'b') }}\n{% endfor %}{{ 2 ** 3 + 1.5 }}\nAnswer: ";

fn questions() -> String {
    let rows: String = (0..40).map(|row| format!("what is {row} and {}?,about {},{row}\n", row * 7, row % 5)).collect();
    format!("question,answer,note\n{rows}")
}

fn answers() -> String {
    let rows: String = (0..40).map(|row| format!("{row},about {}\n", row % 4)).collect();
    format!("row,text\n{rows}")
}

fn studies() -> Vec<Kind> {
    let commands = ["check s.toml --offline", "plan s.toml"];
    let of = |name: &str, file: (&str, &str), study: &str| {
        let kind = Kind::new(name, vec![(file.0, file.1.to_owned())], &commands);
        let kind = if file.0 == "s.toml" { kind } else { kind.with("s.toml", study) };
        let kind = if file.0 == "prompt.txt" { kind } else { kind.with("prompt.txt", TEMPLATE) };
        kind.with("q.csv", questions()).with("a.csv", answers()).with("d.csv", csv("a,b,colour,y", &classes(60, 3)))
    };
    vec![
        of("study that asks", ("s.toml", FULL), FULL),
        of("study that trains", ("s.toml", TABULAR), TABULAR),
        of("template", ("prompt.txt", TEMPLATE), FULL),
    ]
}

/// Answers that others gave, and models in files.
fn asked() -> Vec<Kind> {
    let study = |candidate: &str| {
        format!(
            "[task]\ndata = \"q.csv\"\nkind = \"text-generation\"\ninput = \"question\"\ntarget = \"answer\"\nmetric = \"chrf\"\n\
             [good-enough]\nmargin = 0.1\n[trials]\nholdout = 0.4\n[budget]\nmissing = 0.5\n{candidate}\n[[candidate]]\nname = \"other\"\n\
             answers = \"other.csv\"\nparameters = \"2B\"\n"
        )
    };
    let answered =
        |file: &str| study(&format!("[[candidate]]\nname = \"theirs\"\nparameters = \"1B\"\nanswers = \"{file}\""));
    let lines: String = (0..40).map(|row| format!("{{\"answer\": \"about {}\", \"row\": {row}}}\n", row % 4)).collect();
    let batch: String = (0..40)
        .map(|row| {
            format!(
                "{{\"id\": \"b{row}\", \"custom_id\": \"request-{row}\", \"response\": {{\"status_code\": 200, \"body\": {{\"choices\": \
                 [{{\"index\": 0, \"message\": {{\"role\": \"assistant\", \"content\": \"about {}\"}}, \"finish_reason\": \"stop\"}}], \
                 \"usage\": {{\"prompt_tokens\": 9, \"completion_tokens\": 3}}}}}}, \"error\": null}}\n",
                row % 4
            )
        })
        .collect();
    let run = ["run s.toml --out out -q --yes"];
    let of = |name: &str, file: &str, content: &str| {
        let kind = Kind::new(name, vec![(file, content.to_owned())], &run);
        kind.with("s.toml", answered(file)).with("q.csv", questions()).with("other.csv", answers())
    };
    vec![
        of("answers", "a.csv", &answers()),
        of("answers, lines", "a.jsonl", &lines),
        of("answers, batch", "a.jsonl", &batch),
        Kind::new("gguf", vec![("m.gguf", gguf())], &["check s.toml --offline", "plan s.toml"])
            .with("s.toml", study("[[candidate]]\nname = \"theirs\"\ngguf = \"m.gguf\""))
            .with("q.csv", questions())
            .with("other.csv", answers()),
    ]
}
