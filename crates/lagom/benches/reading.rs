//! How fast files are read beside pyarrow, and what `lagom predict` takes for a million rows.
//!
//! ```sh
//! cargo build --release && cargo bench --bench reading
//! ```
//!
//! Makes a table of 14 columns of numbers, 4 of categories, one of dates and a target as CSV, JSON Lines and Parquet
//! (`LAGOM_ROWS`: how many rows, a million where it is not set). Times are of the processor, user and system together, of
//! processes of their own; each is taken three times in turn, and the least counts. pyarrow is measured where `python3`
//! (or what `LAGOM_PYTHON` names) has it: `read_csv`, `read_json` and `read_table`, without the import. Beside it stand
//!
//! - `read`: lagom's reader, from the file to a table in memory;
//! - `judged`: with the kind of every column found, which pyarrow does for CSV and JSON Lines in part;
//! - `check`: all of `lagom check`, which also makes typed columns, looks for copies, keys and columns that tell the
//!   target, seals a holdout and makes the plan.

#![allow(clippy::unwrap_used, reason = "in a bench a panic is the report")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use nix::sys::resource::{UsageWho, getrusage};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const TURNS: usize = 3;
const FLOATS: usize = 10;
const WHOLE: [u64; 4] = [100, 1_000, 10_000, 100_000];
const LEVELS: [u64; 4] = [3, 12, 60, 400];
const NAMES: [&str; 3] = ["rows.csv", "rows.jsonl", "rows.parquet"];

