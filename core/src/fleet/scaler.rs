//! How many replicas there should be: the autoscaler, which looks at the fleet from time to time and changes it.
//!
//! A rule ([`hpa`], [`keda`], [`kubeai`], [`knative`], [`schedule`], a file each) says from what it sees how many replicas it
//! wants. This part looks at the fleet at the rule's times (first at a phase that the seed draws; under a schedule at 0, then at
//! its times and each 15 s), and gives the fleet as many replicas as the rule wants, as a Kubernetes Deployment would: while there
//! are too few, replicas start in free places; while there are too many, one that is not ready goes first, then the one that
//! [`Victim`] names. A replica that drains is not counted, but keeps its place until it is gone, so there are never more replicas
//! than places. One that failed and comes back by itself keeps its place; one that an event took away for good is replaced at
//! once; one too many that an event started goes at the next look.
//!
//! Requests that wait at a router for a replica, or in the line in front of the routers, are in flight for every rule: KubeAI counts
//! what is in its proxy, Knative what its activator holds, an HPA or KEDA what the router says that it has (as llm-d's does, or the
//! interceptor of KEDA's add-on for HTTP). The engines' figure `waiting` counts only requests that were sent to them.

mod hpa;
mod keda;
mod knative;
mod kubeai;
mod schedule;

use super::fact::What;
use super::message::{Life, Message};
use super::out::Out;
use super::view::{Pod, View};
use crate::rng::Rng;
use crate::scenario::Scenario;
use crate::scenario::scaling::{Autoscale, Metric, Rule, Victim};
use crate::units::{Map, VirtualTime};

/// What a rule sees of the fleet at a look.
#[derive(Clone, Debug, Default)]
struct FleetLook {
    now: VirtualTime,
    /// The number of replicas that the scaler has wanted so far.
    wanted: u32,
    /// The replicas that are up, start, or are down and come back by themselves, and do not drain.
    pods: Vec<Sample>,
    /// The number of requests that wait for a replica to be there, or in the line in front of the routers.
    held: u32,
    /// Whether requests have come since the last look.
    asked: bool,
}

/// What a rule sees of one replica.
#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    ready: bool,
    /// The time at which the autoscaler last started it; 0 if it never did.
    begun: VirtualTime,
    /// The time at which it last became ready; 0 if it was there from the beginning or was never ready.
    up: VirtualTime,
    /// The share of the time since the last look in which it computed, from 0 to 1.
    busy: f64,
    /// The share of its KV pool in use, from 0 to 1.
    kv: f64,
    /// Requests there: in its engine's queue or batch, or on the way there.
    in_flight: u32,
    /// Requests in its engine's queue.
    waiting: u32,
}

impl FleetLook {
    fn ready(&self) -> u32 {
        self.pods.iter().filter(|pod| pod.ready).count() as u32
    }

    /// The sum of a metric over the fleet, which is to be shared among its replicas; 0 for a metric that is a share.
    fn sum(&self, metric: Metric) -> f64 {
        let each = |of: fn(&Sample) -> u32| -> u32 { self.pods.iter().map(of).sum() };
        let sum = match metric {
            Metric::InFlight => each(|pod| pod.in_flight) + self.held,
            Metric::Waiting => each(|pod| pod.waiting),
            Metric::Busy | Metric::Kv => 0,
        };
        f64::from(sum)
    }
}

/// The rule that decides, with its state.
#[derive(Clone)]
enum Control {
    Hpa(hpa::Hpa),
    Keda(keda::Keda),
    KubeAi(kubeai::KubeAi),
    Knative(knative::Knative),
    Schedule(schedule::Schedule),
}

impl Control {
    fn new(scale: &Autoscale, phase: VirtualTime) -> Self {
        match scale.preset.rule {
            Rule::Hpa => Self::Hpa(hpa::Hpa::new(scale)),
            Rule::Keda => Self::Keda(keda::Keda::new(scale, phase)),
            Rule::KubeAi => Self::KubeAi(kubeai::KubeAi::new(scale)),
            Rule::Knative => Self::Knative(knative::Knative::new(scale)),
            Rule::Schedule => Self::Schedule(schedule::Schedule::new(scale)),
        }
    }

