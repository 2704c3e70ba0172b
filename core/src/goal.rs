//! What a fleet has to achieve: limits on the figures of a run, written as one line of text.
//!
//! `p95_ttft<500ms;p99_tpot<80ms;errors<1%;attainment(ttft<500ms,tpot<80ms)>=95%` is four limits, all of which have to be
//! kept. A limit is a figure, a comparison and a value, and may have a critical value after a slash (`p95_ttft<300/600ms`):
//! beyond the first value the limit is missed, beyond the second it is missed badly. Figures are:
//!
//! - a latency's percentile or mean, `p95_ttft`, `p99.9_e2el`, `mean_tpot`, of ttft, tpot, itl, e2el and client_wait. A
//!   request that was refused, failed, was cut off or never finished counts as infinitely late in a percentile; a mean is
//!   over the answered requests only, and so is everything about the gaps between tokens (itl);
//! - `errors`, the share of all requests that were not answered;
//! - `attainment(ttft<…,tpot<…)`, the share of all requests that keep all limits in the brackets together. A request whose
//!   answer has a single token has no TPOT, and keeps any limit on it. A request that was not answered keeps none;
//! - `busy`, the share of the time that a replica computes, on average over the replicas;
//! - any of these but itl and `busy` for one tenant or class alone: `p95_ttft@chat<500ms`, `errors@batch<5%`;
//! - every other figure of the report by its key, such as `cache_hit_rate` or `mean_waiting`.
//!
//! ```
//! use warmpath_core::goal::Goal;
//! let goal = Goal::parse("p95_ttft < 0.5s; errors<1%; attainment(ttft<500ms,tpot<80ms)>=95%")?;
//! assert_eq!(goal.to_string(), "p95_ttft<500ms;errors<1%;attainment(ttft<500ms,tpot<80ms)>=95%");
//! let wrong = Goal::parse("errors<1%;p95_tftt<500ms").unwrap_err().to_string();
//! assert!(wrong.contains("character 11") && wrong.contains("did you mean \"p95_ttft\"?"), "{wrong}");
//! # Ok::<(), warmpath_core::goal::GoalError>(())
//! ```

mod parse;
mod preset;

use core::fmt;

use thiserror::Error;

use crate::figure::FIGURES;

pub use preset::{PRESETS, Preset};

/// A time that a request takes, on which there can be a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// From sending a request to its first token.
    Ttft,
    /// From the first to the last token, divided by the number of tokens after the first.
    Tpot,
    /// The gap between two successive tokens.
    Itl,
    /// From sending a request to its last token.
    E2el,
    /// From when a request was due until it was sent.
    ClientWait,
}

impl Latency {
    /// All latencies, in the order in which hints list them.
    pub const ALL: [Self; 5] = [
        Self::Ttft,
        Self::Tpot,
        Self::Itl,
        Self::E2el,
        Self::ClientWait,
    ];

    /// The word for it in a goal, such as `ttft`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ttft => "ttft",
            Self::Tpot => "tpot",
            Self::Itl => "itl",
            Self::E2el => "e2el",
            Self::ClientWait => "client_wait",
        }
    }

    /// The name for it in reports, such as "TTFT".
    pub fn title(self) -> &'static str {
        match self {
            Self::Ttft => "TTFT",
            Self::Tpot => "TPOT",
            Self::Itl => "ITL",
            Self::E2el => "E2E latency",
            Self::ClientWait => "wait for the cap",
        }
    }
}

/// The statistic of the requests' times that a limit is on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// The mean over the answered requests.
    Mean,
    /// The percentile, from 0 to 100.
    Percentile(f64),
}

/// A limit inside the brackets of an attainment, which each request keeps or does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RequestLimit {
    /// The latency that the limit is on: any but ITL.
    pub latency: Latency,
    /// Whether a time equal to the value already breaks the limit (`<` rather than `<=`).
    pub strict: bool,
    /// The value of the limit \[ms\].
    pub limit_ms: f64,
}

impl RequestLimit {
    /// Whether a time \[ms\] is within the limit.
    pub fn keeps(&self, ms: f64) -> bool {
        if self.strict {
            ms < self.limit_ms
        } else {
            ms <= self.limit_ms
        }
    }
}

/// The quantity that a limit is on.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// A statistic of one of the requests' latencies.
    Times(Statistic, Latency),
    /// The share of requests that were not answered.
    Errors,
    /// The share of requests that keep all of these limits.
    Attainment(Vec<RequestLimit>),
    /// The share of the time that a replica computes.
    Busy,
    /// A figure of the report, by its place in [`FIGURES`].
    Figure(usize),
}

/// What kind of number a measure is, which decides the units it may be typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// Times that are given in milliseconds \[ms\].
    Millis,
    /// Times that are given in seconds \[s\].
    Seconds,
    /// Shares of a whole, typed and printed in per cent.
    Share,
    /// Other numbers, which have no unit.
    Plain,
}

impl Measure {
    /// Whether requests without an answer count in the measure as late or lost.
    pub fn is_of_all(&self) -> bool {
        match self {
            Self::Times(Statistic::Percentile(_), latency) => *latency != Latency::Itl,
            Self::Errors | Self::Attainment(_) => true,
            Self::Times(..) | Self::Busy | Self::Figure(_) => false,
        }
    }

