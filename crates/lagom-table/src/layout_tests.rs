//! Files as people and programs lay them out, each against its plain twin.

use super::{RawTable, ReadOptions, read};

fn table(text: &str) -> RawTable {
    named("data.csv", text, &ReadOptions::default())
}

fn named(name: &str, text: &str, options: &ReadOptions) -> RawTable {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a file");
    read(&path, options).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// The names and cells of a table.
fn content(table: &RawTable) -> Vec<(String, Vec<Option<String>>)> {
    let cells = |column: &super::RawColumn| column.iter().map(|cell| cell.map(str::to_owned)).collect();
    table.columns.iter().map(|column| (column.name.clone(), cells(column))).collect()
}

const PLAIN: &str = "area,temp,region\n1.5,2.25,north\n-3.5,0.5,south\n4.5,1,north\n";

#[track_caller]
fn same_as_plain(text: &str, notes: &[&str]) -> RawTable {
    let found = table(text);
    assert_eq!(content(&found), content(&table(PLAIN)), "{text}");
    assert!(found.header, "{text}");
    assert_eq!(found.notes.len(), notes.len(), "{:?}", found.notes);
    for (note, part) in found.notes.iter().zip(notes) {
        assert!(note.contains(part), "{note}\nlacks {part}");
    }
    found
}

#[test]
fn a_line_that_names_the_separator() {
    for separator in [";", "|", "\t", ","] {
        let found = same_as_plain(&format!("sep={separator}\r\n{}", PLAIN.replace(',', separator)), &[]);
        assert_eq!(found.line(0), Some(3), "{separator}");
    }
    same_as_plain(&format!("\u{FEFF}\"sep=;\"\n{}", PLAIN.replace(',', ";")), &[]);
}

#[test]
fn comments_before_and_among_the_rows() {
    let found = same_as_plain(&format!("# made by hand, in 2024\n# second line\n\n{PLAIN}"), &["before the table"]);
    assert_eq!(found.line(0), Some(5));
    same_as_plain(&format!("%a\n{PLAIN}"), &["before the table"]);
    same_as_plain(&PLAIN.replace("-3.5", "# a pause\n-3.5"), &["among the rows are left out (1 lines)"]);
    // A comment may hold the names, where nothing else does.
    same_as_plain(&format!("# {PLAIN}"), &["named by the comment"]);
    same_as_plain(&format!("# written today\n#{PLAIN}"), &["before the table", "named by the comment"]);
    // In one column a hashtag is a text.
    let tags = table("#one of them\n#another one\nplain words\n");
    assert_eq!((tags.rows(), tags.columns.len()), (3, 1));
}

#[test]
fn titles_totals_and_notes() {
    same_as_plain(&format!("Sales of 2024\n\n{PLAIN}"), &["`Sales of 2024` stands before the table"]);
    same_as_plain(&format!("Sales of 2024,,\n{PLAIN}"), &["`Sales of 2024`"]);
    same_as_plain(&format!("{PLAIN}Total,3.75,\n"), &["(line 5) begins with `Total`, as no other does"]);
    same_as_plain(&format!("{PLAIN}\nSource: the office, 2024\n"), &["from line 6 on, is left out as a note"]);
    same_as_plain(&format!("{PLAIN}Total:,3.75,\n(3 rows)\n* without the west\n"), &["line 6", "`Total:`"]);
    let every_row = ReadOptions { every_row: true, ..ReadOptions::default() };
    assert_eq!(named("a.csv", &format!("{PLAIN}Total,3.75,\n"), &every_row).rows(), 4);
    // A word that comes again is a category, and a stump of a row is a fault.
    assert_eq!(table("kind,n\ntotal,1\nother,2\ntotal,3\n").rows(), 3);
    let folder = tempfile::tempdir().expect("a folder");
    for stump in ["9.5,2\n", "nor\n"] {
        let path = folder.path().join("a.csv");
        std::fs::write(&path, format!("{PLAIN}{stump}")).expect("a file");
        let error = read(&path, &ReadOptions::default()).expect_err(stump);
        assert!(error.to_string().contains("row 4 (line 5)"), "{error}");
    }
}

/// Rows that begin with words are no notes behind a row that has a cell too few or too many.
#[test]
fn a_stray_separator_does_not_end_a_table_of_texts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    let rows: Vec<String> = (0..30).map(|at| format!("a text of {at} words,{at},{}", ["yes", "no"][at % 2])).collect();
    for ragged in ["a text; that lacks one;7,yes", "a text, that has one too many,7,yes"] {
        for at in [7, 29] {
            let mut rows = rows.clone();
            ragged.clone_into(&mut rows[at]);
            std::fs::write(&path, format!("text,n,label\n{}\n", rows.join("\n"))).expect("a file");
            let found = read(&path, &ReadOptions::default());
            let told = format!("row {} (line {})", at + 1, at + 2);
            match found {
                Err(error) => assert!(error.to_string().contains(&told), "{error}"),
                // As the last of all it may be a note, which is said.
                Ok(table) => assert!(at == 29 && table.rows() == 29 && table.notes.len() == 1, "{ragged} {at}"),
            }
        }
    }
    // Notes of several lines, sums and blank rows of a spreadsheet among them, are left out all the same.
    same_as_plain(&format!("{PLAIN}Source: the office\n,,\nTotal,3.75,\n(3 rows)\n"), &["from line 5 on"]);
}

