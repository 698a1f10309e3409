//! From points and a question to findings.

use crate::stats::curve::{Fit, Form, Law, Link, Prediction, form_for};

use super::error::ScalingError;
use super::findings::{
    Budget, Constant, Exchange, Fitted, Gain, HeldOutRung, LogisticLink, Measured, Origin, PredictedLoss,
    ScalingFindings, Serving, Settings, Span,
};
use super::fitted::{self, Found};
use super::lines::lines;
use super::points::{FLOPS, Points};
use super::question::{At, Question};
use super::role::Role;
use super::shape;

/// Operations a parameter takes for each token it answers (the forward pass alone).
const USE_FLOPS: f64 = 2.0;

/// Fits a law to the points and answers the question by it.
///
/// # Errors
/// The points carry no curve of the form (fewer than three sizes, one size alone, too few points); the form
/// needs a column that is not there; a place without data, or a budget, under a law that can't answer it; a
/// number of served tokens without a loss to reach.
pub fn findings(points: &Points, question: &Question) -> Result<ScalingFindings, ScalingError> {
    let form = form(points, question)?;
    answerable(form, question)?;
    let found = Found::new(points, form, question).map_err(|error| points.fault(error))?;
    let fit = found.fit();
    let view = View { points, question, found: &found, fit };
    let budgets = question.budgets.iter().map(|flops| view.budget(*flops)).collect::<Vec<_>>();
    let serving = view.serving(&budgets);
    Ok(ScalingFindings {
        lagom: env!("CARGO_PKG_VERSION"),
        source: view.origin(),
        settings: view.settings(),
        fit: view.fitted(),
        refusal: fit.refusal().map(|refusal| shape::why(&refusal)),
        doubling: view.doubling(),
        exchange: view.exchange(),
        size_exponent: view.size_exponent(),
        predictions: question.at.iter().map(|at| view.predict(*at)).collect(),
        budgets,
        serving,
        points: view.measured(),
        lines: lines(points, question, fit),
    })
}

/// The form asked for, if the columns have what it needs, or the one that the points can carry.
fn form(points: &Points, question: &Question) -> Result<Form, ScalingError> {
    let Some(form) = question.form else {
        let form = if points.columns.size.is_none() { Ok(Form::Data) } else { form_for(&points.observations()) };
        return form.map_err(|error| points.fault(error));
    };
    let lacks = |role: Role| ScalingError::FormNeeds { path: points.path.clone(), role };
    if form.has_size() && points.columns.size.is_none() {
        return Err(lacks(Role::Size));
    }
    if form.has_data() && !points.has_data() {
        return Err(lacks(Role::Data));
    }
    Ok(form)
}

/// Checks what is asked against the law that will answer, before it is fitted.
fn answerable(form: Form, question: &Question) -> Result<(), ScalingError> {
    let of = match form {
        Form::Size => Some("size"),
        Form::Data => Some("data"),
        Form::Both | Form::BothTied => None,
    };
    if let Some(at) = question.at.iter().find(|at| of.is_none() && at.data.is_none()) {
        return Err(ScalingError::AtNeedsData { at: at.first });
    }
    let asked = [
        (!question.budgets.is_empty(), "the best size for a budget"),
        (question.served.is_some(), "the best model to serve from"),
    ];
    let first = asked.into_iter().find(|(asked, _)| *asked);
    if let Some(((_, question), of)) = first.zip(of) {
        return Err(ScalingError::NeedsBoth { question, of });
    }
    if question.served.is_some() && question.target_loss.is_none() && question.budgets.is_empty() {
        return Err(ScalingError::NoTarget);
    }
    Ok(())
}

/// Why there is no model to serve so much from at such a loss.
fn unserved((served, loss): (f64, f64), why: String) -> Serving {
    Serving {
        served,
        loss,
        size: None,
        data: None,
        training_alone: None,
        flops: None,
        flops_of_training_alone: None,
        refused: Some(why),
    }
}

/// The points, what is asked, and the law fitted to them.
struct View<'a> {
    points: &'a Points,
    question: &'a Question,
    found: &'a Found,
    fit: &'a Fit,
}