    /// What kind of number the measure is.
    pub fn kind(&self) -> NumberKind {
        match self {
            Self::Times(..) => NumberKind::Millis,
            Self::Errors | Self::Attainment(_) | Self::Busy => NumberKind::Share,
            Self::Figure(at) => match FIGURES[*at].unit {
                "ms" => NumberKind::Millis,
                "s" => NumberKind::Seconds,
                "share" => NumberKind::Share,
                _ => NumberKind::Plain,
            },
        }
    }

    /// The name of the measure in words, as reports print it.
    pub fn title(&self) -> String {
        match self {
            Self::Times(Statistic::Mean, latency) => format!("Mean {}", latency.title()),
            Self::Times(Statistic::Percentile(p), latency) => {
                format!("P{p} {}", latency.title())
            }
            Self::Errors => "Requests not answered".to_owned(),
            Self::Attainment(parts) => {
                let part = |part: &RequestLimit| {
                    let mark = if part.strict { "<" } else { "≤" };
                    format!(
                        "{} {mark} {}",
                        part.latency.title(),
                        span_words(part.limit_ms)
                    )
                };
                let parts: Vec<String> = parts.iter().map(part).collect();
                format!("Requests with {}", parts.join(" and "))
            }
            Self::Busy => "Time that a replica computes".to_owned(),
            Self::Figure(at) => FIGURES[*at].title.to_owned(),
        }
    }
}

/// A span of time \[ms\] in the largest unit in which it is a short number, so that a limit is never rounded.
fn span_words(ms: f64) -> String {
    const UNITS: [(f64, f64, &str); 3] =
        [(7.2e6, 3.6e6, "h"), (1.2e5, 6e4, "min"), (1e3, 1e3, "s")];
    let fits = |&&(from, unit, _): &&(f64, f64, &str)| {
        let tenths = ms / unit * 10.0;
        ms >= from && libm::floor(tenths) == tenths
    };
    match UNITS.iter().find(fits) {
        Some((_, unit, name)) => format!("{} {name}", ms / unit),
        None => format!("{ms} ms"),
    }
}

/// The comparison of a limit: on which side of its value a figure has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The figure must be less than the value (`<`).
    Below,
    /// The figure must be less than or equal to the value (`<=`).
    AtMost,
    /// The figure must be more than the value (`>`).
    Above,
    /// The figure must be more than or equal to the value (`>=`).
    AtLeast,
}

impl Bound {
    /// The sign of the comparison, as it is written.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The sign of the comparison, as people read it.
    fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "≤",
            Self::Above => ">",
            Self::AtLeast => "≥",
        }
    }

    /// Whether the value is an upper limit, so that less is better.
    pub fn is_upper(self) -> bool {
        matches!(self, Self::Below | Self::AtMost)
    }

    /// Whether `found` is on this side of `value`.
    pub fn keeps(self, found: f64, value: f64) -> bool {
        match self {
            Self::Below => found < value,
            Self::AtMost => found <= value,
            Self::Above => found > value,
            Self::AtLeast => found >= value,
        }
    }
}

/// What the distance of a value from a limit is measured by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowance {
    /// What an upper limit allows: the distance is a share of that.
    Limit,
    /// A lower limit: the distance is a share of that.
    Least,
    /// What a lower limit on a share leaves to the rest, from 0 to 1: the distance is a share of that.
    Rest(f64),
    /// Nothing, since the limit is zero: the distance is the value itself, a number of this kind.
    Nothing(NumberKind),
    /// It is one of several: which limit decides is not known, or differs between the runs.
    Several,
    /// It is not known: the run was stopped when it was certain to miss the goal.
    Stopped,
}

/// A limit on one measure of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The quantity that the limit is on.
    pub measure: Measure,
    /// The tenant or class whose requests are measured; `None` for all requests.
    pub of: Option<String>,
    /// The comparison that must hold between the measure and the values.
    pub side: Bound,
    /// The value in the unit it is printed in: milliseconds (seconds for a figure in seconds), shares in per cent.
    typed: f64,
    /// The value beyond which the limit is missed badly, in the same unit; `None` if there is none.
    typed_critical: Option<f64>,
}

impl Limit {
    /// The name of the measure and of its tenant or class, in words.
    pub fn title(&self) -> String {
        match &self.of {
            Some(of) => format!("{} of {of}", self.measure.title()),
            None => self.measure.title(),
        }
    }

    /// The limit as people read it: "P95 TTFT < 5 min", "Requests not answered < 1 % (critical: 5 %)".
    pub fn words(&self) -> String {
        let unit = |typed: f64| match self.measure.kind() {
            NumberKind::Millis => span_words(typed),
            NumberKind::Seconds => span_words(typed * 1e3),
            NumberKind::Share => format!("{typed} %"),
            NumberKind::Plain => typed.to_string(),
        };
        let critical = self.typed_critical.map(unit);
        let critical = critical.map_or(String::new(), |it| format!(" (critical: {it})"));
        let mark = self.side.sign();
        format!("{} {mark} {}{critical}", self.title(), unit(self.typed))
    }

