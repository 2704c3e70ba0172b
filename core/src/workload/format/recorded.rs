//! What a log says happened: times to first token, latencies, replicas, cached tokens. It is shown beside simulated figures.

use super::columns::{Cell, Columns};
use super::date;
use super::row::name;
use crate::json::Value;
use crate::units::Map;
use crate::workload::reading::{Role, TimeUnit};
use serde::Serialize;

/// The measured figures of a file's requests, each in file order, as far as the file has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recorded {
    /// The times to first token \[ms\].
    pub ttft_ms: Vec<f64>,
    /// The times to the whole answer \[ms\].
    pub e2e_ms: Vec<f64>,
    /// The prompt tokens that were cached, and all prompt tokens of the same requests \[tokens\]; `None` if no request says it.
    pub cached: Option<(u64, u64)>,
    /// The figures of each replica, in the order of their names.
    pub replicas: Vec<Served>,
    /// Whether the unit of a time followed from its size alone.
    pub unit_inferred: bool,
}

/// What a log says of one replica.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Served {
    /// The replica's name in the log.
    pub name: String,
    /// How many of the log's requests it served.
    pub requests: u64,
    /// The mean time to first token of its requests that give one \[ms\].
    pub mean_ttft_ms: Option<f64>,
    /// The mean time to the whole answer of its requests that give one \[ms\].
    pub mean_e2e_ms: Option<f64>,
}

/// The sum of times, and how many were summed.
#[derive(Clone, Copy, Debug, Default)]
struct Sum(f64, u64);

impl Sum {
    fn add(&mut self, time: f64) {
        self.0 += time;
        self.1 += 1;
    }
}

/// The sums of a replica's figures.
#[derive(Debug, Default)]
struct Sums {
    /// Its number, in the order in which replicas appear.
    number: u32,
    requests: u64,
    /// The times to first token, then the latencies: of each the sum of those that the file states, in the file's unit, and of those
    /// that are the difference of two recorded times \[ms\], as in [`Record`].
    times: [(Sum, Sum); 2],
}

/// The figures as the file states them, kept until the whole file has been read, since only then their unit is known.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Times to first token and latencies whose unit is not stated.
    unitless: [Vec<f64>; 2],
    /// Times to first token and latencies whose unit the column's name states, or that are the difference of two recorded times
    /// \[ms\].
    known: [Vec<f64>; 2],
    /// The cached and all prompt tokens of the records that say both.
    cached: Option<(u64, u64)>,
    /// The sums of each replica, by its name.
    replicas: Map<String, Sums>,
}

/// A time \[ms since 1970\]: a date, or a number in the unit that follows from its size (seconds, milliseconds, microseconds and
/// nanoseconds since 1970 lie a thousand apart).
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

/// A time in a unit \[ms\].
fn in_ms(time: f64, unit: TimeUnit) -> f64 {
    time * 1e3 / unit.per_second()
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
    /// Takes a record's figures; `input` is its prompt's length. Returns the number of the replica, in the order in which they
    /// appear, if it is named.
    pub(super) fn add(&mut self, columns: &Columns<'_>, input: Option<u32>) -> Option<u32> {
        let mut times = [(None, None); 2];
        let start = columns.get(Role::Time).and_then(moment_ms);
        for (at, (role, moment)) in [(Role::Ttft, Role::FirstToken), (Role::Latency, Role::End)]
            .into_iter()
            .enumerate()
        {
            let start = start.filter(|_| columns.get(role).is_none());
            let end = columns.get(moment).and_then(moment_ms);
            let between = start.zip(end).map(|(start, end)| end - start);
            let time = columns
                .get(role)
                .and_then(|it| Some((number(it)?, it.unit)));
            times[at] = match time {
                Some((time, None)) => (Some(time), None),
                Some((time, Some(unit))) => (None, Some(in_ms(time, unit))),
                None => (None, between.filter(|it| *it >= 0.0)),
            };
            self.unitless[at].extend(times[at].0);
            self.known[at].extend(times[at].1);
        }
        if let (Some(cached), Some(input)) = (columns.get(Role::Cached).and_then(number), input) {
            let (before, all) = self.cached.unwrap_or_default();
            let cached = (cached as u64).min(input.into());
            self.cached = Some((before + cached, all + u64::from(input)));
        }
        let name = columns.get(Role::Replica).and_then(|it| name(it.value));
        let number = self.replicas.len() as u32;
        let sums = self.replicas.entry(name?).or_insert_with(|| Sums {
            number,
            ..Sums::default()
        });
        sums.requests += 1;
        for (sum, time) in sums.times.iter_mut().zip(times) {
            time.0.into_iter().for_each(|it| sum.0.add(it));
            time.1.into_iter().for_each(|it| sum.1.add(it));
        }
        Some(sums.number)
    }

    /// For each replica, in the order in which they appear in the file, its place in the order of their names
    /// ([`crate::order::names`]).
    pub(super) fn places(&self) -> Vec<u16> {
        let mut names: Vec<_> = self
            .replicas
            .iter()
            .map(|(name, it)| (name, it.number))
            .collect();
        crate::order::by(&mut names, |a, b| crate::order::names(a.0, b.0));
        let mut places = vec![0; names.len()];
        for (place, (_, number)) in names.into_iter().enumerate() {
            places[number as usize] = u16::try_from(place).unwrap_or(u16::MAX);
        }
        places
    }

    /// The figures in milliseconds. Times without a unit are in the one `asked` for; without that in seconds if all are 600 at most
    /// (read as seconds no answer took longer than ten minutes, read as milliseconds none took more than 0.6 s), else in
    /// milliseconds.
    pub(super) fn finish(self, asked: Option<TimeUnit>) -> Recorded {
        // Times whose unit is known say nothing about the unit of the others.
        let unknown = self.unitless.iter().flatten();
        let guess = match unknown.fold(0.0, |most: f64, it| most.max(*it)) <= 600.0 {
            true => TimeUnit::Seconds,
            false => TimeUnit::Millis,
        };
        let unit = asked.unwrap_or(guess);
        let unit_inferred = asked.is_none() && self.unitless.iter().any(|it| !it.is_empty());
        let mean = |times: &[(Sum, Sum); 2], at: usize| {
            let (written, known) = times[at];
            let sum = in_ms(written.0, unit) + known.0;
            let count = written.1 + known.1;
            (count > 0).then(|| sum / count as f64)
        };
        let served = |(name, it): (String, Sums)| Served {
            name,
            requests: it.requests,
            mean_ttft_ms: mean(&it.times, 0),
            mean_e2e_ms: mean(&it.times, 1),
        };
        let mut replicas: Vec<Served> = self.replicas.into_iter().map(served).collect();
        crate::order::by(&mut replicas, |a, b| crate::order::names(&a.name, &b.name));
        let [ttft_ms, e2e_ms] = [0, 1].map(|at| {
            let written = self.unitless[at].iter().map(|it| in_ms(*it, unit));
            written.chain(self.known[at].iter().copied()).collect()
        });
        Recorded {
            unit_inferred,
            ttft_ms,
            e2e_ms,
            cached: self.cached,
            replicas,
        }
    }
}

impl Recorded {
    /// Whether the file says nothing about what happened.
    pub fn is_empty(&self) -> bool {
        self.ttft_ms.is_empty()
            && self.e2e_ms.is_empty()
            && self.cached.is_none()
            && self.replicas.is_empty()
    }
}