impl View<'_> {
    fn span(&self, value: f64, pick: impl Fn(&Law) -> f64) -> Span {
        let (low, high) = self.fit.interval(pick, self.question.confidence);
        Span { value, low, high }
    }

    /// The span of what a law may not have, and for which `without` then stands.
    fn span_or(&self, pick: impl Fn(&Law) -> Option<f64>, without: f64) -> Span {
        self.span(pick(&self.fit.law).unwrap_or(without), |law| pick(law).unwrap_or(without))
    }

    fn size(&self, size: f64) -> Option<f64> {
        self.points.columns.size.as_ref().map(|_| size)
    }

    fn data(&self, data: f64) -> Option<f64> {
        self.points.has_data().then_some(data)
    }

    fn origin(&self) -> Origin {
        let measures = match self.found.shortfall() {
            None => "loss",
            Some((0.0, 1.0)) => "error-rate",
            Some(_) => "shortfall",
        };
        let link = self.found.bounded().and_then(|bounded| match bounded.link {
            Link::Shortfall => None,
            Link::Loss { intercept, slope, noise } => Some(LogisticLink { intercept, slope, noise }),
        });
        Origin {
            path: self.points.path.display().to_string(),
            columns: self.points.columns.clone(),
            measures,
            range: self.points.range,
            link,
            dropped: self.points.dropped,
        }
    }

    fn settings(&self) -> Settings {
        let fitting = &self.question.fitting;
        Settings {
            form: fitted::name(self.fit.form),
            form_was_told: self.question.form.is_some(),
            confidence: self.question.confidence,
            resamples: fitting.resamples,
            seed: fitting.seed,
            huber: fitting.huber,
        }
    }

    fn fitted(&self) -> Fitted {
        let fit = self.fit;
        let held_out = fit.held_out.as_ref().map(|held| HeldOutRung {
            points: held.observations,
            size: self.size(held.size),
            data: self.data(held.data),
            predicted: held.predicted,
            low: held.low,
            high: held.high,
            found: held.found,
            relative_error: held.relative_error(),
            mean_error: held.mean_error,
            extrapolates: held.extrapolates,
        });
        Fitted {
            formula: fitted::formula(fit.form),
            objective: fit.objective,
            points: fit.observations,
            sizes: fit.sizes,
            noise: fit.noise,
            constants: self.constants(),
            shape: shape::name(fit.shape),
            shape_words: shape::words(fit.shape),
            held_out,
        }
    }

    fn constants(&self) -> Vec<Constant> {
        type Pick = fn(&Law) -> Option<f64>;
        let tied = self.fit.form == Form::BothTied;
        let of_size = if tied { "how fast size and data help" } else { "how fast size helps" };
        let all: [(&'static str, &'static str, Pick); 5] = [
            ("E", "the loss that is left in the end", |law| Some(law.floor)),
            ("A", "scale of what size takes away", |law| law.size.map(|term| term.scale)),
            ("α", of_size, |law| law.size.map(|term| term.exponent)),
            ("B", "scale of what data take away", |law| law.data.map(|term| term.scale)),
            ("β", "how fast data help", |law| law.data.map(|term| term.exponent)),
        ];
        let there = all.into_iter().filter(|(symbol, ..)| !(tied && *symbol == "β"));
        let constant = |(symbol, meaning, pick): (&'static str, &'static str, Pick)| {
            let value = pick(&self.fit.law)?;
            let number = |law: &Law| pick(law).unwrap_or(f64::NAN);
            let Span { low, high, .. } = self.span(value, number);
            let standard_error = self.fit.standard_error(number);
            Some(Constant { symbol, meaning, value, standard_error, low, high })
        };
        there.filter_map(constant).collect()
    }

    /// The largest point: of the greatest size, the one with the most data.
    fn largest(&self) -> (f64, f64) {
        let places = self.points.points.iter().map(|point| (point.observation.size, point.observation.data));
        places.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))).unwrap_or((1.0, 1.0))
    }

    fn doubling(&self) -> Vec<Gain> {
        if self.fit.refusal().is_some() {
            return Vec::new();
        }
        let (size, data) = self.largest();
        let before = self.fit.law.loss(size, data);
        let gain = |doubled: &'static str, (n, d): (f64, f64)| {
            let less = |law: &Law| law.loss(size, data) - law.loss(n, d);
            let gain = self.span(less(&self.fit.law), less);
            let share = gain.value / before;
            Gain { doubled, size: self.size(size), data: self.data(data), before, gain, share }
        };
        let form = self.fit.form;
        let of_size = form.has_size().then(|| gain("size", (2.0 * size, data)));
        let of_data = form.has_data().then(|| gain("data", (size, 2.0 * data)));
        of_size.into_iter().chain(of_data).collect()
    }

    fn exchange(&self) -> Option<Exchange> {
        if !(self.fit.form.has_size() && self.fit.form.has_data()) || self.fit.refusal().is_some() {
            return None;
        }
        let (size, data) = self.largest();
        let factor = 2.0;
        let data_factor = self.span_or(|law| law.exchange_rate(size, data, factor), f64::INFINITY);
        Some(Exchange { size, data, factor, data_factor })
    }

    /// N ∝ C^(β/(α+β)): Hoffmann et al. 2022, equation 4. With tied exponents it is a half whatever the points
    /// say, and so none is given.
    fn size_exponent(&self) -> Option<Span> {
        if self.fit.form != Form::Both || self.fit.refusal().is_some() {
            return None;
        }
        let exponent = |law: &Law| {
            let (size, data) = law.size.zip(law.data)?;
            Some(data.exponent / (size.exponent + data.exponent))
        };
        Some(self.span_or(exponent, f64::NAN))
    }

    fn predict(&self, at: At) -> PredictedLoss {
        self.at(match self.fit.form {
            Form::Data => (1.0, at.data.unwrap_or(at.first)),
            _ => (at.first, at.data.unwrap_or(1.0)),
        })
    }

    fn at(&self, (size, data): (f64, f64)) -> PredictedLoss {
        let form = self.fit.form;
        let predicted = self.fit.predict(size, data, self.question.confidence);
        // a shortfall is a share: no end of an interval lies above 1
        let most = if self.found.shortfall().is_some() { 1.0 } else { f64::INFINITY };
        let span = |found: &Prediction, most: f64| Span {
            value: found.point.min(most),
            low: found.low.min(most),
            high: found.high.min(most),
        };
        let bounded = self.found.bounded().map(|bounded| bounded.predict(size, data, self.question.confidence));
        PredictedLoss {
            size: form.has_size().then_some(size),
            data: form.has_data().then_some(data),
            loss: predicted.as_ref().ok().map(|found| span(found, most)),
            quality: bounded.and_then(Result::ok).map(|found| span(&found, f64::INFINITY)),
            extrapolates: self.fit.extrapolates(size, data),
            refused: predicted.err().map(|refusal| shape::why(&refusal)),
        }
    }

    fn budget(&self, flops: f64) -> Budget {
        let Some((size, data)) = self.fit.law.compute_optimal(flops) else {
            return Budget { flops, size: None, data: None, reached: self.no_trade() };
        };
        let reached = self.at((size, data));
        let given = reached.loss.is_some();
        let span = |value: f64, pick: fn((f64, f64)) -> f64| {
            self.span(value, |law| law.compute_optimal(flops).map_or(f64::NAN, pick))
        };
        Budget {
            flops,
            size: given.then(|| span(size, |best| best.0)),
            data: given.then(|| span(data, |best| best.1)),
            reached,
        }
    }

    /// What is said where the law has only one falling part, so that nothing can be traded.
    fn no_trade(&self) -> PredictedLoss {
        let refused = "the points show no gain from one of size and data, so there is no best share of the two";
        PredictedLoss {
            size: None,
            data: None,
            loss: None,
            quality: None,
            extrapolates: f64::NAN,
            refused: Some(refused.to_owned()),
        }
    }

    fn serving(&self, budgets: &[Budget]) -> Option<Serving> {
        let served = self.question.served?;
        let of_budget = budgets.first().and_then(|budget| budget.reached.loss).map(|loss| loss.value);
        let Some(loss) = self.question.target_loss.or(of_budget) else {
            let why = budgets.first().and_then(|budget| budget.reached.refused.clone()).unwrap_or_default();
            return Some(unserved((served, f64::NAN), why));
        };
        let law = &self.fit.law;
        let best = law.inference_optimal(loss, served).zip(law.inference_optimal(loss, 0.0));
        let Some(((size, data), alone)) = best else {
            let why = format!("the curve never comes down to {loss}: what is left in the end is {:.4}", law.floor);
            return Some(unserved((served, loss), why));
        };
        if let Some(why) = self.at((size, data)).refused {
            return Some(unserved((served, loss), why));
        }
        let cost = |(size, data): (f64, f64)| FLOPS * size * data + USE_FLOPS * size * served;
        let span = |value: f64, pick: fn((f64, f64)) -> f64| {
            self.span(value, |law| law.inference_optimal(loss, served).map_or(f64::NAN, pick))
        };
        Some(Serving {
            served,
            loss,
            size: Some(span(size, |best| best.0)),
            data: Some(span(data, |best| best.1)),
            training_alone: Some(alone),
            flops: Some(cost((size, data))),
            flops_of_training_alone: Some(cost(alone)),
            refused: None,
        })
    }

    fn measured(&self) -> Vec<Measured> {
        let measured = |point: &super::points::Point| {
            let found = &point.observation;
            Measured {
                row: point.row,
                size: self.size(found.size),
                data: self.data(found.data),
                loss: match (self.found.shortfall(), point.quality) {
                    (Some((low, high)), Some(quality)) => (high - quality) / (high - low),
                    _ => found.loss,
                },
                quality: point.quality,
                standard_error: found.standard_error,
                fitted: self.fit.law.loss(found.size, found.data),
            }
        };
        self.points.points.iter().map(measured).collect()
    }
}
