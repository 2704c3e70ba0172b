//! What a request costs as the fleet grows: eight times the replicas with eight times the arrivals and requests.
//!
//! Events, block touches and probes are counted by the simulation itself and are the same on every machine. A policy
//! that looks at every replica has a loop that grows with them. It is timed apart: the run is done again with every
//! request sent where it went the first time and no policy asked, and what that saves is the policy's. Time is CPU time
//! of the simulation alone, the least of several rounds in which everything is measured once, as other work on the
//! machine only ever adds to it.

use std::sync::Arc;

use warmpath_core::fleet::{Run, Simulation, Work};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

use crate::cpu;

const POLICIES: [&str; 3] = ["random", "least-load", "smart@events:0ms"];
const ROUNDS: usize = 9;
/// The number of requests that are timed at once, by repeating a run of fewer, so that all cases take about as long.
const REQUESTS: usize = 96_000;

/// A policy on a fleet, and what its runs took.
struct Case {
    scenario: Scenario,
    workload: Arc<Workload>,
    /// The first run, whose choices the led ones follow.
    run: Run,
    /// The least CPU time of a run \[s\].
    whole: f64,
    /// The least CPU time of a run that is led: requests go where they went in the first one, and no policy is asked \[s\].
    led: f64,
}

impl Case {
    /// A fleet of `replicas` times 8 replicas, with as many times the arrivals, and of `requests` times 12,000 requests.
    fn new(policy: &str, replicas: u32, requests: u32) -> Option<Self> {
        let query = format!(
            "w=multi-turn&n={}&r={}&rate={}&timing=dynamo&kv=432000&p={policy}",
            12_000 * requests,
            8 * replicas,
            5 * replicas
        );
        let scenario = Scenario::from_query(&query).ok()?;
        let workload = crate::workload(&scenario)?;
        let run = simulation(&scenario, &workload)?;
        Some(Self {
            run: finished(run),
            scenario,
            workload,
            whole: f64::INFINITY,
            led: f64::INFINITY,
        })
    }

    /// Times runs of [`REQUESTS`] requests in all, with the policy and led; `None` if one of them ends at another time than the
    /// first.
    fn measure(&mut self) -> Option<()> {
        let repeats = (REQUESTS / self.run.records.len()).max(1);
        let time = |lead: bool| {
            let start = cpu::seconds();
            for _ in 0..repeats {
                let mut run = simulation(&self.scenario, &self.workload)?;
                if lead {
                    run.follow(&self.run);
                }
                if finished(run).end != self.run.end {
                    return None;
                }
            }
            Some((cpu::seconds() - start) / repeats as f64)
        };
        let (whole, led) = (time(false)?, time(true)?);
        self.whole = self.whole.min(whole);
        self.led = self.led.min(led);
        Some(())
    }

    /// An amount of a whole run, per request.
    fn each(&self, amount: f64) -> f64 {
        amount / self.run.records.len() as f64
    }

    /// The CPU time of a request \[µs\]: in all, led, and the difference, which is the policy's.
    fn micros(&self) -> [f64; 3] {
        [self.whole, self.led, (self.whole - self.led).max(0.0)]
            .map(|seconds| self.each(seconds * 1e6))
    }

    /// What the simulation counts, per request.
    fn counts(&self) -> [f64; 4] {
        let Work {
            events,
            touches,
            probes,
            looks,
        } = self.run.work;
        [events, touches, probes, looks].map(|count| self.each(count as f64))
    }
}

fn simulation(scenario: &Scenario, workload: &Arc<Workload>) -> Option<Simulation> {
    let policy = scenario.policies.first()?;
    Simulation::new(scenario, policy, Arc::clone(workload), scenario.seed, false).ok()
}

fn finished(mut simulation: Simulation) -> Run {
    simulation.run(u32::MAX);
    simulation.finish()
}

/// Measures all cases in turn, [`ROUNDS`] times; `None` if a run ended at another time than the first.
fn measure(cases: &mut [Case]) -> Option<()> {
    for _ in 0..ROUNDS {
        for case in &mut *cases {
            case.measure()?;
        }
    }
    Some(())
}

/// Prints the tables; `None` if a scenario is not valid, or a run ended at another time than the first.
pub fn print() -> Option<()> {
    println!(
        "| policy | replicas | requests | events | touches | probes | looks of the policy | CPU \\[µs\\] | the policy's | all else |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for policy in POLICIES {
        let mut cases = [Case::new(policy, 1, 1)?, Case::new(policy, 8, 8)?];
        measure(&mut cases)?;
        for case in &cases {
            let [events, touches, probes, looks] = case.counts();
            let [whole, led, choice] = case.micros();
            println!(
                "| {policy} | {} | {} | {events:.2} | {touches:.2} | {probes:.2} | {looks:.0} | {whole:.2} | {choice:.2} | {led:.2} |",
                case.scenario.replicas,
                case.run.records.len(),
            );
        }
        let [few, many] = &cases;
        let ratio = |few: &[f64], many: &[f64]| -> Vec<String> {
            // A ratio to nearly nothing would be noise.
            let times = |(few, many): (&f64, &f64)| match *few > 0.1 {
                true => format!("{:.2}x", many / few),
                false => String::new(),
            };
            few.iter().zip(many).map(times).collect()
        };
        let counts = ratio(&few.counts(), &many.counts());
        // In the order of the columns.
        let times = |case: &Case| {
            let [whole, led, choice] = case.micros();
            [whole, choice, led]
        };
        let micros = ratio(&times(few), &times(many));
        println!(
            "| | 8x | 8x | {} | {} |",
            counts.join(" | "),
            micros.join(" | ")
        );
    }
    println!();
    let mut cases = [
        Case::new("smart@events:0ms", 1, 1)?,
        Case::new("smart@events:0ms", 1, 10)?,
    ];
    measure(&mut cases)?;
    for case in &cases {
        println!(
            "smart, 8 replicas, {} requests: {:.2} µs of CPU a request",
            case.run.records.len(),
            case.micros()[0]
        );
    }
    Some(())
}
