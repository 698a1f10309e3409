//! What `lagom run` writes: bundles, prepared data and the store, also under right checksums and cell by cell.

use std::path::Path;

use rusqlite::Connection;

use super::kinds::Kind;
use crate::support::{Place, classes, classes_csv, csv};

/// A folder after a run.
pub(super) struct Finished {
    place: Place,
}

impl Finished {
    pub(super) fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.place.path(name)).unwrap()
    }

    /// The study, its data, and what the run wrote but for its reports.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let all =
            self.place.names().into_iter().filter(|name| {
                !name.contains("report.") && !name.contains("models") && self.place.path(name).is_file()
            });
        all.map(|name| (name.clone(), self.file(&name))).collect()
    }
}

fn finished(study: &str, files: &[(&str, String)]) -> Finished {
    let place = Place::new();
    place.write("s.toml", study);
    files.iter().for_each(|(name, text)| place.write(name, text));
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    // Everything in one file, and nothing beside it.
    place.store("out").query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    Finished { place }
}

pub(super) fn tabular() -> Finished {
    let study = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.1\n[ladder]\nfamilies = [\"linear\", \"mlp\"]\n\
                 largest = \"300\"\n[trials]\nrepeats = 2\n";
    finished(study, &[("d.csv", classes_csv())])
}

/// Trees, whose bundle is another one.
fn of_trees() -> Finished {
    let study = "[task]\ndata = \"d.csv\"\ntarget = \"a\"\nkind = \"regression\"\n[good-enough]\nmargin = 0.2\n[ladder]\nfamilies = [\"trees\"]\n\
                 largest = \"300\"\n[trials]\nrepeats = 2\n";
    finished(study, &[("d.csv", csv("a,b,colour,y", &classes(200, 5)))])
}

/// Texts, and answers to them.
fn asked() -> Finished {
    let study = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\ntext = \"text\"\nkind = \"text-classification\"\n[good-enough]\nmargin = 0.2\n[ladder]\n\
                 families = [\"ngrams\"]\nlargest = \"2k\"\n[trials]\nrepeats = 2\nholdout = 0.4\n[[candidate]]\nname = \"theirs\"\nparameters = \"1B\"\n\
                 answers = \"a.csv\"\n";
    let rows = classes(160, 9);
    let texts: String =
        rows.iter().map(|[a, _, colour, y]| format!("a {colour} one that is {y} at {a},{y}\n")).collect();
    let answers: String =
        rows.iter().enumerate().map(|(row, [.., y])| format!("{}\n", if row % 11 == 0 { "no" } else { y })).collect();
    finished(study, &[("d.csv", format!("text,y\n{texts}")), ("a.csv", format!("answer\n{answers}"))])
}

const FOLDER: [&str; 4] = ["verdict out --json", "verdict out --margin 0.3", "report out", "plan s.toml --out out"];
const BUNDLE: [&str; 2] = ["predict out/model.lagom d.csv", "explain-row out/model.lagom d.csv --row 2"];

/// With the file `name` as the one that is mutated.
fn of(finished: &Finished, name: &str, (file, commands): (&str, &[&'static str])) -> Kind {
    let mut kind = Kind::new(name, Vec::<(&str, Vec<u8>)>::new(), commands);
    kind.files = finished.files();
    kind.at = kind.files.iter().position(|(found, _)| found == file).unwrap();
    kind
}

/// With a right checksum: `lagom`'s files begin with a name of eight bytes and sixteen of BLAKE3 of the rest.
fn sealed(finished: &Finished, name: &str, (file, commands): (&str, &[&'static str])) -> Kind {
    let mut kind = of(finished, name, (file, commands));
    let whole = kind.files[kind.at].1.clone();
    kind.files[kind.at].1 = whole[24..].to_vec();
    kind.packed(move |body| [&whole[..8], &blake3::hash(body).as_bytes()[..16], body].concat())
}

/// One cell of a table of the store, the first that there is.
fn cell(finished: &Finished, table: &'static str, column: &'static str) -> Option<Kind> {
    let query = format!("SELECT CAST({column} AS BLOB) FROM {table} LIMIT 1");
    let content: Vec<u8> = finished.place.store("out").query_row(&query, [], |row| row.get(0)).ok()?;
    let mut kind = of(finished, &format!("store, {table}.{column}"), ("out/store.sqlite", &FOLDER));
    let whole = kind.files[kind.at].1.clone();
    kind.files[kind.at].1 = content;
    Some(kind.packed(move |content| {
        let place = Place::new();
        place.write("store.sqlite", &whole);
        changed(&place.path("store.sqlite"), (table, column), content);
        std::fs::read(place.path("store.sqlite")).unwrap()
    }))
}

/// Puts the content into the first row; a text stays a text where it is one. Without triggers and checksums in the way, as in
/// the store of an older lagom.
fn changed(path: &Path, (table, column): (&str, &str), content: &[u8]) {
    let store = Connection::open(path).unwrap();
    store.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;").unwrap();
    for one in [table, "digests"] {
        store
            .execute_batch(&format!("DROP TRIGGER IF EXISTS no_UPDATE_{one}; DROP TRIGGER IF EXISTS no_DELETE_{one};"))
            .unwrap();
    }
    if table == "trials" {
        store.execute_batch("DELETE FROM digests").unwrap();
    }
    let first = format!("(SELECT {column} FROM {table} LIMIT 1)");
    let update = format!("UPDATE OR REPLACE {table} SET {column} = ?1 WHERE {column} IS {first}");
    match std::str::from_utf8(content) {
        Ok(text) if !["examples", "validation", "train", "sealed", "digest"].contains(&column) => {
            store.execute(&update, [text]).unwrap()
        }
        _ => store.execute(&update, [content]).unwrap(),
    };
}

const CELLS: [(&str, &str); 19] = [
    ("meta", "value"),
    ("runs", "record"),
    ("runs", "at"),
    ("trials", "key"),
    ("trials", "spec"),
    ("trials", "facts"),
    ("trials", "examples"),
    ("trials", "validation"),
    ("trials", "train"),
    ("trials", "sealed"),
    ("digests", "digest"),
    ("deployments", "record"),
    ("refits", "record"),
    ("looks", "data"),
    ("looks", "rule"),
    ("looks", "candidates"),
    ("answers", "record"),
    ("spending", "money"),
    ("spending", "calls"),
];

pub(super) fn all(tabular: &Finished) -> Vec<Kind> {
    let (trees, asked) = (of_trees(), asked());
    let mut kinds = Vec::new();
    for (finished, name) in [(tabular, "of classes"), (&trees, "of trees"), (&asked, "of texts")] {
        kinds.push(of(finished, &format!("data.bin, {name}"), ("out/data.bin", &FOLDER[..3])));
        kinds.push(sealed(finished, &format!("data.bin, {name}, sealed"), ("out/data.bin", &FOLDER[..3])));
        kinds.push(of(finished, &format!("store, {name}"), ("out/store.sqlite", &FOLDER)));
        if finished.place.path("out/model.lagom").exists() {
            kinds.push(of(finished, &format!("bundle, {name}"), ("out/model.lagom", &BUNDLE)));
            kinds.push(sealed(finished, &format!("bundle, {name}, sealed"), ("out/model.lagom", &BUNDLE)));
        }
    }
    for (table, column) in CELLS {
        let from = if ["answers", "spending"].contains(&table) { &asked } else { tabular };
        kinds.extend(cell(from, table, column));
    }
    kinds
}
