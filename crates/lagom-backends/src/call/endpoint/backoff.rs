//! How long to wait before trying again.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

use super::settings::ClientOptions;

/// The wait before attempt `attempt` + 1 of question `index`: doubling, with the upper half of it drawn (seeded by
/// question and attempt), so that questions that failed together do not come back together.
///
/// Source: "Exponential backoff and jitter", M. Brooker, AWS Architecture Blog 2015 ("equal jitter").
pub(super) fn wait(options: &ClientOptions, index: usize, attempt: u32) -> Duration {
    let doubled = options.first_wait.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    let longest = doubled.min(options.longest_wait);
    longest.mul_f64(0.5 + 0.5 * drawn(options.seed, index, attempt))
}

/// A number from 0 up to 1 that depends on nothing but what it is given.
fn drawn(seed: u64, index: usize, attempt: u32) -> f64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"lagom jitter").update(&seed.to_le_bytes());
    hasher.update(&(index as u64).to_le_bytes()).update(&attempt.to_le_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    // 53 bits fill the mantissa.
    (u64::from_le_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
}

/// What the server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
pub(super) fn asked(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    if let Some(milliseconds) = text("retry-after-ms").and_then(number) {
        return Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
    }
    let asked = text("retry-after")?;
    if let Some(seconds) = number(asked) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(asked).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_differ_between_questions() {
        let options = ClientOptions {
            first_wait: Duration::from_millis(100),
            longest_wait: Duration::from_secs(1),
            ..ClientOptions::default()
        };
        for (attempt, most) in [(1, 0.1), (2, 0.2), (3, 0.4), (4, 0.8), (5, 1.0), (40, 1.0)] {
            for index in 0..50 {
                let seconds = wait(&options, index, attempt).as_secs_f64();
                assert!(seconds >= most / 2.0 && seconds <= most, "{attempt}: {seconds}");
            }
        }
        assert_eq!(wait(&options, 3, 2), wait(&options, 3, 2));
        assert_ne!(wait(&options, 3, 2), wait(&options, 4, 2));
        let mean = (0..4000).map(|index| drawn(7, index, 1)).sum::<f64>() / 4000.0;
        // Standard error of a mean of 4000 uniform numbers: 0.289 / 63 = 0.0046.
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }

    #[test]
    fn what_the_server_asks_is_read_as_seconds_and_as_a_date() {
        let now = httpdate::parse_http_date("Fri, 31 Dec 1999 23:59:00 GMT").unwrap();
        let read = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            asked(&headers, now)
        };
        assert_eq!(read("retry-after", "3"), Some(Duration::from_secs(3)));
        assert_eq!(read("retry-after", "0.25"), Some(Duration::from_millis(250)));
        assert_eq!(read("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::from_secs(59)));
        assert_eq!(read("retry-after", "Fri, 31 Dec 1999 23:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("retry-after-ms", "40"), Some(Duration::from_millis(40)));
        for odd in ["-3", "soon", "NaN", "1e400"] {
            assert_eq!(read("retry-after", odd), None, "{odd}");
        }
        assert_eq!(asked(&HeaderMap::new(), now), None);
    }
}
