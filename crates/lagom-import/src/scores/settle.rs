//! Which way of each metric is better: as the user, the files or the name say; asked for where nobody does.

use super::direction::by_name;
use super::error::ScoresError;
use super::few::some;
use super::types::{DirectionFrom, ImportOptions};

/// Whether higher is better, and what said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Direction {
    pub(super) higher: bool,
    pub(super) from: DirectionFrom,
}

impl Direction {
    /// That files or users say otherwise than the name does.
    pub(super) fn note(&self, metric: &str) -> Option<String> {
        let by_name = by_name(metric).filter(|higher| *higher != self.higher)?;
        let word = |higher: bool| if higher { "higher" } else { "lower" };
        let who = match self.from {
            DirectionFrom::Told => "you said",
            DirectionFrom::File | DirectionFrom::Format => "the files say",
            DirectionFrom::Name => return None,
        };
        Some(format!(
            "Of most metrics with a name like {metric} {} is better; {who} that {} is.",
            word(by_name),
            word(self.higher)
        ))
    }
}

/// A metric of which the direction is asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) metric: String,
    /// What the files or their format say.
    pub(super) said: Option<Direction>,
}

impl Asked {
    /// Without the user: what files say, else the name, else the format.
    fn unasked(&self) -> Option<Direction> {
        let by_name = by_name(&self.metric).map(|higher| Direction { higher, from: DirectionFrom::Name });
        self.said.filter(|said| said.from == DirectionFrom::File).or(by_name).or(self.said)
    }
}

/// What is read, each with its direction.
type Settled<T> = Vec<(T, Direction)>;

/// The direction of each. Those of which nobody knows it are left out, with a note, where there are others.
///
/// # Errors
/// Nobody knows the direction of any; the user says one that contradicts a metric of several.
pub(super) fn settle<T>(
    all: Vec<(Asked, T)>,
    reading: &ImportOptions,
) -> Result<(Settled<T>, Option<String>), ScoresError> {
    let several = all.iter().any(|(asked, _)| all.first().is_some_and(|(first, _)| first.metric != asked.metric));
    let (mut settled, mut unknown) = (Vec::new(), Vec::new());
    for (asked, one) in all {
        let own = asked.unasked();
        let told = reading.higher_is_better.map(|higher| Direction { higher, from: DirectionFrom::Told });
        match (told, own) {
            (Some(told), Some(own)) if several && told.higher != own.higher => {
                return Err(ScoresError::DirectionOfSeveral { told: told.higher, metric: asked.metric });
            }
            (Some(told), _) => settled.push((one, told)),
            (None, Some(own)) => settled.push((one, own)),
            (None, None) if !unknown.contains(&asked.metric) => unknown.push(asked.metric),
            (None, None) => {}
        }
    }
    if settled.is_empty() {
        return Err(ScoresError::UnknownDirection { metrics: unknown });
    }
    let names: Vec<&str> = unknown.iter().map(String::as_str).collect();
    let note = (!names.is_empty()).then(|| {
        format!(
            "Left out, since nobody says whether higher or lower is better: {}. Take one with --metric NAME --direction higher or lower.",
            some(&names)
        )
    });
    Ok((settled, note))
}
