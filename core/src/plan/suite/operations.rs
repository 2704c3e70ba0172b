//! Incidents that a fleet may meet, each in several variants.
//!
//! Each was an incident of a real fleet, or its outcome depends on a setting of a product. docs/operations.md shows most of them
//! for six replicas under seven policies; the suite `operations` runs them on any fleet. All but one use one workload, 40
//! documents with 20 questions each.

/// The workload that all incidents use unless a variant names its own, as part of a query string.
pub const WORKLOAD: &str = "w=rag:contexts%3D40;questions%3D20";
/// The number of replicas that the arrival rates were chosen for.
pub const REPLICAS: u32 = 6;
/// The arrival rate of [`FAILURES`] \[requests/s\], unless a variant sets its own.
pub const RATE: f64 = 2.0;
/// The arrival rate of [`ENTRANCE`] \[requests/s\]: 1.2 times the rate that the policy `smart` can serve.
pub const CROWDED: f64 = 6.0;

/// An incident, with the variants in which it is run.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The name of the incident in tables and tests.
    pub name: &'static str,
    /// What happens, and the question that the variants answer.
    pub asks: &'static str,
    /// The settings that all variants share, as part of a query string.
    pub with: &'static str,
    /// The name of each variant, and its settings as part of a query string.
    pub variants: &'static [(&'static str, &'static str)],
}

/// Incidents in which replicas fail, hang, slow down, drain, come back cold, are added or taken away.
pub static FAILURES: [Operation; 11] = [
    Operation {
        name: "crash-cold",
        asks: "One replica dies at 60 s and comes back cold. Does a router that tries again go back to the dead one, and what does the lost cache cost?",
        with: "",
        variants: &[
            ("no router retries", "ev=60s:kill%3D1"),
            ("3 retries, same rule", "ev=60s:kill%3D1&rtries=3"),
            (
                "3 retries, tried ones excluded",
                "ev=60s:kill%3D1&rtries=3:exclude%3D1",
            ),
            ("as smg", "ev=60s:kill%3D1&health=smg"),
        ],
    },
    Operation {
        name: "silent-hang",
        asks: "One replica takes requests from 60 to 180 s and answers none; clients give up after 60 s. Who notices first?",
        with: "",
        variants: &[
            ("probes as Kubernetes", "ev=60s:hang%3D1/120s&ctime=60"),
            (
                "probes each 60 s, as smg",
                "ev=60s:hang%3D1/120s&ctime=60&health=smg",
            ),
            (
                "a lease of 10 s, as Dynamo",
                "ev=60s:hang%3D1/120s&ctime=60&health=dynamo",
            ),
            (
                "three checks of 30 s, as Ray",
                "ev=60s:hang%3D1/120s&ctime=60&health=ray",
            ),
        ],
    },
    Operation {
        name: "missed-event",
        asks: "One replica dies at 60 s for good, and the router misses the event. Does it ever list the replicas again?",
        with: "",
        variants: &[
            ("heard", "ev=60s:kill%3D1/stay&health=production-stack"),
            (
                "missed, listed each 60 s",
                "ev=60s:kill%3D1/stay&health=production-stack:loss%3D1;relist%3D60",
            ),
            (
                "missed, never listed",
                "ev=60s:kill%3D1/stay&health=production-stack:loss%3D1",
            ),
        ],
    },
    Operation {
        name: "brown-out",
        asks: "One replica computes at 0.3 of its speed from 60 to 180 s. Its probes are answered, so only a router that looks at load can avoid it.",
        with: "",
        variants: &[("×0.3", "ev=60s:slow%3D1x0.3/120s")],
    },
    Operation {
        name: "scale-in",
        asks: "One replica is taken out at 60 s. How many streams does that cut, and what is lost with its cache?",
        with: "",
        variants: &[
            ("abort (vLLM's default)", "ev=60s:drain%3D1"),
            (
                "finish, pre-stop 15 s, grace 60 s",
                "ev=60s:drain%3D1&drain=finish:prestop%3D15;grace%3D60",
            ),
            (
                "finish, grace 900 s",
                "ev=60s:drain%3D1&drain=finish:grace%3D900",
            ),
        ],
    },
    Operation {
        name: "retry-storm",
        asks: "A third of the replicas dies at 60 s for good, at 3 requests a second. How much do retries add, and who is helped?",
        with: "",
        variants: &[
            ("clients only", "ev=60s:kill%3D33%25/stay&rate=3"),
            (
                "and 4 at the router",
                "ev=60s:kill%3D33%25/stay&rate=3&rtries=4:backoff_ms%3D50",
            ),
            (
                "within a budget of 20 %",
                "ev=60s:kill%3D33%25/stay&rate=3&rtries=4:backoff_ms%3D50;budget%3D0.2",
            ),
            ("nobody", "ev=60s:kill%3D33%25/stay&rate=3&ctries=0"),
        ],
    },
    Operation {
        name: "router-restart",
        asks: "The router restarts at 60 s, while streams go on. What does it cost that it knows nothing any more?",
        with: "",
        variants: &[
            ("all is lost", "ev=60s:restart-router%3D0"),
            ("from a snapshot", "ev=60s:restart-router%3D0/snapshot"),
        ],
    },
    Operation {
        name: "breaker-trap",
        asks: "One replica dies at 60 s; circuit breakers decide who hears of it first. (A trap that real ones fall into, statuses of overload counted as failures, is not in the model: a replica here answers no status of its own.)",
        with: "",
        variants: &[
            ("none", "ev=60s:kill%3D1&health=smg&rtries=0&breaker=off"),
            (
                "seed: 5, 60 s, no half-open",
                "ev=60s:kill%3D1&health=smg&rtries=0&breaker=seed",
            ),
            (
                "smg: 10, 60 s, half-open",
                "ev=60s:kill%3D1&health=smg&rtries=0&breaker=smg",
            ),
            (
                "Envoy: 5, 30 s, a tenth at most",
                "ev=60s:kill%3D1&health=smg&rtries=0&breaker=envoy",
            ),
            (
                "nginx: 1, 10 s",
                "ev=60s:kill%3D1&health=smg&rtries=0&breaker=nginx",
            ),
        ],
    },
    Operation {
        name: "rolling-update",
        asks: "Four replicas are replaced one after the other by new ones, with one more than needed while one starts: an old one has 30 s to finish, and the next new one begins when it is told to. Every cache is lost once.",
        with: "",
        variants: &[(
            "surge 1",
            "r=4&rate=2&drain=finish&ev=0s:start%3D4;65s:drain%3D0;65s:start%3D5;130s:drain%3D1;130s:start%3D6;195s:drain%3D2;195s:start%3D7;260s:drain%3D3",
        )],
    },
    Operation {
        name: "step x3",
        asks: "The load triples: 400 requests at 1 a second, then, when they have drained, 400 at 3 a second. Two replicas are there at first, at most eight, and a start takes 60 or 240 s. When is it answered, and what is paid?",
        with: "",
        variants: &[
            ("two, fixed", "r=2&stages=1,3&price=l4%3D0.7"),
            ("six, fixed", "r=6&stages=1,3&price=l4%3D0.7"),
            (
                "HPA on time computing, 80 %",
                "r=2&stages=1,3&scale=hpa:max%3D8;start%3D60",
            ),
            (
                "HPA on waiting requests, 3 each, start 240 s",
                "r=2&stages=1,3&scale=hpa:waiting%3D3;max%3D8;start%3D240",
            ),
            (
                "the same, replicas that come up counted",
                "r=2&stages=1,3&scale=hpa:waiting%3D3;max%3D8;start%3D240;pending%3D1",
            ),
            (
                "KubeAI, 10 requests each",
                "r=2&stages=1,3&scale=kubeai:inflight%3D10;max%3D8;start%3D60",
            ),
            (
                "Knative, 10 requests each",
                "r=2&stages=1,3&scale=knative:inflight%3D10;max%3D8;start%3D60",
            ),
        ],
    },
    Operation {
        name: "zero",
        asks: "Sixty requests, one in 100 s on average, for a fleet that may go to none; a start takes 60 s. Who waits, who is refused, and what is saved? (With one replica at most all policies are the same. A router that restarts while there is none and then answers 404 is not in the model.)",
        with: "",
        variants: &[
            (
                "one, fixed",
                "w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&price=l4%3D0.7&p=smart",
            ),
            (
                "KubeAI, mean of a minute: requests wait",
                "w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&scale=kubeai:inflight%3D10;window%3D60&p=smart",
            ),
            (
                "Knative: requests wait",
                "w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&scale=knative:inflight%3D10&p=smart",
            ),
            (
                "KEDA, cool-down 60 s: 503",
                "w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&scale=keda:cooldown%3D60&p=smart",
            ),
        ],
    },
];

