//! Kubernetes' HorizontalPodAutoscaler, version 2, with its default behaviour.
//!
//! Each metric recommends a number of replicas; the highest counts. Use of a replica (`busy` for CPU, `kv`) is a mean over the
//! replicas that can be measured. Those that cannot be count as idle where the others would have the fleet grow; where these
//! would have it shrink, they count as loaded, or for CPU not at all ([`by_mean`]). Sums over the fleet (`inflight`, `waiting`)
//! are an external metric with a target per replica ([`by_sum`]): it ignores how many replicas are ready, so while replicas
//! start, the sum alone decides. Past recommendations hold a change back: growing goes by the least of the `up` window, shrinking
//! by the most of the `down` window. Then the step is limited: 4 replicas or 100 % more in 15 s, whichever is more; 100 % less in
//! 15 s.
//!
//! Source: kubernetes/kubernetes pkg/controller/podautoscaler, replica_calculator.go and horizontal.go@00067268, defaults.go
//! @85643c0f and @1adaa753. Left out: failing metrics; a change of readiness after the start.

use std::collections::VecDeque;

use super::{FleetLook, Sample};
use crate::fleet::fact::What;
use crate::scenario::scaling::{Autoscale, Metric};
use crate::units::VirtualTime;

/// The period of the step limits.
const PERIOD: VirtualTime = VirtualTime(15_000_000_000);
/// The most replicas that may be added in a period, unless as many again as there are is more.
const MORE: u32 = 4;
/// The time after a replica's start in which its CPU use is trusted only if all of its sample lies after it was ready.
const CPU_INITIALISATION: VirtualTime = VirtualTime(300_000_000_000);

/// The rule of the HorizontalPodAutoscaler. See the [module](self).
#[derive(Clone)]
pub(super) struct Hpa {
    min: u32,
    max: u32,
    tolerance: f64,
    sync: VirtualTime,
    up: VirtualTime,
    down: VirtualTime,
    targets: Vec<(Metric, f64)>,
    /// Past recommendations with their times, the oldest first, as far as a window goes back.
    recommended: VecDeque<(VirtualTime, u32)>,
    /// The replicas added (or, negative, taken away), with the times of the steps.
    steps: VecDeque<(VirtualTime, i64)>,
    /// The recommendations drawn from each metric at the last look, for a reader who follows them.
    pub(super) weighed: Vec<What>,
}

impl Hpa {
    pub(super) fn new(scale: &Autoscale) -> Self {
        let targets = Metric::ALL.into_iter();
        let targets = targets.filter_map(|metric| Some((metric, scale.target(metric)?)));
        Self {
            min: scale.min.max(1),
            max: scale.max,
            tolerance: scale.figure("tolerance"),
            sync: scale.span("sync"),
            up: scale.span("up"),
            down: scale.span("down"),
            targets: targets.collect(),
            recommended: VecDeque::new(),
            steps: VecDeque::new(),
            weighed: Vec::new(),
        }
    }

    /// The number of replicas that the rule wants from now on.
    pub(super) fn desired(&mut self, seen: &FleetLook) -> u32 {
        let n = seen.wanted;
        if n == 0 {
            return 0; // it is switched off
        }
        self.weighed.clear();
        let mut recommended = None;
        for at in 0..self.targets.len() {
            let (metric, target) = self.targets[at];
            recommended = recommended.max(Some(self.recommend(metric, target, seen)));
        }
        let recommended = recommended.unwrap_or(n);
        let wanted = self.stabilised(n, recommended, seen.now);
        let limited = self.limited(n, wanted, seen.now);
        if limited != n {
            let change = i64::from(limited) - i64::from(n);
            self.steps.push_back((seen.now, change));
        }
        limited
    }

    /// Notes that the step of this look is not taken, so that it counts towards no limit.
    pub(super) fn held_back(&mut self, now: VirtualTime) {
        self.steps.pop_back_if(|(at, _)| *at == now);
    }

    fn recommend(&mut self, metric: Metric, target: f64, seen: &FleetLook) -> u32 {
        let n = seen.wanted;
        if matches!(metric, Metric::InFlight | Metric::Waiting) {
            let sum = seen.sum(metric);
            let recommended = by_sum(n, sum, target, self.tolerance);
            self.weighed(metric, (seen.pods.len(), 0), sum, recommended);
            return recommended;
        }
        let (mut counted, mut missing, mut ignored) = (Vec::new(), 0, 0);
        for pod in &seen.pods {
            let cpu = metric == Metric::Busy;
            match pod {
                // A replica that does not serve has no use: its CPU use is ignored at first, another metric counts as missing.
                Sample { ready: false, .. } if cpu => ignored += 1,
                Sample { ready: false, .. } => missing += 1,
                _ if cpu && self.is_early(pod, seen.now) => ignored += 1,
                _ => counted.push(if cpu { pod.busy } else { pod.kv }),
            }
        }
        let assumed = if metric == Metric::Busy { 1.0 } else { target };
        let recommended = by_mean(
            n,
            &counted,
            (missing, ignored),
            (target, assumed),
            self.tolerance,
        );
        let mean = crate::histogram::mean(&counted);
        let left_out = missing + ignored;
        self.weighed(metric, (counted.len(), left_out), mean, recommended);
        recommended
    }

