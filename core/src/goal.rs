//! What a fleet is to keep: limits on the figures of a run, as one line of text.
//!
//! `p95_ttft<500ms;p99_tpot<80ms;errors<1%;attainment(ttft<500ms,tpot<80ms)>=95%` is four limits, all of which have to be
//! kept. A limit is a figure, a comparison and a value, and may have a critical value after a slash (`p95_ttft<300/600ms`):
//! beyond the first the limit is missed, beyond the second it is missed badly. Figures are:
//!
//! - a latency's percentile or mean, `p95_ttft`, `p99.9_e2el`, `mean_tpot`, of ttft, tpot, itl, e2el and client_wait. A request
//!   that was refused, failed, was cut off or never finished never got its token, so it counts as infinitely late in a
//!   percentile; a mean is over those that were answered, and so are the gaps between tokens (itl);
//! - `errors`, the share of all requests that were not answered;
//! - `attainment(ttft<…,tpot<…)`, the share of all requests that keep all limits in the brackets together. One whose answer
//!   has a single token has no TPOT, and keeps any limit on it. What was not answered keeps none;
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

/// A time that every request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// From sending a request to its first token.
    Ttft,
    /// From the first to the last token, over the tokens after the first.
    Tpot,
    /// The gap between two tokens.
    Itl,
    /// From sending a request to its last token.
    E2el,
    /// From when a request was due until it was sent.
    ClientWait,
}

impl Latency {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Ttft,
        Self::Tpot,
        Self::Itl,
        Self::E2el,
        Self::ClientWait,
    ];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ttft => "ttft",
            Self::Tpot => "tpot",
            Self::Itl => "itl",
            Self::E2el => "e2el",
            Self::ClientWait => "client_wait",
        }
    }

    /// As reports print it.
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

/// What is made of the requests' times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// The mean of those that were answered.
    Mean,
    /// The percentile, from 0 to 100.
    Percentile(f64),
}

/// A limit that one request keeps or does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The time: any but the gaps between tokens.
    pub latency: Latency,
    /// Whether the value itself is too long.
    pub strict: bool,
    /// The value \[ms\].
    pub limit_ms: f64,
}

impl Part {
    /// Whether a time \[ms\] keeps it.
    pub fn keeps(&self, ms: f64) -> bool {
        if self.strict {
            ms < self.limit_ms
        } else {
            ms <= self.limit_ms
        }
    }
}

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// Of the requests' times.
    Times(Statistic, Latency),
    /// The share of requests that were not answered.
    Errors,
    /// The share of requests that keep all of these.
    Attainment(Vec<Part>),
    /// The share of the time that a replica computes.
    Busy,
    /// A figure of the report, by its place in [`FIGURES`].
    Figure(usize),
}

/// What the numbers of a measure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Times \[ms\].
    Millis,
    /// Times \[s\].
    Seconds,
    /// Shares of a whole; typed and printed in per cent.
    Share,
    /// Anything else, without a unit.
    Plain,
}

impl Measure {
    /// What its numbers are.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Times(..) => Kind::Millis,
            Self::Errors | Self::Attainment(_) | Self::Busy => Kind::Share,
            Self::Figure(at) => match FIGURES[*at].unit {
                "ms" => Kind::Millis,
                "s" => Kind::Seconds,
                "share" => Kind::Share,
                _ => Kind::Plain,
            },
        }
    }

    /// In words, as reports print it.
    pub fn title(&self) -> String {
        match self {
            Self::Times(Statistic::Mean, latency) => format!("Mean {}", latency.title()),
            Self::Times(Statistic::Percentile(p), latency) => {
                format!("P{p} {}", latency.title())
            }
            Self::Errors => "Requests not answered".to_owned(),
            Self::Attainment(parts) => {
                let part = |part: &Part| {
                    let mark = if part.strict { "<" } else { "≤" };
                    format!("{} {mark} {} ms", part.latency.title(), part.limit_ms)
                };
                let parts: Vec<String> = parts.iter().map(part).collect();
                format!("Requests with {}", parts.join(" and "))
            }
            Self::Busy => "Time that a replica computes".to_owned(),
            Self::Figure(at) => FIGURES[*at].title.to_owned(),
        }
    }
}

/// On which side of its value a figure has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Less.
    Below,
    /// Less, or equal.
    AtMost,
    /// More.
    Above,
    /// More, or equal.
    AtLeast,
}

impl Side {
    /// As it is written.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Whether less is better.
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

/// One limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What is measured.
    pub measure: Measure,
    /// Of which tenant or class; `None`: of all requests.
    pub of: Option<String>,
    /// On which side of the values it has to be.
    pub side: Side,
    /// The value as typed: times in milliseconds (a figure in seconds: in seconds), shares in per cent.
    typed: f64,
    /// Beyond this it is missed badly; as `typed`.
    typed_critical: Option<f64>,
}

impl Limit {
    /// What is measured, and of whom, in words.
    pub fn title(&self) -> String {
        match &self.of {
            Some(of) => format!("{} of {of}", self.measure.title()),
            None => self.measure.title(),
        }
    }

    /// The value in the figure's unit, shares from 0 to 1.
    pub fn value(&self) -> f64 {
        self.plain(self.typed)
    }

    /// The critical value in the figure's unit, if there is one.
    pub fn critical(&self) -> Option<f64> {
        self.typed_critical.map(|typed| self.plain(typed))
    }

    fn plain(&self, typed: f64) -> f64 {
        match self.measure.kind() {
            // A division, as the share itself comes of one: 29 of 100 keep `>=29%`.
            Kind::Share => typed / 100.0,
            _ => typed,
        }
    }

    /// How far `found` is from the limit, as a share of what the limit allows: 0.4 is 40 % to spare, -0.1 is 10 % too much. A
    /// lower limit on a share is read as an upper one on the rest: `attainment>=95%` allows 5 % of misses.
    pub fn margin(&self, found: f64) -> f64 {
        let value = self.value();
        let (found, value) = match self.side.is_upper() {
            true => (found, value),
            false if self.measure.kind() == Kind::Share && value < 1.0 => {
                (1.0 - found, 1.0 - value)
            }
            false => (-found, -value),
        };
        let allowed = if value == 0.0 { 1.0 } else { value.abs() };
        (value - found) / allowed
    }
}

/// Limits that have to be kept together.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// The name by which it was asked for, if it is a preset.
    preset: Option<&'static Preset>,
    limits: Vec<Limit>,
}

impl Goal {
    /// The limits, at least one.
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// What a reader must know of a goal that was asked for by its name.
    pub fn note(&self) -> Option<String> {
        let preset = self.preset?;
        Some(format!(
            "goal {} is {}: {}",
            preset.name, preset.limits, preset.readings
        ))
    }
}

/// What is wrong with a goal, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("goal, character {at}: \"{found}\", but there must be {wanted}{hint}")]
pub struct GoalError {
    /// Counted from 1.
    pub at: usize,
    /// What was found.
    pub found: String,
    /// What would be right.
    pub wanted: String,
    /// "; did you mean …?" or nothing.
    pub hint: String,
}

impl fmt::Display for Part {
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
            Kind::Millis => "ms",
            Kind::Seconds => "s",
            Kind::Share => "%",
            Kind::Plain => "",
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
