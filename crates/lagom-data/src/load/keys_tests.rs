//! Tests of what is taken for a key, and what is not.

use super::*;

#[test]
fn names_of_keys() {
    for name in
        ["patient", "Patient ID", "subject_no", "userId", "USER", "speaker-name", "anonymous_user", "id_patient"]
    {
        assert!(named(name) == Named::Person, "{name}");
    }
    for name in ["doc_id", "orderId", "session", "url", "store_id", "id_store", "recording-nr", "film uid"] {
        assert!(named(name) == Named::Thing, "{name}");
    }
    for name in
        ["households", "user_age", "id", "city", "orders", "paid", "department", "patients per day", "model", "no"]
    {
        assert!(named(name) == Named::Nothing, "{name}");
    }
}

#[test]
fn likeness_within_keys_is_that_of_the_analysis_of_variance() {
    let of_row: Vec<Option<u32>> = (0..6).map(|row| Some(row / 2)).collect();
    let groups = Groups::of(&of_row, 3);
    // Means 2, 5, 8; within each 1 + 1 = 2, so 6 / 3 = 2 in place of (16 + 4 + 1 + 1 + 4 + 16) / 5 = 8.4.
    let numbers = [1.0, 3.0, 4.0, 6.0, 7.0, 9.0];
    assert!((groups.alike(&Cells::Numbers(&numbers)) - (1.0 - 2.0 / 8.4)).abs() < 1e-12);
    assert_eq!(groups.alike(&Cells::Kinds(&[0, 0, 1, 1, 0, 0])), 1.0);
    // Each key has one of both: less alike than chance is not alike.
    assert_eq!(groups.alike(&Cells::Kinds(&[0, 1, 0, 1, 0, 1])), 0.0);
    assert_eq!(groups.alike(&Cells::Kinds(&[1; 6])), 0.0, "constant everywhere says nothing");
}
