use std::time::Duration;

use proptest::prelude::*;

use crate::units::*;

#[test]
fn sizes_are_read_as_people_write_them() {
    let table = [
        ("0 B", 0),
        ("64 MB", 64_000_000),
        ("512kB", 512_000),
        ("512 KB", 512_000),
        ("1 GiB", 1 << 30),
        ("1.5 KiB", 1536),
        ("0.1 GiB", 107_374_182),
        ("0.3 MB", 300_000),
        (".5 M", 500_000),
        ("2 Mi", 2 << 20),
        ("1e6 B", 1_000_000),
        ("1_000 B", 1000),
        (" 7 tb ", 7_000_000_000_000),
        ("0.0000000000000000001 B", 0),
    ];
    for (text, bytes) in table {
        assert_eq!(parse_bytes(text), Ok(bytes), "{text}");
    }
}

#[test]
fn counts_are_read_as_people_write_them() {
    let table = [
        ("5000", 5000),
        ("50k", 50_000),
        ("50 K", 50_000),
        ("2M", 2_000_000),
        ("1.5m", 1_500_000),
        ("7B", 7_000_000_000),
        ("7G", 7_000_000_000),
        ("1e6", 1_000_000),
        ("1.5E+3", 1500),
        ("2500e-2", 25),
        ("18446744073709551615", u64::MAX),
    ];
    for (text, count) in table {
        assert_eq!(parse_count(text), Ok(count), "{text}");
    }
}

#[test]
fn durations_are_read_as_people_write_them() {
    let table = [
        ("5 ms", 5_000_000),
        ("200 us", 200_000),
        ("200 µs", 200_000),
        ("200 μs", 200_000),
        ("0.25ms", 250_000),
        ("40 ns", 40),
        ("1 s", 1_000_000_000),
        ("2 min", 120_000_000_000),
        ("1.5 h", 5_400_000_000_000),
    ];
    for (text, nanos) in table {
        assert_eq!(parse_duration(text), Ok(Duration::from_nanos(nanos)), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_a_hint() {
    let said = |error: UnitError| format!("{error}; {}", error.hint());
    let bytes = |text| said(parse_bytes(text).unwrap_err());
    let count = |text| said(parse_count(text).unwrap_err());
    let duration = |text| said(parse_duration(text).unwrap_err());
    let size = "expected a size such as \"512 kB\", \"64 MB\" or \"1 GiB\"; \
                write a size such as \"512 kB\", \"64 MB\" or \"1 GiB\"";
    for text in ["", "MB", "-3 MB", "1.2.3 MB", "5e MB", "123456789012345678901 B", "1e99999999999 B", "."] {
        assert_eq!(bytes(text), format!("found `{text}`, {size}"));
    }
    assert_eq!(bytes("64"), "`64` has no unit; write `64 B` for bytes, or `64 MB` if that was meant");
    assert_eq!(
        bytes("64 MP"),
        "unknown unit `MP` in `64 MP`; units of size are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB"
    );
    assert_eq!(
        bytes("1,5 MB"),
        "unknown unit `,5 MB` in `1,5 MB`; units of size are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB"
    );
    assert_eq!(bytes("99999999 TB"), "`99999999 TB` is larger than anything lagom can measure; write a smaller value");
    assert_eq!(count("1.2345k"), "`1.2345k` is not a whole number; write it with fewer decimals or a smaller unit");
    assert_eq!(count("1e40"), "`1e40` is larger than anything lagom can measure; write a smaller value");
    assert_eq!(
        count("5 x"),
        "unknown unit `x` in `5 x`; write k for thousands, M for millions, G or B for thousands of millions"
    );
    assert_eq!(duration("5"), "`5` has no unit; write `5 ms` for milliseconds, or `5 s` for seconds");
    assert_eq!(duration("5 m"), "unknown unit `m` in `5 m`; write `min` for minutes or `ms` for milliseconds");
    assert_eq!(duration("5 days"), "unknown unit `days` in `5 days`; units of time are ns, us, ms, s, min and h");
}

#[test]
fn printing_has_three_digits_that_count() {
    let bytes = [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1500, "1.5 kB"),
        (9994, "9.99 kB"),
        (9995, "10 kB"),
        (51_234, "51.2 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (64_000_000, "64 MB"),
        (1 << 30, "1.07 GB"),
        (u64::MAX, "18446744 TB"),
    ];
    for (value, text) in bytes {
        assert_eq!(human_bytes(value), text);
    }
    let counts =
        [(1, "1"), (650, "650"), (12_480, "12.5k"), (790_282, "790k"), (2_000_000, "2M"), (7_615_616_512, "7.62B")];
    for (value, text) in counts {
        assert_eq!(human_count(value), text);
    }
    assert_eq!((human_amount(31_200_000_000), human_amount(12_480)), ("31.2G".to_owned(), "12.5k".to_owned()));
    let durations = [
        (0, "0 ns"),
        (40_000, "40 µs"),
        (5_000_000, "5 ms"),
        (59_000_000_000, "59 s"),
        (60_000_000_000, "1 min"),
        (5_400_000_000_000, "1.5 h"),
    ];
    for (nanos, text) in durations {
        assert_eq!(human_duration(Duration::from_nanos(nanos)), text);
    }
    assert_eq!([0, 999, 1000, 12_480, 1_234_567].map(grouped_count), ["0", "999", "1,000", "12,480", "1,234,567"]);
}

/// Whether `read` is `written` but for the rounding to three digits.
fn near(read: u64, written: u64) -> bool {
    u128::from(read.abs_diff(written)) * 200 <= u128::from(written)
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(value in prop_oneof![0..10_000_u64, 0..10_000_000_u64, 0..1_u64 << 60]) {
        prop_assert!(near(parse_bytes(&human_bytes(value)).unwrap(), value));
        prop_assert!(near(parse_count(&human_count(value)).unwrap(), value));
        let duration = parse_duration(&human_duration(Duration::from_nanos(value))).unwrap();
        prop_assert!(near(duration.as_nanos() as u64, value));
    }

    #[test]
    fn three_digits_are_read_back_exactly(digits in 0..1000_u64, power in 0..4_u32) {
        let value = digits * 1000_u64.pow(power);
        prop_assert_eq!(parse_bytes(&human_bytes(value)), Ok(value));
        prop_assert_eq!(parse_count(&human_count(value)), Ok(value));
    }

    #[test]
    fn no_text_makes_them_panic(text in ".{0,24}", number in "[0-9._eE+-]{0,12}") {
        for text in [text.clone(), number.clone(), format!("{number}{text}"), format!("{number} kB")] {
            let _ = (parse_bytes(&text), parse_count(&text), parse_duration(&text));
        }
    }
}