    fn desired(&mut self, seen: &FleetLook) -> u32 {
        match self {
            Self::Hpa(rule) => rule.desired(seen),
            Self::Keda(rule) => rule.desired(seen),
            Self::KubeAi(rule) => rule.desired(seen),
            Self::Knative(rule) => rule.desired(seen),
            Self::Schedule(rule) => rule.desired(seen),
        }
    }

    /// Takes the recommendations that the rule drew from each metric; none of a rule that does not state them.
    fn weighed(&mut self) -> Vec<What> {
        match self {
            Self::Hpa(rule) => core::mem::take(&mut rule.weighed),
            Self::Keda(rule) => core::mem::take(rule.weighed()),
            Self::KubeAi(_) | Self::Knative(_) | Self::Schedule(_) => Vec::new(),
        }
    }

    /// Notes that the step that the rule wanted at this look is not taken.
    fn held_back(&mut self, now: VirtualTime) {
        match self {
            Self::Hpa(rule) => rule.held_back(now),
            Self::Keda(rule) => rule.held_back(now),
            Self::KubeAi(_) | Self::Knative(_) | Self::Schedule(_) => {}
        }
    }

    /// When to look next, after a look at `now`.
    fn next(&self, now: VirtualTime, sync: VirtualTime) -> VirtualTime {
        match self {
            Self::Keda(rule) => rule.next(),
            Self::Knative(rule) => now + rule.scrape(),
            Self::Schedule(rule) => rule.next(now),
            Self::Hpa(_) | Self::KubeAi(_) => now + sync,
        }
    }
}

/// What the scaler knew of a replica at its last look.
#[derive(Clone, Copy, Default)]
struct LastLook {
    begun: VirtualTime,
    busy_ns: u64,
    work_s: f64,
    sent: u32,
}

/// The autoscaler of a run. See the [module](self).
#[derive(Clone)]
pub(super) struct Scaler {
    scale: Autoscale,
    control: Control,
    wanted: u32,
    held: u32,
    asked: bool,
    looked: VirtualTime,
    before: Map<u16, LastLook>,
}

impl Scaler {
    /// A scaler that has not looked yet; its first look goes to `out`. `None` if the scenario has no autoscaler.
    pub(super) fn new(scenario: &Scenario, seed: u64, out: &mut Out) -> Option<Self> {
        let scale = scenario.autoscale.clone()?;
        let sync = scale.span("sync");
        let phase = match scale.preset.rule {
            Rule::Schedule => VirtualTime::ZERO,
            _ => VirtualTime::from_secs(sync.secs() * Rng::new(seed, "scaler").uniform()),
        };
        out.ranked(phase, Message::Look);
        let wanted = scenario.replicas;
        out.fact(VirtualTime::ZERO, What::Wanted { wanted });
        Some(Self {
            control: Control::new(&scale, phase),
            scale,
            wanted,
            held: 0,
            asked: false,
            looked: VirtualTime::ZERO,
            before: Map::default(),
        })
    }

    /// Does what a message to the scaler asks for: begins to count the fleet, decides on its size, or asks for replicas to come or go.
    #[cold] // few runs have one, and it looks seldom: the loop over messages stays small
    pub(super) fn handle(
        &mut self,
        now: VirtualTime,
        message: Message,
        replicas: &impl View,
        out: &mut Out,
    ) {
        match message {
            Message::Look => out.now(Message::Survey { from: 0 }),
            Message::Seen { in_line } => self.look(in_line, now, replicas, out),
            Message::Held { requests } => self.hold(requests, now, replicas, out),
            Message::Vacant => self.reconcile(now, &replicas.pods(), out),
            _ => debug_assert!(false, "{message:?} is not for the scaler"),
        }
    }

    /// Notes that this many requests wait at the routers for a replica to be there (or have just been turned away for want of one).
    fn hold(&mut self, requests: u32, now: VirtualTime, replicas: &impl View, out: &mut Out) {
        (self.held, self.asked) = (requests, true);
        // KubeAI's proxy starts the first replica by itself, at the first request.
        if self.wanted == 0 && requests > 0 && self.scale.preset.rule == Rule::KubeAi {
            self.want(self.scale.min.max(1), now, out);
            self.reconcile(now, &replicas.pods(), out);
        }
    }

