//! The schedule: when each request is due.
//!
//! On a ladder of rates the requests that start on their own are dealt to the stages in order, by the stages' sizes; a later turn
//! belongs to the stage of its conversation. A stage's times count from its beginning, which is when the stage before it has
//! drained. Recorded times keep their pattern in each stage, stretched so that they come at the stage's rate.

use crate::request::Arrival;
use crate::scenario::{Arrivals, Scenario, ScenarioError, ladder};
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The requests that start on their own, with their times, and for each request the turn that follows it.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Schedule {
    /// The requests that wait for no other, with the times at which they are due, since their stage began; in order of time.
    pub(in crate::fleet) starts: Vec<(VirtualTime, u32)>,
    /// The next turn of request n's conversation, by its place in the workload; [`LAST`]: there is none.
    pub(in crate::fleet) next: Vec<u32>,
    /// The stages in order; a single one if there is no ladder.
    pub(in crate::fleet) stages: Vec<Stage>,
    /// The stage of each request; empty if there is no ladder.
    pub(in crate::fleet) stage_of: Vec<u8>,
}

/// One stage of the schedule.
#[derive(Clone, Copy, Debug)]
pub(in crate::fleet) struct Stage {
    /// The rate of arrivals in the stage \[1/s\].
    pub(in crate::fleet) rate: f64,
    /// One past the place of its last start in [`Schedule::starts`].
    pub(in crate::fleet) until: usize,
    /// The number of requests of this stage and those before it, later turns included.
    pub(in crate::fleet) requests: u32,
}

/// The value that stands for no next turn.
pub(in crate::fleet) const LAST: u32 = u32::MAX;

impl Schedule {
    pub(in crate::fleet) fn new(
        scenario: &Scenario,
        workload: &Workload,
        count: u32,
        seed: u64,
    ) -> Result<Self, ScenarioError> {
        let next = next_turns(workload);
        let mut follows = vec![false; workload.requests.len()];
        for &turn in next.iter().filter(|&&turn| turn != LAST) {
            follows[turn as usize] = true;
        }
        let recorded = workload
            .requests
            .iter()
            .any(|request| matches!(request.arrival, Arrival::At(_)));
        let by_trace = match scenario.arrivals {
            Arrivals::Auto => recorded,
            Arrivals::Recorded if !recorded => {
                return Err(ScenarioError::Conflict(format!(
                    "arrivals is \"recorded\", but {} has no times; choose poisson, constant, gamma:CV or all-at-once",
                    workload.name
                )));
            }
            Arrivals::Recorded => true,
            _ => false,
        };
        let len = workload.requests.len() as u32;
        let alone = |n: u32| {
            let base = (n % len.max(1)) as usize;
            !(follows[base] && matches!(workload.requests[base].arrival, Arrival::AfterPrevious(_)))
        };
        let roots = (0..count).filter(|&n| alone(n));
        let mut gaps = scenario.arrivals.process().gaps(seed);
        let (mut starts, mut stages) = (Vec::new(), Vec::new());
        if scenario.stages.is_empty() {
            let mut clock = 0.0f64;
            for n in roots {
                let base = n % len.max(1);
                // The later rounds of a repeated workload have no recorded times.
                let at = match workload.requests[base as usize].arrival {
                    Arrival::At(at) if by_trace && n < len => {
                        VirtualTime::from_secs(at.secs() * scenario.time_scale)
                    }
                    _ => {
                        let now = clock;
                        clock += gaps.next().unwrap_or(0.0) / scenario.rate;
                        VirtualTime::from_secs(now)
                    }
                };
                starts.push((at, n));
            }
            stages.push(Stage {
                rate: scenario.rate,
                until: starts.len(),
                requests: count,
            });
        } else {
            let roots: Vec<u32> = roots.collect();
            let ends =
                ladder::ends(&scenario.stages, roots.len()).map_err(ScenarioError::Conflict)?;
            let recorded = match by_trace {
                true if scenario.arrivals == Arrivals::Recorded => Some(times(workload, &roots)?),
                true => {
                    return Err(ScenarioError::Conflict(format!(
                        "stages set the rate, but {} has recorded arrivals; choose arrivals poisson, constant or gamma:CV, or \
                         recorded to keep their pattern at each stage's rate",
                        workload.name
                    )));
                }
                false => None,
            };
            let mut from = 0;
            for (rung, until) in scenario.stages.iter().zip(ends) {
                match &recorded {
                    Some(times) => starts.extend(paced(times, from, until, rung.rate)),
                    None => {
                        let mut clock = 0.0f64;
                        for &n in &roots[from..until] {
                            starts.push((VirtualTime::from_secs(clock), n));
                            clock += gaps.next().unwrap_or(0.0) / rung.rate;
                        }
                    }
                }
                stages.push(Stage {
                    rate: rung.rate,
                    until,
                    requests: count,
                });
                from = until;
            }
        }
        let mut schedule = Self {
            starts,
            next,
            stages,
            stage_of: Vec::new(),
        };
        if schedule.stages.len() > 1 {
            schedule.deal(count, len);
        } else {
            // Their numbers rise already, so this keeps the order of equal times.
            crate::order::moments(&mut schedule.starts);
        }
        Ok(schedule)
    }

