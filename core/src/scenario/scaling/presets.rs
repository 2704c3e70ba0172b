//! The autoscalers there are, as data: the product, its rule, the figures that it ships, and where they were read.

use super::{Metric, Rule};

/// An autoscaler of a product, with the figures that it ships.
#[derive(Debug)]
pub struct Autoscaler {
    /// Its name, as typed before the colon.
    pub name: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// The repository, file and version in which its rule and its figures were read.
    pub source: &'static str,
    /// Which of its figures are assumed, as the source does not give them; empty if none are.
    pub assumed: &'static str,
    /// The rule by which it decides.
    pub rule: Rule,
    /// The metrics that the rule can look at.
    pub metrics: &'static [Metric],
    /// The metrics it looks at by default, with the value of each that one replica is to bear.
    pub targets: &'static [(Metric, f64)],
    /// The fewest replicas that it keeps by default.
    pub min: u32,
    /// The most replicas that it starts by default.
    pub max: u32,
    /// The values of its rule's figures, by their names in [`FIGURES`](super::FIGURES).
    pub figures: &'static [(&'static str, f64)],
}

impl PartialEq for Autoscaler {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

const KUBERNETES: &str = "kubernetes/kubernetes pkg/controller/podautoscaler (config/v1alpha1/defaults.go@85643c0f, replica_calculator.go and horizontal.go@00067268), pkg/apis/autoscaling/v2/defaults.go@1adaa753";
const HPA: &[(&str, f64)] = &[
    ("sync", 15.0),
    ("tolerance", 0.1),
    ("up", 0.0),
    ("down", 300.0),
];
const EVERY: &[Metric] = &Metric::ALL;
const SUMS: &[Metric] = &[Metric::InFlight, Metric::Waiting];
const IN_FLIGHT: &[Metric] = &[Metric::InFlight];
const MOST: &str = "max, which the product leaves to the user";

/// Every autoscaler, in the order in which the help lists them.
pub static AUTOSCALERS: &[Autoscaler] = &[
    Autoscaler {
        name: "hpa",
        about: "Kubernetes' HPA on CPU use (here the share of time a replica computes): 80 %, looks each 15 s, takes replicas away after 300 s",
        source: KUBERNETES,
        assumed: MOST,
        rule: Rule::Hpa,
        metrics: EVERY,
        targets: &[(Metric::Busy, 0.8)],
        min: 1,
        max: 10,
        figures: HPA,
    },
    Autoscaler {
        name: "hpa-seed",
        about: "2 to 10 replicas, CPU 70 % (here time computing), memory 80 % (here the pool in use)",
        source: "FakeAI's operations guide, its HorizontalPodAutoscaler fakeai-hpa",
        assumed: "",
        rule: Rule::Hpa,
        metrics: EVERY,
        targets: &[(Metric::Busy, 0.7), (Metric::Kv, 0.8)],
        min: 2,
        max: 10,
        figures: HPA,
    },
    Autoscaler {
        name: "hpa-seed-3",
        about: "the same from 3 replicas on",
        source: "FakeAI's performance guide, horizontal scaling",
        assumed: "",
        rule: Rule::Hpa,
        metrics: EVERY,
        targets: &[(Metric::Busy, 0.7), (Metric::Kv, 0.8)],
        min: 3,
        max: 10,
        figures: HPA,
    },
    Autoscaler {
        name: "keda",
        about: "KEDA: from zero at the next look (each 30 s) after anything was asked, to zero when nothing was for 300 s, an HPA on waiting requests in between",
        source: "kedacore/keda@8b4f083c",
        assumed: "max; the metric and its target, which KEDA leaves to the user, are production-stack's",
        rule: Rule::Keda,
        metrics: SUMS,
        targets: &[(Metric::Waiting, 5.0)],
        min: 0,
        max: 10,
        figures: &[
            ("sync", 15.0),
            ("poll", 30.0),
            ("tolerance", 0.1),
            ("up", 0.0),
            ("down", 300.0),
            ("cooldown", 300.0),
            ("initial", 0.0),
        ],
    },
    Autoscaler {
        name: "keda-production-stack",
        about: "KEDA as vLLM's production-stack ships it: 5 waiting requests for each replica, 1 to 5 replicas, looks each 15 s",
        source: "vllm-project/production-stack@a6c01db0 helm/values.yaml",
        assumed: "",
        rule: Rule::Keda,
        metrics: SUMS,
        targets: &[(Metric::Waiting, 5.0)],
        min: 1,
        max: 5,
        figures: &[
            ("sync", 15.0),
            ("poll", 15.0),
            ("tolerance", 0.1),
            ("up", 0.0),
            ("down", 300.0),
            ("cooldown", 360.0),
            ("initial", 60.0),
        ],
    },
    Autoscaler {
        name: "kubeai",
        about: "KubeAI: the mean of 10 min of requests in its proxy, 100 for each replica, looks each 10 s; from zero at the first request, which waits",
        source: "substratusai/kubeai@2f32ef49 internal/modelautoscaler, internal/modelclient/scale.go, internal/config/system.go",
        assumed: MOST,
        rule: Rule::KubeAi,
        metrics: IN_FLIGHT,
        targets: &[(Metric::InFlight, 100.0)],
        min: 0,
        max: 10,
        figures: &[("sync", 10.0), ("window", 600.0), ("delay", 30.0)],
    },
    Autoscaler {
        name: "knative",
        about: "Knative's: the mean of 60 s of requests, 70 for each replica, or of 6 s in panic, looks each 2 s; requests wait at zero",
        source: "knative/serving@98e5ef90 pkg/autoscaler",
        assumed: MOST,
        rule: Rule::Knative,
        metrics: IN_FLIGHT,
        targets: &[(Metric::InFlight, 70.0)],
        min: 0,
        max: 10,
        figures: &[
            ("sync", 2.0),
            ("window", 60.0),
            ("panic", 2.0),
            ("grace", 30.0),
        ],
    },
    Autoscaler {
        name: "schedule",
        about: "so many replicas from such a time on, before the first as many as at the beginning: schedule:0s=2;5m=6",
        source: "the user",
        assumed: "",
        rule: Rule::Schedule,
        metrics: &[],
        targets: &[],
        min: 0,
        max: 1,
        figures: &[],
    },
];
