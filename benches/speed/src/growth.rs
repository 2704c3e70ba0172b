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
/// What is timed at once, so that a short run is not luckier than a long one.
const REQUESTS: usize = 96_000;

/// A run of so many times the replicas, arrivals and requests.
struct Case {
    scenario: Scenario,
    workload: Arc<Workload>,
    /// As it was the first time.
    run: Run,
    /// The least CPU time \[s\]: of all, and without the policy.
    whole: f64,
    led: f64,
}

impl Case {
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

    /// Runs it as often as it takes to have [`REQUESTS`], with the policy and led; `None` if it goes otherwise than before.
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

    fn each(&self, amount: f64) -> f64 {
        amount / self.run.records.len() as f64
    }

    fn micros(&self) -> [f64; 3] {
        [self.whole, self.led, (self.whole - self.led).max(0.0)]
            .map(|seconds| self.each(seconds * 1e6))
    }

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

/// Measures all cases in turn, [`ROUNDS`] times; `None` if a run went otherwise than the first time.
fn measure(cases: &mut [Case]) -> Option<()> {
    for _ in 0..ROUNDS {
        for case in &mut *cases {
            case.measure()?;
        }
    }
    Some(())
}

/// Prints the tables; `None` if a scenario is not to be had.
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
            // What is hardly there has no ratio.
            let times = |(few, many): (&f64, &f64)| match *few > 0.1 {
                true => format!("{:.2}x", many / few),
                false => String::new(),
            };
            few.iter().zip(many).map(times).collect()
        };
        let counts = ratio(&few.counts(), &many.counts());
        let [whole, led, choice] = few.micros();
        let [most, least, loops] = many.micros();
        let micros = ratio(&[whole, choice, led], &[most, loops, least]);
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
