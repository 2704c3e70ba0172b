//! What a log says happened: times to first token, latencies, replicas, cached tokens. For setting simulated beside measured.

use super::columns::{Cell, Columns};
use super::date;
use crate::json::Value;
use crate::units::Map;
use crate::workload::reading::{Role, TimeUnit};
use serde::Serialize;

/// Measured figures of a file's requests, each in file order, as far as there are any.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recorded {
    /// Times to first token \[ms\].
    pub ttft_ms: Vec<f64>,
    /// Times to the whole answer \[ms\].
    pub e2e_ms: Vec<f64>,
    /// Prompt tokens that were cached, and all prompt tokens of the same requests.
    pub cached: Option<(u64, u64)>,
    /// Requests of each replica, by its name, in the order of their names.
    pub replicas: Vec<(String, u64)>,
    /// Whether a time's unit followed from its size alone.
    pub unit_inferred: bool,
}

/// Figures as they are written, until all are known.
#[derive(Debug, Default)]
pub(super) struct Record {
    ttft: Vec<f64>,
    latency: Vec<f64>,
    /// The same between two recorded times \[ms\].
    between: (Vec<f64>, Vec<f64>),
    units: [Option<TimeUnit>; 2],
    cached: Option<(u64, u64)>,
    replicas: Map<String, u64>,
}

/// A time since 1970 \[ms\]: a date, or a number in the unit that its size says.
fn moment_ms(cell: Cell<'_>) -> Option<f64> {
    if let Value::Text(text) = cell.value
        && let Some(time) = date::parse(text.read().trim())
    {
        return Some(time.0 as f64 / 1e6);
    }
    let number = number(cell)?;
    match number {
        1e9..1e11 => Some(number * 1e3),
        1e11..1e14 => Some(number),
        1e14..1e17 => Some(number / 1e3),
        1e17.. => Some(number / 1e6),
        _ => None,
    }
}

fn number(cell: Cell<'_>) -> Option<f64> {
    match cell.value {
        Value::Integer(n) => Some(*n as f64),
        Value::Real(x, _) if *x >= 0.0 => Some(*x),
        Value::Text(text) => crate::decimal::real(text.read().trim()).filter(|x| *x >= 0.0),
        _ => None,
    }
}

impl Record {
    /// Takes what a record says; `input` is its prompt's length.
    pub(super) fn add(&mut self, columns: &Columns<'_>, input: Option<u32>) {
        let start = columns.get(Role::Time).and_then(moment_ms);
        for (at, (role, moment)) in [(Role::Ttft, Role::FirstToken), (Role::Latency, Role::End)]
            .into_iter()
            .enumerate()
        {
            let (list, between) = match at {
                0 => (&mut self.ttft, &mut self.between.0),
                _ => (&mut self.latency, &mut self.between.1),
            };
            if let Some(cell) = columns.get(role) {
                self.units[at] = self.units[at].or(cell.unit);
                list.extend(number(cell));
            } else if let (Some(start), Some(end)) =
                (start, columns.get(moment).and_then(moment_ms))
            {
                between.extend((end >= start).then_some(end - start));
            }
        }
        if let (Some(cached), Some(input)) = (columns.get(Role::Cached).and_then(number), input) {
            let (before, all) = self.cached.unwrap_or_default();
            let cached = (cached as u64).min(input.into());
            self.cached = Some((before + cached, all + u64::from(input)));
        }
        let name = columns
            .get(Role::Replica)
            .and_then(|cell| match cell.value {
                Value::Text(name) => Some(name.read().into_owned()),
                Value::Integer(number) => Some(number.to_string()),
                _ => None,
            });
        if let Some(name) = name {
            *self.replicas.entry(name).or_default() += 1;
        }
    }

    /// The figures in milliseconds. A latency without a unit is in seconds if it is 600 at most throughout: as seconds no
    /// answer took longer than ten minutes, as milliseconds none was even half a second.
    pub(super) fn finish(self, asked: Option<TimeUnit>) -> Recorded {
        let most = self
            .ttft
            .iter()
            .chain(&self.latency)
            .fold(0.0, |most: f64, it| most.max(*it));
        let guess = if most <= 600.0 {
            TimeUnit::Seconds
        } else {
            TimeUnit::Millis
        };
        let unit = |at: usize| self.units[at].or(asked).unwrap_or(guess);
        let inferred =
            |at: usize, list: &[f64]| !list.is_empty() && self.units[at].or(asked).is_none();
        let in_ms = |list: &[f64], unit: TimeUnit| {
            list.iter()
                .map(|it| it * 1e3 / unit.per_second())
                .collect::<Vec<f64>>()
        };
        let mut replicas: Vec<(String, u64)> = self.replicas.into_iter().collect();
        replicas.sort();
        Recorded {
            unit_inferred: inferred(0, &self.ttft) || inferred(1, &self.latency),
            ttft_ms: [in_ms(&self.ttft, unit(0)), self.between.0].concat(),
            e2e_ms: [in_ms(&self.latency, unit(1)), self.between.1].concat(),
            cached: self.cached,
            replicas,
        }
    }
}

impl Recorded {
    /// Whether the file says nothing of what happened.
    pub fn is_empty(&self) -> bool {
        self.ttft_ms.is_empty()
            && self.e2e_ms.is_empty()
            && self.cached.is_none()
            && self.replicas.is_empty()
    }
}
