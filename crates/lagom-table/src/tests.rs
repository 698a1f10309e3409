//! Whole files: what is read, what is sniffed, and what each fault says.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Format, RawTable, ReadError, ReadOptions, read};

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }
}

fn table(name: &str, bytes: impl AsRef<[u8]>) -> Result<RawTable, ReadError> {
    told(name, bytes, &ReadOptions::default())
}

fn told(name: &str, bytes: impl AsRef<[u8]>, options: &ReadOptions) -> Result<RawTable, ReadError> {
    let folder = Folder::new();
    read(&folder.write(name, bytes), options)
}

fn cells(table: &RawTable, row: usize) -> Vec<Option<&str>> {
    table.columns.iter().map(|column| column.get(row)).collect()
}

fn fails(name: &str, bytes: impl AsRef<[u8]>, parts: &[&str]) {
    let error = table(name, bytes).expect_err(name);
    let text = error.to_string();
    for part in parts.iter().chain([&name]) {
        assert!(text.contains(part), "{text}\nlacks {part}");
    }
    assert!(!text.ends_with('.') && error.hint().is_some(), "{text}");
}

#[test]
fn csv_with_all_that_is_odd() {
    let text = "\u{FEFF}id; text ;price\r\n1; \"a; \"\"b\"\"\r\nc\" ;3,5\r\n\r\n2;NA;?\r\n";
    let table = table("a.csv", text).expect("a table");
    assert_eq!(table.names().collect::<Vec<_>>(), ["id", "text", "price"]);
    assert_eq!((table.format, table.separator), (Format::Csv, Some(';')));
    assert!(table.header);
    assert_eq!(cells(&table, 0), [Some("1"), Some("a; \"b\"\r\nc"), Some("3,5")]);
    assert_eq!(cells(&table, 1), [Some("2"), None, None]);
    assert_eq!((table.rows(), table.line(0), table.line(1)), (2, Some(2), Some(5)));
    assert_eq!(table.column("text").and_then(|column| column.raw(1)), Some("NA"));
}

#[test]
fn layouts_without_a_header_or_an_extension() {
    let old = table("a.data", "1, x\r2, y\r").expect("carriage returns");
    assert_eq!((cells(&old, 1), old.line(1)), (vec![Some("2"), Some("y")], Some(2)));
    assert_eq!(old.names().collect::<Vec<_>>(), ["column-1", "column-2"]);
    let tabs = table("a.txt", "ham\t\"Hi\" there\nspam\t\"win\nham\tso\n").expect("tabs");
    assert_eq!((tabs.format, tabs.header), (Format::Tsv, false));
    assert_eq!(cells(&tabs, 1), [Some("spam"), Some("\"win")]);
    let single = table("a.csv", "'a b','-1'\n'c d','1'\nnan,'1'\n").expect("single quotes");
    assert_eq!(cells(&single, 0), [Some("a b"), Some("-1")]);
    let one = table("a.csv", "x\n1\n2\n").expect("one column");
    assert_eq!((one.rows(), one.separator, one.header), (2, None, true));
    let lines = table("a.all", "0 a b\n1 c d , e\n".repeat(5)).expect("labelled lines");
    assert_eq!((lines.format, lines.rows()), (Format::LabelledLines, 10));
    let json = table("a.log", "{\"a\": 1}\n").expect("JSON Lines");
    assert_eq!(json.format, Format::JsonLines);
}

#[test]
fn what_is_told_is_not_sniffed() {
    let options =
        ReadOptions { format: Some(Format::Csv), header: Some(false), separator: Some('|'), ..ReadOptions::default() };
    let table = told("a.jsonl", "a,b|c\n1,2|3\n", &options).expect("a table");
    assert_eq!(cells(&table, 0), [Some("a,b"), Some("c")]);
    let bad = ReadOptions { separator: Some('é'), ..options };
    let error = told("a.csv", "a\n", &bad).expect_err("no separator");
    assert!(error.to_string().contains("'é'") && error.hint().is_some());
}

#[test]
fn files_that_are_none() {
    let folder = Folder::new();
    let options = ReadOptions::default();
    let missing = folder.0.path().join("no.csv");
    assert!(matches!(read(&missing, &options), Err(ReadError::NotFound { .. })));
    let directory = read(folder.0.path(), &options);
    assert!(matches!(directory, Err(ReadError::IsDirectory { .. })));
    fails("a.csv", "", &["the file is empty"]);
    fails("b.csv", " \n\r\n", &["the file is empty"]);
    fails("c.csv", "a,b\n", &["the names of 2 columns but no rows"]);
    fails("d.csv", b"PK\x03\x04....", &["spreadsheet"]);
    fails("e.csv", b"\x1F\x8B\x08....", &["gzip"]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.write("a.csv", "a\n1\n");
    let locked = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&path, locked).expect("permissions");
    if std::fs::File::open(&path).is_ok() {
        return; // root may read everything
    }
    let denied = read(&path, &ReadOptions::default());
    assert!(matches!(denied, Err(ReadError::Denied { .. })));
}

#[test]
fn faults_in_separated_cells() {
    fails("a.csv", "a,b\n1,2\n\n3\n4,5\n", &["row 2 (line 4): found 1 cells, expected 2"]);
    fails("b.csv", "a,b\n1,2\n1,2,3\n", &["row 2 (line 3): found 3 cells, expected 2"]);
    fails("c.csv", "a,b\n1,2,3\n4,5,6\n", &["line 1: the header has 2 cells", "have 3"]);
    fails("d.csv", "a,b\n1,\"2\n3,4\n", &["line 2, column 2: a quoted cell", "closing \""]);
    fails("e.csv", "a,b,a\n1,2,3\n", &["columns 1 and 3 are both named \"a\""]);
    fails("f.csv", b"a,b\n1,\xE9\n", &["line 2: byte 6", "0xE9"]);
    let error = table("g.csv", b"\xFF\xFEa\0").expect_err("UTF-16");
    assert!(error.hint().is_some_and(|hint| hint.contains("iconv -f utf-16")));
}

