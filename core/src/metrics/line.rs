//! What the entrance (limits, the waiting line, shedding) did for each tenant and each class, and how evenly.
//!
//! **Attainment** is the share of a group's requests, refused and failed ones among them, that were answered in time:
//! within the scenario's limits on TTFT and TPOT and the request's own deadline, as far as there are any; where there are
//! none it is the share that was answered.
//!
//! **Jain's index** of n figures is (Σx)² / (n Σx²): 1 if all are equal, 1/n if one has all. It is computed over the
//! tenants' attainment and over their mean TTFT (of the tenants with an answer). It is not computed over tokens served: in
//! a run that ends, every tenant whose requests are answered gets all the tokens it asked for, so they say little of
//! fairness.

use crate::fleet::{GroupSums, LineSums, Outcome, Record, Run, Why};
use crate::histogram::{mean, percentile};
use crate::order;
use crate::request::{Label, Request};
use crate::scenario::Scenario;
use crate::workload::Workload;

/// The figures of a tenant, a class, or all requests.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct GroupFigures {
    /// The name of the tenant or class; "all" for the figures of all requests.
    pub name: String,
    /// The priority of a class; `None` for a tenant and for all requests.
    pub priority: Option<i32>,
    /// The weight of a tenant; `None` for a class and for all requests.
    pub weight: Option<f64>,
    /// Number of requests in this group.
    pub requests: u64,
    /// Number of requests in this group that were answered.
    pub completed: u64,
    /// Number of requests that were longer than the model's context or were refused for good.
    pub rejected: u64,
    /// Number of requests that the client gave up after an error, or whose answer broke off.
    pub failed: u64,
    /// Number of answers with status 429, or with 503 at the connection limit; each attempt of a request counts.
    pub refused: u64,
    /// How often a request of this group entered the waiting line.
    pub waited: u64,
    /// Mean time that a request of this group spent in the line, per entry \[ms\]; 0 if none entered it.
    pub mean_wait_ms: f64,
    /// Longest time that a request of this group spent in the line \[ms\].
    pub longest_wait_ms: f64,
    /// TTFT of the answered requests, from the first attempt on \[ms\]: mean, median, P95, P99.
    pub ttft_ms: [f64; 4],
    /// Share of this group's requests that were answered in time, from 0 to 1 (see the module).
    pub attainment: f64,
    /// Prompt and output tokens of the answered requests, added up.
    pub tokens: u64,
}

/// What the entrance did under one policy, for all requests and by group.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LineFigures {
    /// The figures of all requests together.
    pub all: GroupFigures,
    /// The figures of each tenant, in the scenario's order; empty if the scenario has no tenants.
    pub tenants: Vec<GroupFigures>,
    /// The figures of each class, in the scenario's order; empty if the scenario has no classes.
    pub classes: Vec<GroupFigures>,
    /// Jain's index of the attainment of the tenants that sent something; `None` if there are no tenants, or if no request was
    /// answered in time.
    pub jain_attainment: Option<f64>,
    /// Jain's index of the mean TTFT of the tenants with an answer; `None` if there is none.
    pub jain_ttft: Option<f64>,
    /// Number of attempts that the entrance turned back for each reason, in the order of [`Why::ALL`].
    pub turned_back: Vec<u64>,
    /// The largest number of requests that waited in the line at one time.
    pub longest_line: u32,
}

impl LineFigures {
    /// Each reason for turning an attempt back, with the number of attempts it applied to.
    pub fn reasons(&self) -> impl Iterator<Item = (Why, u64)> + '_ {
        Why::ALL.into_iter().zip(self.turned_back.iter().copied())
    }
}

/// Jain's index (Σx)² / (n Σx²) of some figures; `None` if there are none, or if all are zero.
///
/// ```
/// use warmpath_core::metrics::jain;
/// assert_eq!(jain(&[3.0, 3.0, 3.0]), Some(1.0));
/// assert_eq!(jain(&[1.0, 0.0, 0.0, 0.0]), Some(0.25));
/// assert_eq!(jain(&[0.0]), None);
/// ```
pub fn jain(figures: &[f64]) -> Option<f64> {
    let sum: f64 = figures.iter().sum();
    let squares: f64 = figures.iter().map(|x| x * x).sum();
    (squares > 0.0).then(|| sum * sum / (figures.len() as f64 * squares))
}

