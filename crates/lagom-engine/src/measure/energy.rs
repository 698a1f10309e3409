//! Energy of predictions, by the counters of the processor (RAPL) that Linux shows under `/sys/class/powercap`: measured or not known, never reckoned.
//!
//! A counter is of a whole processor package: all its cores, busy or idle, and whatever else runs on them. It counts microjoules and starts again from 0 when it
//! has reached `max_energy_range_uj` (Linux kernel documentation, power capping framework).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Where Linux shows the counters.
pub const COUNTERS: &str = "/sys/class/powercap";

/// What predictions took, or why nobody knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Energy {
    /// Joules of all processor packages for 1,000 predictions, one at a time: with what the idle cores and other work took meanwhile.
    Measured {
        /// Joules.
        joules_per_thousand: f64,
        /// Predictions that they were measured over.
        predictions: u64,
        /// Seconds that these took.
        seconds: f64,
    },
    /// It is not available, and why, in a fragment.
    Unavailable(String),
}

/// The counters of all packages, as they stood at the start.
struct Counters {
    all: Vec<Counter>,
}

struct Counter {
    file: PathBuf,
    start: u64,
    /// The most it counts to; none where nobody says.
    most: Option<u64>,
}

/// Shortest time of which a counter that moves every millisecond says something: its step is a fiftieth of it.
const SHORTEST: Duration = Duration::from_millis(50);

impl Energy {
    /// The energy of predictions: `predict` makes one after the other until `for_long` is over. `root` is [`COUNTERS`].
    ///
    /// # Errors
    /// What a prediction fails with.
    pub(super) fn of<E>(
        root: &Path,
        for_long: Duration,
        mut predict: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let counters = match Counters::start(root) {
            Ok(counters) => counters,
            Err(why) => return Ok(Self::Unavailable(why)),
        };
        let (start, mut predictions) = (Instant::now(), 0_u64);
        while start.elapsed() < for_long.max(SHORTEST) {
            predict()?;
            predictions += 1;
        }
        let seconds = start.elapsed().as_secs_f64();
        Ok(match counters.joules() {
            Ok(joules) => {
                Self::Measured { joules_per_thousand: 1_000.0 * joules / predictions as f64, predictions, seconds }
            }
            Err(why) => Self::Unavailable(why),
        })
    }
}

impl Counters {
    fn start(root: &Path) -> Result<Self, String> {
        let folders = std::fs::read_dir(root).map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("this machine shows no energy counters ({} is not there)", root.display()),
            _ => format!("{} can't be read: {error}", root.display()),
        })?;
        // `intel-rapl:0` is a package, `intel-rapl:0:1` a part of one. A platform counter holds what the packages do.
        let is_package = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let part = name.strip_prefix("intel-rapl:").is_some_and(|number| !number.contains(':'));
            let label = std::fs::read_to_string(path.join("name")).unwrap_or_default();
            part && label.trim() != "psys"
        };
        let mut packages: Vec<PathBuf> = folders.flatten().map(|entry| entry.path()).filter(is_package).collect();
        packages.sort();
        if packages.is_empty() {
            return Err(format!("this machine shows no energy counter of a processor under {}", root.display()));
        }
        let one = |folder: &PathBuf| -> Result<Counter, String> {
            let file = folder.join("energy_uj");
            Ok(Counter { start: read(&file)?, most: read(&folder.join("max_energy_range_uj")).ok(), file })
        };
        Ok(Self { all: packages.iter().map(one).collect::<Result<_, _>>()? })
    }

    /// Joules since the start, of all packages together.
    fn joules(&self) -> Result<f64, String> {
        let mut microjoules = 0;
        for counter in &self.all {
            let now = read(&counter.file)?;
            let passed = match (now.checked_sub(counter.start), counter.most) {
                (Some(passed), _) => passed,
                // It started again from 0: at most once, since it counts for minutes.
                (None, Some(most)) if most >= counter.start => most - counter.start + now,
                _ => return Err(format!("{} started again, and nothing says from where", counter.file.display())),
            };
            if passed == 0 {
                return Err(format!("{} did not move", counter.file.display()));
            }
            microjoules += passed;
        }
        Ok(microjoules as f64 * 1e-6)
    }
}

fn read(file: &Path) -> Result<u64, String> {
    let text = std::fs::read_to_string(file).map_err(|error| unread(file, &error))?;
    text.trim().parse().map_err(|_| format!("{} holds no count: `{}`", file.display(), text.trim()))
}

