//! Columns and cells: what is guessed, and what is refused.

use std::path::PathBuf;

use crate::stats::curve::Fitting;

use super::{Asked, At, Columns, Points, Question, ScalingError, findings, points};

/// Reads a text as a file of that extension.
fn read(text: &str, asked: &Asked, drop: usize) -> Result<Points, ScalingError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("p.csv");
    std::fs::write(&path, text).expect("a file");
    points(&path, asked, drop)
}

fn columns(header: &str) -> Result<Columns, ScalingError> {
    let cells: Vec<&str> = header.split(',').map(|_| "2").collect();
    read(&format!("{header}\n{}\n", cells.join(",")), &Asked::default(), 0).map(|points| points.columns)
}

#[test]
fn columns_are_guessed_by_their_usual_names() {
    for (header, size, data, compute, loss) in [
        ("N,D,L", Some("N"), Some("D"), None, "L"),
        ("Model Size,Training FLOP,x,loss", Some("Model Size"), None, Some("Training FLOP"), "loss"),
        ("n_params,train_tokens,flops,val-loss", Some("n_params"), Some("train_tokens"), None, "val-loss"),
        ("rows,error", None, Some("rows"), None, "error"),
        ("run,params,c4_loss,step", Some("params"), None, None, "c4_loss"),
    ] {
        let found = columns(header).expect(header);
        assert_eq!(found.size.as_deref(), size, "{header}");
        assert_eq!(found.data.as_deref(), data, "{header}");
        assert_eq!(found.compute.as_deref(), compute, "{header}");
        assert_eq!(found.loss.as_deref(), Some(loss), "{header}");
    }
    assert!(matches!(columns("N,size,loss"), Err(ScalingError::Ambiguous { found, .. }) if found == ["N", "size"]));
    let two = columns("params,c4_loss,pile_loss");
    assert!(matches!(two, Err(ScalingError::Ambiguous { found, .. }) if found == ["c4_loss", "pile_loss"]));
    assert!(matches!(columns("flops,loss"), Err(ScalingError::NoRole { .. })));
}

#[test]
fn a_column_that_is_named_is_not_guessed_for_something_else() {
    let asked = Asked { size: Some("d".to_owned()), ..Asked::default() };
    let found = read("d,tokens,loss\n1,2,3\n", &asked, 0).expect("three columns").columns;
    assert_eq!((found.size.as_deref(), found.data.as_deref()), (Some("d"), Some("tokens")));
}

#[test]
fn the_highest_losses_and_the_lowest_qualities_go() {
    let kept = |found: Points| found.points.iter().map(|point| point.row).collect::<Vec<_>>();
    let text = "n,loss,acc\n1,3,0.9\n2,5,0.1\n3,4,0.5\n4,5,0.8\n";
    assert_eq!(kept(read(text, &Asked::default(), 1).expect("points")), [1, 2, 3]);
    let bounded = Asked { range: Some((0.0, 1.0)), ..Asked::default() };
    assert_eq!(kept(read(text, &bounded, 1).expect("points")), [1, 3, 4]);
}

#[test]
fn a_law_of_the_data_takes_the_first_number_as_data() {
    let rows: Vec<String> = (0..6)
        .map(|step| 100.0 * 2_f64.powi(step))
        .map(|rows| format!("{rows},{}\n", 0.1 + 3.0 / rows.sqrt()))
        .collect();
    let found = read(&format!("rows,error\n{}", rows.concat()), &Asked::default(), 0).expect("points");
    let mut question = Question::new(Fitting { resamples: 100, ..Fitting::default() }, 0.9);
    question.at = vec![At { first: 6400.0, data: None }];
    let found = findings(&found, &question).expect("a law");
    let predicted = &found.predictions[0];
    // 0.1 + 3 / √6400 = 0.1375
    assert_eq!((found.settings.form, predicted.size, predicted.data), ("data", None, Some(6400.0)));
    assert!((predicted.loss.expect("a loss").value - 0.1375).abs() < 1e-4, "{predicted:?}");
    assert!(matches!(
        findings(
            &read("n,loss\n1,2\n2,1.5\n4,1.3\n", &Asked::default(), 0).expect("points"),
            &Question { budgets: vec![1e20], ..question }
        ),
        Err(ScalingError::NeedsBoth { of: "size", .. })
    ));
}