    fn look(&mut self, in_line: u32, now: VirtualTime, replicas: &impl View, out: &mut Out) {
        let pods = replicas.pods();
        let mut seen = self.see(now, &pods, out);
        seen.held += in_line;
        let mut desired = self.control.desired(&seen);
        for weighed in self.control.weighed() {
            out.detail(now, weighed);
        }
        let comes_up = seen.pods.iter().any(|pod| !pod.ready);
        if self.scale.counts_pending && comes_up && desired > self.wanted {
            desired = self.wanted;
            self.control.held_back(now);
        }
        self.want(desired, now, out);
        self.reconcile(now, &pods, out);
        let sync = self.scale.span("sync");
        out.ranked(self.control.next(now, sync), Message::Look);
    }

    /// What the rule sees; what was computed since the last look is recorded.
    fn see(&mut self, now: VirtualTime, pods: &[Pod], out: &mut Out) -> FleetLook {
        let span = now.since(self.looked).secs();
        let (mut work, mut asked) = (0.0, self.asked);
        let mut samples = Vec::with_capacity(pods.len());
        for pod in pods {
            let before = self.before.get(&pod.life.replica);
            let before = before.copied().unwrap_or_default();
            // The sums of a replica begin anew with each stage of the load.
            let gained = |sum: u64, earlier: u64| sum.checked_sub(earlier).unwrap_or(sum);
            let busy = gained(pod.busy_ns, before.busy_ns);
            let sent = gained(pod.sent.into(), before.sent.into());
            let worked = pod.work_s - before.work_s;
            work += if worked < 0.0 { pod.work_s } else { worked };
            asked |= sent > 0;
            let fresh = LastLook {
                begun: before.begun,
                busy_ns: pod.busy_ns,
                work_s: pod.work_s,
                sent: pod.sent,
            };
            self.before.insert(pod.life.replica, fresh);
            if pod.is_counted() {
                let share = if span > 0.0 {
                    busy as f64 / 1e9 / span
                } else {
                    0.0
                };
                samples.push(Sample {
                    ready: pod.is_ready(),
                    begun: before.begun,
                    up: pod.up,
                    busy: share.min(1.0),
                    kv: pod.kv_usage,
                    in_flight: pod.in_flight,
                    waiting: pod.waiting,
                });
            }
        }
        let micros = (work * 1e6) as u64;
        out.fact(now, What::Worked { micros });
        self.looked = now;
        self.asked = false;
        FleetLook {
            now,
            wanted: self.wanted,
            pods: samples,
            held: self.held,
            asked,
        }
    }

    fn want(&mut self, desired: u32, now: VirtualTime, out: &mut Out) {
        // A schedule has no bounds: its own numbers hold, and before its first time the number of replicas that the scenario sets.
        let wanted = match self.scale.preset.rule {
            Rule::Schedule => desired,
            _ => desired.clamp(self.scale.min, self.scale.max),
        };
        if wanted != self.wanted {
            self.wanted = wanted;
            out.fact(now, What::Wanted { wanted });
        }
    }

    /// Makes the fleet have as many replicas as are wanted.
    fn reconcile(&mut self, now: VirtualTime, pods: &[Pod], out: &mut Out) {
        let counted: Vec<&Pod> = pods.iter().filter(|pod| pod.is_counted()).collect();
        let there = counted.len() as u32;
        if there < self.wanted {
            let free = pods.iter().filter(|pod| pod.is_absent());
            for pod in free.take((self.wanted - there) as usize) {
                self.before.entry(pod.life.replica).or_default().begun = now;
                out.now(Message::Begin(pod.life));
            }
        }
        let mut left = counted;
        while left.len() as u32 > self.wanted {
            let Some((at, victim)) = self.victim(&left) else {
                return;
            };
            left.swap_remove(at);
            out.now(Message::Retire(victim));
        }
    }

    /// The replica that is to go, with its place in the list.
    fn victim(&self, counted: &[&Pod]) -> Option<(usize, Life)> {
        let key = |pod: &Pod| {
            let rule = match self.scale.victim {
                Victim::Youngest => u64::MAX - pod.up.0,
                Victim::LeastLoaded => u64::from(pod.in_flight),
                Victim::Coldest => pod.cached,
            };
            // A replica that is not ready goes first; of equal ones the one with the highest number.
            (pod.is_ready(), rule, u16::MAX - pod.life.replica)
        };
        let all = counted.iter().enumerate();
        let first = all.min_by_key(|(_, pod)| key(pod));
        first.map(|(at, pod)| (at, pod.life))
    }
}
