//! The plots: which figures go where. `plot` knows how to draw, this knows what.

mod cost;
mod curve;
mod gap;
mod history;
mod labels;
mod levers;
mod panel;
mod points;
mod scatter;

pub(super) use cost::{Axis, cost_chart};
pub(super) use curve::curve_chart;
pub(super) use gap::gap_chart;
pub(super) use history::{has_history, history_chart};
pub(super) use labels::{label_chart, label_class};
pub(super) use levers::lever_chart;
pub(super) use panel::{line_class, panel_chart};
pub(super) use points::{Width, below, drawn, families};
pub(super) use scatter::{Mark, Spot, scatter};