mod parquet_files {
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    const FLAT: &str = "message m { required double x; optional binary name (UTF8); \
        required int32 day (DATE); required int64 at (TIMESTAMP_MILLIS); }";

    fn flat(path: &Path) {
        let schema = Arc::new(parse_message_type(FLAT).expect("a schema"));
        let file = std::fs::File::create(path).expect("a file");
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(file, schema, properties).expect("a writer");
        let mut group = writer.next_row_group().expect("a group");
        let mut column = group.next_column().expect("x").expect("x");
        column.typed::<DoubleType>().write_batch(&[1.5, 1e-20], None, None).expect("x");
        column.close().expect("x");
        let mut column = group.next_column().expect("name").expect("name");
        let names = [ByteArray::from("a \"b\"")];
        column.typed::<ByteArrayType>().write_batch(&names, Some(&[1, 0]), None).expect("name");
        column.close().expect("name");
        let mut column = group.next_column().expect("day").expect("day");
        column.typed::<Int32Type>().write_batch(&[0, 19_000], None, None).expect("day");
        column.close().expect("day");
        let mut column = group.next_column().expect("at").expect("at");
        column.typed::<Int64Type>().write_batch(&[0, 1_500], None, None).expect("at");
        column.close().expect("at");
        group.close().expect("a group");
        writer.close().expect("a file");
    }

    #[test]
    fn flat_files_are_read() {
        let folder = Folder::new();
        let path = folder.0.path().join("a.bin");
        flat(&path);
        let table = read(&path, &ReadOptions::default()).expect("a table");
        assert_eq!((table.format, table.rows(), table.line(0)), (Format::Parquet, 2, None));
        let first = cells(&table, 0);
        assert_eq!(first[..3], [Some("1.5"), Some("a \"b\""), Some("1970-01-01")]);
        assert!(first[3].is_some_and(|at| at.starts_with("1970-01-01 00:00:00")), "{first:?}");
        let second = cells(&table, 1);
        assert_eq!(second[0].and_then(crate::parse_number), Some(1e-20));
        assert_eq!((second[1], second[2]), (None, Some("2022-01-08")));
    }

    #[test]
    fn corrupt_files_are_errors_and_never_panics() {
        let folder = Folder::new();
        let path = folder.0.path().join("a.parquet");
        flat(&path);
        let whole = std::fs::read(&path).expect("bytes");
        fails("a.parquet", &whole[..whole.len() / 2], &["not a readable Parquet file"]);
        fails("b.parquet", "a,b\n1,2\n", &["not a readable Parquet file"]);
        for at in (4..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            // Only that it returns: some bytes do not matter.
            let _outcome = table("c.parquet", bytes);
        }
    }

    #[test]
    fn nested_files_are_refused() {
        let folder = Folder::new();
        let path = folder.0.path().join("a.parquet");
        let nested = "message m { required group a { required int32 b; } }";
        let schema = Arc::new(parse_message_type(nested).expect("a schema"));
        let file = std::fs::File::create(&path).expect("a file");
        let properties = Arc::new(WriterProperties::builder().build());
        let writer = SerializedFileWriter::new(file, schema, properties).expect("a writer");
        writer.close().expect("a file");
        let error = read(&path, &ReadOptions::default()).expect_err("nested");
        assert!(error.to_string().contains("\"a\" holds nested values"), "{error}");
    }

    #[test]
    fn nested_values_are_kept_as_json_where_they_are_wanted() {
        let folder = Folder::new();
        let path = folder.0.path().join("a.parquet");
        let nested = "message m { optional group a (LIST) { repeated group list { optional binary element (UTF8); } } \
                      required group s { required int32 n; } }";
        let schema = Arc::new(parse_message_type(nested).expect("a schema"));
        let file = std::fs::File::create(&path).expect("a file");
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(file, schema, properties).expect("a writer");
        let mut group = writer.next_row_group().expect("a group");
        let mut column = group.next_column().expect("a").expect("a");
        // Two texts in the first row, no list in the second: definition levels 3 3 0, repetition levels 0 1 0.
        let texts = [ByteArray::from("x \"y\""), ByteArray::from("z")];
        column.typed::<ByteArrayType>().write_batch(&texts, Some(&[3, 3, 0]), Some(&[0, 1, 0])).expect("a");
        column.close().expect("a");
        let mut column = group.next_column().expect("n").expect("n");
        column.typed::<Int32Type>().write_batch(&[7, 8], None, None).expect("n");
        column.close().expect("n");
        group.close().expect("a group");
        writer.close().expect("a file");
        let table = read(&path, &ReadOptions { nested: true, ..ReadOptions::default() }).expect("a table");
        assert_eq!(cells(&table, 0), [Some(r#"["x \"y\"","z"]"#), Some(r#"{"n":7}"#)]);
        assert_eq!(cells(&table, 1), [None, Some(r#"{"n":8}"#)]);
        let error = read(&path, &ReadOptions::default()).expect_err("nested");
        assert!(error.to_string().contains("\"a\" holds nested values"), "{error}");
    }
}
