//! When each request is due.
//!
//! On a ladder of rates the requests that start on their own are dealt to the stages in equal shares, in order; a later
//! turn belongs to the stage of its conversation. A stage's times count from its beginning, which is when the stage
//! before it has drained.

use crate::request::Arrival;
use crate::scenario::{Arrivals, Scenario, ScenarioError};
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The requests that start on their own, with their times, and for each request the turn that follows it.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Schedule {
    /// Due time of requests that wait for no other, in order of time, since the stage began.
    pub(in crate::fleet) starts: Vec<(VirtualTime, u32)>,
    /// The next turn of request n's conversation, counted within the workload; `u32::MAX`: none.
    pub(in crate::fleet) next: Vec<u32>,
    /// The stages in order; a single one without a ladder.
    pub(in crate::fleet) stages: Vec<Stage>,
    /// Each request's stage; empty without a ladder.
    pub(in crate::fleet) stage_of: Vec<u8>,
}

/// What belongs to a stage.
#[derive(Clone, Copy, Debug)]
pub(in crate::fleet) struct Stage {
    /// Arrivals a second.
    pub(in crate::fleet) rate: f64,
    /// One past its last start.
    pub(in crate::fleet) until: usize,
    /// Requests of this stage and those before it, later turns included.
    pub(in crate::fleet) requests: u32,
}

/// No next turn.
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
        if by_trace && !scenario.stages.is_empty() {
            return Err(ScenarioError::Conflict(format!(
                "stages set the rate, but {} has recorded arrivals; choose arrivals poisson, constant or gamma:CV",
                workload.name
            )));
        }
        let mut gaps = scenario.arrivals.process().gaps(seed);
        let mut clock = 0.0f64;
        let mut starts = Vec::new();
        let len = workload.requests.len() as u32;
        let alone = |n: u32| {
            let base = (n % len.max(1)) as usize;
            !(follows[base] && matches!(workload.requests[base].arrival, Arrival::AfterPrevious(_)))
        };
        let rates: &[f64] = match scenario.stages.as_slice() {
            [] => &[scenario.rate],
            stages => stages,
        };
        let roots = if rates.len() > 1 {
            (0..count).filter(|&n| alone(n)).count()
        } else {
            0
        };
        if rates.len() > 1 && roots < rates.len() {
            return Err(ScenarioError::Conflict(format!(
                "stages has {} rates, but only {roots} conversations or requests start on their own",
                rates.len()
            )));
        }
        let (mut stages, mut rate) = (Vec::with_capacity(rates.len()), rates[0]);
        for n in (0..count).filter(|&n| alone(n)) {
            let base = n % len.max(1);
            // Equal shares: stage k ends with start number roots (k + 1) / stages.
            if starts.len() * rates.len() >= roots * (stages.len() + 1) && roots > 0 {
                stages.push(Stage {
                    rate,
                    until: starts.len(),
                    requests: 0,
                });
                (rate, clock) = (rates[stages.len()], 0.0);
            }
            // A repeated workload's later rounds have no time of their own.
            let at = match workload.requests[base as usize].arrival {
                Arrival::At(at) if by_trace && n < len => {
                    VirtualTime::from_secs(at.secs() * scenario.time_scale)
                }
                _ => {
                    let now = clock;
                    clock += gaps.next().unwrap_or(0.0) / rate;
                    VirtualTime::from_secs(now)
                }
            };
            starts.push((at, n));
        }
        stages.push(Stage {
            rate,
            until: starts.len(),
            requests: count,
        });
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
            schedule.starts.sort_unstable();
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