/// Why a counter could not be read.
fn unread(file: &Path, error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => format!("{} may be read by the administrator alone", file.display()),
        _ => format!("{} can't be read: {error}", file.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of counters: name, label, count and the most.
    fn counters(all: &[(&str, &str, &str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, label, count, most) in all {
            let zone = folder.path().join(name);
            std::fs::create_dir(&zone).expect("made");
            for (file, text) in [("name", label), ("energy_uj", count), ("max_energy_range_uj", most)] {
                if !text.is_empty() {
                    std::fs::write(zone.join(file), format!("{text}\n")).expect("written");
                }
            }
        }
        folder
    }

    /// Energy where the counters stand at `after` at the end.
    fn measured(folder: &Path, after: &[(&str, &str)]) -> Energy {
        let end = || -> Result<(), std::convert::Infallible> {
            for (name, count) in after {
                std::fs::write(folder.join(name).join("energy_uj"), count).expect("written");
            }
            std::thread::sleep(Duration::from_millis(10));
            Ok(())
        };
        let Ok(found) = Energy::of(folder, Duration::ZERO, end);
        found
    }

    fn joules(found: &Energy) -> f64 {
        let Energy::Measured { joules_per_thousand, predictions, .. } = found else { panic!("{found:?}") };
        joules_per_thousand * *predictions as f64 / 1_000.0
    }

    #[test]
    fn packages_are_added_up_and_their_parts_are_not_counted_twice() {
        let folder = counters(&[
            ("intel-rapl:0", "package-0", "1000000", "262143328850"),
            ("intel-rapl:0:0", "core", "400000", "262143328850"),
            ("intel-rapl:1", "package-1", "2000000", "262143328850"),
            ("intel-rapl:2", "psys", "9000000", "262143328850"),
            ("dtpm", "", "", ""),
        ]);
        let after =
            [("intel-rapl:0", "3000000"), ("intel-rapl:0:0", "9"), ("intel-rapl:1", "2500000"), ("intel-rapl:2", "9")];
        // 2 J and 0.5 J.
        assert!((joules(&measured(folder.path(), &after)) - 2.5).abs() < 1e-9);
    }

    #[test]
    fn a_counter_that_starts_again_goes_on_from_its_most() {
        let folder = counters(&[("intel-rapl:0", "package-0", "9000000", "10000000")]);
        // 1 J to the most, and 0.25 J from 0.
        assert!((joules(&measured(folder.path(), &[("intel-rapl:0", "250000")])) - 1.25).abs() < 1e-9);
        let folder = counters(&[("intel-rapl:0", "package-0", "9000000", "")]);
        let found = measured(folder.path(), &[("intel-rapl:0", "250000")]);
        assert!(
            matches!(&found, Energy::Unavailable(why) if why.ends_with("started again, and nothing says from where")),
            "{found:?}"
        );
    }

    #[test]
    fn what_can_not_be_read_is_not_available_and_never_guessed() {
        let gone = measured(Path::new("/nowhere/powercap"), &[]);
        assert_eq!(
            gone,
            Energy::Unavailable("this machine shows no energy counters (/nowhere/powercap is not there)".to_owned())
        );
        let none = counters(&[("dtpm", "", "", "")]);
        assert!(
            matches!(measured(none.path(), &[]), Energy::Unavailable(why) if why.starts_with("this machine shows no energy counter of a processor under"))
        );
        let still = counters(&[("intel-rapl:0", "package-0", "77", "100")]);
        assert!(
            matches!(measured(still.path(), &[]), Energy::Unavailable(why) if why.ends_with("energy_uj did not move"))
        );
        let broken = counters(&[("intel-rapl:0", "package-0", "many", "100")]);
        assert!(
            matches!(measured(broken.path(), &[]), Energy::Unavailable(why) if why.ends_with("holds no count: `many`"))
        );
    }

    #[test]
    fn a_refusal_is_told_from_what_is_broken() {
        let file = Path::new("/sys/energy_uj");
        let told = |kind: ErrorKind| unread(file, &std::io::Error::from(kind));
        assert_eq!(told(ErrorKind::PermissionDenied), "/sys/energy_uj may be read by the administrator alone");
        assert!(told(ErrorKind::NotFound).starts_with("/sys/energy_uj can't be read: "));
        // A folder in place of the file can't be read by anybody.
        let folder = counters(&[("intel-rapl:0", "package-0", "", "100")]);
        std::fs::create_dir(folder.path().join("intel-rapl:0").join("energy_uj")).expect("made");
        let found = measured(folder.path(), &[]);
        assert!(matches!(&found, Energy::Unavailable(why) if why.contains("energy_uj can't be read")), "{found:?}");
    }
}
