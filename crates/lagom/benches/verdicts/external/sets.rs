//! The real data sets: where they lie, how their rows are read, how many of them a study gets.

use std::path::Path;

/// A data set in memory.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) name: &'static str,
    /// Names of the columns.
    pub(crate) header: Vec<String>,
    /// Cells, empty where missing.
    pub(crate) rows: Vec<Vec<String>>,
    /// Position of the target.
    pub(crate) target: usize,
    /// Whether the target is a number.
    pub(crate) numeric: bool,
    /// Whether it is texts that are classified.
    pub(crate) texts: bool,
    /// Rows of a study.
    pub(crate) study_rows: usize,
}

/// What stands in a file.
#[derive(Clone, Copy)]
enum Form {
    /// Comma-separated, without names and quoted commas; the target is the last column.
    Bare,
    /// The same with names, the target by name.
    Named(&'static str),
    /// `label<separator>text`, a line each.
    Texts(char),
}

/// Name, path, form, whether the target is a number, rows of a study.
const SETS: [(&str, &str, Form, bool, usize); 17] = [
    ("banknote", "tabular-classification/small-uci-sets/banknote_authentication.csv", Form::Bare, false, 300),
    ("pima", "tabular-classification/small-uci-sets/pima-indians-diabetes.csv", Form::Bare, false, 400),
    ("german", "tabular-classification/small-uci-sets/german.csv", Form::Bare, false, 500),
    ("phoneme", "tabular-classification/small-uci-sets/phoneme.csv", Form::Bare, false, 600),
    ("mammography", "tabular-classification/small-uci-sets/mammography.csv", Form::Bare, false, 800),
    ("adult", "tabular-classification/adult-income/adult-train.csv", Form::Bare, false, 800),
    ("telco", "tabular-classification/telco-churn/telco-customer-churn-by-IBM.csv", Form::Named("Churn"), false, 800),
    ("optdigits", "tabular-classification/optdigits/optdigits.tra", Form::Named("Class"), false, 400),
    ("california", "tabular-regression/california-housing/housing.csv", Form::Named("median_house_value"), true, 600),
    ("abalone", "tabular-regression/wine-quality-abalone-autompg-boston/abalone.csv", Form::Bare, true, 600),
    (
        "wine-white",
        "tabular-regression/wine-quality-abalone-autompg-boston/winequality-white.csv",
        Form::Bare,
        true,
        800,
    ),
    ("wine-red", "tabular-regression/wine-quality-abalone-autompg-boston/winequality-red.csv", Form::Bare, true, 600),
    ("sms", "text-classification/sms-spam/sms.tsv", Form::Texts('\t'), false, 600),
    ("subj", "text-classification/sst-mr-trec-subj-cr-mpqa/subj.all", Form::Texts(' '), false, 600),
    ("trec", "text-classification/sst-mr-trec-subj-cr-mpqa/TREC.train.all", Form::Texts(' '), false, 800),
    ("mpqa", "text-classification/sst-mr-trec-subj-cr-mpqa/mpqa.all", Form::Texts(' '), false, 600),
    ("cr", "text-classification/sst-mr-trec-subj-cr-mpqa/custrev.all", Form::Texts(' '), false, 800),
];

/// The sets that are there.
pub(crate) fn all(root: &Path) -> Vec<Set> {
    let read = |&(name, path, form, numeric, study_rows): &(&'static str, &str, Form, bool, usize)| {
        let bytes = std::fs::read(root.join(path)).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let lines = || text.lines().filter(|line| !line.trim().is_empty());
        let (header, rows, target) = match form {
            Form::Bare => {
                let rows: Vec<Vec<String>> = lines().map(cells).collect();
                let width = rows.first()?.len();
                ((0..width).map(|at| format!("c{at}")).collect(), rows, width - 1)
            }
            Form::Named(target) => {
                let header = cells(lines().next()?);
                let target = header.iter().position(|name| name == target)?;
                (header, lines().skip(1).map(cells).collect(), target)
            }
            Form::Texts(separator) => (vec!["text".to_owned(), "label".to_owned()], texts(lines(), separator), 1),
        };
        let texts = matches!(form, Form::Texts(_));
        let width = header.len();
        let rows = rows.into_iter().filter(|row: &Vec<String>| row.len() == width && !row[target].is_empty()).collect();
        Some(Set { name, header, rows, target, numeric, texts, study_rows })
    };
    SETS.iter().filter_map(read).collect()
}

fn cells(line: &str) -> Vec<String> {
    let cell = |cell: &str| match cell.trim().trim_matches(['"', '\'']) {
        "?" => String::new(),
        other => other.to_owned(),
    };
    line.split(',').map(cell).collect()
}

fn texts<'a>(lines: impl Iterator<Item = &'a str>, separator: char) -> Vec<Vec<String>> {
    let row = |line: &str| {
        let (label, text) = line.split_once(separator)?;
        // Fine questions of TREC are `DESC:manner`: the coarse one is asked for.
        Some(vec![text.trim().to_owned(), label.split(':').next().unwrap_or(label).to_owned()])
    };
    lines.filter_map(row).collect()
}
