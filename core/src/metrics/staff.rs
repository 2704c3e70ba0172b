//! What a fleet that grows and shrinks cost, and what that gave: replica-seconds, money, and the time above a goal.
//!
//! **Above the goal.** Requests are put into spans of 15 s by when they were sent. A span is above the goal if more than one in
//! twenty of its requests waited longer for its first token than the goal, or was not answered; so P95 of TTFT was above
//! it, if failures count as waiting for ever. The goal is `ttft-slo`, or 2,000 ms (MLPerf's for Llama 2 70B) where none is set.

use serde::{Deserialize, Serialize};

use crate::fleet::{Course, Outcome, Run};
use crate::scenario::Scenario;
use crate::units::VirtualTime;

/// Requests sent within so long are looked at together.
const SPAN: VirtualTime = VirtualTime(15_000_000_000);

/// The goal where none is set \[ms\].
const GOAL_MS: f64 = 2000.0;

/// A fleet's staff under one policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StaffFigures {
    /// The fewest replicas paid at a time, and the most.
    pub fewest: u32,
    /// See there.
    pub most: u32,
    /// Replica-seconds wanted.
    pub wanted_s: f64,
    /// Replica-seconds paid.
    pub paid_s: f64,
    /// Replica-seconds ready.
    pub ready_s: f64,
    /// GPU-hours paid.
    pub gpu_hours: f64,
    /// What they cost \[$\]; `None`: no price is known.
    pub cost: Option<f64>,
    /// What was calculated with, in words.
    pub price: String,
    /// Replica-seconds that the work alone needed: less than any fleet could have done with. `None`: nobody looked while it
    /// ran.
    pub needed_s: Option<f64>,
    /// Replica-seconds paid beyond that.
    pub overshoot_s: Option<f64>,
    /// Times that more were wanted.
    pub ups: u32,
    /// Times that fewer were wanted.
    pub downs: u32,
    /// Replicas taken away by the autoscaler.
    pub retired: u32,
    /// Streams that broke off by that.
    pub cut: u32,
    /// Prompt tokens computed anew because a cache went with a replica taken away.
    pub recomputed_tokens: u64,
    /// The goal for TTFT \[ms\].
    pub goal_ms: f64,
    /// Time above it \[s\].
    pub above_goal_s: f64,
    /// Every change of what was wanted, paid and ready: seconds, and the three.
    pub course: Vec<(f64, [u32; 3])>,
}

/// Of a run; `None`: its fleet stayed as it was, and nobody asked what it cost.
pub(super) fn of(scenario: &Scenario, run: &Run) -> Option<StaffFigures> {
    let staff = run.staff.as_ref()?;
    let paid = || staff.course.iter().map(|it| it.paid);
    let happenings = run.lives.iter().flat_map(|lives| &lives.happenings);
    let retired: Vec<_> = happenings.filter(|it| it.is_retirement()).collect();
    let goal_ms = scenario.ttft_slo_ms.unwrap_or(GOAL_MS);
    let looked = scenario.autoscale.is_some();
    let (gpu_hours, cost, price) = bill(scenario, staff.paid_s);
    let told = |it: &Course| (it.at.secs(), [it.wanted, it.paid, it.ready]);
    Some(StaffFigures {
        fewest: paid().min().unwrap_or(0),
        most: paid().max().unwrap_or(0),
        wanted_s: staff.wanted_s,
        paid_s: staff.paid_s,
        ready_s: staff.ready_s,
        gpu_hours,
        cost,
        price,
        needed_s: looked.then_some(staff.needed_s),
        overshoot_s: looked.then_some(staff.overshoot_s),
        ups: staff.steps.0,
        downs: staff.steps.1,
        retired: retired.len() as u32,
        cut: retired.iter().map(|it| it.cut).sum(),
        recomputed_tokens: retired.iter().map(|it| it.recomputed_tokens).sum(),
        goal_ms,
        above_goal_s: above(run, goal_ms),
        course: staff.course.iter().map(told).collect(),
    })
}

/// GPU-hours, what they cost, and by which prices. The kinds of a mixed fleet are paid for the same time each.
fn bill(scenario: &Scenario, paid_s: f64) -> (f64, Option<f64>, String) {
    let kinds = scenario.kinds();
    let all = kinds.iter().map(|kind| kind.count).sum::<u32>().max(1);
    let (mut hours, mut cost, mut told) = (0.0, Some(0.0), Vec::new());
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
                told.push(format!("{name} at ${dollars} an hour ({source})"));
            }
            None => {
                cost = None;
                told.push(format!("{name}: no price known"));
            }
        }
    }
    (hours, cost, told.join("; "))
}

/// Time in which P95 of TTFT was above a goal \[s\].
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
