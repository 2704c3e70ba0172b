//! When each request is due.

use crate::request::Arrival;
use crate::scenario::{Arrivals, Scenario, ScenarioError};
use crate::units::VirtualTime;
use crate::workload::Workload;
use crate::workload::arrivals::Process;

/// The requests that start on their own, with their times, and for each request the turn that follows it.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    /// Due time of requests that wait for no other, in order of time.
    pub(super) starts: Vec<(VirtualTime, u32)>,
    /// The next turn of request n's conversation, counted within the workload; `u32::MAX`: none.
    pub(super) next: Vec<u32>,
}

/// No next turn.
pub(super) const LAST: u32 = u32::MAX;

impl Schedule {
    pub(super) fn new(
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
        let mut gaps = process(scenario.arrivals).gaps(seed);
        let mut clock = 0.0f64;
        let mut starts = Vec::new();
        let len = workload.requests.len() as u32;
        for n in 0..count {
            let base = n % len.max(1);
            // A repeated workload's later rounds have no time of their own.
            let at = match workload.requests[base as usize].arrival {
                Arrival::AfterPrevious(_) if follows[base as usize] => continue,
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
        starts.sort_by_key(|&(at, _)| at);
        Ok(Self { starts, next })
    }
}

fn process(arrivals: Arrivals) -> Process {
    match arrivals {
        Arrivals::Constant => Process::Constant,
        Arrivals::Gamma(cv) => Process::Gamma { cv },
        Arrivals::AllAtOnce => Process::AllAtOnce,
        Arrivals::KubeAi => Process::KubeAi,
        Arrivals::Auto | Arrivals::Poisson | Arrivals::Recorded => Process::Poisson,
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
