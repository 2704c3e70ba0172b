//! The operations scenarios and the document that tells them. `cargo xtask operations` writes docs/operations.md anew.

#[path = "operations/entrance.rs"]
mod entrance;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::metrics::{Recovery, Summary, summarise};
use warmpath_core::plan::suite::operations::FAILURES;
use warmpath_core::scenario::Scenario;
use warmpath_core::words::grouped;
use warmpath_core::workload::Named;

const POLICIES: &str = "round-robin,least-load,session,chwbl,cache-aware,smart,dynamo";

/// The same requests for all: 40 documents, 20 questions each.
const BASE: &str = "v=2&w=rag:contexts%3D40;questions%3D20&r=6&rate=2";

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
fn scaling_row(variant: &str, summary: &Summary) -> String {
    let scaling = summary.scaling.as_ref().expect("it is counted");
    let values = &summary.values;
    let cut = summary.life.as_ref().map_or(0, |life| life.outcomes[3]);
    format!(
        "| {variant} | {} | {} | {} | {cut} | {} | {} to {} | {} | {:.2} | {} | {} | {:.1} | {:.2} | {:.0} |\n",
        summary.policy,
        values.completed,
        values.failed,
        scaling.ups + scaling.downs,
        scaling.fewest,
        scaling.most,
        grouped(scaling.paid_s as u64),
        scaling.gpu_hours,
        scaling
            .overshoot_s
            .map_or_else(|| "–".to_owned(), |it| grouped(it as u64)),
        grouped(scaling.recomputed_tokens),
        values.cache_hit_rate * 100.0,
        values.p95_ttft_ms / 1e3,
        scaling.above_goal_s,
    )
}

/// What the figures of a variant say of a fleet that grows and shrinks.
fn scaling_sentence(variant: &str, summaries: &[Summary]) -> String {
    let of = |of: &dyn Fn(&Summary) -> f64| {
        let least = summaries.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = summaries.iter().map(of).fold(0.0, f64::max);
        (least, most)
    };
    let scaling = |it: &Summary| it.scaling.clone().expect("it is counted");
    let hours = of(&|it| scaling(it).gpu_hours);
    let above = of(&|it| scaling(it).above_goal_s);
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
on six L4 with Llama 3.1 8B in fp8, two a second (three in retry-storm; four replicas in rolling-update; step x3 and zero say what
is theirs). Latencies are of answered requests only, so a policy that loses many may look quick: read the two together.

\"P95 back after\" compares the P95 of TTFT over any 50 answered requests in a row with that of the last 50 before the first event. A
number is the time from the event until the end of the first 50 that are within 10 % again; \"stayed\" means that it was never more
than 10 % worse, \"not\" that it was worse to the end (so it is where a queue was growing already when the event came), and \"too
few\" that there were no 50 to compare.

## How it is modelled

A replica is starting, ready, draining or down. At a kill every connection is reset at once, and queue, batch and cache are
lost; a hung replica keeps its connections and makes no token; a slow one computes slower, prefill and decode alike. Each slowdown
and each hang lasts as long as it says. Where two slowdowns of a replica overlap, the one that began last sets its speed, and when it
is over the other does again, if that is not over; of hangs that overlap the latest end counts. A death ends them all. After its
first death it begins to start again at once, after the second 10 s later (doubled with each further death, at most 300 s; once it has
run for 10 min, its start included, the next death counts as the first; Kubernetes), and a start takes about 60 s for 8 billion parameters and 240 s for 70. Routers learn by probes and a watch, by a lease, or at once (`warmpath list health` has each
product's figures, their sources, and what is assumed). Probes are counted as they see the replica: what befalls one that does not answer
already begins no new count, and what begins and ends between two probes is not seen. A request that broke before its first token is tried again by
its router, if that retries, and then twice by its client, as openai-python does; one that broke after it is cut. Circuit breakers are named
after their products; `seed` is the one of FakeAI's guides.

Messages for one moment are delivered in this order: what happens to replicas, what probes find, what routers hear, restarts of
routers, and all else first in, first out. Every mechanism draws from a stream of its own, so switching one off leaves the
others' draws alone.

Each event has a row of its own in a report. What breaks at a replica, or is sent where nobody answers, is counted for the event that
made it die, hang or go, the last of these if there were several (of hangs that overlap, the one that lasts longest); a slowdown and a
start break nothing. When routers knew that it is down, and when it was ready again, stands with each event since it last answered.

Prompt tokens \"recomputed\" are those of full blocks that only the lost cache held, when a prompt that has them is first computed
again. What another replica held as well is not counted, wherever the request went.

Left out: liveness probes, readiness lost to overload, the statuses of an overloaded server, a router's own connections at its
restart (streams go on), a lease that is renewed by a process whose engine hangs (here it expires), users who ask again after a cut, migration of a stream to another replica, a first request slower than the
next ones.
";

fn document() -> String {
    let mut out = INTRO.to_owned();
    for operation in &FAILURES {
        let _ = write!(out, "\n## {}\n\n{}\n\n", operation.name, operation.asks);
        let scaled = ["step x3", "zero"].contains(&operation.name);
        if scaled {
            out += "| variant | policy | completed | failed | cut | steps | replicas paid | paid (replica s) | GPU-hours | beyond what the work needed (replica s) | prompt tokens recomputed for replicas taken away | blocks found (%) | P95 TTFT (s) | P95 above 2 s (s) |\n";
            out += "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
            let mut sentences = String::new();
            for (variant, query) in operation.variants {
                let summaries = run(query);
                for summary in &summaries {
                    out += &scaling_row(variant, summary);
                }
                let _ = writeln!(sentences, "- {}", scaling_sentence(variant, &summaries));
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
