//! Which column is what: told, or guessed from the names people give.

use crate::data::read::RawTable;

use super::error::ScalingError;
use super::header::unit;
use super::role::Role;

// Names that people give to such columns.
/// The columns that the user named.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Parameters.
    pub size: Option<String>,
    /// Tokens or examples.
    pub data: Option<String>,
    /// Floating-point operations, from which the data follow: D = C / (6N).
    pub compute: Option<String>,
    /// Loss.
    pub loss: Option<String>,
    /// Quality; only read where the points have a `range`.
    pub quality: Option<String>,
    /// Standard error of the loss or the quality.
    pub standard_error: Option<String>,
    /// The least and greatest value of the metric, where the points are those of a metric with a range.
    pub range: Option<(f64, f64)>,
}

impl Asked {
    fn of(&self, role: Role) -> Option<&str> {
        match role {
            Role::Size => self.size.as_deref(),
            Role::Data => self.data.as_deref(),
            Role::Compute => self.compute.as_deref(),
            Role::Loss => self.loss.as_deref(),
            Role::Quality => self.quality.as_deref(),
            Role::StandardError => self.standard_error.as_deref(),
        }
    }

    fn names(&self, column: &str) -> bool {
        let told = [&self.size, &self.data, &self.compute, &self.loss, &self.quality, &self.standard_error];
        told.into_iter().flatten().any(|name| name == column)
    }
}

/// The columns that are read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Columns {
    /// Parameters; none where the law is one of the data alone.
    pub size: Option<String>,
    /// Tokens or examples; none where they follow from the compute, or are not known.
    pub data: Option<String>,
    /// Floating-point operations, where the data follow from them.
    pub compute: Option<String>,
    /// Loss; may be none beside a quality.
    pub loss: Option<String>,
    /// Quality by a metric with a range.
    pub quality: Option<String>,
    /// Standard error of the loss or the quality.
    pub standard_error: Option<String>,
}

/// Picks the columns: those that are named, else those that bear a usual name. Compute is only looked for
/// where there is a size and no column of data.
///
/// # Errors
/// A named column does not exist; several columns could be meant; there is no loss (or no quality), or neither size nor data.
pub(super) fn choose(table: &RawTable, asked: &Asked) -> Result<Columns, ScalingError> {
    let one = |role: Role| pick(table, asked, role);
    let bounded = asked.range.is_some();
    // what must be there may also bear a name that only ends as usual: `c4_loss`
    let needed = |role: Role| one(role)?.map_or_else(|| ending(table, asked, role), |name| Ok(Some(name)));
    let quality = if bounded { needed(Role::Quality)? } else { None };
    let loss = if bounded { one(Role::Loss)? } else { needed(Role::Loss)? };
    if bounded && quality.is_none() {
        return Err(missing(table, Role::Quality));
    }
    if !bounded && loss.is_none() {
        return Err(missing(table, Role::Loss));
    }
    let size = one(Role::Size)?;
    let data = if asked.compute.is_some() { None } else { one(Role::Data)? };
    let compute = if size.is_some() && data.is_none() { one(Role::Compute)? } else { None };
    if size.is_none() && (data.is_none() || asked.compute.is_some()) {
        return Err(missing(table, Role::Size));
    }
    Ok(Columns { size, data, compute, loss, quality, standard_error: one(Role::StandardError)? })
}

fn pick(table: &RawTable, asked: &Asked, role: Role) -> Result<Option<String>, ScalingError> {
    if let Some(name) = asked.of(role) {
        if table.column(name).is_some() {
            return Ok(Some(name.to_owned()));
        }
        return Err(ScalingError::NoColumn {
            path: table.path.clone(),
            role,
            name: name.to_owned(),
            there: there(table),
        });
    }
    let usual = |name: &str| role.names().contains(&plain(name).as_str());
    // `params (M)` are parameters, in millions.
    let in_unit = |name: &str| role.is_counted() && unit(name).is_some_and(|(bare, _)| usual(bare));
    let bears = |name: &&str| !asked.names(name) && (usual(name) || in_unit(name));
    single(table, role, table.names().filter(bears).map(str::to_owned).collect())
}

/// The column whose name ends with one of the role's usual endings.
fn ending(table: &RawTable, asked: &Asked, role: Role) -> Result<Option<String>, ScalingError> {
    let ends: &[&str] = match role {
        Role::Loss => &["loss", "bpb", "crossentropy"],
        Role::Quality => &["acc", "accuracy"],
        _ => &[],
    };
    let bears = |name: &&str| !asked.names(name) && ends.iter().any(|end| plain(name).ends_with(end));
    single(table, role, table.names().filter(bears).map(str::to_owned).collect())
}

/// The only one of the columns found.
fn single(table: &RawTable, role: Role, found: Vec<String>) -> Result<Option<String>, ScalingError> {
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        _ => Err(ScalingError::Ambiguous { path: table.path.clone(), role, found }),
    }
}

/// A name without case, spaces and signs: `Training FLOP` is `trainingflop`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn there(table: &RawTable) -> Vec<String> {
    table.names().map(str::to_owned).collect()
}

fn missing(table: &RawTable, role: Role) -> ScalingError {
    ScalingError::NoRole { path: table.path.clone(), role, there: there(table) }
}