    fn weighed(
        &mut self,
        metric: Metric,
        (counted, left_out): (usize, u32),
        mean: f64,
        recommended: u32,
    ) {
        let place = Metric::ALL.iter().position(|it| *it == metric);
        self.weighed.push(What::Weighed {
            metric: place.unwrap_or(0) as u8,
            counted: counted as u16,
            left_out: left_out as u16,
            thousandths: libm::round(mean * 1000.0) as u32,
            recommended: recommended.min(u32::from(u16::MAX)) as u16,
        });
    }

    /// Whether a replica has started lately, and its last sample began before it was ready.
    fn is_early(&self, pod: &Sample, now: VirtualTime) -> bool {
        now.since(pod.begun) < CPU_INITIALISATION
            && pod.up > VirtualTime::ZERO
            && now < pod.up + self.sync
    }

    /// A recommendation, as far as the windows of past recommendations allow it.
    fn stabilised(&mut self, n: u32, recommended: u32, now: VirtualTime) -> u32 {
        if self.recommended.is_empty() {
            // The first entry is the number that there was before the scaler began.
            self.recommended.push_back((now, n));
        }
        let (mut up, mut down) = (recommended, recommended);
        for &(at, before) in &self.recommended {
            let age = now.since(at);
            if age < self.up {
                up = up.min(before);
            }
            if age < self.down {
                down = down.max(before);
            }
        }
        self.recommended.push_back((now, recommended));
        let longest = self.up.max(self.down);
        while self.recommended.len() > 1
            && self
                .recommended
                .front()
                .is_some_and(|&(at, _)| now.since(at) >= longest)
        {
            self.recommended.pop_front();
        }
        match (n < up, n > down) {
            (true, _) => up,
            (_, true) => down,
            _ => n,
        }
    }

    /// A number wanted, as far as the limits of a step allow it.
    fn limited(&mut self, n: u32, wanted: u32, now: VirtualTime) -> u32 {
        while self
            .steps
            .front()
            .is_some_and(|&(at, _)| now.since(at) >= PERIOD)
        {
            self.steps.pop_front();
        }
        let changed: i64 = self.steps.iter().map(|(_, change)| change).sum();
        // The number that the period began with.
        let start = u32::try_from(i64::from(n) - changed).unwrap_or(0);
        let most = start.saturating_add(MORE.max(start));
        let limited = match wanted > n {
            // A fleet that has grown beyond the limit already stays as it is.
            true => wanted.min(most.max(n)),
            // All replicas may go at once.
            false => wanted,
        };
        limited.clamp(self.min, self.max)
    }
}

/// A recommendation by a mean over replicas. `counted` is the use of each that could be measured; `missing` could not be, and
/// `ignored` do not serve yet or began to too lately. `assumed` is the use of a missing one where the others would have the fleet
/// shrink.
fn by_mean(
    n: u32,
    counted: &[f64],
    (missing, ignored): (u32, u32),
    (target, assumed): (f64, f64),
    tolerance: f64,
) -> u32 {
    let count = counted.len() as f64;
    let sum: f64 = counted.iter().sum();
    if counted.is_empty() {
        return n; // no metric, no change
    }
    let ratio = sum / count / target;
    let near = |ratio: f64| (1.0 - ratio).abs() <= tolerance + 1e-12;
    let grows = ratio > 1.0;
    if missing == 0 && !(ignored > 0 && grows) {
        return if near(ratio) { n } else { ceil(ratio * count) };
    }
    // Missing replicas are filled in so that nothing is changed too soon.
    let (sum, count) = match grows {
        true => (sum, count + f64::from(missing + ignored)),
        false => (
            sum + assumed * f64::from(missing),
            count + f64::from(missing),
        ),
    };
    let filled = sum / count / target;
    if near(filled) || (filled > 1.0) != grows {
        return n;
    }
    let recommended = ceil(filled * count);
    match grows {
        true => recommended.max(n),
        false => recommended.min(n),
    }
}

/// A recommendation by a sum over the fleet, of which each replica is to bear `target`.
fn by_sum(n: u32, sum: f64, target: f64, tolerance: f64) -> u32 {
    let ratio = sum / (target * f64::from(n.max(1)));
    match (1.0 - ratio).abs() <= tolerance + 1e-12 {
        true => n,
        false => ceil(sum / target),
    }
}

/// The next whole number, with what is lost in arithmetic taken into account.
fn ceil(value: f64) -> u32 {
    libm::ceil(value - 1e-9).clamp(0.0, 1e9) as u32
}

#[cfg(test)]
mod tests;
