//! Checks before a run that its arrivals fit into virtual time.
//!
//! What is known before are the times at which requests are due at the earliest: recorded times by their scale, gaps drawn for a
//! rate, pauses between turns. What a request takes is not known, nor how often a refused one comes again; a run that passes the
//! end for their sake finds out there ([`crate::units::VirtualTime::in_range`]).

use super::ladder::Rung;
use super::{Arrivals, Scenario};
use crate::request::Arrival;
use crate::units::{ClockEnd, Map, VirtualTime};
use crate::workload::Workload;
use crate::workload::arrivals::Process;

impl Arrivals {
    /// The process that gives gaps where no time is recorded.
    pub fn process(self) -> Process {
        match self {
            Arrivals::Constant => Process::Constant,
            Arrivals::Gamma(cv) => Process::Gamma { cv },
            Arrivals::AllAtOnce => Process::AllAtOnce,
            Arrivals::KubeAi => Process::KubeAi,
            Arrivals::Auto | Arrivals::Poisson | Arrivals::Recorded => Process::Poisson,
        }
    }
}

impl Scenario {
    /// Whether every request of the workload is due while the clock still counts, for each seed of the scenario. It takes a look
    /// at each request, and draws gaps only where their sum could come near the end.
    ///
    /// # Errors
    /// A request would be due after the end of the clock.
    pub fn fits_the_clock(&self, workload: &Workload) -> Result<(), ClockEnd> {
        let count = self.requests.unwrap_or(workload.count).min(workload.count);
        let (recorded, pauses) = self.longest(workload);
        // On a ladder the rates say how quickly the recorded pattern passes.
        let scale = if self.stages.is_empty() {
            self.time_scale
        } else {
            0.0
        };
        let recorded = (recorded * scale).max(0.0);
        let begun = recorded + pauses;
        in_range(begun)?;
        let slowest = match self.stages.as_slice() {
            [] => self.rate,
            // Each stage begins when the one before it has drained, so they add up. Without its conversations at hand: every
            // stage takes its share of the requests, or those of its own and none of the rest.
            stages => {
                let share = f64::from(count) / stages.len() as f64;
                let time = |it: &Rung| it.starts().map_or(share, f64::from) / it.rate;
                f64::from(count.max(1)) / stages.iter().map(time).sum::<f64>()
            }
        };
        let expected = f64::from(count) / slowest;
        in_range(expected / 16.0)?;
        // Sums of gaps lie near their mean; gamma's with its coefficient of variation less so.
        if (begun + expected) * 16.0 <= VirtualTime::END.secs() {
            return Ok(());
        }
        for seed in (0..u64::from(self.seeds)).map(|n| self.seed.wrapping_add(n)) {
            let gaps = self.arrivals.process().gaps(seed);
            let last = count.saturating_sub(1) as usize;
            let sum: f64 = gaps.take(last).sum();
            in_range(begun + sum / slowest)?;
        }
        Ok(())
    }

    /// The latest recorded time \[s\], and the most that the pauses of one conversation add up to \[s\].
    fn longest(&self, workload: &Workload) -> (f64, f64) {
        let mut recorded: f64 = 0.0;
        let (mut pauses, mut most): (Map<u32, f64>, f64) = (Map::default(), 0.0);
        for request in &workload.requests {
            match request.arrival {
                Arrival::Open => {}
                Arrival::At(at) => recorded = recorded.max(at.secs()),
                Arrival::AfterPrevious(pause) => {
                    let pause = pause.map_or(self.think_s, VirtualTime::secs);
                    let sum = pauses.entry(request.conversation).or_default();
                    *sum += pause;
                    most = most.max(*sum);
                }
            }
        }
        (recorded, most)
    }
}

fn in_range(seconds: f64) -> Result<(), ClockEnd> {
    VirtualTime::from_secs(seconds).in_range().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Named;

    fn fits(query: &str) -> bool {
        let scenario = Scenario::from_query(query).unwrap();
        let named = Named::parse(&scenario.workload).unwrap();
        let workload = named.generate(16, 1, scenario.requests).unwrap();
        scenario.fits_the_clock(&workload).is_ok()
    }

    #[test]
    fn arrivals_beyond_a_hundred_years_are_refused() {
        for arrivals in ["constant", "poisson", "gamma:0.5"] {
            let at = |n: u32| {
                fits(&format!(
                    "v=2&w=template&n={n}&rate=0.000001&arr={arrivals}"
                ))
            };
            // A gap is a million seconds: 3,200 of them reach the end.
            assert!(at(2500), "{arrivals}");
            assert!(!at(4000), "{arrivals}");
        }
        assert!(fits("v=2&w=template&n=3201&rate=0.000001&arr=constant"));
        assert!(!fits("v=2&w=template&n=3202&rate=0.000001&arr=constant"));
        assert!(fits("v=2&w=template&n=4000&rate=0.000001&arr=all-at-once"));
        assert!(fits("v=2&w=multi-turn&n=4000&think=1000000"));
    }

    #[test]
    fn recorded_times_are_scaled() {
        let named = Named::parse("mooncake-conversation").unwrap();
        let mut workload = named.generate(16, 1, Some(3)).unwrap();
        let mut scenario = Scenario::default();
        let last = workload.requests.last_mut().unwrap();
        last.arrival = Arrival::At(VirtualTime::from_secs(3.1e9));
        assert_eq!(scenario.fits_the_clock(&workload), Ok(()));
        scenario.time_scale = 1.1;
        assert_eq!(scenario.fits_the_clock(&workload), Err(ClockEnd));
    }
}
