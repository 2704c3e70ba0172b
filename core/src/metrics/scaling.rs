//! What a fleet that grows and shrinks cost, and what it gave for that: replica-seconds, money, and the time above a limit
//! on TTFT.
//!
//! **Time above the limit.** Requests are put into spans of 15 s by when they were sent. A span is above the limit if more
//! than one in twenty of its requests waited longer than the limit for its first token, or was refused, failed or cut off; in
//! other words, if its P95 of TTFT by nearest rank (not interpolated, as elsewhere) is above the limit when a request without an
//! answer counts as waiting for ever. Requests still under way when the run ends are in no span. The limit is the scenario's
//! `ttft-slo`, or 2,000 ms (MLPerf's for Llama 2 70B) where none is set.

use serde::{Deserialize, Serialize};

use crate::fleet::{Outcome, ReplicaCounts, Run};
use crate::scenario::Scenario;
use crate::units::VirtualTime;

/// Length of the spans by which the time above the limit is counted (15 s).
const SPAN: VirtualTime = VirtualTime(15_000_000_000);

/// The limit on TTFT where the scenario sets none \[ms\].
const GOAL_MS: f64 = 2000.0;

/// How many replicas a fleet had over time under one policy, what that cost, and how well it served.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScalingFigures {
    /// The smallest number of replicas that were paid for at one time.
    pub fewest: u32,
    /// The largest number of replicas that were paid for at one time.
    pub most: u32,
    /// The number of replicas that the autoscaler wanted, integrated over the run \[replica-seconds\].
    pub wanted_s: f64,
    /// The number of replicas that were paid for (starting, ready, draining, or coming back after a failure), integrated
    /// over the run \[replica-seconds\].
    pub paid_s: f64,
    /// The number of replicas that were ready, integrated over the run \[replica-seconds\].
    pub ready_s: f64,
    /// GPU-hours that were paid for: the replicas' time by the GPUs of each.
    pub gpu_hours: f64,
    /// The price of these GPU-hours \[US$\]; `None` if the price of a GPU is not known.
    pub cost: Option<f64>,
    /// In words, the price per GPU-hour that was used and its source.
    pub price: String,
    /// Replica-seconds of the fewest whole replicas that could have computed, span by span, what was computed. `None` if the run
    /// had no autoscaler, as it is measured only then.
    pub needed_s: Option<f64>,
    /// Replica-seconds paid for beyond what was needed, span by span; `None` where `needed_s` is `None`.
    pub overshoot_s: Option<f64>,
    /// How often the autoscaler wanted more replicas than before.
    pub ups: u32,
    /// How often the autoscaler wanted fewer replicas than before.
    pub downs: u32,
    /// Number of replicas that the autoscaler took away.
    pub retired: u32,
    /// Number of answers that broke off because their replica was taken away.
    pub cut: u32,
    /// Prompt tokens that were computed again because their cache went with a replica that was taken away.
    pub recomputed_tokens: u64,
    /// The limit on TTFT that `above_goal_s` is counted by \[ms\].
    pub goal_ms: f64,
    /// Time in which P95 of TTFT was above `goal_ms` \[s\], in steps of 15 s (see the module).
    pub above_goal_s: f64,
    /// Every change in the number of replicas: the time \[s\], then the replicas wanted, paid for and ready from then on.
    pub course: Vec<(f64, [u32; 3])>,
}

/// The figures of a run; `None` if the fleet could not change its size and the scenario asks for no price.
pub(super) fn of(scenario: &Scenario, run: &Run) -> Option<ScalingFigures> {
    let scaling = run.scaling.as_ref()?;
    let paid = || scaling.course.iter().map(|it| it.paid);
    let happenings = run.lives.iter().flat_map(|lives| &lives.happenings);
    let retired: Vec<_> = happenings.filter(|it| it.is_retirement()).collect();
    let goal_ms = scenario.ttft_slo_ms.unwrap_or(GOAL_MS);
    let looked = scenario.autoscale.is_some();
    let (gpu_hours, cost, price) = bill(scenario, scaling.paid_s);
    let counts = |it: &ReplicaCounts| (it.at.secs(), [it.wanted, it.paid, it.ready]);
    Some(ScalingFigures {
        fewest: paid().min().unwrap_or(0),
        most: paid().max().unwrap_or(0),
        wanted_s: scaling.wanted_s,
        paid_s: scaling.paid_s,
        ready_s: scaling.ready_s,
        gpu_hours,
        cost,
        price,
        needed_s: looked.then_some(scaling.needed_s),
        overshoot_s: looked.then_some(scaling.overshoot_s),
        ups: scaling.steps.0,
        downs: scaling.steps.1,
        retired: retired.len() as u32,
        cut: retired.iter().map(|it| it.cut).sum(),
        recomputed_tokens: retired.iter().map(|it| it.recomputed_tokens).sum(),
        goal_ms,
        above_goal_s: above(run, goal_ms),
        course: scaling.course.iter().map(counts).collect(),
    })
}

/// The GPU-hours of a run \[h\], their price \[US$\] (`None` if one is not known) and the sources in words. In a mixed
/// fleet every kind is charged for the same share of the time.
fn bill(scenario: &Scenario, paid_s: f64) -> (f64, Option<f64>, String) {
    let kinds = scenario.kinds();
    let all = kinds.iter().map(|kind| kind.count).sum::<u32>().max(1);
    let (mut hours, mut cost, mut sources) = (0.0, Some(0.0), Vec::new());
    for kind in &kinds {
        let share = f64::from(kind.count) / f64::from(all);
        let mine = paid_s / 3600.0 * share * f64::from(kind.tensor_parallel);
        hours += mine;
        let name = kind.gpu.name.split(':').next().unwrap_or_default();
        match scenario.prices.of(name) {
            Some(price) => {
                let dollars = price.usd_per_hour;
                let source = match price.date {
                    "" => price.source.to_owned(),
                    date => format!("{}, {date}", price.source),
                };
                cost = cost.map(|sum| sum + mine * dollars);
                sources.push(format!("{name} at ${dollars} an hour ({source})"));
            }
            None => {
                cost = None;
                sources.push(format!("{name}: no price known"));
            }
        }
    }
    (hours, cost, sources.join("; "))
}

/// Time of the run in which P95 of TTFT was above a limit \[s\], in steps of 15 s.
fn above(run: &Run, goal_ms: f64) -> f64 {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for record in run
        .records
        .iter()
        .filter(|it| it.outcome != Outcome::Pending)
    {
        let at = (record.sent.0 / SPAN.0) as usize;
        if at >= 1 << 20 {
            continue; // 180 days
        }
        if spans.len() <= at {
            spans.resize(at + 1, (0, 0));
        }
        let late = record.ttft().is_none_or(|ttft| ttft.millis() > goal_ms);
        spans[at].0 += 1;
        spans[at].1 += u32::from(late);
    }
    let above = spans.iter().filter(|(all, late)| late * 20 > *all);
    above.count() as f64 * SPAN.secs()
}