#[test]
fn numbers_over_columns() {
    let years = table("region,2021,2022\nnorth,6.3,7.1\nsouth,5.2,8.4\nnorth,6.1,7.0\n");
    assert_eq!((years.header, years.names().collect::<Vec<_>>()), (true, vec!["region", "2021", "2022"]));
    assert!(table("2022,2021,2020,y\n1,2,3,5\n4,5,6,2\n").header);
    assert!(table("0,1,2,3,4\n1.2,3.4,0.1,5.5,2\n0.3,0.1,1,2,3\n").header);
    assert!(table(",0,1,2\n0,1.5,2.5,3\n1,2.5,0.5,4\n").header);
    assert!(table("0,1,2,label\n1.5,2.5,3,a\n2.5,0.5,4,b\n0.5,1.5,2,a\n").header);
    for rows in [
        "2021,2022\n2022,2023\n2021,2020\n",
        "north,2021,2022\nsouth,2020,2021\nnorth,2019,2021\n",
        "1,2,3\n3,4,5\n",
        "0,1,2,3\n1,2,3,4\n2,3,4,5\n",
        "5,3,9\n1.5,2,2\n",
        "1.5,2.5\n2.5,1.5\n",
    ] {
        assert!(!table(rows).header, "{rows}");
    }
}

#[test]
fn columns_that_are_lined_up() {
    let found =
        named("a.data", "  1.5   2.25  north\n -3.5    0.5  south\n  4.5      1  north\n", &ReadOptions::default());
    assert_eq!((found.rows(), found.columns.len(), found.separator), (3, 3, Some(' ')));
    let cells = |at: usize| found.columns[at].iter().flatten().map(str::to_owned).collect::<Vec<String>>();
    assert_eq!(
        (cells(0), cells(2)),
        (vec!["1.5".into(), "-3.5".into(), "4.5".into()], vec!["north".into(), "south".into(), "north".into()])
    );
    let header = named(
        "a.txt",
        "area  temp region\n1.5   2.25 north\n-3.5  0.5  south\n4.5   1    north\n",
        &ReadOptions::default(),
    );
    assert_eq!(content(&header), content(&table(PLAIN)));
    // Numbers with one space between them, of which few come first, are no lines of a label and a text.
    let digits: String = (0..20).map(|row| format!("{} {}.5 {}\n", row % 2, row, row * 2)).collect();
    assert_eq!(named("a.data", &digits, &ReadOptions::default()).columns.len(), 3);
}

#[test]
fn separators_at_the_ends_of_lines() {
    same_as_plain(&PLAIN.replace('\n', ",\n"), &[]);
    let (header, rows) = PLAIN.split_once('\n').expect("a header");
    same_as_plain(&format!("{header}\n{}", rows.replace('\n', ",\n")), &[]);
    same_as_plain(&format!("{header},\n{rows}"), &[]);
    same_as_plain(&format!("{header}\n{}", rows.replacen('\n', ",,\n", 1)), &[]);
}

#[test]
fn single_quotes_round_the_names_alone() {
    let (header, rows) = PLAIN.split_once('\n').expect("a header");
    same_as_plain(&format!("'{}'\n{rows}", header.replace(',', "','")), &[]);
}