/// The sums over the requests of a group, from which [`GroupTotals::finish`] makes the figures.
#[derive(Clone, Default)]
struct GroupTotals {
    requests: u64,
    completed: u64,
    rejected: u64,
    failed: u64,
    in_time: u64,
    tokens: u64,
    ttft_ms: Vec<f64>,
}

impl GroupTotals {
    fn add(&mut self, record: &Record, request: &Request, in_time: bool) {
        self.requests += 1;
        match record.outcome {
            Outcome::Completed => self.completed += 1,
            Outcome::Rejected => self.rejected += 1,
            Outcome::Failed | Outcome::Cut => self.failed += 1,
            Outcome::Pending => {}
        }
        if let Some(ttft) = record.ttft() {
            self.ttft_ms.push(ttft.millis());
            self.tokens += u64::from(request.prompt_tokens) + u64::from(request.output_tokens);
            self.in_time += u64::from(in_time);
        }
    }

    fn finish(mut self, name: &str, sums: &GroupSums) -> GroupFigures {
        order::numbers(&mut self.ttft_ms);
        let at = |q| percentile(&self.ttft_ms, q);
        GroupFigures {
            name: name.to_owned(),
            priority: None,
            weight: None,
            requests: self.requests,
            completed: self.completed,
            rejected: self.rejected,
            failed: self.failed,
            refused: sums.refused,
            waited: sums.waited,
            mean_wait_ms: sums.waited_ns as f64 / 1e6 / sums.waited.max(1) as f64,
            longest_wait_ms: sums.longest.millis(),
            ttft_ms: [mean(&self.ttft_ms), at(50.0), at(95.0), at(99.0)],
            attainment: self.in_time as f64 / self.requests.max(1) as f64,
            tokens: self.tokens,
        }
    }
}

/// Whether a request was answered within the scenario's limits and its own deadline.
fn in_time(scenario: &Scenario, record: &Record, request: &Request, label: Label) -> bool {
    let Some(ttft) = record.ttft() else {
        return false;
    };
    let first = ttft.millis();
    let own = label.deadline_ms == 0 || first <= f64::from(label.deadline_ms);
    let pace = super::summary::per_token(record, request.output_tokens);
    let paced = |limit: f64| pace.is_none_or(|pace| pace <= limit);
    own && scenario.ttft_slo_ms.is_none_or(|limit| first <= limit)
        && scenario.tpot_slo_ms.is_none_or(paced)
}

/// What the entrance of a run did; `None` if the scenario neither limits, holds nor groups requests.
pub(super) fn of(scenario: &Scenario, workload: &Workload, run: &Run) -> Option<LineFigures> {
    let sums: &LineSums = run.line.as_ref()?;
    let groups = &sums.groups;
    let mut all = GroupTotals::default();
    let mut tenants = vec![GroupTotals::default(); groups.tenants.len()];
    let mut classes = vec![GroupTotals::default(); groups.classes.len()];
    for (n, record) in (0u32..).zip(&run.records) {
        let request = workload.request(n);
        let label = groups.of(workload, n);
        let in_time = in_time(scenario, record, request, label);
        all.add(record, request, in_time);
        if let Some(tenant) = tenants.get_mut(usize::from(label.tenant)) {
            tenant.add(record, request, in_time);
        }
        if let Some(class) = classes.get_mut(usize::from(label.class)) {
            class.add(record, request, in_time);
        }
    }
    let with_sums = tenants.into_iter().zip(&groups.tenants).zip(&sums.tenants);
    let tenants: Vec<GroupFigures> = with_sums
        .map(|((group, tenant), sums)| GroupFigures {
            weight: Some(tenant.weight),
            ..group.finish(&tenant.name, sums)
        })
        .collect();
    let with_sums = classes.into_iter().zip(&groups.classes).zip(&sums.classes);
    let classes = with_sums
        .map(|((group, class), sums)| GroupFigures {
            priority: Some(class.priority),
            ..group.finish(&class.name, sums)
        })
        .collect();
    // A tenant that sent nothing was not treated badly.
    let sent = tenants.iter().filter(|it| it.requests > 0);
    let attained: Vec<f64> = sent.map(|it| it.attainment).collect();
    let answered = tenants.iter().filter(|it| it.completed > 0);
    let ttft: Vec<f64> = answered.map(|it| it.ttft_ms[0]).collect();
    Some(LineFigures {
        all: all.finish("all", &sums.all),
        jain_attainment: jain(&attained),
        jain_ttft: jain(&ttft),
        tenants,
        classes,
        turned_back: sums.turned_back.to_vec(),
        longest_line: sums.longest_line,
    })
}