const PYARROW: &str = r#"
import sys, time
import pyarrow.csv, pyarrow.json, pyarrow.parquet
path = sys.argv[1]
start = time.process_time()
if path.endswith("csv"): table = pyarrow.csv.read_csv(path)
elif path.endswith("jsonl"): table = pyarrow.json.read_json(path)
else: table = pyarrow.parquet.read_table(path)
print(time.process_time() - start)
"#;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--read", path] => return read(Path::new(path)),
        ["--child", program, ref rest @ ..] => return child(program, rest),
        _ => {}
    }
    let rows = std::env::var("LAGOM_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = std::env::temp_dir().join(format!("lagom-reading-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    make(&folder, rows);
    println!("{rows} rows of {} columns; seconds of the processor, and times what pyarrow takes\n", FLOATS + 10);
    println!("{:<14}{:>10}{:>18}{:>18}{:>18}{:>10}", "", "pyarrow", "read", "judged", "check", "peak");
    for name in NAMES {
        compare(&folder, name);
    }
    println!("\n{:<14}{:>10}{:>18}{:>10}", "predict", "seconds", "rows a second", "peak");
    let model = train(&folder);
    for name in NAMES {
        let (rows_of, out) = (folder.join(name), folder.join("answers.csv"));
        let arguments = ["predict".as_ref(), model.as_path(), &rows_of, "--out".as_ref(), &out].map(Path::as_os_str);
        let costs = (0..TURNS).map(|_| measured(&lagom(), &arguments)).reduce(least).unwrap();
        println!("{name:<14}{:>10.2}{:>18.0}{:>7.0} MB", costs[0], rows as f64 / costs[0], costs[1] / 1e6);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// One line: pyarrow, lagom's reader alone, with kinds, and all of `lagom check`.
fn compare(folder: &Path, name: &str) {
    let (path, study) = (folder.join(name), folder.join(format!("{name}.toml")));
    std::fs::write(&study, format!("[task]\ndata = \"{name}\"\ntarget = \"target\"\n")).unwrap();
    let python = std::env::var("LAGOM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut all = [f64::INFINITY; 5];
    for _ in 0..TURNS {
        let out = Command::new(&python).arg("-c").arg(PYARROW).arg(&path).output();
        let other = out.ok().and_then(|out| String::from_utf8_lossy(&out.stdout).trim().parse().ok());
        let out = Command::new(std::env::current_exe().unwrap()).arg("--read").arg(&path).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        let own: Vec<f64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let check = measured(&lagom(), &["check".as_ref(), study.as_os_str()]);
        let found = [other.unwrap_or(f64::NAN), own[0], own[1], check[0], check[1]];
        all.iter_mut().zip(found).for_each(|(known, found)| *known = known.min(found));
    }
    let times = |seconds: f64| format!("{seconds:.2} ({:.1} ×)", seconds / all[0]);
    let [other, read, judged, check, peak] = all;
    let (read, judged, check) = (times(read), times(judged), times(check));
    println!("{name:<14}{other:>10.2}{read:>18}{judged:>18}{check:>18}{:>7.0} MB", peak / 1e6);
}

/// Prints the processor seconds until a file is read, and until its columns are judged.
fn read(path: &Path) {
    let start = processor(UsageWho::RUSAGE_SELF);
    let table = lagom::data::read::read(path, &lagom::data::read::ReadOptions::default()).unwrap();
    let read = processor(UsageWho::RUSAGE_SELF) - start;
    let profiles = std::hint::black_box(lagom::data::kind::profiles(&table, None));
    assert_eq!(profiles.len(), FLOATS + 10);
    println!("{read} {}", processor(UsageWho::RUSAGE_SELF) - start);
}

/// Runs a program and prints its processor seconds and its peak memory: one that has no other child can tell.
fn child(program: &str, arguments: &[&str]) {
    let out = Command::new(program).args(arguments).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() * 1024;
    println!("{} {peak}", processor(UsageWho::RUSAGE_CHILDREN));
}

/// Processor seconds and peak memory of a program.
fn measured(program: &Path, arguments: &[&std::ffi::OsStr]) -> [f64; 2] {
    let out =
        Command::new(std::env::current_exe().unwrap()).arg("--child").arg(program).args(arguments).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap());
    [numbers.next().unwrap(), numbers.next().unwrap()]
}

fn least(one: [f64; 2], other: [f64; 2]) -> [f64; 2] {
    [one[0].min(other[0]), one[1].max(other[1])]
}

fn processor(who: UsageWho) -> f64 {
    let usage = getrusage(who).unwrap();
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

/// The binary, which is built beside this one.
fn lagom() -> PathBuf {
    let path = std::env::current_exe().unwrap().parent().and_then(Path::parent).unwrap().join("lagom");
    assert!(path.exists(), "{} is not there: cargo build --release makes it", path.display());
    path
}

/// A model of the first 3,000 rows.
fn train(folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(folder.join(NAMES[0])).unwrap();
    let few: String = text.split_inclusive('\n').take(3_001).collect();
    std::fs::write(folder.join("few.csv"), few).unwrap();
    let study = "[task]\ndata = \"few.csv\"\ntarget = \"target\"\n\
                 [ladder]\nfamilies = [\"linear\", \"trees\"]\n[trials]\nrepeats = 2\n";
    std::fs::write(folder.join("few.toml"), study).unwrap();
    let out = folder.join("out");
    let run = Command::new(lagom()).arg("run").arg(folder.join("few.toml")).arg("--out").arg(&out).output().unwrap();
    assert!(out.join("model.lagom").exists(), "{}", String::from_utf8_lossy(&run.stderr));
    out
}

/// Numbers that look drawn: SplitMix64 (Steele et al. 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }
}

/// A row: numbers with four decimals, whole numbers, then texts.
struct Cells {
    floats: [f64; FLOATS],
    whole: [i64; 4],
    texts: Vec<String>,
}

fn row(draws: &mut Draws) -> Cells {
    let floats: [f64; FLOATS] = std::array::from_fn(|at| {
        let sum: u64 = (0..4).map(|_| draws.below(20_000)).sum();
        (sum as f64 - 40_000.0) * 10_f64.powi(at as i32 % 4) / 1e4
    });
    let whole = WHOLE.map(|most| draws.below(most) as i64);
    let mut texts: Vec<String> = LEVELS.iter().map(|most| format!("level {}", draws.below(*most))).collect();
    texts.push(format!("20{:02}-{:02}-{:02}", 20 + draws.below(5), 1 + draws.below(12), 1 + draws.below(28)));
    let noise = draws.below(20_000) as f64 / 1e4 - 1.0;
    texts.push(if floats[0] + noise > 0.0 { "yes" } else { "no" }.to_owned());
    Cells { floats, whole, texts }
}

/// Writes the same rows in all three formats.
fn make(folder: &Path, rows: usize) {
    let kinds = ["num", "whole", "cat"];
    let counted = |kind: usize, count: usize| (0..count).map(move |at| format!("{}{at}", kinds[kind]));
    let mut names: Vec<String> = counted(0, FLOATS).chain(counted(1, 4)).chain(counted(2, 4)).collect();
    names.extend(["day".to_owned(), "target".to_owned()]);
    let (mut csv, mut json) = (names.join(",") + "\n", String::new());
    let mut draws = Draws(1);
    let all: Vec<Cells> = (0..rows).map(|_| row(&mut draws)).collect();
    for cells in &all {
        let numbers = cells.floats.iter().map(f64::to_string).chain(cells.whole.iter().map(i64::to_string));
        let numbers: Vec<String> = numbers.collect();
        writeln!(csv, "{},{}", numbers.join(","), cells.texts.join(",")).unwrap();
        let quoted = cells.texts.iter().map(|text| format!("\"{text}\""));
        let pairs = names.iter().zip(numbers.iter().cloned().chain(quoted));
        let pairs: Vec<String> = pairs.map(|(name, value)| format!("\"{name}\": {value}")).collect();
        writeln!(json, "{{{}}}", pairs.join(", ")).unwrap();
    }
    std::fs::write(folder.join(NAMES[0]), csv).unwrap();
    std::fs::write(folder.join(NAMES[1]), json).unwrap();
    parquet(&folder.join(NAMES[2]), &names, &all);
}

fn parquet(path: &Path, names: &[String], all: &[Cells]) {
    let kind = |at: usize| match at {
        _ if at < FLOATS => ("double", ""),
        _ if at < FLOATS + 4 => ("int64", ""),
        _ => ("binary", " (UTF8)"),
    };
    let mut schema = "message rows { ".to_owned();
    for (at, name) in names.iter().enumerate() {
        let (of, said) = kind(at);
        write!(schema, "optional {of} {name}{said}; ").unwrap();
    }
    let schema = Arc::new(parse_message_type(&format!("{schema}}}")).unwrap());
    let packed = WriterProperties::builder().set_compression(parquet::basic::Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(std::fs::File::create(path).unwrap(), schema, Arc::new(packed)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let levels = vec![1; all.len()];
    for at in 0..names.len() {
        let mut column = group.next_column().unwrap().unwrap();
        if at < FLOATS {
            let values: Vec<f64> = all.iter().map(|cells| cells.floats[at]).collect();
            column.typed::<DoubleType>().write_batch(&values, Some(&levels), None).unwrap();
        } else if at < FLOATS + 4 {
            let values: Vec<i64> = all.iter().map(|cells| cells.whole[at - FLOATS]).collect();
            column.typed::<Int64Type>().write_batch(&values, Some(&levels), None).unwrap();
        } else {
            let values: Vec<ByteArray> = all.iter().map(|cells| cells.texts[at - FLOATS - 4].as_str().into()).collect();
            column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).unwrap();
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}
