//! The fit itself: of losses, or of a metric with a range.

use crate::stats::curve::{BoundedFit, CurveError, Fit, Form, Link, fit, fit_bounded};

use super::points::Points;
use super::question::Question;

/// The names of the forms in JSON and on the command line.
pub(super) fn name(form: Form) -> &'static str {
    match form {
        Form::Size => "size",
        Form::Data => "data",
        Form::Both => "both",
        Form::BothTied => "both-tied",
    }
}

pub(super) fn formula(form: Form) -> &'static str {
    match form {
        Form::Size => "L = E + A / N^α",
        Form::Data => "L = E + B / D^β",
        Form::Both => "L = E + A / N^α + B / D^β",
        Form::BothTied => "L = E + A / N^α + B / D^α",
    }
}

/// A law of losses, or one of a metric with a range.
pub(super) enum Found {
    Plain(Fit),
    Bounded(BoundedFit),
}

impl Found {
    pub(super) fn new(points: &Points, form: Form, question: &Question) -> Result<Self, CurveError> {
        match points.range {
            Some(range) => fit_bounded(&points.qualities(), range, form, &question.fitting).map(Self::Bounded),
            None => fit(&points.observations(), form, &question.fitting).map(Self::Plain),
        }
    }

    pub(super) fn fit(&self) -> &Fit {
        match self {
            Self::Plain(fit) => fit,
            Self::Bounded(bounded) => &bounded.fit,
        }
    }

    pub(super) fn bounded(&self) -> Option<&BoundedFit> {
        match self {
            Self::Plain(_) => None,
            Self::Bounded(bounded) => Some(bounded),
        }
    }

    /// The range that the law's values are shares of, where it is a law of what the quality lacks.
    pub(super) fn shortfall(&self) -> Option<(f64, f64)> {
        self.bounded().filter(|bounded| bounded.link == Link::Shortfall).map(|bounded| bounded.range)
    }
}