    /// Gives every request the stage of its conversation, and counts.
    fn deal(&mut self, count: u32, len: u32) {
        self.stage_of = vec![0; count as usize];
        let (mut from, mut requests) = (0, 0);
        for (at, stage) in self.stages.iter_mut().enumerate() {
            for &(_, start) in &self.starts[from..stage.until] {
                let (round, mut turn) = (start - start % len, start % len);
                while turn != LAST && round + turn < count {
                    self.stage_of[(round + turn) as usize] = at as u8;
                    requests += 1;
                    turn = self.next[turn as usize];
                }
            }
            from = stage.until;
            stage.requests = requests;
        }
    }
}

/// When the requests that start on their own were recorded, in order of time.
fn times(workload: &Workload, roots: &[u32]) -> Result<Vec<(f64, u32)>, ScenarioError> {
    let time = |&n: &u32| match workload.requests.get(n as usize)?.arrival {
        Arrival::At(at) => Some((at, n)),
        _ => None,
    };
    let times: Option<Vec<(VirtualTime, u32)>> = roots.iter().map(time).collect();
    let mut times = times.ok_or_else(|| {
        ScenarioError::Conflict(format!(
            "stages with arrivals recorded take each time of {} once, but not all that start on their own have one; ask for \
             fewer requests, or choose another process",
            workload.name
        ))
    })?;
    crate::order::moments(&mut times);
    Ok(times.into_iter().map(|(at, n)| (at.secs(), n)).collect())
}

/// A stage's part of recorded times, from its beginning: the gaps as recorded, each as many times as long as it takes for them to
/// come at the rate. The gap to the next stage's first counts; after the last there is none. Where all of these were recorded for
/// one moment, the next stage's first included, they come evenly.
fn paced(
    times: &[(f64, u32)],
    from: usize,
    until: usize,
    rate: f64,
) -> impl Iterator<Item = (VirtualTime, u32)> {
    let begin = times[from].0;
    let (gaps, end) = match times.get(until) {
        Some(next) => (until - from, next.0),
        None => (until - from - 1, times[until - 1].0),
    };
    let stretch = gaps as f64 / rate / (end - begin);
    let part = times[from..until].iter().enumerate();
    part.map(move |(at, &(time, n))| {
        let since = match stretch.is_finite() {
            true => (time - begin) * stretch,
            false => at as f64 / rate,
        };
        (VirtualTime::from_secs(since), n)
    })
}

fn next_turns(workload: &Workload) -> Vec<u32> {
    let mut next = vec![LAST; workload.requests.len()];
    let mut last_of = crate::units::Map::default();
    for (index, request) in workload.requests.iter().enumerate() {
        if let Some(previous) = last_of.insert(request.conversation, index as u32)
            && matches!(request.arrival, Arrival::AfterPrevious(_))
        {
            next[previous as usize] = index as u32;
        }
    }
    next
}