    /// What a distance from the limit is measured by.
    pub fn allowance(&self) -> Allowance {
        let (value, kind) = (self.value(), self.measure.kind());
        match self.side.is_upper() {
            _ if value == 0.0 => Allowance::Nothing(kind),
            true => Allowance::Limit,
            false if kind == NumberKind::Share && value < 1.0 => Allowance::Rest(1.0 - value),
            false => Allowance::Least,
        }
    }

    /// The value in the figure's own unit; shares are from 0 to 1.
    pub fn value(&self) -> f64 {
        self.plain(self.typed)
    }

    /// The critical value in the figure's own unit; `None` if there is none.
    pub fn critical(&self) -> Option<f64> {
        self.typed_critical.map(|typed| self.plain(typed))
    }

    fn plain(&self, typed: f64) -> f64 {
        match self.measure.kind() {
            // Divided rather than multiplied by 0.01, because the share that it is compared with is a quotient too: 29 of
            // 100 keep `>=29%`.
            NumberKind::Share => typed / 100.0,
            _ => typed,
        }
    }

    /// How far `found` is from the limit, as a share of what the limit allows: 0.4 means 40 % to spare, -0.1 means 10 % too
    /// much. A lower limit on a share is read as an upper one on the rest: `attainment>=95%` allows 5 % of misses.
    pub fn margin(&self, found: f64) -> f64 {
        let value = self.value();
        let (found, value) = match self.side.is_upper() {
            true => (found, value),
            false if self.measure.kind() == NumberKind::Share && value < 1.0 => {
                (1.0 - found, 1.0 - value)
            }
            false => (-found, -value),
        };
        let allowed = if value == 0.0 { 1.0 } else { value.abs() };
        (value - found) / allowed
    }
}

/// One or more limits that all have to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// The preset whose name the goal was asked for by; `None` if the limits were typed.
    preset: Option<&'static Preset>,
    limits: Vec<Limit>,
}

impl Goal {
    /// The limits of the goal, at least one.
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// What a distance is measured by from the limits that decide, which `deciding` has by their places in the goal.
    pub fn allowance(&self, deciding: impl Iterator<Item = usize>) -> Allowance {
        let of = |at: usize| self.limits.get(at).map(Limit::allowance);
        let mut each = deciding.filter_map(of);
        let first = each.next().unwrap_or(Allowance::Several);
        match each.all(|it| it == first) {
            true => first,
            false => Allowance::Several,
        }
    }

    /// The strictest limit on P95 of the time to first token of all requests \[ms\]; `None` if the goal has none.
    pub fn p95_ttft_ms(&self) -> Option<f64> {
        let mine = self.limits.iter().filter(|it| {
            let place = Measure::Times(Statistic::Percentile(95.0), Latency::Ttft);
            it.of.is_none() && it.side.is_upper() && it.measure == place
        });
        mine.map(|it| it.typed).reduce(f64::min)
    }

    /// What a reader must know of a goal that was asked for by its name; `None` for one that was typed.
    pub fn note(&self) -> Option<String> {
        let preset = self.preset?;
        Some(format!(
            "goal {} is {}: {}",
            preset.name, preset.limits, preset.readings
        ))
    }
}

/// What is wrong with the text of a goal, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("goal, character {at}: \"{found}\", but there must be {wanted}{hint}")]
pub struct GoalError {
    /// The character at which the fault is, counted from 1.
    pub at: usize,
    /// The text that was found there.
    pub found: String,
    /// What would be right in its place.
    pub wanted: String,
    /// A proposal such as `; did you mean "p95_ttft"?`, or empty.
    pub hint: String,
}

impl fmt::Display for RequestLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.strict { "<" } else { "<=" };
        write!(f, "{}{mark}{}ms", self.latency.word(), self.limit_ms)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(Statistic::Mean, latency) => write!(f, "mean_{}", latency.word()),
            Self::Times(Statistic::Percentile(p), latency) => write!(f, "p{p}_{}", latency.word()),
            Self::Errors => f.write_str("errors"),
            Self::Busy => f.write_str("busy"),
            Self::Figure(at) => f.write_str(FIGURES[*at].key),
            Self::Attainment(parts) => {
                f.write_str("attainment(")?;
                for (n, part) in parts.iter().enumerate() {
                    write!(f, "{}{part}", if n > 0 { "," } else { "" })?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.measure.kind() {
            NumberKind::Millis => "ms",
            NumberKind::Seconds => "s",
            NumberKind::Share => "%",
            NumberKind::Plain => "",
        };
        write!(f, "{}", self.measure)?;
        if let Some(of) = &self.of {
            write!(f, "@{of}")?;
        }
        write!(f, "{}{}", self.side.mark(), self.typed)?;
        if let Some(critical) = self.typed_critical {
            write!(f, "/{critical}")?;
        }
        f.write_str(unit)
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(preset) = self.preset {
            return f.write_str(preset.name);
        }
        for (n, limit) in self.limits.iter().enumerate() {
            write!(f, "{}{limit}", if n > 0 { ";" } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