/// Incidents in which more requests arrive than the fleet can serve, so that some wait in front of the routers.
pub static ENTRANCE: [Operation; 2] = [
    Operation {
        name: "priority-mix",
        asks: "Three conversations in ten are chats (priority 0, first token due within 2 s), the others bulk (priority 9), at 1.2 times what the fleet serves. Does a line in front of the routers keep the chats quick, and what does it cost the bulk?",
        with: "classes=chat:0.3:0:2s,bulk:0.7:9",
        variants: &[
            ("no line", ""),
            ("line behind 96, fcfs", "inflight=96&queue=1000/none"),
            (
                "line behind 96, lcfs",
                "inflight=96&queue=1000/none&order=lcfs",
            ),
            (
                "line behind 96, wspt",
                "inflight=96&queue=1000/none&order=wspt",
            ),
            (
                "line behind 96, edf",
                "inflight=96&queue=1000/none&order=edf",
            ),
            (
                "line behind 96, priority",
                "inflight=96&queue=1000/none&order=priority",
            ),
            (
                "line behind 48, priority",
                "inflight=48&queue=1000/none&order=priority",
            ),
            (
                "line behind 48, priority, bulk shed",
                "inflight=48&queue=1000/none&order=priority&shed=9",
            ),
            (
                "llm-d's saturation, priority",
                "hold=saturation&queue=5000/60&order=priority",
            ),
            (
                "Dynamo's prefill × 0.5, priority",
                "hold=prefill:times%3D0.5&queue=1000/none&order=priority",
            ),
        ],
    },
    Operation {
        name: "one-tenant-floods",
        asks: "Tenants a and b send a twelfth of the requests each, c the other ten, at 1.2 times what the fleet serves. Who pays for it?",
        with: "tenants=a:1,b:1,c:10&ttft=2000",
        variants: &[
            ("no line", ""),
            ("line behind 48, fcfs", "inflight=48&queue=1000/none"),
            (
                "line behind 48, vtc",
                "inflight=48&queue=1000/none&order=vtc",
            ),
            (
                "line of 20 for 10 s, fcfs",
                "inflight=48&queue=20/10&retries=0",
            ),
            (
                "line of 20 for 10 s, vtc",
                "inflight=48&queue=20/10&retries=0&order=vtc",
            ),
            (
                "150 requests a minute each",
                "tier=custom:150/100000000&retries=0",
            ),
        ],
    },
];
