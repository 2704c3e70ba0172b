//! The operations scenarios and the document that tells them. `cargo xtask operations` writes docs/operations.md anew.

#[path = "operations/entrance.rs"]
mod entrance;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::metrics::{Recovery, Summary, summarise};
use warmpath_core::scenario::Scenario;
use warmpath_core::words::grouped;
use warmpath_core::workload::Named;

const POLICIES: &str = "round-robin,least-load,session,chwbl,cache-aware,smart,dynamo";

/// The same requests for all: 40 documents, 20 questions each.
const BASE: &str = "v=2&w=rag:contexts%3D40;questions%3D20&r=6&rate=2";

struct Operation {
    name: &'static str,
    asks: &'static str,
    /// A name and what differs from the base.
    variants: &'static [(&'static str, &'static str)],
}

const OPERATIONS: [Operation; 11] = [
    Operation {
        name: "crash-cold",
        asks: "One replica dies at 60 s and comes back cold. Does a router that tries again go back to the dead one, and what does the lost cache cost?",
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
        variants: &[("×0.3", "ev=60s:slow%3D1x0.3/120s")],
    },
    Operation {
        name: "scale-in",
        asks: "One replica is taken out at 60 s. How many streams does that cut, and what is lost with its cache?",
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
        variants: &[
            ("all is lost", "ev=60s:restart-router%3D0"),
            ("from a snapshot", "ev=60s:restart-router%3D0/snapshot"),
        ],
    },
    Operation {
        name: "breaker-trap",
        asks: "One replica dies at 60 s; circuit breakers decide who hears of it first. (A trap that real ones fall into, statuses of overload counted as failures, is not in the model: a replica here answers no status of its own.)",
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
        asks: "Four replicas are replaced one after the other, one more than needed at a time: 30 s finish, then a cold start. Every cache is lost once.",
        variants: &[(
            "surge 1",
            "r=4&rate=2&drain=finish&ev=0s:start%3D4;65s:drain%3D0;70s:start%3D0;135s:drain%3D1;140s:start%3D1;205s:drain%3D2;210s:start%3D2",
        )],
    },
    Operation {
        name: "step x3",
        asks: "The load triples: 400 requests at 1 a second, then, when they have drained, 400 at 3 a second. Two replicas are there at first, at most eight, and a start takes 60 or 240 s. When is it answered, and what is paid?",
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

/// The base with what differs; a key that both have is the variant's.
fn scenario(variant: &str) -> Scenario {
    let mut scenario = Scenario::from_query(BASE).expect("the base is right");
    let policies = match variant.contains("&p=") {
        true => variant.to_owned(),
        false => format!("{variant}&p={POLICIES}"),
    };
    scenario
        .apply_query(&policies)
        .expect("each variant is right");
    scenario
}

fn run(variant: &str) -> Vec<Summary> {
    let scenario = scenario(variant);
    let named = Named::parse(&scenario.workload).expect("a workload");
    let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    let workload = Arc::new(workload.expect("it is generated"));
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false);
    let runs = replay.and_then(Replay::finish).expect("it runs");
    summarise(&scenario, &workload, &runs)
}

fn lost(summary: &Summary) -> u64 {
    let life = summary.life.as_ref().expect("something befell it");
    let [_, rejected, failed, cut, pending] = life.outcomes;
    rejected + failed + cut + pending
}

/// A row on a fleet that grows and shrinks, or is compared with one.
fn staff_row(variant: &str, summary: &Summary) -> String {
    let staff = summary.staff.as_ref().expect("it is counted");
    let values = &summary.values;
    let cut = summary.life.as_ref().map_or(0, |life| life.outcomes[3]);
    format!(
        "| {variant} | {} | {} | {} | {cut} | {} | {} to {} | {} | {:.2} | {} | {} | {:.1} | {:.2} | {:.0} |\n",
        summary.policy,
        values.completed,
        values.failed,
        staff.ups + staff.downs,
        staff.fewest,
        staff.most,
        grouped(staff.paid_s as u64),
        staff.gpu_hours,
        staff
            .overshoot_s
            .map_or_else(|| "–".to_owned(), |it| grouped(it as u64)),
        grouped(staff.recomputed_tokens),
        values.cache_hit_rate * 100.0,
        values.p95_ttft_ms / 1e3,
        staff.above_goal_s,
    )
}

/// What the figures of a variant say of a fleet that grows and shrinks.
fn staff_sentence(variant: &str, summaries: &[Summary]) -> String {
    let of = |of: &dyn Fn(&Summary) -> f64| {
        let least = summaries.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = summaries.iter().map(of).fold(0.0, f64::max);
        (least, most)
    };
    let staff = |it: &Summary| it.staff.clone().expect("it is counted");
    let hours = of(&|it| staff(it).gpu_hours);
    let above = of(&|it| staff(it).above_goal_s);
    let lost = of(&|it| {
        let cut = it.life.as_ref().map_or(0, |life| life.outcomes[3]);
        it.values.failed + cut as f64
    });
    let quick = summaries
        .iter()
        .min_by(|a, b| a.values.p95_ttft_ms.total_cmp(&b.values.p95_ttft_ms))
        .expect("there are policies");
    let span = |(least, most): (f64, f64), decimals: usize| match least == most {
        true => format!("{least:.decimals$}"),
        false => format!("{least:.decimals$} to {most:.decimals$}"),
    };
    let (hours, lost, above) = (span(hours, 2), span(lost, 0), span(above, 0));
    format!(
        "{variant}: {hours} GPU-hours, {lost} requests failed or cut, {above} s above the goal; of those answered, P95 TTFT was least under {} ({:.1} s).",
        quick.policy,
        quick.values.p95_ttft_ms / 1e3
    )
}

fn row(variant: &str, summary: &Summary) -> String {
    let life = summary.life.as_ref().expect("something befell it");
    let [completed, _, failed, cut, _] = life.outcomes;
    let known = life.happenings.iter().filter_map(|it| it.known_after_s);
    let known = known.fold(None, |most: Option<f64>, it| {
        Some(most.map_or(it, |most| most.max(it)))
    });
    let back = life
        .happenings
        .first()
        .map_or(Recovery::TooFew, |it| it.ttft_back);
    format!(
        "| {variant} | {} | {completed} | {failed} | {cut} | {} | {} | {} | {} | {:.1} | {:.2} | {} |\n",
        summary.policy,
        life.attempts,
        life.sent_to_dead,
        known.map_or_else(|| "–".to_owned(), |it| format!("{it:.1}")),
        grouped(life.recomputed_tokens),
        summary.values.cache_hit_rate * 100.0,
        summary.values.p95_ttft_ms / 1e3,
        match back {
            Recovery::TooFew => "too few".to_owned(),
            Recovery::Undisturbed => "stayed".to_owned(),
            Recovery::After(s) => format!("{s:.0}"),
            Recovery::Never => "not".to_owned(),
        }
    )
}

/// What the figures of a variant say, in a sentence made of them.
fn sentence(variant: &str, summaries: &[Summary]) -> String {
    let by = |of: &dyn Fn(&Summary) -> f64| {
        let least = summaries.iter().min_by(|a, b| of(a).total_cmp(&of(b)));
        let most = summaries.iter().max_by(|a, b| of(a).total_cmp(&of(b)));
        let both = least.zip(most).expect("there are policies");
        (
            (both.0.policy.clone(), of(both.0)),
            (both.1.policy.clone(), of(both.1)),
        )
    };
    let ((few, fewest), (many, most)) = by(&|it| lost(it) as f64);
    let lost = match fewest == most {
        true => format!("every policy lost {fewest} requests"),
        false => format!("{few} lost the fewest requests ({fewest}), {many} the most ({most})"),
    };
    let ((quick, least), (slow, longest)) = by(&|it| it.values.p95_ttft_ms / 1e3);
    let recomputed = |it: &Summary| {
        it.life
            .as_ref()
            .map_or(0.0, |it| it.recomputed_tokens as f64)
    };
    let (_, (name, tokens)) = by(&recomputed);
    let cost = match tokens > 0.0 {
        true => format!(
            "; a lost cache cost {name} the most, {} prompt tokens",
            grouped(tokens as u64)
        ),
        false => String::new(),
    };
    format!(
        "{variant}: {lost}; of those answered, P95 TTFT was least under {quick} ({least:.1} s) and most under {slow} ({longest:.1} s){cost}."
    )
}

const INTRO: &str = "# When replicas fail, hang, drain, come back cold, are added and taken away

Written by `cargo xtask operations`; a test fails when it is old. All figures are of the model, one seed, 800 requests of `rag`
on six L4 with Llama 3.1 8B in fp8, two a second (three in retry-storm; four replicas in rolling-update; as said in step x3 and zero). Latencies are of answered requests only, so a policy that loses many may look quick: read the two
together. P95 \"back\" is the first window of 50 answered requests within 10 % of the last 50 before the first event; a policy
whose queue was still growing then is never \"back\".

## How it is modelled

A replica is starting, ready, draining or down. At a kill every connection is reset at once, and queue, batch and cache are
lost; a hung replica keeps its connections and makes no token; a slow one computes slower, prefill and decode alike. After a
kill it begins to start 10 s later (doubled with each death, at most 300 s; Kubernetes), and a start takes about 60 s for 8
billion parameters and 240 s for 70. Routers learn by probes and a watch, by a lease, or at once (`warmpath list health` has each
product's figures, their sources, and what is assumed). A request that broke before its first token is tried again by
its router, if it does, and then twice by its client, as openai-python does; one that broke after it is cut.

Messages for one moment are delivered in this order: what befalls replicas, what probes find, what routers hear, restarts of
routers, and all else first in, first out. Every mechanism draws from a stream of its own, so switching one off leaves the
others' draws alone.

Prompt tokens \"recomputed\" are those of full blocks that only the lost cache held, when a prompt that has them is first computed
again. What another replica held as well is not counted, wherever the request went.

Left out: liveness probes, readiness lost to overload, the statuses of an overloaded server, a router's own connections at its
restart (streams go on), a lease that is renewed by a process whose engine hangs (here it expires), users who ask again after a cut, migration of a stream to another replica, a first request slower than the
next ones.
";

fn document() -> String {
    let mut out = INTRO.to_owned();
    for operation in &OPERATIONS {
        let _ = write!(out, "\n## {}\n\n{}\n\n", operation.name, operation.asks);
        let scaled = ["step x3", "zero"].contains(&operation.name);
        if scaled {
            out += "| variant | policy | completed | failed | cut | steps | replicas paid | paid (replica s) | GPU-hours | beyond what the work needed (replica s) | prompt tokens recomputed for replicas taken away | blocks found (%) | P95 TTFT (s) | P95 above 2 s (s) |\n";
            out += "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
            let mut sentences = String::new();
            for (variant, query) in operation.variants {
                let summaries = run(query);
                for summary in &summaries {
                    out += &staff_row(variant, summary);
                }
                let _ = writeln!(sentences, "- {}", staff_sentence(variant, &summaries));
            }
            let _ = write!(out, "\n{sentences}");
            continue;
        }
        out += "| variant | policy | completed | failed | cut | attempts | sent to the dead | known after (s) | prompt tokens recomputed | blocks found (%) | P95 TTFT (s) | P95 back after (s) |\n";
        out +=
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
        let mut sentences = String::new();
        for (variant, query) in operation.variants {
            let summaries = run(query);
            for summary in &summaries {
                out += &row(variant, summary);
            }
            let _ = writeln!(sentences, "- {}", sentence(variant, &summaries));
        }
        let _ = write!(out, "\n{sentences}");
    }
    out + &entrance::document()
}

#[test]
fn the_document_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let document = document();
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        std::fs::write(&path, &document).expect("docs/operations.md written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == document,
        "docs/operations.md is old: cargo xtask operations"
    );
}
